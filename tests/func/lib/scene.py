"""The stage for functional scenes: real daemons, real clients, TAP output.

A scene is a function of one argument, the stage, marked with @scene("the rule
it shows"). The stage gives addresses and ports that nobody else uses, starts
gtmd and its companions, asks questions, and takes everything down again. Time
is never waited for blindly: eventually() polls until the truth arrives or the
deadline passes.
"""
import glob
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
BIN = os.environ.get("GTM_BIN", os.path.join(TOP, "build", "bin"))
SLOW = float(os.environ.get("GTM_SLOW", "1"))	# stretch deadlines (sanitizers)
SCENES = []
DAEMONS = ("gtmd", "womd", "etheripd")


class Skip(Exception):
    """This machine can't play the scene, and why."""


def scene(title):
    def mark(function):
        SCENES.append((title, function))
        return function
    return mark


def need_root():
    if os.geteuid() != 0:
        raise Skip("needs root")


def need(program):
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise Skip(f"needs {program}")
    return path


def eventually(truth, seconds=5, what="condition"):
    """Polls until truth() is not false; returns what it gave."""
    end = time.monotonic() + seconds * SLOW
    while True:
        got = truth()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}; last: {got!r}")
        time.sleep(0.01)


# What free_port has given out: an abstract name is bound to this process, so
# that scenes side by side never share a port.
_reserved = []


def free_port():
    """A port that is free for UDP and TCP on all of 127.0.0.0/8, and stays so:
    below those that the system lends to whoever connects."""
    while True:
        port = random.randrange(10000, 32000)
        mark = socket.socket(socket.AF_UNIX)
        with socket.socket() as t, socket.socket(type=socket.SOCK_DGRAM) as u:
            try:
                mark.bind(f"\0gtm-scene-port-{port}")
                t.bind(("0.0.0.0", port))
                u.bind(("0.0.0.0", port))
            except OSError:
                mark.close()
                continue
        _reserved.append(mark)
        return port


class Process:
    """A program of the scene: its output in a file, gone with the stage."""

    def __init__(self, stage, name, argv, **popen):
        self.name, self.path = name, os.path.join(stage.dir, name + ".log")
        self.log = open(self.path, "ab")
        self.proc = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=self.log,
                                     stderr=self.log, start_new_session=True, **popen)
        stage.processes.append(self)

    @property
    def pid(self):
        return self.proc.pid

    def output(self):
        with open(self.path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def wait(self, seconds=10):
        """The exit code, when it ends by itself."""
        return self.proc.wait(seconds * SLOW)

    def kill(self, sig):
        self.proc.send_signal(sig)

    def stop(self, sig=signal.SIGTERM):
        if self.proc.poll() is None:
            try:
                os.killpg(self.pid, sig)
                self.proc.wait(10 * SLOW)
            except subprocess.TimeoutExpired:
                os.killpg(self.pid, signal.SIGKILL)
                self.proc.wait()
        self.log.close()
        return self.proc.returncode


def family(pid):
    """A process and those that it started: gtmd and its prober."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [pid, *map(int, f.read().split())]


def high_water_kib(pid):
    """The most memory that a process ever had."""
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return next(int(x.split()[1]) for x in f if x.startswith("VmHWM:"))


class Site:
    """A data center's web server: nginx on an address of its own."""

    def __init__(self, stage, name, addr, port):
        self.stage, self.name, self.addr, self.port = stage, name, addr, port
        self.conf = stage.write(f"{name}/nginx.conf", f"""
daemon off; master_process off; pid {stage.dir}/{name}/pid;
error_log stderr crit;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {stage.dir}/{name}; proxy_temp_path {stage.dir}/{name};
    fastcgi_temp_path {stage.dir}/{name}; uwsgi_temp_path {stage.dir}/{name};
    scgi_temp_path {stage.dir}/{name};
    server {{
        listen {addr}:{port};
        location / {{ return 200 "hello from {name}\\n"; }}
        location /sick {{ return 503 "no\\n"; }}
    }}
}}
""")
        self.start()

    def start(self):
        self.process = Process(self.stage, f"nginx-{self.name}", [need("nginx"), "-c", self.conf])
        eventually(self.answers, what=f"nginx at {self.addr}:{self.port}")

    def answers(self):
        with socket.socket() as s:
            s.settimeout(0.5)
            return s.connect_ex((self.addr, self.port)) == 0

    def stop(self):
        self.process.stop()


class Stage:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="gtm-scene-")
        os.chmod(self.dir, 0o755)
        self.processes, self.port, self.gtmd = [], free_port(), None
        self.web_port = free_port()
        self.namespaces = []
        # 127.a.b.c: a and b from the process, so that scenes run side by side
        self.net = f"127.{64 + os.getpid() // 250 % 128}.{1 + os.getpid() % 250}"
        self.conf = os.path.join(self.dir, "gtm.conf")

    # -- files and programs ------------------------------------------------
    def write(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        mode = "wb" if isinstance(text, bytes) else "w"
        with open(path, mode) as f:
            f.write(text)
        return path

    def run(self, argv, **kw):
        return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60 * SLOW,
                              check=False, **kw)

    def certificate(self, name="both.pem"):
        """A key and the certificate of its own that says "site", in one file; the
        certificate alone stands in the same with .crt behind it."""
        pem = self.write(name, "")
        made = self.run([need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
                         "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=site", "-days", "2",
                         "-keyout", pem + ".key", "-out", pem + ".crt"])
        assert made.returncode == 0, made.stdout
        with open(pem, "w", encoding="ascii") as f:
            for part in (".key", ".crt"):
                with open(pem + part, encoding="ascii") as p:
                    f.write(p.read())
        return pem

    def namespace(self, addresses=()):
        """What to put before a command so that it runs in a network namespace
        with its loopback up and these addresses on it (BIND listens on assigned
        ones only). The namespace lives as long as our end of cat's pipe."""
        need_root()
        ip, unshare, nsenter = need("ip"), need("unshare"), need("nsenter")
        holder = subprocess.Popen([unshare, "--net", "sh", "-c", "echo made; exec cat"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        self.namespaces.append(holder)
        if holder.stdout.readline() != b"made\n":	# root of a container that may not
            raise Skip("needs a network namespace")
        inside = [nsenter, f"--net=/proc/{holder.pid}/ns/net"]
        for what in (["link", "set", "lo", "up"],
                     *(["addr", "add", addr, "dev", "lo"] for addr in addresses)):
            subprocess.run([*inside, ip, *what], check=True)
        return inside

    def site(self, name, last):
        return Site(self, name, f"{self.net}.{last}", self.web_port)

    def configure(self, text):
        """Writes the configuration; listeners on this stage's port are added
        unless it brings its own."""
        if "gtm listener" not in text:
            for proto in ("udp", "tcp"):
                text += (f"gtm listener /Common/{proto} {{\n    address 127.0.0.1\n"
                         f"    ip-protocol {proto}\n    port {self.port}\n}}\n")
        self.write("gtm.conf", text)
        return self.conf

    def start(self, text=None, wait=True, prefix=(), args=()):
        if text is not None:
            self.configure(text)
        argv = [*prefix, os.path.join(BIN, "gtmd"), "-c", self.conf,
                "-s", os.path.join(self.dir, "state"), *args]
        self.gtmd = Process(self, f"gtmd{len(self.processes)}", argv)
        if wait:
            eventually(self.is_up, 10, f"gtmd up\n{self.gtmd.output()}")
        return self.gtmd

    def is_up(self):
        if self.gtmd.proc.poll() is not None:
            raise AssertionError("gtmd ended:\n" + self.gtmd.output())
        return "event=ready" in self.gtmd.output() or " ready" in self.gtmd.output()

    def logged(self, text, seconds=5):
        return eventually(lambda: text in self.gtmd.output(), seconds,
                          f"log line with {text!r}")

    def reload(self, text=None):
        """SIGHUP, and waits until gtmd said what came of it."""
        if text is not None:
            self.configure(text)
        before = self.gtmd.output().count(" reload")
        self.gtmd.kill(signal.SIGHUP)
        eventually(lambda: self.gtmd.output().count(" reload") > before, 10, "reload logged")

    # -- questions ---------------------------------------------------------
    def query(self, name, rdtype="A", tcp=False, port=None, source=None, **kw):
        q = name if isinstance(name, dns.message.Message) else \
            dns.message.make_query(name, rdtype, **kw)
        ask = dns.query.tcp if tcp else dns.query.udp
        return ask(q, "127.0.0.1", timeout=5 * SLOW, port=port or self.port, source=source)

    def answer(self, name, rdtype="A", **kw):
        """Sorted texts of the answer's records, or the rcode's name."""
        r = self.query(name, rdtype, **kw)
        if r.rcode() != 0:
            return dns.rcode.to_text(r.rcode())
        return sorted(rd.to_text() for rrset in r.answer for rd in rrset)

    def becomes(self, name, want, rdtype="A", seconds=5):
        eventually(lambda: self.answer(name, rdtype) == want, seconds,
                   f"{name} {rdtype} answered {want}")

    # -- the end -----------------------------------------------------------
    def strike(self):
        bad = []
        for p in reversed(self.processes):
            was = p.proc.poll()
            code = p.stop()
            if p.name.startswith(DAEMONS) and code not in (0, 1, -signal.SIGKILL):
                bad.append(f"{p.name} ended with {code} (before: {was})")
            if "ERROR: AddressSanitizer" in p.output() or "runtime error:" in p.output() \
                    or "WARNING: ThreadSanitizer" in p.output():
                bad.append(f"{p.name}: sanitizer report\n{p.output()}")
        for holder in self.namespaces:
            holder.communicate()
        # What etheripd leaves in the kernel for who comes after it.
        for pins in glob.glob("/sys/fs/bpf/etheripd" + re.sub("[/.]", "_", self.dir) + "*"):
            shutil.rmtree(pins, ignore_errors=True)
        logs = "".join(f"--- {p.name}\n{p.output()[-6000:]}" for p in self.processes)
        shutil.rmtree(self.dir, ignore_errors=True)
        return bad, logs


def show(text):
    print("".join(f"# {line}\n" for line in text.splitlines()), end="")


def play(number, title, function):
    stage = Stage()
    result = f"ok {number} - {title}"
    try:
        function(stage)
    except Skip as why:
        result = f"ok {number} - {title} # SKIP {why}"
    except Exception:  # a scene may fail in any way; the next one still plays
        result = f"not ok {number} - {title}"
        trouble = traceback.format_exc()
    bad, logs = stage.strike()
    if bad:
        result = f"not ok {number} - {title}"
        show("\n".join(bad))
    print(result)
    if result.startswith("not"):
        show(locals().get("trouble", "") + logs)
    sys.stdout.flush()
    return result.startswith("ok")


def main():
    only = sys.argv[1:]
    chosen = [s for s in SCENES if not only or any(o in s[1].__name__ for o in only)]
    print(f"1..{len(chosen)}")
    good = [play(i + 1, *s) for i, s in enumerate(chosen)]
    sys.exit(0 if all(good) else 1)
