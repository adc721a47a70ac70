#!/usr/bin/python3
"""1,024 places for TCP clients: silent, slow and greedy ones never keep a good one
out, whatever they hold."""
import contextlib
import json
import os
import resource
import socket
import struct

import dns.message
import dns.query

from lib.scene import SLOW, Skip, eventually, high_water_kib, main, scene

NAME = "www.example.com"
ZONE = ("@ 3600 SOA ns hostmaster 1 3600 900 86400 300\n@ 3600 NS ns\nns A 192.0.2.1\n"
        "www A 192.0.2.80\nbig TXT " + " ".join(f'"{i:03}{"x" * 240}"' for i in range(60)) + "\n")
CROWD = 2000
QUERY = dns.message.make_query(NAME, "A").to_wire()
BIG = dns.message.make_query("big.example.com", "TXT").to_wire()


def framed(wire):
    return struct.pack("!H", len(wire)) + wire


def stage(t, settings=""):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < CROWD + 200:
        raise Skip(f"needs {CROWD + 200} descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (CROWD + 200, hard))
    t.write("example.zone", ZONE)
    t.start("gtm zone /Common/example.com {\n    file example.zone\n}\n"
            f"gtm global-settings dns {{\n{settings}}}\n")


def connect(t, source="127.0.0.1", window=None):
    s = socket.socket()
    if window is not None:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    s.settimeout(20 * SLOW)
    s.bind((source, 0))
    s.connect(("127.0.0.1", t.port))
    return s


def ask(s):
    s.sendall(framed(QUERY))
    return dns.query.receive_tcp(s)[0].answer[0][0].to_text() == "192.0.2.80"


def good(t):
    with connect(t) as s:
        return ask(s)


def counted(t):
    before = t.gtmd.output().count("status-written")
    t.gtmd.kill(10)
    eventually(lambda: t.gtmd.output().count("status-written") > before, what="status written")
    with open(os.path.join(t.dir, "state", "status.json"), encoding="utf-8") as f:
        return json.load(f)["server"]


def silent(t):
    return connect(t, "127.0.0.2")


def slow(t):
    """The beginning of a message, and never its end."""
    s = connect(t, "127.0.0.3")
    s.sendall(framed(QUERY)[:7])
    return s


def greedy(t):
    """Asks for long answers and never reads."""
    s = connect(t, "127.0.0.4", 4096)
    s.setblocking(False)
    with contextlib.suppress(BlockingIOError, ConnectionError):
        s.sendall(framed(BIG) * 2000)
    return s


def half(t):
    s = connect(t, "127.0.0.5")
    s.sendall(framed(QUERY)[:9])
    s.shutdown(socket.SHUT_WR)
    return s


def reset(t):
    s = connect(t, "127.0.0.6")
    s.sendall(framed(QUERY)[:1 + t.port % 20])
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
    return s


@scene("2,000 clients of every bad kind: each new good one, and one that stays, are served")
def crowd(t):
    stage(t)
    assert good(t)
    was = high_water_kib(t.gtmd.pid)
    with contextlib.ExitStack() as stack:
        stays = stack.enter_context(connect(t))
        assert ask(stays)
        for i in range(CROWD):
            kind = (silent, slow, greedy, half, reset)[i % 5]
            stack.enter_context(contextlib.closing(kind(t)))
            if i % 25 == 0:
                assert ask(stays), f"after {i}"
            if i % 100 == 99:
                assert good(t), f"after {i}"
            if i % 500 == 499:
                got = counted(t)
                assert got["tcp-accepted"] - got["tcp-closed"] <= 1024, got
        assert good(t) and ask(stays)
        got = counted(t)
        assert got["tcp-accepted"] >= CROWD, got
    grown = high_water_kib(t.gtmd.pid) - was
    assert SLOW > 1 or grown < 160 * 1024, f"{grown} KiB more"
    assert good(t)


@scene("all places taken by silence: the one that has rested longest goes, nobody waits")
def shed(t):
    stage(t)
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(silent(t)) for _ in range(1500)]
        assert good(t)
        eventually(lambda: counted(t)["tcp-shed"] >= 1500 - 1024, 5, "shed")
        held[0].settimeout(10 * SLOW)
        assert held[0].recv(1) == b"", "the first is the one that went"
        held[-1].setblocking(False)
        with contextlib.suppress(BlockingIOError):
            assert held[-1].recv(1) != b"", "the last stays"


@scene("slow messages and unread answers end at their time; a good client outlives them")
def timed(t):
    stage(t, "    tcp-idle-timeout 800\n    tcp-query-timeout 300\n")
    with contextlib.ExitStack() as stack:
        loris, taker = (stack.enter_context(kind(t)) for kind in (slow, greedy))
        stays = stack.enter_context(connect(t))

        def ended(s, push=b""):
            """Reads what there is; true at the end of it."""
            assert ask(stays)
            with contextlib.suppress(BlockingIOError):
                try:
                    if push:
                        s.send(push)
                    return s.recv(1 << 16, socket.MSG_DONTWAIT) == b""
                except ConnectionError:
                    return True
            return False
        eventually(lambda: ended(loris, b"x"), 5, "an octet now and then wins no time")
        eventually(lambda: (ask(stays), counted(t)["tcp-query-timeouts"] >= 2)[1], 5,
                   "who does not read is closed")
        eventually(lambda: ended(taker), 5, "with what it got so far")
        assert ask(stays)


if __name__ == "__main__":
    main()
