#!/usr/bin/python3
"""The server VLAN over two sites: etheripd beside kernel VXLAN, OpenVPN, tinc and a wire.

    tests/bench/eip.py [--only bridge,vxlan,openvpn,tinc,user,tier-bridge,direct]
        [--rounds 3] [--seconds 2] [--mtu 1500] [--wan-mtu 1600] [--lan-gro] [--host-tso]

Goals are for hosts and WAN ports that put frames together (GRO) and gateways' LAN ports that
do not; --lan-gro lets these do so, too, and with --host-tso hosts' ports hand over super-frames,
as guests' do (VXLAN then carries them uncut: goals are not for that). Each has a lab of its own
(tunnels.py), and rounds take turns, so that what the machine does beside hits all alike. Of each:
tcp     one connection through it: Gb/s, and CPU of the whole chain a KB (1,000 octets)
small   frames of 60 octets, as many as the host sends: how many arrive, and CPU of each (both
        ends do next to nothing for one)
ping    one small datagram and its reply: microseconds, the median of a few thousand

CPU is that of a control group with both hosts and both gateways in it, and of the kernel's
threads for packets; it depends on neighbours far less than seconds do. The best round of each
counts (neighbours only ever take away), and is shown with the worst.
"""
import argparse
import contextlib
import glob
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "func"))
from lib.scene import Skip, Stage, eventually, need                         # noqa: E402

from report import Report, pairs                                            # noqa: E402
from server import TOP, Failed                                              # noqa: E402
from tunnels import HOSTS, KINDS, Lab, ready                                # noqa: E402

LOAD = os.path.join(TOP, "build/bench/frameload")
TCP_PORT, UDP_PORT = 5201, 9
TICK = os.sysconf("SC_CLK_TCK")
# figure, of which, beside which: at most. A figure is to be small, but for tcp.
GOALS = [
    ("packet", "direct", "vxlan", 0.60), ("octet", "direct", "vxlan", 0.75),
    ("tcp", "vxlan", "direct", 1 / 1.3), ("packet", "tier-bridge", "vxlan", 0.85),
    ("octet", "tier-bridge", "vxlan", 1.0), ("tcp", "openvpn", "user", 1 / 2.2),
    ("octet", "user", "openvpn", 0.45), ("tcp", "openvpn", "direct", 1 / 8),
    ("tcp", "tinc", "direct", 1 / 6),
]


class Group:
    """A control group that we and all that we start are in; version 1 or 2."""

    def __init__(self):
        root = next((r for r in ("/sys/fs/cgroup/cpuacct", "/sys/fs/cgroup")
                     if os.path.exists(os.path.join(r, "cgroup.procs"))), None)
        if root is None:
            raise Skip("needs control groups")
        self.root, self.path = root, os.path.join(root, f"gtm-bench-{os.getpid()}")
        os.makedirs(self.path)
        self.join(self.path)
        self.softirq = glob.glob("/proc/[0-9]*/stat")
        self.softirq = [p for p in self.softirq if self.name(p).startswith("ksoftirqd/")]

    @staticmethod
    def name(path):
        try:
            with open(path, encoding="utf-8", errors="replace") as f:
                return f.read().partition("(")[2].rpartition(")")[0]
        except OSError:
            return ""

    @staticmethod
    def join(path, pid=None):
        with open(os.path.join(path, "cgroup.procs"), "w", encoding="ascii") as f:
            f.write(str(pid or os.getpid()))

    def leave(self):
        """With whoever is still here: TAPs are kept open for a while after a daemon."""
        with open(os.path.join(self.path, "cgroup.procs"), encoding="ascii") as f:
            pids = f.read().split()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                self.join(self.root, pid)
        os.rmdir(self.path)

    def cpu_s(self):
        total = 0.0
        for path in self.softirq:
            with open(path, encoding="utf-8", errors="replace") as f:
                row = f.read().rpartition(")")[2].split()
            total += (int(row[11]) + int(row[12])) / TICK
        own = os.path.join(self.path, "cpuacct.usage")
        if os.path.exists(own):
            with open(own, encoding="ascii") as f:
                return total + int(f.read()) / 1e9
        with open(os.path.join(self.path, "cpu.stat"), encoding="ascii") as f:
            return total + int(f.readline().split()[1]) / 1e6


class Through:
    """A lab with a tunnel in it, and what goes through."""

    def __init__(self, stage, kind, args, group):
        self.args, self.group = args, group
        self.lab = Lab(stage, args.mtu, args.wan_mtu, args.lan_gro)
        if args.host_tso:
            self.lab.super_frames()
        KINDS[kind](self.lab)
        ready(self.lab, kind)

    def listen(self, argv):
        return subprocess.Popen([*self.lab.hosts[1][0], *argv], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, text=True)

    def send(self, argv):
        return self.lab.run(self.lab.hosts[0][0], argv, timeout=self.args.seconds + 30)

    def bound(self, what):
        """Waits for the far host's socket."""
        eventually(lambda: f":{what} " in self.lab.run(self.lab.hosts[1][0], [
            need("ss"), "-Hnltu"]), 5, f"a socket at port {what}")

    def tcp(self):
        server = self.listen([need("iperf3"), "-s", "-1", "-p", str(TCP_PORT)])
        try:
            self.bound(TCP_PORT)
            before = self.group.cpu_s()
            told = json.loads(self.send([need("iperf3"), "-c", HOSTS[1], "-p", str(TCP_PORT), "-t",
                                         str(self.args.seconds), "-J"]))
            octets = told["end"]["sum_received"]["bytes"]
            seconds = told["end"]["sum_received"]["seconds"]
            return {"tcp": octets * 8 / seconds / 1e9,
                    "octet": (self.group.cpu_s() - before) * 1e9 / (octets / 1e3)}
        finally:
            server.kill()
            server.communicate()

    def device(self):
        """What the far host's interface says of itself."""
        return json.loads(self.lab.run(self.lab.hosts[1][0], [
            need("ip"), "-json", "-s", "link", "show", "eth0"]))[0]

    def small(self):
        before, used = self.device(), self.group.cpu_s()
        sent = pairs(self.send([LOAD, "blast", "eth0", before["address"],
                                str(self.args.seconds)]))
        used = self.group.cpu_s() - used
        frames = self.device()["stats64"]["rx"]["packets"] - before["stats64"]["rx"]["packets"]
        if frames < sent["frames"] / 1000:
            raise Failed(f"{frames} of {sent['frames']:.0f} frames arrived")
        return {"mpps": frames / sent["seconds"] / 1e6, "packet": used * 1e9 / frames}

    def ping(self):
        echo = self.listen([LOAD, "echo", str(UDP_PORT)])
        try:
            self.bound(UDP_PORT)
            got = pairs(self.send([LOAD, "ping", HOSTS[1], str(UDP_PORT), "4000"]))
        finally:
            echo.kill()
            echo.communicate()
        return {"rtt": got["p50_us"]}

    def measure(self):
        return {**self.tcp(), **self.small(), **self.ping()}


MOST = ("tcp", "mpps")          # the more the better


def best(rows, key):
    return (max if key in MOST else min)(r[key] for r in rows)


def worst(rows, key):
    return (min if key in MOST else max)(r[key] for r in rows)


def show(rows, report):
    head = (("tcp", "TCP Gb/s", 2), ("octet", "CPU ns/KB", 0), ("mpps", "Mpps 60 B", 3),
            ("packet", "CPU ns/packet", 0), ("rtt", "RTT us", 1))
    print(f"\n{'':12}" + "".join(f"{title:>22}" for _, title, _ in head) + "   (best, worst)")
    for kind, got in rows.items():
        print(f"{kind:12}" + "".join(f"{best(got, k):14.{d}f}{worst(got, k):8.{d}f}"
                                     for k, _, d in head))
    for figure, one, other, most in GOALS:
        if one in rows and other in rows:
            report.goal(f"{figure}: {one} / {other}",
                        best(rows[one], figure) / best(rows[other], figure), most)
    if "direct" in rows and "bridge" in rows:
        report.goal("RTT: direct - bridge, us",
                    best(rows["direct"], "rtt") - best(rows["bridge"], "rtt"), 1.0)


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--only", default=",".join(KINDS))
    parse.add_argument("--rounds", type=int, default=3)
    parse.add_argument("--seconds", type=float, default=2)
    parse.add_argument("--mtu", type=int, default=1500)
    parse.add_argument("--wan-mtu", type=int, default=1600)
    parse.add_argument("--lan-gro", action="store_true")
    parse.add_argument("--host-tso", action="store_true")
    args = parse.parse_args()
    report, rows, stage, group = Report(), {}, Stage(), Group()
    try:
        labs = {}
        for kind in args.only.split(","):
            try:
                labs[kind] = Through(stage, kind, args, group)
            except (Failed, AssertionError) as why:
                report.failed(kind, why)
        for turn in range(args.rounds):
            for kind, through in labs.items():
                try:
                    rows.setdefault(kind, []).append(through.measure())
                except (Failed, AssertionError) as why:
                    report.failed(f"{kind}, round {turn + 1}", why)
        show({k: v for k, v in rows.items() if v}, report)
    finally:
        stage.strike()
        group.leave()
    return 0 if report.end() else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Skip as why:
        sys.exit(f"eip.py: {why}")
