#!/usr/bin/python3
"""A machine changes site under established connections, which do not notice: the client at
site a talks to it across the tunnel from then on, and back."""
import hashlib
import random
import socket
import threading
import time

from lib.etherip import Sites, lasts, mac
from lib.scene import SLOW, eventually, main, scene

MOVES = 100
STUN_S = 0.3
HTTP = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class Echo:
    """What runs in the guest: answers HTTP on one port, sends back what it reads on the
    other. It stands still while the guest does."""

    def __init__(self, guest):
        self.running = threading.Event()
        self.running.set()
        with guest.entered():
            self.doors = [socket.create_server((guest.address, port)) for port in (80, 7)]
        for door, talk in zip(self.doors, (self.http, self.echo)):
            threading.Thread(target=self.serve, args=(door, talk), daemon=True).start()

    def serve(self, door, talk):
        while True:
            try:
                c = door.accept()[0]
            except OSError:
                return
            c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=talk, args=(c,), daemon=True).start()

    def http(self, c):
        while octets := c.recv(4096):
            self.running.wait()
            for _ in range(octets.count(b"\r\n\r\n")):
                c.sendall(HTTP)

    def echo(self, c):
        while octets := c.recv(65536):
            self.running.wait()
            c.sendall(octets)

    def close(self):
        for door in self.doors:
            door.close()


class Client:
    """Two connections that live as long as the scene: requests one after the other, and a
    stream whose every octet is compared. Neither is ever opened again."""

    def __init__(self, host, guest):
        with host.entered():
            self.web = socket.create_connection((guest.address, 80), 5)
            self.stream = socket.create_connection((guest.address, 7), 5)
        for s in (self.web, self.stream):
            s.settimeout(30 * SLOW)
        self.going, self.requests, self.octets = True, 0, 0
        self.longest_s, self.wrong = 0.0, []
        self.threads = [threading.Thread(target=self.guarded, args=(work,), daemon=True)
                        for work in (self.ask, self.compare)]
        for t in self.threads:
            t.start()

    def guarded(self, work):
        try:
            work()
        except (OSError, AssertionError) as why:
            self.wrong.append(f"{work.__name__}: {why!r}")

    def ask(self):
        """longest_s is between two answers."""
        last = time.monotonic()
        while self.going:
            self.web.sendall(b"GET / HTTP/1.1\r\nHost: guest\r\n\r\n")
            got = b""
            while len(got) < len(HTTP):
                octets = self.web.recv(4096)
                assert octets, "the server hung up"
                got += octets
            assert got == HTTP, got
            self.requests += 1
            now = time.monotonic()
            self.longest_s, last = max(self.longest_s, now - last), now

    def compare(self):
        r, sent, back = random.Random(1), hashlib.sha256(), hashlib.sha256()
        while self.going:
            block = r.randbytes(8192)
            sent.update(block)
            self.stream.sendall(block)
            left = len(block)
            while left:
                octets = self.stream.recv(left)
                assert octets, "the server hung up"
                back.update(octets)
                left -= len(octets)
            assert sent.digest() == back.digest(), f"wrong octets before {self.octets}"
            self.octets += 8192
            lasts(0.001)

    def end(self):
        self.going = False
        for t in self.threads:
            t.join(30 * SLOW)
            assert not t.is_alive(), "a connection stands still"
        assert not self.wrong, self.wrong


def moved(guest, app, to, stun_s, announced=True):
    """Stands still, changes its port, goes on, as live migration does."""
    app.running.clear()
    if stun_s:
        lasts(stun_s)
    guest.plug(to)
    if announced:
        guest.announce()
    app.running.set()


@scene("one hundred announced moves: no reset, no wrong octet")
def announced(t):
    with Sites(t) as s:
        client, guest = s.host(0), s.guest(0)
        # So many moves in a minute are not believed otherwise.
        s.start(group="    mode transparent\n    dampening-moves 0\n")
        s.reaches(client, guest)
        app = Echo(guest)
        talk = Client(client, guest)
        for move in range(MOVES):
            # One in twenty with the stun of a real migration: they would take a minute.
            moved(guest, app, 1 - guest.site, STUN_S if move % 20 == 0 else 0)
            seen = talk.requests
            eventually(lambda seen=seen: talk.requests > seen + 1 or talk.wrong, 10,
                       f"answers after move {move}")
        talk.end()
        app.close()
        print(f"# {MOVES} moves: {talk.requests} requests, {talk.octets} octets, longest "
              f"{talk.longest_s * 1e3:.0f} ms")


@scene("a guest that says nothing is looked for while it is frozen")
def silent(t):
    with Sites(t) as s:
        client, guest = s.host(0), s.guest(0)
        s.start(group="    mode transparent\n    migration-keepalive enabled\n")
        s.reaches(client, guest)
        app = Echo(guest)
        talk = Client(client, guest)
        controls = [site.control() for site in s.sites]
        for to in (1, 0, 1):
            for c in controls:
                c.ok("POST", "freeze", {"station": mac(guest.mac),
                                        "addresses": [guest.address]})
            moved(guest, app, to, 0.1, announced=False)
            seen = talk.requests
            eventually(lambda seen=seen: talk.requests > seen + 1 or talk.wrong, 10,
                       "answers after a silent move")
        talk.end()
        app.close()


if __name__ == "__main__":
    main()
