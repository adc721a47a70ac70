#!/usr/bin/python3
"""What is set takes effect when it is set: properties changed one by one while gtmd
runs, each with the answer before and after. No reload, no restart."""
import socket

import dns.edns
import dns.flags
import dns.message
import dns.rdataclass

from lib import guide
from lib.backends import Backend, Talk
from lib.control import Control
from lib.scene import eventually, free_port, main, scene

NAME = "www.effects.test"
POOL, WIDE = "pool/a/~Common~p", f"wideip/a/~Common~{NAME}"


def address(i):
    return f"192.0.2.{i}"


def members(*which, **props):
    body = " ".join(f"{k.replace('_', '-')} {v}" for k, v in props.items())
    return [(f"/Common/s:v{i}", f"member-order {i} {body}".strip()) for i in which]


def stage(t, pool="", wide="", more=""):
    """Two members in global-availability: the first that may answers."""
    t.start(guide.hosts(6) + guide.pool("p", members(0, 1), pool or
            "    load-balancing-mode global-availability\n")
            + guide.wideip(NAME, [("p", "order 0")], wide) + more)
    return Control(t)


def change(c, path, **body):
    c.ok("PATCH", path, body)


def patches(t, c, rows):
    """rows: (path, body, the answer from then on)."""
    for path, body, want in rows:
        change(c, path, **body)
        got = t.answer(NAME)
        assert got == want, (path, body, got, want)


def authority(t, name=NAME, rdtype="A", **kw):
    return [rd.to_text() for s in t.query(name, rdtype, **kw).authority for rd in s]


@scene("enabled, of each that a decision hangs on; and back")
def switches(t):
    c = stage(t)
    first, second = [address(0)], [address(1)]
    off, on = {"disabled": True}, {"enabled": True}
    member = f"{POOL}/members/~Common~s:v0"
    rows = []
    for path, without in ((member, second), ("server/~Common~s/virtual-servers/v0", second),
                          ("server/~Common~s", []), ("datacenter/~Common~dc", []),
                          (POOL, []), (WIDE, [])):
        rows += [(path, off, without), (path, on, first)]
    patches(t, c, rows)


@scene("what a pool says of its answers: methods, counts, order, TTL, last resorts")
def pools(t):
    c = stage(t, more=guide.pool("last", members(5)))
    last = {"lastResortPool": "a /Common/last"}
    v = [[address(i)] for i in range(6)]
    patches(t, c, [
        (POOL, {"maxAnswersReturned": 2}, v[0] + v[1]),
        (POOL, {"maxAnswersReturned": 1}, v[0]),
        (f"{POOL}/members/~Common~s:v0", {"memberOrder": 9}, v[1]),
        (f"{POOL}/members/~Common~s:v0", {"memberOrder": 0}, v[0]),
        (f"{POOL}/members/~Common~s:v0", {"ratio": 0}, v[0]),
        (POOL, {"loadBalancingMode": "ratio"}, v[1]),
        (POOL, {"fallbackIp": "192.0.2.77"}, v[1]),
        (POOL, {"loadBalancingMode": "fallback-ip"}, ["192.0.2.77"]),
        (POOL, {"loadBalancingMode": "virtual-server-score", "alternateMode": "none",
                "fallbackMode": "fallback-ip"}, ["192.0.2.77"]),
        (POOL, {"fallbackMode": "none"}, []),
        (WIDE, last, v[5]),
        (POOL, {"alternateMode": "global-availability"}, v[0]),
        (POOL, {"minMembersUpMode": "number", "minMembersUpValue": 3}, v[5]),
        (POOL, {"minMembersUpMode": "percent"}, v[0]),
        (POOL, {"minMembersUpMode": "off"}, v[0]),
    ])
    change(c, POOL, ttl=77)
    assert t.query(NAME).answer[0].ttl == 77


@scene("what a wide IP says: names, pools, failures, minimal answers")
def wides(t):
    c = stage(t, more=guide.pool("q", members(3)) + guide.pool("n", members(4)))
    assert t.answer("other.effects.test") == "REFUSED"
    change(c, WIDE, aliases=["other.effects.test"])
    assert t.answer("other.effects.test") == [address(0)]
    change(c, WIDE, aliases=[])
    assert t.answer("other.effects.test") == "REFUSED"
    c.ok("POST", f"{WIDE}/pools", {"name": "/Common/q", "order": 5})
    patches(t, c, [
        (WIDE, {"poolLbMode": "global-availability"}, [address(0)]),
        (f"{WIDE}/pools/~Common~p", {"order": 7}, [address(3)]),
        (f"{WIDE}/pools/~Common~q", {"ratio": 0}, [address(3)]),
        (WIDE, {"poolLbMode": "ratio"}, [address(0)]),
        (f"{POOL}", {"disabled": True}, []),
        (WIDE, {"failureRcodeResponse": "enabled", "failureRcode": "nxdomain"}, "NXDOMAIN"),
    ])
    assert authority(t) == []
    change(c, WIDE, failureRcodeTtl=42)
    assert authority(t)[0].endswith(" 42"), authority(t)
    patches(t, c, [
        (WIDE, {"failureRcode": "servfail"}, "SERVFAIL"),
        (WIDE, {"failureRcodeResponse": "disabled"}, []),
        (f"{POOL}", {"enabled": True}, [address(0)]),
    ])
    assert authority(t) == []
    change(c, WIDE, minimalResponse="disabled")
    assert authority(t), "authority is left out"


@scene("load-balancing settings: what pools and wide IPs leave open, or may not do")
def balancing(t):
    lb = "global-settings/load-balancing"
    c = stage(t, pool="    load-balancing-mode global-availability\n    alternate-mode none\n"
                      "    fallback-mode global-availability\n"
                      "    verify-member-availability disabled\n")
    for i in (0, 1):
        change(c, f"server/~Common~s/virtual-servers/v{i}", monitor="/Common/tcp")
    change(c, "global-settings/general", monitorUnknown="down")
    patches(t, c, [
        (lb, {"verifyVsAvailability": "no"}, [address(0)]),
        (lb, {"respectFallbackDependency": "yes"}, [address(0)]),
        (lb, {"verifyVsAvailability": "yes"}, []),
        (lb, {"respectFallbackDependency": "no"}, [address(0)]),
        (POOL, {"fallbackMode": "none"}, []),
        (lb, {"failureRcodeResponse": "enabled", "failureRcode": "refused"}, "REFUSED"),
        (lb, {"failureRcode": "nxdomain", "failureRcodeTtl": 33}, "NXDOMAIN"),
    ])
    assert authority(t)[0].endswith(" 33"), authority(t)
    patches(t, c, [
        (lb, {"failureRcodeResponse": "disabled"}, []),
        ("global-settings/general", {"monitorUnknown": "up"}, [address(0)]),
    ])


@scene("general and DNS settings: the next query goes by them")
def settings(t):
    c = stage(t)
    general, own = "global-settings/general", "global-settings/dns"

    def chaos(name):
        return t.answer(dns.message.make_query(name, "TXT", dns.rdataclass.CH))

    change(c, general, wideipZoneNameserver="ns1.effects.test")
    assert authority(t, rdtype="MX")[0].startswith("ns1.effects.test. "), authority(t, rdtype="MX")
    change(c, own, wideipZoneNameservers=["ns2.effects.test"])
    assert t.answer(NAME, "NS") == ["ns1.effects.test.", "ns2.effects.test."]
    change(c, own, version="one", identity="two")
    assert chaos("version.bind") == ['"one"'] and chaos("id.server") == ['"two"']
    change(c, own, version="none", identity="none")
    assert (chaos("version.bind"), chaos("id.server")) == ("REFUSED", "REFUSED")

    def cookie():
        q = dns.message.make_query(NAME, "A", use_edns=0, options=[
            dns.edns.GenericOption(10, b"12345678")])
        return [o for o in t.query(q).options if o.otype == 10]
    assert cookie()
    change(c, own, cookies="no")
    assert not cookie()
    change(c, general, domainNameCheck="strict")
    c.refused(400, "POST", "wideip/a", {"name": "/Common/a_b.effects.test"})
    change(c, general, domainNameCheck="allow-underscore")
    c.ok("POST", "wideip/a", {"name": "/Common/a_b.effects.test"})

    # 120 addresses do not fit into what is now the longest answer
    c.ok("POST", "pool/a", {"name": "/Common/big", "maxAnswersReturned": 200})
    many = [{"name": f"g{i}", "destination": f"198.51.100.{i}:80"} for i in range(120)]
    c.ok("POST", "server", {"name": "/Common/g", "datacenter": "/Common/dc", "product":
                            "generic-host", "virtualServers": many})
    for i in range(120):
        c.ok("POST", "pool/a/~Common~big/members", {"name": f"/Common/g:g{i}"})
    c.ok("PATCH", WIDE, {"pools": [{"name": "/Common/big"}]})

    def cut():
        q = dns.message.make_query(NAME, "A", use_edns=0, payload=4096)
        return bool(t.query(q).flags & dns.flags.TC)
    assert cut()
    change(c, own, udpResponseMax=4096)
    assert not cut()


@scene("settings of connections: how many there may be, and how long they may be silent")
def connections(t):
    c = stage(t)
    change(c, "global-settings/dns", tcpIdleTimeout=300)
    with socket.create_connection(("127.0.0.1", t.port)) as s:
        s.settimeout(5)
        assert s.recv(1) == b""
    change(c, "global-settings/dns", tcpIdleTimeout=60000, tcpQueryTimeout=200)
    with socket.create_connection(("127.0.0.1", t.port)) as s:
        s.settimeout(5)
        s.sendall(b"\0")
        assert s.recv(1) == b""
    change(c, "global-settings/dns", tcpClientsMax=2)
    crowd = [socket.create_connection(("127.0.0.1", t.port)) for _ in range(5)]
    for s in crowd:
        s.settimeout(5)
    gone = [s for s in crowd[:3] if s.recv(1) == b""]
    assert len(gone) == 3
    for s in crowd:
        s.close()


@scene("threads and their manner: there are as many as are asked for, and none is lost")
def threads(t):
    c = stage(t)

    def threads_now():
        """How many threads gtmd has."""
        with open(f"/proc/{t.gtmd.pid}/status", encoding="ascii") as f:
            return int(next(x for x in f if x.startswith("Threads:")).split()[1])

    def received():
        """SO_RCVBUF of the UDP sockets, as the system doubles it."""
        out = t.run(["ss", "-lunmp", f"sport = :{t.port}"]).stdout
        return {int(x.split(",rb")[1].split(",")[0]) for x in out.splitlines() if ",rb" in x}
    change(c, "global-settings/dns", threads="1")
    others = threads_now() - 1
    for n in (3, 1, 2):
        change(c, "global-settings/dns", threads=str(n), batch=n, udpCoalesce=n)
        eventually(lambda n=n: threads_now() == others + n, 5, f"{others} + {n} threads")
        assert t.answer(NAME) == [address(0)]
    change(c, "global-settings/dns", udpReceiveBuffer=65536)
    if received():
        assert received() == {131072}, received()


@scene("limits of virtual servers, servers, pools and members, and whether they are watched")
def limits(t):
    c = stage(t)
    vs, member = "server/~Common~s/virtual-servers/v0", f"{POOL}/members/~Common~s:v0"
    c.ok("POST", "metrics", {"items": [{"virtualServer": "/Common/s:v0", "connections": 50}]})
    t.becomes(NAME, [address(0)])
    for path, without in ((vs, [address(1)]), (member, [address(1)]), (POOL, []),
                          ("server/~Common~s", [])):
        change(c, path, limitMaxConnections=49, limitMaxConnectionsStatus="enabled")
        t.becomes(NAME, without)
        change(c, path, limitMaxConnections=60)	# 50 is a tenth below
        t.becomes(NAME, [address(0)])
        change(c, path, limitMaxConnections=10, limitMaxConnectionsStatus="disabled")
        t.becomes(NAME, [address(0)])


@scene("topology: records, regions and the rules for them")
def topology(t):
    c = stage(t, pool="    load-balancing-mode topology\n    fallback-mode none\n"
                      "    alternate-mode none\n")
    record = {"name": "ldns: subnet 127.0.0.0/8 server: subnet 192.0.2.1/32", "score": 10}
    c.ok("POST", "topology", record)
    assert t.answer(NAME) == [address(1)]
    c.ok("POST", "region", {"name": "/Common/r"})
    c.ok("POST", "topology", {"name": "ldns: region /Common/r server: subnet 192.0.2.0/32",
                              "score": 20})
    assert t.answer(NAME) == [address(1)]
    change(c, "region/~Common~r", regionMembers=[{"name": "subnet 127.0.0.1/32"}])
    assert t.answer(NAME) == [address(0)]


@scene("persistence of a wide IP, static persistence of a pool: on, off, and how wide")
def persistence(t):
    c = stage(t, pool="    load-balancing-mode round-robin\n")
    sources = [f"127.0.{i}.1" for i in range(1, 9)]

    def of(source):
        return t.answer(NAME, source=source)[0]

    def changing():
        """Some client is answered with both. Each thread has a turn of its own, and two
        questions may come to two of them."""
        return any(len({of(s) for _ in range(6)}) == 2 for s in sources)
    assert changing()
    change(c, WIDE, persistence="enabled")
    first = {s: of(s) for s in sources}
    assert len(set(first.values())) == 2 and {s: of(s) for s in sources} == first
    change(c, WIDE, persistCidrIpv4=8)		# all are one client from here on
    assert len({of(f"127.1.{i}.1") for i in range(8)}) == 1
    change(c, WIDE, persistence="disabled")
    assert changing()
    change(c, POOL, loadBalancingMode="static-persistence")
    assert len({of(s) for s in sources}) == 2 and not changing()
    change(c, "global-settings/general", staticPersistCidrIpv4=8)
    assert len({of(s) for s in sources}) == 1


@scene("listeners, zones and who probes: each where and while it is enabled")
def places(t):
    t.write("one.zone", "$ORIGIN one.test.\n@ 60 SOA ns admin 1 60 60 60 60\n@ 60 NS ns\n"
            "ns 60 A 192.0.2.53\nwww 60 A 192.0.2.80\n")
    backend = page(t, 1)
    c = stage(t, more="gtm zone /Common/one.test {\n    file one.zone\n}\n"
              "gtm server /Common/me {\n    datacenter /Common/dc\n    product generic-host\n"
              "    devices {\n        d {\n            addresses {\n"
              "                127.0.0.1 { }\n            }\n        }\n    }\n}\n"
              "gtm prober-pool /Common/probers {\n    members {\n        /Common/me {\n"
              "            order 0\n        }\n    }\n}\n"
              "gtm monitor http /Common/fast {\n    defaults-from /Common/http\n"
              "    interval-ms 100\n    probe-timeout-ms 90\n}\n"
              + guide.server("web", "dc", backend.addr, backend.port, "/Common/fast"))
    for state, want in (("disabled", "REFUSED"), ("enabled", ["192.0.2.80"])):
        change(c, "zone/~Common~one.test", **{state: True})
        assert t.answer("www.one.test") == want, (state, t.answer("www.one.test"))
    change(c, "server/~Common~web", proberPreference="pool", proberFallback="none",
           proberPool="/Common/probers")

    def probed():
        start = backend.seen
        eventually(lambda: backend.seen > start + 1, 5, "it is probed")
    probed()
    for path in ("prober-pool/~Common~probers",
                 "prober-pool/~Common~probers/members/~Common~me"):
        change(c, path, disabled=True)
        assert "Not probed from here" in str(c.ok("GET", "server/~Common~web/virtual-servers/"
                                                  "vmhttp/stats")), path
        change(c, path, enabled=True)
        probed()
    other = free_port()
    change(c, "listener/~Common~udp", port=other)
    assert t.answer(NAME, port=other) == [address(0)]
    change(c, "listener/~Common~tcp", disabled=True)
    with socket.socket() as s:
        assert s.connect_ex(("127.0.0.1", t.port)) != 0
    change(c, "listener/~Common~tcp", enabled=True)
    assert t.answer(NAME, tcp=True) == [address(0)]


class Page(Talk):
    """Answers "hello NAME" to whoever asks for /NAME, and keeps what was asked."""

    def handle(self):
        asked = self.request.recv(4096)
        self.server.seen += 1
        self.server.asked = asked
        self.request.sendall(b"HTTP/1.0 200 OK\r\n\r\nhello " + asked.split(b" ")[1][1:] + b"\n")


def page(t, i):
    b = Backend(f"{t.net}.{i}", t.web_port)
    b.RequestHandlerClass, b.asked = Page, b""
    return b


@scene("monitors: each text and number of one, of the one it derives from, and of who has it")
def monitors(t):
    first, second = page(t, 1), page(t, 2)
    fast = "    interval-ms 100\n    probe-timeout-ms 90\n"
    t.start(guide.sites(t, first, second, mon=guide.monitor(extra=fast) + """
gtm monitor http /Common/child {
    defaults-from /Common/VM-http-monitor
}
""")
            + guide.pool("p", [("/Common/Local-BIG-IP:vmhttp", "member-order 0"),
                               ("/Common/Remote-BIG-IP:vmhttp", "member-order 1")],
                         "    load-balancing-mode global-availability\n")
            + guide.wideip(NAME, [("p", "order 0")]))
    c = Control(t)
    parent, child = (f"monitor/http/~Common~{x}" for x in ("VM-http-monitor", "child"))
    change(c, "server/~Common~Local-BIG-IP", monitor="/Common/child")
    t.becomes(NAME, [first.addr])

    def both(wants, path=parent, **body):
        """Only the first target is asked by the child, which says no itself."""
        change(c, path, **body)
        t.becomes(NAME, wants, seconds=5)
    only = [second.addr]
    both([], recv="nothing")
    both([first.addr], recv="hello")
    both(only, child, recv="hello child")
    both([first.addr], send="GET /child HTTP/1.0\\r\\n\\r\\n")
    both(only, child, reverse="enabled")
    both([first.addr], child, reverse="disabled")
    both([first.addr], child, username="us", password="pw")
    eventually(lambda: b"Authorization: Basic dXM6cHc=" in first.asked, 5, "a log-in is sent")
    assert b"Authorization" not in second.asked
    both(only, child, recvStatusCode="404")
    both([first.addr], child, recvStatusCode="none")
    both(only, child, destination=f"*:{t.web_port + 1}")
    both([first.addr], child, destination="*:*")
    c.ok("POST", "monitor/tcp", {"name": "/Common/gone", "destination": "*:1",
                                 "intervalMs": 100, "probeTimeoutMs": 90})
    for path in (POOL + "/members/~Common~Local-BIG-IP:vmhttp",
                 "server/~Common~Local-BIG-IP/virtual-servers/vmhttp"):
        both(only, path, monitor="/Common/gone")
        both([first.addr], path, monitor="min 1 of { /Common/gone /Common/child }")
        both([first.addr], path, monitor="")
    change(c, POOL, manualResume="enabled")
    both(only, child, recv="nothing")
    change(c, child, recv="hello")
    eventually(lambda: t.gtmd.output().splitlines()[-1].count("Available"), 5, "it is up again")
    assert t.answer(NAME) == only
    member = POOL + "/members/~Common~Local-BIG-IP:vmhttp"
    both(only, member, description="text", ratio=2)
    both([first.addr], member, enabled=True)	# it was never disabled


if __name__ == "__main__":
    main()
