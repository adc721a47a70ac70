"""Migrations for scenes: a played hypervisor driver, an application on two sites."""
import http.server
import json
import os
import socketserver
import threading
import time

import dns.exception
import dns.message
import dns.query

from . import guide
from .control import Control
from .scene import BIN, SLOW, eventually, need_root

NAME = "vmhttp.siterequest.com"
MIGRATION = "/Common/move"
FAST = "    ttl 1\n    drain-timeout 60\n    residual-window 1\n"

# Where machines are is a file each, which only whoever moves one writes; what the
# program does about a step is in a file "HOST.STEP" or "STEP": words that it acts on
# in turn: fail (and might go well), broken (for good), hang, wait FILE, slow, once, die
# (kill -9 of its process group), die-after (when all is done, and nothing is said of it),
# orphan (it dies, and the hypervisor goes on by itself). Who listens at "plug" carries a
# machine over before it is said to be there.
DRIVER = """#!/usr/bin/python3
import json, os, pwd, signal, socket, sys, time
HOME = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[0])))
PLACE = os.path.join(HOME, "places")
order = json.loads(sys.stdin.readline())
host, action = order["host"]["name"], order["action"]
def say(**what):
    sys.stdout.write(json.dumps(what) + "\\n")
    sys.stdout.flush()
def path(*parts):
    return os.path.join(PLACE, *parts)
def where():
    with open(path(host)) as f:
        return f.read().strip()
def put(place):
    if os.path.exists(path("plug")):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(path("plug"))
            s.sendall((host + " " + place + "\\n").encode())
            s.recv(1)
    with open(path(host + ".new"), "w") as f:
        f.write(place)
    os.rename(path(host + ".new"), path(host))
with open(path("log"), "a") as f:
    f.write(json.dumps([action, host, order["id"], order["dryRun"], order["from"]["name"],
                        order["to"]["name"], order["host"],
                        pwd.getpwuid(os.getuid()).pw_name, sys.argv[1:]]) + "\\n")
def mood():
    for name in (host + "." + action, action):
        try:
            with open(path("moods", name)) as f:
                return f.read().split()
        except OSError:
            continue
    return []
def die():
    os.killpg(0, signal.SIGKILL)
def orphan(place):
    open(path(host + ".moving"), "w").close()
    here, there = os.pipe()
    if os.fork() == 0:
        os.setsid()
        os.dup2(os.open("/dev/null", os.O_RDWR), 1)
        os.dup2(1, 2)
        os.close(there)
        time.sleep(0.3)
        put(place)
        os.unlink(path(host + ".moving"))
        os._exit(0)
    os.close(there)
    os.read(here, 1)
    die()
late = False
def end(result, **more):
    if late:
        die()
    say(result=result, **more)
    sys.exit(0)
words = mood()
while words:
    word = words.pop(0)
    if word == "fail":
        end("failed", reason="the played driver fails", retry=True)
    if word == "broken":
        end("failed", reason="the played driver is broken", retry=False)
    if word == "hang":
        time.sleep(600)
    if word == "die":
        die()
    late = late or word == "die-after"
    if word == "orphan":
        orphan(order["to"]["name"])
    if word == "wait":
        name = words.pop(0)
        while not os.path.exists(path(name)):
            time.sleep(0.01)
    if word == "once":
        os.unlink(path("moods", host + "." + action))
    if word == "slow":
        for i in range(10):
            say(progress=i << 20, total=10 << 20, note="copying")
            time.sleep(0.05)
here, there = order["from"]["name"], order["to"]["name"]
if order["dryRun"] or action in ("check", "storage", "finish"):
    end("done" if where() in (here, there) else "failed", reason=host + " is in " + where())
if action == "memory":
    if where() == here:
        say(progress=1 << 20, total=1 << 20)
        put(there)
    end("done")
if action == "verify":
    if where() == there:
        end("done")
    end("failed", reason=host + " is in " + where(), retry=False)
if action == "cancel":
    while os.path.exists(path(host + ".moving")):
        time.sleep(0.01)
    end("done" if where() == here else "moved", reason=host + " is in " + where())
"""


class Place:
    """A site that nobody probes."""

    def __init__(self, t, last):
        self.addr, self.port = f"{t.net}.{last}", 80


class Stage:
    """gtmd with the guide's application, two hypervisors and a migration."""

    def __init__(self, t, hosts=3, rows="", host_rows="", lb="ratio", sites=None, places=""):
        self.t = t
        self.local, self.remote = sites or (Place(t, 1), Place(t, 2))
        os.makedirs(t.dir + "/drive/moods", exist_ok=True)
        os.makedirs(t.dir + "/places/moods", exist_ok=True)
        for path in (t.dir, t.dir + "/places", t.dir + "/places/moods"):
            os.chmod(path, 0o755 if path == t.dir else 0o777)
        os.chmod(t.write("drivers/played", DRIVER), 0o755)
        self.hosts = hosts if isinstance(hosts, list) else [f"vm{i + 1}" for i in range(hosts)]
        for h in self.hosts:
            os.chmod(t.write("places/" + h, "/Common/esx-local"), 0o666)
        os.chmod(t.write("places/log", ""), 0o666)
        self.text = guide.application(t, self.local, self.remote, lb=lb,
                                      mon="" if sites is None else None,
                                      remote_pool="    disabled\n")
        if sites is None:
            self.text = self.text.replace("    monitor /Common/VM-http-monitor\n", "")
        self.text = self.text.replace("    ttl 15\n", "    ttl 1\n")
        if isinstance(host_rows, str):
            host_rows = lambda _, text=host_rows: text
        inner = "".join(f"        {h} {{\n{host_rows(h)}        }}\n" for h in self.hosts)
        self.text += "".join(f"gtm hypervisor /Common/esx-{n.lower()} {{\n"
                             f"    datacenter /Common/{n}\n    program played\n"
                             f"{places.replace('@', n.lower())}}}\n"
                             for n in ("Local", "Remote"))
        self.text += (f"gtm migration {MIGRATION} {{\n    wideip a {NAME}\n"
                      "    from-pool Local_pool\n    to-pool Remote_pool\n"
                      "    from-hypervisor esx-local\n    to-hypervisor esx-remote\n"
                      f"{rows}    hosts {{\n{inner}    }}\n}}\n")
        t.start(self.text, args=self.args())
        self.c = Control(t)

    def args(self):
        return ("--drivers", self.t.dir + "/drivers")

    def restart(self, prefix=(), wait=True):
        """A gtmd that was killed comes back."""
        self.t.start(None, wait=wait, prefix=prefix, args=self.args())
        self.c = Control(self.t)

    def records(self):
        """Octets of the record of the first run."""
        with open(self.t.dir + "/state/migrations/~Common~move.1.journal", "rb") as f:
            return f.read().rstrip(b"\0")

    def ends(self, event):
        """Has gtmd died, or is this on record? Waits for one of them."""
        def over():
            if self.t.gtmd.proc.poll() is not None:
                return "dead"
            return event in self.records() and "done"
        return eventually(over, 20, f"dead, or {event} on record")

    def mood(self, name, words=None):
        path = os.path.join(self.t.dir, "places/moods", name)
        if words is None:
            os.path.exists(path) and os.unlink(path)
        else:
            os.chmod(self.t.write("places/moods/" + name, words), 0o666)

    def release(self, name):
        self.t.write("places/" + name, "")

    def command(self, verb, **more):
        return self.c.ok("POST", "migration-command",
                         {"migration": MIGRATION, "command": verb, **more})

    def refused(self, verb, status=409, **more):
        return self.c.refused(status, "POST", "migration-command",
                              {"migration": MIGRATION, "command": verb, **more})

    def page(self, path):
        """A body that is no JSON."""
        self.c.wire.request("GET", "/mgmt/tm/gtm/" + path)
        return self.c.wire.getresponse().read().decode()

    def shell(self, *words):
        return self.t.run([os.path.join(BIN, "gtmsh"), "-x", self.c.path, *words]).stdout

    def state(self):
        return self.c.ok("GET", "migration-state?migration=move")

    def reaches(self, phase, seconds=20):
        def there():
            s = self.state()
            return s if s["phase"] == phase else None
        try:
            return eventually(there, seconds, f"phase {phase}")
        except AssertionError as e:
            raise AssertionError(f"{e}\n{json.dumps(self.state(), indent=1)}\n"
                                 + "\n".join(map(str, self.log()))) from None

    def log(self):
        """Event, host, step, text of each record."""
        return [(r.get("event"), r.get("host"), r.get("step"), r.get("text", ""))
                for r in self.c.ok("GET", "migration-log?migration=move&limit=20000")["items"]]

    def places(self):
        return [open(self.t.dir + "/places/" + h).read() for h in self.hosts]

    def live(self):
        """Addresses of sites where there are machines."""
        return {(self.local if p == "/Common/esx-local" else self.remote).addr
                for p in self.places()}

    def asked(self):
        with open(self.t.dir + "/places/log") as f:
            return [json.loads(line) for line in f]

    def pools(self):
        """Are they enabled? from, to."""
        return [bool(self.c.ok("GET", f"pool/a/~Common~{p}_pool").get("enabled"))
                for p in ("Local", "Remote")]


class Asker(threading.Thread):
    """Asks all the while; an answer without an address is kept as trouble; a strict one
    keeps that of a site where no machine is, nor was just now. gtmd may be away: nobody
    answers then, which is no answer."""

    def __init__(self, t, stage, strict=False):
        super().__init__(daemon=True)
        self.t, self.known = t, lambda: {stage.local.addr, stage.remote.addr}
        if strict:
            self.known = stage.live
        self.trouble, self.seen, self.over = [], [], False
        self.start()

    def run(self):
        while not self.over:
            known = self.known()
            try:
                got = self.ask()
            except (OSError, dns.exception.DNSException):
                time.sleep(0.005)
                continue
            known |= self.known()
            if not isinstance(got, list) or len(got) != 1 or got[0] not in known:
                self.trouble.append((got, known))
            elif not self.seen or self.seen[-1] != got[0]:
                self.seen.append(got[0])
            time.sleep(0.002 * SLOW)

    def ask(self):
        r = dns.query.udp(dns.message.make_query(NAME, "A"), "127.0.0.1",
                          timeout=0.5 * SLOW, port=self.t.port)
        return [rd.to_text() for rrset in r.answer for rd in rrset] or r.rcode()

    def end(self):
        self.over = True
        self.join()
        assert not self.trouble, self.trouble[:5]
        return self.seen


class Page(http.server.HTTPServer):
    """What a user would see, with the status that it has just now."""

    def __init__(self, addr, text=b""):
        self.status = 200
        page = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(page.status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        super().__init__((addr, 0), Handler)
        self.url = f"http://{addr}:{self.server_port}/"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Companion:
    """A womd or etheripd that is played: answers by a table, and keeps what it was
    asked. The end of a path is enough of a key."""

    def __init__(self, path, answers):
        self.answers, self.asked = answers, []
        companion = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def serve(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size)) if size else None
                companion.asked.append((self.command, self.path, body))
                got = companion.answer(self.command, self.path, body)
                self.send_response(200 if got is not None else 404)
                text = json.dumps({"message": "played: none"} if got is None else got).encode()
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
            do_GET = do_POST = do_DELETE = do_PATCH = serve

            def address_string(self):
                return "played"

            def log_message(self, *_):
                pass

        self.server = socketserver.ThreadingUnixStreamServer(path, Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None	# who asked has gone
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, method, path, body):
        for (how, part), got in self.answers.items():
            if how == method and part in path:
                if not callable(got):
                    return got
                return got() if body is None else got(body)
        return None

    def saw(self, method, part):
        return [a for a in self.asked if a[0] == method and part in a[1]]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def state_page(name, state, **more):
    """A statistics page of one object."""
    entries = {"status.availabilityState": {"description": state},
               "status.statusReason": {"description": "played"},
               **{k: {"description": v} for k, v in more.items()}}
    url = f"https://localhost/mgmt/tm/x/~Common~{name}/~Common~{name}/stats"
    return {"entries": {url: {"nestedStats": {"entries": entries}}}}


def begin(t, rows="", strict=False, **kw):
    """A stage, and somebody who asks all the while."""
    need_root()
    s = Stage(t, rows=FAST + rows, **kw)
    return s, Asker(t, s, strict)
