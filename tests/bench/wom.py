#!/usr/bin/python3
"""A guest's memory over the five links of the deployment guide's Table 2: womd beside what
a user has without it.

    tests/bench/wom.py CACHE [--parts stream,move] [--links 155/100,622/40 | all]
        [--carriers womd,zstd-long,...] [--mib 256 | 0] [--tcp-mib 256] [--patience 180]

CACHE is filled by tests/bench/vmdata.py.
stream  files of a migration (first move, back move, clone) through tcp; zstd (-1) and
        zstd-long (-1 --long=27) in TLS; wanproxy (the program that GTM_WANPROXY names);
        womd. --mib is how much of each, 0 all of it; --tcp-mib how much of that through
        tcp, for which a quarter is a quarter of the time
move    a QEMU guest that works is moved live: qemu alone; with its multifd and zstd; and
        through womd: there, back, and then a clone of it

A carrier that had less to carry is set beside womd octet for octet.

Every octet that comes out of a stream is compared; a moved guest has to go on working.
Seconds are of both ends and the link on one machine. Goals are those of the first two CPUs
that this was written on.
"""
import argparse
import os
import shutil
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "func"))
from lib.scene import Skip                                                  # noqa: E402

from carriers import MOVE_PORT, STREAM_CARRIERS, Lab, Womd                  # noqa: E402
from guest import MULTIFD_ZSTD, PLAIN, Guest, GuestFailed                   # noqa: E402
from report import Report                                                   # noqa: E402
from server import Failed                                                   # noqa: E402

MIB = 1 << 20
MEMORY = 1024
# Mb/s and ms of one way: the guide's seconds without and with its accelerator; goals for
# the stream's first move; for the live move, of QEMU's multifd and zstd, first and back.
LINKS = {
    "45/100": (823, 215, 25, 0.45, 0.1),
    "100/25": (370, 78, 11, 0.3, 0.1),
    "155/100": (805, 209, 8, 0.7, None),
    "622/40": (357, 117, 3.5, 1.0, None),
    "1000/20": (132, 38, 3, None, None),
}
BACK_S = 3
STREAMS = {"first": "a.mig", "back": "b.mig", "clone": "d.mig"}


class Row:
    """What one carrier did with one stream or guest."""

    def __init__(self, carrier, what, plain, got):
        self.carrier, self.what, self.plain, self.got = carrier, what, plain, got

    def show(self, ours):
        def share(key):
            if not ours or not self.got[key]:
                return " " * 10
            return f"{ours.got[key] / ours.plain / (self.got[key] / self.plain):10.3f}"

        ratio = self.plain / self.got["wan"] if self.got["wan"] else 0
        down = f"{self.got['downtime_ms']:8.0f} ms" if "downtime_ms" in self.got else " " * 11
        print(f"  {self.carrier:26}{self.what:7}{self.plain / MIB:6.0f}"
              f"{self.got['seconds']:9.2f}"
              f"{self.got['wan'] / MIB:10.1f}{ratio:8.2f}{self.got['cpu_s']:8.1f}{down}"
              f"{share('seconds')}{share('wan')}", flush=True)


def show(title, link, rows):
    """ours / it compares the same stream; where it has but one, that."""
    guide = LINKS[link]
    print(f"\n{link} Mb/s / ms, {title} (guide's 1 GiB: {guide[0]} s alone, {guide[1]} s with its "
          f"accelerator)\n  {'carrier':26}{'what':7}{'MiB':>6}{'seconds':>9}{'WAN MiB':>10}"
          f"{'ratio':>8}{'CPU s':>8}{'down':>11}{'s womd/it':>10}{'o womd/it':>10}", flush=True)
    ours = {r.what: r for r in rows if r.carrier == "womd"}
    for r in rows:
        r.show(ours.get(r.what) if r.carrier != "womd" else None)


# -- streams ----------------------------------------------------------------------------
def piece(arg, name, carrier, folder):
    """The path of a file, or of its first octets."""
    path = os.path.join(arg.cache, name)
    mib = arg.mib
    if carrier == "tcp" and arg.tcp_mib:
        mib = min(mib or arg.tcp_mib, arg.tcp_mib)
    if not mib:
        return path
    with open(path, "rb") as f, open(os.path.join(folder, name), "wb") as to:
        to.write(f.read(mib * MIB))
    return to.name


def stream(arg, link, report):
    rows = []
    for name in arg.carriers:
        if name not in STREAM_CARRIERS or name == "wanproxy" and "GTM_WANPROXY" not in os.environ:
            continue
        try:
            with Lab(*map(float, link.split("/"))) as lab:
                carrier = STREAM_CARRIERS[name](lab)
                carrier.start()
                for what in STREAMS if name in ("womd", "wanproxy") else ("first",):
                    path = piece(arg, STREAMS[what], name, lab.stage.dir)
                    i = int(what == "back")
                    rows.append(Row(carrier.name, what, os.path.getsize(path), lab.measured(
                        lambda i=i, path=path: carrier.send(i, path, arg.patience))))
        except (Failed, AssertionError) as why:
            report.failed(f"{link} stream by {name}", why)
    show("stream", link, rows)
    if not arg.mib:
        goals(link, rows, report)


def goals(link, rows, report):
    for r in rows:
        if r.carrier == "womd" and r.what in ("first", "back"):
            report.goal(f"{link} stream, {r.what}: seconds", r.got["seconds"],
                        LINKS[link][2] if r.what == "first" else BACK_S)


# -- live moves ---------------------------------------------------------------------------
class Mover:
    """Guests that move between the two hosts of a lab, one after the other."""

    def __init__(self, lab, arg, mode, through=None):
        self.lab, self.arg, self.mode, self.through = lab, arg, mode, through
        self.count, self.guest = 0, None

    def name(self):
        self.count += 1
        return f"guest{self.count}"

    def inside(self, i):
        return self.lab.wan.inside(self.lab.hosts[i])

    def resume(self, image):
        """A guest in the host of site a."""
        self.stop()
        self.guest = Guest.resumed(self.lab.stage.dir, self.name(), self.arg.cache, MEMORY,
                                   os.path.join(self.arg.cache, image), self.inside(0))
        self.guest.works()

    def move(self, i):
        """From the host of site i to the other; figures, or None: it did not converge."""
        there = Guest.awaited(self.lab.stage.dir, self.name(), self.arg.cache, MEMORY, MOVE_PORT,
                              self.mode, self.inside(1 - i))
        host = self.lab.wan.address(self.lab.sites[i]) if self.through else self.lab.address(1 - i)
        try:
            got = self.guest.move(there, f"tcp:{host}:{MOVE_PORT}", self.mode,
                                  self.arg.patience)
        except BaseException:
            there.stop()
            raise
        if got is None:
            there.stop()
            return None
        self.stop()
        self.guest = there
        return got

    def stop(self):
        if self.guest is not None:
            self.guest.stop()
            self.guest = None


def moves(lab, arg, mover, name, rows):
    """The moves of one carrier; QEMU alone remembers nothing, so one says all."""
    for what in STREAMS if mover.through else ("first",):
        if what != "back":
            mover.resume(STREAMS[what])
        got = lab.measured(lambda what=what: mover.move(int(what == "back")))
        if "downtime_ms" not in got:
            print(f"  {name}: not within {arg.patience} s; {got['wan'] / MIB:.0f} MiB sent")
            return
        mover.guest.works()
        rows.append(Row(name, what, MEMORY * MIB, got))


MOVE_CARRIERS = (("qemu", "QEMU", PLAIN), ("multifd", "QEMU multifd zstd", MULTIFD_ZSTD),
                 ("womd", "womd", PLAIN))


def move(arg, link, report):
    rows = []
    for key, name, mode in MOVE_CARRIERS:
        if key not in arg.carriers:
            continue
        mover = None
        try:
            with Lab(*map(float, link.split("/"))) as lab:
                through = Womd(lab) if key == "womd" else None
                mover = Mover(lab, arg, mode, through)
                try:
                    if through:
                        through.start()
                    moves(lab, arg, mover, name, rows)
                finally:
                    mover.stop()
        except (Failed, GuestFailed, AssertionError) as why:
            report.failed(f"{link} move by {name}", why)
    show("live move", link, rows)
    first = {r.carrier: r.got["seconds"] for r in rows if r.what == "first"}
    back = {r.carrier: r.got["seconds"] for r in rows if r.what == "back"}
    if "QEMU multifd zstd" in first:
        for what, got, most in (("first", first, LINKS[link][3]), ("back", back, LINKS[link][4])):
            if "womd" in got and most:
                report.goal(f"{link} live move, {what}: seconds, womd / QEMU multifd zstd",
                            got["womd"] / first["QEMU multifd zstd"], most)


PARTS = {"stream": stream, "move": move}


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("cache")
    ap.add_argument("--parts", default="stream")
    ap.add_argument("--links", default="155/100")
    ap.add_argument("--carriers", default=",".join([*STREAM_CARRIERS, "qemu", "multifd"]))
    ap.add_argument("--mib", type=int, default=256)
    ap.add_argument("--tcp-mib", type=int, default=0)
    ap.add_argument("--patience", type=float, default=180)
    arg = ap.parse_args()
    arg.cache = os.path.abspath(arg.cache)
    arg.carriers = arg.carriers.split(",")
    links = list(LINKS) if arg.links == "all" else arg.links.split(",")
    if unknown := [x for x in links if x not in LINKS]:
        ap.error(f"no link of the guide: {', '.join(unknown)}")
    if unknown := set(arg.carriers) - set(STREAM_CARRIERS) - {k for k, _, _ in MOVE_CARRIERS}:
        ap.error(f"no carrier: {', '.join(unknown)}")
    if missing := [n for n in STREAMS.values() if not os.path.exists(f"{arg.cache}/{n}")]:
        ap.error(f"{arg.cache} has no {', '.join(missing)}: see tests/bench/vmdata.py")
    if not shutil.which("qemu-system-x86_64"):
        ap.error("needs qemu-system-x86_64")
    for sig in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, lambda *_: sys.exit("ended"))        # all that was started, too
    report, began = Report(), time.monotonic()
    try:
        for link in links:
            for part in arg.parts.split(","):
                PARTS[part](arg, link, report)
    except Skip as why:
        print(f"skipped: {why}")
        return 0
    print(f"\n{(time.monotonic() - began) / 60:.1f} minutes")
    return 0 if report.end() else 1


if __name__ == "__main__":
    sys.exit(main())
