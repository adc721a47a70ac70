#!/usr/bin/python3
"""Why an answer is what it is, what it would be, and what a change has done."""
import json
import os
import subprocess

from lib import guide
from lib.scene import BIN, eventually, main, need, scene

NAME = "vmhttp.siterequest.com"
GTM = "/mgmt/tm/gtm/"
L, R = "/Common/Local_pool", "/Common/Remote_pool"
LM = "/Common/Local-BIG-IP:vmhttp"


def call(t, method, path, body=None):
    argv = [need("curl"), "-sS", "--max-time", "20", "-g", "--unix-socket",
            os.path.join(t.dir, "state", "control.sock"), "-X", method,
            "-w", "\n%{http_code}", "http://localhost" + path]
    if body is not None:
        argv += ["-H", "Content-Type: application/json", "--data-binary", json.dumps(body)]
    out = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True).stdout
    text, _, status = out.rpartition("\n")
    return int(status), json.loads(text) if text else None


def ok(t, method, path, body=None):
    status, doc = call(t, method, path, body)
    assert status == 200, (method, path, status, doc)
    return doc


def explain(t, name=NAME, **more):
    return ok(t, "POST", GTM + "explain", {"name": name, **more})


def whatif(t, **body):
    return ok(t, "POST", GTM + "what-if", body)


def shares(entries):
    """{pool or answer: (weight, total)} of a list of shares that adds up to 1."""
    assert abs(sum(e["share"] for e in entries) - 1) < 1e-9, entries
    return {e.get("pool", e.get("answer")): (e["weight"], e["total"]) for e in entries}


def sites(t, ratios=(3, 1), monitor=None, more=""):
    """The guide's application by ratio; without a monitor nothing is probed."""
    addr = [f"{t.net}.{i}" for i in (1, 2)]
    text = "gtm datacenter /Common/Local { }\ngtm datacenter /Common/Remote { }\n"
    for site, ip in zip(("Local", "Remote"), addr):
        text += guide.server(site + "-BIG-IP", site, ip, 80, monitor)
        text += guide.pool(site + "_pool", [(f"/Common/{site}-BIG-IP:vmhttp", "member-order 0")])
    text += guide.wideip(NAME, [(p, f"order {i}\n            ratio {r}") for i, (p, r) in
                                enumerate(zip(("Local_pool", "Remote_pool"), ratios))],
                         "    pool-lb-mode ratio\n")
    t.start("gtm global-settings dns {\n    threads 1\n}\n" + text + more)
    return addr


@scene("explain tells the shares that queries then get, and why each is so")
def why(t):
    here, there = sites(t)
    doc = explain(t, client="10.7.0.0/16", type="a")
    assert shares(doc["shares"]) == {L: (3, 4), R: (1, 4)}, doc["shares"]
    assert doc["client"] == "10.7.0.0/16" and doc["scope"] == 0
    got = [t.answer(NAME)[0] for _ in range(40)]
    assert (got.count(here), got.count(there)) == (30, 10), got
    pools = doc["pools"]
    assert pools[0]["why"] == "Chosen 3 of 4 times by ratio", pools
    assert pools[1]["members"][0]["answer"] == there and pools[1]["members"][0]["ttl"] == 15
    assert doc["reply"]["rcode"] == "NOERROR"
    assert doc["reply"]["answer"] == [f"{NAME}. 15 IN A {here}"], doc["reply"]
    ok(t, "PATCH", GTM + "pool/a/~Common~Local_pool", {"disabled": True})
    doc = explain(t, client="2001:db8::/32")
    assert shares(doc["shares"]) == {R: (1, 1)}
    assert doc["pools"][0]["why"] == "The pool is disabled"
    ok(t, "PATCH", GTM + "wideip/a/~Common~" + NAME, {"disabled": True})
    doc = explain(t)
    assert doc["path"][0]["decides"] == "own-zone" and doc["reply"]["answer"] == [], doc
    assert "is disabled" in doc["path"][0]["why"] and t.query(NAME).answer == [], doc


@scene("explain follows aliases and names of zones, and says when nobody answers")
def ways(t):
    zone = t.write("siterequest.com.zone", "$ORIGIN siterequest.com.\n@ 60 SOA ns h 1 2 3 4 5\n"
                   "@ 60 NS ns\nns 60 A 192.0.2.53\nwww 60 CNAME vmhttp\n")
    sites(t, more=f"gtm zone /Common/siterequest.com {{\n    file {zone}\n}}\n"
          "gtm pool cname /Common/lead {\n    members {\n"
          "        vmhttp.siterequest.com { }\n    }\n}\n"
          + guide.wideip("go.test", [("lead", "order 0")], kind="cname"))
    doc = explain(t, "go.test")
    assert [s["name"] for s in doc["path"]] == ["go.test", NAME], doc["path"]
    assert [s["decides"] for s in doc["path"]] == ["wideip", "wideip"]
    assert shares([{**m, "pool": p["pool"]} for p in doc["path"][1]["pools"]
                   for m in p["members"]]) == {L: (3, 4), R: (1, 4)}
    doc = explain(t, "www.siterequest.com")
    assert doc["path"][0]["why"] == "The zone siterequest.com has an alias there"
    assert doc["path"][1]["wideip"] == "/Common/" + NAME
    doc = explain(t, "ns.siterequest.com")
    assert doc["reply"]["answer"] == ["ns.siterequest.com. 60 IN A 192.0.2.53"]
    doc = explain(t, "none.siterequest.com")
    assert doc["reply"]["rcode"] == "NXDOMAIN" and doc["shares"][0]["answer"] == "zones"
    assert explain(t, "elsewhere.test")["path"][0]["decides"] == "nobody"


@scene("what-if says what the change then does, and changes nothing by being asked")
def if_changed(t):
    sites(t)
    url = f"{GTM}wideip/a/~Common~{NAME}/pools/~Common~Remote_pool"
    before = explain(t)
    doc = whatif(t, name=NAME, overlay=[{"method": "PATCH", "uri": url, "body": {"ratio": 9}},
                                        {"method": "PATCH", "uri": GTM + "pool/a/Local_pool",
                                         "body": {"ttl": 7}}])
    assert shares(doc["before"][0]["shares"]) == {L: (3, 4), R: (1, 4)}
    assert shares(doc["after"][0]["shares"]) == {L: (1, 4), R: (3, 4)}
    assert explain(t) == before
    ok(t, "PATCH", url, {"ratio": 9})
    ok(t, "PATCH", GTM + "pool/a/Local_pool", {"ttl": 7})
    assert explain(t) == doc["explain"]
    doc = whatif(t, overlay={"gtm pool a " + L: {"disabled": True}})
    assert [w["wideip"] for w in doc["after"]] == ["/Common/" + NAME]
    assert shares(doc["after"][0]["shares"]) == {R: (1, 1)}
    for want, body in ((404, {"overlay": {"gtm pool a /Common/no": {}}}),
                       (400, {"overlay": {"gtm pool a " + L: {"ttl": -1}}}),
                       (400, {"overlay": [{"method": "DELETE", "uri": GTM + "pool/a/Local_pool"}]}),
                       (404, {"force": [{"server": "/Common/no", "state": "down"}]})):
        status, doc = call(t, "POST", GTM + "what-if", body)
        assert status == want and doc["errorStack"] == [], (body, status, doc)
    status, real = call(t, "DELETE", GTM + "pool/a/Local_pool")
    status, said = call(t, "POST", GTM + "what-if", {
        "overlay": [{"method": "DELETE", "uri": GTM + "pool/a/Local_pool"}]})
    assert (real["code"], real["message"]) == (said["code"], said["message"])


@scene("what-if forces states: a site that is up goes down, and the other way round")
def if_down(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    t.start(guide.application(t, local, remote))
    t.becomes(NAME, [local.addr])
    eventually(lambda: explain(t)["pools"][1]["availability"] == "available", what="both up")
    doc = whatif(t, name=NAME, force=[{"datacenter": "/Common/Local", "state": "down"}])
    assert shares(doc["before"][0]["shares"]) == {L: (1, 1)}
    assert shares(doc["after"][0]["shares"]) == {R: (1, 1)}
    assert doc["explain"]["pools"][0]["members"][0]["why"] == "Forced for this question"
    local.stop()
    t.becomes(NAME, [remote.addr], seconds=15)
    doc = whatif(t, force=[{"virtualServer": LM, "state": "up"}])
    assert shares(doc["before"][0]["shares"]) == {R: (1, 1)}
    assert shares(doc["after"][0]["shares"]) == {L: (1, 1)}


@scene("the networks that ask are sampled, and what-if spreads their queries")
def asked(t):
    sites(t)
    for _ in range(8):
        t.answer(NAME)
    eventually(lambda: ok(t, "GET", GTM + "resolvers")["queries"] >= 8, what="samples")
    doc = ok(t, "GET", GTM + "resolvers")
    assert doc["networks"] == 1 and doc["items"][0]["share"] == 1.0, doc
    assert doc["items"][0]["network"].endswith("/24"), doc
    doc = whatif(t, name=NAME, overlay={"gtm pool a " + L: {"disabled": True}})["resolvers"]
    spread = {e["pool"]: e["share"] for e in doc["before"]}
    assert abs(spread[L] - 0.75) < 1e-9 and abs(spread[R] - 0.25) < 1e-9, doc
    assert [e["pool"] for e in doc["after"]] == [R] and doc["queries"] >= 8, doc


@scene("a write tells its effect on every wide IP that hangs on it")
def effect(t):
    sites(t, more="".join(guide.wideip(f"w{i}.test", [("Local_pool", "order 0"),
                                                     ("Remote_pool", "order 1")],
                                       "    pool-lb-mode global-availability\n")
                          for i in range(17)))
    for path, body in (("pool/a/~Common~Local_pool", {"disabled": True}),
                       ("server/~Common~Remote-BIG-IP", {"description": "d"}),
                       ("datacenter/~Common~Local", {"description": "d"})):
        doc = ok(t, "PATCH", GTM + path + "?effect=1", body)["effect"]
        assert len(doc["before"]) == len(doc["after"]) == 17, doc
        assert doc["after"][16] == {"more": 2}, doc["after"]
        moved = {w["wideip"]: (shares(w["shares"]), shares(v["shares"]))
                 for w, v in zip(doc["before"][:16], doc["after"])}
        if "disabled" in body:
            assert moved["/Common/w0.test"] == ({L: (1, 1)}, {R: (1, 1)}), moved
        else:
            assert moved["/Common/w0.test"] == ({R: (1, 1)}, {R: (1, 1)}), moved
    doc = ok(t, "DELETE", f"{GTM}wideip/a/w0.test/pools/~Common~Remote_pool?effect=1")
    assert shares(doc["effect"]["after"][0]["shares"]) == {"failure-policy": (1, 1)}, doc


def sh(t, command, want=0):
    argv = [os.path.join(BIN, "gtmsh"), "-x", os.path.join(t.dir, "state", "control.sock"),
            "-c", command]
    p = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert p.returncode == want, (command, p.returncode, p.stdout, p.stderr)
    return p.stderr if want else p.stdout


def rows(text):
    """The cells of a table's lines, heads included."""
    return [line.split() for line in text.splitlines()]


@scene("the shell asks the same: explain, what-if with commands, effect")
def shell(t):
    here, there = sites(t)
    out = sh(t, f"explain {NAME} client 192.0.2.0/24")
    assert [L, "unknown", "75%", "15"] in [r[:4] for r in rows(out)], out
    assert f"  {NAME}. 15 IN A {here}" in out.splitlines() and "ECS scope 0" in out, out
    assert json.loads(sh(t, f"explain gtm wideip a {NAME} json"))["wideip"] == "/Common/" + NAME
    before = explain(t)
    out = sh(t, f"""what-if {NAME} {{
        modify gtm pool a Remote_pool disabled;
        create gtm pool a extra members add {{ Local-BIG-IP:vmhttp }};
        modify gtm wideip a {NAME} pools modify {{ Local_pool {{ ratio 9 }} }}
    }}""")
    table = [r for r in rows(out) if r[:1] == ["/Common/" + NAME]]
    assert [r[3:] for r in table] == [["75%", "100%"], ["25%", "0%"]], out
    assert explain(t) == before
    out = sh(t, "what-if force member Local_pool Local-BIG-IP:vmhttp down")
    assert [r[3:] for r in rows(out) if r[:1] == ["/Common/" + NAME]] == \
        [["75%", "0%"], ["25%", "100%"]], out
    out = sh(t, "effect modify gtm pool a Local_pool disabled")
    assert [r[3:] for r in rows(out) if r[:1] == ["/Common/" + NAME]] == \
        [["75%", "0%"], ["25%", "100%"]], out
    assert t.answer(NAME) == [there]
    assert "ttl" in sh(t, "what-if { modify gtm pool a Local_pool ttl -1 }", 1)
    assert "create, modify or delete" in sh(t, "what-if { list gtm pool a }", 1)
    assert "not expected" in sh(t, f"explain {NAME} nonsense", 1)
    assert "what-if" in sh(t, "help") and "force" in sh(t, "help what-if")


if __name__ == "__main__":
    main()
