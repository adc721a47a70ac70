#!/usr/bin/python3
"""A migration whose gtmd is killed, again and again, and whose drivers are."""
import signal

from lib.mover import begin
from lib.scene import eventually, main, need, scene


def killing(s, nth):
    """What to start gtmd with so that it is killed behind the nth sync of its own
    thread: behind a record, before anything else comes of it."""
    return [need("strace"), "-o", s.t.dir + "/strace", "-e", "trace=fsync,fdatasync",
            "-e", f"inject=fsync,fdatasync:signal=KILL:when={nth}"]


def lives(s, event):
    """Kills it behind each record until there is this event; how often."""
    s.t.gtmd.stop(signal.SIGKILL)
    count, nth, before = 0, 1, s.records()
    while True:
        s.restart(killing(s, nth), wait=False)
        if s.ends(event) == "done":
            break
        # A start has syncs of its own, and commits have: once they are passed over, the
        # next life is to end behind its first record again.
        more = s.records().count(b'"event"') - before.count(b'"event"')
        nth = nth + 1 if more == 0 else max(1, nth - (more > 1))
        count, before = count + 1, s.records()
        assert count < 300, before
    s.t.gtmd.stop(signal.SIGKILL)
    s.restart()
    return count


def ids_mean_one_thing(s):
    ids = {tuple(a[:3]) for a in s.asked()}
    assert len({i[2] for i in ids}) == len(ids), ids


@scene("killed again and again behind records it goes on, and nobody is left without an answer")
def killed(t):
    s, asker = begin(t, hosts=2, strict=True)
    s.command("start")
    assert lives(s, b'"relayed"') > 10
    s.reaches("done")
    assert asker.ask() == [s.remote.addr]
    assert s.places() == ["/Common/esx-remote"] * 2 and s.pools() == [False, True]
    eventually(lambda: asker.seen[-1:] == [s.remote.addr], 10, "who asks all the while hears of it")
    asker.end()
    ids_mean_one_thing(s)


@scene("killed again and again on the way home: all are at home, and nobody was without an answer")
def killed_back(t):
    s, asker = begin(t, hosts=2, strict=True)
    s.command("start")
    s.reaches("done")
    s.mood("vm1.memory", "once fail")	# a round on the way home comes to nothing
    s.command("roll-back")
    assert lives(s, b'"rolled-back"') > 10
    s.reaches("rolled-back")
    assert s.places() == ["/Common/esx-local"] * 2 and s.pools() == [True, False]
    eventually(lambda: asker.seen[-1:] == [s.local.addr], 10, "who asks all the while hears of it")
    asker.end()
    ids_mean_one_thing(s)


# What becomes of the drivers of each host: it has a mood for each of these steps.
DEATHS = [{"check": "die", "storage": "die"}, {"check": "die-after", "storage": "die-after"},
          {"storage": "die", "cancel": "die"}, {"storage": "fail", "cancel": "die-after"},
          {"memory": "die"}, {"memory": "die-after"}, {"memory": "orphan"},
          {"verify": "die"}, {"verify": "die-after"}, {"finish": "die"}, {"finish": "die-after"}]


@scene("drivers killed at each step, before and after, there and back: each machine at one place")
def drivers(t):
    s, asker = begin(t, "    concurrency 16\n    retries 9\n", hosts=len(DEATHS))

    def doom():
        for h, deaths in zip(s.hosts, DEATHS):
            for step, how in deaths.items():
                s.mood(f"{h}.{step}", "once " + how)

    def failed(back):
        """Steps that are on record as failed, by host."""
        return {(r["host"], r["step"]) for r in s.c.ok(
            "GET", "migration-log?migration=move&limit=20000")["items"]
            if r["event"] == "step-failed" and "host" in r and bool(r.get("back")) == back}

    doomed = {(h, step) for h, deaths in zip(s.hosts, DEATHS) for step in deaths
              if step != "check"}
    # Too late to be called off.
    doomed |= {(h, "cancel") for h, deaths in zip(s.hosts, DEATHS)
               if deaths.get("memory") in ("die-after", "orphan")}
    doom()
    s.command("start")
    s.reaches("done", 40)
    assert s.places() == ["/Common/esx-remote"] * len(DEATHS) and s.pools() == [False, True]
    assert doomed == failed(False), (doomed ^ failed(False), s.log())
    assert asker.ask() == [s.remote.addr]
    doom()
    s.command("roll-back")
    s.reaches("rolled-back", 40)
    assert s.places() == ["/Common/esx-local"] * len(DEATHS) and s.pools() == [True, False]
    assert doomed == failed(True), (doomed ^ failed(True), s.log())
    assert asker.ask() == [s.local.addr]
    asker.end()
    ids_mean_one_thing(s)

if __name__ == "__main__":
    main()
