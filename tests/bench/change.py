#!/usr/bin/python3
"""From a change to the first answer that obeys it: gtmd, with gdnsd beside it.

A pool is disabled and enabled, a member's ratio goes to 0 and back, each by a
durable PATCH on the control socket; bench_change times the write and what
passes from its reply to the first answer that obeys. Idle, then under 80 % of
the queries that the server can take; 200 and 1,000 changes a second and the
queries' latency and loss with and without them; then the same change with few and many wide IPs.
gdnsd's quickest way is its admin_state file, renamed into its place. One
thread each, pinned on CPU 0; load generator and observer on CPU 1.

    tests/bench/change.py [--changes 2000] [--rounds 5] [--seconds 3]
                          [--state DIR] [--sizes 10,1000,100000]
                          [--rates 200,1000]
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from peers import Gdnsd, Gtmd
from server import TOP
from workload import ZONE, Work, write

LOCAL, REMOTE = "127.0.0.2", "127.0.0.3"
GUIDE = f"www.{ZONE}"
RATIO = f"ratio.{ZONE}"
TREE = "/mgmt/tm/gtm/pool/a/~Common~"
FLIP = (TREE + "local", GUIDE, '{"disabled":true}', REMOTE, '{"enabled":true}', LOCAL)
# Nobody is left to method ratio when A has 0, and the alternate takes B.
WEIGH = (TREE + "ratios/members/~Common~s:a", RATIO, '{"ratio":0}', REMOTE, '{"ratio":1}', LOCAL)


def wideip(name, *pools):
    inner = "".join(f"        /Common/{p} {{\n            order {i}\n        }}\n"
                    for i, p in enumerate(pools))
    return (f"gtm wideip a /Common/{name} {{\n    pool-lb-mode global-availability\n"
            f"    pools {{\n{inner}    }}\n}}\n")


def pool(name, body, *members):
    inner = "".join(f"        /Common/s:{key} {{\n            member-order {i}\n"
                    f"            ratio {ratio}\n        }}\n"
                    for i, (key, ratio) in enumerate(members))
    return f"gtm pool a /Common/{name} {{\n{body}    members {{\n{inner}    }}\n}}\n"


class Changed(Gtmd):
    """gtmd with the two names that change, and wide IPs that do not."""
    def __init__(self, base, port, wides, state):
        self.wides, self.state = wides, state
        super().__init__(base, port, Work(names=0))

    def first_names(self):
        return [GUIDE]

    def configure(self):
        write(f"{self.dir}/gtm.conf", f"""
gtm global-settings dns {{
    threads 1
}}
gtm listener /Common/udp {{
    address 127.0.0.1
    ip-protocol udp
    port {self.port}
}}
gtm datacenter /Common/dc {{ }}
gtm server /Common/s {{
    datacenter /Common/dc
    product generic-host
    virtual-servers {{
        a {{
            destination {LOCAL}:80
        }}
        b {{
            destination {REMOTE}:80
        }}
    }}
}}
""" + pool("local", "", ("a", 1)) + pool("remote", "", ("b", 1)) + pool(
            "ratios", "    alternate-mode global-availability\n"
            "    load-balancing-mode ratio\n", ("b", 0), ("a", 1))
            + wideip(GUIDE, "local", "remote") + wideip(RATIO, "ratios")
            + "".join(wideip(f"w{i}.{ZONE}", "remote") for i in range(self.wides)))

    def command(self):
        return [f"{TOP}/build/bin/gtmd", "-c", f"{self.dir}/gtm.conf", "-s", self.state]

    def control_cpu_s(self):
        """What the control loop's thread has used: the process's first."""
        with open(f"/proc/{self.proc.pid}/task/{self.proc.pid}/schedstat",
                  encoding="ascii") as f:
            return int(f.read().split()[0]) / 1e9


class Watcher(Gdnsd):
    """gdnsd, told by its admin_state file that the first address is down."""
    def first_names(self):
        return [GUIDE]

    def configure(self):
        write(f"{self.dir}/zones/{ZONE}", f"@ SOA ns1 hostmaster 1 3600 600 86400 60\n"
              "@ NS ns1\nns1 A 127.0.0.1\nwww 15 DYNA simplefo!www\n")
        write(f"{self.dir}/config", f"""
options => {{
  listen => 127.0.0.1
  dns_port => {self.port}
  udp_threads => 1
  tcp_threads => 1
  run_dir => "{self.dir}/run"
  state_dir => "{self.dir}/state"
}}
plugins => {{ simplefo => {{ www => {{
  service_types => up
  primary => {LOCAL}
  secondary => {REMOTE}
}} }} }}
""")
        os.makedirs(f"{self.dir}/run", exist_ok=True)
        write(self.admin_state(), "# nothing is said\n")

    def admin_state(self):
        return f"{self.dir}/state/admin_state"


def pairs(line):
    return {k: float(v) for k, v in (word.split("=") for word in line.split())}


def observe(server, what, count, rate=0):
    url, name, *changes = what
    return pairs(subprocess.run(
        ["taskset", "-c", "1", f"{TOP}/build/bench/bench_change", "-x",
         f"{server.state}/control.sock", "-u", url, "-p", str(server.port),
         "-n", str(count), "-r", str(rate), name, *changes],
        check=True, stdout=subprocess.PIPE, text=True).stdout)


def load(server, names, seconds, qps=0):
    """The load generator, started; its figures come from figures()."""
    return subprocess.Popen(
        [f"{TOP}/build/bench/dnsload", "-p", str(server.port), "-c", "1", "-s",
         str(seconds), "-q", str(qps), names], stdout=subprocess.PIPE, text=True)


def figures(generator):
    out = generator.communicate()[0]
    if generator.returncode != 0:
        sys.exit("dnsload failed")
    return pairs(out)


def row(title, got):
    cells = "".join(f"{got[f'{k}_p50']:10.0f}{got[f'{k}_p99']:9.0f}{got[f'{k}_max']:9.0f}"
                    if f"{k}_p50" in got else "" for k in ("write", "obey"))
    stale = f"{got['stale']:8.0f}" if "stale" in got else ""
    print(f"{title:34}{cells}{stale}", flush=True)


def disk(directory, count):
    return pairs(subprocess.run(
        [f"{TOP}/build/bench/bench_change", "-d", directory, "-n", str(count)],
        check=True, stdout=subprocess.PIPE, text=True).stdout)


def idle_and_loaded(server, names, args):
    """Returns the queries a second that are 80 % of what it takes."""
    print(f"\n{'microseconds':34}{'write: p50':>10}{'p99':>9}{'max':>9}"
          f"{'obey: p50':>10}{'p99':>9}{'max':>9}{'stale':>8}")
    row("append and fdatasync, this disk", disk(server.state, args.changes))
    row("pool enabled/disabled, idle", observe(server, FLIP, args.changes))
    row("member ratio 0/1, idle", observe(server, WEIGH, args.changes))
    qps = 0.8 * figures(load(server, names, 1))["qps"]
    for title, what in (("pool, 80 % load", FLIP), ("ratio, 80 % load", WEIGH)):
        generator = load(server, names, args.seconds, qps)
        row(title, observe(server, what, int(50 * args.seconds), 100))
        figures(generator)
    return qps


def write_for(server, rate, seconds):
    """Writes at this rate; returns what was reached."""
    count = int(rate * seconds)
    began = time.monotonic()
    observe(server, FLIP, count, rate)
    return count / (time.monotonic() - began)


def queries_beside_writes(title, server, names, qps, args):
    """Rounds with and without writes take turns."""
    rates = [0] + [int(r) for r in args.rates.split(",")]
    rounds, reached = {r: [] for r in rates}, {r: [0] for r in rates}
    for _ in range(args.rounds):
        for rate, rows in rounds.items():
            generator = load(server, names, args.seconds, qps)
            if rate > 0:
                reached[rate].append(write_for(server, rate, args.seconds - 0.3))
            rows.append(figures(generator))
    print(f"\n{title:34}{'reached':>9}{'p50 us':>10}{'p99 us':>9}{'max us':>9}{'lost':>8}")
    for rate, rows in rounds.items():
        p50, p99, top = (statistics.median(r[k] for r in rows)
                         for k in ("p50_us", "p99_us", "max_us"))
        print(f"{rate:4} writes a second{statistics.median(reached[rate]):23.0f}{p50:10.0f}"
              f"{p99:9.0f}{top:9.0f}{sum(r['lost'] for r in rows):8.0f}", flush=True)


def without_disk(base, names, qps, args):
    """The same with the state in memory: the disk sets no limit."""
    state = tempfile.mkdtemp(prefix="gtm-bench-", dir="/dev/shm")
    server = Changed(base, 15362, 1000, state)
    try:
        server.start()
        queries_beside_writes("80 % load, state in memory", server, names, qps, args)
    finally:
        server.stop()
        shutil.rmtree(state)


def beside_gdnsd(base, server, args):
    ours = observe(server, FLIP, args.changes)
    peer = Watcher(base, server.port + 1, Work(names=0))
    peer.start()
    try:
        theirs = pairs(subprocess.run(
            [f"{TOP}/build/bench/bench_change", "-w", peer.admin_state(), "-p",
             str(peer.port), "-n", "10", GUIDE, f"{LOCAL}/up => DOWN", REMOTE,
             f"{LOCAL}/up => UP", LOCAL],
            check=True, stdout=subprocess.PIPE, text=True).stdout)
    finally:
        peer.stop()
    print("\nfrom the first octet of a change to the first answer that obeys, microseconds")
    for name, got in (("gtmd", ours), ("gdnsd", theirs)):
        print(f"{name:8} p50 {got['total_p50']:10.0f} max {got['total_max']:10.0f}  "
              f"gdnsd / it {theirs['total_p50'] / got['total_p50']:8.0f}")


def sizes(base, args):
    """State in memory, so that nothing but the work is left."""
    print(f"\n{'wide IPs, no disk':>20}{'write: p50 us':>16}{'p99 us':>9}"
          f"{'control loop, CPU us a write':>32}")
    for count in (int(n) for n in args.sizes.split(",")):
        state = tempfile.mkdtemp(prefix="gtm-bench-", dir="/dev/shm")
        server = Changed(base, 15363, count, state)
        server.start()
        try:
            observe(server, FLIP, 100)
            before = server.control_cpu_s()
            got = observe(server, FLIP, args.changes)
            used = (server.control_cpu_s() - before) / args.changes * 1e6
        finally:
            server.stop()
            shutil.rmtree(state)
        print(f"{count:20}{got['write_p50']:16.0f}{got['write_p99']:9.0f}{used:32.1f}",
              flush=True)


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--changes", type=int, default=2000)
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--seconds", type=float, default=3)
    ap.add_argument("--state", help="where to keep the state, default /var/tmp")
    ap.add_argument("--rates", default="200,1000", help="writes a second")
    ap.add_argument("--sizes", default="10,1000,100000")
    args = ap.parse_args()
    base = tempfile.mkdtemp(prefix="gtm-bench-")
    os.chmod(base, 0o755)
    state = tempfile.mkdtemp(prefix="gtm-bench-", dir=args.state or "/var/tmp")
    names = f"{base}/names"
    write(names, "".join(f"w{i % 1000}.{ZONE} A\n" for i in range(1024)))
    server = Changed(base, 15361, 1000, state)
    try:
        server.start()
        qps = idle_and_loaded(server, names, args)
        queries_beside_writes("80 % load", server, names, qps, args)
        beside_gdnsd(base, server, args)
        server.stop()
        without_disk(base, names, qps, args)
        sizes(base, args)
    finally:
        server.stop()
        shutil.rmtree(state)
        shutil.rmtree(base)


if __name__ == "__main__":
    main()
