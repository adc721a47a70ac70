#!/usr/bin/python3
"""Monitors of name servers, gRPC, Redis, PostgreSQL and MySQL before the real
programs: what is up, what is down, and the words for it."""
import os
import shutil
import signal
import socket
import subprocess
import sys

from lib.control import Control
from lib.scene import Process, Skip, eventually, main, need, scene

UP = 'up cause="UP"'
# Answers each query, but as one who has only guessed at it.
LIAR = """
import socket, sys
what, addr, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
s = socket.socket(type=socket.SOCK_DGRAM)
s.bind((addr, port))
print("bound", flush=True)
while True:
    q, peer = s.recvfrom(512)
    r = bytearray(q + b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\5\\0\\4\\xc0\\0\\2\\1")
    r[2:4], r[7] = b"\\x81\\x80", 1
    if what == "number":
        r[0] ^= 1
    elif what == "case":
        r[12:len(q) - 4] = bytes(q[12:-4]).swapcase()
    if what != "silent":
        s.sendto(r, peer)
"""

GRPC = """
import sys, grpc
from concurrent import futures
addr, port, tls, cert, key = sys.argv[1:6]
HEALTH = {b"": 1, b"\\n\\3a.B": 2, b"\\n\\3a.C": 1}

def check(request, context):
    if request not in HEALTH:
        context.abort(grpc.StatusCode.NOT_FOUND, "no such service")
    return b"\\x08" + bytes([HEALTH[request]])

class Health(grpc.GenericRpcHandler):
    def service(self, details):
        if details.method == "/grpc.health.v1.Health/Check":
            return grpc.unary_unary_rpc_method_handler(check)

def serve(port, handlers, credentials=None):
    s = grpc.server(futures.ThreadPoolExecutor(2), handlers=handlers)
    if credentials is None:
        s.add_insecure_port(f"{addr}:{port}")
    else:
        s.add_secure_port(f"{addr}:{port}", credentials)
    s.start()
    return s

pair = (open(key, "rb").read(), open(cert, "rb").read())
all = [serve(port, [Health()]), serve(int(port) + 1, []),
       serve(tls, [Health()], grpc.ssl_server_credentials([pair]))]
print("serving", flush=True)
all[0].wait_for_termination()
"""


def watch(rows):
    """A monitor and a server for each (name, type, address, port, properties)."""
    text = "gtm datacenter /Common/dc { }\n"
    for name, kind, addr, port, body in rows:
        lines = "".join(f"    {line}\n" for line in body)
        text += (f"gtm monitor {kind} /Common/{name} {{\n"
                 f"    defaults-from /Common/{kind.replace('-', '_')}\n    interval 1\n"
                 f"    probe-timeout 2\n    timeout 4\n{lines}}}\n"
                 f"gtm server /Common/{name} {{\n    datacenter /Common/dc\n"
                 f"    monitor /Common/{name}\n    product generic-host\n"
                 f"    virtual-servers {{\n        v {{\n"
                 f"            destination {addr}:{port}\n        }}\n    }}\n}}\n")
    return text


def newest(t, name):
    """What is known of a monitor's one target, in the words of the log."""
    if not hasattr(t, "control"):
        t.control = Control(t)
    for item in t.control.ok("GET", "probe")["items"]:
        if item["monitor"] == f"/Common/{name}":
            return f'{item["state"]} cause="{item.get("reason")}"'
    return "no such target"


def becomes(t, wants, seconds=12):
    """Each monitor ends up with these words in its newest state."""
    for name, words in wants.items():
        eventually(lambda: words in newest(t, name), seconds,
                   f"{name}: {words}; it is {newest(t, name)}")


def play(t, rows, prefix=()):
    """rows as watch() takes them, each with the words wanted at its end."""
    t.start(watch([r[:5] for r in rows]), prefix=prefix)
    becomes(t, {r[0]: r[5] for r in rows})


def script(t, text, *words, says="bound"):
    p = Process(t, f"script{len(t.processes)}",
                [sys.executable, "-c", text, *map(str, words)])
    eventually(lambda: says in p.output(), 10, f"{says}\n{p.output()}")
    return p


def open_at(addr, port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex((addr, port)) == 0


def unprivileged(t, name):
    """A folder for a server, and what to put before its commands: nobody's."""
    path = os.path.join(t.dir, name)
    os.makedirs(path)
    if os.geteuid() != 0:
        return path, []
    os.chown(path, 65534, 65534)
    return path, [need("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups"]


def unbound(t, addr, port):
    many = "".join(f'    local-data: "big.example.com. A 192.0.2.{i}"\n' for i in range(1, 90))
    conf = t.write("unbound.conf", f"""
server:
    interface: {addr}
    port: {port}
    access-control: 127.0.0.0/8 allow
    do-daemonize: no
    username: ""
    chroot: ""
    pidfile: ""
    use-syslog: no
    num-threads: 1
    module-config: "iterator"
    local-zone: "example.com." static
    local-data: "www.example.com. A 192.0.2.1"
    local-data: "www6.example.com. AAAA 2001:db8::1"
{many}
forward-zone:
    name: "fail.example.net."
    forward-addr: {addr}@1
remote-control:
    control-enable: no
""")
    p = Process(t, "unbound", [need("unbound"), "-d", "-p", "-c", conf])
    eventually(lambda: open_at(addr, port), 10, f"unbound\n{p.output()}")
    return p


@scene("dns: records, addresses, rcodes and cut answers of unbound; guesses are not heard")
def name_servers(t):
    port, real, liar = t.web_port, f"{t.net}.1", f"{t.net}.2"
    resolver = unbound(t, real, port)
    for i, what in enumerate(("number", "case", "silent")):
        script(t, LIAR, what, f"{t.net}.{10 + i}", port)
    www = "qname www.example.com"
    rows = [
        ("good", real, [www, "recv 192.0.2.1"], UP),
        ("six", real, ["qname www6.example.com", "qtype aaaa", "recv 2001:db8::1"], UP),
        ("cut", real, ["qname big.example.com", "recv 192.0.2.88"], UP),
        ("bytcp", real, ["qname big.example.com", "protocol tcp"], UP),
        ("wrong", real, [www, "recv 192.0.2.9"], 'no match for "192.0.2.9" in the first '),
        ("reversed", real, [www, "recv 192.0.2.1", "reverse enabled"], 'match for "192.0.2.1"'),
        ("nx", real, ["qname no.example.com"], 'cause="rcode 3 (NXDOMAIN)"'),
        ("nxany", real, ["qname no.example.com", "accept-rcode anything"], UP),
        ("nodata", real, [www, "qtype aaaa"], 'cause="answer has no record that is wanted"'),
        ("empty", real, [www, "qtype aaaa", "answer-contains anything"], UP),
        ("fails", real, ["qname www.fail.example.net"], 'cause="rcode 2 (SERVFAIL)"'),
        ("nobody", liar, [www], 'cause="connection refused"'),
        ("number", f"{t.net}.10", [www], 'cause="timed out"'),
        ("case", f"{t.net}.11", [www], 'cause="timed out"'),
        ("silent", f"{t.net}.12", [www], 'cause="timed out"'),
    ]
    play(t, [(n, "dns", a, port, body, words) for n, a, body, words in rows])
    resolver.stop()
    becomes(t, {"good": 'down cause="connection refused"',
                "bytcp": 'down cause="connection refused"'})


@scene("dns: gtmd watches a gtmd, and takes an answer for what it is")
def gtmd_itself(t):
    names = ("yes.example.org", "no.example.org")
    text = watch([("yes", "dns", "127.0.0.1", t.port, [f"qname {names[0]}", "recv 192.0.2.5"]),
                  ("no", "dns", "127.0.0.1", t.port, ["qname www.example.net"])])
    text += ("gtm server /Common/web {\n    datacenter /Common/dc\n    product generic-host\n"
             "    virtual-servers {\n        v {\n            destination 192.0.2.5:80\n"
             "        }\n    }\n}\n"
             "gtm pool a /Common/p {\n    members {\n        /Common/web:v { }\n    }\n}\n"
             f"gtm wideip a /Common/{names[0]} {{\n    pools {{\n        /Common/p {{ }}\n"
             "    }\n}\n")
    t.start(text)
    becomes(t, {"yes": UP, "no": 'cause="rcode 5 (REFUSED)"'})


def certificate(t):
    cert, key = f"{t.dir}/cert.pem", f"{t.dir}/key.pem"
    subprocess.run([need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "9", "-subj", "/CN=www.test",
                    "-addext", "subjectAltName=DNS:www.test", "-keyout", key, "-out", cert],
                   check=True, stderr=subprocess.DEVNULL)
    return cert, key


@scene("grpc-health: a server and its services, in the clear and over TLS; others are told")
def grpc(t):
    try:
        import grpc as _
    except ImportError as e:
        raise Skip("needs python3-grpcio") from e
    addr, tls, web = f"{t.net}.1", t.web_port, t.site("web", 2)
    plain = next(p for p in range(32001, 32700)
                 if not open_at(addr, p) and not open_at(addr, p + 1))
    cert, key = certificate(t)
    server = script(t, GRPC, addr, plain, tls, cert, key, says="serving")
    trust = ["tls enabled", "verify enabled", f"ca-file {cert}"]
    rows = [
        ("whole", addr, plain, [], UP),
        ("well", addr, plain, ["service a.C"], UP),
        ("ill", addr, plain, ["service a.B"], 'cause="health is NOT_SERVING"'),
        ("unknown", addr, plain, ["service x"], 'cause="grpc-status 5 (NOT_FOUND)"'),
        ("without", addr, plain + 1, [], 'cause="grpc-status 12 (UNIMPLEMENTED)"'),
        ("tls", addr, tls, ["tls enabled"], UP),
        ("trusted", addr, tls, trust + ["host www.test"], UP),
        ("other", addr, tls, trust + ["host other.test"], 'cause="certificate is not trusted"'),
        ("clear", addr, tls, [], "down cause="),
        ("notls", addr, plain, ["tls enabled"], 'cause="TLS handshake failed"'),
        ("http", web.addr, web.port, [], 'cause="reply is not of this protocol"'),
        ("nobody", f"{t.net}.3", plain, [], 'cause="connection refused"'),
    ]
    play(t, [(n, "grpc-health", a, p, body, words) for n, a, p, body, words in rows])
    server.stop()
    becomes(t, {"whole": "down cause=", "trusted": "down cause="})


def redis_server(t, name, addr, port, *more):
    path, as_user = unprivileged(t, name)
    p = Process(t, name, [*as_user, need("redis-server"), "--bind", addr, "--port", str(port),
                          "--dir", path, "--save", "", *more])
    eventually(lambda: open_at(addr, port), 10, f"redis\n{p.output()}")
    return p


def pinged(addr, port):
    """A connection that is one of the server's clients."""
    s = socket.create_connection((addr, port))
    s.sendall(b"PING\r\n")
    if s.recv(64) == b"+PONG\r\n":
        return s
    s.close()
    return None


@scene("redis: PONG is up; a password, a master or a server that is missing is told")
def redis(t):
    port = t.web_port
    safe, replica = f"{t.net}.1", f"{t.net}.2"
    redis_server(t, "safe", safe, port, "--requirepass", "se cret")
    last = redis_server(t, "replica", replica, port, "--replicaof", f"{t.net}.3", str(port),
                        "--replica-serve-stale-data", "no")
    full = redis_server(t, "full", f"{t.net}.4", port, "--maxclients", "1")
    held = eventually(lambda: pinged(f"{t.net}.4", port), 5, "the only client")
    password = 'password "se cret"'
    rows = [
        ("good", safe, [password], UP),
        ("user", safe, ["username default", password], UP),
        ("without", safe, [], 'cause="server says NOAUTH"'),
        ("wrong", safe, ["password other"], 'cause="server says WRONGPASS"'),
        ("orphan", replica, [], 'cause="server says MASTERDOWN"'),
        ("full", f"{t.net}.4", [], 'cause="server says ERR"'),
        ("nobody", f"{t.net}.3", [], 'cause="connection refused"'),
    ]
    play(t, [(n, "redis", a, port, body, words) for n, a, body, words in rows])
    held.close()
    becomes(t, {"full": UP})
    for p in (last, full):
        p.stop()
    becomes(t, {"orphan": "connection refused", "full": "connection refused"})


def postgres_tool(name):
    for path in (shutil.which(name), "/usr/lib/postgresql/15/bin/" + name):
        if path is not None and os.path.exists(path):
            return path
    raise Skip(f"needs {name}")


@scene("postgresql: who asks who we are serves; a server that takes nobody is down")
def postgresql(t):
    addr, port = f"{t.net}.1", t.web_port
    path, as_user = unprivileged(t, "pg")
    data = f"{path}/data"
    made = t.run([*as_user, postgres_tool("initdb"), "-D", data, "-U", "owner", "-A", "trust", "-N",
                  "--no-locale", "-E", "UTF8"], cwd=path)
    assert made.returncode == 0, made.stdout
    with open(f"{data}/pg_hba.conf", "w", encoding="ascii") as f:
        f.write("host all owner 127.0.0.0/8 trust\nhost all gtmd 127.0.0.0/8 scram-sha-256\n")
    argv = [*as_user, postgres_tool("postgres"), "-D", data, "-h", addr, "-p", str(port), "-k",
            path, "-c", "fsync=off", "-c", "shared_buffers=1MB", "-c", "max_connections=5"]
    server = Process(t, "postgres", argv, cwd=path)
    eventually(lambda: open_at(addr, port), 20, f"postgres\n{server.output()}")
    rows = [("asked", addr, [], UP), ("entered", addr, ["username owner"], UP),
            ("stranger", addr, ["username nobody"], UP),
            ("nobody", f"{t.net}.2", [], 'cause="connection refused"')]
    play(t, [(n, "postgresql", a, port, body, words) for n, a, body, words in rows])
    assert "reset by peer" not in server.output() and "unexpected EOF" not in server.output()
    server.stop(signal.SIGINT)		# at once
    becomes(t, {"asked": 'down cause="connection refused"'})
    with open(f"{data}/standby.signal", "w", encoding="ascii"):
        pass
    server = Process(t, "standby", [*argv, "-c", "hot_standby=off"], cwd=path)
    becomes(t, {n: 'down cause="server says SQLSTATE 57P03"' for n in ("asked", "entered")}, 20)
    server.stop(signal.SIGINT)


@scene("mysql: a greeting and a denial are up, a server that is full is down")
def mysql(t):
    addr, port = f"{t.net}.1", t.web_port
    path, as_user = unprivileged(t, "my")
    data = f"{path}/data"
    small = ["--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M", f"--tmpdir={path}"]
    share = "/usr/share/mysql/mysql_"
    os.mkdir(data)
    if as_user:
        os.chown(data, 65534, 65534)
    tables = "create database mysql;\nuse mysql;\nset @auth_root_socket=NULL;\n"
    for part in ("system_tables", "performance_tables", "system_tables_data"):
        with open(f"{share}{part}.sql", encoding="utf-8") as f:
            tables += "".join(line for line in f if "@current_hostname" not in line)
    made = subprocess.run([*as_user, need("mariadbd"), "--no-defaults", f"--datadir={data}",
                           "--bootstrap", *small], input=tables.encode(), check=False, cwd=path,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert made.returncode == 0, made.stdout.decode(errors="replace")[-3000:]
    server = Process(t, "mariadbd", [
        *as_user, need("mariadbd"), "--no-defaults", f"--datadir={data}", f"--socket={path}/s",
        f"--bind-address={addr}", f"--port={port}", f"--pid-file={path}/pid",
        "--max-connections=10", "--skip-log-bin", *small], cwd=path)
    eventually(lambda: open_at(addr, port), 20, f"mariadbd\n{server.output()}")
    rows = [("denied", addr, [], UP), ("entered", addr, ["username root"], UP),
            ("nobody", f"{t.net}.2", [], 'cause="connection refused"')]
    play(t, [(n, "mysql", a, port, body, words) for n, a, body, words in rows])
    held = [socket.create_connection((addr, port)) for _ in range(14)]
    becomes(t, {n: 'down cause="server says error 1040 (too many connections)"'
                for n in ("denied", "entered")})
    for s in held:
        s.close()
    becomes(t, {"denied": UP, "entered": UP})
    server.stop()
    becomes(t, {"denied": 'down cause="connection refused"'})


if __name__ == "__main__":
    main()
