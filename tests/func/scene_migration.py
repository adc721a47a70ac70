#!/usr/bin/python3
"""A running application changes its data center, driven by a played program."""
import json
import os

from lib.mover import MIGRATION, begin
from lib.scene import BIN, eventually, main, scene


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
    local, remote = "pool/a/~Common~Local_pool", "pool/a/~Common~Remote_pool"
    why = s.c.refused(400, "PATCH", local, {"disabled": True})
    assert "disabled: migration /Common/move steers it" in why and "pause gtm" in why, why
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
    s.c.ok("PATCH", local, {"ttl": 2})
    s.c.ok("PATCH", remote, {"enabled": True})
    wrong = ("ttl of pool /Common/Local_pool is 2, not 1; "
             "pool /Common/Remote_pool is enabled, not disabled")
    assert s.state()["byHand"] == wrong, s.state()
    assert wrong in s.shell("show", "gtm", "migration", "move")
    assert s.command("resume", dryRun=True)["putsRight"] == wrong
    told = s.shell("resume", "gtm", "migration", "move")
    assert "moving" in told and f"It puts right what was set by hand: {wrong}." in told, told
    s.reaches("done")
    assert ("corrected", None, None, wrong) in s.log(), s.log()
    assert s.pools() == [False, True]
    why = s.c.refused(400, "PATCH", local, {"enabled": True})
    assert "close gtm migration /Common/move" in why, why
    s.c.ok("POST", "/mgmt/tm/sys/config", {
        "command": "load", "options": [{"merge": ""}, {"from-terminal": ""}],
        "text": "gtm pool a /Common/Local_pool { enabled }\n"})
    eventually(lambda: s.pools() == [False, True], 10, "a load is put right")
    assert [r[0] for r in s.log()].count("corrected") == 2, s.log()
    assert set(asker.end()) == {s.local.addr, s.remote.addr}
    s.command("close")
    s.c.ok("PATCH", url, {"concurrency": 2})


@scene("the shell shows it, tells what holds it and what it takes now, and saves its dossier")
def shell(t):
    s, asker = begin(t, "    plan manual\n    demand 3\n")

    def gtmsh(words, rc=0):
        r = t.run([os.path.join(BIN, "gtmsh"), "-x", s.c.path, *words.split()])
        assert r.returncode == rc, (words, r.stdout)
        return r.stdout

    shown = gtmsh("show gtm migration")
    assert "planned: has not been started" in shown and "commands start\n" in shown, shown
    assert "no such run on record" in gtmsh("show gtm migration move log", rc=1)
    assert "none" in gtmsh("show gtm migration none", rc=1)
    assert "nothing was changed" in gtmsh("start gtm migration move dry-run")
    s.mood("vm2.memory", "slow wait go")
    gtmsh("start gtm migration move reason moving-day")
    eventually(lambda: "copying" in gtmsh("show gtm migration move"), 10, "vm2 is under way")
    shown = gtmsh("show gtm migration move")
    for part in ("1 of 3 hosts", "vm2   memory", "vm3   waiting", "clients  [-",
                 "step-begun memory", "commands pause, abort, roll-back, advance, skip\n"):
        assert part in shown, (part, shown)
    why = gtmsh("advance gtm migration move share 90", rc=1)
    assert "force does it all the same" in why, why
    assert "share: not expected here" in gtmsh("pause gtm migration move share 5", rc=1)
    s.release("go")
    eventually(lambda: all(h["phase"] == "there" for h in s.state()["hosts"]), 10, "all there")
    gtmsh("advance gtm migration move share 100")
    s.reaches("done")
    log = gtmsh("show gtm migration move log")
    assert log.count("\n") == len(s.log()) + 1, log
    path = t.dir + "/move.html"
    assert path in gtmsh(f"save gtm migration move dossier {path}")
    with open(path, encoding="utf-8") as f:
        html = f.read()
    assert html.startswith("<!doctype html>") and "moving-day" in html, html[:300]
    gtmsh(f"save gtm migration move dossier {path} json run 1")
    with open(path, encoding="utf-8") as f:
        assert "moving-day" in json.dumps(json.load(f))
    assert "no such run" in gtmsh(f"save gtm migration move dossier {path} run 2", rc=1)
    asker.end()


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


@scene("a host that cannot be moved is skipped, and the rest ends without it")
def skipped(t):
    s, asker = begin(t, "    retries 0\n")
    s.mood("vm1.storage", "broken")
    s.command("start")
    eventually(lambda: s.state()["paused"], 30, "paused")
    assert "a host must be given" in s.refused("skip", 400)
    assert "vm9 is no host" in s.refused("retry", 400, host="vm9")
    assert "neither failed nor" in s.refused("retry", host="vm3")
    s.command("retry", host="vm1")
    eventually(lambda: s.state()["paused"], 30, "paused once more")
    told = s.shell("skip", "gtm", "migration", "move", "host", "vm1", "reason", "old disk")
    assert "1 skipped" in told and "paused" not in told, told
    s.reaches("done")
    assert s.places() == ["/Common/esx-local"] + ["/Common/esx-remote"] * 2
    assert s.pools() == [False, True]
    s.c.ok("POST", "metrics", {"items": [
        {"virtualServer": f"/Common/{n}:vmhttp", "connections": c}
        for n, c in (("Local-BIG-IP", 25), ("Remote-BIG-IP", 75))]})
    eventually(lambda: s.state()["measured"]["effective"] == 75, 10, "connections are counted")
    shown = s.shell("show", "gtm", "migration", "move")
    for part in ("3 hosts, 1 skipped", "vm1   skipped", "old disk", "effective 75 % of conn"):
        assert part in shown, (part, shown)
    s.command("close")
    page = json.dumps(s.c.ok("GET", "migration/~Common~move/stats"))
    for part in ('"hostsSkipped": {"value": 1}', '"effective": {"value": 75}'):
        assert part in page, (part, page)
    doc = s.c.ok("GET", "migration-dossier?migration=move")
    assert doc["outcome"] == "2 of 3 hosts are at the new site. Skipped: vm1.", doc["outcome"]
    assert doc["hosts"][0]["skipReason"] == "old disk", doc["hosts"]
    assert 75 in [one.get("effective") for one in doc["samples"]], doc["samples"]
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
    dry = eventually(lambda: (d := s.state()["rehearsal"])["over"] and d, 20, "rehearsed")
    assert dry["ok"] and [(d["step"], d.get("host")) for d in dry["steps"]] == [
        ("prepare", None), *((w, h) for h in s.hosts for w in ("storage", "memory"))], dry
    assert all(a[3] for a in s.asked()) and s.places() == ["/Common/esx-local"] * 3, s.asked()
    s.mood("vm2.storage", "broken")
    s.command("start", dryRun=True)
    dry = eventually(lambda: (d := s.state()["rehearsal"])["over"] and d, 20, "rehearsed")
    bad = [d for d in dry["steps"] if not d["ok"]]
    assert not dry["ok"] and len(bad) == 1 and "is broken" in bad[0]["text"], dry
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

if __name__ == "__main__":
    main()
