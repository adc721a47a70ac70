#!/usr/bin/python3
"""gtmd beside NSD and Knot on one static zone: no difference without a reason."""
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype

from lib import differ
from lib.scene import main, scene

RANDOM = 4000
FORMERR, NOTIMP, REFUSED = dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.REFUSED


def serve(t, *rivals):
    t.write(f"{differ.ORIGIN}.zone", differ.zone_text())
    t.start(f"gtm zone /Common/{differ.ORIGIN} {{\n    file {differ.ORIGIN}.zone\n}}\n")
    return [differ.Asker(s.port) for s in (t, *(r(t) for r in rivals))]


def has_reason(rdtype, got):
    """Knot takes NSEC and RRSIG as types that live beside a CNAME (RFC 4034) in
    unsigned zones too, and does not follow it; NSD and we do."""
    return rdtype in (dns.rdatatype.NSEC, dns.rdatatype.RRSIG) and got[0] == got[1] \
        and any(row[2] == "CNAME" for row in got[0]["answer"])


def tell(name, rdtype, got):
    parts = [f"{name} {dns.rdatatype.to_text(rdtype)}"]
    for part in got[0]:
        if any(g[part] != got[0][part] for g in got):
            parts += [f"  {part}:"] + [f"    {who:5} {g[part]}" for who, g in
                                       zip(("gtmd", "nsd", "knot"), got)]
    return "\n".join(parts)


def compare(askers, questions, **how):
    found = []
    for name, rdtype in questions:
        query = dns.message.make_query(name, rdtype, **how)
        got = [differ.essence(a.ask(query)) for a in askers]
        if any(g != got[0] for g in got) and not has_reason(rdtype, got):
            found.append(tell(name, rdtype, got))
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:40])


@scene("thousands of questions: what NSD and Knot answer, we answer")
def same(t):
    compare(serve(t, differ.nsd, differ.knot), differ.questions(RANDOM), use_edns=0,
            payload=1232)


@scene("answers are cut where theirs are, by the size that the asker takes")
def cut(t):
    askers = serve(t, differ.nsd, differ.knot)
    origin = dns.name.from_text(differ.ORIGIN + ".")
    for name, rdtype in (("big", "TXT"), ("many", "A"), ("www", "A"), ("@", "MX")):
        for payload in (None, 512, 700, 1232):
            query = dns.message.make_query(dns.name.from_text(name, origin), rdtype,
                                           use_edns=payload and 0, payload=payload or 0)
            got = [a.ask_udp(query) for a in askers]
            assert len({bool(r.flags & dns.flags.TC) for r in got}) == 1, (name, payload, got)
            for r in got[:1]:
                assert len(r.to_wire()) <= (payload or 512), (name, payload)


@scene("the question comes back in the letters it was asked in (RFC 4343)")
def letters(t):
    ask, = serve(t)
    for name in ("wWw.DiFfEr.eXaMpLe.", "X.wIlD.differ.example.", "NoThInG.differ.EXAMPLE."):
        wire = dns.message.make_query(name, "A").to_wire()
        ask.sock.send(wire)
        assert ask.sock.recv(4096)[12:len(wire)] == wire[12:], name


@scene("each of 65,536 types has its answer: data, no data, or the refusal of its kind")
def types(t):
    ask, = serve(t)
    # RFC 6895 3.1: OPT and TSIG cannot be asked for, nor NXNAME (RFC 9824 3.4);
    # transfers are refused, and the mail types of old not implemented.
    special = {41: FORMERR, 128: FORMERR, 249: FORMERR, 250: FORMERR, 251: REFUSED,
               252: REFUSED, 253: NOTIMP, 254: NOTIMP}
    wrong = []
    query = bytearray(dns.message.make_query("www." + differ.ORIGIN, "A", id=7).to_wire())
    for rdtype in range(65536):
        query[-4:-2] = rdtype.to_bytes(2, "big")
        ask.sock.send(query)
        got = ask.sock.recv(4096)
        if got[3] & 15 != special.get(rdtype, dns.rcode.NOERROR):
            wrong.append((rdtype, got[3] & 15))
        if rdtype in (1, 28) and got[6:8] != b"\0\1":
            wrong.append((rdtype, "no answer"))
    assert not wrong, wrong[:40]


@scene("each of 16 opcodes: QUERY is answered, the others are not implemented")
def opcodes(t):
    ask, = serve(t)
    for opcode in range(16):
        query = dns.message.make_query("www." + differ.ORIGIN, "A")
        query.set_opcode(opcode)
        ask.sock.send(query.to_wire())
        r = ask.sock.recv(4096)
        assert r[3] & 15 == (0 if opcode == 0 else NOTIMP), (opcode, r)
        assert r[2] >> 3 & 15 == opcode and r[2] & 0x80


if __name__ == "__main__":
    main()
