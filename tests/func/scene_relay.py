#!/usr/bin/python3
"""A whole site moves: connections that still arrive for its old virtual server are carried to
the new one by womd, which the migration tells to; the old load balancer stays as it is."""
import http.client
import json
import os
import signal
import threading

from lib.backends import within
from lib.between import Between
from lib.mover import FAST, Stage
from lib.scene import SLOW, Process, eventually, main, need, scene
from lib.wan import Wan

APP = "/Common/late"


class Sites:
    """Two sites: a load balancer at site a's gateway, one on a host of site b, a client."""

    def __init__(self, t, wan, **own):
        self.t, self.wan = t, wan
        self.b = Between(t, wan, apps="", **own)
        self.old, self.new = wan.address("site-a"), wan.address(self.b.hosts[1])
        self.client = wan.address(self.b.hosts[0])
        self.b.sites[0].own["apps"] = f"""wom optimized-application {APP} {{
    destination {self.new}:80
    disabled
    listen {self.old}:80
    mode takeover
}}
"""
        for site, name in zip(self.b.sites, ("local", "remote")):
            site.start()
            os.symlink(f"{site.folder}/state/control.sock", f"{t.dir}/wom-{name}")
        self.balancer("old", "site-a", self.old)
        self.balancer("new", self.b.hosts[1], self.new)

    def balancer(self, name, where, at):
        """Answers with its name and whom it sees."""
        conf = self.t.write(f"{name}.cfg", f"""
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend web
    bind {at}:80
    http-request return status 200 content-type text/plain lf-string "{name} %[src]"
""")
        Process(self.t, name, [*self.wan.inside(where), need("haproxy"), "-f", conf, "-db"])

        def answers():
            try:
                return self.connect(at).request("GET", "/") is None
            except OSError:
                return False
        eventually(answers, 10, f"the {name} load balancer")

    def connect(self, at):
        with within(self.wan.holders[self.b.hosts[0]].pid):
            wire = http.client.HTTPConnection(at, 80, timeout=10 * SLOW)
            wire.connect()
        return wire

    def enabled(self):
        return self.b.sites[0].control.ok("GET", "optimized-application/~Common~late") \
            .get("enabled", False)


def ask(wire):
    wire.request("GET", "/")
    return wire.getresponse().read().decode()


class Pinned(threading.Thread):
    """Comes to the old address whatever DNS says, each time anew; and once for good."""

    def __init__(self, sites):
        super().__init__(daemon=True)
        self.sites, self.seen, self.wrong, self.ending = sites, [], [], threading.Event()
        self.stands = sites.connect(sites.old)
        self.start()

    def run(self):
        while not self.ending.wait(0.02 * SLOW):
            try:
                wire = self.sites.connect(self.sites.old)
                got = ask(wire)
                wire.close()
                if not self.seen or self.seen[-1] != got:
                    self.seen.append(got)
                assert ask(self.stands) == f"old {self.sites.client}"
            except (OSError, http.client.HTTPException, AssertionError) as why:
                self.wrong.append(repr(why))

    def sees(self, what):
        eventually(lambda: self.seen[-1:] == [what], 20, f"{what!r} as the answer")

    def end(self):
        self.ending.set()
        self.join()
        assert not self.wrong, self.wrong[:5]
        return self.seen


def begin(t, wan, **own):
    sites = Sites(t, wan, **own)
    pinned = Pinned(sites)
    s = Stage(t, hosts=1, rows=FAST + f"    relay-application {APP}\n",
              places=f"    wom-control {t.dir}/wom-@\n")
    s.command("start")
    return s, sites, pinned


@scene("late connections are carried with their source while it relays; it closes when none come")
def carried(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        s, sites, pinned = begin(t, wan)
        pinned.sees(f"new {sites.client}")
        state = eventually(lambda: s.state() if s.state().get("late", {}).get("connections")
                           else None, 10, "connections to be counted")
        assert (state["phase"], state["relay"]["state"]) == ("relaying", "open"), state
        (row,) = state["late"]["networks"]
        assert row["network"] == sites.client.rpartition(".")[0] + ".0/24", row
        assert row["connections"] > 0 and row["octets"] > 0, row
        assert "late connections at the old site have not been 0" in s.refused("close")
        shown = s.shell("show", "gtm", "migration", "move")
        assert f"relay    open, {APP}\n" in shown and row["network"] in shown, shown
        page = json.dumps(s.c.ok("GET", "migration/~Common~move/stats"))
        assert '"lateConnections": {"value": ' in page, page
        # Whoever goes on with the record goes on with the relay.
        t.gtmd.stop(signal.SIGKILL)
        s.restart()
        assert sites.enabled() and s.state()["phase"] == "relaying", s.state()
        assert pinned.end() == [f"old {sites.client}", f"new {sites.client}"]
        s.reaches("done")
        assert sites.enabled()
        s.command("close")
        s.reaches("closed")
        assert not sites.enabled()
        assert ask(sites.connect(sites.old)) == f"old {sites.client}"
        assert any(r[0] == "relay-shut" and "connections and" in r[3] for r in s.log()), s.log()
        assert not sites.b.sites[0].control.ok("GET", "job")["items"]


@scene("rolled back, the old load balancer has everything again, and nobody was cut off")
def taken_away(t):
    with Wan(rate_mbit=200, delay_ms=2) as wan:
        s, sites, pinned = begin(t, wan, remote="    snat remote\n")
        pinned.sees(f"new {wan.address('site-b')}")     # the relay's address, seen from there
        s.command("roll-back")
        pinned.sees(f"old {sites.client}")
        s.reaches("rolled-back")
        assert not sites.enabled() and s.places() == ["/Common/esx-local"]
        # One that was taken and not looked at yet is handed back by the gateway itself.
        seen = pinned.end()
        assert set(seen) - {f"old {sites.old}"} == {
            f"new {wan.address('site-b')}", f"old {sites.client}"}, seen


if __name__ == "__main__":
    main()
