#!/usr/bin/python3
"""Hostile HTTP before gtmrestd and at the control socket: names are answered on,
honest clients served, nothing is changed, memory stays where it is."""
import base64
import contextlib
import json
import os
import re
import resource
import select
import signal
import socket
import ssl
import subprocess
import threading
import time

from lib import guide
from lib.front import CONTEXT, PASSWORD, Front
from lib.scene import SLOW, Skip, eventually, high_water_kib, main, need, need_root, scene

NAME = "vmhttp.siterequest.com"
POOL = "/mgmt/tm/gtm/pool/a/~Common~Local_pool"
LOGIN = "/mgmt/shared/authn/login"
HOST = b"Host: a\r\n"
CROWD = 10000 if SLOW == 1 else 2000


def stage(t, *users):
    a, b = t.site("local", 10), t.site("remote", 20)
    t.start(guide.application(t, a, b))
    t.becomes(NAME, [a.addr])
    return Front(t, *users)


def connect(f, source="127.0.0.1"):
    return socket.create_connection(("127.0.0.1", f.port), 20 * SLOW, (source, 0))


def secure(f, source="127.0.0.1"):
    return CONTEXT.wrap_socket(connect(f, source))


def read_all(s):
    """All that comes until the other side ends it."""
    got = b""
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while piece := s.recv(65536):
            got += piece
    return got


def statuses(octets):
    return [int(x) for x in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", octets)]


def basic(name="admin", password=PASSWORD):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def good(f):
    return f.ask("GET", "/mgmt/tm/sys", user="admin")[0] == 200


# What two programs might read in two ways: the first line, the head, the body.
SHAPES = [
    (b"POST %s HTTP/1.1", HOST + b"Content-Length: 2\r\nContent-Length: 2\r\n", b"{}"),
    (b"POST %s HTTP/1.1", HOST + b"Content-Length: 2\r\nContent-Length: 40\r\n", b"{}"),
    (b"POST %s HTTP/1.1", HOST + b"Content-Length: 2, 2\r\n", b"{}"),
    (b"POST %s HTTP/1.1", HOST + b"Content-Length: +2\r\n", b"{}"),
    (b"POST %s HTTP/1.1", HOST + b"Content-Length: 0x2\r\n", b"{}"),
    (b"POST %s HTTP/1.1", HOST + b"Content-Length: -2\r\n", b"{}"),
    (b"POST %s HTTP/1.1", HOST + b"Content-Length: 99999999999999999999\r\n", b"{}"),
    (b"POST %s HTTP/1.1", HOST + b"Content-Length:\r\n", b"{}"),
    (b"POST %s HTTP/1.1", HOST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
     b"0\r\n\r\n"),
    (b"POST %s HTTP/1.1", HOST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
     b"0\r\n\r\n"),
    (b"POST %s HTTP/1.1", HOST + b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"),
    (b"POST %s HTTP/1.1", HOST + b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"),
    (b"POST %s HTTP/1.1", HOST + b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"),
    (b"POST %s HTTP/1.1", HOST + b"Transfer-Encoding:\x0bchunked\r\n", b"0\r\n\r\n"),
    (b"POST %s HTTP/1.1", HOST + b"Transfer-Encoding: chunked\r\n", b"2;x=y\r\n{}\r\n0\r\n\r\n"),
    (b"POST %s HTTP/1.1", HOST + b"Transfer-Encoding: chunked\r\n", b"2\n{}\n0\n\n"),
    (b"POST %s HTTP/1.1", HOST + b"Transfer-Encoding: chunked\r\n", b"3\r\n{}\r\n0\r\n\r\n"),
    (b"POST %s HTTP/1.1", HOST + b"Transfer-Encoding: chunked\r\n", b"-1\r\n{}\r\n0\r\n\r\n"),
    (b"POST %s HTTP/1.1", HOST + b"Transfer-Encoding: chunked\r\n", b"fffffffff\r\n{}\r\n"),
    (b"POST %s HTTP/1.1", HOST + b"Transfer-Encoding: chunked\r\n", b"0\r\nHost: b\r\n\r\n"),
    (b"GET %s HTTP/1.1", HOST + HOST, b""),
    (b"GET %s HTTP/1.1", b"", b""),
    (b"GET %s HTTP/1.1", b"X: y\r\n folded\r\n" + HOST, b""),
    (b"GET %s HTTP/1.1", b" Host: a\r\n", b""),
    (b"GET %s HTTP/1.1", b"Host: a\n", b""),
    (b"GET %s HTTP/1.1", b"Host: a\rX: y\r\n", b""),
    (b"GET %s HTTP/1.1", HOST + b"X: \0\r\n", b""),
    (b"GET %s HTTP/1.1", HOST + b"X y\r\n", b""),
    (b"GET %s HTTP/1.1", HOST + b": y\r\n", b""),
    (b"GET %s HTTP/1.1", HOST + b"Upgrade: h2c\r\nConnection: upgrade\r\n", b""),
    (b"GET %s HTTP/1.1", HOST + b"Connection: close, Upgrade\r\n", b""),
    (b"GET %s HTTP/1.1", HOST + b"Expect: 200-ok\r\n", b""),
    (b"GET %s HTTP/1.1", HOST + b"X-F5-Auth-Token: a\r\nX-F5-Auth-Token: b\r\n", b""),
    (b"GET %s HTTP/1.0", HOST, b""),
    (b"GET %s HTTP/2.0", HOST, b""),
    (b"GET %s HTTP/1.1 ", HOST, b""),
    (b"GET  %s HTTP/1.1", HOST, b""),
    (b"GET\t%s HTTP/1.1", HOST, b""),
    (b"get %s HTTP/1.1", HOST, b""),
    (b"GET %s", b"", b""),
    (b"PRI * HTTP/2.0", b"", b"SM\r\n\r\n"),
    (b"\r\nGET %s HTTP/1.1", HOST, b""),
    (b"CONNECT a:443 HTTP/1.1", HOST, b""),
    (b"OPTIONS * HTTP/1.1", HOST, b""),
] + [(b"GET " + target + b" HTTP/1.1", HOST, b"") for target in (
    b"https://a/mgmt/tm/sys", b"//a/mgmt/tm/sys", b"/mgmt/tm/../tm/sys", b"/mgmt/tm/./sys",
    b"/mgmt/tm/%2e%2e/sys", b"/mgmt/tm/%2E./sys", b"/mgmt/tm/..;/sys", b"/mgmt/tm/sys;x=y",
    b"/mgmt//tm/sys", b"/mgmt/tm/%00", b"/mgmt/tm/%0d%0aX:y", b"/mgmt/tm/%7f", b"/mgmt/%zz",
    b"/mgmt/%", b"/mgmt/tm\\sys", b"/mgmt/tm/\xc3\xa9", b"/mgmt/tm/<x>", b"mgmt/tm/sys", b"?x")]


@scene("each odd shape is 400, once, and the connection ends: nothing rides behind it")
def shapes(t):
    f = Front(t)
    rider = b"GET /mgmt/tm/sys HTTP/1.1\r\n" + HOST + b"\r\n"
    for first, head, body in SHAPES:
        first = first.replace(b"%s", LOGIN.encode())
        with secure(f) as s:
            s.sendall(first + b"\r\n" + head + b"\r\n" + body + rider)
            got = read_all(s)
        assert statuses(got) == [400], (first, head, body, got)
        assert b"\r\nConnection: close\r\n" in got, got
    with secure(f) as s:
        s.sendall(rider + rider + b"GET / HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n")
        assert statuses(read_all(s)) == [401] * 3, "honest ones follow one another"
    ask = json.dumps({"username": "admin", "password": PASSWORD}).encode()
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(x), x) for x in (ask[:5], ask[5:])) + b"0\r\n\r\n"
    with secure(f) as s:
        s.sendall(f"POST {LOGIN} HTTP/1.1\r\nConnection: close\r\n".encode() + HOST +
                  b"Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n" + chunks)
        assert statuses(read_all(s)) == [200], "honest chunks are read"


@scene("HEAD is GET without its body, OPTIONS lets no page in, headers are for no browser")
def methods(t):
    f = Front(t)
    status, body, head = f.ask("HEAD", "/mgmt/tm/sys", user="admin")
    assert status == 200 and body is None and int(head["Content-Length"]) > 50
    status, body, head = f.ask("OPTIONS", "/mgmt/tm/sys", Origin="https://elsewhere")
    assert status == 403 and body, status
    status, body, head = f.ask("OPTIONS", "/mgmt/tm/sys")
    assert status == 200 and body is None and "PATCH" in head["Allow"]
    assert not [x for x in head if x.lower().startswith(("access-control", "set-cookie", "server"))]
    assert head["X-Content-Type-Options"] == "nosniff" and head["Cache-Control"] == "no-store"
    assert f.ask("TRACE", "/mgmt/tm/sys", user="admin")[0] == 405


@scene("a hundred slow heads: an honest client is served at once, and each of them ends")
def slow(t):
    f = Front(t, args=["--timeout", str(int(2 * SLOW))])
    good(f)
    slow_ones = []
    for i in range(100):
        slow_ones.append(secure(f, f"127.0.0.{2 + i % 4}"))
        slow_ones[i].sendall(b"GET / HTTP/1.1\r\nHost")
    assert good(f)
    assert not select.select(slow_ones[-1:], [], [], 0)[0], "not after they ended"

    # Dripping wins no time: the head's time counts from its first octet.
    last = slow_ones[0]
    last.settimeout(0.05)
    seen = b""

    def answered():
        nonlocal seen
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            last.sendall(b"t")
        with contextlib.suppress(TimeoutError, ConnectionError, ssl.SSLError):
            seen += last.recv(4096)
        return seen
    eventually(answered, 15, "the head's time is over")
    assert statuses(seen) == [408], seen
    for s in slow_ones:
        s.settimeout(20 * SLOW)
        read_all(s)
        s.close()
    assert good(f)


def many_descriptors(n):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (n, max(n, hard)))
    except (ValueError, OSError) as why:
        raise Skip(f"needs {n} descriptors") from why


@scene("10,000 connections that say nothing keep nobody out and cost little memory")
def crowd(t):
    f = Front(t)
    good(f)
    was = high_water_kib(f.process.pid)
    many_descriptors(CROWD + 500)
    held = []
    with contextlib.ExitStack() as stack:
        for i in range(CROWD):
            held.append(stack.enter_context(connect(f, f"127.0.0.{2 + i % 200}")))
            if i % 1000 == 999:
                assert good(f), f"after {i + 1}"
        assert len(held) == CROWD and good(f)
    grown = high_water_kib(f.process.pid) - was
    assert SLOW > 1 or grown < 64 * 1024, f"{grown} KiB more"
    assert good(f)


@scene("bodies that are announced hold the memory that all have: the next is 503, not more memory")
def memory(t):
    f = Front(t)
    tok = f.login("admin")[1]["token"]["token"]
    head = (f"POST /mgmt/tm/gtm/datacenter HTTP/1.1\r\nX-F5-Auth-Token: {tok}\r\n"
            "Content-Type: application/json\r\nContent-Length: 1048576\r\n").encode()
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(secure(f, f"127.0.0.{2 + i % 3}")) for i in range(66)]
        for s in held:
            s.sendall(head + HOST + b"\r\n")

        def refused():
            for s in held:
                s.settimeout(0.01)
                with contextlib.suppress(TimeoutError):
                    return s.recv(4096)
            return None
        got = eventually(refused, 10, "one of 66 MiB is refused")
        assert statuses(got) == [503] and b"\r\nRetry-After: 1\r\n" in got, got
        assert good(f), "without a body there is room"
    eventually(lambda: f.ask("PATCH", POOL, {}, token=tok)[2]["Retry-After"] == "5", 5,
               "the memory is there again: gtmd is away, is all")


@scene("what a body may hold: depth, types, ranges, names; a refusal has a sentence and no effect")
def bodies(t):
    f = stage(t)
    tok = f.login("admin")[1]["token"]["token"]
    _, was, _ = f.ask("GET", POOL, token=tok)
    kind = {"Content_Type": "application/json"}
    deep = [b"[" * 100000, b'{"ttl":' * 100000, b'{"name":"x","description":' + b"[" * 100000 +
            b"]" * 100000 + b"}"]
    odd = [{"ttl": "x"}, {"ttl": -1}, {"ttl": 2**32}, {"ttl": 1e300}, {"ttl": [1]}, {"ttl": {}},
           {"maxAnswersReturned": 0}, {"maxAnswersReturned": 501},
           {"loadBalancingMode": "best"}, {"loadBalancingMode": 1}, {"enabled": "perhaps"},
           {"noSuchThing": 1}, {"monitor": "/Common/none such"},
           {"description": "a\u0000b"}, b'{"ttl":20,"ttl":30', b"\xff\xfe", b"nul", b"[]", b"1",
           b'{"ttl":20}{"ttl":30}', b'{"description":"\xc3\x28"}']
    for body in deep + odd:
        status, reply, _ = f.ask("PATCH", POOL, body, token=tok, **kind)
        assert status == 400 and reply["message"], (str(body)[:60], status, reply)
    for name in ("a\nb", "a\tb", "a\x7fb", "", "a" * 300, "a\"b", "../x", "/Common/", "/", "a{b"):
        status, reply, _ = f.ask("POST", "/mgmt/tm/gtm/datacenter", {"name": name}, token=tok)
        assert status == 400 and reply["message"], (name, status, reply)
    assert f.ask("GET", POOL, token=tok)[1] == was
    assert len(f.ask("GET", "/mgmt/tm/gtm/datacenter", token=tok)[1]["items"]) == 2
    assert t.answer(NAME)


@scene("a token that is wrong, over, dropped or another's opens nothing")
def tokens(t):
    f = Front(t, "guest")
    url = "/mgmt/shared/authz/tokens/"
    tok, other = (f.login(x)[1]["token"]["token"] for x in ("admin", "guest"))
    for wrong in ("", "0" * 64, tok[:-1], tok + "0", tok.upper(), tok[::-1], "a" * 255, "a" * 300):
        assert f.ask("GET", "/mgmt/tm/sys", token=wrong or " ")[0] == 401, wrong
        assert f.ask("GET", "/mgmt/tm/sys", Authorization="Bearer " + wrong)[0] == 401, wrong
    assert f.ask("DELETE", url + tok, token=other)[0] == 404
    assert f.ask("GET", "/mgmt/tm/sys", token=tok)[0] == 200
    assert f.ask("PATCH", url + other, {"timeout": 1}, token=other)[0] == 200
    end = time.monotonic() + 1.1
    eventually(lambda: time.monotonic() > end, 5, "a second of silence")
    assert f.ask("GET", "/mgmt/tm/sys", token=other)[0] == 401
    assert f.ask("DELETE", url + tok, token=tok)[0] == 200
    assert f.ask("GET", "/mgmt/tm/sys", token=tok)[0] == 401
    f.process.stop()
    f.start()
    assert f.ask("GET", "/mgmt/tm/sys", token=tok)[0] == 401, "a restart ends them all"


def guess(f, source, word):
    with secure(f, source) as s:
        head = f"GET /mgmt/tm/sys HTTP/1.1\r\nHost: a\r\nAuthorization: {basic('admin', word)}\r\n"
        s.sendall(head.encode() + b"Connection: close\r\n\r\n")
        return statuses(read_all(s))[0]


@scene("brute force locks whoever guesses; admin and the others go on, and it is on record")
def brute(t):
    f = Front(t, "guest")
    assert f.login("admin")[0] == 200
    got = []

    def attack(source):
        for i in range(8):
            got.append(guess(f, source, f"wrong wrong {i}"))
    threads = [threading.Thread(target=attack, args=(f"127.0.0.{i}",)) for i in range(2, 8)]
    for x in threads:
        x.start()
    for _ in range(5):
        assert f.ask("GET", "/mgmt/tm/sys", user="guest")[0] == 200
        assert f.login("admin")[0] == 200, "known from here"
    for x in threads:
        x.join()
    assert set(got) <= {401, 429, 503} and got.count(429) > got.count(401) > 0, got
    assert guess(f, "127.0.0.9", PASSWORD) == 429, "strangers wait, right or wrong"
    with open(os.path.join(f.state, "audit.log"), encoding="ascii") as log:
        lines = [json.loads(x) for x in log]
    wrong = [x for x in lines if x["result"] == "wrong"]
    assert wrong and all(x["user"] == "admin" and x["from"] != "127.0.0.1" for x in wrong), lines
    assert {"user": "guest", "from": "127.0.0.1", "result": "ok"}.items() <= next(
        x for x in lines if x["user"] == "guest").items()


@scene("kill -9 of gtmrestd and of gtmd: names are answered on, the front says 503 and recovers")
def killed(t):
    f = stage(t)
    tok = f.login("admin")[1]["token"]["token"]
    answers, ending = [], threading.Event()

    def ask_on():
        while not ending.is_set():
            answers.append(t.answer(NAME))
    asker = threading.Thread(target=ask_on)
    asker.start()
    try:
        before = eventually(lambda: len(answers) > 20 and len(answers), 10, "queries flow")
        f.process.kill(signal.SIGKILL)
        f.process.proc.wait()
        eventually(lambda: len(answers) > before + 50, 10, "and flow on")
        f.start()
        assert f.ask("GET", POOL, token=tok)[0] == 401
        assert f.ask("GET", POOL, user="admin")[0] == 200
    finally:
        ending.set()
        asker.join()
    assert len(set(map(tuple, answers))) == 1, "each was answered, all alike"
    t.gtmd.kill(signal.SIGKILL)
    t.gtmd.proc.wait()
    status, reply, head = f.ask("GET", POOL, user="admin")
    assert status == 503 and "restarting" in reply["message"] and head["Retry-After"], reply
    t.start()
    assert f.ask("GET", POOL, user="admin")[0] == 200


# Runs as somebody else: sends each request of standard input to the socket.
PEER = """
import json, socket, sys
for text in json.load(sys.stdin):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    try:
        s.connect(sys.argv[1])
        s.sendall(text.encode("latin-1"))
        s.shutdown(socket.SHUT_WR)
        got = b""
        while True:
            piece = s.recv(65536)
            if not piece:
                break
            got += piece
        print(got.split()[1].decode() if got.startswith(b"HTTP/1.1 ") else "closed")
    except PermissionError:
        print("denied")
    except ConnectionError:
        print("closed")
    s.close()
"""


def as_peer(t, gid, requests):
    argv = [need("setpriv"), "--reuid", "nobody", "--regid", gid, "--clear-groups",
            "/usr/bin/python3", "-c", PEER, os.path.join(t.dir, "state", "control.sock")]
    out = subprocess.run(argv, input=json.dumps(requests), stdout=subprocess.PIPE, text=True,
                         timeout=60 * SLOW, check=True)
    return out.stdout.split()


def request(method, path, body="", *lines):
    head = [f"{method} {path} HTTP/1.1", "Host: a", "Connection: close", *lines]
    if body:
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(head) + "\r\n\r\n" + body


@scene("the control socket asks the kernel who comes: strangers nothing, its group reads")
def peers(t):
    need_root()
    a, b = t.site("local", 10), t.site("remote", 20)
    t.start(guide.application(t, a, b))
    path = os.path.join(t.dir, "state", "control.sock")
    boast = ("X-Gtm-User: root", "X-Gtm-Role: admin", "X-Gtm-From: 127.0.0.1")
    write = [request("PATCH", POOL, '{"ttl": 77}', *boast), request("DELETE", POOL, "", *boast),
             request("POST", "/mgmt/tm/gtm/datacenter", '{"name": "x"}', *boast),
             request("POST", "/mgmt/tm/sys/config", '{"command": "save"}', *boast),
             request("POST", "/mgmt/tm/transaction", "{}", *boast)]
    read = [request("GET", POOL), request("GET", POOL, "", *boast)]
    assert set(as_peer(t, "nogroup", write + read)) == {"denied"}, "by the file's mode"
    # Even when somebody opens the way to it.
    os.chmod(os.path.dirname(path), 0o755)
    os.chmod(path, 0o666)
    assert set(as_peer(t, "nogroup", write + read)) <= {"401", "403"}
    assert set(as_peer(t, "root", write)) <= {"401", "403"}, "the group only reads"
    assert as_peer(t, "root", read) == ["200", "200"]
    hostile = [request("GET", POOL, "", "Content-Length: 0", "Content-Length: 0"),
               request("POST", POOL, "{}", "Transfer-Encoding: chunked"),
               request("PATCH", POOL, "[" * 100000), request("GET", "/mgmt/../etc"),
               request("GET", "/mgmt/tm/%00"), "\x16\x03\x01" * 100 + "\r\n\r\n",
               "GET " + "a" * 40000, "X: y\r\n" * 5000]
    for gid in ("nogroup", "root"):
        got = as_peer(t, gid, hostile)
        assert set(got) <= {"400", "401", "403", "404", "405", "413", "414", "431", "closed"}, got
    out = t.run([need("curl"), "-s", "--unix-socket", path, f"http://a{POOL}"])
    assert json.loads(out.stdout)["ttl"] == 15, out.stdout
    assert t.answer(NAME)


if __name__ == "__main__":
    main()
