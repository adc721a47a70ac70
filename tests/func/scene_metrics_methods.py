#!/usr/bin/python3
"""Who measures the load tells it, and the answers go by it: methods, shares, limits."""
from collections import Counter

from lib import guide
from lib.control import Control
from lib.scene import eventually, main, scene

NAME = "vmhttp.siterequest.com"
ADDRS = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
ONE = "gtm global-settings dns {\n    threads 1\n}\n"


def config(pool_body, vs_body="", server_body=""):
    vss = "".join(f"        v{i} {{\n            destination {a}:80\n{vs_body}        }}\n"
                  for i, a in enumerate(ADDRS))
    members = [(f"/Common/s:v{i}", f"member-order {i}") for i in range(3)]
    return (ONE + "gtm datacenter /Common/dc { }\ngtm server /Common/s {\n"
            f"    datacenter /Common/dc\n    product generic-host\n{server_body}"
            f"    virtual-servers {{\n{vss}    }}\n}}\n"
            + guide.pool("p", members, "    fallback-mode none\n" + pool_body)
            + guide.wideip(NAME, [("p", "order 0")]))


def tell(c, key, *values, ttl=600):
    items = [{"virtualServer": f"/Common/s:v{i}", key: v, "ttl": ttl}
             for i, v in enumerate(values)]
    assert c.ok("POST", "metrics", {"items": items}) == {"values": len(items)}


def answers(t, n=60):
    got = Counter(a for _ in range(n) for a in t.answer(NAME))
    return [got[a] for a in ADDRS]


@scene("each method answers with the best by what was told, and follows the news")
def methods(t):
    t.start(config("    alternate-mode none\n    load-balancing-mode least-connections\n"))
    c = Control(t)
    for method, key, values, best in (
            ("least-connections", "connections", (7, 5, 6), 1),
            ("packet-rate", "packetsPerSecond", (9, 11, 10), 0),
            ("kilobytes-per-second", "bitsPerSecond", (90000, 80000, 10000), 2),
            ("virtual-server-capacity", "capacity", (1, 3, 2), 1),
            ("virtual-server-score", "score", (50, 40, 60), 2)):
        c.ok("PATCH", "pool/a/p", {"loadBalancingMode": method})
        tell(c, key, *values)
        t.becomes(NAME, [ADDRS[best]])
        assert answers(t, 9)[best] == 9, method
    why = c.ok("POST", "explain", {"name": NAME})["pools"][0]["members"]
    assert [m["share"] for m in why] == [0, 0, 1], why
    assert why[2]["measured"]["score"] == 60, why
    assert "60 points" in why[2]["why"] and "50 points" in why[0]["why"], why


@scene("without data the method passes; a value that is not told again ends")
def no_data(t):
    t.start(config("    alternate-mode global-availability\n    load-balancing-mode cpu\n"))
    c = Control(t)
    assert answers(t, 3) == [3, 0, 0]
    c.ok("PATCH", "pool/a/p", {"loadBalancingMode": "least-connections"})
    tell(c, "connections", 9, 9, 1, ttl=1)
    t.becomes(NAME, [ADDRS[2]])
    t.becomes(NAME, [ADDRS[0]])
    assert c.ok("GET", "metrics")["items"] == []


@scene("dynamic-ratio shares out exactly: 9, 19 and 19 connections are 2 : 1 : 1")
def dynamic_ratio(t):
    t.start(config("    dynamic-ratio enabled\n    load-balancing-mode least-connections\n"))
    c = Control(t)
    tell(c, "connections", 9, 19, 19)
    eventually(lambda: [m["share"] for m in c.ok("POST", "explain", {"name": NAME})["pools"][0]
                        ["members"]] == [0.5, 0.25, 0.25], 5, "exact shares")
    assert answers(t, 400) == [200, 100, 100]


@scene("over a limit is unavailable and answers nothing; a tenth below, it is back")
def limits(t):
    t.start(config("    load-balancing-mode global-availability\n",
                   "            limit-max-connections 100\n"
                   "            limit-max-connections-status enabled\n",
                   "    limit-cpu-usage 80\n    limit-cpu-usage-status enabled\n"))
    c = Control(t)
    tell(c, "connections", 101, 5, 5)
    t.becomes(NAME, [ADDRS[1]])
    t.logged("to=unavailable")
    stats = c.ok("POST", "explain", {"name": NAME})["pools"][0]["members"][0]
    assert stats["availability"] == "unavailable", stats
    assert stats["why"] == "Over limit-max-connections 100: 101 connections", stats
    asked = c.ok("POST", "what-if", {"name": NAME, "overlay": {"gtm pool a /Common/p": {
        "ttl": 77}}})["explain"]["pools"][0]["members"][0]
    assert asked["availability"] == "unavailable", asked
    tell(c, "connections", 95, 101, 5)
    t.becomes(NAME, [ADDRS[2]])
    asked = c.ok("POST", "what-if", {"name": NAME, "overlay": {"gtm pool a /Common/p": {
        "ttl": 77}}})["explain"]["pools"][0]["members"][0]
    assert asked["why"] == ("Was over limit-max-connections 100: 95 connections, "
                            "back at 90"), asked
    tell(c, "connections", 90, 101, 5)
    t.becomes(NAME, [ADDRS[0]])
    c.ok("POST", "metrics", {"items": [{"server": "/Common/s", "cpuUsage": 81}]})
    t.becomes(NAME, [])
    c.ok("POST", "metrics", {"items": [{"server": "/Common/s", "cpuUsage": None}]})
    t.becomes(NAME, [ADDRS[0]])


@scene("only operators may tell, and only what is there and in range")
def refusals(t):
    t.start(config(""))
    c = Control(t)
    body = {"items": [{"server": "/Common/s", "cpuUsage": 5}]}
    assert "may not give" in c.refused(403, "POST", "metrics", body, X_Gtm_User="u",
                                       X_Gtm_Role="guest")
    assert "no server" in c.refused(404, "POST", "metrics",
                                    {"items": [{"server": "/Common/x"}]})
    assert "0..100" in c.refused(400, "POST", "metrics",
                                 {"items": [{"server": "/Common/s", "cpuUsage": 101}]})
    assert c.ok("GET", "metrics", X_Gtm_User="u", X_Gtm_Role="guest")["items"] == []


if __name__ == "__main__":
    main()
