#!/usr/bin/python3
"""Pages of numbers that want to hurt who reads them: each ends in an outcome and a
counter, on time and in bounded memory, and what was known ends in its time."""
from lib import guide
from lib.backends import Backend, SecureBackend, Talk
from lib.control import Control
from lib.scene import SLOW, eventually, family, high_water_kib, main, need, scene

NAME = "vmhttp.siterequest.com"
TTL = 5			# how long a number counts, and
PAGE_S = 3		# how long a page may take: long enough for 8 MiB of it
ROOM_MIB = 24		# what two dozen pages at a time may take, and more
GTMD_MIB = 6		# of the process that answers, which reads none of them

LARGE = "page or headers too large"


def reply(body, head=""):
    return (f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{head}\r\n").encode() + body


class Page(Talk):
    """What a page may be."""

    def says(self, body):
        self.hear()
        self.request.sendall(reply(body))

    def good(self):
        self.says(b'{"conns": 7}' if self.server.form == "doc" else b"conns 7\n")

    def forever_says(self, start, piece):
        self.hear()
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n" + start)
        self.forever(piece)

    def nan(self):
        self.says(b"conns NaN\n")

    def infinite(self):
        self.says(b"conns +Inf\n")

    def negative(self):
        self.says(b"conns -5\n")

    def over_a_double(self):
        self.says(b"conns 1e400\n")

    def missing(self):
        self.says(b"other 1\n")

    def twice(self):
        self.says(b"conns 7\nother 1\nconns 7\n")

    def noisy_line(self):
        self.says(b"conns{" + b",".join(b'l%d="x"' % i for i in range(100)) + b"} 7\n\0\n")

    def ten_gigabytes(self):
        self.forever_says(b"", b"other 1\n" * 8192)

    def endless_line(self):
        self.forever_says(b"conns ", b"7" * 65536)

    def too_many_samples(self):
        self.says(b"".join(b'conns{a="%d"} 1\n' % i for i in range(70000)))

    def deep_document(self):
        self.says(b"[" * 100000 + b"]" * 100000)

    def endless_document(self):
        self.forever_says(b"[", b"[1]," * 16384)

    def document_twice(self):
        self.says(b'{"conns": 1, "conns": 2}')

    def document_huge(self):
        self.says(b'{"conns": 1e30}')


# Mood, form of the page, its outcome's counter and words, and what became of the number.
MALICE = {
    "nan": ("page", "ok", "ok", "not a number"),
    "infinite": ("page", "ok", "ok", "too large"),
    "negative": ("page", "ok", "ok", "negative"),
    "over_a_double": ("page", "ok", "ok", "too large"),
    "missing": ("page", "ok", "ok", "not on the page"),
    "twice": ("page", "ok", "ok", "twice on the page"),
    "noisy_line": ("page", "ok", "ok", "not on the page"),
    "compressed_bomb": ("page", "ok", "ok", "not on the page"),
    "ten_gigabytes": ("page", "large", LARGE, None),
    "endless_line": ("page", "large", LARGE, None),
    "endless_header": ("page", "large", LARGE, None),
    "too_many_samples": ("page", "samples", "more than 65536 samples that matter", None),
    "one_octet_a_second": ("page", "timeout", "timed out", None),
    "hang": ("page", "timeout", "timed out", None),
    "reset": ("page", "broken", "connection broken, or not HTTP", None),
    "tls_alert": ("page", "broken", "connection broken, or not HTTP", None),
    "noise": ("page", "broken", "connection broken, or not HTTP", None),
    "redirect_loop": ("page", "status", "status 302", None),
    "status_500": ("page", "status", "status 500", None),
    "deep_document": ("doc", "not-json", "not JSON, or too deep", None),
    "endless_document": ("doc", "large", LARGE, None),
    "document_twice": ("doc", "not-json", "not JSON, or too deep", None),
    "document_huge": ("doc", "ok", "ok", "too large"),
}
WITNESS = "witness"


def monitor(name, *lines):
    body = "".join(f"    {line}\n" for line in lines)
    return (f"gtm monitor metrics /Common/{name} {{\n{body}    interval 1\n"
            f"    probe-timeout {PAGE_S}\n    timeout {TTL}\n}}\n")


def configuration(backends):
    text = ("gtm datacenter /Common/dc { }\n" + monitor("page", "connections conns")
            + monitor("doc", "format json", "connections $.conns"))
    vss = "".join(f"        {mood} {{\n            destination {b.addr}:{b.port}\n"
                  f"            metrics-monitor /Common/{b.form}\n"
                  "            limit-max-connections 10\n"
                  "            limit-max-connections-status enabled\n        }\n"
                  for mood, b in backends.items())
    return (text + "gtm server /Common/s {\n    datacenter /Common/dc\n    product generic-host\n"
            f"    virtual-servers {{\n{vss}    }}\n}}\n"
            + guide.pool("p", [(f"/Common/s:{mood}", f"member-order {i}")
                               for i, mood in enumerate(backends)],
                         "    load-balancing-mode global-availability\n")
            + guide.wideip(NAME, [("p", "order 0")]))


def pages(c):
    """By the virtual server that reads off each."""
    return {p["readers"][0]["virtualServer"].partition(":")[2]: p
            for p in c.ok("GET", "metrics")["pages"]}


def known(c):
    """Connections by virtual server."""
    return {i["virtualServer"].partition(":")[2]: i["connections"]["value"]
            for i in c.ok("GET", "metrics")["items"] if "connections" in i}


def number(page):
    return page["readers"][0]["values"]["connections"]


def counted(t, c, family_name):
    text = t.run([need("curl"), "-s", "--unix-socket", c.path, "http://localhost/metrics"]).stdout
    return {line.split('"')[1]: int(line.split()[-1]) for line in text.splitlines()
            if line.startswith(family_name + "{")}


def page_backend(t, i, form):
    b = Backend(f"{t.net}.{i}", t.web_port)
    b.RequestHandlerClass, b.form = Page, form
    return b


@scene("two dozen ways to hurt who reads pages: outcome, counter, time, memory, end of values")
def malice(t):
    backends = {mood: page_backend(t, i, row[0]) for i, (mood, row) in
                enumerate(MALICE.items(), 1)}
    backends[WITNESS] = page_backend(t, 100, "page")
    t.start(configuration(backends))
    c = Control(t)
    eventually(lambda: known(c) == {mood: 7 for mood in backends}, 8, "all are known")
    gtmd, prober = family(t.gtmd.pid)
    memory = [high_water_kib(pid) for pid in (gtmd, prober)]
    looks = counted(t, c, "gtm_metrics_pages_total")
    first = backends["nan"].addr
    assert t.answer(NAME) == [first]
    for mood, row in MALICE.items():
        backends[mood].mood = mood

    def ended():
        """Nothing is otherwise than it should be."""
        now = pages(c)
        otherwise = {mood: (now[mood]["outcome"], number(now[mood])) for mood, row in
                     MALICE.items() if now[mood]["outcome"] != row[2]
                     or row[3] not in (None, number(now[mood]))}
        seen[:] = [otherwise]
        return not otherwise
    seen = []
    try:
        eventually(ended, 15, "all have come to their ends")
    except AssertionError as e:
        raise AssertionError(f"{e}: {seen}") from e
    eventually(lambda: known(c) == {WITNESS: 7}, 2 * TTL + 2, "what was known has ended")
    assert t.answer(NAME) == [first]		# nobody is over a limit, or down
    after = counted(t, c, "gtm_metrics_pages_total")
    for counter in {row[1] for row in MALICE.values()}:
        told = sum(row[1] == counter for row in MALICE.values())
        assert after[counter] >= looks[counter] + told, (counter, looks, after)
    grown = [(high_water_kib(pid) - was) / 1024 for pid, was in zip((gtmd, prober), memory)]
    # (A sanitizer keeps what was freed: with it the figures say nothing.)
    assert SLOW > 1 or (grown[0] < GTMD_MIB and grown[1] < ROOM_MIB), f"{grown} MiB more"
    # Who behaves was looked at in time all along, by the same process.
    page = pages(c)[WITNESS]
    assert page["looks"] == page["looksOk"] >= 3, page
    assert family(t.gtmd.pid) == [gtmd, prober]
    for b in backends.values():
        b.mood = "good"
    eventually(lambda: known(c) == {mood: 7 for mood in backends}, 8, "all are back")


@scene("wrong TLS: plain where TLS is asked, TLS where none is, a certificate of nobody")
def wrong_tls(t):
    pem = t.certificate()
    secure = SecureBackend(f"{t.net}.1", t.web_port, pem)
    secure.RequestHandlerClass, secure.form = Page, "page"
    stranger = SecureBackend(f"{t.net}.2", t.web_port, pem)
    stranger.RequestHandlerClass, stranger.form = Page, "tls"
    plain = page_backend(t, 3, "tls")
    trusted = SecureBackend(f"{t.net}.4", t.web_port, pem)
    trusted.RequestHandlerClass, trusted.form = Page, "trust"
    t.start(monitor("tls", "protocol https", "connections conns")
            + monitor("trust", "protocol https", "connections conns", f"ca-file {pem}.crt",
                      "host site")
            + configuration({"secure": secure, "stranger": stranger, "plain": plain,
                             "trusted": trusted}))
    c = Control(t)
    no = "no TLS, or its certificate is not good"
    want = {"secure": "connection broken, or not HTTP", "stranger": no, "plain": no,
            "trusted": "ok"}
    eventually(lambda: {k: p["outcome"] for k, p in pages(c).items()} == want, 8, str(want))
    assert known(c) == {"trusted": 7}, known(c)


if __name__ == "__main__":
    main()
