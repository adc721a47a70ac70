"""The control socket for scenes: requests, and the stream of events."""
import http.client
import json
import os
import socket
import time

from .scene import SLOW, eventually

GTM = "/mgmt/tm/gtm/"


class Wire(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10 * SLOW)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Control:
    """One kept connection to a stage's gtmd, or to another daemon's socket."""

    def __init__(self, t=None, path=None, branch=GTM):
        self.path = path or os.path.join(t.dir, "state", "control.sock")
        self.wire, self.branch = Wire(self.path), branch

    def call(self, method, path, body=None, **headers):
        """Status and document (None = empty)."""
        if not path.startswith("/"):
            path = self.branch + path
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.wire.request(method, path, None if body is None else json.dumps(body), headers)
        r = self.wire.getresponse()
        text = r.read()
        return r.status, json.loads(text) if text else None

    def ok(self, method, path, body=None, **headers):
        status, doc = self.call(method, path, body, **headers)
        assert status == 200, (method, path, status, doc)
        return doc

    def refused(self, want, method, path, body=None, **headers):
        status, doc = self.call(method, path, body, **headers)
        assert status == want, (method, path, status, doc)
        return doc["message"]

    def close(self):
        self.wire.close()


class Events:
    """Whoever watches: the events as (id, kind, data), read as they come."""

    def __init__(self, t, query="", last=None, wire=None, **headers):
        """wire: another way to the tree than the control socket, with headers."""
        self.wire = wire or Wire(os.path.join(t.dir, "state", "control.sock"))
        head = {k.replace("_", "-"): v for k, v in headers.items()}
        if last:
            head["Last-Event-ID"] = last
        self.wire.request("GET", GTM + "events" + query, headers=head)
        self.reply = self.wire.getresponse()
        assert self.reply.status == 200, (self.reply.status, self.reply.read())
        assert self.reply.getheader("Content-Type") == "text/event-stream"
        self.line()	# "retry:": it is open, nothing from here on is missed

    def line(self):
        octets = self.reply.readline()
        if not octets:
            raise EOFError("the stream has ended")
        return octets.decode().rstrip("\n")

    def next(self):
        event, end = {}, time.monotonic() + 10 * SLOW
        while time.monotonic() < end:	# comment lines keep the socket talking
            key, _, value = self.line().partition(": ")
            if key == "" and "event" in event:
                return event.get("id"), event["event"], json.loads(event["data"])
            event[key] = value
        raise AssertionError("no event came")

    def until(self, kind, **want):
        """The next event of a kind with these values."""
        seen, end = [], time.monotonic() + 10 * SLOW
        while time.monotonic() < end:
            at, what, data = self.next()
            seen.append((what, data))
            if what == kind and all(data.get(k) == v for k, v in want.items()):
                return at, data
        raise AssertionError(f"no {kind} {want} among {seen}")

    def close(self):
        self.wire.close()
        self.reply.close()


def audit(t):
    """The audit file's lines, read back."""
    with open(os.path.join(t.dir, "state", "audit.log"), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def restart(t, sig, prefix=()):
    t.gtmd.stop(sig)
    t.start(prefix=prefix)
    c = Control(t)
    eventually(lambda: os.path.exists(c.path), what="control socket")
    return c
