#!/usr/bin/python3
"""Each property of tunnels and VLAN groups takes effect when it is set, in every tier: seen on
the wires of a gateway at work, and gone when it is taken back."""
import ipaddress
import os
import socket

from lib.eipwires import ARP, FAR, IP, NEXT, TCP, UDP, Ether, ICMP, Raw, address, text, wires
from lib.etherip import EVERYBODY, Sites, lasts, mac, wire
from lib.scene import SLOW, eventually, main, scene

TUNNEL, GROUP, VLAN = "tunnels/tunnel/eip1", "vlan-group/vg-eip", "vlan/vlan-server"


def passes(w, out, layers=None, **more):
    """Does one more frame go that way?"""
    return w.crosses(*w.frame(layers, out=out, **more), out=out)


def stops(w, out, reason, layers=None, dst=None, **more):
    """It does not, and is counted so."""
    key = ("droppedOut." if out else "droppedIn.") + reason
    frame, mark = w.frame(layers, out=out, **more)
    if dst:
        frame[Ether].dst = dst
    before = w.stats()[key]
    w.put_in(frame, out)
    eventually(lambda: w.stats()[key] > before, 5, key)
    w.came_not(mark, out)


# -- the tunnel ----------------------------------------------------------------------------------
def inbound(w):
    assert passes(w, False)
    stops(w, True, "nowhere")


def outbound(w):
    assert passes(w, True)
    stops(w, False, "direction")


def head_of(w, layers=None, **more):
    """The head outside of a frame that goes out."""
    frame, mark = w.frame(layers, out=True, **more)
    w.lan.send(bytes(frame))
    got = w.arrives(w.wan, mark)
    assert got is not None, "it did not come out"
    return Ether(got)[IP]


def marked(tos):
    return IP(src="10.133.63.201", dst="10.133.63.200", tos=tos) / UDP(sport=9, dport=9)


def tos_fixed(w):
    assert head_of(w, marked(0x28)).tos == 0xb8
    assert head_of(w, marked(0x2a)).tos == 0xba


def tos_kept(w):
    assert head_of(w, marked(0x2a)).tos == 0x2a


def may_be_cut(w):
    one, other = head_of(w), head_of(w)
    assert "DF" not in one.flags and one.id != other.id


def not_cut(w):
    assert "DF" in head_of(w).flags


def reversed_taken(w):
    frame, mark = w.frame()
    w.send(frame, head=b"\x03\x00")
    w.came("03 00", frame, mark)


def reversed_refused(w):
    before = w.stats()
    frame, mark = w.frame()
    w.send(frame, head=b"\x03\x00")
    w.refused("03 00", mark, "reversed", before)


def far_refused(w):
    before = w.stats()
    frame, mark = w.frame()
    w.send(frame, ttl=9)
    w.came_not(mark, False)
    eventually(lambda: w.stats()["droppedIn.ttl"] > before["droppedIn.ttl"], 5, "droppedIn.ttl")
    w.taken("TTL 10", *w.frame(), ttl=10)


def elsewhere(w, see):
    """With the way to the other end by another interface than the one that it sends by."""
    gate = w.near.gate
    gate.ip("link add other type veth peer name other1")
    for end in ("other", "other1"):
        gate.ip(f"link set {end} up")
    gate.ip(f"route add {w.end.address}/32 dev other")
    gate.ip("route flush cache")
    see()
    gate.ip("link del other")


def by_the_way_alone(w):
    def see():
        before = w.stats()["droppedIn.interface"]

        def refused():
            frame, _ = w.frame()
            w.send(frame)
            return w.stats()["droppedIn.interface"] > before
        eventually(refused, 5, "droppedIn.interface")
        frame, mark = w.frame()
        w.send(frame)
        assert not w.arrives(w.lan, mark, 0.2)
    elsewhere(w, see)


def by_any(w):
    def see():
        lasts(1.2)      # until the way has been looked at
        assert passes(w, False)
        assert w.stats()["droppedIn.interface"] == before
    before = w.stats()["droppedIn.interface"]
    elsewhere(w, see)


def mss_of(w, out):
    """What a SYN says, when it has crossed."""
    ends = ["10.133.63.200", "10.133.63.201"]
    if out:
        ends.reverse()
    frame, mark = w.frame(IP(src=ends[0], dst=ends[1]) / TCP(flags="S", options=[("MSS", 1460)]),
                          out=out)
    w.put_in(frame, out)
    got = w.arrives(w.wan if out else w.lan, mark)
    assert got is not None
    inner = Ether(got[14 + 22:]) if out else Ether(got)
    was = inner[TCP].chksum
    del inner[TCP].chksum
    assert Ether(bytes(inner))[TCP].chksum == was, "the checksum of a clamped SYN"
    return dict(inner[TCP].options)["MSS"]


def mss(number):
    def see(w):
        assert [mss_of(w, out) for out in (True, False)] == [number, number]
    return see


def dropped_long(w):
    assert passes(w, True, size=900)
    stops(w, True, "oversize", size=1200)


def told_long(w):
    layers = IP(src="10.133.63.201", dst="10.133.63.200", flags="DF") / UDP(sport=9, dport=9)
    frame, mark = w.frame(layers, out=True, size=1200)
    w.lan.send(bytes(frame))
    w.lan.settimeout(5 * SLOW)
    while True:
        got = Ether(w.take(w.lan))
        if ICMP in got and (got[ICMP].type, got[ICMP].code) == (3, 4):
            assert got[ICMP].nexthopmtu == 1000 and mark not in bytes(got)[:60]
            break
    w.came_not(mark, True)


def cut_long(w):
    """The datagram outside is cut, and no piece is longer than the mtu asks for."""
    frame, mark = w.frame(marked(0x28), out=True, size=1200)
    w.lan.send(bytes(frame))
    pieces = []
    for got in w.frames(w.wan, 3):
        head = Ether(got).payload
        if IP not in Ether(got) or head.proto != 97:
            continue
        pieces.append(head)
        if head.frag == 0 and "MF" not in head.flags:
            pieces.clear()      # another one, whole
        elif "MF" not in head.flags:
            break
    assert len(pieces) == 2 and len({p.id for p in pieces}) == 1 and pieces[0].id
    whole = b""
    for p in pieces:
        assert p.len <= 1036 and p.frag * 8 == len(whole) and "DF" not in p.flags
        assert (p.src, p.dst, p.tos) == (w.near.address, w.end.address, 0x28)
        whole += bytes(p.payload)[:p.len - 20]
    assert whole == b"\x30\x00" + bytes(frame)
    assert head_of(w, size=900).frag == 0


def believed(w):
    """What a router says of the way's MTU."""
    was = w.stats()["mtu"]
    w.put(IP(src="10.133.64.9", dst=w.near.address) / ICMP(type=3, code=4, nexthopmtu=1400) /
          Raw(bytes(head_of(w))[:28]))
    eventually(lambda: w.stats()["mtu"] == 1400 - 36, 5, "the mtu")
    w.near.gate.ip("route flush cache")
    eventually(lambda: w.stats()["mtu"] == was, 5, "the mtu of before")


def learned(w, out):
    """Three stations send; how many of them are known then."""
    NEXT[0] += 1
    macs = [f"02:00:00:77:{NEXT[0] & 255:02x}:{i:02x}" for i in range(3)]
    for one in macs:
        frame, mark = w.frame(out=out)
        frame[Ether].src = one
        assert w.crosses(frame, mark, out=out), "of a new station"
    return len([r for r in w.fdb() if r["mac"] in macs])


def few(out):
    """What the limit leaves room for is learned, and no more."""
    def see(w):
        before = w.stats()["notLearned"]
        assert learned(w, out) == 1
        eventually(lambda: w.stats()["notLearned"] > before, 5, "notLearned")
    return see


def one_more(key, where):
    return lambda w: {key: len([r for r in w.fdb() if where in (None, r["where"])]) + 1}


def nothing(w):
    for out in (True, False):
        assert not w.crosses(*w.frame(out=out), out=out, seconds=0.2)


def watched(w):
    w.state("up")
    assert w.stats()["livenessDetectMs"] == 100, w.stats()["livenessDetectMs"]
    with w.deaf_end():
        w.state("down")
        nothing(w)
    w.state("up")


# -- the group ------------------------------------------------------------------------------------
def any_type(w):
    for out in (True, False):
        frame, mark = w.frame(Raw(b""), out=out)
        frame[Ether].type = 0x88b5
        assert w.crosses(frame, mark, out=out)


def no_groups(w):
    for out in (True, False):
        stops(w, out, "group", dst="01:00:5e:00:00:05")
        stops(w, out, "group", dst=text(EVERYBODY))
        frame, mark = w.frame(ARP(op=1, hwsrc=FAR, psrc="10.133.63.200", pdst="10.133.63.201"),
                              out=out, size=12)
        frame[Ether].dst = text(EVERYBODY)
        assert w.crosses(frame, mark, out=out), "ARP"


def unknown_stops(w):
    stops(w, True, "unknown", dst="02:00:00:00:99:99")
    assert passes(w, True)


def unknown_goes(w):
    frame, mark = w.frame(out=True)
    frame[Ether].dst = "02:00:00:00:99:99"
    assert w.crosses(frame, mark, out=True)


def storm(w):
    key = "droppedOut.storm-broadcast"
    before = w.stats()[key]
    frame, _ = w.frame(out=True, size=1400)
    frame[Ether].dst = text(EVERYBODY)
    for _ in range(60):
        w.lan.send(bytes(frame))
    eventually(lambda: w.stats()[key] > before, 5, key)
    assert passes(w, True), "what is for one station"


def turned(w):
    frame, mark = w.frame(out=True)
    w.lan.send(bytes(frame))
    got = w.arrives(w.wan, mark)
    inner = Ether(got[14 + 22:])
    assert inner.src == mac(bytes([w.host.mac[0] ^ 2]) + w.host.mac[1:]), inner.src
    assert inner.dst == "00" + FAR[2:], inner.dst


def ages(w):
    eventually(lambda: not [r for r in w.fdb() if r["mac"] == FAR], 5, "it is forgotten")


def answered(w, target):
    """Does anybody say that he has this address, when the host asks?"""
    ask = ARP(op=1, hwsrc=text(w.host.mac), psrc=w.host.address, pdst=target)
    w.lan.send(bytes(Ether(src=text(w.host.mac), dst=text(EVERYBODY)) / ask))
    for got in w.frames(w.lan, 0.4):
        got = Ether(got)
        if ARP in got and got[ARP].op == 2 and got[ARP].psrc == target:
            return got[ARP].hwsrc
    return None


STATION, ITS = "02:00:00:00:00:fb", "10.133.63.251"


def hello(w, out=False):
    """A station says that it is there."""
    w.put_in(Ether(src=STATION, dst=text(EVERYBODY)) / ARP(op=1, hwsrc=STATION, psrc=ITS,
                                                          pdst=ITS), out)


def found(w, where):
    eventually(lambda: [r for r in w.fdb() if r["mac"] == STATION and r["where"] == where], 5,
               f"the station is {where}")


def proxied(w):
    hello(w)
    found(w, "remote")
    eventually(lambda: answered(w, ITS), 5, "an answer for who is elsewhere")


def excluded(w):
    hello(w)
    found(w, "remote")
    before = w.stats()["droppedOut.excluded"]
    assert answered(w, ITS) is None
    eventually(lambda: w.stats()["droppedOut.excluded"] > before, 5, "droppedOut.excluded")


def excluded_by_all(w):
    back = w.change("global-settings", {"proxyExcludes": [ITS]})
    excluded(w)
    back()


def masked(w):
    assert address(w.near.gate, "vg-eip") == "02:01:d7:01:02:04"


def damped(w):
    """Too many moves: it stays where it is, whatever is seen; then it moves again."""
    for out in (False, True, False, True):
        hello(w, out)
        eventually(lambda: w.where(STATION)["where"] != "unknown", 5, "known")
    eventually(lambda: w.where(STATION)["damped"], 5, "damped")
    at = w.where(STATION)["where"]
    hello(w, at == "remote")
    lasts(0.1)
    assert w.where(STATION)["where"] == at
    eventually(lambda: not w.where(STATION)["damped"], 5, "no longer damped")
    hello(w, at == "remote")
    eventually(lambda: w.where(STATION)["where"] != at, 5, "it moves again")


def asked(w):
    """Who has moved is asked at once, there where it is."""
    hello(w, True)
    found(w, "local")
    lasts(0.1)
    hello(w)
    found(w, "remote")
    for got in w.frames(w.wan, 2):
        inner = Ether(got[36:])
        if ARP in inner and inner[ARP].op == 1 and inner[ARP].pdst == ITS and \
                inner.src != STATION:
            return
    raise AssertionError("nobody asks")


def held(w):
    """Of five frames for a station that is silent two wait, and go to where it is then."""
    hello(w)
    found(w, "remote")
    key = "droppedOut.held"
    before = w.stats()[key]
    w.control().ok("POST", "freeze", {"station": STATION, "timeout": 20000})
    marks = []
    for _ in range(5):
        frame, mark = w.frame(out=True)
        frame[Ether].dst = STATION
        w.lan.send(bytes(frame))
        marks.append(mark)
    eventually(lambda: w.stats()[key] == before + 3, 5, key)
    w.control().ok("POST", "move", {"station": STATION, "to": "remote"})
    got = [m for m in marks for g in [w.arrives(w.wan, m, 0.3)] if g]
    assert got == marks[:2], (got, marks)


def served(w):
    """From here, and out of the tunnel."""
    own = address(w.near.gate, "vg-eip")
    at = "10.133.63.245"
    back = w.make("self", {"name": "s", "address": at + "/24", "vlan": "vg-eip",
                           "allowService": ["tcp:7"]})
    for out in (True, False):
        for port, answers in ((7, True), (8, False)):
            frame, _ = w.frame(IP(src="10.133.63.202", dst=at) / TCP(dport=port, flags="S",
                                                                     sport=NEXT[0] + 5000), out=out)
            frame[Ether].dst = own
            frame[Ether].src = STATION
            say = ARP(op=2, hwsrc=STATION, psrc="10.133.63.202", hwdst=own, pdst=at)
            w.put_in(Ether(src=STATION, dst=own) / say, out)
            w.near.gate.ip(f"neigh replace 10.133.63.202 lladdr {STATION} dev vg-eip")
            w.put_in(frame, out)
            got = [f for f in w.frames(w.lan if out else w.wan, 0.4)
                   if TCP in (x := Ether(f if out else f[36:])) and x[IP].src == at
                   and x[TCP].sport == port]
            assert bool(got) == answers, (out, port, len(got))
    back()


def pinned(w):
    """A station of the configuration is where that says, whatever is seen."""
    back = w.make("fdb/tunnel", {"name": "eip1", "records": [{"name": STATION}]})
    frame, mark = w.frame(out=True)
    frame[Ether].dst = STATION
    assert w.crosses(frame, mark, out=True)     # though unknown ones do not
    hello(w, True)
    lasts(0.1)
    assert w.where(STATION)["where"] == "remote"
    back()
    back = w.make("fdb/vlan", {"name": "vlan-server", "records": [{"name": STATION}]})
    hello(w)
    lasts(0.1)
    assert w.where(STATION)["where"] == "local"
    stops(w, True, "same-side", dst=STATION)
    back()


def standby(w):
    """A pair's unit that is not active, and does not become so by itself."""
    key = w.near.sites.stage.write("pair.key", "5a" * 32 + "\n")
    os.chmod(key, 0o600)
    back = w.change("failover", {"enabled": True, "keyFile": key, "lease": 100,
                                 "localAddress": w.near.address, "peerAddress": "10.133.99.1"})
    w.control().ok("POST", "failover/role", {"role": "offline"})
    return back


def watched_apart(w):
    """While the other unit has local-address the peer is asked from this unit's own."""
    own = "10.133.64.77"
    w.near.gate.ip(f"address add {own}/16 dev wan")
    unmake = w.make("/mgmt/tm/cm/traffic-group", {"name": "tg"})
    back = w.change(TUNNEL, {"trafficGroup": "tg", "secondaryAddress": own, "liveness": "icmp",
                             "livenessInterval": 50})
    away = standby(w)
    assert any(ICMP in (x := Ether(f)) and x[IP].src == own and x[IP].dst == w.end.address
               for f in w.frames(w.wan, 5))
    for undo in (away, back, unmake):
        undo()
    w.near.gate.ip(f"address del {own}/16 dev wan")


def as_long(w):
    assert " mtu 1400 " in w.near.gate.run("ip", "link", "show", "lan")


def routed(w):
    way = "10.77.0.0/16 via 10.133.64.9 dev wan"
    back = w.make("route", {"name": "r", "network": "10.77.0.0/16", "gw": "10.133.64.9",
                            "mtu": 1200})
    got = w.near.gate.run("ip", "route")
    assert way in got and "mtu 1200" in got, got
    back()
    assert way not in w.near.gate.run("ip", "route")


def silent(w):
    back = standby(w)
    for out in (True, False):
        assert not w.crosses(*w.frame(out=out), out=out, seconds=0.2)
    back()


def talks(w):
    back = standby(w)
    for out in (True, False):
        assert passes(w, out)
    back()


def traced(w):
    """Each of its frames once, with what became of it."""
    w.control().ok("POST", "trace", {"station": FAR})
    for out in (False, True):
        assert passes(w, out)
    frame, mark = w.frame(Raw(b""))
    frame[Ether].type = 0x88b5
    w.send(frame)
    w.came_not(mark, False)
    want = [("/Common/eip1", ["local"], "crosses"), ("local", ["/Common/eip1"], "crosses"),
            ("/Common/eip1", [], "not-ip")]

    def seen():
        got = [(f["from"], f["to"], f["verdict"]) for f in w.control().ok("GET", "trace")["items"]]
        return got[:3] == want and len(got) == 4
    eventually(seen, 3, "trace")
    # What is traced takes no leap.
    w.control().ok("POST", "trace", {"station": FAR, "timeout": 1})


def leaps(w):
    """In tier direct."""
    before = w.stats()
    if before["tier"] != "direct":
        assert "tier direct" in before["fastPathReason"], before["fastPathReason"]
        return
    if "this kernel" in before["fastPathReason"]:       # it is too old
        return

    def leapt():
        assert passes(w, True) and passes(w, False)     # both stations are known, then
        return w.stats()["fastPathFrames"] > before["fastPathFrames"] + 1
    eventually(leapt, 5, "frames on the fast path")
    assert w.stats()["fastPath"] == "taken", w.stats()["fastPathReason"]


def walks(w):
    before = w.stats()
    for _ in range(3):
        assert passes(w, False)
    after = w.stats()
    assert before["fastPathFrames"] == after["fastPathFrames"]
    assert after["fastPath"] == "not taken"
    assert ("disabled" if after["tier"] == "direct" else "tier direct") in after["fastPathReason"]


# What is changed, to what, how that is seen, and the tier where it is not the one asked for.
ROWS = [
    (TUNNEL, {"mode": "inbound"}, inbound),
    (TUNNEL, {"mode": "outbound"}, outbound),
    (TUNNEL, {"tos": "184"}, tos_fixed),
    (TUNNEL, {"tos": "preserve"}, tos_kept),
    (TUNNEL, {"usePmtu": "disabled"}, may_be_cut),
    (TUNNEL, {"usePmtu": "enabled"}, not_cut),
    (TUNNEL, {"usePmtu": "enabled"}, believed),
    (TUNNEL, {"acceptReversedVersion": "enabled"}, reversed_taken),
    (TUNNEL, {"acceptReversedVersion": "disabled"}, reversed_refused),
    (TUNNEL, {"checkInterface": "enabled"}, by_the_way_alone),
    (TUNNEL, {"checkInterface": "disabled"}, by_any),
    (TUNNEL, {"minTtl": 10}, far_refused),
    (TUNNEL, {"mtu": 1000}, mss(960)),
    (TUNNEL, {"mtu": 1000, "tcpMss": "off"}, mss(1460)),
    (TUNNEL, {"tcpMss": "700"}, mss(700)),
    (TUNNEL, {"mtu": 1000, "oversize": "drop"}, dropped_long),
    (TUNNEL, {"mtu": 1000, "oversize": "icmp"}, told_long),
    (TUNNEL, {"mtu": 1000}, cut_long),
    (TUNNEL, {"mtu": 1000, "usePmtu": "disabled"}, cut_long),
    (TUNNEL, {"liveness": "icmp", "livenessInterval": 50, "livenessMultiplier": 2}, watched),
    (TUNNEL, {"disabled": True}, nothing, None),
    (TUNNEL, {"protection": "ipsec"}, nothing, "user"),
    (TUNNEL, one_more("maxStations", "remote"), few(False)),
    (VLAN, one_more("maxStations", "local"), few(True)),
    (GROUP, one_more("maxStations", None), few(False)),
    (GROUP, {"bridgeTraffic": "enabled"}, any_type),
    (GROUP, {"bridgeMulticast": "disabled"}, no_groups),
    (GROUP, {"unknownFlood": "disabled"}, unknown_stops),
    (GROUP, {"unknownFlood": "enabled"}, unknown_goes),
    (GROUP, {"stormFrames": 5}, storm),
    (GROUP, {"stormOctets": 100}, storm),
    (GROUP, {"mode": "translucent"}, turned),
    (GROUP, {"ageingTime": 1}, ages),
    (GROUP, {}, traced),
    (GROUP, {"tier": "auto", "mode": "opaque"}, proxied, "user"),
    (GROUP, {"tier": "auto", "mode": "opaque", "proxyExcludes": [ITS]}, excluded, "user"),
    (GROUP, {"tier": "auto", "mode": "opaque"}, excluded_by_all, "user"),
    (GROUP, {"macMasquerade": "02:01:d7:01:02:04"}, masked),
    (GROUP, {"dampeningMoves": 2, "dampeningWindow": 10, "dampeningHold": 1}, damped),
    (GROUP, {"migrationKeepalive": "enabled"}, asked),
    (GROUP, {"holdFrames": 2, "holdTime": 10000}, held),
    (GROUP, {}, served),
    (GROUP, {"unknownFlood": "disabled"}, pinned),
    (GROUP, {"bridgeInStandby": "disabled"}, silent),
    (GROUP, {"bridgeInStandby": "enabled"}, talks),
    (TUNNEL, {}, watched_apart),
    (VLAN, {"mtu": 1400}, as_long),
    (GROUP, {}, routed),
    (GROUP, {"fastPath": "disabled"}, walks),
    (GROUP, {"fastPath": "automatic"}, leaps),
]


def shows(w, row, tier):
    """The row is so, and when it is taken back frames cross both ways again."""
    where, what, see, *other = row
    back = w.change(where, what(w) if callable(what) else what)
    now = w.stats()
    assert now.get("tier") == (other[0] if other else tier), now.get("tierReason")
    assert now.get("tier") == tier or not other[0] or now["tierReason"]
    see(w)
    back()
    eventually(w.works, 5, "frames as before")


def play(t, tier):
    w = wires(t, tier)
    # So the gateway's port takes frames from XDP: all of this holds on the fast path, too.
    w.near.switch.run("ethtool", "-K", "gate", "gro", "on")
    for row in ROWS:
        try:
            shows(w, row, tier)
        except Exception as e:
            what = row[1] if isinstance(row[1], dict) else "a limit"
            raise AssertionError(f"{row[0]} {what}, {row[2].__name__}: {e!r}") from e


@scene("tier direct: each property takes effect when it is set, and none when it is taken back")
def direct(t):
    play(t, "direct")


@scene("tier bridge: the same")
def bridge(t):
    play(t, "bridge")


@scene("tier user: the same")
def user(t):
    play(t, "user")


@scene("restart-grace: without a daemon the kernel stops when it is over")
def grace(t):
    w = wires(t, "direct")
    w.change("global-settings", {"restartGrace": 1})
    w.near.daemon.proc.kill()
    w.near.daemon.wait()
    for out in (True, False):
        eventually(lambda: not w.crosses(*w.frame(out=out), out=out, seconds=0.1), 5, "an end")


def told(site, state, word=""):
    def so():
        got = site.stats(TUNNEL)
        return got["status.availabilityState"] == state and word in got["status.statusReason"]
    eventually(so, 8, f"{state} {word}")


def pieces(site, wire_, h, far):
    """With an mtu of its own the tunnel cuts what the way would take whole."""
    site.control().ok("PATCH", TUNNEL, {"mtu": 1300, "oversize": "fragment"})
    assert h.pings(far, "-s", "1400", "-M", "do")
    own = [ipaddress.ip_address(a).packed for a in (site.address, site.address6)]
    lengths = []
    wire_.settimeout(0.2)
    try:
        while True:
            got = wire_.recv(4096)
            if own[0] == got[26:30] or own[1] == got[22:38]:
                lengths.append(len(got) - 14)
    except (TimeoutError, socket.timeout):
        pass
    assert 1200 < max(lengths) <= 1300 + 56, lengths


def comes_and_goes(t, v6):
    with Sites(t) as s:
        h, far = s.host(0), s.host(1)
        site = s.sites[0]
        own = (site.address6 if v6 else site.address) + ("/16 dev wan nodad" if v6 else
                                                         "/16 dev wan")
        site.gate.ip(f"address del {own.replace(' nodad', '')}")
        s.start(v6=v6, tunnel="    oversize drop\n    liveness none\n")
        told(site, "offline", "local-address")
        site.gate.ip(f"address add {own}")
        s.reaches(h, far, 8)
        told(site, "unknown")
        site.gate.ip("link set wan down")
        told(site, "offline")
        mine = address(site.gate, "wan")
        site.gate.ip("link del wan")
        wire(site.gate, "wan", s.wan, "wan0", s.wan_mtu)
        s.wan.ip("link set wan0 master wan")
        site.gate.ip(f"link set wan address {mine}")
        site.gate.ip(f"address add {own}")
        told(site, "unknown")
        s.reaches(h, far, 8)
        # What fits is what this device takes, also when nothing went through the slow path.
        eventually(lambda: site.stats(TUNNEL)["mtu"] == 1600 - (56 if v6 else 36), 5, "the mtu")
        site.gate.ip("link set wan mtu 1500")
        eventually(lambda: site.stats(TUNNEL)["mtu"] == 1500 - (56 if v6 else 36), 5, "the mtu")
        site.gate.ip("link del lan")
        wire(site.gate, "lan", site.switch, "gate", s.lan_mtu)
        site.switch.ip("link set gate master sw")
        s.reaches(h, far, 15)
        pieces(site, s.wan.packets("wan0"), h, far)


@scene("what is not there at the start, or goes away, is had when it comes")
def weather(t):
    comes_and_goes(t, False)


@scene("... with IPv6 outside, too")
def weather6(t):
    comes_and_goes(t, True)


@scene("what goes from tunnel to tunnel goes through user space, and only where that is asked for")
def horizon(t):
    with Sites(t, 3) as s:
        ends = [s.host(i) for i in range(3)]
        for site in s.sites[1:]:
            site.configure(s.text(site.i).replace(f"        eip{3 - site.i}\n", ""))
        s.sites[0].configure(s.text(0))
        for site in s.sites:
            site.start()
        for end in ends[1:]:
            s.reaches(ends[0], end)
        assert not ends[1].pings(ends[2])
        assert s.sites[0].stats(TUNNEL)["tier"] != "user"
        s.sites[0].control().ok("PATCH", GROUP, {"splitHorizon": "disabled"})
        s.reaches(ends[1], ends[2])
        got = s.sites[0].stats(TUNNEL)
        assert got["tier"] == "user" and "tunnel to tunnel" in got["tierReason"], got
        s.sites[0].control().ok("PATCH", GROUP, {"splitHorizon": "enabled"})
        eventually(lambda: not ends[1].pings(ends[2]), 5, "the horizon again")


main()
