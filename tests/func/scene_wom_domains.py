#!/usr/bin/python3
"""What is remembered of one domain's streams is of no use to another's, and two sites of
different trust domains have no session."""
import socket

from lib.scene import free_port, main, scene
from lib.womd import Sites, application, data, send

PIECE = data(17, 2 << 20)


def tenant(s, name, words):
    """An application of a's to b's server, whose profile says so."""
    port = free_port()
    s.a.own["apps"] += (f"wom profile isession /Common/{name} {{\n"
                        f"    defaults-from /Common/isession\n{words}}}\n") + application(
        name, f"{s.at[0]}:{port}", f"{s.lan[1]}:{s.far[0]}", f"/Common/{name}")
    return s.at[0], port


def crossing(s, at):
    """Octets on the wires for one stream through the application there."""
    before = s.passed()
    with s.sink(), socket.create_connection(at, 30) as c:
        assert send(c, PIECE), "it did not come whole"
    return s.passed() - before


def reply(s, at):
    """The same for octets that the server sends."""
    said = data(23, 2 << 20)

    def say(far):
        far.sendall(said)
        far.shutdown(socket.SHUT_WR)
    before, got = s.passed(), b""
    with s.sink(take=say), socket.create_connection(at, 30) as c:
        while more := c.recv(1 << 18):
            got += more
    assert got == said, "the answer did not come whole"
    return s.passed() - before


@scene("each deduplication-domain pays for the same octets once, and no other profits")
def apart(t):
    with Sites(t) as s:
        red, blue = (tenant(s, n, f"    deduplication-domain {n}\n") for n in ("red", "blue"))
        s.start()
        first = crossing(s, red)
        assert first > len(PIECE) // 10, first
        assert crossing(s, red) < first // 20
        assert first * 0.9 < crossing(s, blue) < first * 1.1
        assert crossing(s, blue) < first // 20
        assert crossing(s, red) < first // 20


@scene("without deduplication nothing is kept that others could find, nor is anything found")
def aloof(t):
    with Sites(t) as s:
        none = tenant(s, "aloof", "    deduplication disabled\n")
        common = tenant(s, "common", "")
        s.start()
        first = crossing(s, none)
        assert crossing(s, none) > first * 0.9
        assert crossing(s, common) > first // 4
        assert crossing(s, common) < first // 20
        assert crossing(s, none) > first * 0.9
        # What the server says goes by the client's end, too.
        said = reply(s, none)
        assert reply(s, none) > said * 0.9
        assert reply(s, common) > said // 4
        assert reply(s, common) < said // 20


@scene("sites of different trust domains have no session, and say why")
def strangers(t):
    with Sites(t, remote=("    trust-domain red\n", "    trust-domain blue\n")) as s:
        for site in s.both:
            site.start()
        s.a.logged('trust domain is "blue", not "red"')
        assert not s.through(0, b"octets")
        s.b.own["remote"] = "    trust-domain red\n"
        s.b.stop()
        s.b.start()
        s.meet()


if __name__ == "__main__":
    main()
