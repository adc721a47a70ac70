"""Resolvers that are only packets: a TUN device in a namespace, and behind it, here,
hosts of any address with a delay, a distance in hops and a way to lose packets.

They answer pings, SYNs to port 53, DNS questions and stray datagrams as real hosts
and routers do, and ask gtmd from whatever address a scene likes."""
import ctypes
import fcntl
import heapq
import os
import select
import socket
import struct
import subprocess
import threading
import time

import dns.message
import dns.rcode

from lib.scene import SLOW, Skip, eventually, need

CLONE_NEWNET, TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x40000000, 0x400454CA, 1, 0x1000
GTMD = "10.9.0.1"
ICMP, TCP, UDP = 1, 6, 17


def checksum(b):
    if len(b) % 2:
        b += b"\0"
    s = sum(struct.unpack(f"!{len(b) // 2}H", b))
    while s >> 16:
        s = (s & 0xFFFF) + (s >> 16)
    return ~s & 0xFFFF


def ip(src, dst, proto, body, ttl=64):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0, ttl, proto, 0,
                       socket.inet_aton(src), socket.inet_aton(dst))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


def with_sum(body, at, pseudo=b""):
    s = checksum(pseudo + body)
    return body[:at] + struct.pack("!H", s or 0xFFFF) + body[at + 2:]


def icmp(kind, code, rest):
    return with_sum(struct.pack("!BBH", kind, code, 0) + rest, 2)


def pseudo(src, dst, proto, body):
    return socket.inet_aton(src) + socket.inet_aton(dst) + struct.pack("!BBH", 0, proto, len(body))


def udp(src, sport, dst, dport, data):
    body = struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data
    return ip(src, dst, UDP, with_sum(body, 6, pseudo(src, dst, UDP, body)))


class Host:
    """answers: the protocols it does ("icmp", "tcp", "udp", "dns"); lose: of how many
    probes one is answered no more (2 = every second one is lost)."""

    def __init__(self, ms=0.0, hops=1, lose=0, answers=("icmp", "tcp", "udp", "dns"),
                 mute_routers=False):
        self.ms, self.hops, self.lose, self.answers = ms, hops, lose, answers
        self.mute_routers = mute_routers
        self.seen = []		# protocols of the packets that arrived
        self.probes = 0		# packets that were sent to it


class Wires:
    def __init__(self, stage):
        need("ip")
        self.inside = stage.namespace()
        self.hosts, self.default = {}, None
        self.replies, self.lock = {}, threading.Condition()
        self.later, self.total, self.port = [], 0, 2000
        self.tun = self.open_tun(stage.namespaces[-1].pid)
        for argv in (["addr", "add", GTMD + "/32", "dev", "lo"],
                     ["link", "set", "wires", "up"],
                     ["route", "add", "default", "dev", "wires", "src", GTMD]):
            subprocess.run([*self.inside, need("ip"), *argv], check=True)
        threading.Thread(target=self.run, daemon=True).start()

    def open_tun(self, pid):
        got = []

        def enter():	# a thread may be in another namespace than its process
            try:
                with open(f"/proc/{pid}/ns/net", encoding="ascii") as ns:
                    if ctypes.CDLL(None, use_errno=True).setns(ns.fileno(), CLONE_NEWNET):
                        raise OSError(ctypes.get_errno(), "setns")
                fd = os.open("/dev/net/tun", os.O_RDWR)
                fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"wires",
                                                       IFF_TUN | IFF_NO_PI))
                got.append(fd)
            except OSError as e:
                got.append(e)

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        if isinstance(got[0], OSError):
            raise Skip(f"needs a TUN device: {got[0]}")
        return got[0]

    # -- the world behind the device -----------------------------------------
    def run(self):
        while True:
            now = time.monotonic()
            while self.later and self.later[0][0] <= now:
                os.write(self.tun, heapq.heappop(self.later)[2])
            wait = max(0, self.later[0][0] - now) if self.later else 0.05
            if select.select([self.tun], [], [], min(wait, 0.05))[0]:
                self.take(os.read(self.tun, 4096))

    def send(self, packet, ms=0.0):
        self.total += 1		# makes equal times unequal
        heapq.heappush(self.later, (time.monotonic() + ms / 1000, self.total, packet))

    def take(self, p):
        if p[0] >> 4 != 4:
            return
        dst, proto, body = socket.inet_ntoa(p[16:20]), p[9], p[(p[0] & 15) * 4:]
        if proto == UDP and body[:2] == b"\0\x35":
            with self.lock:
                self.replies[(dst, struct.unpack("!H", body[2:4])[0])] = body[8:]
                self.lock.notify_all()
            return
        host = self.hosts.get(dst, self.default)
        if host is not None and proto in (ICMP, TCP, UDP):
            self.probed(host, dst, proto, p, body)

    def probed(self, host, dst, proto, p, body):
        host.probes += 1
        if p[8] < host.hops:	# a router on the way has it last
            if not host.mute_routers:
                self.send(ip(f"10.8.{p[8]}.1", GTMD, ICMP, icmp(11, 0, bytes(4) + p[:28])), 0)
            return
        kind = {ICMP: "icmp", TCP: "tcp"}.get(proto) or (
            "dns" if body[2:4] == b"\0\x35" else "udp")
        host.seen.append(kind)
        if kind in host.answers and not (host.lose and len(host.seen) % host.lose == 0):
            self.send(self.answer(kind, dst, p, body), host.ms)

    @staticmethod
    def answer(kind, dst, p, body):
        sport, dport = struct.unpack("!HH", body[:4])
        if kind == "icmp":
            return ip(dst, GTMD, ICMP, icmp(0, 0, body[4:]))
        if kind == "dns":
            return udp(dst, dport, GTMD, sport, body[8:10] + b"\x80\x05" + body[12:])
        if kind == "udp":
            return ip(dst, GTMD, ICMP, icmp(3, 3, bytes(4) + p[:28]))
        seq = struct.unpack("!I", body[4:8])[0]
        rst = struct.pack("!HHIIBBHHH", dport, sport, 0, seq + 1 & 0xFFFFFFFF, 0x50, 0x14, 0, 0, 0)
        return ip(dst, GTMD, TCP, with_sum(rst, 16, pseudo(dst, GTMD, TCP, rst)))

    # -- resolvers that ask -----------------------------------------------------
    def ask_wire(self, resolver, query):
        """The reply to one question, asked until there is one."""
        for _ in range(5):
            self.port += 1
            key = (resolver, self.port)
            self.send(udp(resolver, self.port, GTMD, 53, query.to_wire()))
            with self.lock:
                if self.lock.wait_for(lambda: key in self.replies, 2 * SLOW):
                    return dns.message.from_wire(self.replies.pop(key))
        raise AssertionError(f"{resolver} got no reply")

    def ask(self, resolver, name, rdtype="A"):
        r = self.ask_wire(resolver, dns.message.make_query(name, rdtype))
        if r.rcode() != 0:
            return dns.rcode.to_text(r.rcode())
        return sorted(rd.to_text() for rrset in r.answer for rd in rrset)

    def becomes(self, resolver, name, want, seconds=10):
        eventually(lambda: self.ask(resolver, name) == want, seconds,
                   f"{name} answered {want} to {resolver}")
