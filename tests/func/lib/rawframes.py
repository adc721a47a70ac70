"""Ethernet frames made by hand, and the replies to them taken apart.

Run by itself, in a namespace: sends the frames that stand on standard input as
JSON, [[hex, [id, …]], …], out of the interface, and prints {id: reply in hex} of
those that got a DNS reply. For the ids it waits, for others it does not.

    rawframes.py INTERFACE
"""
import json
import select
import socket
import struct
import sys
import time

ASKER = bytes.fromhex("02000000aa77")       # a station that the kernel does not know
UDP, TCP = 17, 6


def checksum(octets):
    octets += bytes(len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def address(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def query(ident, name, rdtype=1, size=0):
    """size: what EDNS says; 0 = none."""
    labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0"
    opt = struct.pack("!BHHIH", 0, 41, size, 0, 0) if size else b""
    return struct.pack("!6H", ident, 0, 1, 0, 0, bool(size)) + labels \
        + struct.pack("!HH", rdtype, 1) + opt


def udp(src, dst, payload, port=53, sum_=None):
    """sum_: a checksum that is not the right one."""
    length = 8 + len(payload)
    head = struct.pack("!4H", 4242, port, length, 0)
    right = checksum(address(src) + address(dst) + struct.pack("!HH", UDP, length) + head
                     + payload) or 0xffff
    return head[:6] + struct.pack("!H", right if sum_ is None else sum_) + payload


def ipv4(src, dst, body, options=b"", offset=0, sum_=None, ident=7):
    head = struct.pack("!BBHHHBBH", 0x45 + len(options) // 4, 0, 20 + len(options) + len(body),
                       ident, offset, 64, UDP, 0) + address(src) + address(dst) + options
    right = checksum(head) if sum_ is None else sum_
    return head[:10] + struct.pack("!H", right) + head[12:] + body


def ipv6(src, dst, body, extension=None):
    """extension: (its number, its octets without the first)."""
    number, octets = extension or (UDP, b"")
    if extension:
        octets = bytes([UDP]) + octets
    return struct.pack("!IHBB", 0x60000000, len(octets) + len(body), number, 64) \
        + address(src) + address(dst) + octets + body


def ethernet(to, packet, tag=None, by=ASKER):
    kind = {4: 0x0800, 6: 0x86dd}[packet[0] >> 4]
    tags = b"" if tag is None else struct.pack("!HH", 0x8100, tag)
    return to + by + tags + struct.pack("!H", kind) + packet


def take_apart(frame):
    """(source, destination, what is wrong with it, DNS message) of a UDP frame."""
    bad = []
    packet = frame[14:]
    if packet[0] >> 4 == 4:
        length = struct.unpack("!H", packet[2:4])[0]
        if checksum(packet[:20]):
            bad.append("IPv4 checksum")
        src, dst, body = packet[12:16], packet[16:20], packet[20:length]
        hops, family = packet[8], socket.AF_INET
    else:
        length = struct.unpack("!H", packet[4:6])[0]
        src, dst, body = packet[8:24], packet[24:40], packet[40:40 + length]
        hops, family = packet[7], socket.AF_INET6
    if checksum(src + dst + struct.pack("!HH", UDP, len(body)) + body):
        bad.append("UDP checksum")
    if struct.unpack("!H", body[4:6])[0] != len(body):
        bad.append("UDP length")
    if struct.unpack("!HH", body[:4]) != (53, 4242):
        bad.append("ports")
    if hops != 64:
        bad.append("hops")
    return socket.inet_ntop(family, src), socket.inet_ntop(family, dst), bad, body[8:]


def dns_of(frame):
    """The id of the DNS reply in the frame, or None."""
    kind = frame[12:14]
    at = {b"\x08\0": 14 + 20, b"\x86\xdd": 14 + 40}.get(kind)
    proto = {b"\x08\0": 14 + 9, b"\x86\xdd": 14 + 6}.get(kind)
    if at is None or len(frame) < at + 20 or frame[proto] != UDP or frame[at:at + 2] != b"\0\x35":
        return None
    return struct.unpack("!H", frame[at + 8:at + 10])[0]


class Wire:
    def __init__(self, interface):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.sock.bind((interface, 0))
        self.got = {}

    def wait(self, idents, seconds):
        end = time.monotonic() + seconds
        while not set(idents) <= set(self.got):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.sock], [], [], left)[0]:
                return
            frame, at = self.sock.recvfrom(65535)
            if at[2] != socket.PACKET_OUTGOING and dns_of(frame) is not None:
                self.got[dns_of(frame)] = frame.hex()


def main():
    wire = Wire(sys.argv[1])
    frames = json.load(sys.stdin)
    for octets, idents in frames:
        wire.sock.send(bytes.fromhex(octets))
        wire.wait(idents, 5)
    wire.wait([-1], 0.05)   # what nobody waits for would have come by now
    print(json.dumps(wire.got))


if __name__ == "__main__":
    main()
