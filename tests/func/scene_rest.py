#!/usr/bin/python3
"""The control socket: F5's REST as its clients speak it, and what is refused."""
import json
import os
import signal
import socket
import stat
import subprocess

from lib import guide
from lib.scene import eventually, main, need, scene

NAME = "vmhttp.siterequest.com"
GTM = "/mgmt/tm/gtm/"
BASE = "gtm datacenter /Common/Local { }\ngtm datacenter /Common/Remote { }\n"


def path_of(t):
    return os.path.join(t.dir, "state", "control.sock")


def call(t, method, path, body=None, *headers):
    """Status and document (None = empty) of one request, by curl."""
    argv = [need("curl"), "-sS", "--max-time", "20", "-g", "--unix-socket", path_of(t),
            "-X", method, "-w", "\n%{http_code}", "http://localhost" + path]
    for h in headers:
        argv += ["-H", h]
    if body is not None:
        argv += ["-H", "Content-Type: application/json", "--data-binary",
                 "@-"]
    text = body if isinstance(body, str) else json.dumps(body)
    out = subprocess.run(argv, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout
    text, _, status = out.rpartition("\n")
    return int(status), json.loads(text) if text else None


def ok(t, method, path, body=None, *headers):
    status, doc = call(t, method, path, body, *headers)
    assert status == 200, (method, path, status, doc)
    return doc


def refused(t, want, method, path, body=None, *headers):
    status, doc = call(t, method, path, body, *headers)
    assert status == want, (method, path, status, doc)
    assert doc["code"] == want and doc["errorStack"] == [] and doc["apiError"] == 3, doc
    return doc["message"]


def application(t):
    """Both sites without monitors; Remote_pool disabled, as the guide has it."""
    for site, last in (("Local", 1), ("Remote", 2)):
        ok(t, "POST", GTM + "server/", {"name": site + "-BIG-IP", "partition": "Common",
           "datacenter": "/Common/" + site, "product": "generic-host"})
        ok(t, "POST", f"{GTM}server/~Common~{site}-BIG-IP/virtual-servers/",
           {"name": "vs80", "destination": f"{t.net}.{last}:80", "partition": "Common"})
        ok(t, "POST", GTM + "pool/a", {"name": site + "_pool", "partition": "Common", "ttl": 15,
           "members": [{"name": f"/Common/{site}-BIG-IP:vs80", "memberOrder": 0}]})
    ok(t, "PATCH", GTM + "pool/a/~Common~Remote_pool", {"disabled": True})
    return ok(t, "POST", GTM + "wideip/a/", {
        "name": NAME, "partition": "Common", "poolLbMode": "ratio", "disabled": False,
        "enabled": True, "pools": [{"name": "/Common/Local_pool", "order": 0, "ratio": 3},
                                   {"name": "/Common/Remote_pool", "order": 1, "ratio": 1}]})


# One row: what is created where (as the Ansible collection sends it), what it
# reads as, what is then patched, and what that reads as.
ROUND = [
    ("datacenter/", "datacenter/~Common~Paris",
     {"enabled": True, "location": "Paris", "description": "d", "contact": "ops",
      "name": "Paris", "partition": "Common"},
     {"kind": "tm:gtm:datacenter:datacenterstate", "name": "Paris", "partition": "Common",
      "fullPath": "/Common/Paris", "enabled": True, "location": "Paris",
      "proberPreference": "inside-datacenter", "proberFallback": "any-available"},
     {"disabled": True}, {"disabled": True, "enabled": None}),
    ("monitor/http/", "monitor/http/~Common~m",
     {"defaultsFrom": "/Common/http", "interval": 10, "timeout": 31, "transparent": "disabled",
      "probeTimeout": 5, "ignoreDownResponse": "disabled",
      "send": "GET / HTTP/1.0\\r\\n\\r\\n", "recv": "OK", "name": "m", "partition": "Common"},
     {"kind": "tm:gtm:monitor:http:httpstate", "destination": "*:*", "interval": 10,
      "send": "GET / HTTP/1.0\\r\\n\\r\\n", "defaultsFrom": "/Common/http"},
     {"timeout": 40}, {"timeout": 40, "interval": 10}),
    ("server/", "server/~Common~s",
     {"linkDiscovery": "disabled", "virtualServerDiscovery": "disabled",
      "product": "generic-host", "addresses": [
          {"name": "10.133.57.141", "deviceName": "dev1", "translation": "none"}],
      "datacenter": "/Common/Local", "enabled": True, "monitor": "/Common/http",
      "name": "s", "partition": "Common"},
     {"kind": "tm:gtm:server:serverstate", "product": "generic-host", "addresses": [
         {"name": "10.133.57.141", "deviceName": "dev1", "translation": "none"}],
      "iqAllowPath": "yes", "limitMaxConnections": 0, "limitMaxConnectionsStatus": "disabled"},
     {"product": "bigip"}, {"product": "bigip"}),
    ("pool/a", "pool/a/~Common~p",
     {"disabled": True, "fallbackIp": "192.0.2.9", "fallbackIpv4": "192.0.2.9",
      "fallbackIpv6": "192.0.2.9", "loadBalancingMode": "fallback-ip",
      "monitor": "min 1 of  /Common/http /Common/tcp", "name": "p", "partition": "Common"},
     {"kind": "tm:gtm:pool:a:astate", "disabled": True, "enabled": None, "ttl": 30,
      "fallbackIp": "192.0.2.9", "qosRtt": 50,
      "monitor": "min 1 of { /Common/http /Common/tcp }"},
     {"enabled": True, "disabled": False, "monitor": "default"},
     {"enabled": True, "disabled": None, "monitor": "default"}),
    ("wideip/a/", "wideip/a/~Common~*.wild.example.com",
     {"poolLbMode": "global-availability", "name": "*.wild.example.com", "partition": "Common",
      "disabled": True, "enabled": False},
     {"kind": "tm:gtm:wideip:a:astate", "disabled": True, "ttlPersistence": 3600, "pools": None},
     {"aliases": ["b.example.com", "a.example.com"]},
     {"aliases": ["a.example.com", "b.example.com"]}),
    ("listener/", "listener/~Common~l1",
     {"address": "127.0.0.3", "port": 5353, "ipProtocol": "udp", "enabled": False,
      "name": "l1", "partition": "Common"},
     {"kind": "tm:gtm:listener:listenerstate", "address": "127.0.0.3", "disabled": True,
      "vlansDisabled": True},
     {"description": "x"}, {"description": "x", "port": 5353}),
]


def reads(doc, want):
    for key, value in want.items():
        assert doc.get(key) == value, (key, value, doc.get(key))


@scene("each type: create, read, again, modify, replace, delete, as its clients do")
def round_trip(t):
    t.start(BASE)
    for coll, obj, body, want, patch, then in ROUND:
        refused(t, 404, "GET", GTM + obj)
        made = ok(t, "POST", GTM + coll, body)
        reads(made, want)
        got = ok(t, "GET", GTM + obj + "/")
        assert got == made, (got, made)
        assert got["selfLink"].startswith("https://localhost/mgmt/tm/gtm/")
        assert got["selfLink"].endswith("?ver=15.1.2.1")
        assert "01020066:3" in refused(t, 409, "POST", GTM + coll, body)
        changed = ok(t, "PATCH", GTM + obj, patch)
        reads(changed, then)
        assert ok(t, "PATCH", GTM + obj, patch)["generation"] == changed["generation"]
        assert ok(t, "PUT", GTM + obj, changed) == changed
        assert got["fullPath"] in [i["fullPath"] for i in ok(t, "GET", GTM + coll)["items"]]
        status, doc = call(t, "DELETE", GTM + obj)
        assert (status, doc) == (200, None)
        assert "01020036:3" in refused(t, 404, "GET", GTM + obj)


@scene("members and virtual servers under every historical spelling of their keys")
def keys(t):
    t.start(BASE)
    application(t)
    srv = GTM + "server/~Common~Local-BIG-IP/virtual-servers/"
    pool = GTM + "pool/a/~Common~Local_pool/members/"
    ok(t, "POST", srv, {"name": "/Common/vs81", "partition": "Common", "translationPort": 0,
                        "translationAddress": "::", "destination": f"{t.net}.1:81",
                        "dependsOn": [{"name": "/Common/Local-BIG-IP:vs80"}]})
    vs = ok(t, "GET", srv + "~Common~vs81")
    assert vs == ok(t, "GET", srv + "%2FCommon%2Fvs81")
    reads(vs, {"kind": "tm:gtm:server:virtual-servers:virtual-serversstate",
               "name": "/Common/vs81", "translationAddress": "none", "translationPort": 0,
               "dependsOn": [{"name": "/Common/Local-BIG-IP:vs80"}]})
    ok(t, "POST", srv, {"name": "odd name (1)", "destination": f"{t.net}.1:82"})
    odd = ok(t, "GET", srv + "odd%20name%20(1)")
    assert odd["selfLink"].endswith("/odd%20name%20(1)?ver=15.1.2.1"), odd
    made = ok(t, "POST", pool, {"name": "/Common/Local-BIG-IP:/Common/vs81", "ratio": 2,
                                "partition": "Common", "memberOrder": 1})
    reads(made, {"kind": "tm:gtm:pool:a:members:membersstate", "ratio": 2, "memberOrder": 1,
                 "monitor": "default", "fullPath": "/Common/Local-BIG-IP:/Common/vs81"})
    for key in ("~Common~Local-BIG-IP:vs81", "~Common~Local-BIG-IP:~Common~vs81",
                "Local-BIG-IP:vs81", "%2FCommon%2FLocal-BIG-IP:%2FCommon%2Fvs81"):
        assert ok(t, "GET", pool + key) == made, key
    refused(t, 409, "POST", pool, {"name": "/Common/Local-BIG-IP:vs81"})
    ok(t, "POST", pool, {"name": f"{t.net}.1:82"})
    assert [i["memberOrder"] for i in ok(t, "GET", pool)["items"]] == [0, 1, 2]
    call(t, "DELETE", pool + "~Common~Local-BIG-IP:odd%20name%20(1)")
    assert len(ok(t, "GET", pool)["items"]) == 2


@scene("lists: pages, filters, selection, expansion, families, empty ones")
def lists(t):
    t.start(BASE)
    application(t)
    items = lambda q: ok(t, "GET", GTM + q).get("items", [])
    assert [i["name"] for i in items("pool/a?$top=1&$skip=1")] == ["Remote_pool"]
    assert items("pool/a?$top=10&$skip=10&$filter=partition+eq+Common") == []
    assert items("pool/a?$filter=partition%20eq%20Other") == []
    assert len(items("pool/a?$filter=partition+eq+Common")) == 2
    assert items("pool/a?$select=name,ttl")[0] == {"name": "Local_pool", "ttl": 15}
    ref = items("pool/a?expandSubcollections=true")[0]["membersReference"]
    assert ref["isSubcollection"] and ref["items"][0]["fullPath"] == "/Common/Local-BIG-IP:vs80"
    assert "items" not in items("pool/a")[0]["membersReference"]
    assert ok(t, "GET", GTM + "pool/mx") == {
        "kind": "tm:gtm:pool:mx:mxcollectionstate",
        "selfLink": "https://localhost/mgmt/tm/gtm/pool/mx?ver=15.1.2.1"}
    links = [i["reference"]["link"] for i in items("wideip")]
    assert "https://localhost/mgmt/tm/gtm/wideip/a?ver=15.1.2.1" in links
    refused(t, 400, "GET", GTM + "pool/a?$filter=ttl+eq+5")
    refused(t, 400, "GET", GTM + "pool/a?$top=-1")
    reads(ok(t, "GET", GTM + "global-settings/general/"), {"synchronization": "no"})
    wide = ok(t, "GET", f"{GTM}wideip/a/~Common~{NAME}")
    link = "https://localhost/mgmt/tm/gtm/pool/a/~Common~Local_pool?ver=15.1.2.1"
    assert wide["pools"][0] == {"name": "Local_pool", "partition": "Common", "order": 0,
                                "ratio": 3, "nameReference": {"link": link}}


@scene("what the daemon says of itself: version, available, describe")
def itself(t):
    t.start(BASE)
    ok(t, "GET", "/mgmt/tm/sys/available")
    assert "entries" in ok(t, "GET", "/mgmt/tm/sys/version")
    types = {x["words"]: x for x in ok(t, "GET", GTM + "describe")["types"]}
    ttl = [p for p in types["gtm pool a"]["properties"] if p["name"] == "ttl"][0]
    reads(ttl, {"restName": "ttl", "kind": "u32", "default": "30", "unit": "s"})


@scene("what is wrong is refused with its reason and changes nothing")
def wrong(t):
    t.start(BASE)
    application(t)
    before = ok(t, "GET", GTM + "pool/a?expandSubcollections=true")
    pool = GTM + "pool/a/~Common~Local_pool"
    for body, why in [({"ttll": 5}, "did you mean"), ({"ttl": -1}, "outside"), ({"ttl": "x"}, ""),
                      ({"ttl": 5000000000}, "outside"), ({"ttl": 1.5}, ""), ({"ttl": [1]}, ""),
                      ({"enabled": "yes"}, ""),
                      ({"enabled": True, "disabled": True}, "contradict"),
                      ({"loadBalancingMode": "wishful"}, ""),
                      ({"monitor": "/Common/none-such"}, ""),
                      ({"membersReference": {"items": 5}}, ""),
                      ({"metadata": [{"name": "a", "value": "b"}]}, "not"),
                      ({"members": [{"name": "a\nb"}]}, ""),
                      ({"ttl": 5, "metadata": [{"name": "a", "value": "b"}]}, "not")]:
        message = refused(t, 400, "PATCH", pool, body)
        assert why in message, (body, message)
    refused(t, 400, "POST", GTM + "pool/a", {"name": "../x/\"y"})
    refused(t, 400, "POST", GTM + "pool/a", {"ttl": 5})
    refused(t, 400, "POST", GTM + "rule", {"name": "r"})
    refused(t, 400, "DELETE", pool)
    refused(t, 403, "DELETE", GTM + "monitor/http/http")
    refused(t, 405, "POST", pool, {})
    refused(t, 405, "DELETE", GTM + "pool/a")
    refused(t, 404, "GET", "/mgmt/tm/ltm/pool")
    refused(t, 404, "GET", "/mgmt/shared/authn/login")
    refused(t, 404, "PATCH", GTM + "pool/a/~Common~nope", {"ttl": 5})
    refused(t, 415, "POST", GTM + "pool/a", None, "Content-Type: text/plain")
    assert ok(t, "GET", GTM + "pool/a?expandSubcollections=true") == before


@scene("a tag guards against overwriting what somebody else changed")
def match(t):
    t.start(BASE)
    url = GTM + "datacenter/Local"
    head = subprocess.run([need("curl"), "-sS", "-o", "/dev/null", "-D", "-", "--unix-socket",
                           path_of(t), "http://x" + url], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    tag = [line.split(": ", 1)[1].strip() for line in head.splitlines()
           if line.lower().startswith("etag:")][0]
    ok(t, "PATCH", url, {"contact": "a"}, "If-Match: " + tag)
    refused(t, 412, "PATCH", url, {"contact": "b"}, "If-Match: " + tag)
    ok(t, "PATCH", url, {"contact": "b"}, "If-Match: *")


@scene("a transaction happens whole or not at all, and can be tried first")
def transaction(t):
    t.start(BASE)
    begin = lambda: ok(t, "POST", "/mgmt/tm/transaction/", {})["transId"]
    end = lambda n, only=False: call(t, "PATCH", f"/mgmt/tm/transaction/{n}",
                                     {"state": "VALIDATING", "validateOnly": only})
    n = begin()
    inside = f"X-F5-REST-Coordination-Id: {n}"
    ok(t, "POST", GTM + "pool/a", {"name": "p1"}, inside)
    ok(t, "PATCH", GTM + "pool/a/p1", {"ttl": 7}, inside)
    assert ok(t, "DELETE", GTM + "datacenter/Remote", None, inside)["commandId"] == 3
    refused(t, 404, "GET", GTM + "pool/a/p1")
    assert end(n, True)[0] == 200
    refused(t, 404, "GET", GTM + "pool/a/p1")
    assert end(n)[1]["state"] == "COMPLETED"
    assert ok(t, "GET", GTM + "pool/a/p1")["ttl"] == 7
    refused(t, 404, "GET", GTM + "datacenter/Remote")
    assert end(n)[0] == 404
    n = begin()
    inside = f"X-F5-REST-Coordination-Id: {n}"
    ok(t, "DELETE", GTM + "pool/a/p1", None, inside)
    ok(t, "POST", GTM + "server", {"name": "s", "datacenter": "nowhere"}, inside)
    assert end(n)[0] == 400
    assert ok(t, "GET", GTM + "pool/a/p1")["ttl"] == 7
    refused(t, 404, "POST", GTM + "pool/a", {"name": "p9"}, "X-F5-REST-Coordination-Id: 99")


@scene("flip and ratio: the next answer obeys, and the reply tells the shares")
def flip(t):
    t.start("gtm global-settings dns {\n    threads 1\n}\n" + BASE)
    application(t)
    here, there = f"{t.net}.1", f"{t.net}.2"
    assert t.answer(NAME) == [here]
    doc = ok(t, "PATCH", GTM + "pool/a/~Common~Remote_pool?effect=1", {"enabled": True})
    shares = lambda e: {s["pool"]: s["share"] for s in e[0]["shares"]}
    assert shares(doc["effect"]["before"]) == {"/Common/Local_pool": 1.0}
    assert shares(doc["effect"]["after"]) == {"/Common/Local_pool": 0.75,
                                              "/Common/Remote_pool": 0.25}
    url = f"{GTM}wideip/a/~Common~{NAME}/pools/~Common~Remote_pool"
    doc = ok(t, "PATCH", url + "?effect=1", {"ratio": 9})
    assert shares(doc["effect"]["after"]) == {"/Common/Local_pool": 0.25,
                                              "/Common/Remote_pool": 0.75}
    got = [t.answer(NAME)[0] for _ in range(400)]
    assert abs(got.count(there) - 300) <= 3, got.count(there)
    ok(t, "PATCH", GTM + "pool/a/~Common~Local_pool", {"disabled": True})
    assert [t.answer(NAME) for _ in range(4)] == [[there]] * 4
    why = ok(t, "POST", GTM + "explain", {"name": NAME, "type": "a", "client": "192.0.2.1"})
    assert why["shares"] == [{"pool": "/Common/Remote_pool", "share": 1.0, "weight": 1, "total": 1,
                              "member": "/Common/Remote-BIG-IP:vs80"}], why
    assert why["pools"][0]["enabledState"] == "disabled"
    why = ok(t, "POST", GTM + "explain", {"name": "nobody.example.com"})
    assert why["reply"]["rcode"] == "REFUSED" and why["path"][0]["decides"] == "nobody", why
    refused(t, 400, "POST", GTM + "explain", {"name": NAME, "client": "nowhere"})
    gone = ok(t, "DELETE", f"{GTM}wideip/a/~Common~{NAME}?effect=1")["effect"]
    assert shares(gone["before"]) == {"/Common/Remote_pool": 1.0} and "after" not in gone, gone


def entries(doc):
    return [e["nestedStats"]["entries"] for e in doc["entries"].values()]


@scene("statistics pages count what was answered")
def stats(t):
    t.start(BASE)
    application(t)
    for _ in range(5):
        t.answer(NAME)
    wide = entries(ok(t, "GET", f"{GTM}wideip/a/~Common~{NAME}/stats"))[0]
    assert wide["requests"]["value"] == wide["preferred"]["value"] == 5, wide
    assert wide["status.availabilityState"]["description"] == "unknown"
    url = "https://localhost/mgmt/tm/gtm/"
    keys = lambda path: sorted(ok(t, "GET", GTM + path)["entries"])
    assert keys("pool/a/~Common~Local_pool/stats") == [
        url + "pool/a/~Common~Local_pool/~Common~Local_pool:A/stats"]
    assert keys("pool/a/stats") == [url + f"pool/a/~Common~{p}_pool:A/stats"
                                    for p in ("Local", "Remote")]
    assert keys("pool/a/~Common~Local_pool/members/stats") == [
        url + "pool/a/~Common~Local_pool/members/vs80:~Common~Local-BIG-IP/stats"]
    pools = entries(ok(t, "GET", GTM + "pool/a/stats"))
    assert [p["preferred"]["value"] for p in pools] == [5, 0]
    url = GTM + "pool/a/~Common~Local_pool/members/stats"
    assert entries(ok(t, "GET", url))[0]["preferred"]["value"] == 5
    vs = entries(ok(t, "GET", GTM + "server/Local-BIG-IP/virtual-servers/vs80/stats"))[0]
    assert vs["picks"]["value"] == 5 and "metrics.vsScore" in vs
    refused(t, 404, "GET", GTM + "server/Local-BIG-IP/virtual-servers/vs99/stats")


@scene("acknowledged is on disk: killed at once, it is there at the next start")
def durable(t):
    t.start(BASE)
    ok(t, "POST", GTM + "datacenter", {"name": "Third", "location": "here"})
    t.gtmd.stop(signal.SIGKILL)
    t.start()
    assert ok(t, "GET", GTM + "datacenter/Third")["location"] == "here"
    ok(t, "POST", "/mgmt/tm/sys/config", {"command": "save"})
    with open(t.conf, encoding="utf-8") as f:
        assert "gtm datacenter /Common/Third" in f.read()
    ok(t, "POST", "/mgmt/tm/sys/config", {"command": "load"})
    refused(t, 400, "POST", "/mgmt/tm/sys/config", {"command": "reboot"})


@scene("roles narrow what a trusted peer may do, and every write is on record")
def roles(t):
    t.start(BASE)
    application(t)
    role = lambda r: (f"X-Gtm-Role: {r}", "X-Gtm-User: joe", "X-Gtm-From: 192.0.2.7")
    pool = GTM + "pool/a/~Common~Local_pool"
    ok(t, "GET", pool, None, *role("guest"))
    refused(t, 403, "GET", pool, None, *role("nonsense"))
    refused(t, 403, "PATCH", pool, {"enabled": True}, *role("guest"))
    ok(t, "PATCH", pool, {"disabled": True}, *role("operator"))
    refused(t, 403, "PATCH", pool, {"ttl": 5}, *role("operator"))
    refused(t, 403, "POST", "/mgmt/tm/sys/config", {"command": "save"}, *role("operator"))
    ok(t, "PATCH", pool, {"ttl": 5}, *role("manager"))
    refused(t, 400, "PATCH", pool, {"ttl": -5}, *role("manager"))
    log = os.path.join(t.dir, "state", "audit.log")
    assert stat.S_IMODE(os.stat(log).st_mode) == 0o600
    with open(log, encoding="utf-8") as f:
        lines = [json.loads(line) for line in f]
    assert [line["result"] for line in lines[-6:]] == [403, 200, 403, 403, 200, 400]
    last = lines[-2]
    reads(last, {"uid": os.geteuid(), "user": "joe", "role": "manager", "from": "192.0.2.7",
                 "method": "PATCH", "path": pool})
    change = last["changes"][0]
    assert (change["old"]["ttl"], change["new"]["ttl"]) == (15, 5)
    assert change["object"] == "gtm pool a /Common/Local_pool"
    assert stat.S_IMODE(os.stat(path_of(t)).st_mode) == 0o660


def raw(t, text):
    """The first line that comes back for these octets."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(path_of(t))
        s.sendall(text.encode())
        got = b""
        while b"\r\n" not in got:
            piece = s.recv(4096)
            if not piece:
                break
            got += piece
    return got.split(b"\r\n")[0].decode()


@scene("requests that two programs could read in two ways are refused")
def framing(t):
    t.start(BASE)
    url = GTM + "datacenter/Local"
    head = f"PATCH {url} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    bad = [
        head + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        head + "Content-Length: +2\r\n\r\n{}",
        head + "Content-Length: 2000000\r\n\r\n",
        f"GET http://x{url} HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET {GTM}../gtm/datacenter HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET {GTM}%2e%2e/datacenter HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET {url}%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET {url}%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET {url} HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        f"OPTIONS {url} HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /" + "a" * 9000 + " HTTP/1.1\r\nHost: x\r\n\r\n",
    ]
    for text in bad:
        line = raw(t, text)
        assert line == "" or line.split()[1] in ("400", "405", "413", "414", "431", "404"), \
            (text[:120], line)
        assert not line.startswith("HTTP/1.1 404") or "http" in text, (text[:120], line)
    refused(t, 400, "PATCH", url, "[" * 100000)
    refused(t, 400, "PATCH", url, '{"contact":"a","contact":"b"}')
    refused(t, 400, "PATCH", url, '{"contact":')
    refused(t, 400, "PATCH", url, "[]")
    assert call(t, "PATCH", url, json.dumps({"contact": "x" * 1100000}))[0] == 413
    assert "contact" not in ok(t, "GET", url)


@scene("silent and dripping peers are shed; the name server answers on")
def slow(t):
    t.start(BASE)
    application(t)
    peers = []
    for _ in range(100):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(20)
        try:
            s.connect(path_of(t))
            s.sendall(b"GET /mgmt/tm/gtm HTTP/1.1\r\n")
        except OSError:
            pass
        peers.append(s)
    assert t.answer(NAME) == [f"{t.net}.1"]
    eventually(lambda: peers[0].recv(1) == b"", 20, "the silent peer is shed")
    for s in peers:
        s.close()
    eventually(lambda: call(t, "GET", GTM + "datacenter/Local")[0] == 200, 10, "served again")


@scene("a socket that was left behind is replaced; one in use, or a file, is not")
def leftover(t):
    t.start(BASE)
    t.gtmd.stop(signal.SIGKILL)
    assert os.path.exists(path_of(t))
    t.start()
    ok(t, "GET", GTM + "datacenter/Local")
    t.gtmd.stop()
    assert not os.path.exists(path_of(t))
    t.write("state/control.sock", "mine")
    t.start(wait=False)
    eventually(lambda: t.gtmd.proc.poll() == 1, 10, "not started")
    with open(path_of(t), encoding="utf-8") as f:
        assert f.read() == "mine"


if __name__ == "__main__":
    main()
