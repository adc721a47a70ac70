#!/usr/bin/python3
"""Records of every type: as each client reads them, over UDP and TCP, by way of
a resolver, and as REST creates and changes them."""
import re

import dns.flags
import dns.rdatatype

from lib import guide
from lib.control import Control
from lib.scene import Process, eventually, free_port, main, need, scene

ZONE = """@ 300 SOA ns hostmaster 1 3600 600 86400 60
@ 300 NS ns
ns 300 A 192.0.2.53
ns 300 AAAA 2001:db8::53
"""
STATIC = "static-target yes\n            "
LONG = "k=" + "x" * 300
# A type: name, members, and what dig and kdig print of them in order.
RECORDS = {
    "MX": ("example.com", [("mail.example.com", "priority 5"),
                           ("far.example.net", STATIC + "priority 20")],
           ["5 mail.example.com.", "20 far.example.net."]),
    "SRV": ("_sip._tcp.example.com", [("mail.example.com", "port 5060\n            weight 7"),
                                      ("far.example.net", STATIC + "port 5061")],
            ["10 7 5060 mail.example.com.", "10 10 5061 far.example.net."]),
    "NAPTR": ("enum.example.com",
              [("_sip._tcp.example.com", "flags s\n            service SIP+D2T"),
               ("mail.example.com", "flags a\n            order 20")],
              ['10 0 "s" "SIP+D2T" "" _sip._tcp.example.com.',
               '20 0 "a" "" "" mail.example.com.']),
    "HTTPS": ("www.example.com",
              [("mail.example.com",
                "alpn {\n                h2\n                h3\n            }\n"
                "            ipv4hint {\n                192.0.2.1\n            }\n"
                "            port 8443"),
               ("far.example.net", STATIC + "svc-priority 2")],
              ['1 mail.example.com. alpn="h2,h3" port=8443 ipv4hint=192.0.2.1',
               "2 far.example.net."]),
    "SVCB": ("_dns.example.com",
             [("mail.example.com", "alpn {\n                dot\n            }")],
             ['1 mail.example.com. alpn="dot"']),
    "TXT": ("example.com", [("spf", 'text "v=spf1 mx -all"'), ("long", f"text {LONG}")],
            ['"v=spf1 mx -all"', f'"{LONG[:255]}" "{LONG[255:]}"']),
}


def typed(kind, name, members, wide=""):
    return (guide.pool("p", members, "    max-answers-returned 10\n", kind=kind)
            + guide.wideip(name, [("p", "order 0")], wide, kind=kind))


def mail(t, wide=""):
    """The target of all records: an application with an address."""
    t.write("example.com.zone", ZONE)
    return ("gtm zone /Common/example.com {\n    file example.com.zone\n}\n"
            "gtm datacenter /Common/dc { }\n" + guide.server("s", "dc", "192.0.2.1", 25, None)
            + guide.pool("addr", [("/Common/s:vmhttp", "member-order 0")])
            + guide.wideip("mail.example.com", [("addr", "order 0")], wide))


def everything(t, wide=""):
    return mail(t, wide) + "".join(typed(kind.lower(), name, members, wide)
                                   for kind, (name, members, _) in RECORDS.items())


def plain(lines):
    """Sorted; each client has its own view of quotes around a parameter's value."""
    return sorted(re.sub(r'=("?)([^" ]*)\1', r"=\2", line) if "alpn" in line else line
                  for line in lines)


@scene("dig and kdig read every type, over UDP and TCP; other types have no data")
def clients(t):
    t.start(everything(t))
    for kind, (name, _, want) in RECORDS.items():
        for tool in ("dig", "kdig"):
            for extra in ([], ["+tcp"]):
                out = t.run([need(tool), "+short", "@127.0.0.1", "-p", str(t.port), name, kind,
                             *extra]).stdout.splitlines()
                assert plain(out) == plain(want), (tool, kind, extra, out)
        r = t.query(name, "CAA")
        assert r.rcode() == 0 and not r.answer and r.authority, r
    assert t.query("example.com", "ANY").answer[0].rdtype == dns.rdatatype.HINFO
    assert t.answer("example.com", "NS") == ["ns.example.com."]


@scene("what does not fit UDP is truncated whole, and there by TCP")
def truncated(t):
    texts = [(f"m{i}", f"text {i:04}{'y' * 200}") for i in range(10)]
    t.start(mail(t) + typed("txt", "big.example.com", texts))
    r = t.query("big.example.com", "TXT")
    assert r.flags & dns.flags.TC and not r.answer, r
    assert len(t.answer("big.example.com", "TXT", tcp=True)) == 10


@scene("without minimal-response the targets' addresses stand beside, if there is room")
def additional(t):
    t.start(everything(t, "    minimal-response disabled\n"))
    for kind in ("MX", "SRV", "HTTPS", "SVCB"):
        r = t.query(RECORDS[kind][0], kind)
        told = {(str(s.name), s[0].to_text()) for s in r.additional}
        assert ("mail.example.com.", "192.0.2.1") in told, (kind, r)
        assert not any(n.startswith("far.") for n, _ in told), r
        assert r.authority[0].rdtype == dns.rdatatype.NS, r


@scene("a record goes when no wide IP at its target is left, and comes back")
def health(t):
    site = t.site("mail", 3)
    t.write("example.com.zone", ZONE)
    t.start("gtm datacenter /Common/Local { }\n" + guide.monitor()
            + guide.server("s", "Local", site.addr, site.port)
            + guide.pool("addr", [("/Common/s:vmhttp", "member-order 0")],
                         "    fallback-mode none\n")
            + guide.wideip("mail.example.com", [("addr", "order 0")])
            + typed("mx", "example.com", [("mail.example.com", "priority 5"),
                                          ("far.example.net", STATIC + "priority 20")]))
    both = ["20 far.example.net.", "5 mail.example.com."]
    t.becomes("example.com", both, "MX")
    site.stop()
    t.becomes("example.com", both[:1], "MX")
    site.start()
    t.becomes("example.com", both, "MX")


@scene("pools-cname answer in one order with the wide IP's own")
def cname_pools(t):
    wide = "    pool-lb-mode {}\n    pools-cname {{\n        /Common/cdn {{\n" \
        "            order {}\n        }}\n    }}\n"
    text = mail(t) + guide.pool("cdn", [("far.example.net", STATIC + "member-order 0")],
                                kind="cname")
    own = lambda mode, at: guide.wideip("app.example.com", [("addr", "order 1")],
                                        wide.format(mode, at))
    t.start(text + own("global-availability", 0))
    assert t.answer("app.example.com") == ["far.example.net."]
    assert t.answer("app.example.com", "AAAA") == []
    t.reload(text + own("global-availability", 2))
    assert t.answer("app.example.com") == ["192.0.2.1"]
    t.reload(text + own("round-robin", 0))
    assert {t.answer("app.example.com")[0] for _ in range(8)} == {"192.0.2.1", "far.example.net."}


@scene("unbound resolves every type through gtmd")
def resolver(t):
    t.start(everything(t))
    port = free_port()
    conf = t.write("unbound.conf", f"""
server:
    interface: 127.0.0.1
    port: {port}
    chroot: ""
    username: ""
    directory: "{t.dir}"
    pidfile: ""
    do-ip6: no
    use-syslog: no
    module-config: "iterator"
    do-not-query-localhost: no
stub-zone:
    name: "example.com"
    stub-addr: 127.0.0.1@{t.port}
remote-control:
    control-enable: no
""")
    unbound = Process(t, "unbound", [need("unbound"), "-d", "-c", conf])
    eventually(lambda: "start of service" in unbound.output(), 10, "unbound serves")
    for kind, (name, _, want) in RECORDS.items():
        assert plain(t.answer(name, kind, port=port)) == plain(want), kind


@scene("REST creates and changes records, and explains what they answer")
def rest(t):
    t.start(mail(t))
    c = Control(t)
    pool = "/mgmt/tm/gtm/pool/https"
    doc = c.ok("POST", pool, {"name": "p", "members": [
        {"name": "mail.example.com", "alpn": ["h3", "h2"]}]})
    assert doc["kind"] == "tm:gtm:pool:https:httpsstate", doc
    wide = c.ok("POST", "/mgmt/tm/gtm/wideip/https",
                {"name": "www.example.com", "pools": [{"name": "p"}]})
    assert wide["pools"][0]["nameReference"]["link"].split("?")[0].endswith(
        "/pool/https/~Common~p"), wide
    assert t.answer("www.example.com", "HTTPS") == ['1 mail.example.com. alpn="h2,h3"']
    member = c.ok("PATCH", pool + "/p/members/mail.example.com", {"svcPriority": 3, "port": 444})
    assert member["kind"] == "tm:gtm:pool:https:members:membersstate", member
    assert t.answer("www.example.com", "HTTPS") == ['3 mail.example.com. alpn="h2,h3" port="444"']
    told = c.ok("POST", "/mgmt/tm/gtm/explain", {"name": "www.example.com", "type": "https"})
    assert told["pools"][0]["members"][0]["answer"] == \
        '3 mail.example.com. alpn="h2,h3" port=444', told
    c.refused(400, "PATCH", pool + "/p/members/mail.example.com", {"svcPriority": 0})
    stats = c.ok("GET", "/mgmt/tm/gtm/wideip/https/www.example.com/stats")
    entry, = stats["entries"].values()
    assert entry["nestedStats"]["entries"]["requests"]["value"] == 2, stats
    assert entry["nestedStats"]["entries"]["wipType"]["description"] == "HTTPS", stats


if __name__ == "__main__":
    main()
