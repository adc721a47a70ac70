#!/usr/bin/python3
"""Terraform's BIG-IP provider, replayed request by request against gtmrestd."""
from lib.front import Front
from lib.provider import Provider, Refused, omitempty
from lib.scene import main, scene

NAME = "vmhttp.siterequest.com"
OFF = {f"limitMax{what}Status": "disabled" for what in ("Bps", "Connections", "Pps")}
ON = {"enabled": True}

MONITOR = dict(destination="*:*", interval=30, timeout=120, probeTimeout=5,
               ignoreDownResponse="disabled", transparent="disabled", reverse="disabled",
               send="GET /")
POOL = dict(alternateMode="round-robin", dynamicRatio="disabled", fallbackIp="any",
            fallbackMode="return-to-dns", loadBalancingMode="round-robin",
            manualResume="disabled", maxAnswersReturned=1, qosHitRatio=5,
            qosKilobytesSecond=3, qosLcs=30, qosPacketRate=1, qosRtt=50, ttl=30,
            minMembersUpMode="off", verifyMemberAvailability="enabled", **ON, **OFF)
WIDEIP = dict(minimalResponse="enabled", failureRcode="noerror",
              failureRcodeResponse="disabled", persistCidrIpv4=32, persistCidrIpv6=128,
              persistence="disabled", poolLbMode="round-robin", ttlPersistence=3600,
              topologyPreferEdns0ClientSubnet="disabled", **ON)
# Discovery is its default; it must read back, or the next plan has a change.
SERVER = dict(product="generic-host", virtualServerDiscovery="enabled")
SERVER_REST = dict(linkDiscovery="disabled", proberPreference="inherit",
                   proberFallback="inherit", exposeRouteDomains="no", iqAllowPath="yes",
                   iqAllowServiceCheck="yes", iqAllowSnmp="yes", **ON)


def holds(doc, body):
    """What was written is what is read, but for the names."""
    for key, value in body.items():
        if key not in ("name", "partition", "fullPath", "pools") and \
                not key.endswith("Reference"):
            assert doc.get(key) == value, (key, value, doc.get(key))
    return doc


def gone(p, *path):
    try:
        p.get(*path)
    except Refused as e:
        assert e.status == 404 and "was not found" in str(e), e
        return True
    return False


def datacenter(p, name, **fields):
    """bigip_gtm_datacenter: created whole, then once more as what has changed."""
    body = omitempty(proberFallback="any-available", proberPreference="inside-datacenter",
                     enabled=True, **fields)
    p.call("POST", "gtm", "datacenter", {"name": name, "partition": "Common", **body})
    p.call("PUT", "gtm", "datacenter", "/Common/" + name, body)
    return holds(p.get("gtm", "datacenter", "/Common/" + name), body)


def monitor(p, kind, name, **fields):
    body = omitempty(name=name, defaultsFrom="/Common/" + kind, **{**MONITOR, **fields})
    p.call("POST", "gtm", "monitor", kind, body)
    return holds(p.get("gtm", "monitor", kind, name), body)


def server(p, name, address, servers, method="POST", **fields):
    """bigip_gtm_server: without the virtual servers first, which come one by one."""
    body = dict(name=name, addresses=[{"name": address, "deviceName": name}],
                virtualServersReference={}, **{**SERVER, **fields})
    if method == "POST":
        p.call("POST", "gtm", "server", body)
    p.call("PUT", "gtm", "server", name, {**body, **SERVER_REST})
    there = p.get("gtm", "server", name, "virtual-servers").get("items", [])
    have = {vs["name"] for vs in there}
    for vs, more in servers.items():
        one = omitempty(name=vs, **ON, **OFF, **more)
        if vs in have:
            p.call("PUT", "gtm", "server", name, "virtual-servers", vs, one)
        else:
            p.call("POST", "gtm", "server", name, "virtual-servers", one)
    for vs in have - set(servers):
        p.call("DELETE", "gtm", "server", name, "virtual-servers", vs)
    doc = p.get("gtm", "server", name)
    items = p.get("gtm", "server", name, "virtual-servers").get("items", [])
    assert {vs["name"] for vs in items} == set(servers), items
    for vs in items:
        holds(vs, servers[vs["name"]])
    assert doc["addresses"][0] == {**body["addresses"][0], "translation": "none"}, doc
    return holds(doc, {**SERVER, **SERVER_REST, **fields_of(body)})


def fields_of(body):
    return {k: v for k, v in body.items() if k in ("datacenter", "description", "monitor")}


def pool(p, kind, name, members, method="POST", **fields):
    """bigip_gtm_pool: the bare name, then everything, then pool and members."""
    path = "/Common/" + name
    ids = {"name": name, "partition": "Common", "fullPath": path}
    if method == "POST":
        p.call("POST", "gtm", "pool", kind, {**ids, "membersReference": {}})
    items = [omitempty(name=m, **{"ratio": 1, "monitor": "default", **ON, **OFF, **more})
             for m, more in members.items()]
    body = omitempty(**{**POOL, **fields})
    p.call("PUT", "gtm", "pool", kind, path,
           {**ids, **body, "membersReference": {"items": items} if items else {}})
    doc = holds(p.get("gtm", "pool", kind, path), body)
    got = {f"/{m['partition']}/" + (m["subPath"] + "/" if "subPath" in m else "") + m["name"]: m
           for m in p.get("gtm", "pool", kind, path, "members").get("items", [])}
    if items:
        assert set(got) == set(members), (got, members)
    for m in items:
        holds(got[m["name"]], m)
    return doc


def wideip(p, kind, name, pools, method="POST", **fields):
    path = "/Common/" + name
    ids = {"name": name, "partition": "Common", "fullPath": path}
    if method == "POST":
        p.call("POST", "gtm", "wideip", kind, {**ids, "pools": None})
    body = omitempty(**{**WIDEIP, **fields})
    p.call("PUT", "gtm", "wideip", kind, path, {**ids, **body, "pools": [
        {"name": n, "order": i, "ratio": r} for i, (n, r) in enumerate(pools)]})
    doc = holds(p.get("gtm", "wideip", kind, path), body)
    got = [(f"/{e['partition']}/{e['name']}", e["order"], e["ratio"])
           for e in doc.get("pools", [])]
    assert got == [(n if n[0] == "/" else "/Common/" + n, i, r)
                   for i, (n, r) in enumerate(pools)], (got, pools)
    return doc


def application(p, t):
    """The guide's application as a plan would create it."""
    monitor(p, "http", "/Common/VM-http-monitor", recv="OK")
    for last, site in enumerate(("Local", "Remote"), 1):
        datacenter(p, site, contact="ops", description=site)
        server(p, site + "-BIG-IP", f"192.0.2.{last}", {
            "vs80": {"destination": f"{t.net}.{last}:80"}}, datacenter="/Common/" + site)
        pool(p, "a", site + "_pool", {f"/Common/{site}-BIG-IP:vs80": {}}, ttl=15)
    return wideip(p, "a", NAME, [("/Common/Local_pool", 3), ("Remote_pool", 1)],
                  poolLbMode="ratio", aliases=["www.siterequest.com"])


def begin(t):
    t.start("gtm global-settings dns {\n    threads 1\n}\n")
    return Provider(Front(t).port)


@scene("apply, a refresh without changes, and destroy of the whole application")
def apply(t):
    p = begin(t)
    made = application(p, t)
    assert sorted(t.answer(NAME)[0] for _ in range(4)).count(f"{t.net}.2") == 1
    assert p.get("gtm", "wideip", "a", "/Common/" + NAME) == made
    paths = [("wideip", "a", "/Common/" + NAME), ("pool", "a", "/Common/Local_pool"),
             ("pool", "a", "/Common/Remote_pool"), ("server", "Local-BIG-IP"),
             ("server", "Remote-BIG-IP"), ("datacenter", "/Common/Local"),
             ("datacenter", "/Common/Remote"), ("monitor", "http", "/Common/VM-http-monitor")]
    for path in paths:
        p.get("gtm", *path)
        assert p.call("DELETE", "gtm", *path) is None
        assert gone(p, "gtm", *path), path
    assert t.answer(NAME) == "REFUSED"


@scene("an update is a PUT: what it leaves out has its default, what is linked stays")
def update(t):
    p = begin(t)
    application(p, t)
    path = ("gtm", "datacenter", "/Common/Local")
    p.call("PUT", *path, {"contact": "noc"})
    doc = p.get(*path)
    assert doc["contact"] == "noc" and "description" not in doc and doc["enabled"], doc
    p.call("PUT", *path, {"disabled": True})
    doc = p.get(*path)
    assert doc["disabled"] and "enabled" not in doc and "contact" not in doc, doc
    p.call("PUT", *path, {"enabled": True})
    assert "disabled" not in p.get(*path)
    key = "/Common/Local-BIG-IP:vs80"
    pool(p, "a", "Local_pool", {key: {"ratio": 5}}, "PUT", ttl=20, monitor="/Common/tcp")
    pool(p, "a", "Local_pool", {key: {"enabled": False, "disabled": True}}, "PUT", ttl=15)
    pool(p, "a", "Local_pool", {}, "PUT", enabled=False, disabled=True)
    left = p.get("gtm", "pool", "a", "/Common/Local_pool", "members")["items"]
    assert [m["name"] for m in left] == ["Local-BIG-IP:vs80"] and left[0]["disabled"], left
    server(p, "Local-BIG-IP", "192.0.2.7", {
        "vs80": {"destination": f"{t.net}.1:81", "limitMaxBps": 0},
        "vs 81": {"destination": f"{t.net}.1:82"}}, "PUT", datacenter="/Common/Remote",
        monitor="/Common/http")
    server(p, "Local-BIG-IP", "192.0.2.7", {"vs80": {"destination": f"{t.net}.1:80"}}, "PUT",
           datacenter="/Common/Local")
    wideip(p, "a", NAME, [("Remote_pool", 1)], "PUT", description="d", persistence="disabled")
    doc = wideip(p, "a", NAME, [], "PUT")
    assert "aliases" not in doc and "description" not in doc, doc
    body = omitempty(name="/Common/VM-http-monitor", defaultsFrom="/Common/http",
                     **{**MONITOR, "interval": 10, "timeout": 31})
    p.call("PUT", "gtm", "monitor", "http", "/Common/VM-http-monitor", body)
    doc = p.get("gtm", "monitor", "http", "/Common/VM-http-monitor")
    assert holds(doc, body)["fullPath"] == "/Common/VM-http-monitor" and "recv" not in doc, doc


@scene("the other types of pool, wide IP and monitor that are there")
def others(t):
    p = begin(t)
    datacenter(p, "Local")
    server(p, "S", "192.0.2.1", {"vs6": {"destination": "2001:db8::1.80"}},
           datacenter="/Common/Local")
    doc = pool(p, "aaaa", "p6", {"/Common/S:vs6": {"memberOrder": 0}}, fallbackIp="any6")
    assert doc["fallbackIp"] == "any6", doc
    wideip(p, "aaaa", "six.example.com", [("/Common/p6", 1)])
    monitor(p, "tcp", "/Common/t1", send=None)
    p.call("POST", "gtm", "monitor", "postgresql", {"name": "/Common/db", "interval": 30})
    assert p.get("gtm", "monitor", "postgresql", "/Common/db")["timeout"] == 91
    wideip(p, "cname", "alias.example.com", [])


# What one of its resources sends that we refuse so far, and a word of the reason.
REFUSED = [
    (("monitor", "https"), {"name": "/Common/x", "defaultsFrom": "/Common/https"}),
    (("monitor", "bigip"), {"name": "/Common/x", "defaultsFrom": "/Common/bigip"}),
    (("topology",), {"name": "ldns: subnet 10.0.0.0/8 server: pool /Common/p", "order": 1,
                     "score": 100}),
    (("region",), {"name": "r", "partition": "Common", "regionMembers": [
        {"name": "country FR"}]}),
]


@scene("what is not there yet is refused with a sentence, not with a wait")
def refused(t):
    p = begin(t)
    datacenter(p, "Local")
    types = {d["words"]: d for d in p.call("GET", "gtm", "describe")["types"]}
    for path, body in REFUSED:
        if "refused" not in types["gtm " + " ".join(path)]:
            continue
        try:
            p.call("POST", "gtm", *path, body)
        except Refused as e:
            assert e.status == 400 and "not supported yet" in str(e), e
        else:
            raise AssertionError(path)


if __name__ == "__main__":
    main()
