#!/usr/bin/python3
"""A tunnel over a real link's rate, delay, queue and outages: what is small does not wait
for what is large, and an outage is waited out."""
import hashlib
import os
import random
import socket
import threading
import time

from lib.backends import within
from lib.scene import SLOW, eventually, main, scene
from lib.wan import SITES, Wan
from lib.womd import Authority, Sink, application, data, send, swallow, wan_site

APPS = {"bulk": 9000, "shell": 9001}


class Link:
    """A host at each end of a Wan, a womd at each site, and two applications from a to b."""

    def __init__(self, t, wan, **own):
        self.t, self.wan, self.hosts = t, wan, [wan.host(site) for site in SITES]
        authority = Authority(os.path.join(t.dir, "tls"))
        at, self.far = wan.address("site-a"), wan.address(self.hosts[1])
        self.sites = [wan_site(t, wan, i, authority.files("ab"[i]), routes=[
            f"{wan.address(self.hosts[i])}/32"], apps="".join(
                application(name, f"{at}:{port}", f"{self.far}:{port}")
                for name, port in APPS.items()) if i == 0 else "", **own) for i in (0, 1)]
        for site in self.sites:
            site.start()
        with self.server("bulk", swallow):
            eventually(self.through, 15, "a stream")

    def server(self, name, take):
        with within(self.wan.holders[self.hosts[1]].pid):
            return Sink(("", APPS[name]), take)

    def connect(self, name):
        with within(self.wan.holders[self.hosts[0]].pid):
            s = socket.create_connection((self.wan.address("site-a"), APPS[name]), 20 * SLOW)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def through(self):
        try:
            with self.connect("bulk") as c:
                return send(c, b"first")
        except OSError:
            return False


def echo(far):
    far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while octets := far.recv(100):
        far.sendall(octets)


def keystrokes(c, count):
    """Milliseconds from one to its echo that a quarter of them stay below: what waits behind
    a queue always does, while who is late for want of a CPU is so now and then."""
    times = []
    for _ in range(count):
        began = time.monotonic()
        c.sendall(b"k")
        assert c.recv(1) == b"k"
        times.append((time.monotonic() - began) * 1000)
    return sorted(times)[count // 4]


@scene("keystrokes beside bulk do not wait for what is queued: 20 Mb/s, half a second of queue")
def beside_bulk(t):
    with Wan(rate_mbit=20, delay_ms=10, queue_ms=500) as w:
        link = Link(t, w)
        octets, going = random.Random(1).randbytes(4 << 20), [True]

        def bulk():
            with link.connect("bulk") as c:
                while going[0]:
                    c.sendall(octets)
        with link.server("shell", echo), link.server("bulk", swallow), link.connect("shell") as c:
            alone = keystrokes(c, 20)
            pumps = [threading.Thread(target=bulk, daemon=True) for _ in range(2)]
            for p in pumps:
                p.start()
            before = w.stats()["a-b"]["delivered-octets"]
            eventually(lambda: w.stats()["a-b"]["delivered-octets"] > before + (2 << 20), 10,
                       "bulk on the link")
            beside = keystrokes(c, 20)
            going[0] = False
            assert beside < alone + 250 * SLOW, (alone, beside)


@scene("an outage longer than any connection bears: streams wait, and come whole")
def outage(t):
    with Wan(rate_mbit=50, delay_ms=10, queue_ms=100) as w:
        link, octets = Link(t, w), data(41, 8 << 20)
        with link.server("bulk", swallow) as sink:
            done, before = [], w.stats()["a-b"]["delivered-octets"]

            def one():
                with link.connect("bulk") as c:
                    done.append(send(c, octets))
            threads = [threading.Thread(target=one, daemon=True) for _ in range(3)]
            for p in threads:
                p.start()
            eventually(lambda: w.stats()["a-b"]["delivered-octets"] > before + (1 << 20), 10,
                       "octets on the link")
            w.cut(5000)			# keepalive-timeout is 3 s
            for p in threads:
                p.join(30 * SLOW)
            assert done == [True] * 3, done
            assert set(sink.results) == {(len(octets), hashlib.sha256(octets).hexdigest())}


if __name__ == "__main__":
    main()
