#!/usr/bin/python3
"""gtmd beside gdnsd, NSD, Knot, PowerDNS and a floor that only echoes.

All serve the same zone and, where they can, the same names with health and
ratio and with topology. In the parts that load them every server runs all the
time, rounds take turns, and medians count. Parts:

  saturated  answers a second, CPU per query and latency, 128 queries under way;
             one thread pinned on CPU 0 with the generator on CPU 1, then two
             threads that share both with it
  paced      the same, one thread, at fixed rates that all can keep up with
  sizes      start-up time, memory and CPU per query with many names
  changes    from a change to the first answer that obeys, and queries meanwhile
  reload     queries, memory and time while a zone of a million names is
             reloaded; and while gtmd is reloaded and health flaps
  work       what one change costs gtmd's control loop, few and many wide IPs

A part that cannot be measured says why, the others go on, and the exit code is
1. How to read it: docs/notes/bench.md.

    tests/bench/compare.py [--parts saturated,…] [--only gtmd,nsd]
        [--rounds 5] [--seconds 0.7] [--rates 50,100,150]
        [--names 1000,1000000] [--wides 100000] [--urgent]
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import change
import reload
from measure import PORT, Bench, stop
from peers import ALL
from report import MILLION, MODERATE, NO_GOALS, RATIO, STATIC, middle
from server import TOP, Failed, Server
from workload import Work, play_sites, questions, write


def saturated(bench):
    for threads in (1, 2):
        work = Work(threads=threads, members=(2, 64), geo=True)
        servers = bench.start(work, bench.kinds)
        try:
            saturate(bench, servers, work)
        finally:
            stop(servers)


def saturate(bench, servers, work):
    text = f"{work.threads} thread{'s' if work.threads > 1 else ''}, saturated"
    pinned = work.threads == 1      # else all share with the generator
    able = [s for s in servers if s.dynamic]
    notes = {s.name: s.note for s in servers}
    title = f"{text}: {work.names} static names"
    bench.report.table(title, bench.rounds(servers, "static"), dict.fromkeys(notes, ""),
                       STATIC if pinned else NO_GOALS)
    if not able:
        return
    costs = []
    for m in work.members:
        rows = bench.rounds(able, f"w{m}")
        bench.report.table(f"{text}: ratio with health, {m} members", rows, notes,
                           RATIO if pinned else NO_GOALS)
        costs += [middle(rows["gtmd"], "cpu_us")] if "gtmd" in rows else []
    if pinned and len(costs) == 2:
        bench.report.goal(f"{text}: CPU, gtmd's 64 members / 2", costs[1] / costs[0], 1.03)
    bench.report.table(f"{text}: topology by client subnet, 1024 networks",
                       bench.rounds(able, "geo"), notes, NO_GOALS)


def paced(bench):
    work = Work(members=(2,), geo=True)
    servers = bench.start(work, bench.kinds)
    notes = {s.name: s.note for s in servers}
    able = [s for s in servers if s.dynamic]
    try:
        for kqps in (int(n) for n in bench.args.rates.split(",")):
            for kind, what, who in (("static", f"{work.names} static names", servers),
                                    ("w2", "ratio with health, 2 members", able),
                                    ("geo", "topology by client subnet", able)):
                if not who:
                    continue
                title = f"1 thread, {kqps} kqps: {what}"
                rows = bench.rounds(who, kind, kqps)
                bench.report.table(title, rows, notes if kind != "static"
                                   else dict.fromkeys(notes, ""), MODERATE)
                bench.report.latency(title, rows, 60)
    finally:
        stop(servers)


def start_often(bench, kind, work, names):
    """Starts, with what each of them cost: one server at a time, they may not
    share the machine's memory. Who takes long is started once."""
    server = kind(bench.base, PORT, work)
    rows = []
    try:
        while len(rows) < (3 if not rows or rows[0]["start"] < 4 else 1):
            start_s = server.start()
            server.settle()
            got = bench.load(server, names, 0, 0.3)
            rows.append({"start": start_s, "memory": server.memory_mib(), **got})
            server.stop()
    finally:
        server.stop()
        shutil.rmtree(server.dir)
    return rows


def size(bench, title, work, kind, goals):
    kinds = [k for k in bench.kinds if k.name != "floor" and (k.dynamic or not work.wides)]
    names = f"{bench.base}/{kind}"
    write(names, questions(kind, work))
    print(f"\n{title}\n{'server':7}{'start s min/med/max':>24}{'memory MiB':>12}"
          f"{'kqps':>7}{'CPU us/query':>14}{'gtmd / it':>11}{'goal':>6}", flush=True)
    ours = None
    for k in kinds:
        try:
            rows = start_often(bench, k, work, names)
        except Failed as e:
            bench.report.failed(title, e)
            continue
        starts = sorted(r["start"] for r in rows)
        cpu = middle(rows, "cpu_us")
        ours = cpu if k.name == "gtmd" else ours
        ratio = ours / cpu if ours else float("nan")
        if ours and k.name in goals:
            bench.report.goal(f"{title}: CPU, gtmd / {k.name}", ratio, goals[k.name])
        if k.name == "gtmd" and goals:
            bench.report.goal(f"{title}: memory MiB", middle(rows, "memory"), 100)
            bench.report.goal(f"{title}: best start s", starts[0], 0.7)
        print(f"{k.name:7}{starts[0]:10.2f}{starts[len(starts) // 2]:7.2f}{starts[-1]:7.2f}"
              f"{middle(rows, 'memory'):12.1f}{middle(rows, 'qps') / 1e3:7.0f}{cpu:14.2f}"
              f"{ratio:11.2f}{goals.get(k.name, ''):>6}", flush=True)


def sizes(bench):
    for names in (int(n) for n in bench.args.names.split(",")):
        size(bench, f"{names} static names", Work(names=names), "static",
             MILLION if names >= 1000000 else NO_GOALS)
    wides = bench.args.wides
    if wides:
        size(bench, f"{wides} names with health and ratio, 2 members each",
             Work(names=0, wides=wides), "wides", NO_GOALS)


def work(bench):
    """Microseconds of the control loop, without sockets and disk."""
    ran = subprocess.run([f"{TOP}/build/bench/bench_commit"], check=False,
                         stdout=subprocess.PIPE, text=True)
    print(f"\n{ran.stdout}", end="")
    if ran.returncode != 0:
        raise Failed(f"bench_commit: exit code {ran.returncode}")
    cost = {}
    for wides, zones, _, what, *us in map(str.split, ran.stdout.splitlines()[1:]):
        if zones == "1":
            cost.setdefault(what, {})[int(wides)] = float(us[3])
    for what in ("pool", "ratio-2", "health"):
        few, many = min(cost[what]), max(cost[what])
        bench.report.goal(f"{what} change: us of CPU, {many} wide IPs", cost[what][many], 50)
        bench.report.goal(f"{what} change: CPU, {many} wide IPs / {few}",
                          cost[what][many] / cost[what][few], change.FLAT)


PARTS = {"saturated": saturated, "paced": paced, "sizes": sizes, "changes": change.changes,
         "reload": reload.reload, "work": work}


def options():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--parts", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    ap.add_argument("--only", default=",".join(k.name for k in ALL), help="these servers")
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--seconds", type=float, default=0.7, help="a round")
    ap.add_argument("--rates", default="50,100,150", help="kqps, with commas")
    ap.add_argument("--names", default="1000,1000000")
    ap.add_argument("--wides", type=int, default=100000)
    ap.add_argument("--counts", default="10,1000,100000",
                    help="wide IPs beside the one that changes")
    ap.add_argument("--changes", type=int, default=1000)
    ap.add_argument("--change-rates", default="200,1000", help="writes a second")
    ap.add_argument("--state", default="/var/tmp", help="the disk to write changes to")
    ap.add_argument("--patience", type=float, default=60,
                    help="seconds for a server to come up")
    ap.add_argument("--budget", type=float, default=780,
                    help="seconds after which no part is begun")
    ap.add_argument("--urgent", action="store_true",
                    help="real-time priority, where others use the machine (root)")
    args = ap.parse_args()
    for given, known in ((args.parts, PARTS), (args.only, [k.name for k in ALL])):
        unknown = set(given.split(",")) - set(known)
        if unknown:
            ap.error(f"unknown: {', '.join(sorted(unknown))}")
    return args


def run(bench):
    began = time.monotonic()
    for name in bench.args.parts.split(","):
        start = time.monotonic()
        if start - began > bench.args.budget:
            bench.report.failed(name, f"not begun after {start - began:.0f} s (--budget)")
            continue
        try:
            PARTS[name](bench)
        except (Failed, OSError, subprocess.SubprocessError) as e:
            bench.report.failed(name, e)
        print(f"[{name}: {time.monotonic() - start:.0f} s]", flush=True)
    ok = bench.report.end()
    print(f"{time.monotonic() - began:.0f} s in all")
    return ok


def main():
    args = options()
    Server.urgent, Server.patience_s = args.urgent, args.patience
    base = tempfile.mkdtemp(prefix="gtm-bench-")
    os.chmod(base, 0o755)
    os.sched_setaffinity(0, {1})
    for sig in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, lambda *_: sys.exit("ended"))    # servers, too
    try:
        play_sites()
        return 0 if run(Bench(args, base)) else 1
    finally:
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
