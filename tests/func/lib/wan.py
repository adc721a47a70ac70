"""Two sites and a long link between them: network namespaces, and build/bin/wanlink
that carries packets from one to the other as a WAN would.

    with Wan(rate_mbit=100, delay_ms=25, queue_ms=50, loss=0.0) as w:
        w.run("site-a", ["ping", "-c", "1", w.address("site-b")])

With w.host("site-a") there is another namespace behind a site's own, which then routes.
A pair of numbers means the way from site-a to site-b and the way back. The namespaces
have no names: they live as long as this object's hold on them, and end with it also
when the process is killed. Needs root and TUN; raises Skip without."""
import json
import os
import subprocess

from lib.scene import BIN, SLOW, Skip, need, need_root

SITES = ("site-a", "site-b")
# Each site has these networks, the first address on the WAN device; the rest is free.
IPV4, IPV6 = ("10.71.1.%s", "10.71.2.%s"), ("fd71:1::%s", "fd71:2::%s")


def pair(value):
    return value if isinstance(value, tuple) else (value, value)


class Wan:
    def __init__(self, rate_mbit=100, delay_ms=25, queue_ms=50, loss=0.0, seed=1, mtu=1500,
                 watch_us=0):
        """delay_ms is one way's; queue_ms is how long the queue takes when it is full."""
        self.rate, self.delay, self.loss = pair(rate_mbit), pair(delay_ms), pair(loss)
        self.queue = [max(2 * mtu, int(r * 125 * q)) for r, q in zip(self.rate, pair(queue_ms))]
        self.seed, self.mtu, self.watch_us = seed, mtu, watch_us
        self.holders, self.addresses, self.started = {}, {}, []
        self.link = self.final = None

    # -- making and removing ------------------------------------------------------
    def __enter__(self):
        need_root()
        if not os.path.exists("/dev/net/tun"):
            raise Skip("needs /dev/net/tun")
        try:
            for i, site in enumerate(SITES):
                self.hold(site, IPV4[i] % 1, IPV6[i] % 1)
            self.connect()
            for i in (0, 1):
                self.furnish(i)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind, *_):
        self.close()
        if kind is None and "trouble" in self.final:
            raise AssertionError(f"wanlink: {self.final['trouble']}")

    def hold(self, name, *addresses):
        """A namespace that lives as long as our end of a pipe to it."""
        holder = subprocess.Popen([need("unshare"), "--net", "sh", "-c", "echo made; exec cat"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        self.holders[name], self.addresses[name] = holder, addresses
        if holder.stdout.readline() != b"made\n":
            raise Skip("needs network namespaces")

    def netns(self, site):
        return f"/proc/{self.holders[site].pid}/ns/net"

    def connect(self):
        def both(values):
            return "%.12g,%.12g" % tuple(values)

        argv = [os.path.join(BIN, "wanlink"), "-a", self.netns("site-a"),
                "-b", self.netns("site-b"), "-r", both(r * 1e6 for r in self.rate),
                "-d", both(d * 1e3 for d in self.delay), "-q", both(self.queue),
                "-l", both(self.loss), "-s", str(self.seed), "-w", str(self.watch_us)]
        self.link = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True)
        if self.link.stdout.readline() != "ready\n":
            raise Skip(f"needs a TUN device: {self.link.stderr.read().strip()}")

    def furnish(self, i):
        here, there = IPV4[i], IPV4[not i]
        here6, there6 = IPV6[i], IPV6[not i]
        self.run(SITES[i], [need("ip"), "-batch", "-"], check=True, input=f"""
link set lo up
link set wan mtu {self.mtu} txqueuelen 2000 up
address add {here % 1}/32 dev wan
address add {here6 % 1}/128 dev wan nodad
route add {there % 0}/24 dev wan src {here % 1}
route add {there6 % ''}/64 dev wan src {here6 % 1}
""")

    def host(self, site):
        """A host in the network of the site, which is its router: a name to run things by."""
        i, n = SITES.index(site), len(self.holders) + 8
        name, gate, gate6 = f"host-{n}", *self.addresses[site]
        self.hold(name, IPV4[i] % n, IPV6[i] % n)
        at, at6 = self.addresses[name]
        self.run(site, ["sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward; "
                        "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding"], check=True)
        self.run(site, [need("ip"), "-batch", "-"], check=True, input=f"""
link add lan{n} type veth peer name lan netns {self.holders[name].pid}
link set lan{n} mtu {self.mtu} up
address add {gate6}/128 dev lan{n} nodad
route add {at}/32 dev lan{n} src {gate}
route add {at6}/128 dev lan{n}
""")
        self.run(name, [need("ip"), "-batch", "-"], check=True, input=f"""
link set lo up
link set lan mtu {self.mtu} up
address add {at}/32 dev lan
address add {at6}/128 dev lan nodad
route add {gate}/32 dev lan
route add default via {gate} src {at}
route add {gate6}/128 dev lan
route add default via {gate6} src {at6}
""")
        return name

    def close(self):
        """Ends what was started in the sites, the link, and the sites."""
        for p in self.started:
            if p.poll() is None:
                p.kill()
                p.wait()
        if self.link is not None and self.final is None:
            out, told = self.link.communicate()
            self.final = json.loads(out) if out.startswith("{") else {}
            if self.link.returncode != 0 or told:
                self.final["trouble"] = f"{self.link.returncode}: {told}"
        for holder in self.holders.values():
            holder.communicate()
        self.holders.clear()

    # -- in the sites and hosts -------------------------------------------------------
    def address(self, site, v6=False):
        return self.addresses[site][v6]

    def inside(self, site):
        """What to put before a command so that it runs in the site."""
        return [need("nsenter"), f"--net={self.netns(site)}"]

    def run(self, site, argv, **kw):
        """Runs a command in the site to its end; output and all as subprocess.run gives it."""
        if "input" not in kw:
            kw.setdefault("stdin", subprocess.DEVNULL)
        kw = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True,
              "timeout": 60 * SLOW, "check": False, **kw}
        return subprocess.run([*self.inside(site), *argv], **kw)

    def popen(self, site, argv, **kw):
        """Starts a command in the site; it ends with the sites at the latest."""
        kw = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
              "stderr": subprocess.STDOUT, "text": True, **kw}
        p = subprocess.Popen([*self.inside(site), *argv], **kw)
        self.started.append(p)
        return p

    # -- the link ---------------------------------------------------------------------
    def order(self, line):
        self.link.stdin.write(line + "\n")
        self.link.stdin.flush()
        return self.link.stdout.readline()

    def obeyed(self, line):
        got = self.order(line)
        if got != "ok\n":
            raise AssertionError(f"wanlink: {line}: {got!r}")

    def cut(self, ms):
        """Down for so long; what is under way is lost."""
        self.obeyed(f"cut {int(ms)}")

    def lose(self, share):
        """Of the segments, both ways, from now on."""
        self.obeyed(f"lose {share:.9f}")

    def stats(self):
        """Counts since the start by way ("a-b", "b-a"), wanlink_main.c; after the end, the last."""
        return self.final if self.final is not None else json.loads(self.order("stats"))
