#!/usr/bin/python3
"""A migration and the world around it: companions, sites that die, users, replacement."""
import json

from lib.backends import Backend
from lib.control import Control
from lib.mover import FAST, NAME, Companion, Page, Stage, begin, state_page
from lib.scene import eventually, main, need_root, scene


def played(t, site, seen_at):
    """The companions of a site, whose station is seen where seen_at says."""
    eip = Companion(f"{t.dir}/eip-{site}", {
        ("GET", "tunnel/stats"): lambda: state_page("eip", t.tunnel, vlanGroup="/Common/vg"),
        ("GET", "where"): lambda: {"items": [{"where": "local" if seen_at() == site else
                                              "remote", "moves": 1}]},
        ("POST", "freeze"): {}, ("POST", "thaw"): {}, ("POST", "move"): {}})
    def switch(on):
        t.relay = on
        return {}
    wom = Companion(f"{t.dir}/wom-{site}", {
        ("GET", "optimized-application"): lambda: {"enabled" if t.relay else "disabled": True},
        ("PATCH", "optimized-application"): lambda body: switch("enabled" in body),
        ("GET", "remote-endpoint"): state_page("peer", "available"), ("POST", "job"): {},
        ("GET", "job"): lambda: {"octets": 5 << 20, "wanOut": 1 << 20, "wanIn": 0, "rate": 0,
                                 "streams": t.late, "streamsEnded": 0, "clients": [
                                     {"network": "198.51.100.0/24", "connections": t.late}]},
        ("DELETE", "job"): {}})
    return eip, wom


@scene("companions: tunnels first, frozen before, announced behind a move; late ones are counted")
def companions(t):
    need_root()
    t.tunnel, t.late, t.relay = "offline", 0, False
    stage = []
    at = lambda: "remote" if stage and stage[0].places()[0] == "/Common/esx-remote" else "local"
    (eip, wom), (far_eip, far_wom) = played(t, "local", at), played(t, "remote", at)
    s = Stage(t, hosts=1, rows=FAST + "    relay-application late\n",
              host_rows="            station 02:00:00:00:00:50\n",
              places=f"    eip-control {t.dir}/eip-@\n    wom-control {t.dir}/wom-@\n"
                     "    vlan-group vg\n")
    stage.append(s)
    s.command("start")
    eventually(lambda: "offline" in json.dumps(s.state()), 10, "the tunnel is said to be down")
    assert s.places() == ["/Common/esx-local"] and not eip.saw("POST", "freeze")
    t.tunnel, t.late = "available", 7
    eventually(lambda: s.state()["phase"] == "relaying", 20, "relaying")
    eventually(lambda: t.relay, 10, "the relay is open")
    assert eip.saw("POST", "freeze") and far_eip.saw("POST", "freeze")
    assert far_eip.saw("POST", "move") and not eip.saw("POST", "move")
    assert far_eip.saw("GET", "where") and wom.saw("GET", "remote-endpoint")
    assert [a[2].get("application") for a in wom.saw("POST", "job")][-1] == "/Common/late"
    assert not far_wom.saw("POST", "job")
    octets = [r for r in s.c.ok("GET", "migration-log?migration=move")["items"]
              if r.get("wire") or r.get("wireOctets")]
    assert octets, s.log()
    s.reaches("done")				# seven that came at first, and none since
    assert ("relayed", None, None, "late connections have been 0 or fewer for 1 s") in s.log()
    assert t.relay and s.state()["late"]["networks"][0]["connections"] == 7, s.state()
    s.command("close")
    eventually(lambda: s.state()["phase"] == "closed", 10, "closed")
    assert not t.relay and wom.saw("DELETE", "job?name=/Common/move/1/late")
    assert [r[0] for r in s.log() if r[0].startswith("relay-")] == [
        "relay-begun", "relay-open", "relay-shut"], s.log()
    assert any(r[0] == "relay-shut" and "7 connections and 5242880 octets were carried: "
               "198.51.100.0/24 7" in r[3] for r in s.log()), s.log()
    for c in (eip, wom, far_eip, far_wom):
        c.close()


@scene("the new site dies behind the change: the old one answers again at once")
def rescue(t):
    need_root()
    sites = t.site("local", 1), t.site("remote", 2)
    s = Stage(t, rows=FAST, sites=sites)
    t.becomes(NAME, [sites[0].addr])
    s.command("start", dryRun=True)		# which probes the pool that is disabled
    dry = eventually(lambda: (d := s.state()["rehearsal"])["over"] and d, 20, "rehearsed")
    assert dry["ok"], dry
    s.mood("vm3.memory", "wait go")
    s.command("start")
    assert "rehearsal" not in s.state(), s.state()
    t.becomes(NAME, [sites[1].addr], seconds=30)
    sites[1].stop()
    t.becomes(NAME, [sites[0].addr], seconds=15)
    s.c = Control(t)
    assert s.state()["traffic"]["rescue"], s.state()
    sites[1].start()
    t.becomes(NAME, [sites[1].addr], seconds=15)
    s.release("go")


@scene("a host dies at the new site: clients that the others cannot carry go back")
def dead_host(t):
    need_root()
    pages = {f"vm{n}": Page(f"{t.net}.{20 + n}") for n in (1, 2, 3)}
    s = Stage(t, rows=FAST + "    plan follow\n    demand 2\n",
              host_rows=lambda h: f"            check-url {pages[h].url}\n")
    s.mood("vm3.memory", "wait go")
    s.command("start")
    eventually(lambda: s.state()["traffic"]["share"] == 66, 20, "two of three are there")
    pages["vm1"].status = 503
    eventually(lambda: s.state()["traffic"]["share"] == 50, 20, "one carries half of the demand")
    pages["vm1"].status = 200
    eventually(lambda: s.state()["traffic"]["share"] == 66, 20, "both carry two thirds again")
    s.release("go")
    s.reaches("done")


@scene("what users see gets worse: everything goes home, with the arithmetic on record")
def slo(t):
    need_root()
    page = Page(t.net + ".9")
    s = Stage(t, rows=FAST + "    on-failure roll-back\n    guard-interval 100\n"
              f"    slo-window 2\n    slo-url {page.url}\n")
    s.mood("vm2.memory", "wait go")
    s.command("start")
    eventually(lambda: s.state()["hosts"][1]["phase"] == "memory", 20, "vm2 is under way")
    page.status = 503
    eventually(lambda: s.state()["guard"] == "breach", 20, "a breach")
    s.release("go")
    s.reaches("rolled-back", 30)
    assert s.places() == ["/Common/esx-local"] * 3 and s.pools() == [True, False]
    assert "requests of the last 2 s failed" in s.state()["endWhy"], s.state()


@scene("monitors see a site fail: of the new one all go home, the old one only holds")
def monitors(t):
    need_root()
    sites = Backend(t.net + ".1", 8080), Backend(t.net + ".2", 8080)
    s = Stage(t, rows=FAST + "    plan follow\n    slo-monitors enabled\n    slo-window 5\n",
              sites=sites)
    # What is silent for some seconds is not down: nobody is rescued from the old site.
    s.c.ok("PATCH", "monitor/http/~Common~VM-http-monitor", {"timeout": 30})
    seen = lambda site, n: eventually(lambda: site.ended >= n, 20, f"{n} probes")
    t.becomes(NAME, [sites[0].addr])
    for host in ("vm1", "vm2"):
        s.mood(host + ".memory", f"wait {host}-goes")
    s.command("start")
    eventually(lambda: s.state()["hosts"][0]["phase"] == "memory", 20, "vm1 is under way")
    seen(sites[0], sites[0].ended + 7)
    sites[0].mood = "hang"
    eventually(lambda: s.state()["guard"] == "hold", 20, "the old site holds")
    assert "monitors of /Common/Local_pool: " in json.dumps(s.state()), s.state()
    sites[0].mood = "good"
    eventually(lambda: s.state()["guard"] == "fine", 30, "it has come to itself")
    s.release("vm1-goes")
    eventually(lambda: s.state()["traffic"]["share"] == 33, 20, "a third")
    seen(sites[1], sites[1].ended + 7)
    sites[1].mood = "wrong_body"
    eventually(lambda: s.state()["guard"] == "breach", 20, "a breach")
    s.release("vm2-goes")
    s.reaches("rolled-back", 30)
    assert s.places() == ["/Common/esx-local"] * 3 and s.pools() == [True, False]
    assert "monitors of /Common/Remote_pool: " in s.state()["endWhy"], s.state()


@scene("replaced by another gtmd in the middle, the next one goes on")
def replaced(t):
    s, asker = begin(t)
    s.mood("vm2.memory", "wait go")
    s.command("start")
    eventually(lambda: s.state()["hosts"][1]["phase"] == "memory", 10, "vm2 is under way")
    holder = t.gtmd
    t.start(None, args=(*s.args(), "--replace"))
    assert holder.wait() == 0
    s.c = Control(t)
    assert s.state()["phase"] == "moving", s.state()
    s.release("go")
    s.reaches("done")
    assert s.places() == ["/Common/esx-remote"] * 3
    assert asker.end() == [s.local.addr, s.remote.addr]

if __name__ == "__main__":
    main()
