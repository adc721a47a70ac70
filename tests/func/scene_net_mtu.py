#!/usr/bin/python3
"""Frames of every length over WANs of several: they arrive, or their sender is told; nothing
vanishes without a word."""
import re
import socket
import subprocess

from lib.etherip import Sites
from lib.scene import main, need, scene


def ping(host, to, size, df=True, v6=False):
    """The text of one echo of that many octets of IP."""
    argv = [*host.inside, need("ping"), "-c", "1", "-W", "2", "-s", str(size - (48 if v6 else 28)),
            "-M", "do" if df else "dont", to.address6 if v6 else to.address]
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False).stdout


def arrives(text):
    return " 0% packet loss" in text


def told(text):
    """The MTU that the sender was told, by whoever."""
    found = re.search(r"(?:mtu ?=? ?)(\d+)", text)
    return int(found.group(1)) if found else None


def matrix(t, wan_mtu, v6):
    with Sites(t, wan_mtu=wan_mtu) as s:
        a, b = s.host(0), s.host(1)
        s.start(v6=v6, tunnel="    liveness none\n    oversize fragment\n")
        s.reaches(a, b)
        for size in (60, 576, 1280, 1400, 1463, 1464, 1465, 1499, 1500):
            assert arrives(ping(a, b, size)), f"{size} octets over {wan_mtu}, outside IPv6: {v6}"
            assert arrives(ping(a, b, max(size, 1280), v6=True)), f"{size} octets of IPv6"


@scene("longest frames cross a WAN with room for them")
def roomy(t):
    matrix(t, 1600, False)


@scene("... and one without, in pieces")
def narrow(t):
    matrix(t, 1500, False)


@scene("... with IPv6 outside, too")
def narrow6(t):
    matrix(t, 1500, True)


@scene("where nothing is cut the sender is told")
def is_told(t):
    with Sites(t, wan_mtu=1500) as s:
        a, b = s.host(0), s.host(1)
        s.start(tunnel="    liveness none\n    oversize icmp\n    use-pmtu enabled\n")
        s.reaches(a, b)
        assert arrives(ping(a, b, 1464))
        text = ping(a, b, 1500)
        assert not arrives(text) and told(text) == 1464, text
        # It remembers, as hosts do.
        route = a.run("ip", "route", "get", b.address)
        assert "mtu 1464" in route, route


@scene("the size of segments is lowered as connections begin")
def segments(t):
    with Sites(t, wan_mtu=1500) as s:
        a, b = s.host(0), s.host(1)
        s.start(tunnel="    liveness none\n    tcp-mss auto\n    oversize drop\n")
        s.reaches(a, b)
        with b.entered():
            door = socket.create_server((b.address, 80))
        with a.entered():
            c = socket.create_connection((b.address, 80), 5)
        d = door.accept()[0]
        c.sendall(bytes(200_000))
        left = 200_000
        d.settimeout(5)
        while left:
            left -= len(d.recv(left))
        assert d.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) <= 1424


if __name__ == "__main__":
    main()
