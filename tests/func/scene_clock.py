#!/usr/bin/python3
"""The clock on the wall leaps by ten years: nothing is probed more often, nobody
goes down, and nothing that was promised comes early or late."""
import glob
import json
import os
import re
import subprocess
import time

from lib import guide
from lib.backends import Backend, SecureBackend
from lib.control import Control
from lib.scene import Skip, eventually, main, need, scene

NAME = "vmhttp.siterequest.com"
INTERVAL_MS = 200


def faketime(t):
    """What to start a program with so that leap() sets its clock, and leap."""
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not found:
        raise Skip("needs libfaketime")
    if re.search("/(asan|tsan)/", os.environ.get("GTM_BIN", "")):
        raise Skip("a sanitizer wants to be the first library")
    path = t.write("offset", "+0\n")

    def leap(offset):
        os.replace(t.write("offset.new", offset + "\n"), path)
    return ["env", f"LD_PRELOAD={found[0]}", f"FAKETIME_TIMESTAMP_FILE={path}",
            "FAKETIME_NO_CACHE=1", "DONT_FAKE_MONOTONIC=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"], leap


def certificate(t):
    """A PEM file with a key and a certificate of a month, signed by itself."""
    cert, key = f"{t.dir}/cert.pem", f"{t.dir}/key.pem"
    subprocess.run([need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-subj", "/CN=www.test",
                    "-days", "30", "-out", cert], check=True, stderr=subprocess.DEVNULL)
    with open(cert, encoding="ascii") as a, open(key, encoding="ascii") as b:
        t.write("both.pem", a.read() + b.read())
    return cert, f"{t.dir}/both.pem"


def secure_monitor(ca):
    return ("gtm monitor https /Common/secure {\n    defaults-from /Common/https\n"
            f"    ca-file {ca}\n    interval 1\n    probe-timeout 1\n"
            "    send \"GET / HTTP/1.0\\r\\n\\r\\n\"\n    sni-server-name www.test\n"
            "    timeout 4\n    verify enabled\n}\n")


def years(t, c):
    """How far gtmd's clock is from ours, by what it has just written."""
    c.ok("PATCH", "wideip/a/~Common~" + NAME, {"description": str(time.monotonic())})
    with open(os.path.join(t.dir, "state", "audit.log"), encoding="utf-8") as f:
        stamp = json.loads(f.read().splitlines()[-1])["time"]
    return round((stamp - time.time()) / (365 * 86400))


def started(c):
    return sum(x["started"] for x in c.ok("GET", "probe")["types"])


def most_probes(seconds):
    """Two at INTERVAL_MS and one at a second, and what is under way."""
    return seconds * (2 * 1000 / INTERVAL_MS + 1) + 6


@scene("ten years forth, twenty back, and home: states, answers, probes, promises stay")
def leaps(t):
    prefix, leap = faketime(t)
    ca, pem = certificate(t)
    local, remote = (Backend(f"{t.net}.{i}", t.web_port) for i in (1, 2))
    secure = SecureBackend(f"{t.net}.3", t.web_port, pem)
    t.start(guide.application(t, local, remote,
                              mon=guide.monitor(extra=f"    interval-ms {INTERVAL_MS}\n"))
            + secure_monitor(ca)
            + guide.server("third", "Remote", secure.addr, secure.port, "/Common/secure"),
            prefix=prefix)
    c = Control(t)
    eventually(lambda: c.ok("GET", "probe")["up"] == 3, 10, "all are up")
    pool = "pool/a/~Common~Remote_pool"
    c.ok("PATCH", pool + "?confirm-within=600", {"ttl": 77})
    for offset, want in (("+3650d", 10), ("-3650d", -10), ("+0", 0)):
        before, at = started(c), time.monotonic()
        leap(offset)
        eventually(lambda: years(t, c) == want, 5, f"the clock has leapt by {offset}")
        eventually(lambda: started(c) >= before + 25, 10, "probes go on")
        assert started(c) - before <= most_probes(time.monotonic() - at)
        doc = c.ok("GET", "probe")
        assert (doc["up"], doc["down"]) == (3, 0), doc
        r = t.query(NAME)
        assert [x.to_text() for x in r.answer[0]] == [local.addr] and r.answer[0].ttl == 15, r
        assert c.ok("GET", pool)["ttl"] == 77, "reverted before its time"
    log = t.gtmd.output()
    assert "to=down" not in log and "stood-still" not in log, log
    t.logged("clock-leapt days=")
    t.logged("clock-believed")
    local.refuse()			# it still sees what is so
    t.becomes(NAME, [remote.addr])


def states(t):
    c = Control(t)
    try:
        return {x["state"] for x in c.ok("GET", "probe")["items"]}
    finally:
        c.close()


@scene("a restart in other times: states are as they were, since no later than now")
def restart(t):
    prefix, leap = faketime(t)
    local, remote = (Backend(f"{t.net}.{i}", t.web_port) for i in (1, 2))
    t.start(guide.application(t, local, remote, mon=guide.monitor(timeout=300)), prefix=prefix)
    local.refuse()
    t.becomes(NAME, [remote.addr], seconds=10)
    eventually(lambda: states(t) == {"up", "down"}, 10, "both states")
    for offset in ("-3650d", "+3650d"):
        t.gtmd.stop()
        leap(offset)
        t.start(prefix=prefix)
        assert t.answer(NAME) == [remote.addr]
        c = Control(t)
        assert {x["state"] for x in c.ok("GET", "probe")["items"]} == {"up", "down"}
        now = time.gmtime().tm_year + int(offset[:-1]) // 365
        assert all(int(x["since"][:4]) <= now for x in c.ok("GET", "probe")["items"])
        c.close()


if __name__ == "__main__":
    main()
