#!/usr/bin/python3
"""How long a guest is not heard while it changes site: etheripd in each tier, and VXLAN.

    tests/bench/moves.py [--only vxlan,user,bridge,direct] [--moves 40] [--silent 10]

A host of site a sends a datagram a millisecond to the guest, which notes when each came. The
guest's port is joined to the other site's switch (cut-over: how long that took, a few calls
of tc), and its coming announced by RARP, as hypervisors do. Outage is the longest silence around
it. Then the same without a word of the guest's, after both gateways were told to freeze it
(etheripd alone; elsewhere the silence has no end).
"""
import argparse
import os
import socket
import statistics
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "func"))
from lib.etherip import Sites, mac                                          # noqa: E402
from lib.scene import Skip, Stage                                           # noqa: E402

from report import Report                                                   # noqa: E402
from server import Failed                                                   # noqa: E402

TIERS = ("user", "bridge", "direct")
CALM_S = 0.15
CUT_OVER_MS, SILENT_MS = 5, 150


def vxlan(sites):
    for i, site in enumerate(sites.sites):
        gate, other = site.gate, sites.sites[1 - i]
        gate.ip("link add br0 type bridge")
        gate.ip(f"link add vx mtu 1500 type vxlan id 5 local {site.address} remote "
                f"{other.address} dstport 4789 dev wan")
        for port in ("lan", "vx"):
            gate.ip(f"link set {port} master br0")
            gate.ip(f"link set {port} up")
        gate.ip("link set br0 up")


class Flow:
    """A datagram a millisecond, and when each came."""

    def __init__(self, host, guest):
        with guest.entered():
            self.ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.ear.bind((guest.address, 9))
            self.ear.settimeout(0.5)
        with host.entered():
            self.mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.mouth.connect((guest.address, 9))
        self.going, self.times = True, []
        self.threads = [threading.Thread(target=f, daemon=True) for f in (self.say, self.hear)]
        for t in self.threads:
            t.start()

    def say(self):
        while self.going:
            self.mouth.send(b"x")
            time.sleep(0.001)

    def hear(self):
        while self.going:
            try:
                self.ear.recv(64)
            except TimeoutError:
                continue
            self.times.append(time.monotonic())

    def silence(self, since):
        """The longest, from just before that time on."""
        times = [t for t in self.times if t > since - 0.05] + [time.monotonic()]
        return max(b - a for a, b in zip(times, times[1:])) if len(times) > 1 else \
            time.monotonic() - since

    def wait(self, since, most_s):
        """Until it is heard again, and for a while."""
        while time.monotonic() - since < most_s:
            time.sleep(0.01)
            if self.times and self.times[-1] > since + CALM_S:
                return

    def end(self):
        self.going = False
        for t in self.threads:
            t.join()


def once(flow, guest, announced):
    time.sleep(CALM_S)
    began = time.monotonic()
    cut = guest.plug(1 - guest.site)
    if announced:
        guest.announce()
    flow.wait(began, 5)
    return flow.silence(began) * 1e3, cut * 1e3


def measure(stage, kind, args):
    with Sites(stage) as s:
        host, guest = s.host(0), s.guest(0)
        if kind == "vxlan":
            vxlan(s)
        else:
            s.start(group=f"    dampening-moves 0\n    mode transparent\n    tier {kind}\n")
            shown = s.sites[0].stats("tunnels/tunnel/~Common~eip1")
            if shown["tier"] != kind:
                raise Failed(f"no tier {kind}: {shown['tierReason']}")
        s.reaches(host, guest)
        flow = Flow(host, guest)
        try:
            told = [once(flow, guest, True) for _ in range(args.moves)]
            silent = []
            for _ in range(args.silent if kind != "vxlan" else 0):
                for site in s.sites:
                    site.control().ok("POST", "freeze", {
                        "station": mac(guest.mac), "addresses": [guest.address]})
                silent.append(once(flow, guest, False))
        finally:
            flow.end()
    return told, silent


def show(kind, what, got, report, most):
    beyond = [outage - cut for outage, cut in got]
    print(f"{kind:9}{what:11}{len(got):6}{statistics.median(o for o, _ in got):12.1f}"
          f"{max(o for o, _ in got):9.1f}{statistics.median(c for _, c in got):12.1f}"
          f"{statistics.median(beyond):12.1f}{max(beyond):9.1f}", flush=True)
    if kind != "vxlan":
        report.goal(f"{kind}, {what}: outage{' - cut-over' if what == 'announced' else ''}, ms, "
                    "median", statistics.median(beyond if what == "announced" else
                                                [o for o, _ in got]), most)


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--only", default=",".join(("vxlan", *TIERS)))
    parse.add_argument("--moves", type=int, default=40)
    parse.add_argument("--silent", type=int, default=10)
    args = parse.parse_args()
    report = Report()
    print(f"{'':9}{'':11}{'moves':>6}{'outage ms':>12}{'most':>9}{'cut-over':>12}{'beyond':>12}"
          f"{'most':>9}")
    for kind in args.only.split(","):
        stage = Stage()
        try:
            told, silent = measure(stage, kind, args)
            show(kind, "announced", told, report, CUT_OVER_MS)
            if silent:
                show(kind, "silent", silent, report, SILENT_MS)
        except (Failed, AssertionError) as why:
            report.failed(kind, why)
        finally:
            stage.strike()
    return 0 if report.end() else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Skip as why:
        sys.exit(f"moves.py: {why}")
