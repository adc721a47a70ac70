"""A real browser for scenes: Chromium without a window, spoken to through a pipe.

It finds no name and has no errands of its own; what it asks for, what it complains
of and what it draws can be seen.
"""
import base64
import collections
import fcntl
import json
import os
import select
import struct
import sys
import time
import zlib

from .scene import SLOW, Process, need

FLAGS = ("--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--no-first-run",
         "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-default-apps",
         "--disable-extensions", "--hide-scrollbars", "--no-default-browser-check",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")

# Its pipe is to be at 3 and 4.
PIPE = ("import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
        "os.execv(sys.argv[3], sys.argv[3:])")


class Browser:
    def __init__(self, t):
        inside, self.down = os.pipe()
        self.up, outside = os.pipe()
        self.rest, self.number, self.events = b"", 0, []
        home = os.path.join(t.dir, f"chromium{len(t.processes)}")
        pipe = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (inside, outside)]
        self.process = Process(t, "chromium", [
            sys.executable, "-c", PIPE, *map(str, pipe), need("chromium"), *FLAGS,
            "--user-data-dir=" + home], pass_fds=pipe, env={**os.environ, "HOME": home})
        for fd in (inside, outside, *pipe):
            os.close(fd)

    def hear(self, end):
        """The next message."""
        while b"\0" not in self.rest:
            left = end - time.monotonic()
            ready = select.select([self.up], [], [], max(left, 0))[0]
            octets = os.read(self.up, 1 << 20) if ready else b""
            if not octets:
                raise AssertionError("Chromium is silent\n" + self.process.output()[-2000:])
            self.rest += octets
        line, _, self.rest = self.rest.partition(b"\0")
        return json.loads(line)

    def call(self, method, session=None, **params):
        """The result; events that come meanwhile are kept."""
        self.number += 1
        ask = {"id": self.number, "method": method, "params": params}
        if session:
            ask["sessionId"] = session
        os.write(self.down, json.dumps(ask).encode() + b"\0")
        end = time.monotonic() + 30 * SLOW
        while True:
            got = self.hear(end)
            if got.get("id") == self.number:
                assert "error" not in got, (method, got["error"])
                return got["result"]
            if "method" in got:
                self.events.append(got)

    def open(self, url, **look):
        return Page(self, url, **look)

    def close(self):
        self.call("Browser.close")
        self.process.wait()
        os.close(self.down)
        os.close(self.up)


class Page:
    """A page that has been opened, at this width, by day or by night."""

    def __init__(self, browser, url, width=1200, dark=False, headers=None):
        self.b, self.width, self.first = browser, width, len(browser.events)
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target,
                                    flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Log", "Network"):
            self.call(part + ".enable")
        self.call("Security.setIgnoreCertificateErrors", ignore=True)
        self.call("Network.setExtraHTTPHeaders", headers=headers or {})
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                  deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        went = self.call("Page.navigate", url=url)
        assert "errorText" not in went, went
        end = time.monotonic() + 30 * SLOW
        while not self.heard("Page.loadEventFired"):
            browser.events.append(browser.hear(end))

    def call(self, method, **params):
        return self.b.call(method, session=self.session, **params)

    def heard(self, method):
        return [e["params"] for e in self.b.events[self.first:]
                if e.get("method") == method and e.get("sessionId") == self.session]

    def value(self, expression):
        """What a piece of JavaScript gives; the page's own cannot run."""
        got = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in got, got
        return got["result"].get("value")

    def texts(self, selector):
        return self.value(f"[...document.querySelectorAll({json.dumps(selector)})]"
                          ".map(e => e.textContent)")

    def boxes(self, selector):
        """left, top, right, bottom of each on the page."""
        return self.value(f"[...document.querySelectorAll({json.dumps(selector)})].map(e => "
                          "{ const r = e.getBoundingClientRect(); return [r.left, "
                          "r.top + scrollY, r.right, r.bottom + scrollY] })")

    def complaints(self):
        return [*self.heard("Runtime.exceptionThrown"), *self.heard("Runtime.consoleAPICalled"),
                *(e["entry"]["text"] for e in self.heard("Log.entryAdded"))]

    def requests(self):
        return [e["request"]["url"] for e in self.heard("Network.requestWillBeSent")]

    def picture(self, scale=1, height=None):
        """All of the page, or its beginning, as a PNG."""
        height = height or self.value("document.documentElement.scrollHeight")
        return base64.b64decode(self.call(
            "Page.captureScreenshot", captureBeyondViewport=True, clip={
                "x": 0, "y": 0, "width": self.width, "height": height,
                "scale": scale})["data"])

    def colours(self):
        """How many pixels there are of each colour, seen from far."""
        return Picture(self.picture(0.25, 900)).colours()


class Picture:
    """A PNG of 8 bits to a colour, not interlaced (PNG, second edition, 9.2)."""

    def __init__(self, png):
        at, data = 8, b""
        while at < len(png):
            n, kind = struct.unpack(">I4s", png[at:at + 8])
            body = png[at + 8:at + 8 + n]
            if kind == b"IHDR":
                self.width, self.height, bits, colour = struct.unpack(">IIBB", body[:10])
                assert bits == 8 and colour in (2, 6), (bits, colour)
                self.step = 3 if colour == 2 else 4
            if kind == b"IDAT":
                data += body
            at += 12 + n
        self.unfilter(zlib.decompress(data))

    def unfilter(self, data):
        n, step = self.width * self.step, self.step
        self.rows, above = [], bytes(n)
        for y in range(self.height):
            kind, row = data[y * (n + 1)], bytearray(data[y * (n + 1) + 1:(y + 1) * (n + 1)])
            if kind == 2:
                row = bytearray((a + b) & 255 for a, b in zip(row, above))
            elif kind:
                for i in range(n):
                    left = row[i - step] if i >= step else 0
                    corner = above[i - step] if i >= step else 0
                    row[i] = row[i] + self.guess(kind, left, above[i], corner) & 255
            above = bytes(row)
            self.rows.append(above)

    @staticmethod
    def guess(kind, left, up, corner):
        if kind == 1:
            return left
        if kind == 3:
            return (left + up) // 2
        p = left + up - corner
        return min((abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner))[2]

    def colours(self):
        """How many pixels of each colour there are."""
        return collections.Counter(
            row[i:i + 3] for row in self.rows for i in range(0, len(row), self.step))
