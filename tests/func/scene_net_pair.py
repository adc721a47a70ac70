#!/usr/bin/python3
"""A pair of units: one is active and has what floats, the other takes over when it dies, when it
is told to, and when nobody hears it; never both while words come through."""
import os
import signal
import socket
import struct
import subprocess
import sys

from lib.backends import within
from lib.control import Control
from lib.etherip import NET, Place, wire
from lib.scene import BIN, SLOW, Process, eventually, main, need, scene

FLOATING = "10.50.0.1"
CONFIG = """
net vlan /Common/vlan-server {{
    interfaces {{
        lan {{
            untagged
        }}
    }}
}}
net self /Common/floating {{
    address 10.50.0.1/24
    allow-service default
    traffic-group traffic-group-1
    vlan {lan}
}}
cm traffic-group /Common/traffic-group-1 {{ }}
net failover {{
    enabled
    key-file {key}
    lease {lease}
    local-address 10.99.0.{own}
    peer-address 10.99.0.{peer}
    preferred-role {role}
}}
"""


# And a tunnel whose end is the active unit's, on a WAN of its own.
TUNNEL = """
net vlan /Common/vlan-wan {
    interfaces {
        wan {
            untagged
        }
    }
}
net self /Common/outside {
    address 10.60.0.1/24
    allow-service default
    traffic-group traffic-group-1
    vlan vlan-wan
}
net tunnels tunnel /Common/eip {
    liveness none
    local-address 10.60.0.1
    profile etherip
    remote-address 10.60.0.9
    traffic-group traffic-group-1
}
net vlan-group /Common/vg-eip {
    members {
        eip
        vlan-server
    }
    mode transparent
}
"""
FAR_MAC = b"\x02\0\0\0\x77\x09"
FAR_IP = "10.133.63.50"


class Unit(Place):
    def __init__(self, pair, i):
        super().__init__(pair.stage)
        self.stage, self.i = pair.stage, i
        self.state = os.path.join(pair.stage.dir, f"unit{i}")
        os.makedirs(self.state)

    def configure(self, role="none", key=None, lease=400, more="", lan="vlan-server"):
        key = key or self.stage.write("pair.key", "5a" * 32 + "\n")
        os.chmod(key, 0o600)
        self.path = self.stage.write(os.path.join(self.state, "eip.conf"), CONFIG.format(
            own=self.i + 1, peer=2 - self.i, key=key, role=role, lease=lease, lan=lan) + more)

    def start(self, **kw):
        self.configure(**kw)
        self.daemon = Process(self.stage, f"etheripd{self.i}-{len(self.stage.processes)}", [
            *self.inside, os.path.join(BIN, "etheripd"), "-c", self.path, "-s", self.state])
        eventually(lambda: " ready" in self.daemon.output() or
                   self.daemon.proc.poll() is not None, 10, "etheripd")
        assert self.daemon.proc.poll() is None, self.daemon.output()

    def control(self):
        return Control(path=os.path.join(self.state, "control.sock"), branch=NET)

    def shell(self, *words):
        return subprocess.run([*self.inside, os.path.join(BIN, "gtmsh"), *words], text=True,
                              check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={
                                  **os.environ, "GTMSH_NET_SOCKET":
                                  os.path.join(self.state, "control.sock")})

    def order(self, role):
        said = self.shell("run", "net", "failover", role)
        assert said.returncode == 0, said.stdout
        return said.stdout

    def floats(self):
        return FLOATING + "/24" in self.run("ip", "-4", "address", "show")


class Pair:
    def __init__(self, stage):
        self.stage = stage
        self.units = [Unit(self, i) for i in (0, 1)]
        self.lan, one, other = Place(stage), *self.units
        self.lan.ip("link add sw type bridge")
        self.lan.ip("link set sw up")
        wire(one, "ha", other, "ha")
        for unit in self.units:
            unit.ip(f"address add 10.99.0.{unit.i + 1}/24 dev ha")
            wire(unit, "lan", self.lan, f"u{unit.i}")
            self.lan.ip(f"link set u{unit.i} master sw")

    def active(self):
        """Whose the floating address is; both at once is what must not be."""
        has = [u.i for u in self.units if u.floats()]
        assert len(has) < 2, has
        return has[0] if has else None

    def settled(self):
        """Who is active, and the other: both know. The first to start is active alone at
        first, until it hears the second."""
        eventually(lambda: self.active() is not None and all(
            {"standby", "active"} <= set(u.shell("show", "net", "failover").stdout.split())
            for u in self.units), 10, "one active, and both know")
        i = self.active()
        return self.units[i], self.units[1 - i]

    def becomes(self, i, seconds=5):
        eventually(lambda: self.active() == i, seconds, f"unit {i} active\n" + "".join(
            u.daemon.output()[-800:] for u in self.units))


@scene("one of two is active, and the other when it dies or ends")
def dies(s):
    pair = Pair(s)
    one, other = pair.units
    one.start()
    other.start()
    first, second = pair.settled()
    first.daemon.kill(signal.SIGKILL)
    first.daemon.wait()
    eventually(second.floats, what="the second active")
    first.start()	# whose first act is to let go of what the killed one had
    pair.becomes(second.i)
    eventually(lambda: {"standby", "active"} <= set(first.shell(
        "show", "net", "failover").stdout.split()), what="the first back, and standby")
    pair.becomes(second.i)
    second.daemon.stop()
    pair.becomes(first.i)
    eventually(lambda: "role=active" in first.daemon.output(), 5, "its role told")


@scene("by command it goes there and back, or away; and the roles are told")
def commands(s):
    pair = Pair(s)
    one, other = pair.units
    one.start(role="active")
    other.start(role="standby")
    pair.becomes(0, 10)
    one.order("standby")
    pair.becomes(1)
    one.order("active")
    pair.becomes(0)
    one.order("offline")
    pair.becomes(1)
    shown = one.shell("show", "net", "failover")
    assert shown.returncode == 0 and "offline" in shown.stdout, shown.stdout
    bad = one.shell("run", "net", "failover", "asleep")
    assert bad.returncode != 0 and "active, standby or offline" in bad.stdout, bad.stdout
    one.order("standby")
    # Unit 0 is preferred, but it was a command that took it away.
    pair.becomes(1)


@scene("an active unit that nobody hears gives up before the other begins")
def unheard(s):
    pair = Pair(s)
    one, other = pair.units
    one.start()
    other.start()
    first, second = pair.settled()
    second.run("nft", "add table ip cut; add chain ip cut in { type filter hook input priority "
               "0; }; add rule ip cut in udp dport 1026 drop")
    pair.becomes(second.i)
    assert "does not hear" in first.daemon.output(), first.daemon.output()


@scene("without its key a unit is not active, and says why")
def keys(s):
    pair = Pair(s)
    one, other = pair.units
    missing = os.path.join(s.dir, "missing.key")
    s.write("missing.key", "")
    one.start(key=missing)
    assert not one.floats()
    said = one.shell("run", "net", "failover", "active")
    assert said.returncode != 0 and "missing.key" in said.stdout, said.stdout
    s.write("missing.key", "a5" * 32)
    os.chmod(missing, 0o600)
    eventually(one.floats, 10, "active once there is a key")


def speak(far, mac):
    """A station behind the far end says something to all."""
    arp = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, mac, b"\x0a\x85\x3f\x32", bytes(6),
                      b"\x0a\x85\x3f\x33")
    frame = b"\x30\0" + b"\xff" * 6 + mac + struct.pack("!H", 0x0806) + arp.ljust(46, b"\0")
    with within(far.pid):
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, 97) as s:
            s.sendto(frame, ("10.60.0.1", 0))


def hears(sniffer, what):
    """Frames until one of them is what; all that came."""
    got = []
    sniffer.settimeout(0.2)
    while not any(what(f) for f in got):
        try:
            got.append(sniffer.recv(2048))
        except TimeoutError:
            return False
    return True


@scene("who takes over tells its addresses, and the LAN of stations behind the tunnel")
def told(s):
    pair = Pair(s)
    wan, far = Place(s), Place(s)
    wan.ip("link add sw type bridge")
    wan.ip("link set sw up")
    for place, port in ((pair.units[0], "w0"), (pair.units[1], "w1"), (far, "w9")):
        wire(place, "wan", wan, port)
        wan.ip(f"link set {port} master sw")
    far.ip("address add 10.60.0.9/24 dev wan")
    for unit in pair.units:
        unit.start(more=TUNNEL, lan="vg-eip")
    first, second = pair.settled()

    def learned():
        speak(far, FAR_MAC)
        return "02:00:00:00:77:09" in str(first.control().ok("GET", "fdb"))

    eventually(learned, 10, "the station known")
    eventually(lambda: mirrored(second, "stations") and mirrored(second, "addresses"), 15,
               "and mirrored, with its address")
    on_lan, on_wan = pair.lan.packets(f"u{second.i}"), wan.packets(f"w{second.i}")
    first.order("standby")
    pair.becomes(second.i)
    known = where(second, FAR_IP)  # before it has said anything here
    assert known["station"] == "02:00:00:00:77:09" and known["where"] == "remote", known
    assert known["tunnel"] == "/Common/eip", known
    rarp = b"\x80\x35"
    eventually(lambda: hears(on_lan, lambda f: f[12:14] == rarp and f[6:12] == FAR_MAC), 5,
               "RARP for it")
    eventually(lambda: hears(on_wan, lambda f: f[12:14] == b"\x08\x06" and
                             f[28:32] == b"\x0a\x3c\0\x01"), 5, "gratuitous ARP")
    for sniffer in (on_lan, on_wan):
        sniffer.close()


FAR = """
net vlan /Common/vlan-server {
    interfaces {
        lan {
            untagged
        }
    }
}
net tunnels tunnel /Common/eip {
    liveness none
    local-address 10.60.0.9
    profile etherip
    remote-address 10.60.0.1
}
net vlan-group /Common/vg-eip {
    members {
        eip
        vlan-server
    }
    mode transparent
}
"""
ECHO = """
import socket
at = socket.create_server(("10.133.63.12", 7000))
print("listening", flush=True)
peer = at.accept()[0]
while octets := peer.recv(65536):
    peer.sendall(octets)
"""
# Says how long the longest pause between two answers was, and whether all octets came back.
TALK = """
import select, socket, sys, time
s = socket.create_connection(("10.133.63.12", 7000))
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
sent = got = 0
last, gap = time.monotonic(), 0.0
print("talking", flush=True)
while not select.select([sys.stdin], [], [], 0.002)[0] or got < sent:
    if got == sent:
        s.sendall(sent.to_bytes(8, "big") * 64)
        sent += 512
    octets = s.recv(512, socket.MSG_WAITALL)
    assert octets == got.to_bytes(8, "big") * 64, (got, octets)
    got += len(octets)
    now = time.monotonic()
    gap, last = max(gap, now - last), now
print(gap, got, flush=True)
"""


@scene("a connection through the tunnel lives on when the active unit is switched off")
def survives(s):
    pair = Pair(s)
    wan, far, here, there = (Place(s) for _ in range(4))
    wan.ip("link add sw type bridge")
    wan.ip("link set sw up")
    for place, port in ((pair.units[0], "w0"), (pair.units[1], "w1"), (far, "w9")):
        wire(place, "wan", wan, port, 1600)
        wan.ip(f"link set {port} master sw")
    far.ip("address add 10.60.0.9/24 dev wan")
    wire(here, "eth0", pair.lan, "h0")
    pair.lan.ip("link set h0 master sw")
    wire(there, "eth0", far, "lan")
    for host, last in ((here, 11), (there, 12)):
        host.ip(f"address add 10.133.63.{last}/24 dev eth0")
    conf = s.write("far/eip.conf", FAR)
    Process(s, "etheripd-far", [*far.inside, os.path.join(BIN, "etheripd"), "-c", conf, "-s",
                                os.path.dirname(conf)])
    for unit in pair.units:
        unit.start(more=TUNNEL, lan="vg-eip")
    eventually(lambda: pair.active() is not None, what="one active")
    eventually(lambda: s.run([*here.inside, need("ping"), "-c1", "-W1", "10.133.63.12"])
               .returncode == 0, 10, "the tunnel carries")
    echo = Process(s, "echo", [*there.inside, sys.executable, "-c", ECHO])
    eventually(lambda: "listening" in echo.output(), what="the server")
    talk = subprocess.Popen([*here.inside, sys.executable, "-c", TALK], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True)
    assert talk.stdout.readline() == "talking\n"
    first, second = pair.units[pair.active()], pair.units[1 - pair.active()]
    eventually(lambda: mirrored(second, "stations"), 15, "mirrored")
    for device in ("lan", "wan", "ha"):
        first.ip(f"link set {device} down")
    first.daemon.kill(signal.SIGKILL)
    eventually(second.floats, what="the second active")
    talk.stdin.write("enough\n")
    said, _ = talk.communicate(timeout=60 * SLOW)
    gap, got = said.split()
    print(f"# the longest pause was {float(gap):.3f} s, of {got} octets none was wrong")
    assert talk.returncode == 0 and 0.3 < float(gap) < 5 * SLOW, said


def mirrored(unit, what):
    doc = unit.control().ok("GET", "failover/stats")
    return next((v["value"] for k, v in walk(doc) if k == what + "Mirrored"), 0)


def where(unit, address):
    """What the unit knows of who has the address."""
    return unit.control().ok("GET", f"where?station={address}")["items"][0]


def walk(doc):
    for k, v in doc.items():
        yield k, v
        if isinstance(v, dict):
            yield from walk(v)


if __name__ == "__main__":
    main()
