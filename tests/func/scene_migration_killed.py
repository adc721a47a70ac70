#!/usr/bin/python3
"""A migration whose gtmd is killed, again and again."""
import signal

from lib.mover import begin
from lib.scene import eventually, main, need, scene


def killing(s, nth):
    """What to start gtmd with so that it is killed behind the nth sync of its own
    thread: behind a record, before anything else comes of it."""
    return [need("strace"), "-o", s.t.dir + "/strace", "-e", "trace=fsync,fdatasync",
            "-e", f"inject=fsync,fdatasync:signal=KILL:when={nth}"]


@scene("killed again and again behind records it goes on, and nobody is left without an answer")
def killed(t):
    s, asker = begin(t, hosts=2)
    s.command("start")
    t.gtmd.stop(signal.SIGKILL)
    lives, nth, before = 0, 1, b""
    while True:
        s.restart(killing(s, nth), wait=False)
        if s.ends() == "done":
            break
        nth = nth + 1 if s.records() == before else nth	# a start has syncs of its own
        lives, before = lives + 1, s.records()
        assert lives < 300, before
    t.gtmd.stop(signal.SIGKILL)
    s.restart()
    s.reaches("done")
    assert asker.ask() == [s.remote.addr]
    assert lives > 10, lives
    assert s.places() == ["/Common/esx-remote"] * 2 and s.pools() == [False, True]
    eventually(lambda: asker.seen[-1:] == [s.remote.addr], 10, "who asks all the while hears of it")
    asker.end()
    ids = {tuple(a[:3]) for a in s.asked()}
    assert len({i[2] for i in ids}) == len(ids), ids	# an id means one thing

if __name__ == "__main__":
    main()
