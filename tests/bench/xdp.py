#!/usr/bin/python3
"""AF_XDP: gtmd and Knot by their rings, and gtmd by its sockets, over one wire.

Two namespaces are joined by a pair of veth interfaces; kxdpgun asks from one,
the servers take turns in the other, all with the same zone and one thread
pinned on CPU 0, the generator on CPU 1. CPU per query is the processor time of
all the server's threads per reply. It holds what the server sends through the
wire to the other end, where the kernel's work is accounted to whoever hands a
frame over, and so counts for both servers alike. Needs root.

    tests/bench/xdp.py [--rounds 5] [--seconds 2] [--rates 100,200,400]
        [--names 1000] [--urgent]
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
from server import URGENT, Server, read
from workload import ZONE, Work, questions, write

HERE, THERE = "198.18.0.1", "198.18.0.2"    # RFC 2544: for measuring
MAC = "02:00:00:00:00:53"
PORT = 53


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
        self.run(self.here, "ip", "link", "add", "srv", "address", MAC, "type", "veth", "peer",
                 "name", "cli", "netns", str(self.holders[1].pid))
        for side, name, address in ((self.here, "srv", HERE), (self.there, "cli", THERE)):
            self.run(side, "ip", "addr", "add", f"{address}/24", "dev", name)
            self.run(side, "ip", "link", "set", name, "up")
            self.run(side, "ip", "link", "set", "lo", "up")

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
        self.wire.run(self.wire.here, "ip", "link", "set", "srv", "xdp", "off")
        self.log = open(os.path.join(self.dir, "log"), "w", encoding="ascii")
        rank = URGENT if self.urgent else []
        self.proc = subprocess.Popen([*self.wire.here, *rank, "taskset", "-c", "0",
                                      *self.command()],
                                     stdout=self.log, stderr=self.log, start_new_session=True)
        for _ in range(50):
            if self.wire.answers() and self.opened in read(f"{self.dir}/log"):
                return
        self.give_up(HERE)

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
        self.edit("gtm.conf", ("address 127.0.0.1", f"address {HERE}"))


class GtmdXdp(GtmdSockets):
    name, opened = "gtmd-xdp", "xdp srv opened"

    def configure(self):
        super().configure()
        self.edit("gtm.conf", ("    ip-protocol udp\n", "    ip-protocol udp\n    xdp enabled\n"))


class KnotXdp(Here, Knot):
    name, opened = "knot-xdp", "initialized XDP interface srv"

    def configure(self):
        super().configure()
        self.edit("knot.conf", (f"listen: 127.0.0.1@{PORT}", f"listen: {HERE}@{PORT}"),
                  ("database:\n", "xdp:\n    listen: srv\ndatabase:\n"))


class KnotSockets(Here, Knot):
    name = "knot-sockets"

    def configure(self):
        super().configure()
        self.edit("knot.conf", (f"listen: 127.0.0.1@{PORT}", f"listen: {HERE}@{PORT}"))


ALL = (GtmdXdp, KnotXdp, GtmdSockets, KnotSockets)


def load(server, names, kqps, seconds, rank):
    """One run of kxdpgun, with the server's CPU per reply."""
    before = server.cpu_s()
    told = server.wire.run([*server.wire.there, *rank, "taskset", "-c", "1"], "kxdpgun", "-t",
                           str(seconds), "-Q", str(kqps * 1000), "-b", "32", "-i", names,
                           "-p", str(PORT), HERE)
    used = server.cpu_s() - before
    sent, got, good = (int(found[1]) if (found := re.search(f"{what}: +(\\d+)", told)) else 0
                       for what in ("total queries", "total replies", "responded NOERROR"))
    if got == 0 or good < got:
        sys.exit(f"{server.name}: not every reply was an answer:\n{told}")
    return {"kqps": got / seconds / 1e3, "lost": (sent - got) / sent, "cpu_us": used / got * 1e6}


def measure(wire, args, base):
    Here.wire = wire
    names = f"{base}/names"
    work = Work(names=args.names)
    write(names, questions("static", work))
    rank = URGENT if args.urgent else []
    rates = [int(r) for r in args.rates.split(",")]
    rows = {(kind.name, rate): [] for rate in rates for kind in ALL}
    for _ in range(args.rounds):
        for kind in ALL:
            server = kind(base, PORT, work)
            server.start()
            try:
                load(server, names, rates[0], 1, rank)      # warms caches
                for rate in rates:
                    rows[kind.name, rate].append(load(server, names, rate, args.seconds, rank))
            finally:
                server.stop()
    return rows


def show(rows):
    rates = sorted({rate for _, rate in rows})
    for rate in rates:
        mid = {name: statistics.median(r["cpu_us"] for r in got)
               for (name, at), got in rows.items() if at == rate}
        print(f"\n{rate} kqps asked\n{'server':13}{'kqps':>8}{'lost':>8}"
              f"{'CPU us/query min/med/max':>27}{'gtmd-xdp / it':>15}")
        for name, cpu in mid.items():
            got = rows[name, rate]
            c = sorted(r["cpu_us"] for r in got)
            print(f"{name:13}{statistics.median(r['kqps'] for r in got):8.0f}"
                  f"{statistics.median(r['lost'] for r in got):8.1%}"
                  f"{c[0]:11.2f}{cpu:8.2f}{c[-1]:8.2f}{mid['gtmd-xdp'] / cpu:15.2f}", flush=True)


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--seconds", type=int, default=2)
    ap.add_argument("--rates", default="100,200,400", help="kqps, with commas")
    ap.add_argument("--names", type=int, default=1000)
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
