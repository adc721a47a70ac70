"""A gateway between a host of its LAN and the other end of its tunnel, which is played: what is
on the wires, frame by frame."""
import contextlib
import socket
import struct
import time

from lib.etherip import Sites
from lib.scene import SLOW, Skip, eventually

try:
    from scapy.layers.inet import ICMP, IP, TCP, UDP
    from scapy.layers.l2 import ARP, Ether
    from scapy.packet import Raw
except ImportError:
    ARP = Ether = ICMP = IP = Raw = TCP = UDP = None

SOL_PACKET, PACKET_AUXDATA, TAG_VALID = 263, 8, 0x10
FAR = "02:00:00:00:00:fa"       # a station behind the other end
NEXT = [0]


def text(mac):
    return mac.hex(":")


def address(place, device):
    words = place.run("ip", "-o", "link", "show", device).split()
    return words[words.index("link/ether") + 1]


class Wires:
    """A gateway with etheripd between a host of its LAN and another end that is played."""

    def __init__(self, s, tier):
        self.near, self.end = s.sites[0], s.sites[1]
        self.host = s.host(0)
        self.near.configure(s.text(0, group=f"    mode transparent\n    tier {tier}\n"))
        # The other end's kernel knows no EtherIP, and is not to say so.
        self.end.gate.run("nft", "add table ip q; add chain ip q i { type filter hook input "
                          "priority 0; }; add rule ip q i ip protocol 97 drop")
        self.near.start()
        self.lan = self.host.packets("eth0")
        self.wan = self.end.gate.packets("wan")
        self.lan.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.macs = [address(g.gate, "wan") for g in (self.near, self.end)]
        self.end.gate.run("ping", "-c1", "-W1", self.near.address)
        shown = self.stats()
        if shown["tier"] != tier:
            raise Skip(f"no tier {tier}: {shown['tierReason']}")
        eventually(self.works, 10 * SLOW, "a frame each way")

    def works(self):
        """The next hop is known, stations are, and all is up."""
        frame, mark = self.frame()
        self.send(frame)
        if not self.arrives(self.lan, mark, 0.2):
            return False
        frame, mark = self.frame(out=True)
        self.lan.send(bytes(frame))
        return self.arrives(self.wan, mark, 0.2)

    def control(self):
        return self.near.control()

    def change(self, where, what):
        """Returns what takes it back."""
        c = self.control()
        was = {k: v for k, v in c.ok("GET", where).items() if not k.endswith("Reference")}
        c.ok("PATCH", where, what)
        return lambda: c.ok("PUT", where, was)

    def make(self, where, what):
        c = self.control()
        made = c.ok("POST", where, what)
        return lambda: c.ok("DELETE", f"{where}/{made['name']}")

    def where(self, station):
        return self.control().ok("GET", "where?station=" + station)["items"][0]

    def fdb(self):
        return self.control().ok("GET", "fdb").get("items", [])

    def stats(self):
        return self.near.stats("tunnels/tunnel/~Common~eip1")

    # -- frames ----------------------------------------------------------------------------
    def frame(self, layers=None, out=False, size=40):
        """One between the station behind the other end and the host, and its mark."""
        NEXT[0] += 1
        mark = b"mark%08d" % NEXT[0]
        ends = [FAR, text(self.host.mac)]
        if out:
            ends.reverse()
        body = Raw(mark.ljust(size, b"."))
        if layers is None:
            layers = IP(src="10.133.63.200", dst="10.133.63.201") / UDP(sport=9, dport=9)
        return Ether(src=ends[0], dst=ends[1]) / layers / body, mark

    def outer(self, payload, **words):
        words = {"src": self.end.address, "dst": self.near.address, "proto": 97, "ttl": 9, **words}
        return IP(**words) / Raw(payload)

    def send(self, frame, head=b"\x30\x00", **words):
        self.put(self.outer(head + bytes(frame), **words))

    def put(self, packet, padding=b""):
        self.wan.send(bytes(Ether(src=self.macs[1], dst=self.macs[0]) / packet) + padding)

    def take(self, s):
        octets, aux, _, _ = s.recvmsg(65536, 256)
        for level, kind, data in aux:
            if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
                status, _, _, _, _, tag, tpid = struct.unpack("IIIHHHH", data[:20])
                if status & TAG_VALID:
                    octets = octets[:12] + struct.pack("!HH", tpid or 0x8100, tag) + octets[12:]
        return octets

    def frames(self, s, seconds):
        """Those that come within so long."""
        end = time.monotonic() + seconds * SLOW
        while (left := end - time.monotonic()) > 0:
            s.settimeout(left)
            try:
                yield self.take(s)
            except (TimeoutError, socket.timeout):
                return

    def arrives(self, s, mark, seconds=3.0):
        return next((got for got in self.frames(s, seconds) if mark in got), None)

    def put_in(self, frame, out):
        """From the host, or out of the tunnel."""
        if out:
            self.lan.send(bytes(frame))
        else:
            self.send(frame)

    def crosses(self, frame, mark, out, seconds=3.0):
        self.put_in(frame, out)
        return self.arrives(self.wan if out else self.lan, mark, seconds) is not None

    def state(self, want):
        eventually(lambda: self.stats()["livenessState"] == want, 5, f"the tunnel {want}")

    @contextlib.contextmanager
    def deaf_end(self):
        """The other end answers nobody."""
        self.end.gate.run("nft", "add rule ip q i ip protocol icmp drop")
        yield
        self.end.gate.run("nft", "flush chain ip q i; add rule ip q i ip protocol 97 drop")

    def came_not(self, mark, out):
        """Behind it something may come that is well."""
        good, then = self.frame(out=out)
        self.put_in(good, out)
        for got in self.frames(self.wan if out else self.lan, 0.2):
            assert mark not in got, "it came"
            if then in got:
                return

    # -- what is shown -----------------------------------------------------------------------
    def taken(self, what, frame, mark, **words):
        self.send(frame, **words)
        self.came(what, frame, mark)

    def came(self, what, frame, mark):
        got = self.arrives(self.lan, mark)
        assert got is not None, f"{what}: it did not come"
        assert got == bytes(frame), f"{what}: {got.hex()} is not {bytes(frame).hex()}"

    def refused(self, what, mark, reason=None, before=None):
        """Behind what was sent something comes that is well."""
        good, then = self.frame()
        self.send(good)
        for got in self.frames(self.lan, 3):
            assert mark not in got, f"{what}: it came"
            if then in got:
                break
        else:
            raise AssertionError(f"{what}: nothing came behind it")
        if reason is not None:
            key = f"droppedIn.{reason}"
            eventually(lambda: self.stats()[key] > before[key], 5, f"{what}: {key}")


def wires(t, tier):
    if Ether is None:
        raise Skip("needs python3-scapy")
    return Wires(Sites(t, 2), tier)
