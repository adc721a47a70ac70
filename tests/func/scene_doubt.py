#!/usr/bin/python3
"""A prober that has lost its way out takes nobody down: control targets tell."""
import os
import subprocess

from lib import guide
from lib.backends import Backend, within
from lib.control import Control, Events
from lib.scene import BIN, eventually, main, need, scene

NAME = "vmhttp.siterequest.com"
HOME = "10.8.0.254"
CONTROLS = ("10.8.0.10:9000", "10.8.0.11:9000")


def controls(names=CONTROLS):
    return ("gtm monitor tcp /Common/control {\n    defaults-from /Common/tcp\n    interval 1\n"
            "    probe-timeout 1\n    timeout 4\n}\n"
            "gtm global-settings general {\n    prober-control-monitor /Common/control\n"
            f"    prober-control-targets {{ {' '.join(names)} }}\n}}\n")


class World:
    """gtmd in one network, what it probes in another, a wire between."""

    def __init__(self, t, spare=0):
        self.t, ip = t, need("ip")
        self.home = t.namespace()
        self.pid = t.namespaces[-1].pid
        self.away = t.namespace()
        there = t.namespaces[-1].pid
        for argv in ([*self.home, ip, "link", "add", "out", "type", "veth", "peer", "name", "in",
                      "netns", str(there)],
                     [*self.home, ip, "addr", "add", HOME + "/24", "dev", "out"],
                     [*self.home, ip, "link", "set", "out", "up"],
                     [*self.away, ip, "link", "set", "in", "up"],
                     *([*self.away, ip, "addr", "add", f"10.8.0.{n}/24", "dev", "in"]
                       for n in (1, 2, 3, 10, 11))):
            subprocess.run(argv, check=True)
        with within(there):
            self.local, self.remote, self.third = (Backend(f"10.8.0.{n}", 8080)
                                                   for n in (1, 2, 3))
            self.controls = [Backend(c.split(":")[0], 9000) for c in CONTROLS]
        text = guide.application(t, self.local, self.remote) + controls()
        if spare:
            text += guide.server("third", "Remote", self.third.addr, 8080)
        t.start(text, prefix=self.home)
        self.targets = 2 + spare
        self.c = Control(t)
        eventually(lambda: self.probe()["up"] == self.targets + 2, 10, "all are up")

    def probe(self):
        return self.c.ok("GET", "probe")

    def answers(self, want):
        with within(self.pid):
            got = self.t.answer(NAME)
        assert got == [want], got

    def becomes(self, want, seconds=10):
        with within(self.pid):
            self.t.becomes(NAME, [want], seconds=seconds)

    def link(self, state):
        subprocess.run([*self.home, need("ip"), "link", "set", "out", state], check=True)

    def drop(self, on):
        nft = [*self.home, need("nft")]
        if on:
            subprocess.run([*nft, "add table ip cut; add chain ip cut out { type filter hook "
                            "output priority 0; }; add rule ip cut out oifname out drop"],
                           check=True)
        else:
            subprocess.run([*nft, "delete table ip cut"], check=True)


def metric(t, name):
    text = t.run([need("curl"), "-sS", "--unix-socket",
                  os.path.join(t.dir, "state", "control.sock"), "http://localhost/metrics"]).stdout
    return [line.split()[1] for line in text.splitlines() if line.startswith(name + " ")]


def shown(t):
    return t.run([os.path.join(BIN, "gtmsh"), "-x", os.path.join(t.dir, "state", "control.sock"),
                  "-c", "show gtm probe"]).stdout


def lost_and_found(t, w, cut, mend):
    """Out of sight for longer than silence may last: all stays; then it is seen."""
    events = Events(t, "?kind=prober")
    cut()
    t.logged("doubts-itself", 10)
    eventually(lambda: w.probe()["withheld"] >= 8, 15, "falls are withheld")
    doc = w.probe()
    assert (doc["doubting"], doc["controls"], doc["controlsSilent"]) == (True, 2, 2), doc
    assert all(x["state"] == "up" for x in doc["items"] if not x.get("control")), doc
    w.answers(w.local.addr)
    assert metric(t, "gtm_prober_doubting") == ["1"]
    assert "The prober doubts itself" in shown(t)
    assert events.next()[2]["doubting"] is True
    mend()
    t.logged("sees-again", 10)
    assert events.next()[2]["doubting"] is False
    assert "pool-member /Common/Local_pool" not in "".join(
        line for line in t.gtmd.output().splitlines() if "to=offline" in line)
    w.answers(w.local.addr)
    assert metric(t, "gtm_prober_doubting") == ["0"]
    assert "The prober doubts itself" not in shown(t)
    w.local.refuse()			# what is seen again is judged again
    w.becomes(w.remote.addr)
    assert w.probe()["doubting"] is False


@scene("the link goes down: no route is no verdict, answers stay, doubt ends by itself")
def link(t):
    w = World(t)
    lost_and_found(t, w, lambda: w.link("down"), lambda: w.link("up"))


@scene("all packets are dropped: the same for silence")
def dropped(t):
    w = World(t)
    lost_and_found(t, w, lambda: w.drop(True), lambda: w.drop(False))


@scene("a backend that is dead by itself goes down; so do all of them, the controls are well")
def dead(t):
    w = World(t)
    w.local.refuse()
    w.becomes(w.remote.addr)
    w.remote.refuse()
    eventually(lambda: w.probe()["down"] == 2, 10, "both are down")
    doc = w.probe()
    assert (doc["doubting"], doc["withheld"]) == (False, 0), doc
    assert "doubts-itself" not in t.gtmd.output()


@scene("control targets that are gone by themselves hold nobody for long")
def alone(t):
    w = World(t, spare=1)
    for c in w.controls:
        c.refuse()
    eventually(lambda: w.probe()["controlsSilent"] == 2 or not w.probe()["up"] == 5, 10, "gone")
    w.local.refuse()
    w.becomes(w.remote.addr)
    assert w.probe()["doubting"] is False


@scene("what the settings say of control targets is checked, and counts at once")
def settings(t):
    w = World(t)
    path = "global-settings/general"
    assert "nothing probes them" in w.c.refused(
        400, "PATCH", path, {"proberControlMonitor": "none"})
    assert "no address" in w.c.refused(400, "PATCH", path, {"proberControlTargets": ["nonsense"]})
    assert "has no port" in w.c.refused(400, "PATCH", path, {"proberControlTargets": ["10.8.0.1"]})
    assert len([x for x in w.probe()["items"] if x.get("control")]) == 2
    w.c.ok("PATCH", path, {"proberControlTargets": ["10.8.0.10:9000"]})
    assert [x["target"] for x in w.probe()["items"] if x.get("control")] == ["10.8.0.10:9000"]
    w.c.ok("PATCH", path, {"proberControlTargets": [], "proberControlMonitor": "none"})
    eventually(lambda: w.probe()["controls"] == 0, 5, "no controls")
    w.link("down")			# nothing is doubted any more
    eventually(lambda: w.probe()["down"] == 2, 10, "all are down")


if __name__ == "__main__":
    main()
