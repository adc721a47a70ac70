#!/usr/bin/python3
"""What is on the wires: EtherIP as RFC 3378 has it goes out and is taken, in every tier, and
nothing else; outer lengths and inner checksums are right whatever the hosts send."""
import os
import socket
import struct
import threading

from lib.eipwires import FAR, NEXT, address, text, wires
from lib.etherip import EVERYBODY, Sites
from lib.scene import SLOW, main, need, scene

try:
    from scapy.contrib.etherip import EtherIP
    from scapy.layers.inet import IP, TCP, UDP, IPOption_NOP, fragment
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import ARP, Dot1Q, Ether
    from scapy.packet import Raw
except ImportError:
    Ether = None


def play_taken(w):
    small = {"size": 12}
    for what, layers, more in (
            ("UDP", None, {}), ("the longest", None, {"size": 1472}),
            ("a short one", ARP(op=1, hwsrc=FAR, psrc="10.133.63.200",
                                pdst="10.133.63.201"), small),
            ("IPv6", IPv6(src="fd63::1", dst="fd63::2") / UDP(sport=9, dport=9), {}),
            ("TCP", IP(src="10.133.63.200", dst="10.133.63.201") / TCP(flags="A"), {}),
            ("a tag", Dot1Q(vlan=77) / IP(src="10.133.63.200", dst="10.133.63.201") /
             UDP(sport=9, dport=9), {})):
        w.taken(what, *w.frame(layers, **more))
    for what, dst in (("broadcast", text(EVERYBODY)), ("multicast", "01:00:5e:00:00:05")):
        frame, mark = w.frame()
        frame[Ether].dst = dst
        w.taken(what, frame, mark)
    frame, mark = w.frame(Raw(b""))
    frame[Ether].type = 0x8035
    w.taken("RARP", frame, mark)
    w.taken("DF", *w.frame(), flags="DF")
    w.taken("a mark of the outer head", *w.frame(), tos=0xb8)
    w.taken("IP options", *w.frame(), options=[IPOption_NOP()] * 4)
    # What the WAN's wire pads with is none of the frame's octets.
    frame, mark = w.frame(size=12)
    w.put(w.outer(b"\x30\x00" + bytes(frame)), padding=b"leak" * 5)
    w.came("padding", frame, mark)
    for order in (1, -1):
        frame, mark = w.frame(size=1400)
        for piece in fragment(w.outer(b"\x30\x00" + bytes(frame), id=NEXT[0]), 600)[::order]:
            w.put(piece)
        w.came(f"pieces, order {order}", frame, mark)


def play_refused(w):
    own = address(w.near.gate, "vg-eip")
    for what, head, reason in (("version 2", b"\x20\x00", "version"),
                               ("reversed", b"\x03\x00", "reversed"),
                               ("reserved bits", b"\x30\x01", "reserved"),
                               ("reserved bits above", b"\x31\x00", "reserved")):
        before = w.stats()
        frame, mark = w.frame()
        w.send(frame, head=head)
        w.refused(what, mark, reason, before)
    for what, words in (("another source", {"src": "10.133.65.99"}),
                        ("another destination", {"dst": "10.133.64.99"})):
        frame, mark = w.frame()
        w.send(frame, **words)
        w.refused(what, mark)
    before = w.stats()
    w.put(w.outer(b"\x30\x00"))
    w.put(w.outer(b"\x30"))
    w.put(w.outer(b"\x30\x00" + bytes(13)))
    w.refused("less than a frame", b"no mark", "short", before)
    for what, dst in (("BPDU", "01:80:c2:00:00:00"), ("PAUSE", "01:80:c2:00:00:01"),
                      ("LLDP", "01:80:c2:00:00:0e")):
        frame, mark = w.frame()
        frame[Ether].dst = dst
        w.send(frame)
        w.refused(what, mark)
    for what, src in (("a group's source", "03:00:00:00:00:01"), ("our own source", own),
                      ("nobody's source", "00:00:00:00:00:00")):
        frame, mark = w.frame()
        frame[Ether].src = src
        w.send(frame)
        w.refused(what, mark)
    frame, mark = w.frame(Raw(b""))
    frame[Ether].type = 0x88b5
    w.send(frame)
    w.refused("neither IP nor ARP", mark)


def play_sent(w):
    for what, layers, more in (
            ("UDP", None, {}), ("the longest", None, {"size": 1472}),
            ("IPv6", IPv6(src="fd63::2", dst="fd63::1") / UDP(sport=9, dport=9), {}),
            ("a tag", Dot1Q(vlan=77) / IP(src="10.133.63.201", dst="10.133.63.200") /
             UDP(sport=9, dport=9), {})):
        frame, mark = w.frame(layers, out=True, **more)
        w.lan.send(bytes(frame))
        got = w.arrives(w.wan, mark)
        assert got is not None, f"{what}: it did not come out"
        head = Ether(got)[IP]
        assert (head.src, head.dst, head.proto) == (w.near.address, w.end.address, 97), what
        assert head.len == len(got) - 14, f"{what}: {head.len} of {len(got) - 14}"
        sum_was, head.chksum = head.chksum, None
        assert IP(bytes(head)).chksum == sum_was, what
        etherip = EtherIP(bytes(head.payload))
        assert (etherip.version, etherip.reserved) == (3, 0), what
        assert bytes(head.payload)[2:] == bytes(frame), f"{what}: other octets"
    for dst in ("01:80:c2:00:00:00", "01:80:c2:00:00:0e"):
        frame, mark = w.frame(out=True)
        frame[Ether].dst = dst
        w.lan.send(bytes(frame))
        good, then = w.frame(out=True)
        w.lan.send(bytes(good))
        w.wan.settimeout(3 * SLOW)
        while True:
            got = w.take(w.wan)
            assert mark not in got, dst
            if then in got:
                break


def play_tier(t, tier):
    w = wires(t, tier)
    play_taken(w)
    play_refused(w)
    play_sent(w)


@scene("tier user: what RFC 3378 says is sent and taken, and nothing else")
def user(t):
    play_tier(t, "user")


@scene("tier bridge: the same")
def bridge(t):
    play_tier(t, "bridge")


@scene("tier direct: the same")
def direct(t):
    play_tier(t, "direct")


@scene("super-frames of hosts leave as frames: tshark finds nothing wrong with a transfer")
def lengths(t):
    shark = need("tshark")
    with Sites(t, 2) as s:
        h, far = s.host(0), s.host(1)
        for host in (h, far):
            host.run("ethtool", "-K", "eth0", "tx", "on", "tso", "on", "gso", "on")
        s.start()
        s.reaches(h, far)
        path = os.path.join(t.dir, "wan.pcap")
        with s.wan.entered():
            wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 25)
            wire.bind(("wan0", 3))
        octets = os.urandom(1 << 20)
        with far.entered():
            door = socket.create_server((far.address, 7777))
        with h.entered():
            c = socket.socket()
        c.connect((far.address, 7777))
        with c, door.accept()[0] as end:
            threading.Thread(target=c.sendall, args=(octets,), daemon=True).start()
            end.settimeout(10 * SLOW)
            got = b""
            while len(got) < len(octets):
                got += end.recv(1 << 18)
        assert got == octets
        door.close()
        wire.settimeout(0.2)
        with open(path, "wb") as f:
            f.write(struct.pack("IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
            try:
                while True:
                    frame = wire.recv(1 << 17)
                    f.write(struct.pack("IIII", 0, 0, len(frame), len(frame)) + frame)
            except (TimeoutError, socket.timeout):
                pass
        found = t.run([shark, "-r", path, "-n", "-o", "ip.check_checksum:TRUE", "-o",
                       "tcp.check_checksum:TRUE", "-Y", "etherip", "-T", "fields", "-e",
                       "frame.len", "-e", "ip.len", "-e", "etherip.ver", "-e",
                       "tcp.checksum.status", "-e", "ip.checksum.status", "-e", "_ws.malformed"])
        rows = [line.split("\t") for line in found.stdout.splitlines() if line[:1].isdigit()]
        assert len(rows) > 700, found.stdout[:500]
        for length, ip_len, version, tcp, ip, bad in rows:
            assert int(ip_len.split(",")[0]) == int(length) - 14 <= 1586, (length, ip_len)
            assert version in ("3", "0x3", "0x03") and not bad, (version, bad)
            assert set(ip.split(",")) <= {"1", "Good"}, ip
            assert not tcp or set(tcp.split(",")) <= {"1", "Good"}, tcp


main()
