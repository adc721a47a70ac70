"""What stretches a network between two sites: etheripd in each of its tiers, and what
there is without it. Each stands in a lab of its own:

    host a - gateway a = WAN = gateway b - host b

Links carry frames of the length of the MTU, as wires do: nothing is left for a device to
cut, or to sum up. (Between two virtual ports super-packets would pass uncut, and every tunnel
look better than it is.)
"""
import os
import subprocess

from lib.scene import Process, eventually, need

from server import TOP, Failed

BIN = os.path.join(TOP, "build/bin")
HOSTS = ("10.80.0.1", "10.80.0.2")
ENDS = ("10.81.0.1", "10.81.0.2")
OFF = ["tx", "off", "tso", "off", "gso", "off", "gro", "on"]


class Lab:
    """Four namespaces in a row. i is 0 for the side of a, 1 for that of b."""

    def __init__(self, stage, mtu=1500, wan_mtu=1600, lan_gro=False):
        """lan_gro: gateways' ports to their hosts put frames together, too. That is good for
        whoever can cut them again on the way out; etheripd switches it off (protocol 97 is
        none that the kernel can cut)."""
        self.stage, self.mtu, self.wan_mtu = stage, mtu, wan_mtu
        self.hosts = [self.place() for _ in (0, 1)]
        self.gates = [self.place() for _ in (0, 1)]
        self.wire(self.gates, "wan", wan_mtu)
        for i in (0, 1):
            self.wire((self.gates[i], self.hosts[i]), ("lan", "eth0"), mtu)
            if not lan_gro:
                self.run(self.gates[i][0], [need("ethtool"), "-K", "lan", "gro", "off"])
            self.ip(self.gates[i], f"address add {ENDS[i]}/24 dev wan")
            self.ip(self.hosts[i], f"address add {HOSTS[i]}/24 dev eth0")

    def place(self):
        inside = self.stage.namespace()
        # A network that is one for both sites has no business with IPv6 of its own.
        self.run(inside, ["sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                          "net.ipv6.conf.default.disable_ipv6=1"])
        return inside, self.stage.namespaces[-1].pid

    def run(self, inside, argv, **kw):
        done = subprocess.run([*inside, *argv], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **kw)
        if done.returncode != 0:
            raise Failed(f"{' '.join(argv)}: {done.stdout.strip()}")
        return done.stdout

    def ip(self, place, line):
        self.run(place[0], [need("ip"), *line.split()])

    def wire(self, places, names, mtu):
        names = (names, names) if isinstance(names, str) else names
        self.ip(places[0], f"link add {names[0]} mtu {mtu} type veth peer name {names[1]} "
                           f"mtu {mtu} netns {places[1][1]}")
        # The far end first: a virtual port takes frames from XDP when the other end was up, and
        # had its GRO, before it.
        for place, name in reversed(list(zip(places, names))):
            self.plain(place, name)
            self.ip(place, f"link set {name} up")

    def plain(self, place, name):
        self.run(place[0], [need("ethtool"), "-K", name, *OFF])

    def super_frames(self):
        """Hosts' ports hand over what they have, in pieces of up to 64 KiB."""
        for inside, _ in self.hosts:
            self.run(inside, [need("ethtool"), "-K", "eth0", "tx", "on", "sg", "on", "tso", "on",
                              "gso", "on"])

    def bridge(self, i, *ports):
        self.ip(self.gates[i], "link add br0 type bridge")
        for port in ports:
            self.ip(self.gates[i], f"link set {port} master br0 up")
        self.ip(self.gates[i], "link set br0 up")

    def start(self, place, name, argv):
        return Process(self.stage, f"{name}{len(self.stage.processes)}", [*place[0], *argv])

    def reaches(self):
        argv = [*self.hosts[0][0], need("ping"), "-c", "1", "-W", "1", "-q", HOSTS[1]]
        return subprocess.run(argv, stdout=subprocess.DEVNULL, check=False).returncode == 0


class Bridge:
    """The WAN is a wire of the same switch: what there would be without a tunnel."""
    name = "bridge"

    def __init__(self, lab):
        for i in (0, 1):
            lab.bridge(i, "lan", "wan")


class Vxlan:
    """The kernel's own."""
    name = "vxlan"

    def __init__(self, lab):
        for i in (0, 1):
            lab.ip(lab.gates[i], f"link add vx mtu {lab.mtu} type vxlan id 5 local {ENDS[i]} "
                                 f"remote {ENDS[1 - i]} dstport 4789 dev wan")
            lab.bridge(i, "lan", "vx")


class OpenVpn:
    """Its TAP mode, without encryption."""
    name = "openvpn"

    def __init__(self, lab):
        for i in (0, 1):
            lab.ip(lab.gates[i], "tuntap add tap0 mode tap")
            lab.ip(lab.gates[i], f"link set tap0 mtu {lab.mtu}")
            lab.bridge(i, "lan", "tap0")
            lab.start(lab.gates[i], "openvpn", [
                need("openvpn"), "--dev", "tap0", "--dev-type", "tap", "--remote", ENDS[1 - i],
                "--local", ENDS[i], "--cipher", "none", "--auth", "none", "--tun-mtu",
                str(lab.mtu), "--verb", "1", "--txqueuelen", "1000",
                "--sndbuf", "2097152", "--rcvbuf", "2097152"])


class Tinc:
    """Mode switch, without encryption."""
    name = "tinc"

    def __init__(self, lab):
        names, keys = ("a", "b"), []
        for i in (0, 1):
            folder = os.path.join(lab.stage.dir, f"tinc-{len(lab.stage.namespaces)}-{names[i]}")
            os.makedirs(os.path.join(folder, "hosts"))
            with open(os.path.join(folder, "tinc.conf"), "w", encoding="ascii") as f:
                f.write(f"Name = {names[i]}\nMode = switch\nInterface = tap0\nDeviceType = tap\n"
                        f"ConnectTo = {names[1 - i]}\nAddressFamily = ipv4\nProcessPriority = "
                        "normal\nPMTU = 1514\n")
            with open(os.path.join(folder, "hosts", names[i]), "w", encoding="ascii") as f:
                f.write(f"Address = {ENDS[i]}\nCipher = none\nDigest = none\nCompression = 0\n")
            subprocess.run([need("tincd"), "-c", folder, "-K2048"], input="\n\n", text=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            keys.append(folder)
        for i in (0, 1):
            with open(os.path.join(keys[1 - i], "hosts", names[1 - i]), encoding="ascii") as f:
                lab.stage.write(os.path.join(keys[i], "hosts", names[1 - i]), f.read())
            lab.ip(lab.gates[i], "tuntap add tap0 mode tap")
            lab.ip(lab.gates[i], f"link set tap0 mtu {lab.mtu}")
            lab.bridge(i, "lan", "tap0")
            lab.start(lab.gates[i], "tinc", [need("tincd"), "-c", keys[i], "-D", "--pidfile",
                                             os.path.join(keys[i], "pid")])


class Etherip:
    """etheripd, held to one tier."""
    tier, fast_path = "auto", "automatic"

    def __init__(self, lab):
        for i in (0, 1):
            folder = os.path.join(lab.stage.dir, f"{self.name}-{i}")
            config = lab.stage.write(os.path.join(folder, "eip.conf"), f"""
net vlan /Common/servers {{
    interfaces {{
        lan {{
            untagged
        }}
    }}
}}
net tunnels tunnel /Common/eip {{
    profile etherip
    local-address {ENDS[i]}
    remote-address {ENDS[1 - i]}
    liveness none
}}
net vlan-group /Common/vg {{
    members {{
        eip
        servers
    }}
    mode transparent
    tier {self.tier}
    fast-path {self.fast_path}
}}
""")
            lab.start(lab.gates[i], "etheripd", [os.path.join(BIN, "etheripd"), "-c", config,
                                                 "-s", os.path.join(folder, "state")])


class User(Etherip):
    name, tier = "user", "user"


class Bridged(Etherip):
    name, tier = "tier-bridge", "bridge"


class Direct(Etherip):
    name, tier = "direct", "direct"


class Stack(Etherip):
    """No leap: frames come out of the tunnel by the kernel's stack."""
    name, tier, fast_path = "direct-stack", "direct", "disabled"


KINDS = {k.name: k for k in (Bridge, Vxlan, OpenVpn, Tinc, User, Bridged, Stack, Direct)}


def ready(lab, name):
    eventually(lab.reaches, 20, f"{name}: one host reaches the other")
