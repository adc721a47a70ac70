#!/usr/bin/python3
"""What an operator does to a daemon that works: another load, a restart, a kill; frames go
on."""
import os
import signal
import socket
import threading

from lib.etherip import Sites, lasts
from lib.scene import SLOW, Skip, eventually, main, scene

SO_RCVBUFFORCE = 33	# socket(7)


class Stream:
    """A datagram each millisecond from one host to another, each with its number."""

    def __init__(self, one, other, port=9):
        with other.entered():
            self.ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            # Of seconds, should we have no CPU for so long.
            self.ear.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
            self.ear.bind((other.address, port))
            self.ear.settimeout(1 * SLOW)
        with one.entered():
            self.mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.mouth.connect((other.address, port))
        self.going, self.sent, self.all, self.came = True, 0, None, set()
        self.threads = [threading.Thread(target=f, daemon=True) for f in (self.say, self.hear)]
        for t in self.threads:
            t.start()

    def say(self):
        while self.going:
            self.say_one()
            lasts(0.001)

    def say_one(self):
        self.sent += 1
        self.mouth.send(self.sent.to_bytes(4, "big"))

    def hear(self):
        try:
            while self.all is None or len(self.came) < self.all:
                self.came.add(int.from_bytes(self.ear.recv(64), "big"))
        except TimeoutError:
            return

    def passed(self, n=100):
        """So many more have come."""
        want = len(self.came) + n
        eventually(lambda: len(self.came) >= want, 10, "frames through the tunnel")

    def lost(self):
        self.going = False
        self.threads[0].join()
        self.all = self.sent + 1
        self.say_one()	# so that who hears looks whether that were all
        self.threads[1].join()
        return self.sent - len(self.came)


class Own:
    """A site's gateway as a station: the address of its group."""

    def __init__(self, site):
        self.address, self.entered = "10.133.63.1", site.gate.entered
        site.gtmsh("create", "net", "self", "self-vg", "address", self.address + "/24", "vlan",
                   "vg-eip", "allow-service", "all")


def keepers(site):
    """Processes in the gateway's network that have TAPs open for etheripd."""
    net = os.readlink(f"/proc/{site.gate.pid}/ns/net")
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/comm", encoding="ascii", errors="replace") as f:
                if f.read() == "etheripd-taps\n" and os.readlink(f"/proc/{pid}/ns/net") == net:
                    found.append(int(pid))
        except OSError:
            pass	# it has ended
    return found


def begin(t, s, **kw):
    a, b = s.host(0), s.host(1)
    s.start(**kw)
    s.reaches(a, b)
    return a, b


@scene("a load that changes nothing of the tunnel loses no frame of it")
def reload(t):
    with Sites(t) as s:
        a, b = begin(t, s)
        stream = Stream(a, b)
        stream.passed()
        site = s.sites[0]
        for n in range(5):
            site.gtmsh("modify", "net", "vlan-group", "vg-eip", "ageing-time", str(100 + n))
            site.configure(s.text(0, group=f"    mode transparent\n    description d{n}\n"))
            site.daemon.kill(signal.SIGHUP)
            stream.passed()
        assert stream.lost() == 0


def carried(s, tier):
    """The first site's tunnel has that tier, or there is nothing to see here."""
    if f" {tier} " not in s.sites[0].gtmsh("show", "net", "tunnels", "tunnel"):
        raise Skip("the kernel carries nothing here")


ENDS = (signal.SIGTERM, signal.SIGKILL)


@scene("a daemon that is stopped and started again loses no frame where the kernel carries them")
def restart(t):
    with Sites(t) as s:
        a, b = begin(t, s)
        carried(s, "direct")
        stream = Stream(a, b)
        stream.passed(500)
        for sig in ENDS:
            s.sites[0].daemon.stop(sig)
            stream.passed(200)
            s.sites[0].start()
            stream.passed(200)
        assert stream.lost() == 0


def restarted(s, a, b):
    """Both ways, and while there is no daemon; a's site has one again."""
    ways = Stream(a, b), Stream(b, a, 10)
    for sig in ENDS:
        for way in ways:
            way.passed()
        s.sites[0].daemon.stop(sig)
        for way in ways:
            way.passed(200)
        s.sites[0].start()
        for way in ways:
            way.passed(200)
    assert [way.lost() for way in ways] == [0, 0]


@scene("none is lost where the kernel's bridge is on their way: TAPs are kept open meanwhile")
def restart_bridge(t):
    with Sites(t) as s:
        a, b = begin(t, s, group="    mode transparent\n    tier bridge\n")
        carried(s, "bridge")
        restarted(s, a, b)


@scene("and none for the group's own address, which is behind the bridge in every tier")
def restart_own(t):
    with Sites(t) as s:
        begin(t, s)
        carried(s, "direct")
        own, far = Own(s.sites[0]), s.host(1)
        s.reaches(far, own.address)
        restarted(s, own, far)


@scene("who keeps the TAPs goes when restart-grace is over, and with -C")
def kept(t):
    with Sites(t) as s:
        site = s.sites[0]
        site.configure(s.text(0) + "net global-settings {\n    restart-grace 1\n}\n")
        site.start()
        for sig in ENDS:
            site.daemon.stop(sig)
            assert keepers(site), "nobody keeps them"
            assert site.gate.run("ip", "link", "show", "dev", "eip1").find("LOWER_UP") > 0
            eventually(lambda: not keepers(site), 10, "nobody keeps them any longer")
            site.start()
        site.daemon.stop()
        assert keepers(site)
        site.clear()
        assert not keepers(site)
        site.start()
        site.gtmsh("modify", "net", "global-settings", "restart-grace", "0")
        site.daemon.stop()
        eventually(lambda: not keepers(site), 10, "nobody keeps anything for 0 seconds")


@scene("what is cleared is gone, and a daemon that is dead for long carries nothing")
def clear(t):
    with Sites(t) as s:
        a, b = begin(t, s)
        assert a.pings(b)
        s.sites[0].daemon.stop(signal.SIGKILL)
        s.sites[0].clear()
        eventually(lambda: not a.pings(b), 10, "nothing passes")
        s.sites[0].start()
        s.reaches(a, b)


if __name__ == "__main__":
    main()
