#!/usr/bin/python3
"""Who asked before goes where it went: persistence, static persistence, cohorts.

Clients are addresses of the loopback, 127.0.1.1 and on.
"""
from lib import guide
from lib.control import Control
from lib.scene import main, scene

NAME = "vmhttp.siterequest.com"
POOL = "/mgmt/tm/gtm/pool/a/~Common~p"
MEMBER = POOL + "/members/~Common~s:v%d"
CLIENTS = [f"127.0.1.{i}" for i in range(1, 121)]


def application(ratios, pool, wide="", more=""):
    listed = [(f"/Common/s:v{i}", f"member-order {i}\n            ratio {r}")
              for i, r in enumerate(ratios)]
    return (guide.hosts(len(ratios)) + more + guide.pool("p", listed, pool)
            + guide.wideip(NAME, [("p", "order 0")], wide))


def ask(t, client):
    return t.answer(NAME, source=client)


def census(t):
    return {client: ask(t, client)[0] for client in CLIENTS}


@scene("static-persistence: a member that goes moves its own clients, and gets them back")
def static(t):
    t.start(application([1, 1, 1], "    load-balancing-mode static-persistence\n"))
    control = Control(t)
    before = census(t)
    assert set(before.values()) == {"192.0.2.0", "192.0.2.1", "192.0.2.2"}, before
    assert census(t) == before
    control.ok("PATCH", MEMBER % 1, {"disabled": True})
    for client, now in census(t).items():
        was = before[client]
        assert now == was if was != "192.0.2.1" else now != was, (client, was, now)
    control.ok("PATCH", MEMBER % 1, {"enabled": True})
    assert census(t) == before


@scene("static-persist-cidr makes one client of a network; explain knows where each goes")
def network(t):
    t.start(application([1, 1, 1], "    load-balancing-mode static-persistence\n")
            + "gtm global-settings general {\n    static-persist-cidr-ipv4 24\n}\n")
    control = Control(t)
    where = set(census(t).values())
    assert len(where) == 1, where
    nets = {ask(t, f"127.0.{i}.9")[0] for i in range(2, 60)}
    assert len(nets) == 3, nets
    for client in ("127.0.1.5", "127.0.9.1", "127.0.40.0/24"):
        told = control.ok("POST", "/mgmt/tm/gtm/explain", {"name": NAME, "client": client})
        share, = told["shares"]
        number = ask(t, client.split("/")[0].replace("40.0", "40.77"))[0][-1]
        assert share["member"] == f"/Common/s:v{number}" and share["share"] == 1, told
    told = control.ok("POST", "/mgmt/tm/gtm/explain", {"name": NAME})
    assert sum(s["weight"] * 4096 // s["total"] for s in told["shares"]) == 4096, told


@scene("ratio-cohort: a ratio raised moves clients to its member alone, one put back all back")
def cohort(t):
    t.start(application([10, 90], "    load-balancing-mode ratio\n    ratio-cohort yes\n"))
    control = Control(t)
    first = census(t)
    assert census(t) == first
    control.ok("PATCH", MEMBER % 0, {"ratio": 60})
    second = census(t)
    moved = [c for c in CLIENTS if first[c] != second[c]]
    assert moved and all(second[c] == "192.0.2.0" for c in moved), moved
    told = control.ok("POST", "/mgmt/tm/gtm/explain", {"name": NAME})
    assert [(s["weight"], s["total"]) for s in told["shares"]] == [(2, 5), (3, 5)], told
    control.ok("PATCH", MEMBER % 0, {"ratio": 10})
    assert census(t) == first


EXPLAIN = "/mgmt/tm/gtm/explain"
WIDE = "/mgmt/tm/gtm/wideip/a/~Common~" + NAME


def two_pools():
    return (guide.hosts(4)
            + "".join(guide.pool(p, [(f"/Common/s:v{2 * i + n}", f"member-order {n}")
                                     for n in range(2)]) for i, p in enumerate(("p", "q")))
            + guide.wideip(NAME, [("p", "order 0"), ("q", "order 1")],
                           "    persistence enabled\n    persist-cidr-ipv4 28\n"))


@scene("persistence: a client's next answers are its first, while that member is usable")
def remembered(t):
    t.start(two_pools())
    control = Control(t)
    first = {n: ask(t, f"127.0.2.{n}") for n in range(0, 256, 16)}
    assert len(set(map(tuple, first.values()))) == 4, first
    for n, was in first.items():
        for host in range(n, n + 16, 5):
            assert ask(t, f"127.0.2.{host}") == was, (n, host)
    told = control.ok("GET", "/mgmt/tm/gtm/persist")
    assert told["records"] == len(first) == len(told["items"]), told
    items = {i["client"]: i["member"][-1] for i in told["items"]}
    assert items == {f"127.0.2.{n}/28": a[0][-1] for n, a in first.items()}, items
    gone = first[0][0][-1]
    pool = "p" if gone in "01" else "q"
    where = f"/mgmt/tm/gtm/pool/a/~Common~{pool}/members/~Common~s:v{gone}"
    control.ok("PATCH", where, {"disabled": True})
    now = ask(t, "127.0.2.0")
    assert now != first[0]
    control.ok("PATCH", where, {"enabled": True})
    assert ask(t, "127.0.2.1") == now, "a new record takes the place of the old one"
    stats, = control.ok("GET", WIDE + "/stats")["entries"].values()
    stats = stats["nestedStats"]["entries"]
    assert stats["persisted"]["value"] == 4 * len(first) + 1, stats
    assert control.ok("POST", "/mgmt/tm/gtm/persist-clear", {})["cleared"] == len(first)
    assert control.ok("GET", "/mgmt/tm/gtm/persist")["items"] == []


@scene("persistence: explain knows the client's record and leaves none; ttl-persistence 0 has none")
def known(t):
    t.start(two_pools())
    control = Control(t)
    shares = control.ok("POST", EXPLAIN, {"name": NAME, "client": "127.0.3.1"})["shares"]
    assert [s["share"] for s in shares] == [0.25] * 4, shares
    assert control.ok("GET", "/mgmt/tm/gtm/persist")["records"] == 0
    was = ask(t, "127.0.3.1")[0]
    told = control.ok("POST", EXPLAIN, {"name": NAME, "client": "127.0.3.2"})
    share, = told["shares"]
    assert share["share"] == 1 and share["member"][-1] == was[-1], told
    whys = {m["why"] for p in told["pools"] for m in p["members"]}
    assert whys == {"Persistence: the client's last answer, until it expires",
                    "Persistence: the client was answered with another before"}, whys
    assert told["reply"]["answer"][0].endswith(was), told
    control.ok("PATCH", WIDE, {"ttlPersistence": 0})
    control.ok("POST", "/mgmt/tm/gtm/persist-clear", {})
    assert len({ask(t, "127.0.3.1")[0] for _ in range(64)}) == 4


@scene("persistence: a disabled pool keeps its clients, unless drain-persistent-requests is no")
def drained(t):
    t.start(two_pools())
    control = Control(t)
    first = {n: ask(t, f"127.0.2.{n}") for n in range(0, 256, 16)}
    control.ok("PATCH", POOL, {"disabled": True})
    for n, was in first.items():
        assert ask(t, f"127.0.2.{n}") == was, n
    assert {ask(t, f"127.0.4.{n}")[0][-1] for n in range(0, 256, 16)} == {"2", "3"}
    control.ok("PATCH", "/mgmt/tm/gtm/global-settings/general", {"drainPersistentRequests": "no"})
    for n, was in first.items():
        now = ask(t, f"127.0.2.{n}")
        assert now == was if was[0][-1] in "23" else now[0][-1] in "23", (n, was, now)


if __name__ == "__main__":
    main()
