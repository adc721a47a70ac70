#!/usr/bin/python3
"""Which name, which pool, which member: selection as operators configure it."""
import dns.rcode

from lib import guide
from lib.scene import eventually, main, scene

NAME = "vmhttp.siterequest.com"
DC = "gtm datacenter /Common/dc { }\n"


def server(name, *destinations):
    vss = "".join(f"        v{i} {{\n            destination {d}\n        }}\n"
                  for i, d in enumerate(destinations))
    return (f"gtm server /Common/{name} {{\n    datacenter /Common/dc\n"
            f"    product generic-host\n    virtual-servers {{\n{vss}    }}\n}}\n")


def simple(t, extra="", pool_body="", wide=""):
    t.start(DC + server("s", "192.0.2.1:80") + extra
            + guide.pool("p", [("/Common/s:v0", "member-order 0")], pool_body)
            + guide.wideip(NAME, [("p", "order 0")], wide))


@scene("aliases and wildcards lead to the wide IP; an exact name beats a pattern")
def names(t):
    text = (DC + server("s", "192.0.2.1:80", "192.0.2.2:80")
            + guide.pool("p", [("/Common/s:v0", "member-order 0")])
            + guide.pool("q", [("/Common/s:v1", "member-order 0")])
            + guide.wideip(NAME, [("p", "order 0")],
                           "    aliases {\n        *.apps.siterequest.com\n"
                           "        \\?.test.siterequest.com\n        www.siterequest.com\n    }\n")
            + guide.wideip("one.apps.siterequest.com", [("q", "order 0")]))
    t.start(text)
    for name in (NAME, "www.siterequest.com", "x.apps.siterequest.com", "a.test.siterequest.com",
                 "A.B.apps.siterequest.com"):
        assert t.answer(name) == ["192.0.2.1"], name
    assert t.answer("one.apps.siterequest.com") == ["192.0.2.2"]
    assert t.answer("ab.test.siterequest.com") in ("REFUSED", "NXDOMAIN")


@scene("A and AAAA are independent, over IPv6 too")
def families(t):
    text = (DC + server("s", "192.0.2.1:80", "2001:db8::7.80")
            + guide.pool("p", [("/Common/s:v0", "member-order 0")])
            + guide.pool("p6", [("/Common/s:v1", "member-order 0")], kind="aaaa")
            + guide.wideip(NAME, [("p", "order 0")])
            + guide.wideip(NAME, [("p6", "order 0")], kind="aaaa"))
    t.start(text + "".join(f"gtm listener /Common/{p}6 {{\n    address ::1\n    ip-protocol {p}\n"
                           f"    port {t.port}\n}}\n" for p in ("udp", "tcp")))
    for extra in ([], ["+tcp"]):
        for kind, want in (("A", "192.0.2.1"), ("AAAA", "2001:db8::7")):
            out = t.run(["dig", "+short", "@::1", "-p", str(t.port), NAME, kind, *extra]).stdout
            assert out.split() == [want], out


@scene("a CNAME wide IP leads through another wide IP; a foreign target ends the chain")
def cname(t):
    t.start(DC + server("s", "192.0.2.1:80")
            + guide.pool("p", [("/Common/s:v0", "member-order 0")])
            + guide.wideip(NAME, [("p", "order 0")])
            + guide.pool("c", [(NAME, "member-order 0")], kind="cname")
            + guide.pool("d", [("cdn.example.net", "static-target yes")], kind="cname")
            + guide.wideip("alias.siterequest.com", [("c", "order 0")], kind="cname")
            + guide.wideip("cdn.siterequest.com", [("d", "order 0")], kind="cname"))
    r = t.query("alias.siterequest.com")
    assert [str(s[0]) for s in r.answer] == [NAME + ".", "192.0.2.1"], r
    assert t.answer("cdn.siterequest.com") == ["cdn.example.net."]
    assert t.answer("cdn.siterequest.com", "AAAA") == ["cdn.example.net."]


@scene("the last-resort pool answers when no other can")
def last_resort(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    t.start(guide.sites(t, local, remote)
            + guide.pool("Local_pool", [("/Common/Local-BIG-IP:vmhttp", "member-order 0")])
            + guide.pool("spare", [("/Common/Remote-BIG-IP:vmhttp", "member-order 0")])
            + guide.wideip(NAME, [("Local_pool", "order 0")],
                           "    last-resort-pool a /Common/spare\n"))
    t.becomes(NAME, [local.addr])
    local.stop()
    t.becomes(NAME, [remote.addr])


@scene("failure-rcode answers when nothing else does; its ttl brings an SOA")
def failure_rcode(t):
    simple(t, pool_body="    disabled\n", wide="    failure-rcode nxdomain\n"
           "    failure-rcode-response enabled\n    failure-rcode-ttl 7\n")
    r = t.query(NAME)
    assert r.rcode() == dns.rcode.NXDOMAIN and r.authority[0].ttl == 7, r


@scene("return-to-dns hands the name to the zone's own records; fallback-ip is the pool's")
def return_to_dns(t):
    t.write("z.zone", "@ 300 SOA ns h 1 3600 600 86400 60\n@ 300 NS ns\nns 300 A 192.0.2.53\n"
            "vmhttp 300 A 192.0.2.99\n")
    zone = "gtm zone /Common/siterequest.com {\n    file z.zone\n}\n"
    modes = "    load-balancing-mode return-to-dns\n"
    simple(t, zone, modes)
    assert t.answer(NAME) == ["192.0.2.99"]
    modes = "    fallback-ip 192.0.2.77\n    load-balancing-mode fallback-ip\n"
    t.reload(DC + server("s", "192.0.2.1:80") + zone
             + guide.pool("p", [("/Common/s:v0", "member-order 0")], modes)
             + guide.wideip(NAME, [("p", "order 0")]))
    assert t.answer(NAME) == ["192.0.2.77"]


@scene("priority groups inside a pool: the next group joins below min-active-members")
def member_priority(t):
    a, b = t.site("a", 1), t.site("b", 2)
    t.start(guide.sites(t, a, b)
            + guide.pool("p", [("/Common/Local-BIG-IP:vmhttp", "priority-group 10"),
                               ("/Common/Remote-BIG-IP:vmhttp", "priority-group 5")],
                         "    min-active-members 1\n")
            + guide.wideip(NAME, [("p", "order 0")]))
    seen = lambda: {t.answer(NAME)[0] for _ in range(6)}
    eventually(lambda: seen() == {a.addr}, 5, "the first group alone")
    a.stop()
    eventually(lambda: seen() == {b.addr}, 5, "the second group")


@scene("verify-member-availability disabled hands out a member that is down")
def unverified(t):
    a, b = t.site("a", 1), t.site("b", 2)
    a.stop()
    text = (guide.sites(t, a, b)
            + guide.pool("p", [("/Common/Local-BIG-IP:vmhttp", "member-order 0")],
                         "    fallback-mode none\n    verify-member-availability disabled\n")
            + guide.wideip(NAME, [("p", "order 0")]))
    t.start(text)
    t.logged("to=offline")
    assert t.answer(NAME) == [a.addr]
    t.reload(text.replace("    verify-member-availability disabled\n", ""))
    t.becomes(NAME, [])


if __name__ == "__main__":
    main()
