#!/usr/bin/python3
"""gtmrestd: who gets in, what is passed on, and what happens to hostile HTTP."""
import datetime
import os
import pwd
import signal
import socket
import ssl
import stat

from lib import guide
from lib.front import PASSWORD, Front
from lib.scene import BIN, eventually, main, need, need_root, scene

NAME = "vmhttp.siterequest.com"


def stage(t, *users):
    a, b = t.site("local", 10), t.site("remote", 20)
    t.start(guide.application(t, a, b))
    t.becomes(NAME, [a.addr])
    return Front(t, *users)


SETUP = "/mgmt/shared/authn/setup"


def first_token(f):
    """What this start's log says, and that it says it once."""
    line, = [x for x in f.process.output().splitlines() if " first-start " in x]
    return line.partition("token=")[2].split()[0]


@scene("a first start has no password: the token in its log sets one, once")
def first(t):
    f = Front(t, first=True)
    token = first_token(f)
    assert len(token) == 64, token
    assert f.login("admin", "admin")[0] == 401
    f.process.stop()
    f.start()
    again = first_token(f)
    assert again != token, "a restart prints another"
    ask = {"token": token, "username": "admin", "password": PASSWORD}
    assert f.ask("POST", SETUP, ask)[0] == 401
    status, reply, _ = f.ask("POST", SETUP, {**ask, "token": again, "password": "short"})
    assert status == 400 and "8 to 256" in reply["message"], reply
    status, reply, _ = f.ask("POST", SETUP, {**ask, "token": again})
    assert status == 200, reply
    assert f.ask("GET", "/mgmt/tm/sys", token=reply["token"]["token"])[0] == 200
    assert f.ask("POST", SETUP, {**ask, "token": again})[0] == 409
    assert f.login("admin")[0] == 200
    f.process.stop()
    f.start()
    assert " first-start " not in f.process.output(), "there is a user now"
    for name in os.listdir(f.state):
        path = os.path.join(f.state, name)
        assert stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0 or name == "cert.pem", name
        with open(path, encoding="ascii") as u:
            text = u.read()
        assert PASSWORD not in text and token not in text and again not in text, name


@scene("--user is who it runs as, without root's groups; its files are his")
def user(t):
    need_root()
    f = Front(t, args=["--user", "nobody"])
    nobody = pwd.getpwnam("nobody")
    with open(f"/proc/{f.process.pid}/status", encoding="ascii") as s:
        status = dict(x.split(":\t", 1) for x in s.read().splitlines() if ":\t" in x)
    assert status["Uid"].split() == [str(nobody.pw_uid)] * 4, status["Uid"]
    assert status["Gid"].split() == [str(nobody.pw_gid)] * 4, status["Gid"]
    assert "0" not in status["Groups"].split(), status["Groups"]
    assert int(status["CapEff"], 16) == 0 and status["NoNewPrivs"].strip() == "1"
    assert f.login("admin")[0] == 200
    for name in ("users", "key.pem", "audit.log"):
        assert os.stat(os.path.join(f.state, name)).st_uid == nobody.pw_uid, name


@scene("a certificate given: a wrong key is refused, a late one served, each with a sentence")
def given(t):
    def openssl(*words):
        out = t.run([need("openssl"), *words])
        assert out.returncode == 0, out.stdout

    def make(name, end):
        key, csr, cert = (os.path.join(t.dir, f"{name}.{x}") for x in ("key", "csr", "pem"))
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", "/CN=localhost", "-keyout", key, "-out", csr)
        t.write(f"{name}.db", "")
        conf = t.write(f"{name}.cnf", f"""[ca]
default_ca = one
[one]
database = {t.dir}/{name}.db
new_certs_dir = {t.dir}
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
""")
        openssl("ca", "-batch", "-selfsign", "-notext", "-config", conf, "-in", csr,
                "-keyfile", key, "-out", cert, "-startdate", "20200101000000Z", "-enddate", end)
        return cert, key
    cert, key = make("good", "20490101000000Z")
    other, _ = make("other", "20490101000000Z")
    out = t.run([os.path.join(BIN, "gtmrestd"), "--state", os.path.join(t.dir, "x"), "--listen",
                 "127.0.0.1:0", "--cert", other, "--key", key])
    assert out.returncode == 1 and "the key is not the certificate's" in out.stdout, out.stdout
    f = Front(t, args=["--cert", cert, "--key", key])
    seen = ssl.get_server_certificate(("127.0.0.1", f.port))
    with open(cert, encoding="ascii") as c:
        assert seen.strip() == c.read().strip()
    f.process.stop()
    late, key = make("late", "20210101000000Z")
    f.args = ["--cert", late, "--key", key]
    f.start()
    assert "the certificate expired on" in f.process.output()
    assert f.login("admin")[0] == 200


@scene("a token is what iControl REST clients expect, and ends at DELETE")
def token(t):
    f = Front(t)
    status, reply, _ = f.login("admin")
    assert status == 200 and reply["username"] == "admin", reply
    tok = reply["token"]
    assert tok["timeout"] == 1200 and tok["token"] == tok["name"], tok
    assert tok["expirationMicros"] - tok["lastUpdateMicros"] == 1200 * 10**6, tok
    url = "/mgmt/shared/authz/tokens/" + tok["token"]
    assert f.ask("GET", "/mgmt/tm/sys/", token=tok["token"])[1]["selfLink"].endswith(
        "?ver=15.1.2.1")
    provision = f.ask("GET", "/mgmt/tm/sys/provision", token=tok["token"])[1]
    assert [(i["name"], i["level"]) for i in provision["items"]] == [("gtm", "nominal")]
    status, reply, _ = f.ask("PATCH", url, {"timeout": 36000}, token=tok["token"])
    assert (status, reply["timeout"]) == (200, 36000), reply
    for bad in (0, 36001, "60", 1.5, True):
        assert f.ask("PATCH", url, {"timeout": bad}, token=tok["token"])[0] == 400, bad
    assert f.ask("DELETE", url, token=tok["token"])[0] == 200
    assert f.ask("GET", "/mgmt/tm/sys", token=tok["token"])[0] == 401


@scene("a new password ends the tokens of the old one at once")
def password(t):
    f = Front(t)
    tok = f.login("admin")[1]["token"]["token"]
    assert f.ask("GET", "/mgmt/tm/sys", token=tok)[0] == 200
    f.set_password("admin", "admin", "another one")
    assert f.ask("GET", "/mgmt/tm/sys", token=tok)[0] == 401
    assert f.login("admin", "another one")[0] == 200


@scene("five wrong passwords lock user and source: 429 with Retry-After, right or wrong")
def lockout(t):
    f = Front(t)
    for _ in range(5):
        status, reply, _ = f.login("admin", "wrong wrong")
        assert (status, reply["message"]) == (401, "Authentication failed."), reply
    for word in (PASSWORD, "wrong wrong"):
        status, _, headers = f.login("admin", word)
        assert status == 429 and 0 < int(headers["Retry-After"]) <= 60, status
    assert f.login("somebody", "wrong wrong")[0] == 429


@scene("each role reaches as far as it may, through to gtmd, and the change is in the answers")
def roles(t):
    f = stage(t, "guest", "operator", "manager")
    pool = "/mgmt/tm/gtm/pool/a/~Common~Local_pool"
    status, reply, headers = f.ask("GET", pool, user="guest")
    assert status == 200 and reply["fullPath"] == "/Common/Local_pool", reply
    assert "application/json" in headers["Content-Type"]
    assert f.ask("PATCH", pool, {"disabled": True}, user="guest")[0] == 403
    assert f.ask("PATCH", pool, {"ttl": 20}, user="operator")[0] == 403
    assert f.ask("DELETE", pool, user="operator")[0] == 403
    assert f.ask("POST", "/mgmt/tm/gtm/datacenter", {"name": "x"}, user="operator")[0] == 403
    remote = t.answer(NAME)
    assert f.ask("PATCH", pool, {"disabled": True}, user="operator")[0] == 200
    eventually(lambda: t.answer(NAME) != remote, 5, "the other pool answers")
    assert f.ask("POST", "/mgmt/tm/gtm/datacenter", {"name": "x"}, user="manager")[0] == 200
    assert f.ask("DELETE", "/mgmt/tm/gtm/datacenter/x", user="manager")[0] == 200
    assert f.ask("GET", "/mgmt/tm/gtm/datacenter/x", user="manager")[0] == 404
    assert f.ask("POST", "/mgmt/tm/util/unix-rm", {"command": "run"}, user="admin")[0] == 404


def run(f, command, user="admin"):
    return f.ask("POST", "/mgmt/tm/util/bash", {"command": "run", "utilCmdArgs": command},
                 user=user)[:2]


@scene("util/bash knows a few commands, each with the rights of what it stands for")
def bash(t):
    f = stage(t, "guest", "manager")
    status, reply = run(f, '-c "cat /proc/uptime"', "guest")
    assert status == 200 and float(reply["commandResult"].split()[0]) > 0, reply
    assert "Product: gtmd\n" in run(f, '-c "cat /VERSION"')[1]["commandResult"]
    assert "commandResult" not in run(f, "-c \"ps aux | grep '[m]prov'\"")[1]
    for evil in ('-c "id"', '-c "cat /etc/passwd"', '-c "cat /VERSION; id"', '-c "$(id)"',
                 '-c "tmsh save sys config > /tmp/x"'):
        status, reply = run(f, evil)
        assert status == 403 and "no shell" in reply["message"], (evil, status, reply)
    with open(t.conf, encoding="utf-8") as c:
        before = c.read()
    assert f.ask("POST", "/mgmt/tm/gtm/datacenter", {"name": "x"}, user="manager")[0] == 200
    assert run(f, '-c "tmsh save sys config"', "guest")[0] == 403
    status, reply = run(f, '-c "tmsh save sys config"', "manager")
    assert (status, reply["kind"]) == (200, "tm:util:bash:runstate"), reply
    assert "Saving" in reply["commandResult"], reply
    with open(t.conf, encoding="utf-8") as c:
        assert "gtm datacenter /Common/x" not in before and "/Common/x" in c.read()
    create = '-c "tmsh create gtm region /Common/EU1 region-members add { country FR } "'
    assert run(f, create, "guest")[0] == 403
    status, reply = run(f, create, "manager")
    there = f.ask("GET", "/mgmt/tm/gtm/region/~Common~EU1", user="guest")[0]
    assert (status, there) in ((200, 200), (400, 404)), (status, there, reply)


@scene("what clients ask about the box before they start")
def box(t):
    f = stage(t, "guest")
    get = lambda path: f.ask("GET", "/mgmt/tm/" + path, user="guest")[1]
    assert get("sys/")["selfLink"] == "https://localhost/mgmt/tm/sys?ver=15.1.2.1"
    assert get("sys/provision/gtm")["level"] == "nominal"
    assert "items" not in get("net/self")
    inner = get("sys/clock")["entries"]["https://localhost/mgmt/tm/sys/clock/0"]
    date = inner["nestedStats"]["entries"]["fullDate"]["description"]
    datetime.datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ")
    assert get("cm/device?$top=10&$skip=0")["items"][0]["selfDevice"] == "true"
    assert "items" not in get("cm/device?$top=10&$skip=10")
    assert get("sys/available")["kind"] == "tm:sys:available:availablestate"
    assert "entries" in get("sys/version")
    assert f.ask("PATCH", "/mgmt/tm/sys/provision/gtm", {"level": "none"}, user="admin")[0] == 404


@scene("headers of a stranger are nobody's: roles come from the log-in alone")
def headers(t):
    f = stage(t, "guest")
    pool = "/mgmt/tm/gtm/pool/a/~Common~Local_pool"
    assert f.ask("PATCH", pool, {"ttl": 20}, user="guest", X_Gtm_Role="admin",
                 X_Gtm_User="admin")[0] == 403
    assert f.ask("GET", pool, X_Gtm_Role="admin", X_Gtm_User="admin")[0] == 401
    tok = f.login("guest")[1]["token"]["token"]
    assert f.ask("GET", pool, token=tok, Connection="X-F5-Auth-Token")[0] == 200
    assert f.ask("GET", pool, token="0" * 64, Connection="X-F5-Auth-Token")[0] == 401
    assert f.ask("GET", pool, token=tok, Origin="https://elsewhere")[0] == 403


@scene("framing that two programs might read in two ways is refused")
def framing(t):
    f = Front(t)
    host = b"Host: a\r\n"
    for lines in (b"Content-Length: 2\r\nContent-Length: 2\r\n",
                  b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                  b"Transfer-Encoding: gzip, chunked\r\n", b"Content-Length: +2\r\n",
                  b"Host: b\r\n"):
        got = f.raw(b"POST /mgmt/shared/authn/login HTTP/1.1\r\n" + host + lines + b"\r\n{}")
        assert got == 400, (lines, got)
    for target in (b"https://a/mgmt/tm/sys", b"/mgmt/tm/../sys", b"/mgmt/tm/%2e%2e/sys",
                   b"/mgmt/tm/..;/sys", b"//mgmt/tm/sys", b"/mgmt/tm/%00", b"/mgmt/%zz", b"*"):
        got = f.raw(b"GET " + target + b" HTTP/1.1\r\n" + host + b"\r\n")
        assert got == 400, (target, got)
    assert f.raw(b"OPTIONS /mgmt/tm/sys HTTP/1.1\r\n" + host + b"\r\n") == 200
    assert f.raw(b"GET /mgmt/tm/sys HTTP/1.1\r\n" + host + b"\r\n") == 401
    assert f.raw(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + host + b"\r\n") == 414
    assert f.raw(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n") == 431
    assert f.raw(b"POST /mgmt/shared/authn/login HTTP/1.1\r\n" + host +
                 b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n" +
                 b" " * 5000) == 413


@scene("bodies have bounds, a type and a depth; wrong ones change nothing")
def bodies(t):
    f = stage(t)
    url = "/mgmt/tm/gtm/datacenter"
    tok = f.login("admin")[1]["token"]["token"]
    json_type = {"Content_Type": "application/json"}
    assert f.ask("POST", url, b'{"name":"x"}', token=tok, Content_Type="text/plain")[0] == 415
    assert f.ask("POST", url, b'{"name":"x"', token=tok, **json_type)[0] == 400
    assert f.ask("POST", url, b'{"name":"x\0"}', token=tok, **json_type)[0] == 400
    assert f.ask("POST", url, b"[" * 100000, token=tok, **json_type)[0] == 400
    assert f.ask("POST", "/mgmt/shared/authn/login", b"[" * 4000, **json_type)[0] == 400
    head = f"POST {url} HTTP/1.1\r\nHost: a\r\nX-F5-Auth-Token: {tok}\r\n" \
           "Content-Type: application/json\r\nContent-Length: 1048577\r\n\r\n"
    assert f.raw(head.encode()) == 413
    assert f.ask("GET", url + "/x", token=tok)[0] == 404


@scene("gtmd away is 503 with the words that clients wait for, and then it goes on")
def away(t):
    f = stage(t)
    tok = f.login("admin")[1]["token"]["token"]
    assert f.ask("GET", "/mgmt/tm/gtm/pool/a", token=tok)[0] == 200
    t.gtmd.stop()
    status, reply, headers = f.ask("GET", "/mgmt/tm/gtm/pool/a", token=tok)
    assert status == 503 and "Configuration Utility restarting..." in reply["message"], reply
    assert "Retry-After" in headers
    t.start()
    assert f.ask("GET", "/mgmt/tm/gtm/pool/a", token=tok)[0] == 200


@scene("kill -9 of gtmrestd leaves names answered; the next one serves again")
def killed(t):
    f = stage(t)
    was = t.answer(NAME)
    f.process.kill(signal.SIGKILL)
    f.process.proc.wait()
    assert t.answer(NAME) == was
    f.start()
    assert f.ask("GET", "/mgmt/tm/gtm/pool/a", user="admin")[0] == 200


@scene("connections that say nothing keep nobody out for long")
def silent(t):
    f = Front(t)
    idle = [socket.create_connection(("127.0.0.1", f.port)) for _ in range(100)]

    def served():
        try:
            return f.raw(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n") == 401
        except OSError:
            return False
    eventually(served, 25, "served beside 100 silent connections")
    for s in idle:
        s.close()


if __name__ == "__main__":
    main()
