#!/usr/bin/python3
"""Backends that lie, hang, reset and never end: none can hurt gtmd."""
from lib import guide
from lib.backends import Backend
from lib.scene import eventually, main, scene

NAME = "vmhttp.siterequest.com"


def resident_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(next(line for line in f if line.startswith("VmRSS")).split()[1])


@scene("reset, wrong body, hang, endless header, endless body: each takes the site down and back")
def moods(t):
    bad = Backend(f"{t.net}.1", t.web_port)
    good = t.site("remote", 2)
    t.start(guide.application(t, bad, good, mon=guide.monitor(interval=1, timeout=3)))
    for mood in ("reset", "wrong_body", "hang", "endless_header", "endless_body"):
        t.becomes(NAME, [bad.addr], seconds=8)
        before = resident_kib(t.gtmd.pid)
        bad.mood = mood
        eventually(lambda: t.answer(NAME) == [good.addr], 8, f"{mood} is noticed")
        assert resident_kib(t.gtmd.pid) < before + 65536, mood
        bad.mood = "good"


@scene("a rule of two monitors: and needs both, min 1 of needs one")
def rules(t):
    a = Backend(f"{t.net}.1", t.web_port)
    b = t.site("remote", 2)
    two = guide.monitor() + guide.monitor().replace("VM-http-monitor", "never").replace(
        'recv "hello"', 'recv "no such words"')
    text = guide.application(t, a, b, mon=two)
    rule = "monitor /Common/VM-http-monitor"
    t.start(text.replace(rule, rule + " and /Common/never", 1))
    t.becomes(NAME, [b.addr])
    t.reload(text.replace(rule, "monitor min 1 of { /Common/VM-http-monitor /Common/never }", 1))
    t.becomes(NAME, [a.addr])


@scene("a tcp monitor sees a port that closes")
def tcp(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    mon = """
gtm monitor tcp /Common/VM-http-monitor {
    defaults-from /Common/tcp
    interval 1
    probe-timeout 1
    timeout 3
}
"""
    t.start(guide.application(t, local, remote, mon=mon))
    t.becomes(NAME, [local.addr])
    local.stop()
    t.becomes(NAME, [remote.addr])


@scene("manual-resume: a member that came back stays down until an operator enables it")
def manual_resume(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    text = guide.application(t, local, remote, local_pool="    manual-resume enabled\n")
    t.start(text)
    t.becomes(NAME, [local.addr])
    t.logged("Local-BIG-IP:vmhttp state from=unknown to=available")
    local.stop()
    t.becomes(NAME, [remote.addr])
    local.start()
    t.logged("Local-BIG-IP:vmhttp state from=offline to=available", 8)
    assert t.answer(NAME) == [remote.addr]
    member = "/Common/Local-BIG-IP:vmhttp {\n"
    t.reload(text.replace(member, member + "            disabled\n"))
    t.reload(text)
    t.becomes(NAME, [local.addr])


if __name__ == "__main__":
    main()
