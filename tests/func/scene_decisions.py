#!/usr/bin/python3
"""Why that answer? Wide IPs log what they decide, as much as each asks for."""
import os
import socket

import dns.message

from lib import guide
from lib.control import Control
from lib.scene import BIN, SLOW, eventually, main, scene

NAME = "vmhttp.siterequest.com"
WIDE = "/mgmt/tm/gtm/wideip/a/~Common~" + NAME
LOG = "/mgmt/tm/gtm/decision-log"
VERBOSITY = "loadBalancingDecisionLogVerbosity"


def application(verbosity, more=""):
    pools = "".join(guide.pool(p, [(f"/Common/s:v{2 * i + n}", f"member-order {n}")
                                   for n in range(2)]) for i, p in enumerate(("p", "q")))
    wide = f"    load-balancing-decision-log-verbosity {verbosity}\n" if verbosity else ""
    return (guide.hosts(4) + pools + guide.wideip(NAME, [("p", "order 0"), ("q", "order 1")],
                                             wide)
            + "gtm global-settings dns {\n    threads 1\n}\n" + more)


def shown(t, *name):
    """Lines that the shell prints."""
    return t.run([os.path.join(BIN, "gtmsh"), "-x", os.path.join(t.dir, "state/control.sock"),
                  "show", "gtm", "decision-log", *name]).stdout.splitlines()


def told(control, count, query=""):
    """Once so many are told: the newest first."""
    doc = None

    def there():
        nonlocal doc
        doc = control.ok("GET", LOG + query)
        return doc["logged"] >= count
    eventually(there, what=f"{count} decisions told")
    assert doc["logged"] == count and doc["dropped"] == 0, doc
    return doc["items"]


@scene("decision log: who asked, which pool and member, and why; for nobody who does not want it")
def plain(t):
    t.start(application("{ pool-selection pool-member-selection }"))
    control = Control(t)
    answers = [t.answer(NAME, source="127.0.1.9")[0] for _ in range(4)]
    items = told(control, 4)
    for item, answer in zip(reversed(items), answers):
        assert item["wideip"] == "/Common/" + NAME and item["type"] == "a", item
        assert item["resolver"] == "127.0.1.9" and item["outcome"] == "answer", item
        assert item["member"] == "/Common/s:v" + answer[-1], (item, answer)
        assert item["pool"] == ("/Common/p" if answer[-1] in "01" else "/Common/q"), item
        assert item["poolWhy"] == "Chosen 1 of 2 times by round-robin", item
        assert item["memberWhy"] == "Chosen 1 of 2 times by preferred method round-robin", item
        assert "pools" not in item and "members" not in item, item
    lines = [ln for ln in t.gtmd.output().splitlines() if " decision resolver=127.0.1.9 " in ln]
    assert len(lines) == 4 and f" member=/Common/s:v{answers[0][-1]} " in lines[0], lines
    table = shown(t)
    assert len(table) == 6 and table[-1] == "logged 4, dropped 0", table
    assert shown(t, "other.example") == [table[-1]]
    control.ok("PATCH", WIDE, {VERBOSITY: []})
    t.answer(NAME, source="127.0.1.9")
    control.ok("PATCH", WIDE, {VERBOSITY: ["pool-selection"]})
    t.answer(NAME, source="127.0.1.9")
    assert "member" not in told(control, 5)[0]


@scene("decision log: what was gone through, and what is no answer; by TCP too")
def traversal(t):
    t.start(application("{ pool-traversal pool-member-traversal }"))
    control = Control(t)
    control.ok("PATCH", "/mgmt/tm/gtm/pool/a/~Common~p", {"disabled": True})
    control.ok("PATCH", "/mgmt/tm/gtm/pool/a/~Common~q/members/~Common~s:v2", {"disabled": True})
    assert t.answer(NAME, tcp=True) == ["192.0.2.3"]
    item, = told(control, 1)
    assert item["pools"] == [
        {"pool": "/Common/p", "why": "The pool is disabled"},
        {"pool": "/Common/q", "why": "Chosen 1 of 1 times by round-robin"}], item
    assert item["members"] == [
        {"member": "/Common/s:v2", "why": "The member is disabled"},
        {"member": "/Common/s:v3",
         "why": "Chosen 1 of 1 times by preferred method round-robin"}], item
    control.ok("PATCH", "/mgmt/tm/gtm/pool/a/~Common~q", {"disabled": True})
    assert t.answer(NAME) == []
    assert told(control, 2)[0]["outcome"] == "no-data"


@scene("decision log: one of so many; of a burst each is told or counted as dropped")
def sampled(t):
    every = "gtm global-settings load-balancing {\n    decision-log-sample 1000000\n}\n"
    t.start(application("{ pool-selection }", every))
    control = Control(t)
    for n in range(50):
        t.answer(NAME, source=f"127.0.1.{n + 1}")
    assert control.ok("GET", LOG)["logged"] == 0
    control.ok("PATCH", "/mgmt/tm/gtm/global-settings/load-balancing", {"decisionLogSample": 1})
    t.answer(NAME)
    assert len(told(control, 1, "?limit=5&wideip=" + NAME)) == 1
    assert "limit" in control.refused(400, "GET", LOG + "?limit=none")
    burst(t, 1500)

    def counted():
        doc = control.ok("GET", LOG)
        return doc["logged"] + doc["dropped"] == 1501 and doc["logged"] >= 512
    eventually(counted, 10, "all are told or dropped")


def burst(t, count):
    """So many queries on one TCP connection, all answered."""
    wire = dns.message.make_query(NAME, "A").to_wire()
    one = len(wire).to_bytes(2, "big") + wire
    with socket.create_connection(("127.0.0.1", t.port), timeout=5 * SLOW) as s, \
            s.makefile("rb") as stream:
        for _ in range(count // 100):
            s.sendall(one * 100)
            for _ in range(100):
                size = int.from_bytes(stream.read(2), "big")
                assert dns.message.from_wire(stream.read(size)).answer


if __name__ == "__main__":
    main()
