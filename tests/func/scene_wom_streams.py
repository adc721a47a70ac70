#!/usr/bin/python3
"""A stream through a tunnel is a TCP connection to both its ends: its halves close one by
one, its resets come through, its pace is that of who reads, and it is one of many."""
import asyncio
import hashlib
import select
import socket
import threading

from lib.scene import SLOW, eventually, main, scene
from lib.womd import RESET, SMALL, Sites, data, send, swallow

MANY = 1000


def answer(s):
    """Reads to the end, and only then says much."""
    n, seen = swallow(s)
    s.sendall(data(n, 2 << 20))
    return n, seen


@scene("an end to one direction is no end to the other")
def half_close(t):
    with Sites(t) as s:
        s.start()
        with s.sink(take=answer), s.connect() as c:
            c.sendall(b"question")
            c.shutdown(socket.SHUT_WR)
            got = b""
            while more := c.recv(1 << 16):
                got += more
            want = hashlib.sha256(b"question").digest() + data(8, 2 << 20)
            assert got == want, (len(got), len(want))

        def first(far):			# the server ends first, the client goes on
            far.shutdown(socket.SHUT_WR)
            return swallow_quietly(far)
        with s.sink(take=first) as sink, s.connect() as c:
            assert c.recv(1) == b""
            c.sendall(PIECE)
            c.shutdown(socket.SHUT_WR)
            assert sink.ended(1) == [(len(PIECE), hashlib.sha256(PIECE).hexdigest())]


PIECE = data(3, 1 << 20)


def swallow_quietly(s):
    seen, n = hashlib.sha256(), 0
    while octets := s.recv(1 << 18):
        seen.update(octets)
        n += len(octets)
    return n, seen.hexdigest()


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    s.close()


def is_reset(c):
    try:
        while c.recv(1 << 16):
            pass
        return False
    except ConnectionResetError:
        return True


@scene("a reset comes through as a reset, whoever makes it; who does not listen resets, too")
def resets(t):
    with Sites(t) as s:
        s.start()
        come = threading.Event()

        def notice(far):
            far.recv(1)
            come.set()
            return swallow_quietly(far)
        with s.sink(take=notice) as sink:
            c = s.connect()
            c.sendall(PIECE)
            # A stream that is reset before it has crossed may never be seen over there.
            assert come.wait(15 * SLOW)
            reset(c)
            assert isinstance(sink.ended(1)[0], ConnectionResetError), sink.results

        def hang_up(far):
            far.recv(1000)
            reset(far)
        with s.sink(take=hang_up), s.connect() as c:
            c.sendall(b"octets")
            assert is_reset(c), "the far server's reset came as an end"
        try:
            with s.connect() as c:	# nobody listens there
                assert is_reset(c), "a refused connection came as an end"
        except ConnectionResetError:	# as soon as that
            pass


@scene("who does not read stops only what it is sent, in bounded memory, and gets all in the end")
def slow_reader(t):
    settings = "    stream-memory-max 2048\n    memory-max 64\n    threads 1\n"
    with Sites(t, settings=settings, dedup=SMALL) as s:
        s.start()
        before = [site.memory_mib() for site in s.both]
        waiting, piece = [], 4 * data(5, 8 << 20)	# more than the kernel holds

        def hold(far):
            """The first three octets decide: who waits is not read for now."""
            if far.recv(4) == b"wait":
                waiting.append(far.dup())
                return None
            return swallow(far)
        with s.sink(take=hold) as sink:
            stuck = [Stuck(s, b"wait" + piece) for _ in range(8)]
            for one in stuck:
                one.fill()
            for _ in range(8):
                with s.connect() as c:
                    c.sendall(b"pass")
                    assert send(c, PIECE), "what others do not read stops this one"
            after = [site.memory_mib() for site in s.both]
            # 8 windows of 2 MiB at either end, and as much of socket buffers and blocks
            assert all(b - a < 80 * SLOW for a, b in zip(before, after)), (before, after)
            assert all(one.sent < len(piece) for one in stuck), [one.sent for one in stuck]
            eventually(lambda: len(waiting) == 8, what="streams at the server")
            for far, one in zip(waiting, stuck):
                one.finish(far)
            assert sink is not None


class Stuck:
    """A client whose server does not read."""

    def __init__(self, s, octets):
        self.c, self.octets, self.sent = s.connect(), octets, 0
        self.c.setblocking(False)

    def fill(self):
        """Sends until nothing more is taken for a while."""
        while select.select([], [self.c], [], 0.3 * SLOW)[1]:
            self.sent += self.c.send(self.octets[self.sent:self.sent + (1 << 18)])
            if self.sent == len(self.octets):
                return

    def finish(self, far):
        """The server reads: the rest goes, and all has come."""
        got = hashlib.sha256(b"wait")
        far.setblocking(False)
        while True:
            wants = [self.c] if self.sent < len(self.octets) else []
            r, w, _ = select.select([far], wants, [], 10 * SLOW)
            assert r or w, "neither goes on"
            if w:
                self.sent += self.c.send(self.octets[self.sent:self.sent + (1 << 18)])
                if self.sent == len(self.octets):
                    self.c.shutdown(socket.SHUT_WR)
            if r:
                more = far.recv(1 << 18)
                if not more:
                    break
                got.update(more)
        # The server of this client need not be the first in the list: lengths are alike,
        # and so are the octets.
        assert got.digest() == hashlib.sha256(self.octets).digest()


@scene("1,000 streams at once, each with octets of its own, all come whole")
def many(t):
    with Sites(t, settings="    threads 1\n") as s:
        s.start()
        asyncio.run(asyncio.wait_for(many_streams(s), 60 * SLOW))


async def many_streams(s):
    async def serve(reader, writer):
        writer.write(hashlib.sha256(await reader.read(-1)).digest())
        writer.close()

    async def ask(i):
        octets = b"%d " % i * (2000 + 7 * i)
        reader, writer = await asyncio.open_connection(s.at[0], s.near[0])
        writer.write(octets[:1000])
        together.append(i)
        if len(together) == MANY:	# all are open before any goes on
            all_open.set()
        await all_open.wait()
        writer.write(octets[1000:])
        writer.write_eof()
        got = await reader.read(-1)
        writer.close()
        return got == hashlib.sha256(octets).digest()

    together, all_open = [], asyncio.Event()
    async with await asyncio.start_server(serve, s.lan[1], s.far[0], backlog=MANY, limit=1 << 22):
        good = await asyncio.gather(*(ask(i) for i in range(MANY)))
        assert all(good), good.count(False)


@scene("a job tells whose connections they are: by network, with their octets")
def clients(t):
    with Sites(t) as s:
        s.start()
        c = s.both[0].control
        c.ok("POST", "job", {"name": "late"})
        with s.sink() as sink:
            for n in range(3):
                with s.connect() as far:
                    assert send(far, data(n, 5000))
            sink.ended(3)

        def counted():
            told = c.ok("GET", "job?name=late")["clients"]
            return told and told[0]["connections"] == 3 and told
        (row,) = eventually(counted, 10, "three connections of one network")
        address = s.at[0].rsplit(".", 1)[0]
        assert row["network"] == address + ".0/24" and row["octets"] >= 3 * 5000, row


if __name__ == "__main__":
    main()
