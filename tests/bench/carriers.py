"""Who carries a stream from one site to the other: TCP, zstd in TLS, WANProxy, womd."""
import os
import resource
import subprocess
import time

from lib.scene import Process, Stage, eventually
from lib.wan import SITES, Wan
from lib.womd import Authority, application, wan_site

from server import TOP, Failed

END = os.path.join(TOP, "tests/bench/streamend.py")
STREAM_PORT, MOVE_PORT, PROXY_PORT = 9000, 9001, 3301
CLOCK = os.sysconf("SC_CLK_TCK")


class Lab:
    """A link, a host at each end of it, certificates, and what is counted."""

    def __init__(self, rate_mbit, delay_ms):
        self.stage = Stage()
        # Half a second of a slow link, two round trips of a fast one.
        self.wan = Wan(rate_mbit=rate_mbit, delay_ms=delay_ms, queue_ms=max(2 * delay_ms, 50))
        self.sites, self.hosts = SITES, []
        self.daemons = []
        self.authority = Authority(os.path.join(self.stage.dir, "tls"))
        self.files = [self.authority.files(n) for n in "ab"]

    def __enter__(self):
        self.wan.__enter__()
        try:
            self.hosts = [self.wan.host(site) for site in self.sites]
            for place in (*self.sites, *self.hosts):
                self.wan.run(place, ["sysctl", "-qw", "net.ipv4.tcp_congestion_control=bbr"])
        except BaseException:
            self.__exit__(OSError)
            raise
        return self

    def __exit__(self, *kind):
        self.stage.strike()
        self.wan.__exit__(*(kind or (None,)))

    def address(self, i):
        return self.wan.address(self.hosts[i])

    def daemon(self, name, place, argv):
        p = Process(self.stage, name, [*self.wan.inside(place), *argv])
        self.daemons.append(p)
        return p

    def cpu_s(self):
        """Of all that has ended here, and of daemons."""
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        total = spent.ru_utime + spent.ru_stime
        for d in self.daemons:
            with open(f"/proc/{d.pid}/stat", encoding="ascii") as f:
                row = f.read().rpartition(")")[2].split()
            total += (int(row[11]) + int(row[12])) / CLOCK
        return total

    def wan_octets(self):
        return sum(way["delivered-octets"] for way in self.wan.stats().values())

    def measured(self, work):
        """What work() gave, with seconds, octets on the link, both ways, and CPU seconds."""
        octets, cpu, began = self.wan_octets(), self.cpu_s(), time.monotonic()
        got = work() or {}
        got.setdefault("seconds", time.monotonic() - began)
        got["wan"] = self.wan_octets() - octets
        got["cpu_s"] = self.cpu_s() - cpu
        return got

    # -- a stream from the host of site i to the other one --------------------------------
    def pipe(self, i, shell, **kw):
        """A line of the shell in the host of site i; $END is streamend.py."""
        return subprocess.Popen([*self.wan.inside(self.hosts[i]), "bash", "-o", "pipefail", "-c",
                                 shell], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True,
                                env={**os.environ, "END": END}, **kw)

    def stream(self, i, taker, sender, patience_s):
        """Runs both ends' lines; what is told by the taker has to be that all is the same."""
        took = self.pipe(1 - i, taker)
        sent = None
        try:
            if took.stdout.readline() != "listening\n":
                raise Failed("who takes the stream does not listen")
            began = time.monotonic()
            sent = self.pipe(i, sender)
            told = took.communicate(timeout=patience_s)[0]
            seconds = time.monotonic() - began
            said = sent.communicate(timeout=30)[0]
        except subprocess.TimeoutExpired as why:
            raise Failed(f"not within {patience_s} s") from why
        finally:
            for p in (took, sent):
                if p is not None and p.poll() is None:
                    p.kill()
                    p.wait()
        if told != "same\n" or sent.returncode != 0:
            raise Failed(f"it came as: {told.strip()}; sender: {said.strip()}")
        return {"seconds": seconds}


class Tcp:
    """One connection, nothing done to it."""
    name = "TCP"

    def __init__(self, lab):
        self.lab = lab

    def start(self):
        pass

    def place(self, i):
        """Where the host of site i connects to."""
        return self.lab.address(1 - i), STREAM_PORT

    def send(self, i, path, patience_s):
        host, port = self.place(i)
        return self.lab.stream(i, f"$END take {STREAM_PORT} {path}",
                               f"$END send {host} {port} {path}", patience_s)


class Zstd(Tcp):
    """A pipe that anybody can write."""
    level, memory = "-1", ""

    @property
    def name(self):
        return f"zstd {self.level} in TLS"

    def send(self, i, path, patience_s):
        host, port = self.place(i)
        tls = [" ".join(files) for files in self.lab.files]
        return self.lab.stream(
            i, f"$END take {STREAM_PORT} - {tls[1 - i]} | zstd -dcq {self.memory} |"
            f" $END same {path}",
            f"zstd {self.level} -cq {path} | $END send {host} {port} - {tls[i]}", patience_s)


class ZstdLong(Zstd):
    level, memory = "-1 --long=27", "--long=27"


PROXY = """
create log-mask all
set all.regex "^/"
set all.mask ERR
activate all
create cache memory
set memory.type Memory
set memory.size 3GB
activate memory
create codec wan
set wan.codec XCodec
set wan.cache memory
set wan.compressor zlib
set wan.compressor_level 6
activate wan
create interface at
set at.family IPv4
set at.host "{0}"
set at.port "{1}"
activate at
create peer to
set to.family IPv4
set to.host "{2}"
set to.port "{3}"
activate to
create proxy one
set one.type TCP-TCP
set one.interface at
set one.interface_codec {4}
set one.peer to
set one.peer_codec {5}
activate one
"""


class WanProxy(Tcp):
    """The program that GTM_WANPROXY names, in clear. Both streams go from a to b: it
    cannot gain by another way back."""
    name = "WANProxy"

    def start(self):
        lab, at = self.lab, [self.lab.wan.address(s) for s in self.lab.sites]
        near = at[0], STREAM_PORT, at[1], PROXY_PORT, "None", "wan"
        far = at[1], PROXY_PORT, lab.address(1), STREAM_PORT, "wan", "None"
        for i, words in enumerate((near, far)):
            conf = lab.stage.write(f"wanproxy{i}.conf", PROXY.format(*words))
            lab.daemon(f"wanproxy{i}", lab.sites[i], [os.environ["GTM_WANPROXY"], "-c", conf])
        for i, port in enumerate((STREAM_PORT, PROXY_PORT)):
            eventually(lambda i=i, port=port: lab.wan.run(
                lab.sites[i], ["ss", "-Htln", f"sport = {port}"]).stdout, 10, "WANProxy listening")

    def place(self, i):
        return self.lab.wan.address("site-a"), STREAM_PORT

    def send(self, i, path, patience_s):
        return super().send(0, path, patience_s)


class Womd(Tcp):
    """The program of this project at both ends of the link."""
    name = "womd"
    dedup = "    dictionary-size 2048\n    max-endpoint-count 1\n"

    def __init__(self, lab):
        super().__init__(lab)
        self.sites = []

    def start(self):
        lab, at = self.lab, [self.lab.wan.address(s) for s in self.lab.sites]
        for i in (0, 1):
            apps = "".join(application(name, f"{at[i]}:{port}", f"{lab.address(1 - i)}:{port}")
                           for name, port in (("stream", STREAM_PORT), ("move", MOVE_PORT)))
            site = wan_site(lab.stage, lab.wan, i, lab.files[i], apps=apps, settings="",
                            routes=[f"{lab.address(i)}/32"], dedup=self.dedup)
            lab.daemons.append(site.start())
            self.sites.append(site)
        for i in (0, 1):
            self.wait_route(i)
        eventually(self.is_settled, 120, "womd to have its memory ready")

    def is_settled(self):
        """It has its memory ready when nothing else is to do: daemons run before guests move."""
        before = [site.memory_mib() for site in self.sites]
        time.sleep(0.3)
        return before == [site.memory_mib() for site in self.sites]

    def wait_route(self, i):
        """Until the other end's networks are known here: a stream gets through."""
        lab = self.lab
        path = lab.stage.write("first", b"first octets")

        def through():
            try:
                return self.send(i, path, 5)
            except Failed:
                return None
        eventually(through, 20, "womd to carry a stream")

    def place(self, i):
        return self.lab.wan.address(self.lab.sites[i]), STREAM_PORT


STREAM_CARRIERS = {"tcp": Tcp, "zstd": Zstd, "zstd-long": ZstdLong, "wanproxy": WanProxy,
                   "womd": Womd}
