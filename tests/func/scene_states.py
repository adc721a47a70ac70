#!/usr/bin/python3
"""What was known outlives gtmd, however it ended: the first answer is as the last
one was, and what nobody knows is answered by policy."""
import os
import signal

from lib import guide
from lib.backends import Backend
from lib.control import Control
from lib.scene import eventually, main, need, need_root, scene

NAME = "vmhttp.siterequest.com"
RECORD = 32		# octets, the head's too


def two(t):
    """A backend each for the local and the remote site."""
    return [Backend(f"{t.net}.{i}", t.web_port) for i in (1, 2)]


def patient(extra=""):
    """Silence takes nobody down while a scene plays."""
    return guide.monitor(interval=2, timeout=300, extra=extra)


def hang(backends):
    """No probe of these ends by itself from here on, however often they are asked."""
    for b in backends:
        if b.mood == "closed":
            b = Backend(b.addr, b.port)
        b.mood = "hang"


def killed(t):
    """gtmd is gone without a last word, and so is its prober."""
    t.gtmd.kill(signal.SIGKILL)
    t.gtmd.proc.wait()


def known(t):
    """{target: (state, since, results)}"""
    c = Control(t)
    doc = {x["target"]: (x["state"], x["since"], x["results"])
           for x in c.ok("GET", "probe")["items"]}
    c.close()
    return doc


def down_and_up(t, local, remote, **kw):
    """The local site has failed, the remote one answers; all are known."""
    t.start(guide.application(t, local, remote, mon=patient(), **kw))
    t.becomes(NAME, [local.addr])
    local.refuse()
    t.becomes(NAME, [remote.addr])
    eventually(lambda: sorted(s for s, _, _ in known(t).values()) == ["down", "up"], 5, "known")


def states(t):
    return os.path.join(t.dir, "state", "states")


def read(t):
    with open(states(t), "rb") as f:
        return bytearray(f.read())


def records(octets):
    """Where there is one."""
    return [at for at in range(RECORD, len(octets), RECORD) if any(octets[at:at + RECORD])]


@scene("kill -9: the next gtmd answers as the last one did, before any probe has ended")
def kill(t):
    local, remote = two(t)
    down_and_up(t, local, remote)
    before = known(t)
    hang((local, remote))
    for _ in range(3):
        killed(t)
        t.start()
        assert t.answer(NAME) == [remote.addr]
        now = known(t)
        assert {k: v[:2] for k, v in now.items()} == {k: v[:2] for k, v in before.items()}
        assert all(results == 0 for _, _, results in now.values()), now
    assert len(records(read(t))) == 2


@scene("another monitor inherits nothing: what it would find is unknown, and answered")
def another(t):
    local, remote = two(t)
    down_and_up(t, local, remote)
    hang((local, remote))
    killed(t)
    t.start(guide.application(t, local, remote, mon=patient(extra="    rise 2\n")))
    assert t.answer(NAME) == [local.addr]
    assert {s for s, _, _ in known(t).values()} == {"unknown"}


def general(*lines):
    return "gtm global-settings general {\n" + "".join(f"    {x}\n" for x in lines) + "}\n"


@scene("nothing is known: the first answer is the policy's, and waits for no probe")
def unknown(t):
    local, remote = two(t)
    hang((local, remote))
    for line, want in (("monitor-unknown up", [local.addr]), ("monitor-unknown down", [])):
        t.start(guide.application(t, local, remote, mon=patient()) + general(line))
        assert t.answer(NAME) == want, (line, t.answer(NAME))
        assert all(x[0] == "unknown" and x[2] == 0 for x in known(t).values()), known(t)
        killed(t)
    t.start()
    remote.mood = "good"		# down was by policy, not for good
    t.becomes(NAME, [remote.addr])
    c = Control(t)
    c.ok("PATCH", "global-settings/general", {"monitorUnknown": "up"})
    assert t.answer(NAME) == [local.addr]
    c.refused(400, "PATCH", "global-settings/general", {"monitorUnknown": "maybe"})


@scene("a policy for what is unknown is none for what was known, unless that is forgotten")
def forgotten(t):
    local, remote = two(t)
    down_and_up(t, local, remote)
    hang((local, remote))
    text = guide.application(t, local, remote, mon=patient())
    killed(t)
    t.start(text + general("monitor-unknown down"))
    assert t.answer(NAME) == [remote.addr]
    killed(t)
    t.start(text + general("monitor-last-known no"))
    assert t.answer(NAME) == [local.addr]
    assert {s for s, _, _ in known(t).values()} == {"unknown"}


@scene("damage to the file: what is whole counts, the log tells the rest, nothing ends")
def damage(t):
    local, remote = two(t)
    down_and_up(t, local, remote)
    hang((local, remote))
    killed(t)
    whole = read(t)
    down = next(at for at in records(whole) if whole[at + 16] == 2)
    torn = bytearray(whole)
    torn[down + 10:down + RECORD] = bytes(RECORD - 10)
    later = bytearray(whole)
    later[15] += 1
    cases = (
        (torn, [local.addr], "states-damaged whole=1 damaged=1"),
        (whole[:RECORD // 2], [local.addr], "head is damaged"),
        (whole[:-7], [remote.addr], "octets_left_over=25"),
        (later, [local.addr], "it is of version 2, not 1"),
        (b"<html>\n" * 1000, [local.addr], "it is not a file of states"),
        (whole, [remote.addr], None),
    )
    for octets, want, line in cases:
        t.write("state/states", bytes(octets))
        t.start()
        assert t.answer(NAME) == want, (line, t.gtmd.output())
        if line:
            assert line in t.gtmd.output(), (line, t.gtmd.output())
        else:
            assert "states" not in t.gtmd.output(), t.gtmd.output()
        killed(t)


@scene("the file is cut to nothing under gtmd: it goes on, makes it whole, and all is kept again")
def cut(t):
    local, remote = two(t)
    down_and_up(t, local, remote)
    os.truncate(states(t), 0)
    local = Backend(local.addr, local.port)
    t.becomes(NAME, [local.addr])	# a change of state, written where nothing is
    t.logged("states-cut octets=0")
    t.logged("states-kept-again", 15)
    assert len(records(read(t))) == 2
    killed(t)
    hang((local, remote))
    t.start()
    assert t.answer(NAME) == [local.addr]
    assert [s for s, _, _ in known(t).values()] == ["up", "up"]


@scene("no room on the disk: the log tells it, and answers do not care")
def full(t):
    need_root()
    local, remote = two(t)
    state = os.path.join(t.dir, "state")
    os.makedirs(state)
    inside = [need("unshare"), "--mount", need("sh"), "-c",
              f'mount -t tmpfs -o size=28k,mode=700 none {state} && exec "$@"', "sh"]
    t.start(guide.application(t, local, remote, mon=patient()), prefix=inside)
    t.logged("states-not-kept cause=\"No space left on device\"")
    t.becomes(NAME, [local.addr])
    local.refuse()
    t.becomes(NAME, [remote.addr])


if __name__ == "__main__":
    main()
