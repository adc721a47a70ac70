#!/usr/bin/python3
"""What goes over the wire: UDP, TCP, EDNS, odd questions, hostile packets."""
import random
import socket
import struct

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode

from lib import guide
from lib.scene import main, need, scene

NAME = "vmhttp.siterequest.com"
ZONE = """$ORIGIN siterequest.com.
$TTL 300
@ SOA ns1 hostmaster 7 3600 600 86400 60
@ NS ns1
@ NS ns2.example.net.
ns1 A 192.0.2.53
www A 192.0.2.80
www AAAA 2001:db8::80
alias CNAME www
chain CNAME alias
toapp CNAME vmhttp
*.wild TXT "a wildcard"
a.b.c.deep A 192.0.2.9
child NS ns.child
ns.child A 192.0.2.99
odd TYPE65280 \\# 3 abcdef
old DNAME new
""" + "".join(f"big TXT \"{i:03d}{'x' * 200}\"\n" for i in range(30))


def serve(t, extra="", members=1):
    t.write("siterequest.com.zone", ZONE)
    vss = "".join(f"        v{i} {{\n            destination 192.0.2.{i + 1}:80\n        }}\n"
                  for i in range(members))
    t.start(extra + "gtm zone /Common/siterequest.com {\n    file siterequest.com.zone\n}\n"
            "gtm datacenter /Common/dc { }\ngtm server /Common/s {\n    datacenter /Common/dc\n"
            "    product generic-host\n    virtual-servers {\n" + vss + "    }\n}\n"
            + guide.pool("p", [(f"/Common/s:v{i}", f"member-order {i}") for i in range(members)],
                         f"    max-answers-returned {members}\n")
            + guide.wideip(NAME, [("p", "order 0")])
            + guide.wideip("app.elsewhere.org", [("p", "order 0")]))


@scene("zone data: exact names, chains, wildcards, empty non-terminals, delegations, DNAME")
def zone(t):
    serve(t)
    assert t.answer("www.siterequest.com") == ["192.0.2.80"]
    assert t.answer("www.siterequest.com", "AAAA") == ["2001:db8::80"]
    assert t.answer("chain.siterequest.com") == ["192.0.2.80", "alias", "www"] or \
        len(t.answer("chain.siterequest.com")) == 3
    assert t.answer("x.wild.siterequest.com", "TXT") == ['"a wildcard"']
    assert t.answer("x.wild.siterequest.com") == []
    assert t.answer("c.deep.siterequest.com") == []
    assert t.answer("nope.siterequest.com") == "NXDOMAIN"
    r = t.query("host.child.siterequest.com")
    assert not r.flags & dns.flags.AA and not r.answer, r
    assert "ns.child" in str(r.authority[0]) and "192.0.2.99" in str(r.additional[0]), r
    assert t.answer("odd.siterequest.com", "TYPE65280") == ["\\# 3 abcdef"]
    assert str(t.query("x.old.siterequest.com").answer[1][0].target) == "x.new.siterequest.com."
    assert t.answer("toapp.siterequest.com")[0] == "192.0.2.1"


@scene("a wide IP outside every zone is a zone of its own; beside it we refuse")
def own_zone(t):
    serve(t, "gtm global-settings general {\n    wideip-zone-nameserver gtm1.elsewhere.org\n}\n")
    assert t.answer("app.elsewhere.org") == ["192.0.2.1"]
    assert t.answer("app.elsewhere.org", "NS") == ["gtm1.elsewhere.org."]
    soa = t.query("app.elsewhere.org", "SOA").answer[0]
    assert str(soa.name) == "app.elsewhere.org." and str(soa[0].mname) == "gtm1.elsewhere.org."
    r = t.query("app.elsewhere.org", "MX")
    assert r.rcode() == 0 and not r.answer and str(r.authority[0].name) == "app.elsewhere.org."
    assert t.answer("below.app.elsewhere.org") == "NXDOMAIN"
    assert t.answer("elsewhere.org") == "REFUSED"
    assert t.answer("example.com") == "REFUSED"


@scene("the question comes back with its letters as they were sent")
def case(t):
    serve(t)
    r = t.query("vMhTtP.SiTeReQuEsT.cOm")
    assert r.question[0].name.to_text() == "vMhTtP.SiTeReQuEsT.cOm."
    assert r.answer and r.flags & dns.flags.AA


@scene("EDNS: version 1 is BADVERS, options are ignored, no OPT unless asked")
def edns(t):
    serve(t)
    newer = dns.message.make_query(NAME, "A", use_edns=0)
    newer.use_edns(edns=1)
    assert t.query(newer).rcode() == dns.rcode.BADVERS
    r = t.query(NAME, use_edns=0, options=[dns.edns.GenericOption(65001, b"x")])
    assert r.edns == 0 and r.payload == 1232 and r.answer
    assert t.query(NAME, use_edns=False).edns == -1


@scene("what does not fit UDP is truncated without half an RRset; TCP has it whole")
def truncation(t):
    serve(t, members=40)
    for kw in ({"use_edns": False}, {"use_edns": 0, "payload": 1232},
               {"use_edns": 0, "payload": 65535}):
        r = t.query("big.siterequest.com", "TXT", **kw)
        assert r.flags & dns.flags.TC and not r.answer, r
    r = t.query("big.siterequest.com", "TXT", tcp=True)
    assert len(r.answer[0]) == 30 and not r.flags & dns.flags.TC
    assert t.query(NAME, use_edns=False).flags & dns.flags.TC
    assert len(t.query(NAME, use_edns=0, payload=1232).answer[0]) == 40
    assert len(t.query(NAME, tcp=True).answer[0]) == 40


@scene("TCP: many questions in one segment, one octet at a time, and two connections")
def tcp(t):
    serve(t)
    with socket.create_connection(("127.0.0.1", t.port), 5) as s:
        wires = [dns.message.make_query(NAME if i % 2 else "www.siterequest.com", "A",
                                        id=i + 1).to_wire() for i in range(20)]
        s.sendall(b"".join(struct.pack("!H", len(w)) + w for w in wires))
        ids = {receive(s).id for _ in wires}
        assert ids == set(range(1, 21)), ids
        for octet in struct.pack("!H", len(wires[0])) + wires[0]:
            s.sendall(bytes([octet]))
        assert receive(s).answer
        with socket.create_connection(("127.0.0.1", t.port), 5) as other:
            other.sendall(struct.pack("!H", len(wires[0])) + wires[0])
            assert receive(other).answer


def receive(s):
    def exactly(n):
        got = b""
        while len(got) < n:
            part = s.recv(n - len(got))
            assert part, "closed"
            got += part
        return got
    return dns.message.from_wire(exactly(struct.unpack("!H", exactly(2))[0]))


@scene("TCP: silent and slow clients are shed; the others are served")
def slow_clients(t):
    serve(t, "gtm global-settings dns {\n    tcp-clients-max 20\n    tcp-idle-timeout 2000\n}\n")
    held = [socket.create_connection(("127.0.0.1", t.port), 5) for _ in range(60)]
    assert t.query(NAME, tcp=True).answer
    for s in held:
        s.close()
    assert t.query(NAME, tcp=True).answer


@scene("ANY is short, CHAOS is refused until configured, transfers are refused")
def odd_types(t):
    serve(t)
    r = t.query("www.siterequest.com", "ANY")
    assert r.rcode() == 0 and len(r.answer) == 1 and len(r.to_wire()) <= 512
    chaos = dns.message.make_query("version.bind", "TXT", "CH")
    assert t.query(chaos).rcode() == dns.rcode.REFUSED
    assert t.query("siterequest.com", "AXFR").rcode() in (dns.rcode.REFUSED, dns.rcode.NOTIMP)
    t.reload(open(t.conf, encoding="ascii").read()
             + "gtm global-settings dns {\n    version \"gtmd test\"\n}\n")
    assert t.query(chaos).answer[0][0].to_text() == '"gtmd test"'


@scene("truncated, looping, oversized and random packets: no crash, no big reply")
def hostile(t):
    serve(t)
    rng = random.Random(1)
    good = dns.message.make_query(NAME, "A", use_edns=0).to_wire()
    loop = good[:12] + b"\xc0\x0c\0\1\0\1"
    packets = [good[:n] for n in range(len(good))] + [loop, good + b"x" * 60000, b""]
    for _ in range(3000):
        p = bytearray(good)
        for _ in range(rng.randint(1, 6)):
            p[rng.randrange(len(p))] = rng.randrange(256)
        packets.append(bytes(p[:rng.randint(0, len(p))] if rng.random() < .3 else p))
        packets.append(rng.randbytes(rng.randint(0, 80)))
    with socket.socket(type=socket.SOCK_DGRAM) as s:
        s.settimeout(0.001)
        for p in packets:
            s.sendto(p, ("127.0.0.1", t.port))
            try:
                assert len(s.recv(65535)) <= max(1232, len(p))
            except OSError:
                pass
    assert t.answer(NAME) == ["192.0.2.1"]


@scene("dig and kdig read our answers without a complaint")
def clients(t):
    serve(t)
    for client in ("dig", "kdig"):
        for extra in ([], ["+tcp"], ["+dnssec"], ["+nocookie", "+bufsize=512"]):
            out = t.run([need(client), "@127.0.0.1", "-p", str(t.port), NAME, *extra]).stdout
            assert "192.0.2.1" in out and "NOERROR" in out, out
            assert not any(bad in out.lower() for bad in ("malformed", "mismatch", "bogus")), out


if __name__ == "__main__":
    main()
