#!/usr/bin/python3
"""What an operator does to a daemon that works: another load, a restart, a kill; frames go
on."""
import contextlib
import ctypes
import os
import signal
import socket
import sys
import threading

from lib.etherip import Sites, lasts
from lib.scene import SLOW, Skip, eventually, main, scene

SO_RCVBUFFORCE = 33	# socket(7)
PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT, WALL = 17, 0x4206, 0x4207, 1 << 30


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


# Becomes a command whose descriptors from 3 on are those of its first word.
AS_A_SERVICE = """
import fcntl, os, sys
for i, fd in enumerate([fcntl.fcntl(int(x), fcntl.F_DUPFD, 100) for x in sys.argv[1].split()]):
    os.dup2(fd, 3 + i)
    os.close(fd)
os.execve(sys.argv[2], sys.argv[2:], os.environ | {"LISTEN_PID": str(os.getpid())})
"""


class Manager:
    """Plays a site's service manager: keeps what it is given, for the next process."""

    def __init__(self, site):
        self.site, self.kept, self.heard = site, {}, []
        self.path = os.path.join(site.folder, "notify")
        self.ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ear.bind(self.path)
        self.thread = threading.Thread(target=self.hear, daemon=True)
        self.thread.start()

    def hear(self):
        while True:
            text, fds, _, _ = socket.recv_fds(self.ear, 4096, 4)
            words = dict(x.split("=", 1) for x in text.decode().splitlines())
            if "FDSTORE" in words:
                assert words["FDNAME"] not in self.kept and len(fds) == 1, words
                self.kept[words["FDNAME"]] = fds[0]
            elif "FDSTOREREMOVE" in words:
                os.close(self.kept.pop(words["FDNAME"]))
            self.heard.append(words)

    def start(self):
        before, fds = len(self.heard), list(self.kept.values())
        env = {**os.environ, "NOTIFY_SOCKET": self.path, "LISTEN_FDS": str(len(fds)),
               "LISTEN_FDNAMES": ":".join(self.kept)}
        self.site.start(by=(sys.executable, "-c", AS_A_SERVICE, " ".join(map(str, fds))),
                        env=env, pass_fds=fds)
        eventually(lambda: {"READY": "1"} in self.heard[before:], 10, "etheripd is ready")

    def drop(self):
        """The unit is stopped: nothing is kept any longer."""
        while self.kept:
            os.close(self.kept.popitem()[1])


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


def restarted(s, a, b, start=None):
    """Both ways, and while there is no daemon; a's site has one again."""
    ways = Stream(a, b), Stream(b, a, 10)
    start = start or s.sites[0].start
    for sig in ENDS:
        for way in ways:
            way.passed()
        s.sites[0].daemon.stop(sig)
        for way in ways:
            way.passed(200)
        start()
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


def has_carrier(site):
    return "LOWER_UP" in site.gate.run("ip", "link", "show", "dev", "eip1")


@scene("a service manager keeps the TAPs where there is one, as long as the unit is not stopped")
def managed(t):
    with Sites(t) as s:
        a, b, site = s.host(0), s.host(1), s.sites[0]
        for one in s.sites:
            one.configure(s.text(one.i, group="    mode transparent\n    tier bridge\n"))
        s.sites[1].start()
        manager = Manager(site)
        manager.start()
        s.reaches(a, b)
        carried(s, "bridge")
        assert list(manager.kept) == ["tap-eip1"] and not keepers(site)
        restarted(s, a, b, manager.start)
        site.gtmsh("modify", "net", "global-settings", "restart-grace", "0")
        eventually(lambda: not manager.kept, 5, "nothing is kept for 0 seconds")
        site.gtmsh("modify", "net", "global-settings", "restart-grace", "5")
        eventually(lambda: manager.kept, 5, "it is kept again")
        site.daemon.stop()
        assert has_carrier(site) and not keepers(site)
        manager.drop()
        eventually(lambda: not has_carrier(site), 5, "no carrier without a manager")


@scene("who keeps the TAPs goes when restart-grace is over, and with -C")
def kept(t):
    with Sites(t) as s:
        site = s.sites[0]
        site.configure(s.text(0) + "net global-settings {\n    restart-grace 600\n}\n")
        site.start()
        for sig in ENDS:
            site.daemon.stop(sig)
            assert len(keepers(site)) == 1 and has_carrier(site)
            site.start()
        site.daemon.stop()
        site.clear()
        eventually(lambda: not keepers(site), 5, "nobody keeps what is cleared")
        site.start()
        for grace in ("1", "0"):
            site.gtmsh("modify", "net", "global-settings", "restart-grace", grace)
            site.daemon.stop()
            eventually(lambda: not keepers(site), 10, "nobody keeps them any longer")
            site.start()


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


@contextlib.contextmanager
def hung(pid):
    """Of that process the first thread stands still, and the others go on (ptrace(2))."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long] * 4
    if libc.ptrace(PTRACE_SEIZE, pid, 0, 0) or libc.ptrace(PTRACE_INTERRUPT, pid, 0, 0):
        raise Skip(f"needs ptrace: {os.strerror(ctypes.get_errno())}")
    try:
        os.waitpid(pid, WALL)
        yield
    finally:
        libc.ptrace(PTRACE_DETACH, pid, 0, 0)


@scene("tier user: threads whose control loop hangs carry nothing after restart-grace")
def hangs(t):
    with Sites(t) as s:
        a, b = begin(t, s, group="    mode transparent\n    tier user\n")
        site = s.sites[0]
        site.gtmsh("modify", "net", "global-settings", "restart-grace", "0")
        with hung(site.daemon.pid):
            eventually(lambda: not a.pings(b), 10, "nothing passes")
            assert not a.pings(b) and not b.pings(a)
        s.reaches(a, b)
        drops = site.stats("tunnels/tunnel/eip1")
        assert drops["droppedOut.unattended"] > 0 and drops["droppedIn.unattended"] > 0, drops


if __name__ == "__main__":
    main()
