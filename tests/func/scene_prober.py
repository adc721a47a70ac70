#!/usr/bin/python3
"""The process that probes may die, loop, hang or be stopped: answers stay."""
import os
import signal

from lib import guide
from lib.scene import eventually, main, need, scene

NAME = "vmhttp.siterequest.com"


def children(pid):
    """Process ids whose parent is pid."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [int(word) for word in f.read().split()]


def prober(t, but=None):
    """The one child of gtmd, when it is another one than before."""
    found = []

    def is_there():
        found[:] = children(t.gtmd.pid)
        return len(found) == 1 and found[0] != but
    eventually(is_there, 10, "a prober")
    return found[0]


def two_sites(t, **kw):
    local, remote = t.site("local", 1), t.site("remote", 2)
    t.start(guide.application(t, local, remote, **kw))
    t.becomes(NAME, [local.addr])
    return local, remote


def metrics(t):
    return t.run([need("curl"), "-sS", "--unix-socket",
                  os.path.join(t.dir, "state", "control.sock"),
                  "http://localhost/metrics"]).stdout


def changes(t):
    return [line for line in t.gtmd.output().splitlines() if " state from=" in line]


@scene("a prober that is killed: no state changes, another one goes on within a second")
def killed(t):
    local, remote = two_sites(t)
    eventually(lambda: sum(" to=up " in c for c in changes(t)) == 2, 5, "both known")
    before = changes(t)
    first = prober(t)
    os.kill(first, signal.SIGKILL)
    t.logged("prober ended signal=9")
    assert t.answer(NAME) == [local.addr]
    second = prober(t, but=first)
    t.logged("prober restarted")
    assert t.answer(NAME) == [local.addr]
    assert changes(t) == before, changes(t)
    assert "\ngtm_prober_restarts_total 1\n" in metrics(t)
    local.stop()				# and it does probe
    t.becomes(NAME, [remote.addr])
    os.kill(second, signal.SIGKILL)
    prober(t, but=second)
    assert t.answer(NAME) == [remote.addr]
    local.start()
    t.becomes(NAME, [local.addr])


@scene("a prober that dies again and again is started less and less often; answers stay")
def loop(t):
    local, _ = two_sites(t)
    last = None
    for _ in range(4):
        last = prober(t, but=last)
        os.kill(last, signal.SIGKILL)
    prober(t, but=last)
    pauses = [int(line.split("again_ms=")[1].split()[0])
              for line in t.gtmd.output().splitlines() if "again_ms=" in line]
    assert pauses == [100, 200, 400, 800], pauses
    assert t.answer(NAME) == [local.addr]


@scene("the prober keeps few capabilities, gains none, and is deaf to the group's signals")
def privileges(t):
    two_sites(t)
    pid = prober(t)

    # Raw sockets, ways of its own; becoming and ending the programs of monitor external.
    kept = 1 << 13 | 1 << 12 | 1 << 7 | 1 << 6 | 1 << 5

    def is_nobody():			# first of all, but after it is there
        with open(f"/proc/{pid}/status", encoding="ascii") as f:
            status = dict(line.split(":\t", 1) for line in f if ":\t" in line)
        return (int(status["CapEff"], 16) & ~kept == 0
                and int(status["CapPrm"], 16) & ~kept == 0
                and status["NoNewPrivs"].strip() == "1")
    eventually(is_nobody, 5, "few privileges")
    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGHUP)
    t.reload()
    assert prober(t) == pid
    assert t.gtmd.stop() == 0
    assert not os.path.exists(f"/proc/{pid}")


if __name__ == "__main__":
    main()
