#!/usr/bin/python3
"""Events through HTTPS: who may watch, how many, and what ends it."""
import http.client
import itertools
import signal
import socket

from lib import guide
from lib.control import Control, Events
from lib.front import CONTEXT, Front
from lib.scene import SLOW, eventually, main, scene

POOL = "/mgmt/tm/gtm/pool/a/~Common~Local_pool"
EVENTS = "/mgmt/tm/gtm/events"


class Place:
    """A site that nobody probes: only its address counts."""

    def __init__(self, t, last):
        self.addr, self.port = f"{t.net}.{last}", 80


def stage(t, *users, args=()):
    text = guide.application(t, Place(t, 1), Place(t, 2), mon="")
    t.start(text.replace("    monitor /Common/VM-http-monitor\n", ""))
    return Front(t, *users, args=args)


def watch(t, f, token, query="", last=None):
    return Events(t, query, last, f.wire(), X_F5_Auth_Token=token)


def write(f, token, ttl):
    status, reply, _ = f.ask("PATCH", POOL, {"ttl": ttl}, token=token)
    assert status == 200, reply


def ended(e):
    """It ends as a whole message does, not cut off."""
    try:
        while e.next():
            pass
    except EOFError:
        e.close()
        return
    raise AssertionError("it goes on")


def status_of(f, token):
    """Of a request to watch that is given up at once."""
    c = f.wire()
    c.request("GET", EVENTS, headers={"X-F5-Auth-Token": token})
    r = c.getresponse()
    r.close()
    c.close()
    return r.status, r.headers


@scene("a guest hears through HTTPS what happens, filtered, and goes on where it was")
def hears(t):
    f = stage(t, "guest")
    admin, guest = f.token("admin"), f.token("guest")
    every, some = watch(t, f, guest), watch(t, f, guest, "?filter=state")
    assert every.reply.getheader("Transfer-Encoding") == "chunked"
    assert every.reply.getheader("Cache-Control") == "no-store"
    write(f, admin, 20)
    at, told = every.until("commit", user="admin")
    assert told["objects"] == [{"object": "gtm pool a /Common/Local_pool", "what": "modified"}]
    every.close()
    write(f, admin, 21)
    again = watch(t, f, guest, last=at)
    _, told = again.until("commit")
    assert told["from"] == "127.0.0.1" and "lost" not in told, told
    odd = watch(t, f, guest, last="1.1; X-Gtm-Role: admin")	# no id: from now on
    assert f.ask("PATCH", POOL, {"disabled": True}, token=admin)[0] == 200
    assert odd.next()[1] != "lost"
    assert some.next()[1] == "state", "commits were filtered out"
    basic = Events(t, "", None, f.wire(), Authorization="Basic Z3Vlc3Q6Y29ycmVjdCBob3JzZQ==")
    write(f, admin, 22)
    basic.until("commit")
    assert f.ask("HEAD", EVENTS, token=guest)[0] == 405
    assert f.ask("GET", EVENTS)[0] == 401
    assert f.ask("POST", EVENTS, {}, token=admin)[0] == 405


@scene("it ends with its token, its password, its role; others go on")
def ends(t):
    f = stage(t, "guest")
    admin, one, two = f.token("admin"), f.token("guest"), f.token("guest")
    first, second = watch(t, f, one), watch(t, f, two)
    assert f.ask("DELETE", f"/mgmt/shared/authz/tokens/{one}", token=one)[0] == 200
    ended(first)
    write(f, admin, 20)
    second.until("commit")
    basic = Events(t, "", None, f.wire(), Authorization="Basic Z3Vlc3Q6Y29ycmVjdCBob3JzZQ==")
    f.set_password("guest", "operator")
    ended(second)
    ended(basic)
    three = f.token("guest")
    assert f.ask("PATCH", f"/mgmt/shared/authz/tokens/{three}", {"timeout": 1},
                 token=three)[0] == 200
    ended(watch(t, f, three))	# to watch is no use of it


@scene("kill -9 of gtmd ends the stream as a whole; so does the end of gtmrestd")
def killed(t):
    f = stage(t)
    tok = f.token("admin")
    one = watch(t, f, tok)
    t.gtmd.kill(signal.SIGKILL)
    t.gtmd.proc.wait()
    ended(one)
    status, headers = status_of(f, tok)
    assert status == 503 and headers["Retry-After"], status
    t.start()
    two = watch(t, f, tok)
    write(f, tok, 20)
    two.until("commit")
    f.process.proc.send_signal(signal.SIGTERM)
    try:
        ended(two)
    except (http.client.IncompleteRead, ConnectionError):
        pass
    assert f.process.wait() == 0


@scene("sixteen watch at a time, four of one user; requests are served beside them")
def bounded(t):
    names = [f"u{n}" for n in range(4)]
    f = stage(t)
    for name in names:
        f.set_password(name, "guest")
    admin, tokens = f.token("admin"), [f.token(x) for x in names]
    many = [watch(t, f, tok) for tok in tokens for _ in range(4)]
    status, headers = status_of(f, tokens[0])
    assert status == 503 and headers["Retry-After"], status
    assert status_of(f, admin)[0] == 503, "all seats are taken"
    here = Events(t)	# gtmd's own shell finds a place
    write(f, admin, 20)
    for e in (*many, here):
        e.until("commit")
    many.pop().close()
    eventually(lambda: status_of(f, admin)[0] == 200, 10, "a seat is free again")
    assert status_of(f, tokens[0])[0] == 503, "four of one user"
    for e in many:
        e.close()
    eventually(lambda: status_of(f, tokens[0])[0] == 200, 10, "all are free again")


@scene("who does not read is dropped; those who do hear everything")
def slow(t):
    f = stage(t, args=["--timeout", str(int(2 * SLOW))])
    tok, c = f.token("admin"), Control(t)
    fast = watch(t, f, tok)
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)	# so that little lies on the way
    s.settimeout(20 * SLOW)
    s.connect(("127.0.0.1", f.port))
    with CONTEXT.wrap_socket(s) as deaf:
        deaf.sendall(f"GET {EVENTS} HTTP/1.1\r\nHost: a\r\nX-F5-Auth-Token: {tok}\r\n\r\n"
                     .encode())
        assert deaf.recv(64).startswith(b"HTTP/1.1 200 ")
        more = [watch(t, f, tok, "?filter=none") for _ in range(2)]
        assert status_of(f, tok)[0] == 503, "his four seats"

        def dropped():
            for _ in range(40):	# each is 7 KB to tell
                last = c.ok("PATCH", f"{POOL}?x={'x' * 7000}", {"ttl": next(ttl)})
            assert last["ttl"]
            fast.until("commit", change=c.ok("GET", "changes")["items"][0]["change"])
            return status_of(f, tok)[0] == 200
        ttl = itertools.count(100)
        eventually(dropped, 30, "his seat is free")
        tail = b""
        while piece := deaf.recv(65536):
            tail = tail[-5:] + piece
        assert not tail.endswith(b"0\r\n\r\n"), "cut off, and he can see it"
    for e in (*more, fast):
        e.close()


if __name__ == "__main__":
    main()
