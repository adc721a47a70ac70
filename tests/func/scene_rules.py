#!/usr/bin/python3
"""Rules of health: times below a second, backends that flap, and who probes."""
import random
import socketserver
import threading

from lib import guide
from lib.control import Control
from lib.scene import eventually, main, scene

NAME = "vmhttp.siterequest.com"
EXPLAIN = "/mgmt/tm/gtm/explain"
FAST = "    interval-ms 100\n    probe-timeout-ms 90\n"


class Coin(socketserver.ThreadingTCPServer):
    """A web server that tosses a coin for each request, until it is fair no more."""
    allow_reuse_address = daemon_threads = True

    def __init__(self, addr, port):
        self.addr, self.port = addr, port
        self.tosses, self.calm, self.seen = random.Random(7), False, 0
        super().__init__((addr, port), Toss)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Toss(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(4096)
        self.server.seen += 1
        good = self.server.calm or self.server.tosses.random() < 0.5
        self.request.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + (b"hello" if good else b"sorry"))


def reason(c, pool):
    pools = {p["pool"]: p for p in c.ok("POST", EXPLAIN, {"name": NAME})["pools"]}
    return pools[f"/Common/{pool}"]["members"][0]["reason"]


def changes(t):
    return t.gtmd.output().count("Local_pool /Common/Local-BIG-IP:vmhttp state from=")


@scene("a backend that flips coins is held down after three falls, and let go when it is calm")
def flapping(t):
    coin, remote = Coin(f"{t.net}.1", t.web_port), t.site("remote", 2)
    damped = FAST + "    flap-half-life 1\n"
    t.start(guide.application(t, coin, remote, mon=guide.monitor(extra=damped)))
    c = Control(t)
    eventually(lambda: "UP, held down for flapping, flap penalty" in reason(c, "Local_pool"), 20,
               "it is held")
    told, start = changes(t), coin.seen
    assert told <= 8, told		# until then: up, and down, of three falls and a hold
    eventually(lambda: coin.seen > start + 60, 20, "sixty tosses more")
    assert changes(t) == told, t.gtmd.output()
    assert t.answer(NAME) == [remote.addr]
    coin.calm = True
    t.becomes(NAME, [coin.addr], seconds=20)
    t.logged("state from=offline to=available cause=\"Monitor /Common/VM-http-monitor from "
             "127.0.0.1 : UP, flap penalty")


@scene("interval-ms: what dies is noticed in less than the second that intervals begin at")
def fast(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    t.start(guide.application(t, local, remote, mon=guide.monitor(extra=FAST)))
    t.becomes(NAME, [local.addr])
    c = Control(t)
    shown = c.ok("GET", "/mgmt/tm/gtm/monitor/http/~Common~VM-http-monitor")
    assert shown["intervalMs"] == 100 and shown["probeTimeoutMs"] == 90, shown
    local.stop()
    t.becomes(NAME, [remote.addr])
    bad = c.refused(400, "PATCH", "/mgmt/tm/gtm/monitor/http/~Common~VM-http-monitor",
                    {"intervalMs": 49})
    assert "interval-ms: 49 is under 50 ms, the shortest there is" in bad, bad


PROBERS = """
gtm server /Common/me {
    datacenter /Common/Remote
    product generic-host
    devices {
        here {
            addresses {
                127.0.0.1 { }
            }
        }
    }
}
gtm prober-pool /Common/probers {
    members {
        /Common/me { }
    }
}
"""


@scene("probers: a site that wants others is not probed from here, until we are of its pool")
def probers(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    text = guide.application(t, local, remote).replace(
        "gtm datacenter /Common/Local { }",
        "gtm datacenter /Common/Local {\n    prober-fallback none\n}", 1)
    t.start(text + PROBERS)
    c = Control(t)
    t.logged("Remote-BIG-IP:vmhttp state from=unknown to=available")
    assert reason(c, "Local_pool").startswith("Not probed from here: "), reason(c, "Local_pool")
    assert t.answer(NAME) == [local.addr]		# not known is not down
    local.stop()
    site = "/mgmt/tm/gtm/datacenter/~Common~Local"
    bad = c.refused(400, "PATCH", site, {"proberPreference": "pool"})
    assert "prober-preference: pool, but prober-pool is none" in bad, bad
    c.ok("PATCH", site, {"proberPreference": "pool", "proberPool": "/Common/probers"})
    t.becomes(NAME, [remote.addr])
    pool = "/mgmt/tm/gtm/prober-pool/~Common~probers"
    assert c.ok("GET", pool)["loadBalancingMode"] == "global-availability"
    asked = c.ok("POST", "what-if", {"name": NAME, "overlay": {
        "gtm prober-pool /Common/probers": {"disabled": True}}})
    members = asked["explain"]["pools"][0]["members"]
    assert members[0]["reason"].startswith("Not probed from here: "), asked
    c.refused(400, "DELETE", pool)			# a data center names it
    c.ok("PATCH", pool, {"disabled": True})
    t.becomes(NAME, [local.addr])


@scene("require: one success from one prober is the monitor's own; two probers are refused")
def require(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    rule = "monitor /Common/VM-http-monitor"
    text = guide.application(t, local, remote)
    t.start(text.replace(rule, "monitor require 1 from 1 { /Common/VM-http-monitor }", 1))
    t.becomes(NAME, [local.addr])
    local.stop()
    t.becomes(NAME, [remote.addr])
    c = Control(t)
    bad = c.refused(400, "PATCH", "/mgmt/tm/gtm/server/~Common~Local-BIG-IP",
                    {"monitor": "require 2 from 2 { /Common/VM-http-monitor }"})
    assert "require 2 from 2: this program is the only prober so far" in bad, bad


if __name__ == "__main__":
    main()
