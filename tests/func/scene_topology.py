#!/usr/bin/python3
"""Where clients are: topology records, regions, databases and EDNS client subnet."""
import os

import dns.edns

from lib import guide, mmdb
from lib.control import Control
from lib.scene import BIN, eventually, main, need, scene

NAME = "www.siterequest.com"
NEAR, FAR, SIX = "192.0.2.1", "192.0.2.2", "192.0.2.3"
SITES = ("gtm datacenter /Common/near { }\ngtm datacenter /Common/far { }\n"
         "gtm datacenter /Common/six { }\n")


def server(name, addr):
    return (f"gtm server /Common/{name} {{\n    datacenter /Common/{name}\n"
            f"    product generic-host\n    virtual-servers {{\n        v {{\n"
            f"            destination {addr}:80\n        }}\n    }}\n}}\n")


def record(ldns, where, score=100, order=0):
    return (f"gtm topology ldns: {ldns} server: {where} {{\n    order {order}\n"
            f"    score {score}\n}}\n")


def text(records, pool="", wide="    topology-prefer-edns0-client-subnet enabled\n", extra=""):
    """Three members in three data centers, by method topology."""
    return (SITES + server("near", NEAR) + server("far", FAR) + server("six", SIX)
            + guide.pool("p", [(f"/Common/{s}:v", f"member-order {i}")
                               for i, s in enumerate(("near", "far", "six"))],
                         "    load-balancing-mode topology\n" + pool)
            + guide.wideip(NAME, [("p", "order 0")], wide) + records + extra)


RECORDS = (record("subnet 10.0.0.0/8", "datacenter /Common/near")
           + record("subnet 10.9.0.0/16", "datacenter /Common/far", 200)
           + record("subnet 2001:db8::/32", "datacenter /Common/six"))


def ask(t, subnet, rdtype="A"):
    """Who is answered to a client, and the scope of the answer."""
    option = dns.edns.ECSOption(*subnet.split("/")[:1], srclen=int(subnet.split("/")[1]))
    r = t.query(NAME, rdtype, options=[option])
    told = [o for o in r.options if isinstance(o, dns.edns.ECSOption)]
    assert len(told) == 1 and told[0].srclen == option.srclen, r
    return [str(a) for s in r.answer for a in s], told[0].scopelen


@scene("the client subnet decides, in both families, and the scope says how much of it")
def subnets(t):
    t.start(text(RECORDS))
    assert ask(t, "10.1.2.0/24") == ([NEAR], 13), ask(t, "10.1.2.0/24")
    assert ask(t, "10.9.2.0/24") == ([FAR], 16), ask(t, "10.9.2.0/24")
    assert ask(t, "10.200.2.0/24") == ([NEAR], 9), ask(t, "10.200.2.0/24")
    assert ask(t, "2001:db8:5::/48") == ([SIX], 32), ask(t, "2001:db8:5::/48")
    seen = {ask(t, "203.0.113.0/24")[0][0] for _ in range(30)}
    assert seen == {NEAR, FAR, SIX}, seen
    # A source longer than the table needs, and one too short for it.
    assert ask(t, "10.9.2.77/32") == ([FAR], 16)
    assert ask(t, "10.0.0.0/8")[1] > 8
    # "Do not tell": the resolver is judged, and the answer is for everybody.
    assert ask(t, "0.0.0.0/0")[1] == 0


@scene("dig and kdig show the option as it should come back")
def tools(t):
    t.start(text(RECORDS))
    at = ["@127.0.0.1", "-p", str(t.port), NAME]
    out = t.run([need("dig"), *at, "+subnet=10.9.1.0/24"]).stdout
    assert "CLIENT-SUBNET: 10.9.1.0/24/16" in out and FAR in out, out
    out = t.run([need("dig"), *at, "+subnet=0"]).stdout
    assert "NOERROR" in out and "/0/0" in out, out
    out = t.run([need("kdig"), *at, "+subnet=10.1.2.0/24"]).stdout
    assert "10.1.2.0/24/13" in out and NEAR in out, out
    out = t.run([need("kdig"), *at, "+subnet=2001:db8::/56"]).stdout
    assert "2001:db8::/56/32" in out and SIX in out, out


@scene("without the switch the resolver counts, and the scope is 0; the global one is for all")
def switch(t):
    t.start(text(RECORDS + record("subnet 127.0.0.0/8", "datacenter /Common/six"), wide=""))
    assert ask(t, "10.9.2.0/24") == ([SIX], 0)
    t.reload(text(RECORDS, wide="", extra="gtm global-settings load-balancing {\n"
                  "    topology-prefer-edns0-client-subnet enabled\n}\n"))
    assert ask(t, "10.9.2.0/24") == ([FAR], 16)


@scene("a malformed option is a format error")
def malformed(t):
    t.start(text(RECORDS))
    for octets in ("0001", "00011800", "0001180a010203", "0001210a01020304ff", "000118080a0102",
                   "0001140a010f", "0003180a0102", "00018100" + "00" * 17, "000008000a"):
        option = dns.edns.GenericOption(8, bytes.fromhex(octets))
        r = t.query(NAME, options=[option])
        assert r.rcode() == 1, (octets, r)
    r = t.query(NAME, options=[dns.edns.GenericOption(8, bytes.fromhex("00011400" "0a0110"))])
    assert r.rcode() == 0 and r.answer, r


@scene("regions hold and leave out; longest match sorts, order does when it is off")
def regions(t):
    region = ("gtm region /Common/inside {\n    region-members {\n"
              "        not subnet 10.9.0.0/16 { }\n        subnet 10.0.0.0/8 { }\n    }\n}\n")
    rest = (record("region /Common/inside", "datacenter /Common/near", 50, 2)
            + record("not region /Common/inside", "datacenter /Common/far", 40, 3))
    t.start(text(rest, extra=region))
    assert ask(t, "10.1.0.0/24")[0] == [NEAR] and ask(t, "10.9.0.0/24")[0] == [FAR]
    assert ask(t, "192.0.2.0/24")[0] == [FAR]
    both = rest + record("subnet 10.1.0.0/16", "datacenter /Common/near", 10, 9)
    both += record("subnet 10.0.0.0/8", "datacenter /Common/six", 20, 1)
    t.reload(text(both, extra=region))
    assert ask(t, "10.1.0.0/24")[0] == [SIX], "the narrow record's low score shadows the wide one"
    off = "gtm global-settings load-balancing {\n    topology-longest-match no\n}\n"
    t.reload(text(both, extra=region + off))
    assert ask(t, "10.1.0.0/24")[0] == [NEAR], "by order the region comes first"


@scene("a load says which records decide nothing; one change does not")
def shadows(t):
    off = "gtm global-settings load-balancing {\n    topology-longest-match no\n}\n"
    shadowed = record("subnet 10.9.0.0/16", "datacenter /Common/near", 900, 2)
    conf = text(record("subnet 10.0.0.0/8", "datacenter /Common/near", 100, 1) + shadowed,
                extra=off)
    told = ('topology record ldns: subnet 10.9.0.0/16 server: datacenter /Common/near: decides '
            'nothing: "ldns: subnet 10.0.0.0/8 server: datacenter /Common/near" stands before it')
    t.start(conf)
    assert told in t.gtmd.output(), t.gtmd.output()
    out = t.run([os.path.join(BIN, "gtmd"), "-t", "-c", t.conf]).stdout
    assert told in out and f":{conf[:conf.index(shadowed)].count(chr(10)) + 1}:1: " in out, out
    c = Control(t)
    for options in ([{"verify": ""}], []):
        found = c.ok("POST", "/mgmt/tm/sys/config",
                     {"command": "load", "text": conf, "options": options})["findings"]
        assert [told in f["message"] for f in found].count(True) == 1, found
    shell = [os.path.join(BIN, "gtmsh"), "-x", c.path]
    got = t.run([*shell, "load sys config verify"])
    assert told in got.stdout, got
    # As soon as it does not come first, there is nothing to be said.
    one = "/mgmt/tm/gtm/topology/ldns:%20subnet%2010.0.0.0~8%20server:%20datacenter%20~Common~near"
    c.ok("PATCH", one, {"order": 3})
    got = c.ok("POST", "/mgmt/tm/sys/config",
               {"command": "load", "text": "", "options": [{"merge": ""}, {"verify": ""}]})
    assert not [f for f in got["findings"] if "decides nothing" in f["message"]], got
    c.close()


@scene("no record, no answer from topology: zero scores are allowed or not")
def zero(t):
    strict = "gtm global-settings general {\n    topology-allow-zero-scores no\n}\n"
    spare = "    alternate-mode fallback-ip\n    fallback-ip 192.0.2.99\n"
    t.start(text(RECORDS, pool=spare, extra=strict))
    assert ask(t, "10.1.0.0/24")[0] == [NEAR]
    assert ask(t, "203.0.113.0/24")[0] == ["192.0.2.99"]


@scene("a wide IP chooses among pools; data centers do not count there")
def pools(t):
    rest = (record("subnet 10.0.0.0/8", "pool /Common/far")
            + record("subnet 10.0.0.0/8", "datacenter /Common/near", 900))
    t.start(SITES + server("near", NEAR) + server("far", FAR)
            + guide.pool("near", [("/Common/near:v", "member-order 0")])
            + guide.pool("far", [("/Common/far:v", "member-order 0")])
            + guide.wideip(NAME, [("near", "order 0"), ("far", "order 1")],
                           "    pool-lb-mode topology\n"
                           "    topology-prefer-edns0-client-subnet enabled\n") + rest)
    assert ask(t, "10.1.0.0/24")[0] == [FAR]


@scene("countries and states come from a database, which a reload takes up anew")
def database(t):
    path = os.path.join(t.dir, "geo.mmdb")

    def lay(**where):
        with open(path + ".new", "wb") as f:
            f.write(mmdb.build({"203.0.113.0/24": mmdb.place("EU", **where),
                                "198.51.100.0/24": mmdb.place("NA", "US", "New Hampshire", "NH"),
                                "2001:db8:9::/48": mmdb.place("EU", "FR")}))
        os.rename(path + ".new", path)

    lay(country="DE")
    rest = (record("country DE", "datacenter /Common/near")
            + record('state "US/New Hampshire"', "datacenter /Common/far")
            + record("continent EU", "datacenter /Common/six"))
    base = text(rest, extra=f"gtm global-settings dns {{\n    geoip-databases {{\n"
                f"        {path}\n    }}\n}}\n")
    t.start(base)
    # A country's record shadows nothing of another data center's: both score alike.
    assert {ask(t, "203.0.113.0/24")[0][0] for _ in range(20)} == {NEAR, SIX}
    assert ask(t, "198.51.100.0/24") == ([FAR], 24), ask(t, "198.51.100.0/24")
    assert ask(t, "2001:db8:9::/56") == ([SIX], 48)
    lay(country="FR")
    t.reload()
    assert {ask(t, "203.0.113.0/24")[0][0] for _ in range(20)} == {SIX}
    with open(path + ".new", "wb") as f:
        f.write(b"nothing of a database")
    os.rename(path + ".new", path)
    t.reload()
    assert t.logged("geoip-databases"), t.gtmd.output()
    assert ask(t, "203.0.113.0/24")[0] == [SIX], "the old one stays"


QOS = ("    load-balancing-mode quality-of-service\n    qos-hit-ratio 0\n    qos-rtt 0\n"
       "    qos-kilobytes-second 0\n    qos-packet-rate 0\n    qos-vs-score 1\n")


@scene("quality-of-service weighs the client's place against what is measured")
def weighed(t):
    t.start(text(RECORDS).replace("    load-balancing-mode topology\n",
                                  QOS + "    qos-topology 2\n"))
    c = Control(t)
    assert ask(t, "10.1.2.0/24") == ([NEAR], 13), ask(t, "10.1.2.0/24")
    # 100 for near is as good as 200 for far: they take turns.
    both = {ask(t, "10.9.2.0/24")[0][0] for _ in range(30)}
    assert both == {NEAR, FAR}, both
    told = c.ok("POST", "/mgmt/tm/gtm/explain", {"name": NAME, "client": "10.1.2.0/24"})
    near, far, _ = told["pools"][0]["members"]
    assert near["why"] == ("Chosen 1 of 1 times by preferred method quality-of-service; score 100 "
                           "by ldns: subnet 10.0.0.0/8 server: datacenter /Common/near"), near
    assert far["why"] == ("Another is better by quality-of-service; no topology record matches: "
                          "score 0"), far
    assert "path" not in near, near
    # 10 by score for far: less than 20 by place, and more than 5.
    c.ok("POST", "metrics", {"items": [{"virtualServer": "/Common/far:v", "score": 100,
                                        "ttl": 600}]})
    eventually(lambda: ask(t, "203.0.113.0/24")[0] == [FAR])
    assert ask(t, "10.1.2.0/24")[0] == [NEAR]
    c.ok("PATCH", "/mgmt/tm/gtm/topology/ldns:%20subnet%2010.0.0.0~8%20"
         "server:%20datacenter%20~Common~near", {"score": 25})
    assert ask(t, "10.1.2.0/24")[0] == [FAR]
    c.ok("PATCH", "/mgmt/tm/gtm/pool/a/~Common~p", {"qosTopology": 5})
    assert ask(t, "10.1.2.0/24")[0] == [NEAR]
    c.ok("PATCH", "/mgmt/tm/gtm/pool/a/~Common~p", {"qosTopology": 0})
    assert ask(t, "10.1.2.0/24") == ([FAR], 0)
    c.close()


@scene("records are made, changed, told and taken away by REST and by the shell")
def control(t):
    t.start(text(""))
    c = Control(t)
    url = "/mgmt/tm/gtm/topology"
    name = "ldns: subnet 10.0.0.0/8 server: datacenter /Common/far"
    made = c.ok("POST", url, {"name": name, "score": 7})
    assert made["fullPath"] == name and made["score"] == 7 and "partition" not in made, made
    one = url + "/ldns:%20subnet%2010.0.0.0~8%20server:%20datacenter%20~Common~far"
    assert c.ok("GET", one)["kind"] == "tm:gtm:topology:topologystate"
    assert ask(t, "10.1.0.0/24")[0] == [FAR]
    c.ok("PATCH", one, {"score": 9})
    shell = [os.path.join(BIN, "gtmsh"), "-x", c.path]
    out = t.run([*shell, f"list gtm topology {name}"]).stdout
    assert out == f"gtm topology {name} {{\n    order 0\n    score 9\n}}\n", out
    t.run([*shell, "create gtm region r region-members add { not subnet 10.9.0.0/16 "
           "state \"US/New York\" }"])
    t.run([*shell, "create gtm topology ldns: region /Common/r server: datacenter /Common/near "
           "score 3"])
    out = t.run([*shell, "list gtm region r"]).stdout
    assert 'not subnet 10.9.0.0/16 { }' in out and 'state "US/New York" { }' in out, out
    t.run([*shell, f"delete gtm topology {name}"])
    c.refused(404, "GET", one)
    c.close()


if __name__ == "__main__":
    main()
