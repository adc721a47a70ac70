"""Two sites with womd at each end, the certificates that they know each other by, and
what goes through: streams whose every octet is checked.

    with Sites(t) as s:
        s.start()
        assert s.through(0, data(1, 1 << 20))

All is in a network namespace, for a peer may not reach loopback addresses. Each site has
an application in mode explicit, "bulk": what connects to s.connect(i), 0 for site a, comes
out at s.sink(i), a server in the other site's network. There is no other way: without a
tunnel connections are refused. The tunnels cross Wires, which count and cut them.
"""
import hashlib
import os
import random
import socket
import struct
import subprocess
import threading

from lib.backends import within
from lib.control import Control
from lib.scene import BIN, SLOW, Process, eventually, free_port, need
from lib.wan import SITES

WOM = "/mgmt/tm/wom/"
SETTINGS = "    keepalive-interval 1\n    keepalive-timeout 3\n    threads 1\n"
# As little to remember as there can be.
SMALL = "    dictionary-size 16\n    max-endpoint-count 1\n"
RESET = struct.pack("ii", 1, 0)         # linger: on, 0 s


class Authority:
    """Who signs the sites' certificates."""

    def __init__(self, folder, name="authority"):
        self.folder, self.name = folder, name
        os.makedirs(folder, exist_ok=True)
        self.ca = os.path.join(folder, name + ".pem")
        self.openssl("req", "-x509", *self.key(name), "-out", self.ca, "-days", "2")

    def key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                os.path.join(self.folder, name + ".key"), "-subj", f"/CN={name}"]

    def openssl(self, *argv):
        return subprocess.run([need("openssl"), *argv], cwd=self.folder, check=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout

    def certificate(self, name, days=2):
        """Paths of certificate and key; days may be less than none: expired."""
        self.openssl("req", *self.key(name), "-out", name + ".csr")
        self.openssl("x509", "-req", "-in", name + ".csr", "-CA", self.ca, "-CAkey",
                     self.name + ".key", "-CAcreateserial", "-days", str(days), "-out",
                     name + ".pem")
        return tuple(os.path.join(self.folder, name + end) for end in (".pem", ".key"))

    def files(self, name, days=2):
        """The same, and the file of whom others are to be signed by."""
        return (*self.certificate(name, days), self.ca)

    def fingerprint(self, certificate):
        octets = self.openssl("x509", "-in", certificate, "-outform", "DER")
        return hashlib.sha256(octets).hexdigest()


# -- what the tunnels cross ------------------------------------------------------------
class Wire:
    """Takes connections at an address and passes them on from another; cuts them."""

    def __init__(self, listen, source, to):
        self.source, self.to, self.pairs, self.lock = source, to, [], threading.Lock()
        self.passed = self.taken = 0
        self.whole = True               # False: whoever comes is sent away
        self.on_octets = None           # told of each piece
        self.door = socket.create_server(listen, backlog=1024)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                near = self.door.accept()[0]
            except OSError:
                return
            self.taken += 1
            if not self.whole:
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                near.close()
                continue
            try:
                far = socket.create_connection(self.to, 5, (self.source, 0))
            except OSError:
                near.close()
                continue
            for s in (near, far):
                s.settimeout(None)
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.pairs.append((near, far))
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(a, b), daemon=True).start()

    def carry(self, a, b):
        room = memoryview(bytearray(1 << 18))
        try:
            while n := a.recv_into(room):
                b.sendall(room[:n])
                self.passed += n
                if self.on_octets:
                    self.on_octets(n)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            for s in (a, b):
                s.close()

    def cut(self):
        """All that there are, by RST; what is under way is lost."""
        with self.lock:
            pairs, self.pairs = self.pairs, []
        for s in (s for pair in pairs for s in pair):
            try:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()

    def close(self):
        self.whole = False
        self.door.close()
        self.cut()


class Scissors:
    """Cuts a wire, or all of them, each time that so many octets have passed: from a seed,
    least to most, until there were so many cuts."""

    def __init__(self, wires, seed, cuts, least, most):
        self.wires, self.chance, self.left = wires, random.Random(seed), cuts
        self.range, self.lock = (least, most), threading.Lock()
        self.fuse = self.chance.randint(*self.range)
        for w in wires:
            w.on_octets = self.burn

    def burn(self, n):
        with self.lock:
            self.fuse -= n
            if self.fuse > 0 or self.left == 0:
                return
            self.fuse = self.chance.randint(*self.range)
            self.left -= 1
            cut = self.wires if self.chance.random() < 0.5 else [self.chance.choice(self.wires)]
        for w in cut:
            w.cut()


# -- a site ------------------------------------------------------------------------------
class Site:
    """One womd: its words, its life, its control socket."""

    def __init__(self, t, name, address, peer, port, **own):
        """peer: address and port where the other site's tunnels are taken; own: settings,
        apps, routes, dedup, files (cert, key, ca), prefix."""
        self.t, self.name, self.address, self.peer, self.port = t, name, address, peer, port
        self.own = {"settings": SETTINGS, "apps": "", "routes": [], "dedup": "", "remote": "",
                    "more": "", "prefix": (), "no_route": "drop", **own}
        self.folder = os.path.join(t.dir, name)
        self.process, self.lives = None, 0

    def conf(self):
        cert, key, ca = self.own["files"]
        tls = f"    ca-file {ca}\n    cert {cert}\n    key {key}\n"
        routes = "".join(f"wom advertised-route /Common/r{i} {{\n    dest {r}\n}}\n"
                         for i, r in enumerate(self.own["routes"]))
        dedup = f"wom deduplication {{\n{self.own['dedup']}}}\n" if self.own["dedup"] else ""
        return f"""ltm profile client-ssl /Common/in {{
{tls}}}
ltm profile server-ssl /Common/out {{
{tls}}}
wom global-settings {{
{self.own["settings"]}}}
wom endpoint-discovery {{
    mode disable
}}
wom local-endpoint {{
    addresses {{
        {self.address}
    }}
    client-ssl /Common/in
    no-route {self.own["no_route"]}
    server-ssl /Common/out
    tunnel-port {self.port}
}}
wom remote-endpoint /Common/peer {{
    address {self.peer[0]}
    allow-routing enabled
    tunnel-port {self.peer[1]}
{self.own["remote"]}}}
{routes}{dedup}{self.own["apps"]}{self.own["more"]}"""

    def start(self, wait=True):
        self.t.write(f"{self.name}/wom.conf", self.conf())
        self.lives += 1
        self.process = Process(self.t, f"womd-{self.name}-{self.lives}", [
            *self.own["prefix"], os.path.join(BIN, "womd"), "-c",
            os.path.join(self.folder, "wom.conf"), "-s", os.path.join(self.folder, "state")])
        if wait:
            eventually(self.is_up, 10, f"womd {self.name} up")
        return self.process

    def is_up(self):
        if self.process.proc.poll() is not None:
            raise AssertionError(f"womd {self.name} ended:\n" + self.process.output())
        return "event=ready" in self.process.output() or " ready" in self.process.output()

    def stop(self, *sig):
        return self.process.stop(*sig)

    @property
    def control(self):
        return Control(path=os.path.join(self.folder, "state", "control.sock"), branch=WOM)

    def logged(self, text, seconds=10):
        return eventually(lambda: text in self.process.output(), seconds,
                          f"{self.name}: a log line with {text!r}")

    def stats(self, path):
        doc = self.control.ok("GET", path + "/stats")
        entries = next(iter(doc["entries"].values()))["nestedStats"]["entries"]
        return {k: v.get("value", v.get("description")) for k, v in entries.items()}

    def peer_stats(self):
        return self.stats("remote-endpoint/~Common~peer")

    def memory_mib(self, what="VmRSS"):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as f:
            return next(int(line.split()[1]) for line in f if line.startswith(what + ":")) / 1024


def application(name, listen, destination, profile="/Common/isession"):
    return (f"wom optimized-application /Common/{name} {{\n    destination {destination}\n"
            f"    listen {listen}\n    mode explicit\n    profile {profile}\n}}\n")


def wan_site(t, wan, i, files, **own):
    """A womd in the site of a Wan, which is the router of the site's hosts."""
    at = [wan.address(site) for site in SITES]
    return Site(t, "ab"[i], at[i], (at[1 - i], 443), 443, files=files,
                prefix=wan.inside(SITES[i]), **own)


# Of each site: where its womd is, where its peer sees it, where its servers are; one more.
AT, SEEN, LAN, ELSEWHERE = (("10.72.0.1", "10.72.0.2"), ("10.72.0.11", "10.72.0.12"),
                            ("10.72.0.21", "10.72.0.22"), "10.72.0.40")


class Sites:
    """a and b in one network namespace, and the Wires between them."""

    def __init__(self, t, **own):
        """own: words for both sites as Site takes them, or a pair of them."""
        self.t, self.port, self.wires, self.both = t, free_port(), [], []
        self.authority = Authority(os.path.join(t.dir, "tls"))
        self.at, self.seen, self.lan, self.room = AT, SEEN, LAN, None
        self.near, self.far = [free_port(), free_port()], [free_port(), free_port()]
        for i, name in enumerate("ab"):
            mine = {k: v[i] if isinstance(v, tuple) else v for k, v in own.items()}
            mine["apps"] = mine.get("apps", "") + application(
                "bulk", f"{self.at[i]}:{self.near[i]}", f"{self.lan[1 - i]}:{self.far[i]}")
            mine.setdefault("routes", [f"{self.lan[i]}/32"])
            mine.setdefault("files", self.authority.files(name))
            self.both.append(Site(t, name, self.at[i], (self.seen[1 - i], self.port), self.port,
                                  **mine))
        self.a, self.b = self.both

    def __enter__(self):
        self.t.namespace([f"{a}/32" for a in (*AT, *SEEN, *LAN, ELSEWHERE)])
        self.room = within(self.t.namespaces[-1].pid)
        self.room.__enter__()		# and with us who is started from here on
        # Where i looks for its peer is a wire, which comes to the peer as i.
        self.wires = [Wire((self.seen[1 - i], self.port), self.seen[i],
                           (self.at[1 - i], self.port)) for i in (0, 1)]
        return self

    def __exit__(self, *_):
        for w in self.wires:
            w.close()
        self.room.__exit__(None, None, None)

    def start(self):
        for site in self.both:
            site.start()
        self.meet()

    def meet(self):
        """Waits until streams get through, both ways."""
        for i in (0, 1):
            eventually(lambda i=i: self.through(i, b"first"), 15, f"a stream from {'ab'[i]}")

    def through(self, i, octets):
        """Does it come out at the other side?"""
        with self.sink(i):
            try:
                with self.connect(i) as c:
                    return send(c, octets)
            except OSError:
                return False

    def cut(self):
        for w in self.wires:
            w.cut()

    def passed(self):
        """Octets that have crossed."""
        return sum(w.passed for w in self.wires)

    # -- streams ---------------------------------------------------------------------------
    def sink(self, i=0, take=None):
        """The far server of site i's application: take(connection) for each."""
        return Sink((self.lan[1 - i], self.far[i]), take or swallow)

    def connect(self, i=0, timeout=30):
        return socket.create_connection((self.at[i], self.near[i]), timeout * SLOW)


class Sink:
    """A server of threads, and what take() gave of each connection, or its OSError."""

    def __init__(self, at, take):
        self.take, self.results, self.lock = take, [], threading.Lock()
        self.door = socket.create_server(
            at, family=socket.AF_INET6 if ":" in at[0] else socket.AF_INET, backlog=1024)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                s = self.door.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.work, args=(s,), daemon=True).start()

    def work(self, s):
        with s:
            s.settimeout(60 * SLOW)
            try:
                got = self.take(s)
            except OSError as why:
                got = why
        with self.lock:
            self.results.append(got)

    def ended(self, count, seconds=15):
        eventually(lambda: len(self.results) >= count, seconds, f"{count} streams at their end")
        return self.results

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.door.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.door.close()


def swallow(s):
    """Reads to the end and tells the sender what it had: octets and their SHA-256."""
    seen, n = hashlib.sha256(), 0
    while octets := s.recv(1 << 18):
        seen.update(octets)
        n += len(octets)
    s.sendall(seen.digest())
    return n, seen.hexdigest()


def data(seed, length):
    """Octets that can be made again, of which a part is like what was before."""
    chance = random.Random(seed)
    out = bytearray()
    while len(out) < length:
        luck = chance.random()
        if luck < 0.3 and out:
            at = chance.randrange(len(out))
            out += out[at:at + chance.randrange(1, 1 << 16)]
        elif luck < 0.5:
            out += bytes(chance.randrange(1, 1 << 15))
        else:
            out += chance.randbytes(chance.randrange(1, 1 << 15))
    return bytes(out[:length])


def send(s, octets):
    """Sends all and says that it was all; True when the far end had exactly this, False
    when it was told otherwise by an error. Anything else is damage, and raises."""
    want = hashlib.sha256(octets).digest()
    try:
        s.sendall(octets)
        s.shutdown(socket.SHUT_WR)
        got = b""
        while more := s.recv(64):
            got += more
    except OSError:
        return False
    if got and got != want:
        raise AssertionError(f"of {len(octets)} octets others have come: {got.hex()}")
    return got == want
