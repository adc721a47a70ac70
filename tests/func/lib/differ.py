"""One zone on several servers, the same questions to all, and what differs.

A reply is brought down to what the RFCs settle: the rcode, AA, the answer and
the authority section as sets of records, and the addresses a referral carries.
What they leave to the server's taste is taken out here, each with its reason,
so that whatever is left over and differs is somebody's fault.
"""
import os
import random
import socket

import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from lib.scene import Process, eventually, free_port, need

ORIGIN = "differ.example"

# By hand: all that has ever set two servers apart.
HAND = """
@ SOA ns1 hostmaster 2026010101 3600 600 86400 300
@ NS ns1
@ NS ns2
@ MX 10 mail
@ TXT "the apex"
@ CAA 0 issue "ca.example.net"
ns1 A 192.0.2.1
ns1 AAAA 2001:db8::1
ns2 A 192.0.2.2
mail A 192.0.2.25
www 30 A 192.0.2.80
www 30 AAAA 2001:db8::80
WwW-UPPER A 192.0.2.81
; aliases: chains, loops, out of the zone, into nothing, into a wildcard
c0 CNAME c1
c1 CNAME c2
c2 CNAME www
loop1 CNAME loop2
loop2 CNAME loop1
self CNAME self
out CNAME www.example.net.
dangle CNAME nothing
towild CNAME x.wild
tocut CNAME host.child
toent CNAME ent
; empty non-terminals
a.b.c.ent A 192.0.2.3
x.ent TXT "beside"
; wildcards: of several types, below a name, beside it, as CNAME, as *.*
*.wild A 192.0.2.4
*.wild MX 5 mail
host.wild TXT "here no wildcard reaches"
deep.host.wild A 192.0.2.5
*.cwild CNAME www
*.nwild CNAME nothing
sub.*.star A 192.0.2.6
*.star TXT "a star at the end"
*.ent.two A 192.0.2.7
; delegations: glue in the zone, below the cut, none, an address at the cut
child NS ns.child
child NS ns2
ns.child A 192.0.2.50
ns.child AAAA 2001:db8::50
far NS ns.example.net.
below.a NS ns.deep.below.a
ns.deep.below.a A 192.0.2.51
signed NS ns.child
signed DS 12345 13 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
; DNAME: into the zone, out of it, to a name too long
old DNAME new
x.new A 192.0.2.8
y.new CNAME www
gone DNAME elsewhere.example.net.
long DNAME {long}
dwild DNAME wild
; many types
srv SRV 0 5 5060 sip
sip A 192.0.2.9
naptr NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp
tlsa TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
sshfp SSHFP 4 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
hinfo HINFO "CPU" "OS"
loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
uri URI 10 1 "https://example.net/"
https HTTPS 1 . alpn="h2,h3" port=8443
svcb SVCB 2 www port=53
rp RP hostmaster txt
ptr PTR www
odd TYPE65280 \\# 3 abcdef
empty TYPE65281 \\# 0
esc\\.aped A 192.0.2.10
oct\\000\\255 A 192.0.2.11
under_score TXT "ok"
""".format(long=".".join(["l" * 60] * 3 + ["m" * 30]))


def zone_text():
    r = random.Random(11)
    big = "".join(f'big TXT "{i:03d}{"x" * 200}"\n' for i in range(25))
    some = "".join(f"r{i} {r.choice((60, 300))} A 198.51.100.{i % 250}\n" for i in range(60))
    tree = "".join(f"{'.'.join(r.choice('abc') for _ in range(r.randrange(1, 5)))}.tree "
                   f'TXT "t{i}"\n' for i in range(30))
    set_ = "".join(f"many A 203.0.113.{i}\n" for i in range(20))
    return f"$ORIGIN {ORIGIN}.\n$TTL 300\n" + HAND + big + some + tree + set_


NAMES = """@ ns1 ns2 mail www WWW wWw-uPPer c0 c1 loop1 self out dangle towild tocut toent ent c.ent
b.c.ent a.b.c.ent x.ent y.ent z.a.b.c.ent *.ent wild x.wild y.x.wild *.wild host.wild
z.host.wild deep.host.wild a.deep.host.wild *.x.wild x.cwild *.cwild a.b.cwild x.nwild star
*.star x.star sub.*.star sub.x.star x.*.star ent.two x.ent.two two child www.child ns.child
a.ns.child *.child far x.far below.a a x.below.a ns.deep.below.a deep.below.a signed x.signed old
x.old y.old z.old old.old x.x.old gone x.gone long x.long dwild x.dwild new x.new srv sip naptr tlsa
sshfp hinfo loc uri https svcb rp ptr odd empty esc\\.aped oct\\000\\255 under_score big many tree
a.tree b.tree a.a.tree a.b.c.tree c.c.c.c.tree nothing x.nothing - _ xn--bcher-kva r1 r2 r99 \\032
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa""".split()
TYPES = """A AAAA NS SOA CNAME MX TXT PTR SRV NAPTR DS DNAME CAA TLSA SSHFP HINFO LOC URI HTTPS SVCB
RP DNSKEY NSEC RRSIG NSEC3PARAM TYPE65280 TYPE65281 TYPE1000 SPF NULL""".split()


def questions(count):
    """Every hand-made name with every type, then count made at random."""
    r = random.Random(7)
    origin = dns.name.from_text(ORIGIN + ".")
    known = [origin if n == "@" else dns.name.from_text(n, origin) for n in NAMES]
    every = [(n, dns.rdatatype.from_text(t)) for n in known for t in TYPES]
    for _ in range(count):
        name, rdtype = r.choice(known), dns.rdatatype.from_text(r.choice(TYPES))
        for _ in range(r.randrange(3)):
            label = bytes(r.choice(b"ab*-_\0\xff.AZ") for _ in range(r.randrange(1, 9)))
            try:
                name = dns.name.Name((label,) + name.labels)
            except dns.name.NameTooLong:
                break
        every.append((name, rdtype))
    return every


class Rival:
    """A server with the zone: where it listens and how it starts."""

    def __init__(self, t, name, conf, argv, inside=()):
        self.name, self.port = name, free_port()
        self.dir = os.path.join(t.dir, name)
        os.makedirs(self.dir, exist_ok=True)
        zone = t.write(f"{name}/zone", zone_text())
        path = t.write(f"{name}/conf", conf.format(dir=self.dir, port=self.port, zone=zone,
                                                   origin=ORIGIN))
        self.process = Process(t, name, [*inside, *(a.format(conf=path) for a in argv)])
        eventually(lambda: self.speaks(), 10, f"{name} up\n{self.process.output()}")

    def speaks(self):
        if self.process.proc.poll() is not None:
            raise AssertionError(f"{self.name} ended:\n{self.process.output()}")
        try:
            q = dns.message.make_query(ORIGIN, "SOA")
            return bool(dns.query.udp(q, "127.0.0.1", timeout=0.2, port=self.port).answer)
        except (OSError, dns.exception.DNSException):
            return False


def nsd(t):
    return Rival(t, "nsd", """
server:
    ip-address: 127.0.0.1@{port}
    server-count: 1
    username: ""
    zonesdir: "{dir}"
    zonelistfile: "{dir}/list"
    database: ""
    pidfile: ""
    xfrdfile: "{dir}/xfrd"
    xfrdir: "{dir}"
    rrl-ratelimit: 0
    minimal-responses: yes
    refuse-any: yes
remote-control:
    control-enable: no
zone:
    name: {origin}
    zonefile: {zone}
""", [need("nsd"), "-d", "-c", "{conf}"])


def knot(t):
    os.makedirs(os.path.join(t.dir, "knot", "run"), exist_ok=True)
    return Rival(t, "knot", """
server:
    listen: 127.0.0.1@{port}
    rundir: "{dir}/run"
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{dir}/db"
zone:
  - domain: {origin}
    file: "{zone}"
    zonefile-sync: -1
    journal-content: none
    semantic-checks: off
""", [need("knotd"), "-c", "{conf}"])


# ---- asking -------------------------------------------------------------------

class Asker:
    """One socket, questions one after the other."""

    def __init__(self, port):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.connect(("127.0.0.1", port))
        self.sock.settimeout(5)
        self.port = port

    def ask(self, query):
        """The whole answer: what is cut is asked for again by TCP."""
        r = self.ask_udp(query)
        if r.flags & dns.flags.TC:
            r = dns.query.tcp(query, "127.0.0.1", timeout=5, port=self.port)
        return r

    def ask_udp(self, query):
        wire = query.to_wire()
        self.sock.send(wire)
        while True:
            got = self.sock.recv(65535)
            if got[:2] == wire[:2]:
                return dns.message.from_wire(got, ignore_trailing=False)


def rows(section, keep=None):
    return sorted({(s.name.to_text().lower(), s.ttl, dns.rdatatype.to_text(s.rdtype),
                    r.to_text().lower())
                   for s in section for r in s if keep is None or s.rdtype in keep})


def essence(r):
    """What two right servers must agree upon."""
    rcode, aa = dns.rcode.to_text(r.rcode()), bool(r.flags & dns.flags.AA)
    answer = rows(r.answer)
    referral = not answer and not aa and r.rcode() == 0
    # NS beside a positive answer, and addresses for comfort, are each server's
    # own taste (RFC 2181 section 6.1 leaves them out too).
    authority = rows(r.authority, None if not answer else {dns.rdatatype.SOA})
    glue = rows(r.additional, {dns.rdatatype.A, dns.rdatatype.AAAA}) if referral else []
    return {"rcode": rcode, "aa": aa, "answer": answer, "authority": authority, "glue": glue}
