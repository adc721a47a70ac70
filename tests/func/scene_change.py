#!/usr/bin/python3
"""A change counts from its reply on: the very next query obeys, on every thread.

Nothing here is waited for and nothing is asked twice: one query a socket after
each reply, and one wrong answer fails.
"""
import http.client
import json
import os
import socket

import dns.message
import dns.query
import dns.rcode

from lib import guide
from lib.scene import SLOW, main, scene

NAME = "vmhttp.siterequest.com"
POOL = "/mgmt/tm/gtm/pool/a/~Common~"
WIDE = "/mgmt/tm/gtm/wideip/a"
FLIPS = 200
SOCKETS = 8	# the kernel spreads them over the threads


class Control(http.client.HTTPConnection):
    """The control socket; the connection stays."""
    def __init__(self, t):
        super().__init__("localhost", timeout=10 * SLOW)
        self.at = os.path.join(t.dir, "state", "control.sock")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.at)

    def write(self, method, path, body=None):
        self.request(method, path, None if body is None else json.dumps(body),
                     {"Content-Type": "application/json"})
        reply = self.getresponse()
        text = reply.read()
        assert reply.status == 200, (method, path, reply.status, text)


class Clients:
    """Resolvers that keep their sockets: UDP, and one TCP connection."""
    def __init__(self, t):
        self.udp = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(SOCKETS)]
        self.tcp = socket.create_connection(("127.0.0.1", t.port), 5 * SLOW)
        for s in self.udp:
            s.settimeout(5 * SLOW)
            s.connect(("127.0.0.1", t.port))

    def __enter__(self):
        return self

    def __exit__(self, *why):
        for s in (*self.udp, self.tcp):
            s.close()

    def expect(self, want, step):
        """Each asks once. want: an address, or the name of an rcode."""
        for number, s in enumerate((*self.udp, self.tcp)):
            q = dns.message.make_query(NAME, "A")
            if s is self.tcp:
                dns.query.send_tcp(s, q)
                r = dns.query.receive_tcp(s)[0]
            else:
                s.send(q.to_wire())
                r = dns.message.from_wire(s.recv(4096))
            got = [rd.to_text() for rrset in r.answer for rd in rrset] or \
                [dns.rcode.to_text(r.rcode())]
            assert r.id == q.id and got == [want], (step, number, got, want)


def start(t, wide=""):
    """Two sites without monitors, several answering threads."""
    local, remote = f"{t.net}.1", f"{t.net}.2"
    t.start("gtm global-settings dns {\n    threads 4\n}\n"
            "gtm datacenter /Common/Local { }\ngtm datacenter /Common/Remote { }\n"
            + guide.server("a", "Local", local, 80, None)
            + guide.server("b", "Remote", remote, 80, None)
            + guide.pool("Local_pool", [("/Common/a:vmhttp", "member-order 0")])
            + guide.pool("Remote_pool", [("/Common/b:vmhttp", "member-order 0")])
            + wide)
    return local, remote


@scene(f"a pool is disabled and enabled {FLIPS} times: the next query obeys")
def pool_flips(t):
    local, remote = start(t, guide.wideip(
        NAME, [("Local_pool", "order 0"), ("Remote_pool", "order 1")],
        "    pool-lb-mode global-availability\n"))
    control = Control(t)
    with Clients(t) as clients:
        clients.expect(local, "before")
        for i in range(FLIPS):
            down = i % 2 == 0
            control.write("PATCH", POOL + "Local_pool",
                          {"disabled": True} if down else {"enabled": True})
            clients.expect(remote if down else local, i)
    control.close()


@scene(f"a ratio changes {FLIPS} times: the next query obeys")
def ratio_flips(t):
    """Without a member to weigh, the alternate method takes the first one."""
    local, remote = start(t, guide.pool(
        "both", [("/Common/b:vmhttp", "member-order 0\n            ratio 0"),
                 ("/Common/a:vmhttp", "member-order 1\n            ratio 5")],
        "    alternate-mode global-availability\n    load-balancing-mode ratio\n")
        + guide.wideip(NAME, [("both", "order 0")]))
    control = Control(t)
    with Clients(t) as clients:
        clients.expect(local, "before")
        for i in range(FLIPS):
            none = i % 2 == 0
            control.write("PATCH", POOL + "both/members/~Common~a:vmhttp",
                          {"ratio": 0 if none else 5})
            clients.expect(remote if none else local, i)
    control.close()


@scene("a wide IP comes and goes 100 times: the next query obeys")
def names_come_and_go(t):
    local, _ = start(t)
    control = Control(t)
    with Clients(t) as clients:
        clients.expect("REFUSED", "before")
        for i in range(100):
            control.write("POST", WIDE, {"name": NAME, "partition": "Common", "pools": [
                {"name": "Local_pool", "partition": "Common"}]})
            clients.expect(local, i)
            control.write("DELETE", WIDE + "/~Common~" + NAME)
            clients.expect("REFUSED", i)
    control.close()


if __name__ == "__main__":
    main()
