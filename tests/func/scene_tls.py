#!/usr/bin/python3
"""DNS over TLS, and proxies that speak for their clients: kdig, openssl and HAProxy
judge; hostile handshakes keep nobody out."""
import contextlib
import json
import os
import socket
import ssl
import struct
import threading

import dns.edns
import dns.message
import dns.query

from lib.scene import BIN, SLOW, Process, eventually, free_port, main, need, scene

NAME = "www.example.com"
ZONE = ("@ 3600 SOA ns hostmaster 1 3600 900 86400 300\n@ 3600 NS ns\nns A 192.0.2.1\n"
        "www A 192.0.2.80\nbig TXT " + " ".join(f'"{i:03}{"x" * 240}"' for i in range(60)) + "\n")
SIGNATURE = bytes.fromhex("0d0a0d0a000d0a515549540a")


def certify(t, name):
    """A root of its own, and a certificate for ns.test below it."""
    def openssl(*args):
        out = t.run([need("openssl"), *args], cwd=t.dir)
        assert out.returncode == 0, out.stdout
    ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *ec, "-keyout", f"{name}-ca.key", "-out", f"{name}-ca.pem",
            "-days", "9", "-subj", f"/CN={name} root")
    openssl("req", *ec, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", "/CN=ns.test")
    t.write(f"{name}.ext", "subjectAltName=DNS:ns.test\n")
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{name}-ca.pem", "-CAkey",
            f"{name}-ca.key", "-CAcreateserial", "-days", "9", "-extfile", f"{name}.ext", "-out",
            f"{name}.pem")
    return os.path.join(t.dir, f"{name}-ca.pem")


def listener(name, port, body=""):
    proto = "udp" if name.startswith("udp") else "tcp"
    return (f"gtm listener /Common/{name} {{\n    address 127.0.0.1\n    ip-protocol {proto}\n"
            f"    port {port}\n{body}}}\n")


def secure(name):
    return f"    tls-certificate {name}.pem\n    tls-key {name}.key\n"


def conf(t, tls="one", more=""):
    t.write("example.zone", ZONE)
    return ("gtm zone /Common/example.com {\n    file example.zone\n}\n" + listener("udp", t.port)
            + listener("tcp", t.port) + listener("tls", t.tls, secure(tls)) + more)


def stage(t, more=""):
    t.tls = free_port()
    t.root = certify(t, "one")
    t.start(conf(t, more=more))


def kdig(t, *args):
    return t.run([need("kdig"), "@127.0.0.1", "-p", str(t.tls), *args]).stdout


def s_client(t, *args, text=""):
    return t.run([need("sh"), "-c", f"printf '{text}' | exec \"$@\"", "sh", need("openssl"),
                  "s_client", "-connect", f"127.0.0.1:{t.tls}", *args]).stdout


def context():
    c = ssl.create_default_context()
    c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    return c


def good(t):
    """An honest client, from its connection to its answer."""
    got = dns.query.tls(dns.message.make_query(NAME, "A"), "127.0.0.1", timeout=10 * SLOW,
                        port=t.tls, ssl_context=context())
    return got.answer[0][0].to_text() == "192.0.2.80"


def counted(t, name):
    before = t.gtmd.output().count("status-written")
    t.gtmd.kill(10)
    eventually(lambda: t.gtmd.output().count("status-written") > before, what="status written")
    with open(os.path.join(t.dir, "state", "status.json"), encoding="utf-8") as f:
        return json.load(f)["server"][name]


@scene("kdig believes the certificate, gets padded replies, and a long one whole")
def kdig_believes(t):
    stage(t)
    got = kdig(t, "+tls", NAME)
    assert "192.0.2.80" in got and "TLS1.3" in got, got
    got = kdig(t, f"+tls-ca={t.root}", "+tls-hostname=ns.test", NAME)
    assert "192.0.2.80" in got, got
    got = kdig(t, f"+tls-ca={t.root}", "+tls-hostname=other.test", NAME)
    assert "192.0.2.80" not in got, got
    got = kdig(t, "+tls", "+padding", "+edns", NAME)
    assert "PADDING" in got and "Received 468 B" in got, got
    got = kdig(t, "+tls", "+nopadding", "+edns", NAME)
    assert "PADDING" not in got, got
    got = kdig(t, "+tls", "+nopadding", "TXT", "big.example.com")
    assert got.count("IN\tTXT") + got.count("\tTXT\t") >= 1 and "059x" in got, got[-300:]
    got = kdig(t, "+tls", "+edns", "-t", "TYPE254", "example.com")
    assert "NOTIMPL" in got and "EDE: 21" in got, got


@scene("openssl: TLS 1.2 and 1.3, none older; sessions are resumed; dot is the protocol")
def openssl_agrees(t):
    stage(t)
    for version, name, highest in (("-tls1_2", "TLSv1.2", ssl.TLSVersion.TLSv1_2),
                                   ("-tls1_3", "TLSv1.3", ssl.TLSVersion.TLSv1_3)):
        got = s_client(t, version, "-alpn", "dot", "-CAfile", t.root)
        assert name in got and "Verify return code: 0" in got and "ALPN protocol: dot" in got, got
        c, sessions = context(), []
        c.maximum_version = highest
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", t.tls), 10 * SLOW) as raw, \
                    c.wrap_socket(raw, session=sessions[-1] if sessions else None) as s:
                # With TLS 1.3 the ticket comes before the first reply.
                dns.query.send_tcp(s, dns.message.make_query(NAME, "A"))
                assert dns.query.receive_tcp(s)[0].answer and s.version() == name
                assert s.session_reused == bool(sessions), name
                sessions.append(s.session)
    assert "Cipher is (NONE)" in s_client(t, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
    assert "no application protocol" in s_client(t, "-alpn", "h2")
    assert counted(t, "tls-resumed") == 2


@scene("SIGHUP takes up a new certificate; a bad one is named, and the old one stays")
def renewal(t):
    stage(t)

    def shown():
        return "one root" if "issuer=CN = one root" in (got := s_client(t)) else \
            "two root" if "issuer=CN = two root" in got else got
    assert shown() == "one root"
    held = context().wrap_socket(socket.create_connection(("127.0.0.1", t.tls)))
    certify(t, "two")
    for end in (".pem", ".key"):
        os.replace(os.path.join(t.dir, "two" + end), os.path.join(t.dir, "one" + end))
    t.reload()
    assert shown() == "two root", "the same names, other files"
    dns.query.send_tcp(held, dns.message.make_query(NAME, "A"))
    assert dns.query.receive_tcp(held)[0].answer, "who was connected stays"
    t.write("one.key", "no key\n")
    t.reload()
    t.logged("one.key: no private key is in it")
    assert shown() == "two root" and good(t)
    os.unlink(os.path.join(t.dir, "one.pem"))
    t.reload()
    t.logged("one.pem: No such file or directory")
    assert shown() == "two root" and good(t)
    t.reload(conf(t).replace(secure("one"), ""))
    assert "192.0.2.80" in kdig(t, "+tcp", NAME), "and plain again"


@scene("-t names the file at fault, half a pair and TLS over UDP")
def checked(t):
    t.tls = free_port()
    certify(t, "one")
    certify(t, "two")
    base = conf(t)
    for text, why in (
            (base.replace("tls-key one.key", "tls-key two.key"), "does not belong to the certif"),
            (base.replace("one.key", "none.key"), "none.key: No such file"),
            (base.replace("    tls-key one.key\n", ""), "it needs tls-key"),
            (base.replace(listener("udp", t.port), listener("udp", t.port, secure("one"))),
             "TLS needs ip-protocol tcp"),
            (base + listener("udpx", t.port + 1, "    proxy-protocol-from { 1.2.3.4/8 }\n"),
             "not an address or a network")):
        t.configure(text)
        out = t.run([os.path.join(BIN, "gtmd"), "-t", "-c", t.conf])
        assert out.returncode == 1 and why in out.stdout, (why, out.stdout)


def hello():
    """The first flight of a client."""
    got, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    c = context().wrap_bio(got, out)
    with contextlib.suppress(ssl.SSLWantReadError):
        c.do_handshake()
    return c, got, out


def cut_second(t, keep):
    """Shakes hands up to the last flight, of which so many octets are sent."""
    c, got, out = hello()
    with socket.create_connection(("127.0.0.1", t.tls), 10 * SLOW) as s:
        s.sendall(out.read())
        while True:
            piece = s.recv(65536)
            got.write(piece)
            try:
                c.do_handshake()
                break
            except ssl.SSLWantReadError:
                assert piece, "ended early"
        last = out.read()
        s.sendall(last[:keep] if keep >= 0 else last)
        if keep % 2:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@scene("clients that end, reset or go silent at each step of a handshake disturb nobody")
def hostile(t):
    stage(t)
    with contextlib.ExitStack() as stack:
        first = hello()[2].read()
        for keep in range(0, len(first), 7):
            s = stack.enter_context(socket.create_connection(("127.0.0.1", t.tls)))
            s.sendall(first[:keep])
            if keep % 3 == 0:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if keep % 3 != 1:
                s.close()
        for keep in (*range(0, 80, 9), -1, -2):
            cut_second(t, keep)
        for junk in (b"\x16\x03\x01\xff\xff" + b"x" * 70000, b"\0" * 3000,
                     b"GET / HTTP/1.0\r\n\r\n"):
            s = stack.enter_context(socket.create_connection(("127.0.0.1", t.tls)))
            with contextlib.suppress(ConnectionError):
                s.sendall(junk)
        assert good(t)
    assert counted(t, "tls-failed") > 20
    assert good(t)


@scene("a storm of handshakes: plain TCP and TLS clients of before are answered all the while")
def storm(t):
    stage(t)
    held = context().wrap_socket(socket.create_connection(("127.0.0.1", t.tls), 10 * SLOW))
    first, ending = hello()[2].read(), threading.Event()

    def shake_on():
        while not ending.is_set():
            with contextlib.ExitStack() as stack:
                for _ in range(100):
                    s = stack.enter_context(socket.create_connection(("127.0.0.1", t.tls)))
                    with contextlib.suppress(ConnectionError):
                        s.sendall(first)
    attack = threading.Thread(target=shake_on)
    attack.start()
    try:
        for _ in range(40):
            dns.query.send_tcp(held, dns.message.make_query(NAME, "A"))
            assert dns.query.receive_tcp(held)[0].answer
            assert t.answer(NAME, tcp=True) == ["192.0.2.80"]
        for _ in range(5):
            assert good(t)
    finally:
        ending.set()
        attack.join()


# ---- proxies ----

def ask(sock, cookie=None):
    """A query with a cookie; returns the cookie that came back."""
    q = dns.message.make_query(NAME, "A", use_edns=0, options=[
        dns.edns.GenericOption(10, cookie or bytes(range(8)))])
    dns.query.send_tcp(sock, q)
    return taken(dns.query.receive_tcp(sock)[0])


def taken(reply):
    assert reply.answer[0][0].to_text() == "192.0.2.80"
    return next(o for o in reply.options if o.otype == 10).to_wire()


def header(source, port=4242, command=0x21, fields=b""):
    body = socket.inet_aton(source) + socket.inet_aton("127.0.0.1") + struct.pack("!HH", port, 53)
    return (SIGNATURE + bytes([command, 0x12]) + struct.pack("!H", len(body + fields))
            + body + fields)


def haproxy(t, front, back, send="send-proxy-v2"):
    path = t.write(f"haproxy{front}.cfg", f"""
defaults
    mode tcp
    timeout connect 5s
    timeout client 20s
    timeout server 20s
listen dns
    bind 127.0.0.1:{front}
    server gtm 127.0.0.1:{back} {send}
""")
    p = Process(t, f"haproxy{front}", [need("haproxy"), "-db", "-f", path])
    eventually(lambda: not socket.socket().connect_ex(("127.0.0.1", front)), what="HAProxy up")
    return p


def through(front, source):
    return socket.create_connection(("127.0.0.1", front), 10 * SLOW, (source, 0))


@scene("HAProxy in front, plain and TLS: the address that counts is the client's")
def fronts(t):
    ports = [free_port() for _ in range(5)]
    plain, inner, front, front_tls, bare = ports
    allow = "    proxy-protocol-from { 127.0.0.1 }\n"
    stage(t, listener("tcpp", plain, allow) + listener("tlsp", inner, allow + secure("one")))
    haproxy(t, front, plain)
    haproxy(t, front_tls, inner)
    haproxy(t, bare, plain, "")
    for wrap, port in ((lambda s: s, front), (context().wrap_socket, front_tls)):
        with wrap(through(port, "127.0.0.9")) as s:
            cookie = ask(s)
            was = counted(t, "cookie-good")
            ask(s, cookie)
            assert counted(t, "cookie-good") == was + 1
        with through(t.port, "127.0.0.9") as s:
            ask(s, cookie)
        assert counted(t, "cookie-good") == was + 2, "the address of who asks by himself"
        with wrap(through(port, "127.0.0.8")) as s:
            ask(s, cookie)
        assert counted(t, "cookie-good") == was + 2, "another client, the same proxy"
    with through(bare, "127.0.0.9") as s:
        with contextlib.suppress(ConnectionError):
            dns.query.send_tcp(s, dns.message.make_query(NAME, "A"))
            assert s.recv(100) == b"", "a named source has to send a header"
    assert counted(t, "proxy-refused") >= 1


@scene("headers over UDP count from named sources; all else that has one, or lacks it, is dropped")
def datagrams(t):
    port = free_port()
    stage(t, listener("udpp", port, "    proxy-protocol-from { 127.0.0.4 127.0.0.6/31 }\n"))
    query = dns.message.make_query(NAME, "A", use_edns=0, options=[
        dns.edns.GenericOption(10, bytes(range(8)))]).to_wire()
    plain = dns.message.make_query(NAME, "A").to_wire()

    def send(source, *datagrams):
        """The replies to the last one: it is honest, so that nothing is waited for."""
        with socket.socket(type=socket.SOCK_DGRAM) as s:
            s.bind((source, 0))
            s.settimeout(10 * SLOW)
            for d in datagrams:
                s.sendto(d, ("127.0.0.1", port))
            return dns.message.from_wire(s.recv(4096))
    cookie = taken(send("127.0.0.4", header("192.0.2.7") + query))
    again = dns.message.make_query(NAME, "A", use_edns=0, options=[
        dns.edns.GenericOption(10, cookie)]).to_wire()
    was = counted(t, "cookie-good")
    send("127.0.0.7", header("192.0.2.7", fields=b"\x04\0\3abc") + again)
    assert counted(t, "cookie-good") == was + 1
    send("127.0.0.7", header("192.0.2.8") + again)
    send("127.0.0.7", SIGNATURE + b"\x20\0\0\0" + again)
    assert counted(t, "cookie-good") == was + 1, "another client, and the proxy itself"
    refused = counted(t, "proxy-refused")
    honest = header("192.0.2.7") + plain
    last = dns.message.from_wire(plain).id
    assert send("127.0.0.4", query, header("192.0.2.7")[:20], SIGNATURE, b"",
                header("192.0.2.7", command=0x11) + query, honest).id == last
    assert counted(t, "proxy-refused") == refused + 5
    assert send("127.0.0.5", header("192.0.2.7") + query, plain).id == last, "not for this one"
    assert counted(t, "proxy-refused") == refused + 6


@scene("who takes over by --replace speaks TLS where it was spoken, and asks for headers, too")
def replaced(t):
    port = free_port()
    stage(t, listener("udpp", port, "    proxy-protocol-from { 127.0.0.4 }\n")
          + "gtm global-settings dns {\n    tcp-idle-timeout 600000\n}\n")
    query = dns.message.make_query(NAME, "A")
    for n in range(2):
        with socket.create_connection(("127.0.0.1", t.tls), 10 * SLOW) as half, \
                socket.socket(type=socket.SOCK_DGRAM) as s:
            half.sendall(hello()[2].read()[:50])
            was = t.gtmd
            t.start(args=("--replace",))
            assert good(t)
            assert was.wait(10) == 0, was.output()
            assert half.recv(1) == b""
            for _ in range(3):
                assert good(t)
            s.bind(("127.0.0.4", 0))
            s.settimeout(10 * SLOW)
            for d in (query.to_wire(), header("192.0.2.7") + query.to_wire()):
                s.sendto(d, ("127.0.0.1", port))
            assert s.recv(4096)
            assert counted(t, "proxy-refused") == n + 1
    t.reload(conf(t, more=listener("udpp", port)))
    assert good(t)


if __name__ == "__main__":
    main()
