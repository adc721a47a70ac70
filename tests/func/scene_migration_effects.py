#!/usr/bin/python3
"""Each property of migrations and hypervisors takes effect: one gtmd, a run for each row of a
table, changed before it, seen in what is asked of drivers, told to users, or waited for; and
each value that is none is refused by its object, name, value and range."""
import contextlib
import json
import os

from lib import guide
from lib.mover import MIGRATION, NAME, Page, Stage
from lib.scene import eventually, main, need_root, scene

MOVE, WIDE = "migration/~Common~move", f"wideip/a/~Common~{NAME}"
ALWAYS = "Mon-Sun 00:00-24:00"
HERE, THERE = "/Common/esx-local", "/Common/esx-remote"


class Runs(Stage):
    """One run after another, each with other values."""

    def __init__(self, t, **kw):
        need_root()
        super().__init__(t, hosts=2, rows="    residual-window 1\n", **kw)

    @contextlib.contextmanager
    def values(self, path, body):
        """What an object is with, for a while."""
        was = self.c.ok("GET", path)
        self.c.ok("PATCH", path, body)
        yield
        self.c.ok("PATCH", path, {"enabled": True} if "disabled" in body else {
            k: was.get(k, [] if isinstance(v, list) else "none") for k, v in body.items()})

    @contextlib.contextmanager
    def run(self, moods=(), **props):
        """Is under way with those properties; given up in the end, whatever came of it."""
        for host in self.hosts:
            os.chmod(self.t.write("places/" + host, HERE), 0o666)
        self.t.write("places/log", "")
        for name, words in dict(moods).items():
            self.mood(name, words)
        with self.values(MOVE, props):
            self.command("start")
            yield
            if self.state()["phase"] not in ("closed", "aborted", "rolled-back"):
                self.command("close" if self.state()["phase"] == "done" else "abort")
                eventually(lambda: self.state()["final"], 10, "the end")
        for name in dict(moods):
            self.mood(name)
        for name, enabled in (("Local", True), ("Remote", False)):
            self.c.ok("PATCH", f"pool/a/~Common~{name}_pool",
                      {"enabled": True} if enabled else {"disabled": True})

    def phases(self):
        return [h["phase"] for h in self.state()["hosts"]]

    def becomes(self, **want):
        """Phases of hosts and the share, or whatever the state has."""
        def so():
            state = self.state()
            state["hosts"] = [h["phase"] for h in state["hosts"]]
            return all((state.get("traffic", {}) | state)[k] == v for k, v in want.items())
        try:
            eventually(so, 10, str(want))
        except AssertionError:
            raise AssertionError(json.dumps(self.state(), indent=1)) from None

    def says(self, words):
        eventually(lambda: words in json.dumps(self.state()) or
                   any(words in r[3] for r in self.log()), 10, words)

    def orders(self, action):
        """Hosts and all else of orders that were given, in their order."""
        return [a for a in self.asked() if a[0] == action]


ONE_THERE = {"vm2.memory": "wait never"}


def shares(s):
    """Plan, and what it makes of one host of two at the new site."""
    for plan, share in (({"plan": "flip-at", "flipAt": 51}, 0), ({"flipAt": 50}, 100),
                        ({"plan": "follow"}, 50), ({"plan": "follow", "demand": 5}, 20),
                        ({"plan": "steps", "steps": ["10", "40"], "stepHold": 0}, 40),
                        ({"plan": "steps", "steps": ["10", "40"], "stepHold": 600}, 10),
                        ({"plan": "manual"}, 0)):
        with s.run(ONE_THERE, **plan):
            s.becomes(hosts=["there", "memory"], share=share)


def capacity(s):
    with s.values(MOVE + "/hosts/vm2", {"capacity": 3}), s.run(ONE_THERE, plan="follow"):
        s.becomes(hosts=["there", "memory"], share=25)


def ttl(s):
    s.c.ok("PATCH", "pool/a/~Common~Local_pool", {"ttl": 3})
    with s.run({"storage": "wait never"}, ttl=2):
        eventually(lambda: s.t.query(NAME).answer[0].ttl == 2, 5, "the TTL")
        assert s.state()["phase"] == "preparing"	# answers of three seconds are about
    assert s.t.query(NAME).answer[0].ttl == 3
    s.c.ok("PATCH", "pool/a/~Common~Local_pool", {"ttl": 1})


def order(s):
    with s.values(MOVE + "/hosts/vm1", {"memory": 9}), s.values(MOVE + "/hosts/vm2", {"memory": 5}):
        for how, first in (("given", "vm1"), ("smallest", "vm2"), ("largest", "vm1")):
            with s.run({"storage": "wait never"}, order=how):
                eventually(lambda: s.orders("storage"), 10, "the first")
                assert s.orders("storage")[0][1] == first, (how, first)


def concurrency(s):
    with s.run({"storage": "wait never"}, concurrency=2):
        s.becomes(hosts=["storage", "storage"])


def timeouts(s):
    for step in ("storage", "memory", "verify"):
        with s.run({"vm1." + step: "hang"}, retries=0, **{step + "Timeout": 1}):
            eventually(lambda: ("step-failed", "vm1", step, "out of time") in s.log(), 10, step)
    with s.run({"check": "hang"}, prepareTimeout=1):
        s.says("not ready in 1 s")


def failures(s):
    with s.run({"vm1.storage": "fail"}, retries=0):
        s.becomes(paused=True, hosts=["failed", "waiting"])
    with s.run({"vm1.storage": "fail"}, retries=0, onFailure="roll-back"):
        s.becomes(phase="rolled-back")


def guards(s):
    lag = Page(s.t.net + ".8", b'{"behind": 7}')
    server = "server/~Common~Remote-BIG-IP/virtual-servers/vmhttp"
    with s.run({"storage": "wait never"}, freezeWindows=[ALWAYS]):
        s.becomes(phase="moving", guard="hold", hosts=["waiting"] * 2)
    behind = {"lagUrl": lag.url, "lagExpression": "$.behind", "guardInterval": 100}
    with s.run(lagMax=6, **behind):
        s.becomes(guardWhy="lag-url: replication lags 7 behind; 6 may be", phase="moving")
    with s.run({"storage": "wait never"}, lagMax=7, **behind):
        s.becomes(guard="fine", hosts=["storage", "waiting"])
    with s.values(server, {"disabled": True}):
        with s.run(prepareTimeout=1):
            s.says("not ready in 1 s: ")
        with s.run({"storage": "wait never"}, guardDestination="disabled"):
            s.becomes(hosts=["storage", "waiting"])


def check_url(s):
    page = Page(s.t.net + ".9")
    page.status = 503
    with s.values(MOVE + "/hosts/vm1", {"checkUrl": page.url}), s.run():
        s.becomes(hosts=["verifying", "waiting"])
        page.status = 200
        s.becomes(phase="done")


def drains(s):
    """What an old answer could stay in caches for, and then connections."""
    s.c.ok("PATCH", "pool/a/~Common~Local_pool", {"ttl": 600})
    s.t.query(NAME)
    with s.run(drainTimeout=1):
        s.becomes(phase="done")
        assert any(r[3].startswith("time is up") for r in s.log()), s.log()
    s.c.ok("PATCH", "pool/a/~Common~Local_pool", {"ttl": 1})
    at = {r["event"]: r["at"] for r in s.c.ok("GET", "migration-log?migration=move")["items"]}
    assert at["relayed"] - at["drained"] >= 1000, at


def driver_words(s):
    """What programs are told of a host, and who they are."""
    host = {"addresses": ["192.0.2.7"], "station": "02:00:00:00:00:09", "memory": 2,
            "storage": 3}
    with s.values(MOVE + "/hosts/vm1", host), \
            s.values("hypervisor/~Common~esx-local", {"user": "daemon"}), s.run():
        s.becomes(phase="done")
    told = {json.dumps(a[6], sort_keys=True) for a in s.asked() if a[1] == "vm1"}
    assert told == {json.dumps({"name": "vm1", "station": "02:00:00:00:00:09",
                                "addresses": ["192.0.2.7"], "storage": 3 << 20,
                                "memory": 2 << 20}, sort_keys=True)}, told
    assert {a[7] for a in s.asked()} == {"daemon"}, s.asked()


def ways(s):
    """A host's own hypervisors; whose program is run is where it comes from."""
    with s.values("hypervisor/~Common~esx-remote", {"program": "played over"}), \
            s.values(MOVE + "/hosts/vm2", {"fromHypervisor": THERE, "toHypervisor": HERE}):
        with s.run():
            s.becomes(phase="done", there=2)
        got = {a[1]: (a[4], a[5], a[8]) for a in s.asked()}
    assert got == {"vm1": (HERE, THERE, []), "vm2": (THERE, HERE, ["over"])}, got


@scene("what a migration says of shares, order, time, failures and guards")
def migration(t):
    s = Runs(t)
    for see in (shares, capacity, ttl, order, concurrency, timeouts, failures, guards):
        see(s)


@scene("what is said of hosts and hypervisors")
def places(t):
    s = Runs(t)
    for see in (check_url, drains, driver_words, ways):
        see(s)
    for path, what in (("hypervisor/~Common~esx-remote", f"hypervisor {THERE}"),
                       ("datacenter/~Common~Remote", "data center /Common/Remote")):
        with s.values(path, {"disabled": True}):
            assert s.refused("start") == f"host vm1: {what} is disabled"


# Path, property, value, and what the sentence has behind the object's name.
REFUSED = [
    (MOVE, "flipAt", 0, "flip-at: 0 is outside 1..100"),
    (MOVE, "flipAt", 101, "flip-at: 101 is outside 1..100"),
    (MOVE, "concurrency", 17, "concurrency: 17 is outside 1..16"),
    (MOVE, "retries", 101, "retries: 101 is outside 0..100"),
    (MOVE, "ttl", 86401, "ttl: 86401 is outside 0..86400"),
    (MOVE, "sloErrorsMax", 1001, "slo-errors-max: 1001 is outside 0..1000"),
    (MOVE, "storageTimeout", 0, "storage-timeout: 0 is outside 1..604800"),
    (MOVE, "plan", "jump", 'plan: "jump" is none of flip-at, follow, steps, manual'),
    (MOVE, "steps", ["0"], 'steps: "0" is outside 1..100'),
    (MOVE, "freezeWindows", ["Mon 25:00-26:00"], "freeze-windows: "),
    (MOVE, "sloUrl", "http://www/", "slo-url: "),
    (MOVE, "onFailure", "cry", 'on-failure: "cry" is none of pause, roll-back'),
    (MOVE + "/hosts/vm1", "capacity", 0, "capacity: 0 is outside 1..1000000"),
    (MOVE + "/hosts/vm1", "portOffset", 1024, "port-offset: 1024 is outside 0..1023"),
    (MOVE + "/hosts/vm1", "station", "02:00:00:00:00", 'station: "02:00:00:00:00" is not'),
    ("hypervisor/~Common~esx-local", "driver", "vmx", 'driver: "vmx" is none of exec, qmp'),
    ("hypervisor/~Common~esx-local", "user", "root", "user: no program of a hypervisor runs"),
    ("hypervisor/~Common~esx-local", "program", 'a "b', "program: "),
    ("hypervisor/~Common~esx-local", "womControl", "w.sock", "wom-control: "),
]

# Command, words, what the sentence says.
WORDS = [
    ("start", {"share": 5}, "share: start does not take one; advance does"),
    ("pause", {"force": True}, "force: pause has nothing that could be forced"),
    ("resume", {"force": True, "dryRun": True}, "force: resume has nothing"),
    ("pause", {"share": 5}, "share: pause does not take one"),
    ("roll-back", {"force": True}, "force: roll-back has nothing"),
    ("pause", {"host": "vm1"}, "host: pause does not take one; skip and retry do"),
    ("close", {"share": 0}, "share: close does not take one"),
    ("advance", {"share": 101}, "share: 101% is outside 0..100"),
    ("advance", {"share": "5"}, "share: it is a whole number"),
    ("start", {"dryRun": 1}, "dryRun: it is true or false"),
    ("start", {"reason": "x" * 512}, "reason: 512 octets are outside 0..511"),
]


@scene("values that are none are refused by object, property, value and range; words likewise")
def refused(t):
    s = Runs(t)
    names = {MOVE: f"migration {MIGRATION}: ", "hypervisor/~Common~esx-local":
             f"hypervisor {HERE}: ", MOVE + "/hosts/vm1": "host vm1: "}
    for path, key, value, words in REFUSED:
        why = s.c.refused(400, "PATCH", path, {key: value})
        assert names[path] + words in why, (why, names[path] + words)
    for verb, more, words in WORDS:
        why = s.refused(verb, 400, **more)
        assert words in why, (verb, more, why)
    assert s.state()["phase"] == "planned"


if __name__ == "__main__":
    main()
