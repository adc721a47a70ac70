"""Sites whose server VLAN is one: switches, gateways with etheripd, and hosts.

    with Sites(t) as s:
        h, far = s.host(0), s.host(1)
        s.start()
        s.reaches(h, far)

Everything is a namespace of its own, and the wires between them carry frames of the MTU's
length, as wires do: between virtual ports super-packets would pass uncut, and hide what
happens to octets on the way.

    host - switch = gateway = WAN = gateway = switch - host

A guest (Guest) has a port at the switch of each site, and is plugged into one of them.
"""
import contextlib
import ctypes
import os
import re
import shutil
import socket
import struct
import subprocess
import time

from lib.backends import within
from lib.control import Control
from lib.scene import BIN, SLOW, Process, Skip, eventually, need, need_root

NET = "/mgmt/tm/net/"
WAN, WAN6 = "10.133.%s.245", "fd64:%x::f5"
LAN = "10.133.63.%s"
ALONE = ["tx", "off", "tso", "off", "gso", "off", "gro", "off"]
RARP, ARP = 0x8035, 0x0806
EVERYBODY = b"\xff" * 6


class Place:
    """A namespace: a prefix for commands, and one to open sockets in."""

    def __init__(self, stage):
        self.inside = stage.namespace()
        self.pid = stage.namespaces[-1].pid
        # A network that is one for all sites has no IPv6 of its own but what we give it.
        self.run("sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0",
                 "net.ipv6.conf.default.accept_dad=0", "net.ipv6.conf.all.accept_ra=0",
                 "net.ipv6.conf.default.accept_ra=0")

    def run(self, *argv, **kw):
        if "input" not in kw:
            kw["stdin"] = subprocess.DEVNULL
        done = subprocess.run([*self.inside, need(argv[0]), *argv[1:]], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kw)
        assert done.returncode == 0, f"{' '.join(argv)}: {done.stdout}"
        return done.stdout

    def ip(self, line):
        self.run("ip", *line.split())

    @contextlib.contextmanager
    def entered(self):
        with within(self.pid):
            yield

    def packets(self, device, protocol=0x0003):
        """A socket of whole frames."""
        with within(self.pid):
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
            s.bind((device, protocol))
            return s


def wire(here, name, there, other, mtu=1500):
    here.ip(f"link add {name} mtu {mtu} type veth peer name {other} mtu {mtu} netns {there.pid}")
    for place, device in ((here, name), (there, other)):
        place.run("ethtool", "-K", device, *ALONE)
        place.ip(f"link set {device} up")


def mac(octets):
    return octets.hex(":")


def lasts(seconds):
    """What takes that long by its nature: a stun, the beat of a stream. No wait for anything."""
    time.sleep(seconds)


class Host(Place):
    """A machine in the server VLAN; eth0 is plugged into a switch."""

    def __init__(self, sites, last):
        super().__init__(sites.stage)
        self.address, self.mac = LAN % last, bytes([2, 0, 0, 0, 0x63, last])
        self.address6 = f"fd63::{last:x}"

    def furnish(self):
        self.ip(f"link set eth0 address {mac(self.mac)}")
        self.ip(f"address add {self.address}/24 dev eth0")
        self.ip(f"address add {self.address6}/64 dev eth0 nodad")

    def pings(self, other, *argv):
        target = other if isinstance(other, str) else other.address
        done = subprocess.run([*self.inside, need("ping"), "-c", "1", "-W", "1", "-q", *argv,
                               target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False)
        return done.returncode == 0


class Guest(Host):
    """A machine that moves. Its wire ends at a patch panel from which one site's port is
    joined to it: no carrier is lost, as with a virtual machine's port."""

    def __init__(self, sites, last):
        super().__init__(sites, last)
        self.sites, self.panel = sites, Place(sites.stage)
        self.site = None
        wire(self, "eth0", self.panel, "guest", sites.lan_mtu)
        for i, site in enumerate(sites.sites):
            port = f"g{last}"
            wire(site.switch, port, self.panel, f"port{i}", sites.lan_mtu)
            site.switch.ip(f"link set {port} master sw")
        for port in ("guest", *(f"port{i}" for i in range(len(sites.sites)))):
            self.panel.run("tc", "qdisc", "add", "dev", port, "ingress")
        # Opened now: that takes the kernel longer than a move may.
        self.mouths = [self.panel.packets(f"port{i}") for i in range(len(sites.sites))]
        self.furnish()

    def plug(self, i):
        """Into the switch of site i, out of where it was. Seconds it was nowhere, at most."""
        def joined(one, other):
            return (f"filter replace dev {one} parent ffff: prio 1 handle 800::800 protocol all "
                    f"u32 match u32 0 0 action mirred egress redirect dev {other}\n")

        calls = joined("guest", f"port{i}") + joined(f"port{i}", "guest")
        if self.site is not None:
            calls = f"filter del dev port{self.site} parent ffff: prio 1\n" + calls
        began = time.monotonic()
        self.panel.run("tc", "-batch", "-", input=calls)
        self.site = i
        return time.monotonic() - began

    def announce(self):
        """What a hypervisor sends for a machine that has come: RARP (RFC 903)."""
        body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 3) + self.mac + bytes(4) + self.mac + bytes(4)
        frame = EVERYBODY + self.mac + struct.pack("!H", RARP) + body
        self.mouths[self.site].send(frame.ljust(60, b"\0"))


class Site:
    def __init__(self, sites, i):
        stage = sites.stage
        self.i, self.sites = i, sites
        self.switch, self.gate = Place(stage), Place(stage)
        self.switch.ip("link add sw type bridge")
        self.switch.ip("link set sw up")
        wire(self.gate, "lan", self.switch, "gate", sites.lan_mtu)
        self.switch.ip("link set gate master sw")
        wire(self.gate, "wan", sites.wan, f"wan{i}", sites.wan_mtu)
        sites.wan.ip(f"link set wan{i} master wan")
        self.gate.ip(f"address add {self.address}/16 dev wan")
        self.gate.ip(f"address add {self.address6}/16 dev wan nodad")
        self.folder = os.path.join(stage.dir, f"site{i}")
        os.makedirs(self.folder)
        self.daemon = None

    @property
    def address(self):
        return WAN % (64 + self.i)

    @property
    def address6(self):
        return WAN6 % self.i

    # -- etheripd ------------------------------------------------------------------------
    def configure(self, text):
        return self.sites.stage.write(os.path.join(self.folder, "eip.conf"), text)

    def start(self, *args, by=(), **popen):
        """By: a command that becomes etheripd, in the gateway's network."""
        path = os.path.join(self.folder, "eip.conf")
        self.daemon = Process(self.sites.stage, f"etheripd{self.i}-{time.monotonic_ns()}", [
            *self.gate.inside, *by, os.path.join(BIN, "etheripd"), "-c", path, "-s",
            os.path.join(self.folder, "state"), *args], **popen)
        eventually(self.is_ready, 10, f"etheripd of site {self.i}")
        return self.daemon

    def clear(self):
        """Takes out what a daemon has left in the kernel."""
        self.gate.run(os.path.join(BIN, "etheripd"), "-C", "-s",
                      os.path.join(self.folder, "state"))

    def release(self):
        """Who keeps TAPs for a next daemon lets go of them (etherip/path/tapword.h)."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s, \
                contextlib.suppress(OSError):	# there is nobody
            s.connect(os.path.join(self.folder, "state", "taps.sock"))
            s.send(struct.pack("=IHHI16s", 0x74617068, 1, 6, 0, b""))
            s.recv(1)

    def unpin(self):
        """What the kernel kept for a next daemon goes."""
        state = os.path.realpath(os.path.join(self.folder, "state"))
        shutil.rmtree("/sys/fs/bpf/etheripd" + re.sub(r"[/.]", "_", state), ignore_errors=True)

    def is_ready(self):
        if self.daemon.proc.poll() is not None:
            raise AssertionError("etheripd ended:\n" + self.daemon.output())
        return " ready" in self.daemon.output()

    def control(self):
        return Control(path=os.path.join(self.folder, "state", "control.sock"), branch=NET)

    def stats(self, path):
        doc = self.control().ok("GET", path + "/stats")
        entries = next(iter(doc["entries"].values()))["nestedStats"]["entries"]
        return {k: v.get("value", v.get("description")) for k, v in entries.items()}

    def gtmsh(self, *words):
        """What the shell says to one command; raises unless it succeeded."""
        return self.gate.run(os.path.join(BIN, "gtmsh"), *words, env={
            **os.environ, "GTMSH_NET_SOCKET": os.path.join(self.folder, "state", "control.sock")})


BPF, NEWNS, PRIVATE = "/sys/fs/bpf", 0x20000, (1 << 14) | (1 << 18)


def pinnable():
    """Where the system has no BPF file system, one that this scene and its daemons alone see."""
    with open("/proc/self/mounts", encoding="ascii") as f:
        if any(line.split()[1:3] == [BPF, "bpf"] for line in f):
            return
    need_root()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEWNS) or libc.mount(b"none", b"/", None, PRIVATE, None) \
            or libc.mount(b"bpf", BPF.encode(), b"bpf", 0, None):
        raise Skip(f"needs a BPF file system: {os.strerror(ctypes.get_errno())}")


class Sites:
    """Some sites, their switches, gateways and the WAN between them."""

    def __init__(self, stage, count=2, lan_mtu=1500, wan_mtu=1600):
        pinnable()
        self.stage, self.lan_mtu, self.wan_mtu = stage, lan_mtu, wan_mtu
        self.wan = Place(stage)
        self.wan.ip("link add wan type bridge")
        self.wan.ip("link set wan up")
        self.sites = [Site(self, i) for i in range(count)]
        self.last = 10

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for site in self.sites:
            if site.daemon is not None:
                site.daemon.stop()
            site.release()
            site.unpin()

    def host(self, i):
        """A host at the switch of site i."""
        self.last += 1
        host = Host(self, self.last)
        port = f"h{self.last}"
        wire(host, "eth0", self.sites[i].switch, port, self.lan_mtu)
        self.sites[i].switch.ip(f"link set {port} master sw")
        host.furnish()
        return host

    def guest(self, i):
        self.last += 1
        guest = Guest(self, self.last)
        guest.plug(i)
        return guest

    # -- etheripd everywhere ---------------------------------------------------------------
    def tunnels(self, i, more="", v6=False):
        """A tunnel from site i to each of the others."""
        text = ""
        for other in self.sites:
            if other.i != i:
                ends = [s.address6 if v6 else s.address for s in (self.sites[i], other)]
                text += (f"net tunnels tunnel /Common/eip{other.i} {{\n    profile etherip\n"
                         f"    local-address {ends[0]}\n    remote-address {ends[1]}\n{more}}}\n")
        return text

    def text(self, i, tunnel="    liveness none\n", group="    mode transparent\n", v6=False):
        members = "".join(f"        eip{s.i}\n" for s in self.sites if s.i != i)
        return (self.tunnels(i, tunnel, v6) + "net vlan /Common/vlan-server {\n    interfaces {\n"
                "        lan {\n            untagged\n        }\n    }\n}\n"
                f"net vlan-group /Common/vg-eip {{\n    members {{\n{members}        vlan-server\n"
                f"    }}\n{group}}}\n")

    def start(self, **kw):
        for site in self.sites:
            site.configure(self.text(site.i, **kw))
            site.start()

    def reaches(self, one, other, seconds=5):
        eventually(lambda: one.pings(other), seconds * SLOW, f"{one.address} reaches "
                   f"{other if isinstance(other, str) else other.address}")
