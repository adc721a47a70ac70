#!/usr/bin/python3
"""Which object a number counts for, limits at every level with their way back, the
methods that go by numbers, and a prober that ends meanwhile: all read off pages."""
import contextlib
import http.server
import json
import os
import signal
import threading

from lib import guide
from lib.control import Control
from lib.scene import eventually, family, free_port, main, scene

NAME, OTHER = "vmhttp.siterequest.com", "other.siterequest.com"
PAGES = "127.21.0.1"
ADDRS = {"a": "192.0.2.1", "b": "192.0.2.2", "r": "192.0.2.3"}
ONE = "gtm global-settings dns {\n    threads 1\n}\n"
READS = {"connections": "conns", "bits-per-second": "bits", "packets-per-second": "packets",
         "capacity": "capacity", "score": "score", "cpu-usage": "cpu",
         "memory-available": "memory"}


class Pages:
    """A web server whose documents are by path; /NAME tells of NAME."""

    def __init__(self):
        pages, self.docs, self.asked = self, {}, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                pages.asked += 1
                text = json.dumps(pages.docs.get(self.path, {})).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                with contextlib.suppress(OSError):	# the prober may have gone
                    self.wfile.write(text)

            def log_message(self, *args):
                pass

        self.port = free_port()
        self.http = http.server.ThreadingHTTPServer((PAGES, self.port), Handler)
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def say(self, name, **values):
        self.docs["/" + name] = values


def config(pages, pool="    load-balancing-mode global-availability\n", own=True):
    reads = "".join(f"    {k} $.{v}\n" for k, v in READS.items())
    text = (f"gtm monitor metrics /Common/page {{\n    destination {PAGES}:{pages.port}\n"
            f"    format json\n    path /%n\n{reads}    interval 1\n    timeout 6\n}}\n")
    uses = "metrics-monitor /Common/page\n"
    for server, names in (("s", "ab"), ("t", "r")):
        vss = "".join(f"        {n} {{\n            destination {ADDRS[n]}:80\n"
                      f"            {uses}        }}\n" for n in names)
        text += (f"gtm server /Common/{server} {{\n    datacenter /Common/dc\n"
                 f"    {uses if own else ''}    product generic-host\n"
                 f"    virtual-servers {{\n{vss}    }}\n}}\n")
    pool += "    alternate-mode none\n    fallback-mode none\n"
    key = {n: f"/Common/{'t' if n == 'r' else 's'}:{n}" for n in ADDRS}
    return (ONE + "gtm datacenter /Common/dc { }\n" + text
            + guide.pool("p", [(key["a"], "member-order 0"), (key["b"], "member-order 1")], pool)
            + guide.pool("spare", [(key["r"], "member-order 0")], pool)
            + guide.pool("q", [(key["a"], "member-order 0")], pool)
            + guide.wideip(NAME, [("p", "order 0"), ("spare", "order 1")],
                           "    pool-lb-mode global-availability\n")
            + guide.wideip(OTHER, [("q", "order 0")]))


def start(t, **kw):
    pages = Pages()
    for name in (*ADDRS, "s", "t"):
        pages.say(name)
    t.start(config(pages, **kw))
    return pages, Control(t)


def known(c, name):
    for item in c.ok("GET", "metrics")["items"]:
        if name in (item.get("virtualServer"), item.get("server")):
            return {k: v["value"] for k, v in item.items() if isinstance(v, dict)}
    return {}


def answers(t, names, other):
    """Who answers for both names, by letters."""
    def both():
        return [[n for n in ADDRS if ADDRS[n] in t.answer(w)] for w in (NAME, OTHER)]
    want = [list(names), list(other)]
    eventually(lambda: both() == want, 5, f"{want}")


def member(c, i=0):
    return c.ok("POST", "explain", {"name": NAME})["pools"][0]["members"][i]


WHERE = {			# a level: its object, who answers when a is at 101
    "virtual server": ("server/s/virtual-servers/a", 100, "b", ""),
    "member": ("pool/a/p/members/~Common~s:a", 100, "b", "a"),
    "pool": ("pool/a/p", 120, "r", "a"),
    "server": ("server/s", 120, "r", ""),
}


@scene("a virtual server's page counts for it, its members, their pools' sums, its server's sum")
def levels(t):
    pages, c = start(t)
    pages.say("a", conns=101)
    pages.say("b", conns=60)
    eventually(lambda: known(c, "/Common/s:a") == {"connections": 101}
               and known(c, "/Common/s:b") == {"connections": 60}, 5, "both are known")
    assert known(c, "/Common/s") == {}
    answers(t, "a", "a")
    for level, (path, value, names, other) in WHERE.items():
        # A limit that is not watched is none, whatever it says.
        c.ok("PATCH", path, {"limitMaxConnections": value})
        answers(t, "a", "a")
        c.ok("PATCH", path, {"limitMaxConnectionsStatus": "enabled"})
        answers(t, names, other)
        over = 101 if value == 100 else 161
        t.logged(f"Over limit-max-connections {value}: {over} connections")
        doc = c.ok("GET", path)
        assert doc["limitMaxConnectionsStatus"] == "enabled", (level, doc)
        c.ok("PATCH", path, {"limitMaxConnectionsStatus": "disabled"})
        answers(t, "a", "a")
    # Who is disabled is no part of what its pool uses.
    c.ok("PATCH", "pool/a/p", {"limitMaxConnectionsStatus": "enabled"})
    answers(t, "r", "a")
    c.ok("PATCH", "pool/a/p/members/~Common~s:b", {"disabled": True})
    answers(t, "a", "a")


@scene("there and back: over at the limit's next number, back a tenth below, at each level")
def hysteresis(t):
    pages, c = start(t)
    for (path, _, names, other), (what, key, metric) in zip(WHERE.values(), (
            ("Bps", "bits", "bitsPerSecond"), ("Pps", "packets", "packetsPerSecond")) * 2):
        c.ok("PATCH", path, {f"limitMax{what}": 1000, f"limitMax{what}Status": "enabled"})
        pages.say("a", **{key: 1001})
        answers(t, names, other)
        t.logged(f"Over limit-max-{what.lower()} 1000: 1001 ")
        pages.say("a", **{key: 901})
        eventually(lambda m=metric: known(c, "/Common/s:a").get(m) == 901, 5, "901")
        answers(t, names, other)
        pages.say("a", **{key: 900})
        answers(t, "a", "a")
        c.ok("PATCH", path, {f"limitMax{what}Status": "disabled"})


@scene("a server's page counts for the server, before the sum over what it has; CPU and memory")
def servers(t):
    pages, c = start(t)
    pages.say("a", conns=101)
    pages.say("s", conns=7, cpu=40, memory=5000)
    eventually(lambda: known(c, "/Common/s") == {"connections": 7, "cpuUsage": 40,
                                                  "memoryAvailable": 5000}, 5, "a server's")
    c.ok("PATCH", "server/s", {"limitMaxConnections": 100, "limitMaxConnectionsStatus": "enabled",
                               "limitCpuUsage": 80, "limitCpuUsageStatus": "enabled",
                               "limitMemAvail": 1000, "limitMemAvailStatus": "enabled"})
    answers(t, "a", "a")
    for values, why in (
            ({"conns": 101}, "Server /Common/s: Over limit-max-connections 100: 101 connections"),
            ({"conns": 7, "cpu": 81}, "Server /Common/s: Over limit-cpu-usage 80: 81 % CPU"),
            ({"cpu": 10, "memory": 999}, "Server /Common/s: Under limit-mem-avail 1000: "
                                         "999 KiB free")):
        pages.say("s", **values)
        answers(t, "r", "")
        eventually(lambda why=why: member(c)["why"] == why, 5, why)
        assert member(c, 1)["availability"] == "unavailable", member(c, 1)
        pages.say("s", conns=7, cpu=10, memory=5000)
        answers(t, "a", "a")


@scene("each method goes by its number on the page: the best answers, and follows the news")
def methods(t):
    pages, c = start(t, own=False)
    low = {"conns": 20000, "packets": 90000, "bits": 20000, "capacity": 3, "score": 90}
    high = {"conns": 90000, "packets": 20000, "bits": 90000, "capacity": 9, "score": 10}
    best = {"least-connections": "a", "packet-rate": "b", "kilobytes-per-second": "a",
            "virtual-server-capacity": "b", "virtual-server-score": "a"}
    for first, second, swapped in ((low, high, ""), (high, low, "ab")):
        pages.say("a", **first)
        pages.say("b", **second)
        eventually(lambda n=first: sorted(known(c, "/Common/s:a").values()) == sorted(n.values()),
                   5, "a's numbers")
        eventually(lambda n=second: sorted(known(c, "/Common/s:b").values()) == sorted(
            n.values()), 5, "b's numbers")
        for method, who in best.items():
            c.ok("PATCH", "pool/a/p", {"loadBalancingMode": method})
            answers(t, swapped.replace(who, "") or who, "a")
    c.ok("PATCH", "pool/a/p", {"loadBalancingMode": "quality-of-service", "qosPacketRate": 1,
                               "qosKilobytesSecond": 0, "qosVsScore": 0})
    pages.say("a", packets=700, score=90)
    pages.say("b", packets=100, score=10)
    answers(t, "b", "a")
    c.ok("PATCH", "pool/a/p", {"qosVsScore": 5})
    answers(t, "a", "a")


@scene("cpu: the server with the most of it left answers, by the servers' pages")
def cpu(t):
    pages, c = start(t)
    c.ok("POST", "pool/a/p/members", {"name": "/Common/t:r"})
    c.ok("PATCH", "pool/a/p", {"loadBalancingMode": "cpu"})
    pages.say("s", cpu=70)
    pages.say("t", cpu=30)
    answers(t, "r", "a")
    pages.say("t", cpu=71)
    eventually(lambda: known(c, "/Common/t") == {"cpuUsage": 71}, 5, "it is known")
    eventually(lambda: t.answer(NAME) in ([ADDRS["a"]], [ADDRS["b"]]), 5, "one of s")


@scene("the prober ends, and gtmd reloads: numbers stay, looks go on, rates begin anew")
def goes_on(t):
    pages, c = start(t, pool="    load-balancing-mode least-connections\n")
    pages.say("a", conns=9)
    pages.say("b", conns=3)
    answers(t, "b", "a")
    gtmd, prober = family(t.gtmd.pid)
    os.kill(prober, signal.SIGKILL)
    t.logged("prober ended signal=9")
    assert known(c, "/Common/s:b") == {"connections": 3}
    answers(t, "b", "a")
    t.logged("prober restarted")
    pages.say("a", conns=2)
    answers(t, "a", "a")
    assert family(t.gtmd.pid)[1] != prober and family(t.gtmd.pid)[0] == gtmd
    t.reload()
    assert known(c, "/Common/s:a") == {"connections": 2}
    pages.say("b", conns=1)
    answers(t, "b", "a")
    # A prober that does not move looks at nothing: what was told ends in its time.
    prober = family(t.gtmd.pid)[1]
    os.kill(prober, signal.SIGSTOP)
    asked = pages.asked
    eventually(lambda: known(c, "/Common/s:b") == {}, 14, "it ends")
    assert pages.asked <= asked + 5		# those under way
    os.kill(prober, signal.SIGCONT)
    eventually(lambda: known(c, "/Common/s:b") == {"connections": 1}, 8, "and comes back")


if __name__ == "__main__":
    main()
