#!/usr/bin/python3
"""load sys config: whole configurations replace, merge, verify; a file that a
BIG-IP wrote; listings read back."""
import json
import os
import socket
import subprocess

from lib.scene import BIN, SLOW, TOP, eventually, main, scene

GTMSH = os.path.join(BIN, "gtmsh")
DATA = os.path.join(TOP, "tests", "data")
CONFIG = "/mgmt/tm/sys/config"


def start(t):
    t.sock = os.path.join(t.dir, "control.sock")
    t.start("gtm global-settings dns {\n    threads 1\n}\n", args=("-x", t.sock))


def sh(t, *words, stdin=None, want=0):
    """What gtmsh prints: standard output, or of a refusal its problems."""
    p = subprocess.run([GTMSH, "-x", t.sock, *words], input=stdin, text=True, cwd=t.dir,
                       stdin=subprocess.DEVNULL if stdin is None else None,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=30 * SLOW, check=False)
    assert p.returncode == want, (words, p.returncode, p.stdout, p.stderr)
    return p.stderr if want else p.stdout


def post(t, body, path=CONFIG):
    """Status and document of a POST with this body."""
    name = t.write("body.json", body if isinstance(body, str) else json.dumps(body))
    got = t.run(["curl", "-s", "--unix-socket", t.sock, "-H", "Content-Type: application/json",
                 "-d", f"@{name}", "-w", "\n%{http_code}", f"http://localhost{path}"]).stdout
    text, status = got.rsplit("\n", 1)
    return int(status), json.loads(text)


def load(t, text, *options):
    return post(t, {"command": "load", "text": text, "options": [{o: ""} for o in options]})


def findings(doc):
    return [(f["level"], f.get("line"), f["message"]) for f in doc["findings"]]


def serial(t):
    return load(t, "", "verify", "merge")[1]["serial"]


def mine(t):
    """What counts, but for the listeners, through which the scene asks."""
    return "".join(sh(t, "list", "gtm", kind) for kind in ("datacenter", "server", "pool",
                                                          "wideip"))


@scene("replace leaves what the text says, merge changes what it names")
def replace_and_merge(t):
    start(t)
    listener = sh(t, "list gtm listener")
    assert load(t, listener + "gtm datacenter D { location Paris }\ngtm pool a p { ttl 7 }\n")[0] \
        == 200
    status, doc = load(t, "gtm datacenter D { contact me }\ngtm pool a q { }\n", "merge")
    assert (status, doc["errors"], doc["warnings"]) == (200, 0, 0), doc
    assert sh(t, "list gtm datacenter D one-line") == \
        "gtm datacenter /Common/D { contact me location Paris }\n"
    assert "/Common/p" in mine(t) and "/Common/q" in mine(t)
    assert load(t, listener + "gtm pool a q { ttl 3 }\n")[0] == 200
    assert mine(t) == "gtm pool a /Common/q {\n    ttl 3\n}\n", mine(t)
    t.gtmd.stop()	# and it was durable
    t.start(args=("-x", t.sock))
    assert mine(t) == "gtm pool a /Common/q {\n    ttl 3\n}\n", mine(t)


@scene("verify and refusals change nothing and list every finding with its place")
def verify(t):
    start(t)
    sh(t, "create gtm datacenter D")
    before, was = mine(t), serial(t)
    bad = "gtm datacenter D { locatoin x }\ngtm pool a p {\n    ttl x\n    monitor gone\n}\n{\n"
    for options in ((), ("verify",), ("merge",), ("verify", "merge")):
        status, doc = load(t, bad, *options)
        assert status == 400 and doc["errors"] == 5, doc
        places = [(f["line"], f["column"]) for f in doc["findings"]]
        assert places == sorted(places) and {line for line, _ in places} == {1, 2, 3, 6}, doc
        assert "terminal:3:5: error: pool /Common/p: ttl" in doc["message"], doc
    status, doc = load(t, "gtm pool a p { }\ngtm zone z.example { file gone.zone }\n", "verify")
    assert status == 400 and "gone.zone" in doc["message"], doc
    assert load(t, "gtm pool a p { }\n", "verify")[0] == 200
    assert (mine(t), serial(t)) == (before, was)


@scene("gtmsh reads the file with its user's rights; gtmd only what stands beside its own")
def whose_rights(t):
    start(t)
    path = t.write("elsewhere/x.conf", "gtm pool a p { ttl 9 }\n")
    sh(t, "load", "sys", "config", "merge", "file", "elsewhere/x.conf")
    assert "ttl 9" in mine(t)
    sh(t, "load", "sys", "config", "merge", "from-terminal", stdin="gtm pool a p { ttl 8 }\n")
    assert "ttl 8" in mine(t)
    assert "No such file" in sh(t, "load sys config file gone.conf", want=1)
    t.write("latin.conf", b"gtm pool a p { description \xe9 }\n")
    assert "UTF-8" in sh(t, "load sys config merge file latin.conf", want=1)
    os.symlink("/etc/passwd", os.path.join(t.dir, "link.conf"))
    os.mkfifo(os.path.join(t.dir, "pipe.conf"))
    for name in (path, "/etc/passwd", "../x.conf", "link.conf", "pipe.conf", ".conf",
                 "state/journal"):
        status, doc = post(t, {"command": "load", "options": [{"file": name}, {"verify": ""}]})
        assert status == 403 and "root:" not in json.dumps(doc), (name, doc)
    t.write("good.conf", "gtm pool a p { ttl 6 }\n")
    for name in ("good.conf", os.path.join(t.dir, "good.conf")):
        status, doc = post(t, {"command": "load", "options": [{"file": name}, {"merge": True}]})
        assert status == 200, doc
    assert "ttl 6" in mine(t)


@scene("orders that make no sense are refused by name")
def orders(t):
    start(t)
    for body, says in (
            ({"command": "load", "options": [{"merge": ""}]}, "merge: file or text"),
            ({"command": "load", "options": [{"lenient": ""}]}, "lenient: file or text"),
            ({"command": "load", "options": [{"from-terminal": ""}]}, "text must be"),
            ({"command": "load", "options": [{"passphrase": "x"}]}, "passphrase"),
            ({"command": "load", "options": {"merge": ""}}, "a list of objects"),
            ({"command": "load", "options": ["merge"]}, "a list of objects"),
            ({"command": "load", "options": [{"file": 7}]}, "a name of"),
            ({"command": "load", "options": [{"file": "x\ny.conf"}]}, "a name of"),
            ({"command": "load", "text": 7}, "a text is expected"),
            ({"command": "load", "textt": ""}, "textt"),
            ({"command": "save", "options": [{"file": "x"}]}, "save takes none"),
            ({"command": "lode"}, "save or load")):
        status, doc = post(t, body)
        assert status == 400 and says in doc["message"], (body, doc)


@scene("a configuration may be large, to a bound; another body may not")
def bounds(t):
    start(t)
    sixteen = 16 << 20
    text = "".join(f"gtm pool a p{i} {{ description \"{'x' * 900}\" }}\n" for i in range(2000))
    assert 1 << 20 < len(text)
    status, doc = load(t, text, "verify")
    assert status == 200, doc
    status, doc = load(t, "#" * sixteen, "verify")
    assert status == 413 and "16 MiB" in doc["message"], doc
    status, doc = post(t, {"name": "x", "description": "y" * (1 << 20)}, "/mgmt/tm/gtm/pool/a")
    assert status == 413 and "1 MiB" in doc["message"], doc
    status, doc = load(t, "".join(f"gtm nonsense n{i} {{ }}\n" for i in range(3000)), "verify")
    assert status == 400 and doc["errors"] == 3000 and len(doc["findings"]) == 1000, doc["errors"]


@scene("four large bodies come in at a time; a fifth is 503, not more memory, until one has gone")
def rooms(t):
    start(t)
    half = b"POST /mgmt/tm/sys/config HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" \
           b"Content-Length: 2000000\r\n\r\n" + b" " * 1100000
    held = []
    for _ in range(4):
        held.append(socket.socket(socket.AF_UNIX))
        held[-1].connect(t.sock)
        held[-1].sendall(half)
    text = "gtm pool a p { }\n" + "#" * (1 << 20)
    seen = lambda: load(t, text, "verify")
    status, doc = eventually(lambda: (got := seen())[0] == 503 and got, 10, "the four are in")
    assert "large" in doc["message"], doc
    assert load(t, "gtm pool a p { }\n", "verify")[0] == 200, "a small one is taken"
    held.pop().close()
    eventually(lambda: seen()[0] == 200, 10, "there is room")
    for s in held:
        s.close()


# -- what a BIG-IP wrote -----------------------------------------------------

def bigip(t):
    """The file with addresses of this stage in the place of its own: nothing
    is probed that is not ours."""
    with open(os.path.join(DATA, "bigip_gtm.conf"), encoding="utf-8") as f:
        text = f.read()
    a, b = t.net.split(".")[1:]
    return text.replace("192.0.2.", f"127.{a}.{b}.").replace("198.51.100.", f"127.{a}.{b}.1") \
        .replace("2001:db8::80", "::1").replace(".51:80\n", f".51:{t.web_port}\n")


def stanzas(text):
    """Header, first line and lines inside of each object, with their depth."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("gtm ") and line.endswith(("{", "{ }")):
            found.append((line.split(" {")[0], number, []))
        elif line.startswith("    ") and found:
            found[-1][2].append((number, line))
    return found


def without_effect(doc, found):
    """Lines that say the default of a property which has no effect yet: they
    are taken, and not shown."""
    for p in doc.get("properties", []):
        if "refused" in p:
            found.add(f"{p['name']} {p.get('default', 'none')}")
        without_effect(p.get("items", {}), found)
    for kind in doc.get("types", []):
        without_effect(kind, found)
    return found


@scene("a BIG-IP's own file loads: what is not supported is named, the rest is served")
def from_bigip(t):
    start(t)
    shop = t.site("shop", 51)
    text = bigip(t) + sh(t, "list gtm listener") + "gtm global-settings dns { threads 1 }\n"
    path = t.write("bigip_gtm.conf", text)
    strict = sh(t, f"load sys config verify file {path}", want=1)
    doc = load(t, text, "lenient")[1]
    assert doc["errors"] == 0, doc
    found = strict.count(": error: ") + strict.count(": warning: ")
    assert found >= doc["warnings"] > 0, (strict, doc)
    told = {f["line"]: f["message"] for f in doc["findings"]}
    everything = sh(t, "list gtm all-properties")
    silent = without_effect(json.loads(t.run(
        ["curl", "-s", "--unix-socket", t.sock, "http://localhost/mgmt/tm/gtm/describe"]).stdout),
                            set())
    for header, number, lines in stanzas(text):
        if number in told and "skipped" in told[number] and f"\n{header} " not in everything:
            assert header in told[number], told[number]
            continue
        assert f"\n{header} " in "\n" + everything, f"line {number}: {header} is not served"
        whole = sh(t, f"list {header} all-properties")
        inside = None
        for at, line in lines:
            if inside is not None:	# a block that was skipped whole
                inside = None if line == inside else inside
            elif at in told:
                blanks = line[:len(line) - len(line.lstrip())]
                inside = blanks + "}" if line.endswith("{") else None
            elif line.strip() not in silent | {"}"}:
                shown = whole.splitlines()	# a block may be empty now
                assert line in shown or line + " }" in shown, f"line {at} is lost: {line}\n{whole}"
    t.becomes("www.shop.example.com", [shop.addr])
    assert t.answer("nothing.example.net") == "REFUSED"


@scene("what list prints is taken back: as a file, on one line, and after a restart")
def round_trip(t):
    start(t)
    odd = 'gtm pool a odd { description "a \\\"b\\\" \\\\ {c} # d" }\n' \
        'gtm datacenter "Kuala Lumpur" { location "line\ntwo" contact \\#x }\n' \
        'gtm server "s x" { datacenter "/Common/Kuala Lumpur" product generic-host\n' \
        'virtual-servers { "/Common/v:1 (a)" { destination 127.0.0.1:1 } } }\n' \
        'gtm pool a p { members { "/Common/s x:/Common/v:1 (a)" { ratio 3 } } }\n' \
        'gtm wideip a \\?.x.example { aliases { *.y.example } pools { p { } } }\n'
    listeners = sh(t, "list gtm listener")
    doc = load(t, bigip(t) + odd + listeners, "lenient")[1]
    assert doc["errors"] == 0, doc["message"]
    listed, was = sh(t, "list gtm"), serial(t)
    for form in (listed, sh(t, "list gtm one-line")):
        doc = load(t, form, "verify")[1]
        assert {f["message"].split(":")[1] for f in doc["findings"]} == {
            " virtual-server-discovery", " pools-cname"}, doc	# told, and kept
        assert load(t, form)[0] == 200
        assert (sh(t, "list gtm"), serial(t)) == (listed, was), "nothing is changed by it"
    assert sh(t, "list gtm one-line").count("\n") == len(stanzas(listed)) + 1, "one has a line end"
    sh(t, "save sys config")
    assert load(t, "", "verify", "merge")[0] == 200
    t.gtmd.stop()
    t.start(args=("-x", t.sock))
    assert sh(t, "list gtm") == listed


if __name__ == "__main__":
    main()
