#!/usr/bin/python3
"""Changes that may be taken back, that are told, and that no crash loses."""
import http.client
import json
import os
import random
import signal
import threading
import time

from lib import guide
from lib.control import Control, Events, audit, restart
from lib.front import Front
from lib.scene import BIN, Process, Skip, eventually, main, need, need_root, scene

NAME = "vmhttp.siterequest.com"
BASE = "gtm datacenter /Common/Local { }\ngtm datacenter /Common/Remote { }\n"
LOCAL, REMOTE = "pool/a/~Common~Local_pool", "pool/a/~Common~Remote_pool"


class Place:
    """A site that nobody probes: only its address counts."""

    def __init__(self, t, last):
        self.addr, self.port = f"{t.net}.{last}", 80


def application(t):
    """Both sites without monitors, Remote_pool disabled."""
    text = guide.application(t, Place(t, 1), Place(t, 2), mon="",
                             remote_pool="    disabled\n")
    t.start(text.replace("    monitor /Common/VM-http-monitor\n", ""))
    return Control(t)


def flip(c, query=""):
    """The whole move as one change."""
    n = c.ok("POST", "/mgmt/tm/transaction", {})["transId"]
    inside = {"X_F5_REST_Coordination_Id": str(n)}
    c.ok("PATCH", REMOTE, {"enabled": True}, **inside)
    c.ok("PATCH", LOCAL, {"disabled": True}, **inside)
    return c.ok("PATCH", f"/mgmt/tm/transaction/{n}{query}", {"state": "VALIDATING"})


@scene("an operator's transaction holds what he may write alone, and is made as one change")
def operators(t):
    c = application(t)
    f = Front(t, "operator", "manager")
    begin = lambda who: str(f.ask("POST", "/mgmt/tm/transaction", {}, user=who)[1]["transId"])

    def inside(who, n, method, path, body):
        return f.ask(method, "/mgmt/tm/gtm/" + path, body, user=who,
                     X_F5_REST_Coordination_Id=n)[0]

    def commit(who, n):
        return f.ask("PATCH", f"/mgmt/tm/transaction/{n}", {"state": "VALIDATING"}, user=who)[0]
    n = begin("operator")
    assert inside("operator", n, "PATCH", REMOTE, {"enabled": True}) == 200
    assert inside("operator", n, "PATCH", LOCAL, {"ttl": 7}) == 403
    assert inside("operator", n, "DELETE", LOCAL, None) == 403
    assert inside("operator", n, "PATCH", LOCAL, {"disabled": True}) == 200
    assert t.answer(NAME) == [f"{t.net}.1"]
    assert commit("manager", n) == 404, "it is the operator's"
    assert commit("operator", n) == 200
    assert t.answer(NAME) == [f"{t.net}.2"]
    latest = c.ok("GET", "changes")["items"][0]
    assert latest["user"] == "operator" and len(latest["objects"]) == 2, latest
    n = begin("manager")
    assert inside("manager", n, "PATCH", LOCAL, {"ttl": 7}) == 200
    f.set_password("manager", "operator")
    assert commit("manager", n) == 403, "he is a manager no more"
    assert c.ok("GET", LOCAL)["ttl"] == 15


@scene("a change that nobody confirms is reverted, whole and on record")
def reverts(t):
    c = application(t)
    t.becomes(NAME, [f"{t.net}.1"])
    watch = Events(t, "?filter=commit")
    made = flip(c, "?confirm-within=1")["confirm"]
    assert made["confirmWithin"] == 1, made
    assert t.answer(NAME) == [f"{t.net}.2"]
    assert c.ok("GET", "changes")["items"][0]["confirm"] == "pending"
    watch.until("commit", change=made["change"])
    _, back = watch.until("commit", undoes=made["change"])
    t.becomes(NAME, [f"{t.net}.1"])
    latest, first = c.ok("GET", "changes")["items"][:2]
    assert (latest["method"], latest["undoes"]) == ("REVERT", first["change"]), latest
    assert (first["confirm"], first["undoneBy"]) == ("reverted", latest["change"]), first
    last = audit(t)[-1]
    assert (last["change"], last["method"]) == (back["change"], "REVERT"), last
    assert {x["object"] for x in last["changes"]} == {"gtm pool a /Common/Local_pool",
                                                      "gtm pool a /Common/Remote_pool"}
    assert "no such change" in c.refused(404, "POST", "confirm", {})
    c = restart(t, signal.SIGKILL)
    assert t.answer(NAME) == [f"{t.net}.1"]
    c.refused(409, "POST", "confirm", {"change": first["change"]})


@scene("a confirmed change stays; wrong numbers and words confirm nothing")
def confirmed(t):
    c = application(t)
    for bad in ("0", "-1", "x", "86401", "", "1.5"):
        c.refused(400, "PATCH", LOCAL + "?confirm-within=" + bad, {"ttl": 9})
    assert c.ok("GET", LOCAL)["ttl"] == 15
    number = c.ok("PATCH", LOCAL + "?confirm-within=3600", {"ttl": 9})["confirm"]["change"]
    c.refused(404, "POST", "confirm", {"change": number + 1})
    c.refused(404, "POST", "confirm", {"change": "x"})
    c.refused(403, "POST", "confirm", {}, X_Gtm_Role="guest")
    assert "may not" in c.refused(403, "POST", "confirm", {}, X_Gtm_Role="operator")
    assert c.ok("POST", "confirm", {"change": number})["confirm"] == "confirmed"
    c = restart(t, signal.SIGKILL)
    assert c.ok("GET", "changes")["items"][0]["confirm"] == "confirmed"
    assert c.ok("GET", LOCAL)["ttl"] == 9
    assert [x["path"] for x in audit(t) if x.get("change")][-1] == "/mgmt/tm/gtm/confirm"


@scene("what waits outlives kill -9, a save too; expired, it is gone before the first answer")
def outlives(t):
    c = application(t)
    number = flip(c, "?confirm-within=3600")["confirm"]["change"]
    c.ok("POST", "/mgmt/tm/sys/config", {"command": "save"})
    c = restart(t, signal.SIGKILL)
    assert t.answer(NAME) == [f"{t.net}.2"]
    assert c.ok("GET", "changes")["items"][0]["confirm"] == "pending"
    c.ok("POST", "undo", {"change": number})
    assert t.answer(NAME) == [f"{t.net}.1"]
    until = flip(c, "?confirm-within=1")["confirm"]["until"]
    t.gtmd.stop(signal.SIGKILL)
    eventually(lambda: time.time() >= until + 1, what="the time is up")
    t.start()
    assert t.answer(NAME) == [f"{t.net}.1"]
    first = t.gtmd.output()
    assert first.index("confirm reverted") < first.index(" ready"), first


@scene("while a change waits, others may not stand in the way of its revert")
def conflicts(t):
    c = application(t)
    number = c.ok("POST", "pool/a?confirm-within=3600", {"name": "New"})["confirm"]["change"]
    assert f"change {number}" in c.refused(409, "PATCH", "pool/a/New", {"ttl": 5})
    wide = {"pools": [{"name": "/Common/New", "order": 0}]}
    assert "could not be reverted" in c.refused(409, "PATCH", f"wideip/a/{NAME}", wide)
    c.refused(409, "PATCH", LOCAL + "?confirm-within=5", {"ttl": 5})
    c.refused(400, "PATCH", LOCAL, {"ttl": -5})
    c.ok("PATCH", LOCAL, {"ttl": 5})
    c.ok("POST", "undo", {"change": number})
    c.refused(404, "GET", "pool/a/New")
    c.ok("POST", "pool/a", {"name": "New"})
    c.ok("PATCH", f"wideip/a/{NAME}", wide)


@scene("the file's word overrules a change that waits: it is kept, and a person told")
def overruled(t):
    c = application(t)
    watch = Events(t, "?filter=confirm")
    n = c.ok("POST", "/mgmt/tm/transaction", {})["transId"]
    inside = {"X_F5_REST_Coordination_Id": str(n)}
    c.ok("PATCH", LOCAL, {"ttl": 60}, **inside)
    c.ok("PATCH", REMOTE, {"ttl": 60}, **inside)
    number = c.ok("PATCH", f"/mgmt/tm/transaction/{n}?confirm-within=2",
                  {"state": "VALIDATING"})["confirm"]["change"]
    with open(t.conf, encoding="utf-8") as f:
        text = f.read()
    t.reload(text.replace("ttl 15", "ttl 33", 1))
    assert c.ok("GET", LOCAL)["ttl"] == 33
    _, told = watch.until("confirm", change=number)
    assert told["confirm"] == "kept" and "Local_pool has changed" in told["reason"], told
    assert c.ok("GET", REMOTE)["ttl"] == 60 and c.ok("GET", LOCAL)["ttl"] == 33
    t.logged("confirm kept")
    c = restart(t, signal.SIGKILL)
    assert c.ok("GET", "changes")["items"][0]["confirm"] == "kept"


@scene("undo goes back one change after the other, and an undo can be undone")
def undo(t):
    c = application(t)
    ttl = lambda: c.ok("GET", LOCAL)["ttl"]
    for n in (20, 21, 22):
        c.ok("PATCH", LOCAL, {"ttl": n})
    c.ok("POST", "undo", {})
    assert ttl() == 21
    second = c.ok("POST", "undo", {})["change"]
    assert ttl() == 20
    c = restart(t, signal.SIGKILL)
    c.ok("POST", "undo", {"change": second})
    assert ttl() == 21
    c.ok("POST", "undo", {})
    c.ok("POST", "undo", {})
    assert ttl() == 15
    c.refused(404, "POST", "undo", {})
    c.ok("DELETE", f"wideip/a/{NAME}")
    assert t.answer(NAME) == "REFUSED"
    c.refused(403, "POST", "undo", {}, X_Gtm_Role="operator")
    c.ok("POST", "undo", {})
    t.becomes(NAME, [f"{t.net}.1"])
    number = c.ok("PATCH", LOCAL, {"disabled": True}, X_Gtm_User="joe", X_Gtm_From="192.0.2.7")
    number = c.ok("GET", "changes")["items"][0]
    assert (number["user"], number["from"]) == ("joe", "192.0.2.7"), number
    c.ok("PATCH", LOCAL, {"ttl": 99})
    assert "has changed since" in c.refused(409, "POST", "undo", {"change": number["change"]})
    for n in range(40):
        c.ok("PATCH", REMOTE, {"ttl": 100 + n})
    assert len(c.ok("GET", "changes")["items"]) == 32
    assert all("was" not in x for i in c.ok("GET", "changes")["items"] for x in i["objects"])


@scene("who watches hears of states and commits, and goes on where it was")
def watching(t):
    local = t.site("local", 1)
    t.start(guide.application(t, local, local))
    t.becomes(NAME, [local.addr])
    c = Control(t)
    eventually(lambda: '"description": "available"' in json.dumps(
        c.ok("GET", f"wideip/a/~Common~{NAME}/stats")), what="a first probe")
    watch, commits = Events(t), Events(t, "?filter=commit")
    local.stop()
    watch.until("state", object="pool /Common/Local_pool", availability="offline")
    at, told = watch.until("state", object=f"wideip /Common/{NAME}", availability="offline")
    assert told["was"]["availability"] == "available" and told["reason"], told
    c.ok("PATCH", LOCAL, {"disabled": True}, X_Gtm_User="joe")
    _, kind, told = commits.next()
    assert kind == "commit" and told["user"] == "joe", told
    assert told["objects"] == [{"object": "gtm pool a /Common/Local_pool", "what": "modified"}]
    watch.until("state", object="pool /Common/Local_pool", enabled="disabled")
    again = Events(t, last=at)
    again.until("commit", change=told["change"])
    stranger = Events(t, last="12.34")
    assert stranger.next()[1] == "lost"
    for e in (watch, commits, again, stranger):
        e.close()
    many = [Events(t) for _ in range(28)]
    try:
        while len(many) < 40:
            many.append(Events(t))
        raise RuntimeError("no limit to watchers")
    except AssertionError as why:
        assert "503" in str(why), why
    c.ok("PATCH", LOCAL, {"ttl": 7})
    for e in many:
        e.until("commit")
        e.close()


@scene("a watcher that does not read is dropped, and hears that it lost something")
def slow_watcher(t):
    c = application(t)
    deaf, last = Events(t), Events(t)
    c.ok("PATCH", LOCAL, {"ttl": 1})
    at, _ = last.until("commit")
    last.close()
    for n in range(300):	# the ring holds 1 MiB, and this makes 2
        c.ok("PATCH", f"{LOCAL}?x={'x' * 7000}", {"ttl": n + 10})
    try:
        while deaf.next():
            pass
    except (EOFError, http.client.IncompleteRead):
        pass		# cut off in the midst of the stream
    back = Events(t, last=at)
    assert back.next()[1] == "lost"
    c.ok("PATCH", LOCAL, {"ttl": 2})
    back.until("commit")


@scene("gtmsh confirms, takes back and watches")
def shell(t):
    c = application(t)
    gtmsh = [os.path.join(BIN, "gtmsh"), "-x", c.path]
    watch = Process(t, "watch", [*gtmsh, "-c", "watch"])
    kinds = Process(t, "kinds", [*gtmsh, "-c", "watch confirm"])
    number = 0

    def heard():	# made anew until both are there to hear it
        nonlocal number
        number = c.ok("PATCH", LOCAL + "?confirm-within=3600", {"ttl": 9})["confirm"]["change"]
        said = t.run([*gtmsh, "-c", "confirm"])
        assert said.returncode == 0 and "Confirmed" in said.stdout, said.stdout
        said = t.run([*gtmsh, "-c", f"undo {number}"])
        assert "Undone by change" in said.stdout and "Local_pool modified" in said.stdout, said
        return "commit: change" in watch.output() and "confirmed" in kinds.output()
    eventually(heard, what="both hear")
    assert c.ok("GET", LOCAL)["ttl"] == 15
    assert "commit" not in kinds.output(), kinds.output()
    for wrong in ("confirm", "undo x", "undo 0", "confirm 1 2", "watch a b", "undo 999999"):
        assert t.run([*gtmsh, "-c", wrong]).returncode != 0, wrong
    t.gtmd.stop()
    watch.wait()
    assert kinds.wait() != 0	# it says that the daemon has gone


@scene("through HTTPS: undo under the user's name and role")
def front(t):
    c = application(t)
    f = Front(t, "admin", "operator")
    assert f.ask("PATCH", "/mgmt/tm/gtm/" + LOCAL, {"ttl": 9}, user="admin")[0] == 200
    assert f.ask("POST", "/mgmt/tm/gtm/undo", {}, user="operator")[0] == 403
    assert f.ask("POST", "/mgmt/tm/gtm/undo", {}, user="admin")[0] == 200
    latest = c.ok("GET", "changes")["items"][0]
    assert latest["user"] == "admin" and latest["from"] == "127.0.0.1", latest


WRITERS = 8	# so that changes share syncs


class Writer(threading.Thread):
    """Writes until the daemon dies; knows what was acknowledged."""

    def __init__(self, t, pool):
        super().__init__()
        self.c, self.pool = Control(t), pool
        self.acknowledged, self.tried = None, None

    def run(self):
        try:
            for n in range(100000):
                self.tried = random.randrange(1, 1 << 30)
                self.c.ok("PATCH", f"pool/a/{self.pool}",
                          {"ttl": self.tried, "fallbackIpv4": f"192.0.2.{n % 250}"})
                self.acknowledged = self.tried
        except (OSError, ValueError):
            pass
        except Exception as why:  # the connection broke in some way of http.client's
            if "http.client" not in str(type(why)):
                raise


@scene("kill -9 under eight writers: acknowledged is there, the rest whole or absent, on record")
def killed(t):
    c = application(t)
    for n in range(WRITERS):
        c.ok("POST", "pool/a", {"name": f"w{n}"})
    for _ in range(12):
        writers = [Writer(t, f"w{n}") for n in range(WRITERS)]
        for w in writers:
            w.start()
        eventually(lambda: all(w.acknowledged for w in writers), what="writes")
        eventually(lambda: random.random() < 0.3)
        t.gtmd.stop(signal.SIGKILL)
        for w in writers:
            w.join()
        t.start()
        c = Control(t)
        lines = [x for x in audit(t) if x.get("change")]
        numbers = [x["change"] for x in lines]
        assert numbers == sorted(set(numbers)), numbers
        for w in writers:
            now = c.ok("GET", f"pool/a/{w.pool}")["ttl"]
            assert now in (w.acknowledged, w.tried), (now, w.acknowledged, w.tried)
            mine = [x["changes"][0]["new"]["ttl"] for x in lines
                    if x["changes"][0]["object"] == f"gtm pool a /Common/{w.pool}"]
            assert w.acknowledged in mine[-2:], (w.acknowledged, mine[-3:])
            assert mine[-1] == now, (mine[-1], now)
        assert c.ok("GET", "changes")["items"][0]["change"] == numbers[-1]


@scene("a full disk refuses the change with 507; with room again it is made")
def full_disk(t):
    need_root()
    state = os.path.join(t.dir, "state")
    os.makedirs(state)
    if t.run([need("mount"), "-t", "tmpfs", "-o", "size=1m", "none", state]).returncode != 0:
        raise Skip("needs to mount a file system")
    try:
        c = application(t)
        c.ok("PATCH", LOCAL, {"ttl": 7})
        ballast = os.path.join(state, "ballast")
        with open(ballast, "wb", 0) as f:
            try:
                while f.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        status, made = 200, 7
        for n in range(100, 2000):	# room that was laid ahead is used up
            status, doc = c.call("PATCH", LOCAL, {"ttl": n})
            if status != 200:
                break
            made = n
        assert status == 507 and doc["code"] == 507, (status, doc)
        assert c.ok("GET", LOCAL)["ttl"] == made and t.answer(NAME) == [f"{t.net}.1"]
        c.refused(507, "PATCH", LOCAL, {"ttl": 8})
        c = restart(t, signal.SIGKILL)
        assert c.ok("GET", LOCAL)["ttl"] == made
        os.unlink(ballast)
        c.ok("PATCH", LOCAL, {"ttl": 9})
        last = [x["changes"][0]["new"]["ttl"] for x in audit(t) if x.get("change")][-2:]
        assert last == [made, 9], last
        t.gtmd.stop()
    finally:
        t.run([need("umount"), "-l", state])


if __name__ == "__main__":
    main()
