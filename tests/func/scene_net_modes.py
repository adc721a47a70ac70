#!/usr/bin/python3
"""What stations of one site see of those of the other, by the mode of their VLAN groups; and
what becomes of packets that the WAN does not take whole."""
from lib.etherip import Sites, mac
from lib.scene import eventually, main, need_root, scene

MODES = {"opaque": "    mode opaque\n", "translucent": "    mode translucent\n",
         "transparent": "    mode transparent\n"}


def seen(host, other):
    """The MAC address that a host has for another one."""
    words = host.run("ip", "neigh", "show", other.address, "dev", "eth0").split()
    return words[words.index("lladdr") + 1] if "lladdr" in words else ""


def turned(octets):
    return mac(bytes([octets[0] ^ 2]) + octets[1:])


def start(s, modes, tunnel="    liveness none\n"):
    for i, mode in enumerate(modes):
        s.sites[i].configure(s.text(i, tunnel, MODES[mode] + "    tier user\n"))
        s.sites[i].start()


@scene("opaque: hosts reach each other, and neither sees the other's address")
def opaque(stage):
    need_root()
    with Sites(stage) as s:
        a, b = s.host(0), s.host(1)
        start(s, ("opaque", "opaque"))
        s.reaches(a, b)
        assert b.pings(a)
        for one, other in ((a, b), (b, a)):
            assert seen(one, other) not in ("", mac(other.mac), turned(other.mac))
        assert seen(a, b) != seen(b, a)


def addresses_turn(stage, modes, turns):
    need_root()
    with Sites(stage) as s:
        a, b = s.host(0), s.host(1)
        start(s, modes)
        s.reaches(a, b)
        for one, other in ((a, b), (b, a)):
            want = turned(other.mac) if turns else mac(other.mac)
            eventually(lambda: seen(one, other) == want, 5, f"{want} is seen")
        assert a.pings(b.address6, "-6")


@scene("translucent: one such site turns addresses")
def translucent(stage):
    addresses_turn(stage, ("translucent", "transparent"), True)


@scene("translucent: two of them are as none")
def translucent_twice(stage):
    addresses_turn(stage, ("translucent", "translucent"), False)


def sizes(stage, policy):
    """Of a WAN of 1,500 octets: pings that fit, and some that do not."""
    need_root()
    with Sites(stage, wan_mtu=1500) as s:
        a, b = s.host(0), s.host(1)
        start(s, ("transparent", "transparent"), f"    liveness none\n    oversize {policy}\n")
        s.reaches(a, b)
        assert a.pings(b, "-s", "1436", "-M", "do")
        assert a.pings(b, "-s", "1472", "-M", "do") == (policy == "fragment")
        route = a.run("ip", "route", "get", b.address)
        assert ("mtu 1464" in route) == (policy == "icmp"), route
        # Who has heard it sends what fits.
        assert a.pings(b, "-s", "1472", "-M", "want") == (policy != "drop")


@scene("what is too long for the WAN crosses in fragments")
def fragment(stage):
    sizes(stage, "fragment")


@scene("what is too long is refused with a word, and its sender knows better then")
def icmp(stage):
    sizes(stage, "icmp")


@scene("what is too long is dropped where that is asked for")
def drop(stage):
    sizes(stage, "drop")


main()
