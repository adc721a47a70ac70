#!/usr/bin/python3
"""Frames between two sites go inside the kernel: whole, right, and also while etheripd is not
there; afterwards the kernel is as it was."""
import hashlib
import os
import select
import signal
import socket
import threading
import time

from lib.backends import within
from lib.etherip import Sites, mac
from lib.scene import BIN, Skip, eventually, main, scene

OCTETS = 8 << 20
PLAIN = "    mode transparent\n"


def told(site):
    """The only tunnel's statistics, by their names."""
    entries = site.control().ok("GET", "tunnels/tunnel/stats")["entries"]
    entry, = entries.values()
    return {k: v.get("value", v.get("description"))
            for k, v in entry["nestedStats"]["entries"].items()}


def sock(place, kind, address):
    with within(place.pid):
        s = socket.socket(socket.AF_INET, kind)
        s.bind(address)
    s.settimeout(20)
    return s


def carry(one, two):
    """So many octets over one connection; what came is what went."""
    data, got = os.urandom(OCTETS), hashlib.sha256()
    door = sock(two, socket.SOCK_STREAM, (two.address, 5001))
    door.listen(1)
    out = sock(one, socket.SOCK_STREAM, (one.address, 0))
    out.connect((two.address, 5001))
    into, _ = door.accept()
    into.settimeout(20)

    def send():
        out.sendall(data)
        out.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=send)
    sender.start()
    while chunk := into.recv(1 << 16):
        got.update(chunk)
    sender.join()
    for s in (door, out, into):
        s.close()
    assert got.digest() == hashlib.sha256(data).digest()


class Stream:
    """Numbered datagrams, one each millisecond or so, until it is stopped."""

    def __init__(self, one, two, more=b""):
        self.more = more
        self.into = sock(two, socket.SOCK_DGRAM, (two.address, 5002))
        self.out = sock(one, socket.SOCK_DGRAM, (one.address, 0))
        self.to, self.sent, self.seen = (two.address, 5002), 0, set()
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ending.wait(0.001):
            self.out.sendto(b"%d " % self.sent + self.more, self.to)
            self.sent += 1
            self.take(0)
        self.take(0.5)

    def take(self, wait):
        while select.select([self.into], [], [], wait)[0]:
            self.seen.add(int(self.into.recv(64).split()[0]))

    def stop(self):
        self.ending.set()
        self.thread.join()
        self.into.close()
        self.out.close()
        return sorted(set(range(self.sent)) - self.seen)


def merges(site, on=True):
    """Then its gateway's port takes frames from XDP. Can they leap there?"""
    site.switch.run("ethtool", "-K", "gate", "gro", "on" if on else "off")
    eventually(lambda: ("takes no" in told(site)["fastPathReason"]) != on, what="the kernel's word")
    return "this kernel" not in told(site)["fastPathReason"]


def crossing(t, tier, turned=0, supers=False, **kw):
    with Sites(t) as s:
        one, two = s.host(0), s.host(1)
        if supers:
            one.run("ethtool", "-K", "eth0", "tx", "on", "tso", "on", "gso", "on")
        s.start(**kw)
        s.reaches(one, two)
        before = told(s.sites[0])
        assert before["tier"] == tier, before
        carry(one, two)
        after = told(s.sites[0])
        went = after[f"framesOut.{tier}"] - before[f"framesOut.{tier}"]
        slow = after["framesOut.user"] - before["framesOut.user"]
        assert went > OCTETS // 1448 and slow < went // 50, (went, slow)
        assert told(s.sites[1])[f"framesIn.{tier}"] > OCTETS // 1448
        stations = s.sites[0].gtmsh("show", "net", "fdb")
        far = bytes([two.mac[0] ^ turned, *two.mac[1:]])
        assert mac(far) in stations, stations


@scene("one VLAN and one tunnel need no bridge")
def direct(t):
    crossing(t, "direct", group=PLAIN)


@scene("the same over IPv6")
def six(t):
    crossing(t, "direct", group=PLAIN, v6=True)


@scene("by the bridge, when that is asked for")
def bridge(t):
    crossing(t, "bridge", group=PLAIN + "    tier bridge\n")


@scene("super-frames of virtual ports are cut on the way")
def supers_direct(t):
    crossing(t, "direct", supers=True, group=PLAIN)


@scene("and behind the bridge; over IPv6")
def supers_bridge(t):
    crossing(t, "bridge", supers=True, group=PLAIN + "    tier bridge\n", v6=True)


@scene("in a translucent group, which the default is, addresses are turned on the way")
def turned(t):
    crossing(t, "direct", turned=2, group="")


@scene("by the bridge as well")
def turned_bridge(t):
    crossing(t, "bridge", turned=2, group="    tier bridge\n")


@scene("tiers follow each other under load, and nothing is lost for good")
def change(t):
    with Sites(t) as s:
        one, two = s.host(0), s.host(1)
        s.start(group=PLAIN)
        s.reaches(one, two)
        for tier in ("user", "bridge", "auto"):
            for site in s.sites:
                site.control().ok("PATCH", "vlan-group/vg-eip", {"tier": tier})
            assert told(s.sites[0])["tier"] == ("direct" if tier == "auto" else tier)
            carry(one, two)


@scene("out of the tunnel frames leap where the port takes them, and walk as soon as it does not")
def leaps(t):
    with Sites(t) as s:
        one, two, far = s.host(0), s.host(1), s.sites[1]
        s.start(group=PLAIN)
        s.reaches(one, two)
        if not merges(far):
            raise Skip(told(far)["fastPathReason"])
        merges(far, False)
        stream = Stream(one, two, b"." * 40)
        for on in (True, False, True):
            before, was = told(far)["fastPathFrames"], len(stream.seen)
            merges(far, on)
            eventually(lambda n=was: len(stream.seen) > n + 100, what="frames")
            if on:
                eventually(lambda n=before: told(far)["fastPathFrames"] > n + 100, what="leaps")
                assert told(far)["fastPath"] == "taken", told(far)
        lost, shown = stream.stop(), told(far)
        # Those under way when the port took none any more; all of them are counted.
        assert len(lost) <= 16 and len(lost) == shown["droppedIn.lan"], (lost, shown)
        assert not lost or "fast-path state=not-taken" in far.daemon.output()
        carry(one, two)


@scene("a daemon that ends and comes again loses no frame; -C leaves nothing")
def restart(t):
    with Sites(t) as s:
        one, two = s.host(0), s.host(1)
        s.start(group=PLAIN)
        s.reaches(one, two)
        leaping = merges(s.sites[1])
        stream = Stream(one, two, b"." * 40)
        eventually(lambda: len(stream.seen) > 100 and (
            not leaping or told(s.sites[1])["fastPathFrames"] > 100), what="a stream that leaps")
        for site in s.sites:
            leapt = told(s.sites[1])["fastPathFrames"]
            site.daemon.kill(signal.SIGTERM)
            site.daemon.wait()
            was = len(stream.seen)
            eventually(lambda n=was: len(stream.seen) > n + 100, what="frames without a daemon")
            site.start()
            assert not leaping or told(s.sites[1])["fastPathFrames"] > leapt + 100
        lost = stream.stop()
        assert not lost, f"{len(lost)} of {stream.sent}: {lost[:20]}"
        site.daemon.stop()
        r = t.run([*site.gate.inside, os.path.join(BIN, "etheripd"), "-s",
                   os.path.join(site.folder, "state"), "-C"])
        assert r.returncode == 0, r.stdout
        left = site.gate.run("ip", "-o", "link") + "".join(
            site.gate.run("tc", "filter", "show", "dev", device, "ingress")
            for device in ("lan", "wan"))
        assert "eip" not in left and "xdp" not in left, left


@scene("a daemon that does not come again leaves no bridge behind")
def dead(t):
    with Sites(t) as s:
        one, two = s.host(0), s.host(1)
        s.start(group=PLAIN)
        s.reaches(one, two)
        s.sites[0].control().ok("PATCH", "global-settings", {"restartGrace": 0})
        began = time.monotonic()
        s.sites[0].daemon.kill(signal.SIGKILL)
        s.sites[0].daemon.wait()
        eventually(lambda: not one.pings(two), 20, "nothing passes")
        assert time.monotonic() - began < 15


main()
