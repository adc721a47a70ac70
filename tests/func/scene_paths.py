#!/usr/bin/python3
"""Answers go by the path to the resolver: what is measured here, and told from elsewhere."""
import dns.edns
import dns.message

from lib import guide
from lib.control import Control
from lib.scene import eventually, main, scene
from lib.wires import GTMD, Host, Wires

NAME = "vmhttp.siterequest.com"
HERE, THERE = "192.0.2.1", "192.0.2.2"
NEAR, FAR = "10.1.0.53", "10.2.0.53"
QUICK = {"ldns-update-interval": 1, "paths-retry": 1, "path-ttl": 600, "hops-timeout": 1,
         "probe-rate": 200}


def config(mode, metrics=(), pool=""):
    told = "".join(f"    {k} {v}\n" for k, v in {**QUICK, **dict(metrics)}.items())
    servers = "".join(f"""gtm datacenter /Common/{dc} {{ }}
gtm server /Common/{dc}-server {{
    datacenter /Common/{dc}
    devices {{
        box {{
            addresses {{
                {device} {{ }}
            }}
        }}
    }}
    product generic-host
    virtual-servers {{
        v {{
            destination {addr}:80
        }}
    }}
}}
""" for dc, device, addr in (("Here", GTMD, HERE), ("There", "10.9.9.9", THERE)))
    return (f"""gtm global-settings metrics {{
{told}}}
gtm listener /Common/udp {{
    address {GTMD}
    ip-protocol udp
    port 53
}}
{servers}""" + guide.pool("p", [("/Common/Here-server:v", "member-order 1"),
                                ("/Common/There-server:v", "member-order 0")],
                          "    alternate-mode global-availability\n    fallback-mode none\n"
                          f"    load-balancing-mode {mode}\n{pool}")
            + guide.wideip(NAME, [("p", "order 0")]))


def begin(t, *args, **kw):
    w = Wires(t)
    t.start(config(*args, **kw), prefix=w.inside)
    return w, Control(t)


def tell(c, resolver, datacenter="/Common/There", **values):
    c.ok("POST", "metrics", {"items": [{"resolver": resolver, "datacenter": datacenter,
                                        **values}]})


def path(c, resolver, datacenter="/Common/Here"):
    return next((p for p in c.ok("GET", "path")["items"]
                 if p["resolver"] == resolver and p["datacenter"] == datacenter), {})


@scene("lowest-round-trip-time: who is near is answered with this site, who is far with the other")
def round_trip_time(t):
    w, c = begin(t, "lowest-round-trip-time")
    w.hosts = {NEAR: Host(ms=2), FAR: Host(ms=60)}
    assert c.ok("GET", "path")["datacenter"] == "/Common/Here"
    for resolver in (NEAR, FAR):
        assert w.ask(resolver, NAME) == [THERE]		# nothing known: the alternate
        tell(c, resolver, roundTripTime=30000)
    w.becomes(NEAR, NAME, [HERE])
    eventually(lambda: w.ask(FAR, NAME) and path(c, FAR).get("roundTripTime"), 10, "measured")
    assert w.ask(FAR, NAME) == [THERE]
    near, far = path(c, NEAR), path(c, FAR)
    assert 2000 <= near["roundTripTime"] < 30000 and near["completionRate"] == 100, near
    assert far["roundTripTime"] >= 60000 and "hops" not in far, far
    assert w.hosts[NEAR].seen == ["icmp"] * 4, w.hosts[NEAR].seen
    why = c.ok("POST", "explain", {"name": NAME, "client": NEAR})["pools"][0]["members"]
    assert [m["share"] for m in why] == [0, 1], why
    assert why[1]["path"]["roundTripTime"] == near["roundTripTime"], why
    assert f"{near['roundTripTime']} us" in why[1]["why"] and "30000 us" in why[0]["why"], why
    asked = c.ok("POST", "what-if", {"name": NAME, "client": FAR, "overlay": {
        "gtm pool a /Common/p": {"loadBalancingMode": "global-availability"}}})
    assert asked["before"][0]["shares"][0]["share"] == 1, asked["before"]
    tell(c, FAR, roundTripTime=None)
    w.becomes(FAR, NAME, [HERE])


@scene("fewest-hops counts the routers on the way, also those that say nothing")
def hops(t):
    w, c = begin(t, "fewest-hops", {"hops-sample-count": 1})
    w.hosts = {NEAR: Host(hops=3), FAR: Host(hops=13, mute_routers=True)}
    for resolver in (NEAR, FAR):
        tell(c, resolver, hops=8)
        eventually(lambda r=resolver: w.ask(r, NAME) and "hops" in path(c, r), 15, "hops counted")
    assert [path(c, r)["hops"] for r in (NEAR, FAR)] == [3, 13]
    assert w.ask(NEAR, NAME) == [HERE] and w.ask(FAR, NAME) == [THERE]


@scene("completion-rate: the share of probes that came back; dynamic-ratio shares out by it")
def completion(t):
    w, c = begin(t, "completion-rate", {"path-ttl": 4})
    w.hosts = {NEAR: Host(lose=4)}
    tell(c, NEAR, completionRate=60, ttl=600)
    w.becomes(NEAR, NAME, [HERE])
    assert path(c, NEAR)["completionRate"] == 75
    c.ok("PATCH", "pool/a/p", {"dynamicRatio": "enabled"})
    for datacenter, rate in (("/Common/Here", 75), ("/Common/There", 60)):
        tell(c, FAR, datacenter, completionRate=rate, ttl=600)
    shares = c.ok("POST", "explain", {"name": NAME, "client": FAR})["pools"][0]["members"]
    assert [(m["weight"], m["total"]) for m in shares] == [(4, 9), (5, 9)], shares
    got = [w.ask(FAR, NAME)[0] for _ in range(60)]
    assert 22 <= got.count(THERE) <= 31, got	# 4 of 9: 26.7
    c.ok("PATCH", "pool/a/p", {"dynamicRatio": "disabled"})
    w.hosts[NEAR].answers = ()			# it goes: what worked completes nothing
    w.becomes(NEAR, NAME, [THERE], seconds=20)
    eventually(lambda: w.ask(NEAR, NAME) and path(c, NEAR).get("completionRate") == 0, 20, "gone")


@scene("each protocol measures; when one is filtered, the next is tried and kept to")
def protocols(t):
    w, c = begin(t, "lowest-round-trip-time", {
        "metrics-collection-protocols": "{ icmp tcp udp dns_dot dns_rev }",
        "path-sample-count": 2, "probe-rate": 1000})
    for i, kind in enumerate(("icmp", "tcp", "udp", "dns")):
        w.hosts[f"10.1.0.{i}"] = Host(ms=1, answers=(kind,))
    for resolver in w.hosts:
        tell(c, resolver, roundTripTime=2000000)
        w.ask(resolver, NAME)
    for resolver, host in w.hosts.items():
        w.becomes(resolver, NAME, [HERE], seconds=30)
        last = host.answers[0]
        assert host.seen[-2:] == [last] * 2, host.seen
        assert sorted(set(host.seen)) == sorted(("icmp", "tcp", "udp", "dns")[
            :("icmp", "tcp", "udp", "dns").index(last) + 1]), host.seen


@scene("who never answers is asked less and less, and is answered by the alternate method")
def silent(t):
    w, c = begin(t, "lowest-round-trip-time", {"default-probe-limit": 1, "path-sample-count": 1})
    w.hosts = {NEAR: Host(answers=())}
    eventually(lambda: w.ask(NEAR, NAME) == [THERE] and path(c, NEAR).get("age") is not None,
               20, "a round without answer")
    assert set(path(c, NEAR)) == {"resolver", "datacenter", "age", "asked"}, path(c, NEAR)
    assert w.hosts[NEAR].probes == 1


@scene("a flood of made-up sources is not probed; a cookie proves a resolver at once")
def flood(t):
    w, c = begin(t, "lowest-round-trip-time", {"probe-rate": 20})
    w.default = Host(ms=1)
    made_up = dns.message.make_query(NAME, "A")
    for i in range(3000):
        w.ask_wire(f"11.{i % 7}.{i // 250}.{i % 250 + 1}", made_up) if i % 100 == 0 else \
            w.send(__import__("lib.wires").wires.udp(f"11.{i % 7}.{i // 250}.{i % 250 + 1}", 999,
                                                     GTMD, 53, made_up.to_wire()))
    w.hosts = {NEAR: Host(ms=1)}
    client = b"01234567"
    first = w.ask_wire(NEAR, dns.message.make_query(NAME, "A", options=[
        dns.edns.GenericOption(10, client)]))
    cookie = next(o for o in first.options if o.otype == 10).data
    good = dns.message.make_query(NAME, "A", options=[dns.edns.GenericOption(10, cookie)])
    tell(c, NEAR, roundTripTime=2000000)
    eventually(lambda: w.ask_wire(NEAR, good) and path(c, NEAR).get("roundTripTime"), 5,
               "the proven one is measured")
    told = c.ok("GET", "path")
    assert w.default.probes == 0 and told["paths"] == 1, told
    assert told["resolversUnproven"] > 0, told


@scene("excluded resolvers and those who ask for something else are left alone")
def exclusions(t):
    w, c = begin(t, "lowest-round-trip-time")
    c.ok("PATCH", "global-settings/metrics-exclusions", {"addresses": ["10.2.0.0/16"]})
    w.hosts = {NEAR: Host(), FAR: Host()}
    eventually(lambda: w.ask(FAR, NAME) and w.ask(NEAR, NAME) and
               "roundTripTime" in path(c, NEAR), 10, "the other one is measured")
    assert w.hosts[FAR].probes == 0 and path(c, FAR) == {}
    c.ok("PATCH", "pool/a/p", {"loadBalancingMode": "round-robin"})
    w.hosts["10.3.0.53"] = Host()
    for _ in range(5):
        w.ask("10.3.0.53", NAME)
    assert w.hosts["10.3.0.53"].probes == 0
    assert "datacenter" not in c.ok("GET", "path")


@scene("what is told of paths is checked")
def refusals(t):
    w, c = begin(t, "lowest-round-trip-time")
    assert w.ask(NEAR, NAME) == [THERE]
    for code, text, item in (
            (400, "an IP address", {"resolver": "x", "datacenter": "/Common/Here"}),
            (404, "no data center", {"resolver": NEAR, "datacenter": "/Common/x"}),
            (400, "0..100", {"resolver": NEAR, "datacenter": "/Common/Here",
                             "completionRate": 101}),
            (400, "measurement of a path", {"resolver": NEAR, "datacenter": "/Common/Here",
                                            "connections": 1})):
        assert text in c.refused(code, "POST", "metrics", {"items": [item]}), item


if __name__ == "__main__":
    main()
