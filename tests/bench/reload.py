"""What queries notice of a reload, and of health that flaps.

A zone of a million names is changed and loaded anew under 30,000 queries a
second: lost queries, latency, how long until the new zone answers, and memory
before, at its peak and after three of them. Then gtmd alone, with 1,000 wide IPs
on two sites: SIGHUP with other ratios, and a site that goes and comes. One thread,
pinned on CPU 0; the generator has CPU 1.
"""
import os
import signal
import socket
import threading
import time

from measure import finish
from peers import Gdnsd, Gtmd, Knot, Nsd
from server import Failed, ask
from workload import ZONE, Work, questions, site, write, zone_text

PORT = 15371
KQPS = 30
RELOADS = 3
PATIENCE_S = 60
FLAP_PORT = 18082
FLAPS_S = 12            # a site needs some seconds to be seen as gone


def until(answer, server, name, why):
    """Returns once a name has this answer."""
    began = time.monotonic()
    while ask(server.port, name, patience_s=0.05) != answer:
        if time.monotonic() - began > PATIENCE_S:
            raise Failed(f"{server.name}: {name} is not {answer} {PATIENCE_S} s after {why}")
        time.sleep(0.01)


class Peak:
    """The most memory that a server has while this is entered."""
    def __init__(self, server):
        self.server, self.mib, self.over = server, server.memory_mib(), threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.over.wait(0.1):
            self.mib = max(self.mib, self.server.memory_mib())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def under_load(bench, server, names, act):
    """The generator's figures for as long as act() takes, and act's result."""
    generator = bench.generator(server, names, KQPS, 10 * PATIENCE_S)
    try:
        time.sleep(0.2)
        result = act()
        time.sleep(0.3)
    finally:
        generator.send_signal(signal.SIGTERM)
    return finish(generator, server.name), result


def zone_of(work, round_):
    """Each has another address at "mark"; the serial is the round's, too."""
    return (zone_text(work).replace("hostmaster 1 ", f"hostmaster {round_ + 1} ")
            + f"mark A {site(round_)}\n")


def reload_zone(bench, server, names, round_):
    path = f"{server.dir}/{server.zone_file}"
    write(path, zone_of(server.work, round_))
    # A file as young as the one before is not new to some.
    os.utime(path, (time.time(), os.stat(path).st_mtime + round_))

    def act():
        began = time.monotonic()
        server.reload()
        until(site(round_), server, f"mark.{ZONE}", "the reload")
        return time.monotonic() - began

    with Peak(server) as peak:
        got, took_s = under_load(bench, server, names, act)
    return {**got, "took_s": took_s, "peak": peak.mib}


def zone_reloads(bench, kind, work):
    server = kind(bench.base, PORT, work)
    names = f"{bench.base}/static"
    write(names, questions("static", work))
    try:
        server.start()
        bench.load(server, names, KQPS, 0.5)
        steady = bench.load(server, names, KQPS, 1)
        before = server.memory_mib()
        rows = [reload_zone(bench, server, names, i + 1) for i in range(RELOADS)]
        time.sleep(0.5)
        after = server.memory_mib()
    finally:
        server.stop()
    lost, sent = (sum(r[k] for r in rows) for k in ("lost", "sent"))
    worst = max(r["max_us"] for r in rows)
    print(f"{server.name:7}{max(r['took_s'] for r in rows):9.2f}{steady['p99_us']:10.0f}"
          f"{max(r['p99_us'] for r in rows):10.0f}{worst:10.0f}{sent:10.0f}{lost:8.0f}"
          f"{before:9.1f}{max(r['peak'] for r in rows):8.1f}{after:8.1f}", flush=True)
    if server.name == "gtmd":
        bench.report.goal(f"{RELOADS} reloads of {work.names} names: queries lost", lost, 0)
        bench.report.goal(f"{RELOADS} reloads of {work.names} names: worst answer, us",
                          worst, 50000)
        bench.report.goal(f"{RELOADS} reloads of {work.names} names: MiB more than before",
                          after - before, 5)


class Flapping(Gtmd):
    """1,000 wide IPs with a member at each of two sites, watched every second."""
    ratio = 1

    def first_names(self):
        return [f"d999.{ZONE}"]

    def configure(self):
        sites = "".join(f"""gtm server /Common/f{i} {{
    datacenter /Common/dc
    monitor /Common/often
    product generic-host
    virtual-servers {{
        vs {{
            destination {site(i)}:{FLAP_PORT}
        }}
    }}
}}
""" for i in (0, 1))
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
gtm monitor tcp /Common/often {{
    defaults-from /Common/tcp
    interval 1
    timeout 2
}}
{sites}""" + "".join(self.two(f"d{i}") for i in range(1000)))

    def two(self, name):
        members = "".join(f"        /Common/f{i}:vs {{\n            member-order {i}\n"
                          f"            ratio {self.ratio + i}\n        }}\n" for i in (0, 1))
        return (f"gtm pool a /Common/{name} {{\n    alternate-mode none\n"
                f"    fallback-mode none\n    load-balancing-mode global-availability\n"
                f"    members {{\n{members}    }}\n}}\n"
                f"gtm wideip a /Common/{name}.{ZONE} {{\n    pools {{\n"
                f"        /Common/{name} {{\n            order 0\n        }}\n    }}\n}}\n")


class Site:
    """A port that is there, or not."""
    def __init__(self, address):
        self.address, self.listener = address, None
        self.up()

    def up(self):
        self.listener = socket.create_server((self.address, FLAP_PORT), backlog=64)

    def down(self):
        self.listener.close()
        self.listener = None


def sighups(server, count):
    """Each with other ratios; returns how many it took."""
    for i in range(count):
        server.ratio = 1 + (i + 1) % 5
        server.configure()
        server.reload()
        time.sleep(0.3)
    return count


def flaps(server, place):
    """As many as there is time for; each is over when answers obey it."""
    count, end = 0, time.monotonic() + FLAPS_S
    while time.monotonic() < end:
        place.down()
        until(site(1), server, f"d0.{ZONE}", "the site went")
        place.up()
        until(site(0), server, f"d0.{ZONE}", "the site came")
        count += 2
    return count


def disturbed(bench):
    places = [Site(site(i)) for i in (0, 1)]
    server = Flapping(bench.base, PORT, Work(names=0, wides=1000))
    names = f"{bench.base}/wides"
    write(names, questions("wides", server.work))
    print(f"\n{'gtmd, 1000 wide IPs, 30 kqps':34}{'times':>7}{'p99 us':>9}{'max us':>9}"
          f"{'queries':>10}{'lost':>8}")
    try:
        server.start()
        until(site(0), server, f"d0.{ZONE}", "the start")
        for what, act in (("undisturbed", lambda: time.sleep(1) or 0),
                          ("SIGHUP, other ratios", lambda: sighups(server, 10)),
                          ("health of one site", lambda: flaps(server, places[0]))):
            got, times = under_load(bench, server, names, act)
            print(f"{what:34}{times:7}{got['p99_us']:9.0f}{got['max_us']:9.0f}"
                  f"{got['sent']:10.0f}{got['lost']:8.0f}", flush=True)
            bench.report.goal(f"{what}, {times} times: queries lost", got["lost"], 0)
    finally:
        server.stop()
        for place in places:
            place.listener.close()


def reload(bench):
    work = Work(names=max(int(n) for n in bench.args.names.split(",")))
    kinds = [k for k in (Gtmd, Gdnsd, Nsd, Knot) if k.name in bench.args.only.split(",")]
    print(f"\n{work.names} static names reloaded {RELOADS} times, {KQPS} kqps\n"
          f"{'server':7}{'most s':>9}{'p99 us':>10}{'then p99':>10}{'max':>10}{'queries':>10}"
          f"{'lost':>8}{'MiB':>9}{'peak':>8}{'after':>8}", flush=True)
    for kind in kinds:
        try:
            zone_reloads(bench, kind, work)
        except Failed as e:
            bench.report.failed("reload", e)
    if "gtmd" in bench.args.only:
        disturbed(bench)
