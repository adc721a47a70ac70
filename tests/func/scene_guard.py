#!/usr/bin/python3
"""Who has not proven his address gets little: DNS cookies and the rate limit."""
import json
import os
import sys

from lib import internet
from lib.scene import TOP, main, need, scene

RATE = 20
BLAST = 5000
ADDR = internet.GTM


def serve(t, settings):
    inside = t.namespace([f"{a}/32" for a in (internet.GTM, internet.GTM2)])
    t.start(internet.CONF.replace("gtm global-settings dns {",
                                  "gtm global-settings dns {\n    threads 1\n" + settings),
            prefix=inside)
    return inside


def flood(t, inside, count, *cookie):
    run = [*inside, sys.executable, os.path.join(TOP, "tests/func/lib/flood.py"), ADDR,
           internet.NAME, str(count), *cookie]
    return json.loads(t.run(run).stdout)


def dig(t, inside, *how):
    return t.run([*inside, need("dig"), f"@{ADDR}", internet.NAME, "+tries=1", *how]).stdout


@scene("dig and kdig learn a cookie and find it good")
def cookies(t):
    inside = serve(t, "")
    assert "(good)" in dig(t, inside, "+cookie"), dig(t, inside, "+cookie")
    told = t.run([*inside, need("kdig"), f"@{ADDR}", internet.NAME, "+cookie"]).stdout
    assert "COOKIE" in told and "10.133.39.51" in told, told
    alone = dig(t, inside, "+header-only", "+cookie")
    assert "NOERROR" in alone and "(good)" in alone and "QUERY: 0," in alone, alone
    assert "FORMERR" in dig(t, inside, "+header-only", "+nocookie")


@scene("two servers with one secret file take each other's cookies; a bad file is refused")
def shared(t):
    path = t.write("secrets", "00112233445566778899aabbccddeeff\n")
    inside = serve(t, f"    cookie-secret-file {path}\n    rate-limit {RATE}\n")
    cookie = flood(t, inside, 1, "0102030405060708")["cookie"]
    t.gtmd.stop()
    t.start(prefix=inside)
    assert flood(t, inside, 3 * RATE, cookie)["answered"] == 3 * RATE
    t.write("secrets", "no secret\n")
    t.reload()
    assert t.logged("a secret is 32 hexadecimal digits")
    assert flood(t, inside, 3 * RATE, cookie)["answered"] == 3 * RATE


@scene("one network gets its rate; over it TCP, cookies and other names still answer")
def limit(t):
    inside = serve(t, f"    rate-limit {RATE}\n")
    told = flood(t, inside, 6 * RATE)
    most = RATE * (2 + told["seconds"])
    assert RATE <= told["answered"] <= most, told
    assert told["cut"] > 0 and told["answered"] + told["cut"] < 6 * RATE, told
    assert "10.133.39.51" in dig(t, inside, "+tcp", "+nocookie")
    assert "10.133.39.51" in dig(t, inside, "+cookie")
    counted = status(t)
    assert counted["limit-slipped"] >= told["cut"] and counted["limit-dropped"] > 0, counted
    assert counted["cookie-half"] > 0, counted


@scene("who spoofs wins no octet, whatever he asks: a name, an identity, a cookie")
def spoofed(t):
    inside = serve(t, f"    identity {'x' * 60}\n    rate-limit {RATE}\n")
    for asked in ([internet.NAME], [internet.NAME, "10", "0102030405060708"],
                  ["example.invalid", "3", ""], ["nothing." + internet.NAME]):
        run = [*inside, sys.executable, os.path.join(TOP, "tests/func/lib/blast.py"), ADDR,
               asked[0], str(BLAST), *asked[1:]]
        told = json.loads(t.run(run).stdout)
        assert told["replies"] >= RATE, (asked, told)
        assert told["got"] <= told["sent"] + 3 * RATE * told["largest"], (asked, told)
        assert told["got"] < 1.05 * told["sent"], (asked, told)


@scene("an exempt network and a limit of 0 are never limited")
def exempt(t):
    inside = serve(t, f"    rate-limit {RATE}\n    rate-limit-exempt {{ 5.20.0.0/16 }}\n")
    assert flood(t, inside, 6 * RATE)["answered"] == 6 * RATE


def status(t):
    t.gtmd.kill(10)
    t.logged("status-written")
    with open(os.path.join(t.dir, "state", "status.json"), encoding="utf-8") as f:
        return json.load(f)["server"]


if __name__ == "__main__":
    main()
