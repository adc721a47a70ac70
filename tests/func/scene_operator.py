#!/usr/bin/python3
"""The operator's word counts: disable, enable, priorities, ratios, reload."""
from collections import Counter

from lib import guide
from lib.scene import eventually, main, scene

NAME = "vmhttp.siterequest.com"
OFF = "    disabled\n"


@scene("disabling and enabling pools moves the answer")
def pools(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    t.start(guide.application(t, local, remote, remote_pool=OFF))
    t.becomes(NAME, [local.addr])
    t.reload(guide.application(t, local, remote, local_pool=OFF))
    t.becomes(NAME, [remote.addr])
    t.reload(guide.application(t, local, remote, remote_pool=OFF))
    t.becomes(NAME, [local.addr])


@scene("a disabled data center takes its servers, members and traffic along")
def datacenter(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    text = guide.application(t, local, remote)
    t.start(text)
    t.becomes(NAME, [local.addr])
    t.reload(text.replace("datacenter /Common/Local { }", "datacenter /Common/Local { disabled }"))
    t.becomes(NAME, [remote.addr])


@scene("a wide IP's priority groups: the next group joins below min-active-members")
def priority(t):
    a, b, c = (t.site(n, i) for i, n in enumerate(("a", "b", "c"), 1))
    servers = "".join(guide.server(n, "Local", s.addr, s.port)
                      for n, s in (("sa", a), ("sb", b), ("sc", c)))
    text = ("gtm datacenter /Common/Local { }\n" + guide.monitor() + servers
            + guide.pool("Local_pool", [("/Common/sa:vmhttp", "member-order 0"),
                                        ("/Common/sb:vmhttp", "member-order 1")])
            + guide.pool("Remote_pool", [("/Common/sc:vmhttp", "member-order 0")])
            + guide.wideip(NAME, [("Local_pool", "order 0\n            priority-group 10"),
                                  ("Remote_pool", "order 1\n            priority-group 5")],
                           "    min-active-members 2\n"))
    t.start(text)
    both = lambda: {t.answer(NAME)[0] for _ in range(8)}
    assert both() == {a.addr, b.addr}
    b.stop()
    eventually(lambda: both() == {a.addr, c.addr}, 6, "the remote site joins in")


@scene("ratio 3 : 1 is exact over 1,000 queries")
def ratio(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    text = (guide.sites(t, local, remote)
            + guide.pool("p", [("/Common/Local-BIG-IP:vmhttp", "ratio 3"),
                               ("/Common/Remote-BIG-IP:vmhttp", "ratio 1")],
                         "    load-balancing-mode ratio\n")
            + guide.wideip(NAME, [("p", "order 0")]))
    t.start("gtm global-settings dns {\n    threads 1\n}\n" + text)
    got = Counter(t.answer(NAME)[0] for _ in range(1000))
    assert abs(got[local.addr] - 750) <= 3, got
    t.reload("gtm global-settings dns {\n    threads 1\n}\n" + text.replace("ratio 3", "ratio 1"))
    got = Counter(t.answer(NAME)[0] for _ in range(1000))
    assert abs(got[local.addr] - 500) <= 3, got


@scene("a bad file on reload is refused and the running configuration stays")
def bad_reload(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    text = guide.application(t, local, remote)
    t.start(text)
    t.becomes(NAME, [local.addr])
    t.reload(text.replace("pool-lb-mode global-availability", "pool-lb-mode wishful"))
    t.logged("wishful")
    assert t.answer(NAME) == [local.addr]


if __name__ == "__main__":
    main()
