#!/usr/bin/python3
"""Who is not a peer gets nothing, and who is one and speaks otherwise gets no more than a
sentence: in the meantime streams of others go on, and memory stays what it was."""
import os
import random
import socket
import ssl
import struct
import threading

from lib.scene import SLOW, eventually, main, scene
from lib.stranger import (ACK, ALPN, HELLO, PING, PONG, RESEND, RESET, RawTls, Stranger, data,
                          frame, hello, name_of, opening, run_block)
from lib.womd import ELSEWHERE, SMALL, Authority, Sites
from lib.womd import data as octets

PIECE = octets(21, 1 << 20)
# What a stranger leaves behind is not waited for.
BRIEF = "    resume-timeout 1\n    threads 1\n"


class Guests:
    """Strangers at the door of b, who come from where a would."""

    def __init__(self, s):
        self.s, self.files = s, s.a.own["files"]

    @property
    def door(self):
        return self.s.at[1], self.s.port

    def come(self, files=None, alpn=ALPN):
        return Stranger(self.door, self.s.seen[0], files or self.files, alpn)

    def met(self, boot):
        """One that has begun a life with b, and b's store: b ends an earlier one first."""
        for _ in range(3):
            guest = self.come()
            store = guest.meet(boot=boot)
            guest.say(frame(PING, 0, 1))
            if store is not None and guest.until(PONG) is not None:
                return guest, store
            guest.close()
        raise AssertionError("no life with b")

    def refused(self, files=None, alpn=ALPN):
        """Is there an alert, or an end, before HELLO?"""
        try:
            with self.come(files, alpn) as guest:
                return guest.hear() is None
        except (ssl.SSLError, ConnectionError):
            return True


def alone(s):
    """Only b runs; strangers play a."""
    s.b.start()
    return Guests(s)


def then_works(s):
    """a comes, and streams go both ways."""
    s.a.start()
    s.meet()


@scene("certificates of others, expired ones and none: no word is spoken; the right one is let in")
def certificates(t):
    with Sites(t, settings=BRIEF) as s:
        guests = alone(s)
        other = Authority(os.path.join(t.dir, "other"), "other")
        for what, files in (("another's", other.files("stranger")),
                            ("expired", s.authority.files("late", days=-1)),
                            ("none", (None, None, s.authority.ca))):
            assert guests.refused(files), what
        assert guests.refused(alpn="http/1.1"), "another protocol"
        with guests.come() as guest:
            assert guest.until(HELLO) is not None, "the right certificate was not let in"
        then_works(s)


@scene("a door of others: womd does not speak to whom it does not trust")
def false_door(t):
    other = Authority(os.path.join(t.dir, "other"), "other")
    with Sites(t) as s:
        s.b.own["files"] = (*other.certificate("b"), s.authority.ca)
        for site in s.both:
            site.start()
        eventually(lambda: all(w.taken for w in s.wires), 15, "both to try")
        assert not s.through(0, b"octets")


@scene("another version of the session is told so, and the next peer is not harmed")
def versions(t):
    with Sites(t, settings=BRIEF) as s:
        guests = alone(s)
        for spoken in ((2, 2), (2, 9), (0, 0)):
            with guests.come() as guest:
                guest.say(hello(versions=spoken))
                assert guest.ended(), f"versions {spoken} were put up with"
        with guests.come() as guest:	# a later one that still speaks ours
            guest.say(hello(versions=(1, 7)))
            got = guest.until(HELLO)
            assert got is not None and got[3][0] <= 1 <= got[3][1], got
        then_works(s)


def nonsense(seed):
    """Frames and what are none."""
    chance = random.Random(seed)
    kind = chance.randrange(20)
    body = chance.randbytes(chance.choice((0, 1, 4, 24, 300, 16384)))
    return chance.choice((
        lambda: chance.randbytes(chance.randrange(1, 60000)),
        lambda: frame(kind, chance.randrange(4), chance.randrange(1 << 64), body),
        lambda: struct.pack("!BBHQQ", kind, 0, 65535, 1, 1),
        lambda: hello() + frame(kind, 1, chance.randrange(9), body),
        lambda: hello() * 3,
        lambda: hello(boot=0),
        lambda: hello(windows=(0, 0, 0, 0)),
        lambda: hello(domain=b"other"),
        lambda: hello()[:chance.randrange(1, 80)],
        lambda: hello() + opening(1, "127.0.0.1", 22) + data(1, 1, body or b"x"),
    ))()


@scene("nonsense behind a valid certificate ends the connection, and nothing else")
def garbage(t):
    with Sites(t, settings=BRIEF) as s:
        guests = alone(s)
        for seed in range(60):
            with guests.come() as guest:
                try:
                    guest.say(nonsense(seed))
                    guest.wire.settimeout(0.05)
                    guest.ended()
                except OSError:
                    pass
        then_works(s)


@scene("a peer opens no connection to where it was not told of, and none in another's name")
def admission(t):
    with Sites(t, settings=BRIEF) as s:
        guests = alone(s)
        with guests.s.sink(0) as sink, guests.come() as guest:
            guest.say(hello())
            assert guest.until(HELLO) is not None
            outside = socket.create_server((s.at[1], 0))
            for n, address in enumerate((s.at[1], "127.0.0.1")):
                guest.say(opening(1 + n, address, outside.getsockname()[1]))
                got = guest.until(RESET)
                assert got is not None and got[1] == 1 + n, got
            outside.settimeout(0.2)
            try:
                outside.accept()
                raise AssertionError("a connection to where no route is")
            except TimeoutError:
                pass
            outside.close()
            assert sink.results == []
        then_works(s)


@scene("who promises much and sends little: memory stays within what a peer may use")
def bombs(t):
    settings = BRIEF + "    memory-max 64\n    stream-memory-max 4096\n"
    with Sites(t, settings=settings, dedup=SMALL) as s:
        guests, held = alone(s), threading.Event()
        before = s.b.memory_mib()
        with s.sink(0, take=lambda far: held.wait(30)):
            bombs = expansions, false_names, endless_streams, plain_octets
            for boot, bomb in enumerate(bombs, 1):
                guest, store = guests.met(boot)
                guest.wire.settimeout(2 * SLOW)
                try:
                    bomb(guest, s, (store, 77))
                except OSError:
                    pass		# sent away, or not read any more: as well
                guest.close()
            held.set()
        most = s.b.memory_mib("VmHWM")
        assert most - before < 160 * SLOW, (before, most)
        then_works(s)


def expansions(guest, s, stores):
    """Blocks of 1 MiB from 60 octets, whose names are right: they are believed."""
    block = run_block(1 << 20, name_of(bytes(1 << 20), stores))
    guest.say(opening(100, s.lan[1], s.far[0]) + data(100, 1, block, 1 << 20, 1))
    while guest.until(ACK)[2] < 2:
        pass
    blocks(guest, s, block)


def false_names(guest, s, _):
    """They are asked for again, and no more than that."""
    block = run_block(1 << 20, bytes(16))
    guest.say(opening(100, s.lan[1], s.far[0]) + data(100, 1, block, 1 << 20, 1))
    assert guest.until(RESEND)[1] == 100
    blocks(guest, s, block)


def blocks(guest, s, block):
    for stream in range(1, 65):
        guest.say(opening(stream, s.lan[1], s.far[0]))
        for item in range(1, 40):
            guest.say(data(stream, item, block, 1 << 20, 1))


def endless_streams(guest, s, _):
    for stream in range(1, 30001):
        guest.say(opening(stream, s.lan[1], s.far[0]))


def plain_octets(guest, s, _):
    """Beyond any credit, and with no regard for it."""
    for stream in range(1, 65):
        guest.say(opening(stream, s.lan[1], s.far[0]))
        for item in range(1, 40):
            guest.say(data(stream, item, bytes(1 << 20)))


@scene("floods of connections, of half handshakes and of new keys: a peer's streams go on")
def floods(t):
    with Sites(t, settings="    threads 1\n", dedup=SMALL) as s:
        s.start()
        guests, before = Guests(s), s.b.memory_mib()
        idle = []
        try:
            for i in range(600):
                idle.append(socket.create_connection(guests.door, 5 * SLOW, (ELSEWHERE, 0)))
                if i % 2:		# a ClientHello that never ends
                    idle[-1].sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(99))
        except OSError:
            pass			# sent away: as well
        assert s.through(0, PIECE) and s.through(1, PIECE), "the flood stops streams"
        for c in idle:
            c.close()
        raw = RawTls(guests.door, s.seen[0], guests.files)
        count = 0
        while count < 20000 and raw.update_keys():
            count += 1
        raw.close()
        assert count < 20000, "keys may change for ever"
        assert s.through(0, PIECE) and s.through(1, PIECE)
        assert s.b.memory_mib() - before < 100 * SLOW, (before, s.b.memory_mib())


if __name__ == "__main__":
    main()
