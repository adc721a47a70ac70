"""A whole site leaves: what still arrives for its virtual server is carried to the other one by
womd, which the migration tells to; then the old load balancer goes, with all that it has left.

The old address stays where it was: womd takes new connections to it on their way in, while the
load balancer's own come to their end.
"""
import http.client
import signal
import time

from datacenters import VIRTUAL

APP, THRESHOLD, WINDOW_S = "/Common/late", 0, 5


def furnish(sites):
    """Words of womd's configuration at both sites."""
    for site in sites:
        site.wom_settings = "    lan-vlans {\n        client\n    }\n"
        # Who is on the gate itself would answer a client past the tunnel.
        site.wom_remote = "    snat remote\n"
        site.wom_more = (f"wom advertised-route /Common/virtual {{\n    dest {VIRTUAL[site.i]}/32\n"
                         "}\n")
    sites[0].wom_more += f"""wom optimized-application {APP} {{
    destination {VIRTUAL[1]}:any
    disabled
    listen {VIRTUAL[0]}:any
    mode takeover
}}
"""


def rows(relay):
    """Of the migration."""
    if relay is None:
        return "    residual-threshold 1000000\n    residual-window 5\n"
    return (f"    relay-application {APP}\n    residual-threshold {THRESHOLD}\n"
            f"    residual-window {WINDOW_S}\n")


class Relay:
    def __init__(self, move):
        self.move, self.late = move, {}
        self.opened = self.gone = None
        self.leaves = not move.args.fault       # who may have to go home keeps it

    def follow(self, phase):
        """Looks at who still comes; and lets the old load balancer go."""
        if phase not in ("relaying", "done"):
            return
        try:
            state = self.move.lab.sites[0].control("gtm").ok(
                "GET", "migration-state?migration=move")
        except (OSError, ValueError, AssertionError, http.client.HTTPException):
            return
        self.late = state.get("late", self.late)
        if self.opened is None and state["relay"]["state"] == "open":
            self.opened = time.monotonic()
            self.move.mark("the relay is open")
        if self.opened is not None and self.gone is None and self.leaves and self.is_idle():
            self.gone = time.monotonic()
            self.move.lab.sites[0].daemon("haproxy").kill(signal.SIGUSR1)
            self.move.mark("the old load balancer goes")

    def is_idle(self):
        """It has no more of the connections that it kept: one that waits for its next request
        would be closed, maybe under it."""
        told = self.move.lab.sites[0].gate.run("ss", "-Htnp", "state", "established", "src",
                                               f"{VIRTUAL[0]}:80")
        return "haproxy" not in told

    def tell(self, requests):
        """Lines of the summary."""
        if self.opened is None:
            print("late connections     the relay was not opened")
            return
        print(f"late connections     {self.late.get('connections', 0)} carried by womd, "
              f"{self.late.get('octets', 0)} octets")
        for n in self.late.get("networks", []):
            print(f"                     {n['network']}: {n['connections']}, {n['octets']} octets")
        last = max((r.began for r in requests if r.site == 0), default=self.opened)
        changed = [at for at, _, share in self.move.timeline if share == 100]
        print(f"the last of all      {max(0.0, last - changed[0]):.1f} s after the flip, "
              f"{max(0.0, last - self.opened):.1f} s after the relay opened")
        after = [r for r in requests if r.site == 0 and r.began > (self.gone or self.opened)]
        print(f"without the old one  {len(after)} requests to its address, "
              f"{sum(1 for r in after if r.wrong)} failed" if self.gone else
              "the old balancer     stayed")
