"""Both data centers of the deployment guide on one machine: every box a network namespace.

    users -- client VLAN -- gate 0 -- router ==== WAN ==== router -- gate 1 -- client VLAN -- users
                            |                                        |
                            switch 0 (server VLAN, one with that of) switch 1
                            |                                        |
                            hypervisor 0 (its LAN for migrations)    hypervisor 1

A gate is what the guide calls a BIG-IP: gtmd (at the Local site), womd, etheripd, and HAProxy
as the site's load balancer. The WAN is build/bin/wanlink: rate, delay, loss, cuts.
"""
import json
import os
import subprocess

from lib.control import Control
from lib.etherip import Place, wire
from lib.scene import BIN, Process, eventually, need
from lib.womd import Authority

NAMES = ("Local", "Remote")
# By site, as in the guide's configuration table.
EIP = ("10.133.64.245", "10.133.65.245")
SESSION_WAN = ("10.133.57.141", "10.133.58.141")
SESSION_LAN = ("10.133.59.245", "10.133.60.245")
HYPERVISOR = ("10.133.59.10", "10.133.60.10")
SERVER = ("10.133.63.245", "10.133.63.246")
CLIENT = ("10.133.39.235", "10.133.56.235")
VIRTUAL = ("10.133.39.51", "10.133.56.51")
USERS = ("10.133.39.1", "10.133.56.1")
ROUTERS = (("10.133.64.1", "10.133.57.1"), ("10.133.65.1", "10.133.58.1"))
FAR = (("10.133.65.0/24", "10.133.58.0/24"), ("10.133.64.0/24", "10.133.57.0/24"))

# womd's listeners at a gate, for who sends, and where they come out at the other side.
MEMORY_PORT, DISK_PORT, PORTS = 8000, 8100, 8
WAN_MTU, LAN_MTU = 1600, 1500


class Site:
    """One data center."""

    def __init__(self, lab, i):
        self.lab, self.i, self.name = lab, i, NAMES[i]
        t = lab.stage
        self.switch, self.gate, self.router, self.hypervisor = (Place(t) for _ in range(4))
        self.folder = os.path.join(t.dir, self.name)
        os.makedirs(self.folder)
        self.daemons, self.lives = {}, 0
        self.wom_settings = self.wom_remote = self.wom_more = ""
        self.lay_wires()

    # -- wires ---------------------------------------------------------------------------
    def lay_wires(self):
        gate, i = self.gate, self.i
        self.switch.ip("link add sw type bridge")
        self.switch.ip("link set sw up")
        wire(gate, "lan", self.switch, "gate", LAN_MTU)
        self.switch.ip("link set gate master sw")
        wire(gate, "wan", self.router, "lan", WAN_MTU)
        wire(gate, "client", self.lab.users, f"client{i}", LAN_MTU)
        wire(gate, "vmotion", self.hypervisor, "eth0", LAN_MTU)
        for place, lines in (
                (gate, [f"address add {EIP[i]}/24 dev wan",
                        f"address add {SESSION_WAN[i]}/24 dev wan",
                        f"address add {CLIENT[i]}/24 dev client",
                        f"address add {VIRTUAL[i]}/32 dev client",
                        f"address add {SESSION_LAN[i]}/24 dev vmotion",
                        f"route add default via {USERS[i]}",
                        *(f"route add {net} via {via}" for net, via in zip(FAR[i], ROUTERS[i]))]),
                (self.router, [f"address add {a}/24 dev lan" for a in ROUTERS[i]]),
                (self.lab.users, [f"address add {USERS[i]}/24 dev client{i}"]),
                (self.hypervisor, [f"address add {HYPERVISOR[i]}/24 dev eth0",
                                   f"route add default via {SESSION_LAN[i]}"])):
            for line in lines:
                place.ip(line)
        self.router.run("sysctl", "-qw", "net.ipv4.ip_forward=1")

    # -- daemons -------------------------------------------------------------------------
    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        return self.lab.stage.write(self.path(name), text)

    def open_past_womd(self):
        """The hypervisors' networks are routed over the WAN as they are."""
        self.gate.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        own, far = (f"{HYPERVISOR[i].rpartition('.')[0]}.0/24" for i in (self.i, 1 - self.i))
        self.gate.ip(f"route add {far} via {ROUTERS[self.i][1]}")
        self.router.ip(f"route add {own} via {SESSION_WAN[self.i]}")
        self.router.ip(f"route add {far} dev wan")

    def start(self, name, argv, ready=" ready"):
        """Starts it, or starts it again; until it says that it is there."""
        self.lives += 1
        p = Process(self.lab.stage, f"{name}-{self.name}-{self.lives}",
                    [*self.gate.inside, *argv])
        self.daemons[name] = (p, argv, ready)
        eventually(lambda: ready in p.output() or self.ended(p), 20, f"{name} of {self.name}")
        return p

    @staticmethod
    def ended(p):
        if p.proc.poll() is not None:
            raise AssertionError(f"{p.name} ended:\n{p.output()}")
        return False

    def daemon(self, name):
        return self.daemons[name][0]

    def again(self, name):
        """After it was killed."""
        _, argv, ready = self.daemons[name]
        return self.start(name, argv, ready)

    def start_etheripd(self):
        conf = self.write("eip.conf", f"""
net tunnels tunnel /Common/eip {{
    liveness bfd
    local-address {EIP[self.i]}
    profile etherip
    remote-address {EIP[1 - self.i]}
}}
net vlan /Common/vlan-server {{
    interfaces {{
        lan {{
            untagged
        }}
    }}
}}
net vlan-group /Common/vg-eip {{
    members {{
        eip
        vlan-server
    }}
    migration-keepalive enabled
    mode transparent
}}
net self /Common/server {{
    address {SERVER[self.i]}/24
    vlan /Common/vg-eip
}}
""")
        self.start("etheripd", [os.path.join(BIN, "etheripd"), "-c", conf, "-s",
                                self.path("eip")])

    def start_womd(self):
        cert, key, ca = self.lab.authority.files(self.name)
        tls = f"    ca-file {ca}\n    cert {cert}\n    key {key}\n"
        apps = "".join(f"""
wom optimized-application /Common/{kind}{n} {{
    destination {HYPERVISOR[1 - self.i]}:{port + n}
    listen {SESSION_LAN[self.i]}:{port + n}
    mode explicit
}}""" for kind, port in (("memory", MEMORY_PORT), ("disk", DISK_PORT)) for n in range(PORTS))
        conf = self.write("wom.conf", f"""
ltm profile client-ssl /Common/in {{
{tls}}}
ltm profile server-ssl /Common/out {{
{tls}}}
wom global-settings {{
    keepalive-interval 2
    keepalive-timeout 8
{self.wom_settings}}}
wom endpoint-discovery {{
    mode disable
}}
wom deduplication {{
    dictionary-size {self.lab.dictionary_mib}
    max-endpoint-count 1
}}
wom local-endpoint {{
    addresses {{
        {SESSION_WAN[self.i]}
    }}
    client-ssl /Common/in
    no-route drop
    server-ssl /Common/out
    tunnel-port 443
}}
wom advertised-route /Common/hypervisors {{
    dest {HYPERVISOR[self.i]}/32
}}
wom advertised-route /Common/gate {{
    dest {SESSION_LAN[self.i]}/32
}}
wom remote-endpoint /Common/{NAMES[1 - self.i]} {{
    address {SESSION_WAN[1 - self.i]}
    allow-routing enabled
    tunnel-port 443
{self.wom_remote}}}
{self.wom_more}{apps}
""")
        self.start("womd", [os.path.join(BIN, "womd"), "-c", conf, "-s", self.path("wom")])

    # -- asked -----------------------------------------------------------------------------
    def control(self, which):
        branch = {"eip": "/mgmt/tm/net/", "wom": "/mgmt/tm/wom/", "gtm": "/mgmt/tm/gtm/"}[which]
        return Control(path=self.path(f"{which}/control.sock"), branch=branch)


class DataCenters:
    """Both sites, the WAN between them, and the place where users are."""

    def __init__(self, stage, rate_mbit=622, delay_ms=10, loss=0.0, dictionary_mib=512):
        self.stage, self.dictionary_mib = stage, dictionary_mib
        self.authority = Authority(os.path.join(stage.dir, "authority"))
        self.lan_mtu = LAN_MTU
        self.users = Place(stage)
        self.users.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.sites = [Site(self, i) for i in (0, 1)]
        self.link = self.connect(rate_mbit, delay_ms, loss)

    # -- the WAN ---------------------------------------------------------------------------
    def connect(self, rate_mbit, delay_ms, loss):
        ends = [f"/proc/{s.router.pid}/ns/net" for s in self.sites]
        link = subprocess.Popen(
            [os.path.join(BIN, "wanlink"), "-a", ends[0], "-b", ends[1], "-r",
             f"{rate_mbit * 1e6:.0f}", "-d", f"{delay_ms * 1e3:.0f}", "-q",
             str(max(1 << 16, int(rate_mbit * 125 * 50))), "-l", str(loss)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if link.stdout.readline() != "ready\n":
            raise AssertionError("the WAN's link does not start")
        for s in self.sites:
            s.router.ip(f"link set wan mtu {WAN_MTU} txqueuelen 2000 up")
            for net in FAR[s.i]:
                s.router.ip(f"route add {net} dev wan")
        return link

    def tell_link(self, line):
        self.link.stdin.write(line + "\n")
        self.link.stdin.flush()
        return self.link.stdout.readline()

    def cut(self, seconds):
        self.tell_link(f"cut {int(seconds * 1000)}")

    def wan_octets(self):
        """Octets that have crossed, both ways."""
        told = json.loads(self.tell_link("stats"))
        return sum(told[way]["delivered-octets"] for way in ("a-b", "b-a"))

    # -- start and end -----------------------------------------------------------------------
    def start(self, womd=True):
        """Without womd hypervisors reach one another past it."""
        for site in self.sites:
            site.start_etheripd()
            if womd:
                site.start_womd()
            else:
                site.open_past_womd()
        for site in self.sites:
            eventually(lambda s=site: self.tunnel_is_up(s), 30, f"the tunnel of {site.name}")
            if womd:
                eventually(lambda s=site: self.endpoint_is_up(s), 30,
                           f"the endpoint of {site.name}")

    @staticmethod
    def state(control, path):
        page = control.ok("GET", path + "/stats")
        entries = next(iter(page["entries"].values()))["nestedStats"]["entries"]
        return entries["status.availabilityState"]["description"]

    def tunnel_is_up(self, site):
        return self.state(site.control("eip"), "tunnels/tunnel") == "available"

    def endpoint_is_up(self, site):
        return self.state(site.control("wom"), "remote-endpoint") == "available"

    def close(self):
        if self.link is not None:
            self.link.stdin.close()
            self.link.wait()
            self.link = None


def need_all():
    for program in ("haproxy", "unbound", "ip", "tc", "ethtool", "unshare", "nsenter"):
        need(program)
