#!/usr/bin/python3
"""F5's SDK for Python against gtmrestd: every object type, every property."""
from lib import sdk
from lib.front import Front
from lib.scene import main, scene

BASE = """
gtm datacenter /Common/Local { }
gtm datacenter /Common/Remote { }
gtm server /Common/S {
    datacenter /Common/Local
    product generic-host
    virtual-servers {
        vs4 {
            destination 192.0.2.1:80
        }
        vs6 {
            destination 2001:db8::1.80
        }
    }
}
gtm pool a /Common/base4 { }
gtm pool a /Common/old4 { }
gtm pool a /Common/new4 { }
gtm wideip a /Common/app.example.com {
    pool-lb-mode ratio
    pools {
        old4 { }
        new4 { }
    }
}
gtm hypervisor /Common/from {
    datacenter /Common/Local
    program move
    wom-control /run/wom.sock
}
gtm hypervisor /Common/to {
    datacenter /Common/Remote
    program move
}
gtm pool aaaa /Common/base6 { }
gtm pool cname /Common/basec { }
gtm pool mx /Common/basemx { }
gtm pool srv /Common/basesrv { }
gtm pool naptr /Common/basenaptr { }
gtm pool https /Common/basehttps { }
gtm pool svcb /Common/basesvcb { }
gtm pool txt /Common/basetxt { }
"""


class Items:
    """A sub-collection of a type: what is created in it, then changed."""

    def __init__(self, name, create, modify):
        self.name, self.create, self.modify = name, create, modify


def members(name, **modify):
    inside = {"partition": "Common"} if ":" in name else {"staticTarget": "yes"}
    return Items("members", {"name": name, **inside}, modify)


def pools(name):
    return Items("pools", {"name": name, "partition": "Common"}, {"ratio": 3})


# One row a type: its words after "gtm", what is created beside name and
# partition, what is then changed, and its sub-collections. A type that the
# server describes and that is not here fails the scene.
TYPES = {
    "datacenter": ({"location": "Paris"}, {"contact": "ops", "disabled": True}, []),
    "server": ({"datacenter": "/Common/Local", "product": "generic-host",
                "addresses": [{"name": "192.0.2.9", "deviceName": "dev",
                               "translation": "none"}]},
               {"datacenter": "/Common/Remote"},
               [Items("virtual-servers", {"name": "vs 1/a", "destination": "192.0.2.7:0"},
                      {"destination": "192.0.2.8:81", "translationPort": 0})]),
    "listener": ({"address": "127.0.0.9", "port": 5399, "ipProtocol": "tcp"},
                 {"description": "x"}, []),
    "zone": ({"file": "@ZONE@"}, {"description": "x"}, []),
    "pool a": ({"ttl": 15, "monitor": "/Common/http and /Common/tcp"},
               {"loadBalancingMode": "ratio", "enabled": False},
               [members("/Common/S:vs4", ratio=5, disabled=True)]),
    "pool aaaa": ({"maxAnswersReturned": 2}, {"monitor": "min 1 of { /Common/http }"},
                  [members("/Common/S:vs6", memberOrder=7)]),
    "pool cname": ({"ttl": 0}, {"alternateMode": "none"},
                   [members("www.example.net", ratio=2)]),
    "pool mx": ({"ttl": 60}, {"maxAnswersReturned": 3},
                [members("mx.example.net", priority=5)]),
    "pool srv": ({"ttl": 60}, {"manualResume": "enabled"},
                 [members("s.example.net", port=5060, weight=0)]),
    "pool naptr": ({"ttl": 60}, {"loadBalancingMode": "ratio"},
                   [members("r.example.net", flags="s", preference=4)]),
    "pool https": ({"ttl": 60}, {"fallbackMode": "none"},
                   [members("h.example.net", svcPriority=2, alpn=["h2", "h3"])]),
    "pool svcb": ({"ttl": 60}, {"description": "s"},
                  [members("d.example.net", port=853, ipv4hint=["192.0.2.1"])]),
    "pool txt": ({"ttl": 60}, {"enabled": False},
                 [Items("members", {"name": "spf", "text": "v=spf1 -all"}, {"ratio": 2})]),
    "wideip a": ({"aliases": ["b.example.com", "a.example.com"]}, {"poolLbMode": "ratio"},
                 [pools("base4")]),
    "wideip aaaa": ({"minimalResponse": "disabled"}, {"failureRcode": "nxdomain"},
                    [pools("base6")]),
    "wideip cname": ({"description": "c"}, {"description": "d"}, [pools("basec")]),
    **{"wideip " + kind: ({"minimalResponse": "disabled"}, {"description": "d"},
                          [pools("base" + kind)])
       for kind in ("mx", "srv", "naptr", "https", "svcb", "txt")},
    "region": ({"regionMembers": [{"name": "subnet 192.0.2.0/24"}]},
               {"regionMembers": [{"name": "not country FR"}]}, []),
    "prober-pool": ({"disabled": True}, {"description": "d"},
                    [Items("members", {"name": "S", "partition": "Common"}, {"order": 4})]),
    "hypervisor": ({"datacenter": "/Common/Local", "program": "move --fast"},
                   {"driver": "exec", "user": "mover"}, []),
    "migration": ({"wideip": "a /Common/app.example.com", "fromPool": "/Common/old4",
                   "toPool": "/Common/new4", "fromHypervisor": "/Common/from",
                   "toHypervisor": "/Common/to", "hosts": [{"name": "vm1"}]},
                  {"plan": "steps", "steps": ["1", "50"], "demand": 1}, []),
    "topology": ({"score": 5}, {"score": 9}, []),
    "monitor dns": ({"qname": "www.example.com", "recv": "192.0.2.1",
                     "destination": "10.9.9.9:53"},
                    {"qtype": "aaaa", "recv": "2001:db8::1", "protocol": "tcp"}, []),
    "monitor external": ({"defaultsFrom": "/Common/external", "run": "check"},
                         {"interval": 5, "args": "-v"}, []),
    "monitor http": ({"defaultsFrom": "/Common/http", "send": "GET / HTTP/1.0\\r\\n\\r\\n"},
                     {"interval": 5, "recv": "OK"}, []),
    "monitor gateway-icmp": ({"probeAttempts": 2, "destination": "10.9.9.9:*"},
                             {"probeInterval": 2, "interval": 9}, []),
    "monitor grpc-health": ({"service": "a.B"}, {"tls": "enabled", "host": "www.example.com"}, []),
    "monitor https": ({"defaultsFrom": "/Common/https", "sniServerName": "www.example.com"},
                      {"verify": "enabled", "caFile": "/etc/ssl/certs/ca-certificates.crt"}, []),
    "monitor metrics": ({"defaultsFrom": "/Common/metrics"}, {"interval": 5}, []),
    "monitor mysql": ({"defaultsFrom": "/Common/mysql"}, {"username": "probe"}, []),
    "monitor postgresql": ({"username": "probe"}, {"interval": 10, "timeout": 31}, []),
    "monitor redis": ({"username": "probe"}, {"username": "other", "interval": 9}, []),
    "monitor tcp-half-open": ({"defaultsFrom": "/Common/tcp_half_open"}, {"probeAttempts": 5}, []),
    "monitor udp": ({"send": "ping"}, {"recv": "pong", "reverse": "enabled"}, []),
    "monitor tcp": ({"defaultsFrom": "/Common/tcp", "destination": "10.9.9.9:80"},
                    {"timeout": 61, "interval": 20}, []),
    "global-settings general": (None, {"wideipZoneNameserver": "ns.example.com"}, []),
    "global-settings load-balancing": (None, {"respectFallbackDependency": "yes"}, []),
    "global-settings metrics": (None, {"pathTtl": 1200}, []),
    "global-settings metrics-exclusions": (None, {"addresses": ["192.0.2.0/24"]}, []),
    "global-settings dns": (None, {"identity": "a"}, []),
}


# What cannot be called "one".
NAMES = {"zone": "example.org",
         "topology": "ldns: subnet 192.0.2.0/24 server: datacenter /Common/Local"}


def collection(s, words):
    path = "gtm/" + words.replace(" ", "/")
    kind = f"tm:{path.replace('/', ':')}:{words.split()[-1]}state"
    single = words.startswith("global-settings")
    return (sdk.Single if single else sdk.Collection)(s, path, kind)


def begin(t):
    t.start(BASE)
    return sdk.Session(Front(t).port)


def described(s):
    """Each type that the server has, by its words after "gtm"."""
    return {d["words"][4:]: d for d in s.ask("GET", "/mgmt/tm/gtm/describe")["types"]}


def name_of(words):
    return words.split()[-1] + ".example.com" if words.startswith("wideip") else \
        NAMES.get(words, "one")


def place_of(words):
    """Records of topology lie in no partition; their slashes are written "~"."""
    name = name_of(words)
    return {"name": name.replace("/", "~")} if words == "topology" else \
        {"name": name, "partition": "Common"}


def create(t, s, words):
    """The object of the type's row, created (or, of a single one, read)."""
    body, where = TYPES[words][0], collection(s, words)
    if body is None:
        return where.load()
    if "file" in body:
        body = {**body, "file": t.write("example.org.zone", "@ 60 SOA ns.example.com. "
                "h.example.com. 1 60 60 60 60\n@ 60 NS ns.example.com.\n")}
    return where.create(name=name_of(words), partition="Common", **body)


def refused(status, call, *args, **kw):
    """The sentence of the HTTPError that the call must raise."""
    try:
        got = call(*args, **kw)
    except sdk.HTTPError as e:
        assert e.status == status, e
        assert e.doc["code"] == status and e.doc["errorStack"] == [], e.doc
        return e.message
    raise AssertionError(f"not refused: {getattr(got, 'doc', got)}")


def whole(o):
    """PUT of the object as it was read changes nothing, not even its generation."""
    before = o.doc
    o.update()
    assert o.doc == before, (before, o.doc)
    o.refresh()
    assert o.doc == before, (before, o.doc)


@scene("the token counts in micros, its life can be set, and it ends at the log-out")
def login(t):
    s = begin(t)
    assert s.version == "15.1.2.1" and s.life_s == 1200 == s.token["timeout"], s.token
    url = "/mgmt/shared/authz/tokens/" + s.token["token"]
    assert s.ask("PATCH", url, {"timeout": 3600})["timeout"] == 3600
    doc = s.ask("GET", url)
    assert doc["expirationMicros"] - doc["lastUpdateMicros"] == 3600 * 10**6, doc
    assert doc["kind"] == "shared:authz:tokens:authtokenitemstate"
    s.logout()
    assert "Token" in refused(401, s.ask, "GET", "/mgmt/tm/sys/")


@scene("every type: create, exists, load, modify, update of the whole, refresh, delete")
def types(t):
    s = begin(t)
    have = {w for w, d in described(s).items() if "refused" not in d}
    assert have == set(TYPES), f"no row for {have ^ set(TYPES)}"
    for words, (body, change, _) in TYPES.items():
        where = collection(s, words)
        named = place_of(words)
        assert body is None or not where.exists(**named), words
        o = create(t, s, words)
        whole(o)
        was = o.doc
        o.modify(**change)
        for key, value in change.items():
            if value is not False:
                assert o.doc[key] == value, (words, key, o.doc)
            else:
                assert key not in o.doc, (words, key, o.doc)
        assert o.doc.get("generation", 1) > was.get("generation", 0), words
        whole(o)
        if body is None:
            continue
        assert where.load(**named).doc == o.doc and where.exists(**named)
        assert o.doc in [i.doc for i in where.get_collection()], words
        assert "already exists" in refused(409, create, t, s, words)
        o.delete()
        assert not where.exists(**named)
        assert "was not found" in refused(404, where.load, **named)


@scene("what is refused says why, and its collection is empty")
def refusals(t):
    s = begin(t)
    for words, d in described(s).items():
        if "refused" not in d or d["naming"] == "single":
            continue
        if words not in ("pool", "wideip"):	# they are families of types
            assert collection(s, words).get_collection() == []
        assert d["refused"] in refused(400, collection(s, words).create, name="x"), words


# What the rows above give at creation: without it, it is not as it was.
GIVEN = {key for body, _, collections in TYPES.values() for key in
         [*(body or ()), *(k for items in collections for k in items.create)]}


def tries(p):
    """Values for a property, and whether each must be refused."""
    kind = p["kind"]
    if kind in ("u32", "u64"):
        low, high = p.get("min", 0), p.get("max", 2**32 - 1)
        return [(low, False), (high, False), (low - 1, True), (high + 1, True), ("x", True)]
    if kind in ("bool", "enum"):
        return [(w, False) for w in p["words"]] + [("wishful", True), (7, True)]
    if kind == "string" and not p.get("refused"):
        return [("plain", False), ('with "quotes" and \\', False), ("\u00fcml\u00e4ut", False),
                ("two\nlines\t\x01", False), ({"a": 1}, True)]
    return [([{"odd": 1}], True)] if kind != "items" else [({"odd": 1}, True), (5, True)]


def reads(p, shown, value):
    """Is it what was written? Our own rows are left out at their default."""
    if shown is None:
        return "ours" in p["flags"] and str(value) == p.get("default")
    return shown == value


def sweep(o, properties, taken):
    """Each value of each property: read-back equals write, or nothing changed;
    null brings back what it was without."""
    first = o.doc
    for p in properties:
        key = p["restName"]
        for value, wrong in tries(p) if p["kind"] != "state" else []:
            before = o.doc
            try:
                o.modify(**{key: value})
            except sdk.HTTPError as e:
                assert e.status == 400, (key, e)
                o.refresh()
                assert o.doc == before, (key, value, before, o.doc)
                continue
            assert not wrong, (o.uri, key, value)
            assert key not in o.doc if {"secret", "old"} & set(p["flags"]) else \
                reads(p, o.doc.get(key), value), (o.uri, key, value, o.doc.get(key))
            taken.add((o.kind, key))
        whole(o)
        if (o.kind, key) in taken and key not in GIVEN:
            o.modify(**{key: None})
            assert o.doc.get(key) == first.get(key), (o.uri, key, o.doc.get(key))


@scene("every property of every type at its bounds: read-back equals write, or no change")
def values(t):
    s = begin(t)
    taken, want = set(), set()
    for words, d in described(s).items():
        if words not in TYPES or words == "listener":	# which would move its sockets
            continue
        o = create(t, s, words)
        sweep(o, d["properties"], taken)
        for items in TYPES[words][2]:
            row = [p for p in d["properties"] if p["name"] == items.name][0]
            if "linked" in row["flags"]:
                one = o.items(items.name).create(**items.create)
                sweep(one, row["items"]["properties"], taken)
        want |= {(o.kind, p["restName"]) for p in d["properties"] if "refused" not in p
                 and p["kind"] in ("u32", "bool", "enum")}
    assert len(want) > 50 and want <= taken, want - taken


@scene("sub-collections: own URLs, exact kinds, expanded on request, kept by a PUT without them")
def subcollections(t):
    s = begin(t)
    for words, (_, _, collections) in TYPES.items():
        for items in collections:
            o = create(t, s, words)
            assert items.name == "pools" or o.items(items.name).get_collection() == []
            kind = ":".join([*o.kind.split(":")[:-1], items.name, items.name + "state"])
            inner = sdk.Collection(s, o.uri[len("/mgmt/tm/"):] + items.name, kind, inside=True)
            one = inner.create(**items.create)
            whole(one)
            one.modify(**items.modify)
            for key, value in items.modify.items():
                assert one.doc[key] == value, (words, key, one.doc)
            whole(one)
            where = {k: one.doc[k] for k in ("name", "partition", "subPath") if k in one.doc}
            assert inner.exists(**where) and inner.load(**where).doc == one.doc
            assert [i.doc for i in inner.get_collection()] == [one.doc]
            assert "already exists" in refused(409, inner.create, **items.create)
            o.refresh("?expandSubcollections=true")
            if items.name != "pools":
                camel = "virtualServers" if "-" in items.name else items.name
                assert o.doc[camel + "Reference"]["items"] == [one.doc], o.doc
            whole_expanded(o)
            o.refresh()
            whole(o)
            assert inner.exists(**where), words
            one.delete()
            assert not inner.exists(**where)
            assert "was not found" in refused(404, inner.load, **where)


def whole_expanded(o):
    """PUT with the items of the sub-collections in it keeps them as they are."""
    before = o.doc
    o.update()
    o.refresh("?expandSubcollections=true")
    assert o.doc == before, (before, o.doc)


@scene("names with slashes, colons, blanks, folders and escapes lead to one object")
def names(t):
    s = begin(t)
    pool = collection(s, "pool a")
    for name, partition, sub in (("plain", "Common", None), ("x", "Common", "team/app"),
                                 ("x", "Tenant", None), ("x", "Tenant", "team"),
                                 ("a:b", "Common", None), ("odd name (1)", "Common", None),
                                 ("dots.and-dashes_1", "Common", None)):
        where = {"name": name, "partition": partition, **({"subPath": sub} if sub else {})}
        o = pool.create(**where)
        full = "/".join(["", partition, *([sub] if sub else []), name])
        assert {k: o.doc[k] for k in where} == where and o.fullPath == full, o.doc
        assert ("subPath" in o.doc) == (sub is not None), o.doc
        assert pool.load(**where).doc == o.doc
        for url in ("%2F" + full[1:].replace("/", "%2F"), full.replace("/", "~"),
                    full.replace("/", "~").replace(":", "%3A")):
            assert s.ask("GET", pool.uri + url) == o.doc, url
        found = [i.fullPath for i in pool.get_collection(f"?$filter=partition+eq+{partition}")]
        assert full in found, (full, found)
        whole(o)
        o.delete()
    refused(400, pool.create, name="x", partition="../Common")
    refused(400, pool.create, name="tab\there")
    refused(400, pool.create, name="")
    server = collection(s, "server").load(name="S", partition="Common")
    servers = server.items("virtual-servers")
    for name in ("/Common/vs81", "/Common/a/b c", "with:colon", "(1)"):
        vs = servers.create(name=name, destination="192.0.2.3:80")
        assert servers.load(name=name).doc == vs.doc and vs.name == name
        member = collection(s, "pool a").load(name="base4", partition="Common").items(
            "members").create(name=f"/Common/S:{name}", partition="Common")
        assert member.fullPath == f"/Common/S:{name}", member.doc
        member.refresh()
        member.delete()
        vs.delete()


@scene("a transaction happens whole, is tried without effect, or does not happen")
def transactions(t):
    s = begin(t)
    pool = collection(s, "pool a")
    old = pool.load(name="base4", partition="Common")
    with sdk.Transaction(s) as x:
        s.ask("POST", pool.uri, {"name": "p1", "ttl": 7})
        s.ask("PATCH", pool.uri + "~Common~p1", {"ttl": 8})
        s.ask("DELETE", old.uri)
        queue = x.own("GET", "/commands")
        assert queue["kind"] == "tm:transaction:commandscollectionstate", queue
        assert [(c["method"], c["commandId"], c["body"]) for c in queue["items"]] == [
            ("POST", 1, {"name": "p1", "ttl": 7}), ("PATCH", 2, {"ttl": 8}), ("DELETE", 3, {})]
        assert x.own("GET", "/commands/2") == queue["items"][1]
        assert x.own("GET")["state"] == "STARTED"
    assert x.doc["state"] == "COMPLETED" and not x.doc["validateOnly"], x.doc
    assert pool.load(name="p1", partition="Common").ttl == 8
    assert not pool.exists(name="base4", partition="Common")
    with sdk.Transaction(s, validate_only=True) as x:
        s.ask("POST", pool.uri, {"name": "p2"})
    assert x.doc["state"] == "COMPLETED" and x.doc["validateOnly"], x.doc
    assert not pool.exists(name="p2", partition="Common")
    x.own("DELETE")
    refused(404, x.own, "GET")
    bad = sdk.Transaction(s)
    refused(400, whole_or_nothing, s, pool, bad)
    assert pool.load(name="p1", partition="Common").ttl == 8
    try:
        with sdk.Transaction(s) as x:
            s.ask("DELETE", pool.uri + "~Common~p1")
            raise KeyError("the caller gives up")
    except KeyError:
        x.own("DELETE")
    assert pool.exists(name="p1", partition="Common")


def whole_or_nothing(s, pool, transaction):
    with transaction:
        s.ask("PATCH", pool.uri + "~Common~p1", {"ttl": 9})
        s.ask("POST", pool.uri, {"name": "p3", "monitor": "/Common/none-such"})


@scene("statistics of objects, collections and items nest as clients unfold them")
def statistics(t):
    s = begin(t)
    state = "status.availabilityState"
    for words, key, kind in (("pool a", "preferred", ":A"), ("wideip a", "requests", ":A"),
                             ("server", "metrics.vsScore", ""), ("datacenter", "dcName", "")):
        o = create(t, s, words)
        page = o.stats()
        assert len(page) == 1, page
        (url, entry), = page.items()
        name = o.uri.split("/")[-2]
        assert url == f"{sdk.HOST}{o.uri}{name}{kind}/stats", page
        assert state in entry and key in entry, page
        assert f"{sdk.HOST}{o.uri[:-1]}{kind}/stats" in collection(s, words).stats()
    server = collection(s, "server").load(name="S", partition="Common")
    page = server.items("virtual-servers").stats()
    assert len(page) == 2 and all("picks" in e for e in page.values()), page
    assert "was not found" in refused(404, sdk.stats, s, collection(s, "pool a").uri + "none/")


if __name__ == "__main__":
    main()
