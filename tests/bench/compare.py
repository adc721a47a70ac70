#!/usr/bin/python3
"""gtmd beside gdnsd, NSD, Knot, PowerDNS and a floor that only echoes.

All serve the same zone and, where they can, the same names with health and
ratio. Every server runs all the time, rounds take turns, and medians count, so
that drift of the machine hits all alike. Parts:

  saturated  answers a second, CPU per query and latency, 128 queries under way;
             one thread pinned on CPU 0 with the generator on CPU 1, then two
             threads that share both with it
  paced      the same at fixed rates that all can keep up with
  sizes      start-up time, memory and CPU per query with many names

CPU per query is the processor time of all the server's threads per answer;
"gtmd / it" is the ratio of the medians. What happens while changes arrive is
change.py's.

    tests/bench/compare.py [--parts saturated,paced,sizes] [--only gtmd,nsd]
        [--rounds 5] [--seconds 1] [--rates 50,100] [--names 1000,1000000]
        [--wides 100000] [--urgent]
"""
import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

from peers import ALL
from server import TOP, URGENT, Server
from workload import Work, play_sites, questions, write

PORT = 15353


def middle(rows, key):
    return statistics.median(r[key] for r in rows)


class Bench:
    """The options, the directory, and what measures with them."""
    def __init__(self, args, base):
        self.args, self.base = args, base
        self.kinds = [k for k in ALL if k.name in args.only.split(",")]

    def start(self, work, kinds):
        servers = []
        try:
            for i, kind in enumerate(kinds):
                servers.append(kind(self.base, PORT + i, work))
                servers[-1].start()
        except BaseException:
            stop(servers)
            raise
        return servers

    def load(self, server, names, kqps=0, seconds=None):
        """One run of the generator, with the server's CPU per answer."""
        rank = URGENT if self.args.urgent else []
        own = ["-b", "-c", "1"] if server.work.threads == 1 else []
        command = rank + [f"{TOP}/build/bench/dnsload", "-p", str(server.port), "-q",
                   str(kqps * 1000), "-s", str(seconds or self.args.seconds)] + own
        before = server.cpu_s()
        generator = subprocess.Popen(command + [names], stdout=subprocess.PIPE, text=True,
                                     start_new_session=True)
        out = generator.communicate()[0]
        used = server.cpu_s() - before
        if generator.returncode != 0:
            sys.exit("dnsload failed")
        got = {k: float(v) for k, v in (pair.split("=") for pair in out.split())}
        if got["good"] < got["answered"] or got["answered"] == 0:
            sys.exit(f"{server.name}: not every reply was an answer: {out}")
        got["cpu_us"] = used / got["answered"] * 1e6
        return got

    def rounds(self, title, servers, kind, kqps=0):
        names = f"{self.base}/{kind}"
        write(names, questions(kind, servers[0].work))
        rows = {s.name: [] for s in servers}
        for s in servers:
            self.load(s, names, kqps, 0.2)          # warms caches
        for _ in range(self.args.rounds):
            for s in servers:
                rows[s.name].append(self.load(s, names, kqps))
        table(title, rows, {s.name: s.note if kind != "static" else "" for s in servers})


def stop(servers):
    for s in servers:
        s.stop()


def table(title, rows, notes):
    base = middle(next(iter(rows.values())), "cpu_us")
    print(f"\n{title}\n{'server':7}{'kqps min/med/max':>18}{'CPU us/query min/med/max':>26}"
          f"{'gtmd / it':>11}{'p50 us':>8}{'p99 us':>8}{'lost':>8}")
    for name, got in rows.items():
        q = sorted(r["qps"] / 1e3 for r in got)
        c = sorted(r["cpu_us"] for r in got)
        print(f"{name:7}{q[0]:6.0f}{statistics.median(q):6.0f}{q[-1]:6.0f}"
              f"{c[0]:10.2f}{statistics.median(c):8.2f}{c[-1]:8.2f}"
              f"{base / statistics.median(c):11.2f}{middle(got, 'p50_us'):8.0f}"
              f"{middle(got, 'p99_us'):8.0f}{sum(r['lost'] for r in got):8.0f}  "
              f"{notes[name]}", flush=True)


def saturated(bench):
    for threads in (1, 2):
        work = Work(threads=threads, members=(2, 64))
        servers = bench.start(work, bench.kinds)
        able = [s for s in servers if s.dynamic]
        text = f"{threads} thread{'s' if threads > 1 else ''}, saturated"
        try:
            bench.rounds(f"{text}: {work.names} static names", servers, "static")
            for m in work.members if able else ():
                bench.rounds(f"{text}: ratio with health, {m} members", able, f"w{m}")
        finally:
            stop(servers)


def paced(bench):
    work = Work(members=(2,))
    servers = bench.start(work, bench.kinds)
    able = [s for s in servers if s.dynamic]
    try:
        for kqps in (int(n) for n in bench.args.rates.split(",")):
            text = f"1 thread, {kqps} kqps"
            bench.rounds(f"{text}: {work.names} static names", servers, "static", kqps)
            if able:
                bench.rounds(f"{text}: ratio with health, 2 members", able, "w2", kqps)
    finally:
        stop(servers)


def size(bench, title, work, kind):
    """One server at a time: they may not share the machine's memory."""
    kinds = [k for k in bench.kinds if k.name != "floor" and (k.dynamic or not work.wides)]
    names = f"{bench.base}/{kind}"
    write(names, questions(kind, work))
    print(f"\n{title}\n{'server':7}{'start s min/med/max':>24}{'memory MiB':>12}"
          f"{'kqps':>7}{'CPU us/query':>14}")
    for k in kinds:
        server = k(bench.base, PORT, work)
        rows = []
        try:
            for _ in range(3):
                start_s = server.start()
                bench.load(server, names, 0, 0.3)
                rows.append({"start": start_s, "memory": server.memory_mib(),
                             **bench.load(server, names)})
                server.stop()
        finally:
            server.stop()
            shutil.rmtree(server.dir)
        s = sorted(r["start"] for r in rows)
        print(f"{k.name:7}{s[0]:8.2f}{s[1]:8.2f}{s[2]:8.2f}{middle(rows, 'memory'):12.1f}"
              f"{middle(rows, 'qps') / 1e3:7.0f}{middle(rows, 'cpu_us'):14.2f}", flush=True)


def sizes(bench):
    for names in (int(n) for n in bench.args.names.split(",")):
        size(bench, f"{names} static names", Work(names=names), "static")
    wides = bench.args.wides
    if wides:
        size(bench, f"{wides} names with health and ratio, 2 members each",
             Work(names=0, wides=wides), "wides")


PARTS = {"saturated": saturated, "paced": paced, "sizes": sizes}


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--parts", default=",".join(PARTS))
    ap.add_argument("--only", default=",".join(k.name for k in ALL))
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--seconds", type=float, default=1)
    ap.add_argument("--rates", default="50,100", help="kqps, with commas")
    ap.add_argument("--names", default="1000,1000000")
    ap.add_argument("--wides", type=int, default=100000)
    ap.add_argument("--urgent", action="store_true",
                    help="real-time priority, where others use the machine (root)")
    args = ap.parse_args()
    unknown = set(args.parts.split(",")) - set(PARTS)
    if unknown:
        ap.error(f"no such part: {', '.join(sorted(unknown))}")
    Server.urgent = args.urgent
    base = tempfile.mkdtemp(prefix="gtm-bench-")
    os.chmod(base, 0o755)
    os.sched_setaffinity(0, {1})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))     # servers, too
    play_sites()
    try:
        for name in args.parts.split(","):
            PARTS[name](Bench(args, base))
    finally:
        shutil.rmtree(base)


if __name__ == "__main__":
    main()
