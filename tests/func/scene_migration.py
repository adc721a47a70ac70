#!/usr/bin/python3
"""A running application changes its data center, driven by a played program."""
import json
import os
import signal

from lib.control import Control
from lib.mover import MIGRATION, NAME, Asker, Companion, Page, Stage, state_page
from lib.scene import eventually, main, need, need_root, scene

FAST = "    ttl 1\n    drain-timeout 60\n    residual-window 1\n"


def begin(t, rows="", **kw):
    need_root()
    s = Stage(t, rows=FAST + rows, **kw)
    return s, Asker(t, s)


@scene("a whole run: hosts move, at half of them all clients change over, and it ends")
def whole(t):
    s, asker = begin(t)
    assert s.state()["phase"] == "planned" and s.state()["commands"] == ["start"], s.state()
    s.command("start", reason="the building closes")
    assert s.refused("start").startswith("start: the migration is ")
    s.reaches("done")
    assert s.places() == ["/Common/esx-remote"] * 3
    assert s.pools() == [False, True]
    assert asker.end() == [s.local.addr, s.remote.addr]
    s.command("close")
    state = s.state()
    assert state["phase"] == "closed" and state["commands"] == ["start"], state
    events = [r[0] for r in s.log()]
    assert events[0] == "begun" and events[-1] == "closed", events
    assert s.c.ok("GET", "pool/a/~Common~Remote_pool")["ttl"] == 1
    doc = s.c.ok("GET", "migration-dossier?migration=move")
    assert "move" in json.dumps(doc), doc
    html = s.page("migration-dossier?migration=move&format=html")
    assert html.startswith("<!doctype html>") and "vm3" in html, html[:300]
    shown = s.shell("show", "gtm", "migration", "move")
    assert "[####################] 100 % of capacity, 3 of 3 hosts" in shown, shown
    assert "closed: 3 of 3 hosts there, share 100 %" in shown and "relayed" in shown, shown
    page = json.dumps(s.c.ok("GET", "migration/~Common~move/stats"))
    assert '"hostsThere": {"value": 3}' in page, page


@scene("paused it begins nothing, resumed it goes on; its objects stay as they are meanwhile")
def paused(t):
    s, asker = begin(t)
    s.mood("vm2.memory", "wait go")
    s.command("start")
    eventually(lambda: s.state()["hosts"][1]["phase"] == "memory", 10, "vm2 is under way")
    assert "paused" in s.shell("pause", "gtm", "migration", "move", "reason", "lunch")
    url = "migration/~Common~move"
    why = s.c.refused(400, "PATCH", url, {"concurrency": 2})
    assert "cannot be changed while migration /Common/move is under way" in why, why
    assert "under way" in s.c.refused(400, "PATCH", "hypervisor/~Common~esx-remote",
                                      {"disabled": True})
    s.c.refused(400, "DELETE", url)
    s.c.refused(400, "DELETE", "pool/a/~Common~Remote_pool")
    s.release("go")
    eventually(lambda: s.state()["hosts"][1]["phase"] == "there", 10, "vm2 is there")
    assert s.state()["hosts"][2]["phase"] == "waiting"
    assert s.state()["paused"] and "lunch" in json.dumps(s.state())
    assert "moving" in s.shell("resume", "gtm", "migration", "move")
    s.reaches("done")
    assert asker.end() == [s.local.addr, s.remote.addr]
    s.command("close")
    s.c.ok("PATCH", url, {"concurrency": 2})


@scene("a host that fails for good rolls everything back: hosts, pools, TTL are as before")
def rolled_back(t):
    s, asker = begin(t, "    on-failure roll-back\n")
    s.mood("vm3.memory", "broken")
    s.command("start")
    s.reaches("rolled-back")
    assert s.places() == ["/Common/esx-local"] * 3
    assert s.pools() == [True, False]
    assert s.c.ok("GET", "pool/a/~Common~Local_pool")["ttl"] == 1
    assert "the played driver is broken" in json.dumps(s.log())
    asker.end()


@scene("a step that fails and might go well is tried again; one that cannot go on pauses")
def retried(t):
    s, asker = begin(t, "    retries 2\n")
    s.mood("vm1.storage", "once fail")
    s.mood("vm2.storage", "broken")
    s.command("start")
    eventually(lambda: s.state()["paused"], 30, "paused")
    assert s.state()["hosts"][1]["phase"] == "failed", s.state()
    assert ("step-failed", "vm1") in [r[:2] for r in s.log()], s.log()
    s.mood("vm2.storage")
    s.command("resume")
    s.reaches("done")
    asker.end()


@scene("aborted, what is under way is given up and what has moved stays or goes home")
def aborted(t):
    s, asker = begin(t)
    s.mood("vm1.storage", "wait never")
    s.command("start")
    eventually(lambda: s.state()["hosts"][0]["phase"] == "storage", 10, "vm1 is under way")
    s.command("abort", reason="not today")
    s.reaches("aborted")
    assert s.places() == ["/Common/esx-local"] * 3 and s.pools() == [True, False]
    assert ["cancel", "vm1"] in [a[:2] for a in s.asked()]
    assert asker.end() == [s.local.addr]


@scene("a dry run says what is wrong, and changes nothing")
def dry(t):
    s, asker = begin(t)
    before = s.c.ok("GET", "pool/a")
    s.command("start", dryRun=True)
    assert s.state()["phase"] == "planned" and not os.path.exists(t.dir + "/state/migrations")
    s.c.ok("PATCH", "hypervisor/~Common~esx-remote", {"disabled": True})
    assert "hypervisor /Common/esx-remote is disabled" in s.refused("start", dryRun=True)
    assert s.c.ok("GET", "pool/a") == before
    assert s.refused("pause") == f"migration {MIGRATION} has not been started"
    assert "no migration /Common/none" in s.c.refused(404, "POST", "migration-command", {
        "migration": "none", "command": "start"})
    s.refused("fly", 400)
    s.refused("start", 400, share=101)
    s.refused("start", 400, speed=1)
    assert asker.end() == [s.local.addr]


@scene("no share is over what live hosts carry: refused with the arithmetic, forced by a word")
def ceiling(t):
    s, asker = begin(t, "    plan manual\n    demand 3\n")
    s.mood("vm2.memory", "wait go")
    s.command("start")
    eventually(lambda: s.state()["hosts"][0]["phase"] == "there", 10, "vm1 is there")
    why = s.refused("advance", share=50)
    assert "1" in why and "3" in why and "50" in why, why
    s.command("advance", share=30)
    wide = "wideip/a/~Common~vmhttp.siterequest.com/pools"
    eventually(lambda: s.pools() == [True, True], 10, "both serve")
    ratios = {p["name"]: p["ratio"] for p in s.c.ok("GET", wide)["items"]}
    share = ratios["Remote_pool"] / sum(ratios.values())
    assert abs(share - 0.3) < 0.01, ratios
    s.release("go")
    eventually(lambda: all(h["phase"] == "there" for h in s.state()["hosts"]), 10, "all there")
    s.command("advance", share=100)
    s.reaches("done")
    asker.end()


def played(t, site, seen_at):
    """The companions of a site, whose station is seen where seen_at says."""
    eip = Companion(f"{t.dir}/eip-{site}", {
        ("GET", "tunnel/stats"): lambda: state_page("eip", t.tunnel, vlanGroup="/Common/vg"),
        ("GET", "where"): lambda: {"items": [{"where": "local" if seen_at() == site else
                                              "remote", "moves": 1}]},
        ("POST", "freeze"): {}, ("POST", "thaw"): {}, ("POST", "move"): {}})
    wom = Companion(f"{t.dir}/wom-{site}", {
        ("GET", "remote-endpoint"): state_page("peer", "available"), ("POST", "job"): {},
        ("GET", "job"): lambda: {"octets": 5 << 20, "wanOut": 1 << 20, "wanIn": 0, "rate": 0,
                                 "streams": t.late, "streamsEnded": 0, "clients": [
                                     {"network": "198.51.100.0/24", "connections": t.late}]},
        ("DELETE", "job"): {}})
    return eip, wom


@scene("companions: tunnels first, frozen before, announced behind a move; late ones are counted")
def companions(t):
    need_root()
    t.tunnel, t.late = "offline", 0
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
    s.reaches("relaying")
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
    for c in (eip, wom, far_eip, far_wom):
        c.close()


@scene("the new site dies behind the change: the old one answers again at once")
def rescue(t):
    need_root()
    sites = t.site("local", 1), t.site("remote", 2)
    s = Stage(t, rows=FAST, sites=sites)
    t.becomes(NAME, [sites[0].addr])
    s.mood("vm3.memory", "wait go")
    s.command("start")
    t.becomes(NAME, [sites[1].addr], seconds=30)
    sites[1].stop()
    t.becomes(NAME, [sites[0].addr], seconds=15)
    s.c = Control(t)
    assert s.state()["traffic"]["rescue"], s.state()
    sites[1].start()
    t.becomes(NAME, [sites[1].addr], seconds=15)
    s.release("go")


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


def killing(s, nth):
    """What to start gtmd with so that it is killed behind the nth sync of its own
    thread: behind a record, before anything else comes of it."""
    return [need("strace"), "-o", s.t.dir + "/strace", "-e", "trace=fsync,fdatasync",
            "-e", f"inject=fsync,fdatasync:signal=KILL:when={nth}"]


@scene("killed again and again behind records it goes on, and nobody is left without an answer")
def killed(t):
    s, asker = begin(t, hosts=2)
    s.command("start")
    t.gtmd.stop(signal.SIGKILL)
    lives, nth, before = 0, 1, b""
    while True:
        s.restart(killing(s, nth), wait=False)
        if s.ends() == "done":
            break
        nth = nth + 1 if s.records() == before else nth	# a start has syncs of its own
        lives, before = lives + 1, s.records()
        assert lives < 300, before
    t.gtmd.stop(signal.SIGKILL)
    s.restart()
    s.reaches("done")
    assert asker.ask() == [s.remote.addr]
    assert lives > 10, lives
    assert s.places() == ["/Common/esx-remote"] * 2 and s.pools() == [False, True]
    assert asker.end()[-1] == s.remote.addr
    ids = {tuple(a[:3]) for a in s.asked()}
    assert len({i[2] for i in ids}) == len(ids), ids	# an id means one thing


if __name__ == "__main__":
    main()
