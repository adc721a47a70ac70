#!/usr/bin/python3
"""gtmd beside gdnsd, NSD and Knot: answers per second and CPU per query.

Every server serves the same zone: 1,000 static names, and (where it can) one
weighted, health-checked name with two members. One thread each, pinned on CPU
0; the load generator is pinned on CPU 1. Rounds alternate between the servers,
so that drift of the machine hits all alike. CPU per query is user plus system
time of the whole server process tree per answer.

    tests/bench/compare.py [--rounds 5] [--seconds 2] [--names 1000] [--only a,b]
"""
import argparse
import http.server
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
ZONE = "bench.example"
TICK = os.sysconf("SC_CLK_TCK")
MEMBERS = [("127.0.0.2", 3), ("127.0.0.3", 1)]
HEALTH_PORT = 18081


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


def zone_text(names, dynamic=""):
    head = (f"$ORIGIN {ZONE}.\n$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n"
            "@ NS ns1\nns1 A 127.0.0.1\n")
    body = "".join(f"host{i} A 10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n"
                   for i in range(names))
    return head + body + dynamic


class Server:
    """One peer: how to configure and start it. The dynamic name is www."""
    name, has_dynamic = "", True

    def __init__(self, base, port, names):
        self.dir, self.port, self.names = os.path.join(base, self.name), port, names
        self.proc = None
        self.configure()

    def start(self):
        self.log = open(os.path.join(self.dir, "log"), "w", encoding="ascii")
        self.proc = subprocess.Popen(
            ["taskset", "-c", "0"] + self.command(), stdout=self.log,
            stderr=self.log, start_new_session=True)
        wanted = f"www.{ZONE}" if self.has_dynamic else f"host1.{ZONE}"
        for _ in range(300):
            if answers(self.port, wanted):
                return
            if self.proc.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        with open(os.path.join(self.dir, "log"), encoding="utf-8", errors="replace") as f:
            sys.exit(f"{self.name} did not answer for {wanted}:\n" + f.read()[-2000:])

    def stop(self):
        proc, self.proc = self.proc, None
        if proc is None:
            return
        for sig in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(proc.pid, sig)
                proc.wait(5)
                break
            except ProcessLookupError:
                proc.wait()
                break
            except subprocess.TimeoutExpired:
                pass
        self.log.close()


class Gtmd(Server):
    name = "gtmd"

    def configure(self):
        write(f"{self.dir}/bench.zone", zone_text(self.names))
        members = "".join(
            f"        /Common/s:vs{i} {{\n            member-order {i}\n"
            f"            ratio {w}\n        }}\n" for i, (_, w) in enumerate(MEMBERS))
        vss = "".join(f"        vs{i} {{\n            destination {a}:{HEALTH_PORT}\n        }}\n"
                      for i, (a, _) in enumerate(MEMBERS))
        write(f"{self.dir}/gtm.conf", f"""
gtm global-settings dns {{
    threads 1
}}
gtm listener /Common/udp {{
    address 127.0.0.1
    ip-protocol udp
    port {self.port}
}}
gtm zone /Common/{ZONE} {{
    file bench.zone
}}
gtm datacenter /Common/dc {{ }}
gtm monitor http /Common/check {{
    defaults-from /Common/http
    interval 5
    send "GET / HTTP/1.0\\r\\n\\r\\n"
    timeout 16
}}
gtm server /Common/s {{
    datacenter /Common/dc
    monitor /Common/check
    product generic-host
    virtual-servers {{
{vss}    }}
}}
gtm pool a /Common/p {{
    load-balancing-mode ratio
    members {{
{members}    }}
    ttl 15
}}
gtm wideip a /Common/www.{ZONE} {{
    pools {{
        /Common/p {{
            order 0
        }}
    }}
}}
""")

    def command(self):
        return [f"{TOP}/build/bin/gtmd", "-c", f"{self.dir}/gtm.conf", "-s", f"{self.dir}/state"]


class Gdnsd(Server):
    name = "gdnsd"

    def configure(self):
        write(f"{self.dir}/zones/{ZONE}", zone_text(self.names, "www 15 DYNA weighted!www\n"))
        items = "".join(f"  m{i} => [ {a}, {w} ]\n" for i, (a, w) in enumerate(MEMBERS))
        write(f"{self.dir}/config", f"""
options => {{
  listen => 127.0.0.1
  dns_port => {self.port}
  udp_threads => 1
  tcp_threads => 1
  run_dir => "{self.dir}/run"
  state_dir => "{self.dir}/state"
}}
service_types => {{ check => {{ plugin => http_status, port => {HEALTH_PORT}, interval => 5 }} }}
plugins => {{ weighted => {{ www => {{ service_types => check
{items} }} }} }}
""")
        os.makedirs(f"{self.dir}/run", exist_ok=True)
        os.makedirs(f"{self.dir}/state", exist_ok=True)

    def command(self):
        return ["/usr/sbin/gdnsd", "-c", self.dir, "start"]


class Nsd(Server):
    name, has_dynamic = "nsd", False

    def configure(self):
        write(f"{self.dir}/zone", zone_text(self.names))
        write(f"{self.dir}/nsd.conf", f"""
server:
    ip-address: 127.0.0.1@{self.port}
    server-count: 1
    username: ""
    zonesdir: "{self.dir}"
    zonelistfile: "{self.dir}/zone.list"
    database: ""
    pidfile: "{self.dir}/pid"
    xfrdfile: "{self.dir}/xfrd"
    xfrdir: "{self.dir}"
    rrl-ratelimit: 0
remote-control:
    control-enable: no
zone:
    name: {ZONE}
    zonefile: zone
""")

    def command(self):
        return ["/usr/sbin/nsd", "-d", "-c", f"{self.dir}/nsd.conf"]


class Knot(Server):
    name = "knot"

    def configure(self):
        self.has_dynamic = os.path.exists("/usr/lib/x86_64-linux-gnu/knot/modules-3.2/geoip.so")
        write(f"{self.dir}/zone", zone_text(self.names, "www 15 A 127.0.0.2\n"))
        weights = "".join(f"  - weight: {w}\n    A: {a}\n" for a, w in MEMBERS)
        write(f"{self.dir}/geo.conf", f"www.{ZONE}:\n{weights}")
        module = ("mod-geoip:\n  - id: w\n    config-file: " + f"{self.dir}/geo.conf\n"
                  "    ttl: 15\n    mode: weighted\n") if self.has_dynamic else ""
        use = "    module: mod-geoip/w\n" if self.has_dynamic else ""
        write(f"{self.dir}/knot.conf", f"""
server:
    listen: 127.0.0.1@{self.port}
    rundir: "{self.dir}/run"
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{self.dir}/db"
{module}zone:
  - domain: {ZONE}
    file: "{self.dir}/zone"
    zonefile-sync: -1
    journal-content: none
{use}""")
        os.makedirs(f"{self.dir}/run", exist_ok=True)
        os.makedirs(f"{self.dir}/db", exist_ok=True)

    def command(self):
        return ["/usr/sbin/knotd", "-c", f"{self.dir}/knot.conf"]


def answers(port, name):
    q = b"\x12\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    for label in name.split("."):
        q += bytes([len(label)]) + label.encode()
    q += b"\0\0\1\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(0.2)
        try:
            s.sendto(q, ("127.0.0.1", port))
            r = s.recv(4096)
        except OSError:
            return False
    return r[3] & 15 == 0 and r[7] > 0


def cpu_seconds(pgid):
    total = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
                fields = f.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == pgid:
            total += int(fields[11]) + int(fields[12])
    return total / TICK


class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


def play_sites():
    for addr, _ in MEMBERS:
        site = http.server.ThreadingHTTPServer((addr, HEALTH_PORT), Healthy)
        threading.Thread(target=site.serve_forever, daemon=True).start()


def measure(server, names_file, args):
    server.start()
    load = [f"{TOP}/build/bench/dnsload", "-p", str(server.port), "-c", "1"]
    subprocess.run(load + ["-s", "0.3", names_file], check=True, stdout=subprocess.DEVNULL)
    before = cpu_seconds(server.proc.pid)
    out = subprocess.run(load + ["-s", str(args.seconds), names_file], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    used = cpu_seconds(server.proc.pid) - before
    server.stop()
    got = dict(pair.split("=") for pair in out.split())
    if int(got["good"]) < int(got["answered"]) or int(got["answered"]) == 0:
        sys.exit(f"{server.name}: not every reply was an answer: {out}")
    return float(got["qps"]), used / int(got["answered"]) * 1e6, int(got["lost"])


def table(title, results):
    base = statistics.median(r[1] for r in next(iter(results.values())))
    print(f"\n{title}\n{'server':8} {'kqps min/median/max':>24} "
          f"{'CPU us/query min/median/max':>30} {'gtmd / it':>10} {'lost':>6}")
    for name, rows in results.items():
        q, c = sorted(r[0] / 1e3 for r in rows), sorted(r[1] for r in rows)
        print(f"{name:8} {q[0]:8.0f}{statistics.median(q):8.0f}{q[-1]:8.0f} "
              f"{c[0]:10.2f}{statistics.median(c):10.2f}{c[-1]:10.2f} "
              f"{base / statistics.median(c):10.2f} {sum(r[2] for r in rows):6}")


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--seconds", type=float, default=2)
    ap.add_argument("--names", type=int, default=1000)
    ap.add_argument("--only", default="gtmd,gdnsd,nsd,knot")
    args = ap.parse_args()
    base = tempfile.mkdtemp(prefix="gtm-bench-")
    os.chmod(base, 0o755)
    os.sched_setaffinity(0, {1})
    play_sites()
    kinds = [k for k in (Gtmd, Gdnsd, Nsd, Knot) if k.name in args.only.split(",")]
    servers = [k(base, 15353 + i, args.names) for i, k in enumerate(kinds)]
    write(f"{base}/static", "".join(f"host{i * 7919 % args.names}.{ZONE} A\n"
                                    for i in range(args.names)))
    write(f"{base}/dynamic", f"www.{ZONE} A\n" * 64)
    try:
        for title, what in ((f"{args.names} static names", "static"),
                            ("one weighted, health-checked name", "dynamic")):
            results = {}
            for _ in range(args.rounds):
                for s in servers:
                    if what == "static" or s.has_dynamic:
                        results.setdefault(s.name, []).append(
                            measure(s, f"{base}/{what}", args))
            table(title, results)
    finally:
        for s in servers:
            s.stop()
        shutil.rmtree(base)


if __name__ == "__main__":
    main()
