#!/usr/bin/python3
"""Backends that lie, hang, reset and never end: none can hurt gtmd."""
import socket
import socketserver
import threading

from lib import guide
from lib.scene import eventually, main, scene

NAME = "vmhttp.siterequest.com"
GOOD = b"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"


class Backend(socketserver.ThreadingTCPServer):
    """A web server of one mood; the mood may change while it runs."""
    allow_reuse_address = daemon_threads = True

    def __init__(self, addr, port):
        self.mood, self.seen = "good", 0
        super().__init__((addr, port), Talk)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass


class Talk(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.seen += 1
        getattr(self, self.server.mood)()

    def good(self):
        self.request.recv(4096)
        self.request.sendall(GOOD)

    def hang(self):
        self.request.recv(4096)
        self.request.recv(4096)		# until gtmd gives up and closes

    def reset(self):
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def wrong_body(self):
        self.request.recv(4096)
        self.request.sendall(b"HTTP/1.0 200 OK\r\n\r\nsorry")

    def endless_header(self):
        self.request.sendall(b"HTTP/1.0 200 OK\r\n")
        while True:
            self.request.sendall(b"X-More: " + b"y" * 8000 + b"\r\n")

    def endless_body(self):
        self.request.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 10737418240\r\n\r\n")
        while True:
            self.request.sendall(b"z" * 65536)


def resident_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(next(line for line in f if line.startswith("VmRSS")).split()[1])


@scene("reset, wrong body, hang, endless header, endless body: each takes the site down and back")
def moods(t):
    bad = Backend(f"{t.net}.1", t.web_port)
    good = t.site("remote", 2)
    bad.addr, bad.port = f"{t.net}.1", t.web_port
    t.start(guide.application(t, bad, good, mon=guide.monitor(interval=1, timeout=3)))
    for mood in ("reset", "wrong_body", "hang", "endless_header", "endless_body"):
        t.becomes(NAME, [bad.addr], seconds=8)
        before = resident_kib(t.gtmd.pid)
        bad.mood = mood
        eventually(lambda: t.answer(NAME) == [good.addr], 8, f"{mood} is noticed")
        assert resident_kib(t.gtmd.pid) < before + 65536, mood
        bad.mood = "good"


@scene("a rule of two monitors: and needs both, min 1 of needs one")
def rules(t):
    a = Backend(f"{t.net}.1", t.web_port)
    a.addr, a.port = f"{t.net}.1", t.web_port
    b = t.site("remote", 2)
    two = guide.monitor() + guide.monitor().replace("VM-http-monitor", "never").replace(
        'recv "hello"', 'recv "no such words"')
    text = guide.application(t, a, b, mon=two)
    rule = "monitor /Common/VM-http-monitor"
    t.start(text.replace(rule, rule + " and /Common/never", 1))
    t.becomes(NAME, [b.addr])
    t.reload(text.replace(rule, "monitor min 1 of { /Common/VM-http-monitor /Common/never }", 1))
    t.becomes(NAME, [a.addr])


@scene("a tcp monitor sees a port that closes")
def tcp(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    mon = """
gtm monitor tcp /Common/VM-http-monitor {
    defaults-from /Common/tcp
    interval 1
    probe-timeout 1
    timeout 3
}
"""
    t.start(guide.application(t, local, remote, mon=mon))
    t.becomes(NAME, [local.addr])
    local.stop()
    t.becomes(NAME, [remote.addr])


@scene("manual-resume: a member that came back stays down until an operator enables it")
def manual_resume(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    text = guide.application(t, local, remote, local_pool="    manual-resume enabled\n")
    t.start(text)
    t.becomes(NAME, [local.addr])
    t.logged("Local-BIG-IP:vmhttp state from=unknown to=available")
    local.stop()
    t.becomes(NAME, [remote.addr])
    local.start()
    t.logged("Local-BIG-IP:vmhttp state from=offline to=available", 8)
    assert t.answer(NAME) == [remote.addr]
    member = "/Common/Local-BIG-IP:vmhttp {\n"
    t.reload(text.replace(member, member + "            disabled\n"))
    t.reload(text)
    t.becomes(NAME, [local.addr])


if __name__ == "__main__":
    main()
