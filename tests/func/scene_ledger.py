#!/usr/bin/python3
"""Who may have an answer in its cache, and how long: resolvers that keep the TTL, one that
does not, and what the ledger says of each."""
import os

import dns.edns
import dns.exception
import dns.resolver

from lib import guide
from lib.control import Control
from lib.scene import BIN, Process, eventually, free_port, main, need, scene

NAME = "vmhttp.siterequest.com"
WIDE = "/mgmt/tm/gtm/wideip/a/~Common~" + NAME
LEDGER = "/mgmt/tm/gtm/ledger?wideip=" + NAME
LOCAL, REMOTE = "192.0.2.0", "192.0.2.1"


def application(ttl, wide="    resolver-ledger enabled\n"):
    pools = "".join(guide.pool(p, [(f"/Common/s:v{i}", "member-order 0")])
                    for i, p in enumerate(("Local_pool", "Remote_pool")))
    return (guide.hosts(2) + pools.replace("ttl 15", f"ttl {ttl}")
            + guide.wideip(NAME, [("Local_pool", "order 0"), ("Remote_pool", "order 1")],
                           "    pool-lb-mode global-availability\n" + wide))


def pool(document, name):
    return next(p for p in document["pools"] if p["pool"] == "/Common/" + name)


def client(document, address):
    return next((c for c in document["items"] if c["client"] == address), None)


def disable(control, name):
    control.ok("PATCH", f"/mgmt/tm/gtm/pool/a/~Common~{name}", {"disabled": True})


@scene("answers are entered by resolver, or by the network that it tells of; others are not")
def entered(t):
    t.start(application(15))
    control = Control(t)
    for _ in range(3):
        assert t.answer(NAME, source="127.0.1.9")[0] == LOCAL
    t.answer(NAME, source="127.0.1.8", use_edns=0,
             options=[dns.edns.ECSOption("203.0.113.0", 24)])
    told = control.ok("GET", LEDGER)
    assert told["clients"] == 2 and told["whole"], told
    here = client(told, "127.0.1.9/32")
    assert here["answers"] == 3 and here["pool"] == "/Common/Local_pool", here
    assert here["of"] == "resolver" and here["ttl"] == 15 and here["cachedFor"] in (15, 16), here
    assert client(told, "203.0.113.0/24")["of"] == "subnet", told
    assert pool(told, "Local_pool")["cached"] and "told" not in pool(told, "Remote_pool"), told
    assert told["items"][0] == here, "those with the most answers come first"
    shown = t.run([os.path.join(BIN, "gtmsh"), "-x", os.path.join(t.dir, "state/control.sock"),
                   "show", "gtm", "ledger"]).stdout
    assert "127.0.1.9/32" in shown and "/Common/Local_pool" in shown, shown
    control.ok("PATCH", WIDE, {"resolverLedger": "disabled"})
    t.answer(NAME, source="127.0.1.7")
    assert control.ok("GET", LEDGER)["pools"] == []
    assert "late" in control.refused(400, "GET", LEDGER + "&late=nobody")
    assert "limit" in control.refused(400, "GET", LEDGER + "&limit=0")


@scene("after the flip: caches run out by the clock, and who still comes is explained or not")
def flipped(t):
    t.start(application(2))
    control = Control(t)
    assert t.answer(NAME, source="127.0.1.9")[0] == LOCAL
    disable(control, "Local_pool")
    assert t.answer(NAME, source="127.0.1.8")[0] == REMOTE
    told = control.ok("GET", LEDGER + "&late=127.0.1.9")
    if pool(told, "Local_pool")["cached"]:
        assert pool(told, "Local_pool")["late"] == "cached", told
    eventually(lambda: not pool(control.ok("GET", LEDGER), "Local_pool")["cached"], 10,
               "the old answers run out")
    for net in ("127.0.1.9", "198.51.100.0/24"):
        told = control.ok("GET", LEDGER + "&late=" + net)
        assert pool(told, "Local_pool")["late"] == "expired", (net, told)


def resolver(t, name, words):
    port = free_port()
    conf = t.write(name + ".conf", f"""
server:
    interface: 127.0.0.1
    port: {port}
    chroot: ""
    username: ""
    directory: "{t.dir}"
    pidfile: ""
    use-syslog: no
    do-not-query-localhost: no
    module-config: "iterator"
    outgoing-interface: 127.0.1.{4 if words else 5}
    {words}
stub-zone:
    name: "siterequest.com"
    stub-addr: 127.0.0.1@{t.port}
remote-control:
    control-enable: no
""")
    Process(t, name, [need("unbound"), "-d", "-c", conf])
    r = dns.resolver.Resolver(configure=False)
    r.nameservers, r.port = ["127.0.0.1"], port
    return lambda: [a.address for a in r.resolve(NAME, "A")]


@scene("a resolver that keeps the TTL comes over, one that stretches it is found out")
def stretched(t):
    t.start(application(1))
    control = Control(t)
    honest, pins = resolver(t, "honest", ""), resolver(t, "pins", "cache-min-ttl: 300")

    def answers(ask, address):
        try:
            return ask() == [address]
        except dns.exception.DNSException:
            return False
    for ask in (honest, pins):
        eventually(lambda: answers(ask, LOCAL), 20, "unbound to answer")
    disable(control, "Local_pool")
    eventually(lambda: answers(honest, REMOTE), 10, "who keeps the TTL comes over")
    eventually(lambda: not pool(control.ok("GET", LEDGER), "Local_pool")["cached"], 10,
               "the old answers run out")
    assert pins() == [LOCAL], "unbound does not pin"
    told = control.ok("GET", LEDGER + "&late=127.0.1.4")
    assert pool(told, "Local_pool")["late"] == "expired", told
    assert client(told, "127.0.1.4/32")["pool"] == "/Common/Local_pool", told
    assert client(told, "127.0.1.5/32")["pool"] == "/Common/Remote_pool", told


main()
