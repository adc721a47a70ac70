"""From a change to the first answer that obeys it: gtmd, with gdnsd beside it.

A pool is disabled and enabled, a member's ratio goes to 0 and back, each by a
durable PATCH on the control socket; bench_change times the write and what
passes from its reply to the first answer that obeys. Idle, then under 80 % of
the queries that the server can take; so many changes a second and the queries'
latency and loss with and without them; then the same change with few and many
wide IPs. gdnsd's quickest way is its admin_state file, renamed into its place.
One thread each, pinned on CPU 0; load generator and observer on CPU 1.
"""
import os
import shutil
import statistics
import subprocess
import tempfile
import time

from measure import finish
from peers import Gdnsd, Gtmd
from report import pairs
from server import TOP, Failed
from workload import ZONE, Work, write

PORT = 15361
FLAT = 2        # what more wide IPs may cost: they do not fit the caches
LOCAL, REMOTE = "127.0.0.2", "127.0.0.3"
GUIDE = f"www.{ZONE}"
RATIO = f"ratio.{ZONE}"
TREE = "/mgmt/tm/gtm/pool/a/~Common~"
FLIP = (TREE + "local", GUIDE, '{"disabled":true}', REMOTE, '{"enabled":true}', LOCAL)
# Each of several clients has a pool of its own, that nobody asks for.
CLIENTS = 8
OWN = (TREE + "own#", '{"disabled":true}', '{"enabled":true}')
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
            + "".join(pool(f"own{i}", "", ("a", 1)) + wideip(f"own{i}.{ZONE}", f"own{i}")
                      for i in range(CLIENTS))
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


def watch(*args):
    """What bench_change found."""
    run = subprocess.run(["taskset", "-c", "1", f"{TOP}/build/bench/bench_change", *args],
                         check=False, stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        raise Failed("bench_change failed")
    return pairs(run.stdout)


def observe(server, what, count, rate=0):
    url, name, *changes = what
    count += count % 2              # ends as it began
    return watch("-x", f"{server.state}/control.sock", "-u", url, "-p", str(server.port),
                 "-n", str(count), "-r", str(rate), name, *changes)


def load(server, names, seconds, qps=0):
    """The load generator, started. It sleeps: the observer is beside it."""
    return subprocess.Popen(
        [f"{TOP}/build/bench/dnsload", "-p", str(server.port), "-c", "1", "-s",
         str(seconds), "-q", str(qps), names], stdout=subprocess.PIPE, text=True)


def row(title, got):
    cells = "".join(f"{got[f'{k}_p50']:10.0f}{got[f'{k}_p99']:9.0f}{got[f'{k}_max']:9.0f}"
                    if f"{k}_p50" in got else "" for k in ("write", "obey"))
    stale = f"{got['stale']:8.0f}" if "stale" in got else ""
    print(f"{title:34}{cells}{stale}", flush=True)


def idle_and_loaded(bench, server, names):
    """Returns the queries a second that are 80 % of what it takes."""
    count, seconds = bench.args.changes, 3 * bench.args.seconds
    print(f"\n{'microseconds':34}{'write: p50':>10}{'p99':>9}{'max':>9}"
          f"{'obey: p50':>10}{'p99':>9}{'max':>9}{'stale':>8}")
    row("append and fdatasync, this disk", watch("-d", server.state, "-n", str(count)))
    for title, what in (("pool enabled/disabled, idle", FLIP), ("member ratio 0/1, idle", WEIGH)):
        got = observe(server, what, count)
        row(title, got)
        bench.report.goal(f"{title}: from the reply to the first answer, p99 us",
                          got["obey_p99"], 1000)
    qps = 0.8 * finish(load(server, names, 1), server.name)["qps"]
    for title, what in (("pool, 80 % load", FLIP), ("ratio, 80 % load", WEIGH)):
        generator = load(server, names, seconds, qps)
        got = observe(server, what, int(50 * seconds), 100)
        row(title, got)
        finish(generator, server.name)
        bench.report.goal(f"{title}: durable write, p99 us", got["write_p99"], 5000)
    return qps


def write_for(server, rate, seconds):
    """Several clients write at this rate together; what bench_writers found."""
    url, *bodies = OWN
    run = subprocess.run(["taskset", "-c", "1", f"{TOP}/build/bench/bench_writers",
                          "-x", f"{server.state}/control.sock", "-u", url, "-c", str(CLIENTS),
                          "-r", str(rate), "-s", str(seconds), *bodies],
                         check=False, stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        raise Failed("bench_writers failed")
    return pairs(run.stdout)


def rounds_with_writes(bench, server, names, qps):
    """Rounds with and without writes take turns: queries, writes, and the disk alone, a row
    of each for each round and rate."""
    rates = [0] + [int(r) for r in bench.args.change_rates.split(",")]
    rounds = {r: [] for r in rates}
    seconds = 3 * bench.args.seconds
    for _ in range(max(1, bench.args.rounds * 3 // 5)):
        for rate, rows in rounds.items():
            generator = load(server, names, seconds, qps)
            got = write_for(server, rate, seconds - 0.3) if rate > 0 else {}
            got.update(finish(generator, server.name))
            got["disk"] = watch("-d", server.state, "-n", "100")["write_p50"]
            rows.append(got)
    return rounds


def queries_beside_writes(bench, title, server, names, qps):
    rounds = rounds_with_writes(bench, server, names, qps)
    print(f"\n{title:34}{'reached':>9}{'write: p50 us':>15}{'p99':>9}{'disk alone':>12}"
          f"{'query: p50 us':>15}{'p99':>9}{'max':>9}{'lost':>6}")
    quiet = None
    for rate, rows in rounds.items():
        def mid(key, rows=rows):
            return statistics.median(r.get(key, 0) for r in rows)
        lost = sum(r["lost"] for r in rows)
        print(f"{rate:4} writes/s, {CLIENTS} clients{mid('reached'):21.0f}"
              f"{mid('write_p50'):15.0f}{mid('write_p99'):9.0f}{mid('disk'):12.0f}"
              f"{mid('p50_us'):15.0f}{mid('p99_us'):9.0f}{mid('max_us'):9.0f}{lost:6.0f}",
              flush=True)
        quiet = mid("p99_us") if rate == 0 else quiet
        if rate > 0:
            what = f"{title}, {rate} writes a second"
            disk = f" (the disk alone: p50 {mid('disk'):.0f})"
            bench.report.goal(f"{what}: queries lost", lost, 0)
            bench.report.goal(f"{what}: query p99 us more than without",
                              mid("p99_us") - quiet, 1000)
            bench.report.goal(f"{what}: rate asked for / reached", rate / mid("reached"), 1.02)
            bench.report.goal(f"{what}: durable write, p99 us{disk}", mid("write_p99"), 5000)


def without_disk(bench, names, qps):
    """The same with the state in memory: the disk sets no limit."""
    with tempfile.TemporaryDirectory(prefix="gtm-bench-", dir="/dev/shm") as state:
        server = Changed(bench.base, PORT, 1000, state)
        try:
            server.start()
            got = observe(server, FLIP, bench.args.changes)
            bench.report.goal("pool, state in memory: from the change to the first answer, p99 us",
                              got["total_p99"], 1000)
            queries_beside_writes(bench, "80 % load, state in memory", server, names, qps)
        finally:
            server.stop()


def beside_gdnsd(bench, server):
    ours = observe(server, FLIP, bench.args.changes)
    peer = Watcher(bench.base, server.port + 1, Work(names=0))
    try:
        peer.start()
        theirs = watch("-w", peer.admin_state(), "-p", str(peer.port), "-n", "6", GUIDE,
                       f"{LOCAL}/up => DOWN", REMOTE, f"{LOCAL}/up => UP", LOCAL)
    finally:
        peer.stop()
    print("\nfrom the first octet of a change to the first answer that obeys, microseconds")
    for name, got in (("gtmd", ours), ("gdnsd", theirs)):
        print(f"{name:8} p50 {got['total_p50']:10.0f} max {got['total_max']:10.0f}  "
              f"gdnsd / it {theirs['total_p50'] / got['total_p50']:8.0f}")


def counts(bench):
    """State in memory, so that nothing but the work is left."""
    print(f"\n{'wide IPs, no disk':>20}{'change':>8}{'write: p50 us':>16}{'p99 us':>9}"
          f"{'control loop, CPU us a write':>32}")
    used = {}
    sizes = [int(n) for n in bench.args.counts.split(",")]
    for count in sizes:
        with tempfile.TemporaryDirectory(prefix="gtm-bench-", dir="/dev/shm") as state:
            server = Changed(bench.base, PORT, count, state)
            try:
                server.start()
                for what, kind in ((FLIP, "pool"), (WEIGH, "ratio")):
                    used[kind, count] = count_one(bench, server, what, kind)
            finally:
                server.stop()
    for kind in ("pool", "ratio"):
        bench.report.goal(f"{kind} change: control loop's CPU, {sizes[-1]} wide IPs / {sizes[0]}",
                          used[kind, sizes[-1]] / used[kind, sizes[0]], FLAT)


def count_one(bench, server, what, kind):
    """The control loop's microseconds a write."""
    observe(server, what, 100)
    before = server.control_cpu_s()
    got = observe(server, what, bench.args.changes)
    used = (server.control_cpu_s() - before) / bench.args.changes * 1e6
    print(f"{server.wides:20}{kind:>8}{got['write_p50']:16.0f}{got['write_p99']:9.0f}{used:32.1f}",
          flush=True)
    return used


def changes(bench):
    state = tempfile.mkdtemp(prefix="gtm-bench-", dir=bench.args.state)
    names = f"{bench.base}/wides"
    write(names, "".join(f"w{i % 1000}.{ZONE} A\n" for i in range(1024)))
    server = Changed(bench.base, PORT, 1000, state)
    try:
        server.start()
        qps = idle_and_loaded(bench, server, names)
        queries_beside_writes(bench, "80 % load", server, names, qps)
        if "gdnsd" in bench.args.only:
            beside_gdnsd(bench, server)
        server.stop()
        without_disk(bench, names, qps)
        counts(bench)
    finally:
        server.stop()
        shutil.rmtree(state)
