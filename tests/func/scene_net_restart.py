#!/usr/bin/python3
"""What an operator does to a daemon that works: another load, a restart, a kill; frames go
on."""
import signal
import socket
import threading

from lib.etherip import Sites, lasts
from lib.scene import SLOW, Skip, eventually, main, scene


class Stream:
    """A datagram each millisecond from one host to another, each with its number."""

    def __init__(self, one, other):
        with other.entered():
            self.ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.ear.bind((other.address, 9))
            self.ear.settimeout(1 * SLOW)
        with one.entered():
            self.mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.mouth.connect((other.address, 9))
        self.going, self.sent, self.came = True, 0, set()
        self.threads = [threading.Thread(target=f, daemon=True) for f in (self.say, self.hear)]
        for t in self.threads:
            t.start()

    def say(self):
        while self.going:
            self.mouth.send(self.sent.to_bytes(4, "big"))
            self.sent += 1
            lasts(0.001)

    def hear(self):
        try:
            while True:
                self.came.add(int.from_bytes(self.ear.recv(64), "big"))
        except TimeoutError:
            return

    def passed(self, n=100):
        """So many more have come."""
        want = len(self.came) + n
        eventually(lambda: len(self.came) >= want, 10, "frames through the tunnel")

    def lost(self):
        self.going = False
        for t in self.threads:
            t.join()
        return self.sent - len(self.came)


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


@scene("a daemon that is stopped and started again loses no frame where the kernel carries them")
def restart(t):
    with Sites(t) as s:
        a, b = begin(t, s)
        if " direct " not in s.sites[0].gtmsh("show", "net", "tunnels", "tunnel"):
            raise Skip("the kernel carries nothing here")
        stream = Stream(a, b)
        stream.passed(500)
        for sig in (signal.SIGTERM, signal.SIGKILL):
            s.sites[0].daemon.stop(sig)
            stream.passed(200)
            s.sites[0].start()
            stream.passed(200)
        assert stream.lost() == 0


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
