#!/usr/bin/python3
"""The dossier of a migration: as data, and as a page that a real browser shows."""
import json
import os
import re

import jsonschema
from lib.browser import Browser
from lib.front import Front
from lib.mover import MIGRATION, Asker, Stage
from lib.scene import TOP, eventually, main, need_root, scene

PARTS = ["Timeline", "What users had of it", "Hosts", "Who did what"]
LOOKS = {"day": {}, "night": {"dark": True}, "narrow": {"width": 390},
         "narrow by night": {"width": 390, "dark": True}}


with open(os.path.join(TOP, "docs/dossier.schema.json"), encoding="utf-8") as schema:
    SCHEMA = json.load(schema)
FORM = jsonschema.Draft202012Validator(SCHEMA)


def words(header, macro):
    """Of a list in gtmd/migrate."""
    with open(os.path.join(TOP, "gtmd/migrate", header), encoding="utf-8") as f:
        text = f.read().partition("#define " + macro)[2].partition("#define X")[0]
    return re.findall(r'X\(\w+,\s+"([a-z-]+)"\)', text)


class Runs:
    """Runs of a migration one after another, and a browser for what is left of them."""

    def __init__(self, t, rows="", hosts=3):
        need_root()
        self.t, self.browser = t, Browser(t)
        sites = t.site("local", 1), t.site("remote", 2)
        users = f"    slo-url http://{sites[0].addr}:{sites[0].port}/\n    guard-interval 100\n"
        self.s = Stage(t, hosts=hosts, sites=sites,
                       rows="    ttl 1\n    residual-window 1\n" + users + rows)
        for name in ("Local", "Remote"):	# else a guard holds the run for a while
            t.logged(f"/Common/{name}_pool state from=unknown to=available", 10)

    def document(self, run=0):
        doc = self.s.c.ok("GET", f"migration-dossier?migration=move{'&run=%d' % run * (run > 0)}")
        FORM.validate(doc)
        return doc

    def page(self, name, run=0, **look):
        """The page, opened from a file as somebody would whom it was sent to."""
        s = self.s.c
        s.close()	# gtmd keeps no connection for as long as a browser may take
        s.wire.request("GET", f"/mgmt/tm/gtm/migration-dossier?migration=move&format=html"
                       + f"&run={run}" * (run > 0))
        r = s.wire.getresponse()
        octets = r.read()
        assert r.status == 200, octets
        assert r.getheader("Content-Type") == "text/html; charset=utf-8", r.headers
        path = self.t.write(f"{name}.html", octets)
        s.close()
        return self.browser.open("file://" + path, **look)


def keep(page, name):
    """For people to look at, when they want to: GTM_PICTURES names a folder."""
    folder = os.environ.get("GTM_PICTURES")
    if folder:
        with open(os.path.join(folder, name.replace(" ", "-") + ".png"), "wb") as f:
            f.write(page.picture())


def apart(boxes):
    """No two of them share a place."""
    for i, a in enumerate(boxes):
        for b in boxes[i + 1:]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)


DRAWINGS = """[...document.querySelectorAll('svg')].map(svg => {
    const box = e => { const r = e.getBoundingClientRect();
                       return [r.left, r.top, r.right, r.bottom] };
    return [box(svg), [...svg.querySelectorAll('text')].map(box),
            [...svg.querySelectorAll('rect')].map(box)] })"""


def sound(page, name):
    """Nothing is asked for or complained of, nothing hangs out, all of it is there."""
    keep(page, name)
    assert page.requests() == [page.value("location.href")], page.requests()
    assert page.complaints() == [], page.complaints()
    assert page.texts("h1") == [MIGRATION]
    assert [h for h in page.texts("h2") if h != "Who came late"] == PARTS, page.texts("h2")
    assert page.value("document.documentElement.scrollWidth") <= page.width, name
    for frame, texts, bars in page.value(DRAWINGS):
        apart(texts)
        for b in texts + bars:
            assert frame[0] - 1 <= b[0] and b[2] <= frame[2] + 1, (name, b, frame)
            assert frame[1] - 1 <= b[1] and b[3] <= frame[3] + 1, (name, b, frame)
    colours = page.colours()
    assert len(colours) > 20, (name, colours)
    return colours


ROWS = """[...document.querySelectorAll('table')].map(t => [...t.tBodies[0].rows].map(
    r => [...r.cells].map(c => c.textContent)))"""


def same(page, doc):
    """What the page tells is what the document has."""
    told = dict(zip(page.texts("dl.figures dt"), page.texts("dl.figures dd")))
    sums = doc["sums"]
    n, unit = told.pop("took").split()
    assert unit == "s" and abs(float(n) - sums["duration"] / 1000) <= 0.5, (n, sums)
    assert told.pop("moved") == octets(sums["octets"]), (page.texts("dl.figures dd"), sums)
    assert told == {"steps that failed": str(sums["failures"]),
                    "worst error share": f"{sums['worstErrorsPerMille']} \u2030",
                    "worst p95": f"{sums['worstP95']} ms"}, (told, sums)
    assert len(page.boxes("rect.bar")) == len(doc["steps"])
    hosts, log = page.value(ROWS)
    assert [(r[0], r[2], r[3], r[4]) for r in hosts] == [
        (h["name"], h["phase"], str(h["capacity"]), octets(h["octets"]))
        for h in doc["hosts"]], (hosts, doc["hosts"])
    assert [(r[1], r[2]) for r in log] == [(x["event"], x["user"]) for x in doc["log"]], log


def octets(n):
    """As the page writes them."""
    for unit in ("B", "KiB", "MiB"):
        if n < 1000:
            break
        n /= 1024
    return f"{n:.1f} {unit}" if n < 10 and unit != "B" else f"{n:.0f} {unit}"


def bars(page):
    """Words of what a bar is, by host; on the row of its host."""
    rows, found = {}, {}
    for (_, top, _, bottom), host in zip(page.boxes("text.host"),
                                       page.texts("text.host title")):
        rows[host] = (top + bottom) / 2
    for (_, top, _, bottom), said in zip(page.boxes("rect.bar"), page.texts("rect.bar title")):
        host, _, what = said.partition(" ")
        assert top < rows[host or "all"] < bottom, (said, top, bottom, rows)
        found.setdefault(host, []).append(what.partition(",")[0])
    return found


@scene("what ended otherwise: one under way, an aborted run, one that was rolled back")
def otherwise(t):
    r = Runs(t, "    on-failure roll-back\n")
    s = r.s
    s.mood("vm1.storage", "wait never")
    s.command("start")
    eventually(lambda: s.state()["hosts"][0]["phase"] == "storage", 10, "vm1 is under way")
    page = r.page("running")
    sound(page, "running")
    assert "No host has moved yet." in page.texts("p.outcome")[0]
    assert bars(page) == {"": ["prepare"], "vm1": ["storage"]}, bars(page)
    s.command("abort", reason="not <b>today</b>")
    s.reaches("aborted")
    s.mood("vm1.storage")
    s.mood("vm3.memory", "slow broken")
    s.command("start")
    s.reaches("rolled-back")
    page = r.page("aborted", 1, **LOOKS["night"])
    sound(page, "aborted")
    assert page.texts("p.outcome") == ["All hosts are where they were. aborted: "
                                       "not <b>today</b>"], page.texts("p.outcome")
    page = r.page("back", 2, **LOOKS["narrow"])
    sound(page, "back")
    assert page.texts("p.outcome")[0].startswith("All hosts are where they were. rolled-back:")
    assert bars(page)["vm1"].count("memory back") == 1, bars(page)
    assert "memory" in bars(page)["vm3"] and len(page.boxes("rect.failed")) == 1
    assert page.texts("figure:nth-of-type(2) text.markword") == [
        "all to the new site", "rolled back"]
    r.browser.close()


@scene("a whole run: bars of each host, charts of what users had of it, by day, night, narrow")
def whole(t):
    r = Runs(t)
    s = r.s
    for step in ("storage", "memory"):
        s.mood(step, "slow")
    asker = Asker(t, s)
    s.command("start", reason="the building closes")
    s.reaches("done", 30)
    s.command("close")
    asker.end()
    seen = [sound(r.page("whole", **how), "whole " + look) for look, how in LOOKS.items()]
    # Most of it is ground, which is light by day and dark by night.
    ground = [max(c, key=c.get)[:3] for c in seen]
    assert [g == bytes([255, 255, 255]) for g in ground] == [True, False, True, False], ground
    assert max(ground[1] + ground[3]) < 64, ground
    page = r.page("whole")
    same(page, r.document())
    steps = ["storage", "memory", "announce", "verify", "finish"]
    assert bars(page) == {"": ["prepare"], **{h: steps for h in s.hosts}}, bars(page)
    legends = page.texts("figure figcaption .key")[5:]
    assert legends == ["configured", "in answers", "errors", "p95"], legends
    # The share goes up where the mark is, not with the next sample.
    up, at = (page.value(f"document.querySelector('path.{c}').getAttribute('d')")
              for c in ("s1", "mark"))
    up, at = re.search(r"H([0-9.]+)V30\.0", up)[1], re.match(r"M([0-9.]+)", at)[1]
    assert abs(float(up) - float(at)) < 5, (up, at)
    r.browser.close()


@scene("gtmrestd passes it on: a guest's browser shows it, and it looks as it should")
def front(t):
    r = Runs(t)
    f = Front(t, "guest")
    r.s.mood("vm1.storage", "hang")
    r.s.command("start")
    eventually(lambda: r.s.state()["hosts"][0]["phase"] == "storage", 10, "vm1 is under way")
    r.s.command("abort")
    r.s.reaches("aborted")
    url = (f"https://127.0.0.1:{f.port}/mgmt/tm/gtm/migration-dossier"
           "?migration=move&format=html")
    page = r.browser.open(url, headers={"X-F5-Auth-Token": f.token("guest")})
    sound(page, "front")
    (reply,) = page.heard("Network.responseReceived")
    assert reply["response"]["status"] == 200, reply
    head = {k.lower(): v for k, v in reply["response"]["headers"].items()}
    assert head["content-type"] == "text/html; charset=utf-8", head
    assert head["content-security-policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"), head
    grid = page.value("getComputedStyle(document.querySelector('dl.figures')).display")
    assert grid == "grid", grid
    r.browser.close()


@scene("the form of the document has the program's words, and no others")
def form(_):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    defs = SCHEMA["$defs"]
    for header, macro, said in (
            ("migstate.h", "MIGSTATE_PHASES", defs["phase"]),
            ("migstate.h", "MIGSTATE_HOST_PHASES", defs["host"]["properties"]["phase"]),
            ("migevent.h", "MIGEVENT_KINDS", defs["line"]["properties"]["event"]),
            ("migevent.h", "MIGEVENT_STEPS", defs["step"]["properties"]["step"])):
        assert words(header, macro) == said["enum"], macro


@scene("a page of as many hosts as there may be, with long names")
def many(t):
    need_root()
    names = [f"a-host-with-a-long-name-{i + 1}" for i in range(256)]
    r = Runs(t, hosts=names)
    r.s.mood("check", "hang")
    r.s.command("start")
    eventually(lambda: r.document()["steps"], 10, "under way")
    page = r.page("many")
    sound(page, "many")
    assert len(page.texts("text.host")) == 257
    assert sorted(page.texts("text.host title")) == sorted(["all", *names])
    r.browser.close()


if __name__ == "__main__":
    main()
