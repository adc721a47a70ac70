#!/usr/bin/python3
"""What monitors see of each target is told: by REST, by gtmsh, to Prometheus."""
import os
import socketserver
import threading
import urllib.parse

from lib import guide
from lib.control import Control
from lib.scene import BIN, eventually, main, scene

REPLY = b"HTTP/1.0 %s\r\nContent-Length: %d\r\n\r\n%s"


class Backend(socketserver.ThreadingTCPServer):
    """A web server that says what it is told to say."""
    allow_reuse_address = daemon_threads = True

    def __init__(self, addr, port):
        self.addr, self.port = addr, port
        self.says("200 OK", "hello")
        super().__init__((addr, port), Talk)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def says(self, status, body):
        self.reply = REPLY % (status.encode(), len(body), body.encode())


class Talk(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(4096)
        self.request.sendall(self.server.reply)


def stage(t, extra=""):
    local, remote = Backend(f"{t.net}.1", t.web_port), t.site("remote", 2)
    t.start(guide.application(t, local, remote, mon=guide.monitor(extra=extra)))
    return local, remote, Control(t)


def look(c, site):
    """The one target at a site."""
    target = urllib.parse.quote(f"{site.addr}:{site.port}")
    items = c.ok("GET", f"probe?target={target}")["items"]
    assert len(items) == 1, items
    return items[0]


def sees(c, site, **want):
    def seen():
        item = look(c, site)
        return item if all(item.get(k) == v for k, v in want.items()) else None
    return eventually(seen, 8, f"{want} of {site.addr}")


@scene("each kind of end is told in words, with the history that it leaves")
def words(t):
    local, remote, c = stage(t, '    recv-status-code "200"\n')
    up = sees(c, local, state="up", reason="UP")
    assert set(up["history"]) == {"1"} and up["latency"] > 0, up
    assert up["from"].startswith("127.") and 0 <= up["nextProbe"] <= 1000, up
    local.says("503 Sorry", "hello")
    down = sees(c, local, state="down", reason="status 503 is not wanted")
    assert down["history"].startswith("1") and down["history"].endswith("0"), down
    assert down["since"] >= up["since"] and down["lastResult"] == "status", down
    local.says("200 OK", "sorry")
    sees(c, local, state="down", reason=f'no match for "hello" in the first '
         f'{len(local.reply)} octets')
    remote.stop()
    sees(c, remote, state="down", reason="connection refused")
    doc = c.ok("GET", "probe?state=down")
    assert (doc["targets"], doc["down"], doc["up"]) == (2, 2, 0), doc
    assert len(doc["items"]) == 2

    def counted():			# told a moment after the news
        http = next(x for x in c.ok("GET", "probe")["types"] if x["type"] == "http")
        r = http["results"]
        return (r["status"] >= 1 and r["no-match"] >= 1 and r["refused"] >= 1
                and http["started"] >= 4)
    eventually(counted, 5, "results by type")


@scene("gtmsh shows targets and counts them by monitor; wrong questions are refused")
def shell(t):
    local, _, c = stage(t)
    sees(c, local, state="up")

    def gtmsh(command):
        return t.run([os.path.join(BIN, "gtmsh"), "-x", c.path, "-c", command]).stdout

    table = gtmsh("show gtm probe VM-http-monitor")
    assert f"{local.addr}:{local.port}" in table and "latency us" in table, table
    assert "targets 2" in table, table
    eventually(lambda: "2" in gtmsh("show gtm monitor http VM-http-monitor raw"), 5)
    stats = c.ok("GET", "monitor/http/~Common~VM-http-monitor/stats")
    (entry,) = stats["entries"].values()
    assert entry["nestedStats"]["entries"]["targetsUp"]["value"] == 2, stats
    assert "state: up" in c.refused(400, "GET", "probe?state=ill")


if __name__ == "__main__":
    main()
