#!/usr/bin/python3
"""What nobody configured is found: the peer before a server that connections go to, and the
servers of this side that connections come to."""
from lib.between import TAKEN, ZEROS, Between
from lib.scene import eventually, main, scene
from lib.wan import Wan
from lib.womd import WOM

ASKS = """wom endpoint-discovery {
    icmp-min-backoff 1
%s}
"""


class Strange(Between):
    """Gateways that do not know each other, and hosts that are on no route."""

    def __init__(self, t, wan, discovery=("    mode enable-icmp\n",) * 2,
                 servers=("    mode disabled\n",) * 2, **own):
        super().__init__(t, wan, **{"routes": [], **own})
        for site, d, s in zip(self.sites, discovery, servers):
            site.words = (ASKS % d, f"wom server-discovery {{\n{s}}}\n")
            site.conf = self.conf(site, site.conf)

    def conf(self, site, words):
        """Without what Site says of discovery and of its peer."""
        def text():
            keep, skip = [], False
            for line in words().splitlines(True):
                skip = skip or line.startswith(("wom endpoint-discovery", "wom remote-endpoint"))
                keep += [] if skip else [line]
                skip = skip and line != "}\n"
            return "".join(keep) + "".join(site.words)
        return text

    def start(self):
        for site in self.sites:
            site.start()

    def objects(self, i, kind):
        items = self.sites[i].control.ok("GET", WOM + kind).get("items", [])
        return {o["name"]: o for o in items}

    def passes(self):
        """A connection that no tunnel is there for."""
        seen, octets = self.sent(TAKEN)
        assert (seen, octets >= len(ZEROS)) == (self.wan.address(self.hosts[0]), True), octets


@scene("the gateway before a server answers, and becomes a remote endpoint that does not route")
def peer(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        b = Strange(t, wan)
        b.start()
        assert not b.objects(0, "remote-endpoint")
        b.passes()
        at = wan.address("site-b")
        found = eventually(lambda: b.objects(0, "remote-endpoint"), 10, "a peer")
        o = found.pop(f"found-{at}")
        assert not found and o["address"] == at and o["tunnelPort"] == 443, o
        assert (o["allowRouting"], o["endpoint"], o["origin"]) == (
            "disabled", "enabled", "persistable"), o
        # It stays over a restart; the other side was asked, and has found nobody.
        b.sites[0].stop()
        b.sites[0].start()
        assert list(b.objects(0, "remote-endpoint")) == [f"found-{at}"]
        assert not b.objects(1, "remote-endpoint")


@scene("without auto-save it is forgotten; one that is not discoverable is not found")
def forgotten(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        b = Strange(t, wan, ("    auto-save disabled\n    discovered-endpoint disabled\n"
                             "    mode enable-icmp\n", "    discoverable disabled\n"))
        b.start()
        b.passes()
        b.passes()
        control = b.sites[1].control
        assert not b.objects(0, "remote-endpoint")
        control.ok("PATCH", WOM + "endpoint-discovery", {"discoverable": "enabled"})
        found = eventually(lambda: b.objects(0, "remote-endpoint"), 10, "a peer")
        o = found[f"found-{wan.address('site-b')}"]
        assert (o["origin"], o["endpoint"]) == ("discovered", "disabled"), o
        b.sites[0].stop()
        b.sites[0].start()
        assert not b.objects(0, "remote-endpoint")


@scene("a server that connections from afar come to becomes a route; a filter keeps others out")
def servers(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        b = Strange(t, wan, ("    mode disable\n",) * 2, (
            "    mode enabled\n", "    min-prefix-length-ipv4 24\n    mode enabled\n"))
        b.start()
        b.passes()
        net = wan.address(b.hosts[1]).rsplit(".", 1)[0] + ".0"
        found = eventually(lambda: b.objects(1, "advertised-route"), 10, "a route")
        o = found.pop(f"found-{net}-24")
        assert not found and (o["dest"], o["origin"]) == (f"{net}/24", "persistable"), o
        # The client's side has no server of its own.
        assert not b.objects(0, "advertised-route")
        b.sites[1].control.ok("PATCH", WOM + "server-discovery", {
            "subnetFilter": [f"{net}/24"]})
        eventually(lambda: not b.objects(1, "advertised-route"), 10, "no route any more")
        b.passes()
        assert not b.objects(1, "advertised-route")


if __name__ == "__main__":
    main()
