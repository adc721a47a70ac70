#!/usr/bin/python3
"""Transparent monitors: one destination behind two routers, each of which is a
member's address. A dead router takes its own member down, and what marks the way
is gone with the prober."""
import os
import signal
import subprocess
import sys

from lib.control import Control
from lib.scene import Process, eventually, main, need, scene

BEHIND, BEHIND6 = "10.9.9.9", "2001:db8:9::9"
ROUTERS = (("10.1.1.2", "2001:db8:1::2"), ("10.1.2.2", "2001:db8:2::2"))
PEER = """
import socket, ssl, sys, threading
cert, key = sys.argv[1:]
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(cert, key)
def serve(family, addr, port, context=None):
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((addr, port))
    s.listen(64)
    while True:
        c = s.accept()[0]
        threading.Thread(target=talk, args=(c, context), daemon=True).start()
def talk(c, context):
    try:
        c = context.wrap_socket(c, server_side=True) if context else c
        c.recv(4096)
        c.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\nfine\\n")
        c.close()
    except OSError:
        pass
def echo():
    s = socket.socket(type=socket.SOCK_DGRAM)
    s.bind(("10.9.9.9", 53))
    while True:
        text, peer = s.recvfrom(4096)
        s.sendto(b"echo " + text, peer)
for what in ((socket.AF_INET, "10.9.9.9", 80), (socket.AF_INET, "10.9.9.9", 443, tls),
             (socket.AF_INET6, "2001:db8:9::9", 80)):
    threading.Thread(target=serve, args=what, daemon=True).start()
print("bound", flush=True)
echo()
"""
MONITORS = {	# of each type that F5 has it for: destination, and what else it says
    "http": (BEHIND + ":80", 'send "GET / HTTP/1.0\\r\\n\\r\\n"\n    recv fine'),
    "https": (BEHIND + ":443", 'send "GET / HTTP/1.0\\r\\n\\r\\n"\n    recv fine'),
    "tcp": (BEHIND + ":80", ""),
    "tcp-half-open": (BEHIND + ":80", ""),
    "udp": (BEHIND + ":53", 'send "ping"\n    recv "echo ping"'),
    "gateway-icmp": (BEHIND + ":*", ""),
}
MINE = ["my-" + kind for kind in MONITORS]


def monitor(kind, to, more="", name=None):
    return (f"gtm monitor {kind} /Common/{name or 'my-' + kind} {{\n"
            f"    defaults-from /Common/{kind.replace('-', '_')}\n    destination {to}\n"
            "    interval-ms 500\n    probe-timeout-ms 450\n    timeout 2\n"
            "    transparent enabled\n"
            + (f"    {more}\n" if more else "") + "}\n")


def server(name, at, monitors):
    """Its one virtual server is a router; a monitor each, so that all are asked."""
    return (f"gtm server /Common/{name} {{\n    datacenter /Common/dc\n"
            f"    monitor {' and '.join('/Common/' + m for m in monitors)}\n"
            f"    product generic-host\n    virtual-servers {{\n        v {{\n"
            f"            destination {at}\n        }}\n    }}\n}}\n")


def application(routers=(0, 1), six=True):
    text = "gtm datacenter /Common/dc { }\n" + "".join(
        monitor(kind, *rest) for kind, rest in MONITORS.items())
    if six:
        text += monitor("tcp", BEHIND6 + ".80", name="six")
    for i in routers:
        text += server(f"r{i}", ROUTERS[i][0] + ":80", MINE)
        if six:
            text += server(f"six{i}", ROUTERS[i][1] + ".80", ["six"])
    return text


class Internet:
    """Prober, two routers, destination: a network each. The prober's own way to the
    destination is by the first router."""

    def __init__(self, t):
        self.t, self.ip = t, need("ip")
        self.prober = self.net(t)
        self.routers = [self.net(t), self.net(t)]
        self.end = self.net(t)
        self.do(self.end[0], "addr add", BEHIND + "/32", "dev lo")
        self.do(self.end[0], "-6 addr add", BEHIND6 + "/128", "dev lo nodad")
        for i, r in enumerate(self.routers, 1):
            self.wire(self.prober, r, f"1.{i}", f"{i}")
            self.wire(self.end, r, f"2.{i}", f"2{i}")
            self.do(r[0], "route add", BEHIND, f"via 10.2.{i}.1")
            self.do(r[0], "-6 route add", BEHIND6, f"via 2001:db8:2{i}::1")
            for knob in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
                self.sh(r, f"echo 1 >/proc/sys/net/{knob}")
            self.do(self.end[0], "route add", f"10.1.{i}.0/24 via 10.2.{i}.2")
            self.do(self.end[0], "-6 route add", f"2001:db8:{i}::/64 via 2001:db8:2{i}::2")
            self.sh(r, f"{need('nft')} 'table inet t {{ counter seen {{}}; chain c {{ type filter "
                    "hook forward priority 0; ip daddr 10.9.9.9 counter name seen; "
                    "ip6 daddr 2001:db8:9::9 counter name seen; }; }'")
        self.do(self.prober[0], f"route add default via {ROUTERS[0][0]}")
        self.do(self.prober[0], f"-6 route add default via {ROUTERS[0][1]}")
        self.start_peer()

    @staticmethod
    def net(t):
        inside = t.namespace()
        return inside, t.namespaces[-1].pid

    def do(self, inside, *words):
        subprocess.run([*inside, self.ip, *" ".join(words).split()], check=True)

    @staticmethod
    def sh(place, line):
        return subprocess.run([*place[0], "sh", "-c", line], check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def wire(self, a, b, four, six):
        """a is .1, b is .2 of both networks."""
        name = "w" + six
        self.do(a[0], "link add", name, "type veth peer name", name, "netns", str(b[1]))
        for place, last in ((a, 1), (b, 2)):
            self.do(place[0], f"addr add 10.{four}.{last}/24 dev {name}")
            self.do(place[0], f"-6 addr add 2001:db8:{six}::{last}/64 dev {name} nodad")
            self.do(place[0], "link set", name, "up")

    def start_peer(self):
        t = self.t
        cert, key = t.dir + "/cert.pem", t.dir + "/key.pem"
        subprocess.run([need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert,
                        "-subj", "/CN=x", "-days", "9"], check=True, stderr=subprocess.DEVNULL)
        p = Process(t, "peer", [*self.end[0], sys.executable, "-c", PEER, cert, key])
        eventually(lambda: "bound" in p.output(), 5, "the destination is there")

    def seen(self, i):
        """Packets to the destination that came by a router."""
        text = self.sh(self.routers[i], f"{need('nft')} list counter inet t seen")
        return int(text.split("packets ")[1].split()[0])

    def kill(self, i, dead=True):
        """It is there, and forwards nothing."""
        how = "add chain inet t dead '{ type filter hook forward priority 1; policy drop; }'" \
            if dead else "delete chain inet t dead"
        self.sh(self.routers[i], f"{need('nft')} {how}")

    def rules(self):
        """Those of ours, of both families."""
        text = self.sh(self.prober, f"{self.ip} rule; {self.ip} -6 rule")
        return [line for line in text.splitlines() if "proto 103" in line]

    def routes(self):
        return self.sh(self.prober, f"{self.ip} route show table all proto 103; "
                       f"{self.ip} -6 route show table all proto 103").splitlines()


def states(t):
    """Monitor and target to state."""
    items = Control(t).ok("GET", "probe")["items"]
    return {(i["monitor"].rsplit("/", 1)[1], i["target"].replace(":*", "").replace(".*", "")):
            i["state"] for i in items}


def wait_for(t, want, seconds=10):
    def there():
        have = states(t)
        return have == {(m, a): want(a) for m, a in have} and len(have) > 0
    eventually(there, seconds, "states")


@scene("a dead router takes its member down in every type, and the destination lives")
def routers(t):
    net = Internet(t)
    # And a plain one, by the host's own way: the first router.
    plain = monitor("tcp", "*:*", name="plain").replace("    transparent enabled\n", "")
    t.start(application() + plain + server("plain", BEHIND + ":80", ["plain"]),
            prefix=net.prober[0])
    wait_for(t, lambda a: "up")
    assert len(states(t)) == 2 * (len(MONITORS) + 1) + 1
    assert net.seen(0) > 0 and net.seen(1) > 0
    for i in (0, 1):
        net.kill(i)
        dead = ROUTERS[i] + ((BEHIND + ":80",) if i == 0 else ())
        wait_for(t, lambda a, dead=dead: "down" if a in dead else "up")
        net.kill(i, dead=False)
        wait_for(t, lambda a: "up")
    item = Control(t).ok("GET", "probe?monitor=my-http&target=10.1.2.2")["items"][0]
    assert item["destination"] == BEHIND + ":80", item
    # The host's own way is nobody's business.
    via = net.sh(net.prober, f"{net.ip} route get {BEHIND}")
    assert "via 10.1.1.2" in via, via
    t.gtmd.stop()
    assert net.rules() == [] and net.routes() == []


@scene("who is killed leaves rules that the next one removes; a replacement has its own")
def killed(t):
    net = Internet(t)
    t.start(application(six=False), prefix=net.prober[0])
    wait_for(t, lambda a: "up")
    with open(f"/proc/{t.gtmd.pid}/task/{t.gtmd.pid}/children", encoding="ascii") as f:
        child = int(f.read())
    os.kill(child, signal.SIGSTOP)	# so that it does not see the end of its parent
    t.gtmd.kill(signal.SIGKILL)
    t.gtmd.wait(10)
    os.kill(child, signal.SIGKILL)
    eventually(lambda: not os.path.exists(f"/proc/{child}"), 5, "it is gone")
    assert len(net.rules()) == 5 and len(net.routes()) == 2, net.rules()
    t.start("gtm datacenter /Common/dc { }\n", prefix=net.prober[0])
    eventually(lambda: net.rules() == [] and net.routes() == [], 5, "all is swept")
    t.reload(application(six=False))
    wait_for(t, lambda a: "up")
    was = t.gtmd
    t.start(args=("--replace",), prefix=net.prober[0])
    assert was.wait(40) == 0, was.output()
    eventually(lambda: len(net.rules()) == 5, 5, "one process is left")
    wait_for(t, lambda a: "up")
    assert "to=down" not in t.gtmd.output() + was.output()
    t.gtmd.kill(signal.SIGKILL)		# the prober sees it, and leaves nothing
    eventually(lambda: net.rules() == [] and net.routes() == [], 5, "it went in order")


@scene("without the right, or without a router, nothing is asked and nothing is said of it")
def abstains(t):
    net = Internet(t)
    words = [need("capsh"), "--drop=cap_net_admin", "--", "-c", 'exec "$0" "$@"']
    t.start(application(routers=(0,), six=False), prefix=[*net.prober[0], *words])

    def reasons():
        return {i.get("reason") for i in Control(t).ok("GET", "probe")["items"]}
    eventually(lambda: reasons() == {"cannot probe through the target: gtmd may not set routes, "
                                     "no CAP_NET_ADMIN"}, 8, "the reason")
    t.logged("10.1.1.2 no-gateway cause=")
    wait_for(t, lambda a: "unknown")
    assert net.seen(0) == net.seen(1) == 0 and net.rules() == []
    t.gtmd.stop()
    far = application(routers=(), six=False) + server("far", "10.7.7.7:80", MINE)
    t.start(far, prefix=net.prober[0])
    eventually(lambda: reasons() == {"cannot probe through the target: it is no neighbour of "
                                     "this host"}, 8, "the reason")
    assert net.seen(0) == net.seen(1) == 0


if __name__ == "__main__":
    main()
