#!/usr/bin/python3
"""What health checks cost at scale: gtmd, with gdnsd and blackbox_exporter beside it.

gtmd watches 50,000 web servers every 5 s, 100,000 TCP ports every 30 s, then the web
servers again with 1,000 that take connections and never answer. All of them are one
responder on 127.0.0.0/8, pinned on CPU 1; who probes has CPU 0. gdnsd (http_status,
tcp_connect) watches as many as --peer-members, and prometheus-blackbox-exporter
(http_2xx, tcp_connect) is asked as fast as it answers: what a probe costs them is
what counts. Told are CPU per probe of all their processes, memory per member, how
late probes start, the time of the first round, and outcomes that are not true.

    tests/bench/health.py [--members 50000] [--tcp-members 100000] [--hanging 1000]
        [--peer-members 10000] [--only gtmd,gdnsd,blackbox] [--seconds 15] [--urgent]
"""
import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from report import Report
from server import ORPHAN, TOP, URGENT, Failed, Server
from workload import Work, write

PORT, WEB_PORT, EXPORTER_PORT = 15374, 18084, 15375
PROBE_S, PATIENCE_S = 2, 120
SCRAPERS = 8            # requests that the exporter has in hand
# What is aimed at.
MEMORY_KIB, LATE_MS = 4, 1000


class Load:
    """So many targets, how they are asked, and how often."""
    def __init__(self, kind, members, interval_s, hanging=0):
        self.kind, self.members, self.interval_s = kind, members, interval_s
        self.hanging = hanging

    def __str__(self):
        return (f"{self.members} {self.kind} at {self.interval_s} s"
                + (f", {self.hanging} hang" if self.hanging else ""))

    def address(self, i):
        block = "127.255" if i < self.hanging else f"127.{1 + (i >> 16)}"
        return f"{block}.{i >> 8 & 255}.{i & 255}"


class Responder:
    """Everybody's target."""
    def __init__(self, urgent):
        rank = URGENT if urgent else []
        self.proc = subprocess.Popen(ORPHAN + rank + [
            "taskset", "-c", "1", f"{TOP}/build/bench/responder", str(WEB_PORT)])

    def accepted(self):
        """Connections so far, our own included."""
        end = time.monotonic() + 5
        while True:
            try:
                with socket.create_connection(("127.0.0.1", WEB_PORT), 5) as s:
                    s.sendall(b"COUNT")
                    return int(s.recv(64).split()[1])
            except OSError:
                if time.monotonic() > end or self.proc.poll() is not None:
                    raise
                time.sleep(0.01)

    def stop(self):
        self.proc.terminate()
        self.proc.wait()


class Prober(Server):
    """Who watches a load."""
    def __init__(self, base, load):
        self.load = load
        super().__init__(base, PORT, Work(names=0, threads=1))

    def first_names(self):
        return []

    def wait_round(self, responder, first):
        """Until each was asked once."""
        while responder.accepted() - first < self.load.members:
            if self.proc.poll() is not None:
                self.give_up("ended")
            if time.monotonic() - self.began > PATIENCE_S:
                self.give_up(f"no first round within {PATIENCE_S} s")
            time.sleep(0.05)

    def run(self, responder, seconds):
        """Starts, waits for the first round, and measures what follows."""
        first = responder.accepted()
        self.began = time.monotonic()
        self.start()
        self.wait_round(responder, first)
        got = {"round_s": time.monotonic() - self.began}
        time.sleep(2)
        self.mark()
        cpu, at, now = self.cpu_s(), responder.accepted(), time.monotonic()
        time.sleep(max(seconds, self.load.interval_s))
        got["probes"] = responder.accepted() - at - 1
        got["cpu_s"] = self.cpu_s() - cpu
        got["seconds"] = time.monotonic() - now
        got["memory_kib"] = self.memory_mib() * 1024
        return got

    def mark(self):
        """What is counted by itself is counted from here."""


def unix_get(path, what):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(30)
        s.connect(path)
        s.sendall(f"GET {what} HTTP/1.0\r\n\r\n".encode())
        got = b""
        while piece := s.recv(1 << 20):
            got += piece
    return got.decode()


class Gtmd(Prober):
    name = "gtmd"

    def configure(self):
        load = self.load
        with open(f"{self.dir}/gtm.conf", "w", encoding="ascii") as f:
            f.write(f"""gtm listener /Common/udp {{
    address 127.0.0.1
    ip-protocol udp
    port {self.port}
}}
gtm datacenter /Common/dc {{ }}
gtm monitor {load.kind} /Common/check {{
    defaults-from /Common/{load.kind}
    interval {load.interval_s}
    probe-timeout {PROBE_S}
    timeout {2 * load.interval_s + 1}
""" + ('    recv "200 OK"\n' if load.kind == "http" else "") + "}\n")
            for s in range(0, load.members, 1000):
                f.write(f"gtm server /Common/s{s} {{\n    datacenter /Common/dc\n"
                        "    monitor /Common/check\n    product generic-host\n"
                        "    virtual-servers {\n" + "".join(
                            f"        v{i} {{\n            destination "
                            f"{load.address(i)}:{WEB_PORT}\n        }}\n"
                            for i in range(s, min(s + 1000, load.members))) + "    }\n}\n")

    def command(self):
        return [f"{TOP}/build/bin/gtmd", "-c", f"{self.dir}/gtm.conf", "-s", f"{self.dir}/state"]

    def metrics(self):
        """The series of this kind of monitor: labels to value."""
        text = unix_get(f"{self.dir}/state/control.sock", "/metrics")
        return {m[1]: float(m[2]) for m in re.finditer(
            rf'^(gtm_probe_\w+{{monitor="{self.load.kind}".*?}}) (\S+)$', text, re.M)}

    def mark(self):
        self.before = self.metrics()

    def late(self):
        """(p50, p99) in ms: the bounds under which they are known to be, since mark."""
        now, bounds = self.metrics(), []
        for series, n in now.items():
            if m := re.match(r'gtm_probe_start_delay_seconds_bucket.*le="(.*?)"', series):
                bounds.append((float(m[1]), n - self.before.get(series, 0)))
        bounds.sort()
        return [next(le for le, n in bounds if n >= bounds[-1][1] * share) * 1000
                for share in (0.5, 0.99)]

    def states(self):
        """How many are up and down."""
        text = unix_get(f"{self.dir}/state/control.sock", "/mgmt/tm/gtm/probe?limit=1")
        return [int(re.search(rf'"{state}": ?(\d+)', text)[1]) for state in ("up", "down")]

    def wrong(self):
        """Outcomes since the start that are not true, after the latest states."""
        load = self.load
        end = time.monotonic() + 3 * load.interval_s    # who hangs is down by then
        up, down = self.states()
        while down < load.hanging and time.monotonic() < end:
            time.sleep(0.5)
            up, down = self.states()
        bad = abs(up - (load.members - load.hanging)) + abs(down - load.hanging)
        for series, n in self.metrics().items():
            m = re.match(r'gtm_probe_results_total.*result="(.*?)"', series)
            if m and m[1] != "up" and not (m[1] == "timeout" and load.hanging):
                bad += int(n)
        return bad


class Gdnsd(Prober):
    name = "gdnsd"

    def configure(self):
        load, each = self.load, 50
        plugin = {"http": "http_status", "tcp": "tcp_connect"}[load.kind]
        write(f"{self.dir}/zones/bench.example",
              "@ SOA ns1 hostmaster 1 3600 600 86400 60\n@ NS ns1\nns1 A 127.0.0.1\n" + "".join(
                  f"m{s} 15 DYNA multifo!m{s}\n" for s in range(0, load.members, each)))
        items = "".join(f"    m{s} => {{ " + ", ".join(
            f"a{i} => {load.address(i)}" for i in range(s, min(s + each, load.members))) + " }\n"
            for s in range(0, load.members, each))
        write(f"{self.dir}/config", f"""
options => {{ listen => 127.0.0.1, dns_port => {self.port}, udp_threads => 1, tcp_threads => 1,
  run_dir => "{self.dir}/run", state_dir => "{self.dir}/state" }}
service_types => {{ check => {{ plugin => {plugin}, port => {WEB_PORT},
  interval => {load.interval_s}, timeout => {PROBE_S} }} }}
plugins => {{ multifo => {{
    service_types => [ check ]
{items}}} }}
""")
        for sub in ("run", "state"):
            os.makedirs(f"{self.dir}/{sub}", exist_ok=True)

    def command(self):
        return ["/usr/sbin/gdnsd", "-c", self.dir, "start"]


class Blackbox(Prober):
    """It probes when it is asked to: SCRAPERS connections ask all the time."""
    name = "blackbox"
    modules = {"http": "http_2xx", "tcp": "tcp_connect"}

    def configure(self):
        write(f"{self.dir}/blackbox.yml", f"""
modules:
  http_2xx:
    prober: http
    timeout: {PROBE_S}s
    http:
      follow_redirects: false
      preferred_ip_protocol: ip4
  tcp_connect:
    prober: tcp
    timeout: {PROBE_S}s
""")
        self.asked = self.failed = 0
        self.over = threading.Event()

    def command(self):
        return ["/usr/bin/prometheus-blackbox-exporter", f"--config.file={self.dir}/blackbox.yml",
                f"--web.listen-address=127.0.0.1:{EXPORTER_PORT}", "--log.level=error"]

    def scrape(self, lane):
        at = lane
        with socket.create_connection(("127.0.0.1", EXPORTER_PORT), 10) as s:
            f = s.makefile("rb")
            while not self.over.is_set():
                target = f"{self.load.address(at % self.load.members)}:{WEB_PORT}"
                target = f"http://{target}/" if self.load.kind == "http" else target
                s.sendall(f"GET /probe?module={self.modules[self.load.kind]}&target={target} "
                          "HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
                self.asked += 1
                self.failed += b"\nprobe_success 1\n" not in read_reply(f)
                at += SCRAPERS

    def run(self, responder, seconds):
        self.start()
        self.wait_up()
        lanes = [threading.Thread(target=self.scrape, args=(i,)) for i in range(SCRAPERS)]
        for t in lanes:
            t.start()
        time.sleep(1)
        cpu, at, now = self.cpu_s(), responder.accepted(), time.monotonic()
        time.sleep(min(seconds, 8))
        got = {"probes": responder.accepted() - at - 1, "cpu_s": self.cpu_s() - cpu,
               "seconds": time.monotonic() - now, "memory_kib": self.memory_mib() * 1024}
        self.over.set()
        for t in lanes:
            t.join()
        if self.failed or not self.asked:
            raise Failed(f"blackbox: {self.failed} of {self.asked} probes were no success")
        return got

    def wait_up(self):
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", EXPORTER_PORT), 1).close()
                return
            except OSError:
                if time.monotonic() > end:
                    self.give_up("does not listen")
                time.sleep(0.02)


def read_reply(f):
    """The body of an HTTP reply with a length or in chunks."""
    length = None
    while (line := f.readline().lower()) not in (b"\r\n", b""):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    if length is not None:
        return f.read(length)
    body = b""
    while size := int(f.readline() or b"0", 16):
        body += f.read(size)
        f.readline()
    f.readline()
    return body


class Bench:
    """Rows of the table, and the goals under it."""
    def __init__(self, args, base):
        self.args, self.base, self.report = args, base, Report()
        self.responder = Responder(args.urgent)
        self.idle = {}          # what gtmd takes without members
        self.ours = {}          # CPU us of a probe, by kind

    def measure(self, kind, load):
        base = os.path.join(self.base, re.sub(r"\W+", "-", f"{load}"))
        server = kind(base, load)
        try:
            got = server.run(self.responder, self.args.seconds)
            if kind is Gtmd and load.members:
                got["late"], got["wrong"] = server.late(), server.wrong()
            return got
        finally:
            server.stop()
            shutil.rmtree(base, ignore_errors=True)

    def rest(self):
        got = self.measure(Gtmd, Load("http", 0, 5))
        self.idle = {"cpu": got["cpu_s"] / got["seconds"], "memory_kib": got["memory_kib"]}
        print(f"gtmd with no members: {self.idle['memory_kib'] / 1024:.1f} MiB, "
              f"{self.idle['cpu'] * 100:.2f} % of a core\n")

    def row(self, kind, load):
        got = self.measure(kind, load)
        cpu = got["cpu_s"]
        if kind is Gtmd:
            cpu -= self.idle["cpu"] * got["seconds"]
        us = cpu / got["probes"] * 1e6
        if kind is Gtmd and not load.hanging:
            self.ours[load.kind] = us
        ours = self.ours.get(load.kind)
        member = (got["memory_kib"] - self.idle["memory_kib"]) / load.members \
            if kind is Gtmd else got["memory_kib"] / load.members
        late = got.get("late")
        print(f"{str(load):34} {kind.name:9}{got['probes'] / got['seconds']:9.0f}{us:10.1f}"
              + (f"{ours / us:11.2f}" if ours and kind is not Gtmd else " " * 11)
              + f"{cpu / got['seconds'] * 100:8.1f}"
              + (f"{member:9.2f}" if kind is not Blackbox else " " * 9)
              + (f"{got['round_s']:8.1f}" if "round_s" in got else " " * 8)
              + (f"{late[0]:7.1f}{late[1]:8.1f}{got['wrong']:7d}" if late else ""), flush=True)
        if kind is Gtmd:
            self.goals(load, got, member)
        elif ours:
            self.report.goal(f"{load.kind}: CPU of a probe, gtmd / {kind.name}", ours / us, 1)

    def goals(self, load, got, member):
        self.report.goal(f"{load}: late by, p99 ms", got["late"][1], LATE_MS)
        self.report.goal(f"{load}: memory KiB a member", member, MEMORY_KIB)
        self.report.goal(f"{load}: wrong outcomes", got["wrong"], 0)
        asked = load.members / load.interval_s * got["seconds"]
        self.report.goal(f"{load}: probes that are due, of those made",
                         asked / got["probes"], 1.02)

    def run(self):
        args, few = self.args, self.args.peer_members
        rows = ((Gtmd, Load("http", args.members, 5)),
                (Gtmd, Load("tcp", args.tcp_members, 30)),
                (Gtmd, Load("http", args.members if args.hanging else 0, 5, args.hanging)),
                (Gdnsd, Load("http", few, 5)), (Gdnsd, Load("tcp", few, 5)),
                (Blackbox, Load("http", few, 5)), (Blackbox, Load("tcp", few, 5)))
        rows = [r for r in rows if r[0].name in args.only and r[1].members]
        if any(kind is Gtmd for kind, _ in rows):
            self.rest()
        print(f"{'load':34} {'server':9}{'probes/s':>9}{'CPU us':>10}{'gtmd / it':>11}"
              f"{'core %':>8}{'KiB each':>9}{'round s':>8}{'p50 ms':>7}{'p99 ms':>8}{'wrong':>7}")
        for kind, load in rows:
            try:
                self.row(kind, load)
            except (Failed, OSError, ValueError) as e:
                self.report.failed(f"{kind.name}, {load}", e)
        return self.report.end()


def options():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--members", type=int, default=50000)
    ap.add_argument("--tcp-members", type=int, default=100000)
    ap.add_argument("--hanging", type=int, default=1000)
    ap.add_argument("--peer-members", type=int, default=10000)
    ap.add_argument("--seconds", type=float, default=15, help="measured, an interval at least")
    ap.add_argument("--only", type=lambda s: s.split(","), default=["gtmd", "gdnsd", "blackbox"])
    ap.add_argument("--urgent", action="store_true",
                    help="real-time priority, where others use the machine (root)")
    return ap.parse_args()


def main():
    args = options()
    Server.urgent = args.urgent
    base = tempfile.mkdtemp(prefix="gtm-health-")
    os.chmod(base, 0o755)
    os.sched_setaffinity(0, {1})
    for sig in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, lambda *_: sys.exit("ended"))    # servers, too
    bench = Bench(args, base)
    try:
        return 0 if bench.run() else 1
    finally:
        bench.responder.stop()
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
