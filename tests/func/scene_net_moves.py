#!/usr/bin/python3
"""Guests that move between two sites: noticed, told, looked for when they are silent, and
placed when somebody says so."""
import sys
import time

from lib.etherip import Sites, mac
from lib.scene import eventually, main, need_root, scene


def where(site, guest):
    return site.control().ok("GET", "where?station=" + mac(guest.mac))["items"][0]


def comes_to(s, guest, place):
    """It is local at that site, and remote at the other."""
    for site in s.sites:
        want = "local" if site.i == place else "remote"
        eventually(lambda: where(site, guest)["where"] == want, 5,
                   f"site {site.i} knows that the guest is {want}")


@scene("a guest that says where it is, and one that is silent")
def moves(stage):
    need_root()
    with Sites(stage) as s:
        a, b = s.sites
        client, guest = s.host(0), s.guest(0)
        s.start()
        s.reaches(client, guest)
        guest.announce()
        s.reaches(guest, s.host(1))
        comes_to(s, guest, 0)
        for site in s.sites:
            eventually(lambda: guest.address in where(site, guest)["addresses"], 5,
                       "its address is known")

        guest.plug(1)
        guest.announce()
        comes_to(s, guest, 1)
        assert client.pings(guest)
        found = where(a, guest)
        assert (found["tunnel"], found["before"], found["moves"]) == \
            ("/Common/eip1", "local", 1), found

        for site in s.sites * 2:		# told again it goes on as before
            answer = site.control().ok("POST", "freeze", {"station": guest.address})
            assert answer["frozen"] and answer["held"], answer
        guest.plug(0)
        began = time.monotonic()
        comes_to(s, guest, 0)
        print(f"# found after {(time.monotonic() - began) * 1000:.0f} ms", file=sys.stderr)
        assert client.pings(guest)
        text = a.gate.run("curl", "-s", "--unix-socket", a.control().path,
                          "http://localhost/metrics")
        assert 'gtm_net_frozen_found_total{vlan_group="/Common/vg-eip"} 1' in text, text
        assert 'gtm_net_moves_total{vlan_group="/Common/vg-eip"} 2' in text, text
        last = a.control().ok("GET", "moves?limit=1")["items"][0]
        assert (last["event"], last["how"], last["to"]) == ("moved", "found", "local"), last


@scene("a station that somebody places, announces, and asks for by the shell")
def orders(stage):
    need_root()
    with Sites(stage) as s:
        a, b = s.sites
        client, guest = s.host(0), s.guest(0)
        s.start()
        s.reaches(guest, s.host(1))
        s.reaches(client, guest)
        comes_to(s, guest, 0)
        guest.plug(1)
        said = b.gtmsh("run", "net", "move", "station", mac(guest.mac), "to", "local")
        assert said == f"{mac(guest.mac)} is there now\n", said
        comes_to(s, guest, 1)
        s.reaches(client, guest)
        said = a.gtmsh("show", "net", "where", guest.address)
        assert "/Common/eip1" in said and mac(guest.mac) in said, said
        said = a.gtmsh("show", "net", "moves")
        assert "moved" in said and "local" in said, said
        said = a.gtmsh("run", "net", "announce", "station", guest.address)
        assert "is announced" in said, said
        c = a.control()
        assert "neither a MAC" in c.refused(400, "POST", "freeze", {"station": "vm7"})
        assert "by its MAC" in c.refused(404, "POST", "freeze", {"station": "192.0.2.1"})
        assert "1..600000" in c.refused(400, "POST", "freeze", {
            "station": mac(guest.mac), "timeout": 0})
        assert "no group x" in c.refused(404, "POST", "thaw", {
            "station": mac(guest.mac), "vlanGroup": "x"})
        c.refused(404, "POST", "thaw", {"station": mac(guest.mac)})


@scene("the frames of one station, and what became of them")
def trace(stage):
    need_root()
    with Sites(stage) as s:
        a = s.sites[0]
        client, far = s.host(0), s.host(1)
        s.start(group="    mode transparent\n    tier user\n")
        s.reaches(client, far)
        said = a.gtmsh("run", "net", "trace", "station", mac(client.mac))
        assert "is traced" in said, said
        assert client.pings(far)
        frames = a.control().ok("GET", "trace")["items"]
        assert {"local", "/Common/eip1"} == {f["from"] for f in frames}, frames
        assert all(mac(client.mac) in (f["source"], f["destination"]) and
                   f["verdict"] == "crosses" for f in frames), frames
        assert "crosses" in a.gtmsh("show", "net", "trace")


main()
