#!/usr/bin/python3
"""Backends that want to hurt who probes them: each ends in an outcome and a
counter, on time and in bounded memory."""
from lib import guide
from lib.backends import Backend, SecureBackend
from lib.control import Control
from lib.scene import SLOW, eventually, family, high_water_kib, main, scene

REPLY_MAX = 65536	# octets of a reply that are judged
PROBE_MS = 1000
ROOM_MIB = 24		# what a dozen probes at a time may take, and more
TOO_MUCH = f'no match for "hello" in the first {REPLY_MAX} octets'

# Mood, the counter that ends it, and the words for it; None: whichever.
MALICE = {
    "endless_header": ("no-match", TOO_MUCH),
    "one_endless_line": ("no-match", TOO_MUCH),
    "endless_body": ("no-match", TOO_MUCH),
    "endless_chunks": ("no-match", TOO_MUCH),
    "endless_interim": ("no-match", TOO_MUCH),
    "huge_numbers": ("timeout", "timed out after"),
    "one_octet_a_second": ("timeout", "timed out after"),
    "redirect_loop": ("no-match", "no match for"),
    "tls_alert": ("no-match", 'no match for "hello" in the first 7 octets'),
    "noise": ("no-match", 'no match for "hello" in the first 30000 octets'),
    "compressed_bomb": ("no-match", "no match for"),
}


def configuration(backends):
    text = "gtm datacenter /Common/dc { }\n" + guide.monitor(interval=1, timeout=3)
    for name, b in backends.items():
        text += guide.server(name.replace("_", "-"), "dc", b.addr, b.port)
    return text


def most_mib(t):
    """The most memory that gtmd and its prober ever had."""
    return sum(map(high_water_kib, family(t.gtmd.pid))) / 1024


def look(c, b):
    (item,) = c.ok("GET", f"probe?target={b.addr}:{b.port}")["items"]
    return item


def counts(c):
    """Results of all http probes, as the prober told them last."""
    types = c.ok("GET", "probe?limit=1")["types"]
    return next((x["results"] for x in types if x["type"] == "http"), {})


@scene("eleven ways to hurt a prober: each one's outcome, counter, time and memory")
def malice(t):
    backends = {mood: Backend(f"{t.net}.{i}", t.web_port) for i, mood in enumerate(MALICE, 1)}
    witness = Backend(f"{t.net}.100", t.web_port)
    t.start(configuration({**backends, "witness": witness}))
    c = Control(t)
    eventually(lambda: c.ok("GET", "probe?state=up")["up"] == len(MALICE) + 1, 8, "all are up")
    eventually(lambda: counts(c).get("up"), 5, "the prober has told its counters")
    before, memory = counts(c), most_mib(t)
    for mood, b in backends.items():
        b.mood = mood
    eventually(lambda: c.ok("GET", "probe?state=down")["down"] == len(MALICE), 12, "all are down")
    for mood, (counter, words) in MALICE.items():
        item = look(c, backends[mood])
        assert item["lastResult"] == counter and item["reason"].startswith(words), (mood, item)
        assert item["lastDuration"] <= (PROBE_MS + 500) * 1000 * SLOW, (mood, item)
    for counter in {counter for counter, _ in MALICE.values()}:
        told = sum(c == counter for c, _ in MALICE.values())
        want = before[counter] + told
        eventually(lambda: counts(c)[counter] >= want, 5, f"{counter} is {want}")
    grown = most_mib(t) - memory
    assert grown < ROOM_MIB * SLOW, f"{grown} MiB more"
    # Who behaves was asked in time all along.
    item = look(c, witness)
    assert set(item["history"]) == {"1"}, item
    for b in backends.values():
        b.mood = "good"
    eventually(lambda: c.ok("GET", "probe?state=up")["up"] == len(MALICE) + 1, 8, "all are back")


@scene("a web server that speaks TLS alone is no web server to http")
def wrong_tls(t):
    pem = t.certificate()
    b = SecureBackend(f"{t.net}.1", t.web_port, pem)
    t.start(configuration({"secure": b}))
    c = Control(t)
    eventually(lambda: look(c, b)["state"] == "down", 8, "it is down")
    assert look(c, b)["lastResult"] in ("reset", "closed", "no-match"), look(c, b)


if __name__ == "__main__":
    main()
