#!/usr/bin/python3
"""Connections that nobody told about tunnels are taken on their way and come out with the
client's address; what is not selected, and everything once the peer is gone, passes by."""
import signal
import socket

from lib.backends import within
from lib.between import PLAIN, TAKEN, ZEROS, Between, who
from lib.scene import SLOW, eventually, main, scene
from lib.wan import Wan
from lib.womd import Sink, send


@scene("selected connections are taken on their way and keep their source; others pass by")
def taken(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        b = Between(t, wan)
        with b.server(TAKEN) as server, b.connect(TAKEN) as stands:
            stands.sendall(b"before anybody could take it")
            b.start()
            # It goes on as it was, past the tunnel.
            before = b.crossed()
            stands.sendall(ZEROS)
            stands.shutdown(socket.SHUT_WR)
            assert len(stands.recv(64)) == 32
            assert b.crossed() - before >= len(ZEROS)
            assert server.ended(1) == [wan.address(b.hosts[0])]
        for v6 in (False, True):
            client = wan.address(b.hosts[0], v6)
            seen, octets = b.sent(TAKEN, v6)
            assert (seen, octets < len(ZEROS) / 4) == (client, True), (seen, octets)
            # Of no application: not in the tunnel, octet for octet.
            seen, octets = b.sent(PLAIN, v6)
            assert (seen, octets >= len(ZEROS)) == (client, True), (seen, octets)


@scene("datagrams pass by")
def udp(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        b = Between(t, wan)
        b.start()
        with within(wan.holders[b.hosts[1]].pid):
            far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            far.bind((wan.address(b.hosts[1]), TAKEN))
        with within(wan.holders[b.hosts[0]].pid):
            near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        far.settimeout(5 * SLOW)
        near.sendto(b"datagram", (wan.address(b.hosts[1]), TAKEN))
        octets, seen = far.recvfrom(100)
        assert (octets, seen[0]) == (b"datagram", wan.address(b.hosts[0]))


@scene("with snat remote the server sees the far gateway")
def snat(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        b = Between(t, wan, remote="    snat remote\n")
        b.start()
        seen, octets = b.sent(TAKEN)
        assert octets < len(ZEROS) / 4, octets
        # As the far gateway's own connections to that host look.
        assert seen == wan.address("site-b"), seen


@scene("without the peer packets pass by, and are taken again when it is back")
def passthru(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        b = Between(t, wan)
        b.start()
        b.sites[1].stop(signal.SIGKILL)
        eventually(lambda: not b.takes(0), 15, "nothing to be taken")
        seen, octets = b.sent(TAKEN)
        assert (seen, octets >= len(ZEROS)) == (wan.address(b.hosts[0]), True), (seen, octets)
        # It comes back, and so does the tunnel.
        b.sites[1].start()
        eventually(lambda: b.takes(0), 15, "an address to be taken again")
        assert b.sent(TAKEN)[1] < len(ZEROS) / 4


@scene("without the peer they are refused when that is to be")
def drop(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        b = Between(t, wan, no_route="drop")
        b.start()
        assert b.sent(TAKEN)[1] < len(ZEROS) / 4
        b.sites[1].stop(signal.SIGKILL)
        eventually(lambda: not b.takes(0), 15, "nothing to be taken")
        with b.server(TAKEN), b.server(PLAIN):
            try:
                b.connect(TAKEN).close()
                raise AssertionError("it was let through")
            except ConnectionRefusedError:
                pass
            b.connect(PLAIN).close()


def takeover(b, v6):
    """What a process at site a's gateway has is carried to the host of site b: to another
    port, or with IPv6 whatever goes to that address."""
    to = lambda where, port: f"{where}.any" if v6 else f"{where}:{port}"
    return f"""wom optimized-application /Common/late{int(v6)} {{
    destination {to(b.wan.address(b.hosts[1], v6), PLAIN)}
    disabled
    listen {to(b.wan.address("site-a", v6), TAKEN)}
    mode takeover
}}
"""


@scene("a place that somebody else listens at is taken over, and given back, with nobody cut off")
def taken_over(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        b = Between(t, wan)
        for site in b.sites:
            site.own["apps"] = "".join(takeover(b, v) for v in (False, True))
        for site in b.sites:
            site.start()
        eventually(lambda: b.sites[0].peer_stats()["status.availabilityState"] == "available",
                   15, "the tunnel")

        def switch(words):
            for n in (0, 1):
                b.sites[0].control.ok("PATCH", f"optimized-application/~Common~late{n}", words)

        for v6 in (False, True):
            at, client = (wan.address("site-a", v6), TAKEN), wan.address(b.hosts[0], v6)

            def connect(at=at):
                with within(wan.holders[b.hosts[0]].pid):
                    return socket.create_connection(at, 10 * SLOW)

            with within(wan.holders["site-a"].pid):
                old = Sink(at, who)
            with old, b.server(TAKEN if v6 else PLAIN, v6) as new:
                first = connect()
                switch({"enabled": True})
                second = connect()
                eventually(lambda: b.sites[0].control.ok("GET", "stream")["streams"] == 1, 10,
                           "a stream")
                switch({"disabled": True})
                with connect() as third:
                    assert send(third, b"third")
                for s in (second, first):       # which stay where they are
                    assert send(s, ZEROS)
                    s.close()
                assert new.ended(1) == [client] and old.ended(2) == [client] * 2
                switch({"enabled": True})
                with connect() as carried:
                    assert send(carried, ZEROS)
                assert new.ended(2) == [client] * 2
                switch({"disabled": True})


@scene("a dead process stops nobody, the next one cleans up, and a proper end leaves nothing")
def left(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        b = Between(t, wan)
        wan.run("site-a", ["nft", "add table inet others"], check=True)
        b.start()
        b.sites[0].stop(signal.SIGKILL)
        assert b.takes(0)                       # the table is still there
        seen, octets = b.sent(TAKEN)            # and takes nothing
        assert (seen, octets >= len(ZEROS)) == (wan.address(b.hosts[0]), True), (seen, octets)
        b.sites[0].start()
        eventually(lambda: b.takes(0), 15, "an address to be taken again")
        assert b.sent(TAKEN)[1] < len(ZEROS) / 4
        b.sites[0].stop()
        assert b.ruleset(0).split() == "table inet others { }".split(), b.ruleset(0)
        rules = wan.run("site-a", ["ip", "rule", "show"]).stdout
        assert "fwmark" not in rules, rules


if __name__ == "__main__":
    main()
