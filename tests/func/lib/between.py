"""Two hosts that know of no tunnel, and a gateway with womd before each: on a Wan."""
import os
import socket

from lib.backends import within
from lib.scene import SLOW, eventually
from lib.wan import SITES
from lib.womd import SETTINGS, Authority, Sink, send, swallow, wan_site

TAKEN, PLAIN = 8000, 8001       # vMotion's port, and one of no application
ZEROS = bytes(1 << 20)          # next to nothing in a tunnel


def who(s):
    """A server that also says whom it has seen."""
    peer = s.getpeername()[0]
    swallow(s)
    return peer


class Between:
    """A host at each end, a gateway with womd before each; the hosts know of none of it."""

    def __init__(self, t, wan, **own):
        self.t, self.wan, self.hosts = t, wan, [wan.host(site) for site in SITES]
        authority = Authority(os.path.join(t.dir, "tls"))
        self.sites = [wan_site(t, wan, i, authority.files("ab"[i]), **{
            "settings": SETTINGS + f"    lan-vlans {{\n        {self.lan(i)}\n    }}\n",
            "apps": "wom optimized-application /Common/vmware-vmotion {\n}\n",
            "routes": [f"{wan.address(h, v)}/{(32, 128)[v]}" for h in [self.hosts[i]]
                       for v in (0, 1)], "no_route": "passthru", **own}) for i in (0, 1)]

    def lan(self, i):
        return self.hosts[i].replace("host-", "lan")

    def start(self):
        for site in self.sites:
            site.start()
        eventually(lambda: self.takes(0), 15, "an address to be taken")

    def ruleset(self, i):
        return self.wan.run(SITES[i], ["nft", "list", "ruleset"]).stdout

    def takes(self, i):
        """Does the kernel of this site take what goes to the other one's host?"""
        return all(self.wan.address(self.hosts[1 - i], v) in self.ruleset(i) for v in (0, 1))

    def server(self, port, v6=False, i=1):
        with within(self.wan.holders[self.hosts[i]].pid):
            return Sink((self.wan.address(self.hosts[i], v6), port), who)

    def connect(self, port, v6=False, i=0):
        with within(self.wan.holders[self.hosts[i]].pid):
            return socket.create_connection((self.wan.address(self.hosts[1 - i], v6), port),
                                            10 * SLOW)

    def crossed(self):
        return self.wan.stats()["a-b"]["delivered-octets"]

    def sent(self, port, v6=False):
        """Who the server saw, and how many octets crossed the WAN for 1 MiB."""
        before = self.crossed()
        with self.server(port, v6) as server:
            with self.connect(port, v6) as c:
                assert send(c, ZEROS)
            return server.ended(1)[0], self.crossed() - before
