#!/usr/bin/python3
"""AF_XDP: gtmd and Knot by their rings, and gtmd by its sockets, over one wire.

Two namespaces are joined by a pair of veth interfaces; kxdpgun asks from one,
the servers take turns in the other, all with the same zone and one thread
pinned on CPU 0, the generator on CPU 1. What the kernel does when a frame has
come, a softirq does in the context of whoever runs: of the sender, on such a
wire. So each end has a kernel thread for it (threaded NAPI), the server's on
CPU 0 and the generator's on CPU 1, and CPU per query is the processor time of
the server's threads and of its end's kernel thread per reply: all that a
machine would spend that serves, and nothing of what the asker spends. Needs
root.

    tests/bench/xdp.py [--rounds 5] [--seconds 2] [--rates 100,200,400]
        [--names 1000] [--only gtmd-xdp,knot-xdp,…]
        [--urgent]
"""
import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

from peers import Gtmd, Knot
from server import URGENT, Failed, Server, read
from workload import ZONE, Work, questions, write

HERE, THERE = "198.18.0.1", "198.18.0.2"    # RFC 2544: for measuring
NEAR, FAR = f"s{os.getpid()}", f"c{os.getpid()}"    # the ends of the wire
MAC = "02:00:00:00:00:53"
PORT = 53
RECEIVER = ["chrt", "-f", "-p", "6"]    # as a softirq: before the server


class Wire:
    """Both namespaces, for as long as this object's pipes are open."""

    def __init__(self):
        self.holders = [subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec cat"],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                        for _ in range(2)]
        for h in self.holders:
            h.stdout.readline()
        self.here, self.there = (["nsenter", f"--net=/proc/{h.pid}/ns/net"]
                                 for h in self.holders)
        self.run(self.here, "ip", "link", "add", NEAR, "address", MAC, "type", "veth", "peer",
                 "name", FAR, "netns", str(self.holders[1].pid))
        for side, name, address in ((self.here, NEAR, HERE), (self.there, FAR, THERE)):
            self.run(side, "ip", "addr", "add", f"{address}/24", "dev", name)
            self.run(side, "ip", "link", "set", name, "up")
            self.run(side, "ip", "link", "set", "lo", "up")
            self.take_receiver(side, name)
        self.pin(FAR, 1)

    def take_receiver(self, side, name):
        """Gives an end its kernel thread. With GRO sockets' frames are its business,
        too, if the other end makes no segments that the wire would pass on whole."""
        self.run(side, "ethtool", "-K", name, "gro", "on", "tso", "off")
        self.run(side, "unshare", "--mount", "sh", "-c",
                 f"mount -t sysfs sysfs /sys && echo 1 >/sys/class/net/{name}/threaded")

    @staticmethod
    def receivers(name):
        return [pid for pid in filter(str.isdigit, os.listdir("/proc"))
                if read(f"/proc/{pid}/comm").startswith(f"napi/{name}-")]

    def pin(self, name, cpu):
        pids = self.receivers(name)
        if not pids:
            sys.exit(f"{name}: no kernel thread receives: this kernel cannot be measured so")
        for pid in pids:
            self.run([], "taskset", "-p", "-c", str(cpu), pid)
            self.run([], *RECEIVER, pid)

    @staticmethod
    def run(side, *command):
        return subprocess.run([*side, *command], check=True, capture_output=True,
                              text=True).stdout

    def answers(self):
        return "10.0.0.0" in subprocess.run(
            [*self.there, "dig", f"@{HERE}", f"host0.{ZONE}", "+short", "+tries=1", "+time=1"],
            check=False, capture_output=True, text=True).stdout

    def close(self):
        for h in self.holders:
            h.communicate()


class Here(Server):
    """A server in its end of the wire. Mixed into a peer."""
    wire = None
    opened = ""             # what its log says once it has the interface

    def start(self):
        # Knot may leave its program behind.
        self.wire.run(self.wire.here, "ip", "link", "set", NEAR, "xdp", "off")
        self.log = open(os.path.join(self.dir, "log"), "w", encoding="ascii")
        rank = URGENT if self.urgent else []
        self.proc = subprocess.Popen([*self.wire.here, *rank, "taskset", "-c", "0",
                                      *self.command()],
                                     stdout=self.log, stderr=self.log, start_new_session=True)
        for _ in range(50):
            if self.wire.answers() and self.opened in read(f"{self.dir}/log"):
                self.wire.pin(NEAR, 0)
                return
        self.give_up(HERE)

    def receive_s(self):
        """Processor time of the kernel's threads that receive for it."""
        return sum(int(text.split()[0]) for pid in self.wire.receivers(NEAR)
                   if (text := read(f"/proc/{pid}/schedstat"))) / 1e9

    def edit(self, name, *pairs):
        path = f"{self.dir}/{name}"
        text = read(path)
        for was, now in pairs:
            if was not in text:
                sys.exit(f"{path}: no {was!r}")
            text = text.replace(was, now)
        write(path, text)


class GtmdSockets(Here, Gtmd):
    name = "gtmd-sockets"

    def configure(self):
        super().configure()
        # Nobody else holds back what goes to one network.
        self.edit("gtm.conf", ("address 127.0.0.1", f"address {HERE}"),
                  ("settings dns {\n", "settings dns {\n    rate-limit 0\n"))


class GtmdXdp(GtmdSockets):
    name, opened = "gtmd-xdp", f"xdp {NEAR} opened"

    def configure(self):
        super().configure()
        self.edit("gtm.conf", ("    ip-protocol udp\n", "    ip-protocol udp\n    xdp enabled\n"))


class KnotXdp(Here, Knot):
    name, opened = "knot-xdp", f"initialized XDP interface {NEAR}"

    def configure(self):
        super().configure()
        self.edit("knot.conf", (f"listen: 127.0.0.1@{PORT}", f"listen: {HERE}@{PORT}"),
                  ("database:\n", f"xdp:\n    listen: {NEAR}\ndatabase:\n"))


class KnotSockets(Here, Knot):
    name = "knot-sockets"

    def configure(self):
        super().configure()
        self.edit("knot.conf", (f"listen: 127.0.0.1@{PORT}", f"listen: {HERE}@{PORT}"))


ALL = (GtmdXdp, KnotXdp, GtmdSockets, KnotSockets)


def load(server, names, kqps, seconds, rank):
    """One run of kxdpgun, with the server's CPU per reply."""
    before, received = server.cpu_s(), server.receive_s()
    told = server.wire.run([*server.wire.there, *rank, "taskset", "-c", "1"], "kxdpgun", "-t",
                           str(seconds), "-Q", str(kqps * 1000), "-b", "32", "-i", names,
                           "-p", str(PORT), HERE)
    received = server.receive_s() - received
    used = server.cpu_s() - before + received
    sent, got, good = (int(found[1]) if (found := re.search(f"{what}: +(\\d+)", told)) else 0
                       for what in ("total queries", "total replies", "responded NOERROR"))
    if got == 0 or good < got:
        raise Failed(f"{server.name}, {kqps} kqps: not every reply was an answer:\n{told}")
    return {"kqps": got / seconds / 1e3, "lost": (sent - got) / sent, "cpu_us": used / got * 1e6,
            "receive_us": received / got * 1e6}


def measure(wire, args, base):
    Here.wire = wire
    names = f"{base}/names"
    work = Work(names=args.names)
    write(names, questions("static", work))
    rank = URGENT if args.urgent else []
    rates = [int(r) for r in args.rates.split(",")]
    kinds = [k for k in ALL if k.name in args.only.split(",")]
    rows = {(kind.name, rate): [] for rate in rates for kind in kinds}
    for _ in range(args.rounds):
        for kind in kinds:
            server = kind(base, PORT, work)
            try:
                server.start()
                load(server, names, rates[0], 1, rank)      # warms caches
                for rate in rates:
                    rows[kind.name, rate].append(load(server, names, rate, args.seconds, rank))
            except Failed as e:
                print(f"a round failed: {e}", flush=True)
            finally:
                server.stop()
    return rows


def show(rows):
    rates = sorted({rate for _, rate in rows})
    for rate in rates:
        mid = {name: statistics.median(r["cpu_us"] for r in got)
               for (name, at), got in rows.items() if at == rate and got}
        ours = mid.get("gtmd-xdp", float("nan"))
        print(f"\n{rate} kqps asked\n{'server':13}{'kqps':>8}{'lost':>8}"
              f"{'CPU us/query min/med/max':>27}{'to receive':>12}{'gtmd-xdp / it':>15}")
        for name, cpu in mid.items():
            got = rows[name, rate]
            c = sorted(r["cpu_us"] for r in got)
            print(f"{name:13}{statistics.median(r['kqps'] for r in got):8.0f}"
                  f"{statistics.median(r['lost'] for r in got):8.2%}"
                  f"{c[0]:11.2f}{cpu:8.2f}{c[-1]:8.2f}"
                  f"{statistics.median(r['receive_us'] for r in got):12.2f}"
                  f"{ours / cpu:15.2f}", flush=True)


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--seconds", type=int, default=2)
    ap.add_argument("--rates", default="100,200,400", help="kqps, with commas")
    ap.add_argument("--names", type=int, default=1000)
    ap.add_argument("--only", default=",".join(k.name for k in ALL), help="servers, with commas")
    ap.add_argument("--urgent", action="store_true",
                    help="real-time priority, where others use the machine")
    args = ap.parse_args()
    if os.geteuid() != 0:
        sys.exit("xdp.py: needs root")
    Server.urgent = args.urgent
    base = tempfile.mkdtemp(prefix="gtm-bench-")
    os.chmod(base, 0o755)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))     # servers, too
    wire = Wire()
    try:
        show(measure(wire, args, base))
    finally:
        wire.close()
        shutil.rmtree(base)


if __name__ == "__main__":
    main()
