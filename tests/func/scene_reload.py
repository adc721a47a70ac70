#!/usr/bin/python3
"""Reloads, changes and flaps under load: no question is lost."""
import re
import time

from lib import guide
from lib.control import Control
from lib.scene import Process, eventually, main, need, scene

NAME = "vmhttp.siterequest.com"
WIDE = f"wideip/a/~Common~{NAME}"


def flood(t, names):
    return Process(t, "dnsperf", [need("dnsperf"), "-s", "127.0.0.1", "-p", str(t.port), "-d",
                                  names, "-Q", "2000", "-n", "20", "-c", "4"])


def all_answered(load):
    load.wait(60)
    out = load.output()
    lost = re.search(r"Queries lost:\s+(\d+)", out)
    assert lost and lost.group(1) == "0", out
    assert re.search(r"NOERROR 20000 \(100", out), out


@scene("ten reloads in 20,000 queries lose none")
def ten_reloads(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    texts = [guide.application(t, local, remote, lb=lb)
             for lb in ("global-availability", "round-robin")]
    t.write("z.zone", "@ SOA ns h 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.2\n")
    zone = "gtm zone /Common/example.org {\n    file z.zone\n}\n"
    t.start(texts[0] + zone)
    names = t.write("names", f"{NAME} A\nwww.example.org A\n" * 500)
    load = flood(t, names)
    begin = time.monotonic()
    for i in range(10):
        t.write("z.zone", open(f"{t.dir}/z.zone", encoding="ascii").read().replace(
            f"h {i + 1} ", f"h {i + 2} "))
        t.reload(texts[i % 2] + zone)
        eventually(lambda: time.monotonic() > begin + 0.8 * (i + 1), 5, "the next reload is due")
    all_answered(load)


@scene("ratio changes and health flaps in 20,000 queries lose none")
def changes_and_flaps(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    t.start(guide.application(t, local, remote, lb="ratio"))
    t.becomes(NAME, [local.addr])
    load = flood(t, t.write("names", f"{NAME} A\n" * 1000))
    c, changes, flaps, up = Control(t), 0, 0, True
    while load.proc.poll() is None:
        changes += 1
        pool = c.ok("GET", WIDE)["pools"]
        pool[0]["ratio"] = 1 + changes % 5
        c.ok("PATCH", WIDE, {"pools": pool})
        said = t.gtmd.output().count(f"{local.addr}:{local.port} state ")
        if said > flaps:
            flaps, up = said, not up
            (local.start if up else local.stop)()
    all_answered(load)
    assert changes > 100 and flaps > 2, (changes, flaps)


if __name__ == "__main__":
    main()
