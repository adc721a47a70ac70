#!/usr/bin/python3
"""A listener by AF_XDP, over a pair of veth interfaces: what it takes, what it
leaves to the kernel, and that nothing is lost when it comes and goes."""
import json
import os
import re
import signal
import subprocess
import sys

import dns.flags
import dns.message

from lib import rawframes as raw
from lib.control import Control, restart
from lib.scene import TOP, Process, eventually, main, need, scene

NAME, BIG = "www.example.net", "big.example.net"
OURS, ASKER = ("192.0.2.53", "2001:db8::53"), ("192.0.2.7", "2001:db8::7")
MAC = bytes.fromhex("020000000053")
ZONE = f"""$ORIGIN example.net.
$TTL 60
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
ns1 A {OURS[0]}
www A 198.51.100.1
big TXT {" ".join('"' + "x" * 200 + '"' for _ in range(7))}
"""


def conf(xdp="enabled", port=53, more="", addresses=OURS):
    udp = "".join(f"""gtm listener /Common/udp{i} {{
    address {a}
    ip-protocol udp
    port {port}
    xdp {xdp}
    {more}
}}
gtm listener /Common/tcp{i} {{
    address {a}
    ip-protocol tcp
    port {port}
}}
""" for i, a in enumerate(addresses))
    return udp + """gtm global-settings dns {
    rate-limit 0
    threads 2
    udp-response-max 4096
}
gtm zone /Common/example.net {
    file zone
}
"""


class Net:
    """Two namespaces and a wire: gtmd's end is "srv", the asker's "cli"."""

    def __init__(self, t, queues=1):
        self.t, self.here, self.there = t, t.namespace(), t.namespace()
        self.wire(queues=queues)

    def ip(self, side, *words):
        self.t.run([*side, need("ip"), *words])

    def wire(self, mtu=1500, queues=1):
        there = self.there[1].split("=")[1]
        both = ["mtu", str(mtu), "numrxqueues", str(queues), "numtxqueues", str(queues)]
        self.ip(self.here, "link", "add", "srv", "address", MAC.hex(":"), *both,
                "type", "veth", "peer", "name", "cli", "netns", there.split("/")[2], *both)
        for side, name, addresses in ((self.here, "srv", OURS), (self.there, "cli", ASKER)):
            self.ip(side, "addr", "add", addresses[0] + "/24", "dev", name)
            self.ip(side, "addr", "add", addresses[1] + "/64", "dev", name, "nodad")
            self.ip(side, "link", "set", name, "up")

    def start(self, text=None, wait_xdp=True, **kw):
        self.t.write("zone", ZONE)
        self.t.start(text or conf(), prefix=self.here, **kw)
        if wait_xdp:
            self.t.logged("xdp srv opened")

    def dig(self, *how, server=OURS[0]):
        return self.t.run([*self.there, need("dig"), f"@{server}", NAME, "+tries=3",
                           "+time=1", "+short", *how]).stdout.strip()

    def answers(self, both=OURS, *how):
        for server in both:
            got = self.dig(*how, server=server)
            assert got == "198.51.100.1", (server, got)

    def ask_by(self, ports, count=2000):
        """So many queries from so many ports, none of them lost."""
        names = self.t.write("names", f"{NAME} A\n")
        told = self.t.run([*self.there, need("dnsperf"), "-s", OURS[0], "-d", names, "-c",
                           str(ports), "-n", str(count), "-Q", "20000"]).stdout
        assert f"Queries completed:    {count} (100.00%)" in told, told

    def channels(self, side, name, **counts):
        words = [str(w) for pair in counts.items() for w in pair]
        self.t.run([*side, need("ethtool"), "-L", name, *words])

    def redirected(self):
        """Frames that rings took, by queue."""
        told = self.t.run([*self.here, need("ethtool"), "-S", "srv"]).stdout
        return [int(n) for n in re.findall(r"rx_queue_\d+_xdp_redirect: (\d+)", told)]

    def has_program(self):
        return "prog/xdp" in self.t.run([*self.here, need("ip"), "-d", "link", "show", "dev",
                                         "srv"]).stdout

    def frames(self, frames):
        """Sends [(frame, ids to wait for)]; returns {id: reply frame}."""
        run = [*self.there, sys.executable, os.path.join(TOP, "tests/func/lib/rawframes.py"),
               "cli"]
        text = json.dumps([[f.hex(), ids] for f, ids in frames])
        told = subprocess.run(run, input=text, capture_output=True, text=True, timeout=60,
                              check=True).stdout
        return {int(k): bytes.fromhex(v) for k, v in json.loads(told).items()}


def counted(t):
    server = Control(t).ok("GET", "status")["server"]
    return {what: server[what] for what in ("udp-queries", "xdp-queries", "xdp-refused")}


def capabilities(*which):
    """What runs the rest with these alone."""
    return [need("setpriv"), "--inh-caps", "-all", "--bounding-set",
            ",".join(["-all", *("+" + c for c in which)])]


def plain(v6, ident, name=NAME, **kw):
    ip = raw.ipv6 if v6 else raw.ipv4
    return ip(ASKER[v6], OURS[v6], raw.udp(ASKER[v6], OURS[v6], raw.query(ident, name), **kw))


def fragments(ident):
    """One query in two pieces, for IPv4 and for IPv6."""
    body = raw.udp(ASKER[0], OURS[0], raw.query(ident, NAME))
    yield raw.ipv4(ASKER[0], OURS[0], body[:24], offset=0x2000)
    yield raw.ipv4(ASKER[0], OURS[0], body[24:], offset=3)
    body = raw.udp(ASKER[1], OURS[1], raw.query(ident + 1, NAME))
    yield raw.ipv6(ASKER[1], OURS[1], body[:24], (44, bytes.fromhex("00000100000009")))
    yield raw.ipv6(ASKER[1], OURS[1], body[24:], (44, bytes.fromhex("00001800000009")))


@scene("plain queries go by XDP, answered to the station they came from, sums right")
def taken(t):
    net = Net(t)
    net.start()
    sent = [plain(0, 1), plain(1, 2), plain(0, 3, sum_=0), plain(0, 4, name=BIG),
            plain(1, 5, name="nothing.example.net")]
    frames = [(raw.ethernet(MAC, p), [i + 1]) for i, p in enumerate(sent)]
    frames.append((raw.ethernet(MAC, plain(0, 6)) + bytes(11), [6]))     # padding
    got = net.frames(frames)
    assert set(got) == set(range(1, 7)), got
    for ident, frame in got.items():
        src, dst, bad, message = raw.take_apart(frame)
        assert not bad, (ident, bad)
        assert (src, dst) in zip(OURS, ASKER), (src, dst)
        assert frame[:6] == raw.ASKER and frame[6:12] == MAC, frame[:12].hex()
        r = dns.message.from_wire(message)
        assert r.flags & dns.flags.QR and r.rcode() == (3 if ident == 5 else 0), r
    assert counted(t) == {"udp-queries": 6, "xdp-queries": 6, "xdp-refused": 0}, counted(t)


@scene("what is odd is the kernel's: it answers by the socket, or not at all")
def left(t):
    net = Net(t)
    net.start()
    net.answers()           # neighbours are known from here on
    before = counted(t)
    six = [plain(1, 0)[:8], raw.udp(ASKER[1], OURS[1], raw.query(12, NAME))]
    socket_ = [
        (raw.ethernet(MAC, raw.ipv4(ASKER[0], OURS[0], plain(0, 10)[20:], b"\1\1\1\0")), [10]),
        (raw.ethernet(b"\xff" * 6, plain(0, 11)), [11]),
        (raw.ethernet(MAC, raw.ipv6(ASKER[1], OURS[1], six[1], (60, bytes([0, 1, 4, 0, 0, 0, 0])))),
         [12]),
    ]
    pieces = [raw.ethernet(MAC, p) for p in fragments(13)]
    socket_ += [(pieces[0], []), (pieces[1], [13]), (pieces[2], []), (pieces[3], [14])]
    silent = [
        raw.ethernet(MAC, plain(0, 20, port=54)),
        raw.ethernet(MAC, plain(1, 21, port=54)),
        raw.ethernet(bytes.fromhex("020000000054"), plain(0, 22)),
        raw.ethernet(MAC, plain(0, 23), tag=7),
        raw.ethernet(MAC, plain(1, 24), tag=7),
        raw.ethernet(MAC, plain(1, 25, sum_=0)),
        raw.ethernet(MAC, raw.ipv4("127.0.0.1", OURS[0], plain(0, 26)[20:])),
        raw.ethernet(MAC, raw.ipv4(ASKER[0], "192.0.2.54", plain(0, 28)[20:])),
    ]
    refused = [
        raw.ethernet(MAC, plain(0, 29)[:40]),
        raw.ethernet(MAC, plain(0, 30, sum_=0x1234)),
        raw.ethernet(MAC, plain(1, 31, sum_=0x1234)),
        raw.ethernet(MAC, raw.ipv4(ASKER[0], OURS[0], plain(0, 32)[20:], sum_=0x1234)),
    ]
    got = net.frames(socket_ + [(f, []) for f in silent + refused])
    assert set(got) == {10, 11, 12, 13, 14}, sorted(got)
    now = {k: v - before[k] for k, v in counted(t).items()}
    assert now == {"udp-queries": 5, "xdp-queries": 0, "xdp-refused": 4}, now


@scene("beside it ARP, neighbour discovery and TCP work; dig and kdig agree")
def beside(t):
    net = Net(t)
    net.start()
    for server in OURS:
        net.ip(net.there, "neigh", "flush", "dev", "cli")
        got = t.run([*net.there, need("kdig"), f"@{server}", NAME, "+short"]).stdout
        assert got.strip() == "198.51.100.1", got
    assert counted(t)["xdp-queries"] == 2
    net.answers(OURS, "+tcp")
    net.answers(OURS, "+cookie")
    after = counted(t)
    assert after["xdp-queries"] == after["udp-queries"] == 4, after


@scene("each queue has a ring of its own; queues that come later are followed")
def queues(t):
    net = Net(t, queues=4)
    net.channels(net.there, "cli", tx=1)
    net.channels(net.here, "srv", rx=1, tx=1)
    net.start()
    assert "queues=1" in t.gtmd.output(), t.gtmd.output()
    net.ask_by(64)
    assert counted(t)["xdp-queries"] == 2000, counted(t)
    net.channels(net.here, "srv", rx=4)
    net.channels(net.there, "cli", tx=4)
    net.ip(net.here, "link", "set", "srv", "alias", "half")     # it cannot send by the new ones
    net.ask_by(64)              # queues without a ring are the kernel's
    now = counted(t)
    assert now["udp-queries"] == 4000 and now["xdp-queries"] < 4000, now
    assert t.gtmd.output().count("xdp srv opened") == 1, t.gtmd.output()
    net.channels(net.here, "srv", tx=4)
    net.ip(net.here, "link", "set", "srv", "alias", "whole")
    t.logged("queues=4")
    before = net.redirected()
    net.ask_by(64)
    after = net.redirected()
    assert len(after) == 4 and all(b > a for a, b in zip(before, after)), (before, after)
    assert counted(t)["xdp-queries"] == now["xdp-queries"] + 2000, (now, counted(t))


@scene("behind a driver that knows no XDP (a bridge) it works all the same")
def generic(t):
    net = Net(t)
    for words in (["addr", "flush", "dev", "srv"],
                  ["link", "set", "srv", "address", "02:00:00:00:00:54"],
                  ["link", "add", "br0", "address", MAC.hex(":"), "type", "bridge"],
                  ["link", "set", "srv", "master", "br0"],
                  ["addr", "add", OURS[0] + "/24", "dev", "br0"],
                  ["addr", "add", OURS[1] + "/64", "dev", "br0", "nodad"],
                  ["link", "set", "br0", "up"]):
        net.ip(net.here, *words)
    net.start(wait_xdp=False)
    t.logged("xdp br0 opened")
    assert "mode=generic memory=copy" in t.gtmd.output(), t.gtmd.output()
    for server in OURS:         # a bridge that is just up may lose who asks for a station
        eventually(lambda at=server: net.dig(server=at) == "198.51.100.1", what=server)
    got = net.frames([(raw.ethernet(MAC, plain(v6, 1 + v6)), [1 + v6]) for v6 in (0, 1)])
    for frame in got.values():
        assert raw.take_apart(frame)[2] == [], frame
    assert set(got) == {1, 2}
    before = counted(t)
    net.ask_by(8)
    now = counted(t)
    assert now["xdp-queries"] == before["xdp-queries"] + 2000, (before, now)
    assert now["xdp-queries"] == now["udp-queries"], now


@scene("a reply that a packet has no room for is cut, and whole by TCP")
def cut(t):
    net = Net(t)
    for side, name in ((net.here, "srv"), (net.there, "cli")):
        net.ip(side, "link", "set", name, "mtu", "1280")
    net.start()
    for v6 in (0, 1):
        q = raw.query(1, BIG, 16, 4096)
        ip = raw.ipv6 if v6 else raw.ipv4
        packet = ip(ASKER[v6], OURS[v6], raw.udp(ASKER[v6], OURS[v6], q))
        got = net.frames([(raw.ethernet(MAC, packet), [1])])
        message = dns.message.from_wire(raw.take_apart(got[1])[3])
        assert message.flags & dns.flags.TC and len(got[1]) < 1294, len(got[1])
        whole = t.run([*net.there, need("dig"), f"@{OURS[v6]}", BIG, "TXT", "+short",
                       "+bufsize=4096"]).stdout
        assert whole.count('"') == 14, whole


@scene("an interface that goes and comes back, and a setting, are followed")
def followed(t):
    net = Net(t)
    net.start()
    net.answers()
    net.ip(net.here, "link", "del", "srv")
    t.logged("xdp srv closed")
    net.wire()
    eventually(lambda: t.gtmd.output().count("xdp srv opened") == 2, what="opened again")
    net.answers()
    assert counted(t)["xdp-queries"] == 4, counted(t)
    t.reload(conf("disabled"))
    assert not net.has_program()
    net.answers()
    assert counted(t)["xdp-queries"] == 4, counted(t)
    t.reload(conf(more="xdp-interfaces { srv }"))
    assert net.has_program()
    net.answers()
    assert counted(t)["xdp-queries"] == 6, counted(t)
    t.reload(conf(more="xdp-interfaces { none }"))
    assert t.logged("listener udp xdp-unused address=192.0.2.53:53")
    net.answers()
    assert counted(t)["xdp-queries"] == 6, counted(t)


@scene("wherever it cannot be had sockets answer, and one line says why")
def fallback(t):
    net = Net(t)
    t.write("zone", ZONE)
    t.start(conf(port=5353), prefix=[*net.here, *capabilities()])
    net.answers(OURS, "-p", "5353")
    assert t.gtmd.output().count("xdp srv refused") == 1, t.gtmd.output()
    assert counted(t) == {"udp-queries": 2, "xdp-queries": 0, "xdp-refused": 0}


@scene("three capabilities are enough; a wildcard is the interface's addresses")
def enough(t):
    net = Net(t)
    t.write("zone", ZONE)
    t.start(conf(addresses=("0.0.0.0", "::")), prefix=[
        *net.here, *capabilities("net_raw", "net_admin", "bpf", "net_bind_service")])
    t.logged("xdp srv opened")
    net.answers()
    assert counted(t)["xdp-queries"] == 2


@scene("many addresses are served as few are")
def many(t):
    net = Net(t)
    more = [f"192.0.2.{n}" for n in range(100, 110)]
    for a in more:
        net.ip(net.here, "addr", "add", a + "/32", "dev", "srv")
    net.start(conf(addresses=("0.0.0.0", "::")))
    net.answers((*OURS, more[0], more[-1]))
    assert counted(t)["xdp-queries"] == 4, counted(t)
    for a in more:
        net.ip(net.here, "addr", "del", a + "/32", "dev", "srv")
    net.answers()
    assert counted(t)["xdp-queries"] == 6, counted(t)


@scene("killed, it leaves the interface as it was, and comes back to it")
def killed(t):
    net = Net(t)
    net.start()
    assert net.has_program()
    t.gtmd.stop(signal.SIGKILL)
    eventually(lambda: not net.has_program(), what="the program gone with the process")
    control = restart(t, signal.SIGKILL, prefix=net.here)
    control.close()
    t.logged("xdp srv opened")
    net.answers()
    assert counted(t)["xdp-queries"] == 2
    t.gtmd.stop()
    assert not net.has_program()


@scene("three replacements and six changes under load lose nothing")
def replaced(t):
    net = Net(t)
    net.start()
    names = t.write("names", f"{NAME} A\n")
    load = Process(t, "dnsperf", [*net.there, need("dnsperf"), "-s", OURS[0], "-d", names, "-Q",
                                  "1000", "-n", "6000", "-c", "4", "-t", "4"])
    for i in range(3):
        was = t.gtmd
        t.start(conf(), args=("--replace",), prefix=net.here)
        assert was.wait(40) == 0, was.output()
        t.logged("xdp srv opened")
        t.reload(conf("disabled"))
        t.reload(conf())
    assert load.wait(60) == 0, load.output()
    assert "Queries lost:         0" in load.output(), load.output()
    eventually(lambda: counted(t)["udp-queries"] >= 6000, what="all counted")
    assert counted(t)["xdp-queries"] > 1000, counted(t)


if __name__ == "__main__":
    main()
