#!/usr/bin/python3
"""What etheripd is told on its control socket, by the shell and in its file counts, is what it
says, and is on disk; what cannot be changes nothing; a reload touches only what differs."""
import os
import re
import signal
import socket
import subprocess

from lib.etherip import Sites
from lib.front import Front
from lib.scene import BIN, TOP, eventually, main, scene

# Of each type that is named: what it is made with, and what is changed then.
NAMED = {
    "cm/traffic-group": ({"mac": "02:00:00:00:00:07"}, {"isFloating": "false"}),
    "net/vlan": (
        {"interfaces": [{"name": "lan", "untagged": True}], "mtu": 1400},
        {"mtu": 1500, "maxStations": 7}),
    "net/tunnels/tunnel": (
        {"localAddress": "10.133.64.245", "remoteAddress": "10.133.65.245", "oversize": "icmp",
         "liveness": "icmp", "minTtl": 3},
        {"tcpMss": "1200", "mode": "inbound", "usePmtu": "disabled", "disabled": True}),
    "net/vlan-group": (
        {"members": ["/Common/x"], "mode": "opaque", "ageingTime": 77},
        {"bridgeTraffic": "enabled", "stormFrames": 5, "tier": "user"}),
    "net/route": (
        {"network": "198.51.100.0/24", "gw": "10.133.1.1"}, {"mtu": 1400}),
}
SINGLE = {
    "net/global-settings": {"restartGrace": 3, "proxyExcludes": ["192.0.2.8"]},
}


def holds(doc, wanted):
    for key, value in wanted.items():
        got = doc.get(key)
        if key == "interfaces":
            got = [{"name": i["name"], "untagged": True} for i in doc["interfacesReference"].get(
                "items", [])] if "interfacesReference" in doc and not got else value
        assert got == value, (key, got, value, doc)


def names(items):
    return [o["name"] for o in items.get("items", [])]


def stats(c, path):
    doc = c.ok("GET", f"{path}/stats")
    entries = next(iter(doc["entries"].values()))["nestedStats"]["entries"]
    return {k: v.get("value", v.get("description")) for k, v in entries.items()}


def script(site, text):
    """What an operator types into one shell."""
    done = subprocess.run(
        [*site.gate.inside, os.path.join(BIN, "gtmsh")], input=text, text=True, check=False,
        capture_output=True, env={**os.environ, "GTMSH_NET_SOCKET": os.path.join(
            site.folder, "state", "control.sock"), "GTMSH_SOCKET": "/nowhere"})
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout


def index_of(site, device):
    return site.gate.run("ip", "-o", "link", "show", device).split(":")[0]


@scene("the deployment guide's own commands make one segment of both sites")
def guide(t):
    with Sites(t) as s:
        h, far = s.host(0), s.host(1)
        for site in s.sites:
            site.configure("")
            site.start()
            script(site, "create net vlan vlan-server1 interfaces add { lan { untagged } }\n")
        a, b = s.sites
        for near, other in ((a, b), (b, a)):
            script(near, f"""net tunnel
create tunnel eip profile etherip local-address {near.address} remote-address {other.address}
save / sys config
quit
""")
            script(near, """net vlan-group
create vg-eip mode transparent members add { eip } members add { vlan-server1}
save / sys config
quit
""")
        s.reaches(h, far)
        listed = a.gtmsh("list", "net", "vlan-group", "vg-eip")
        assert "/Common/eip" in listed and "mode transparent" in listed, listed
        shown = a.gtmsh("show", "net", "tunnels", "tunnel", "eip")
        assert "tier" in shown and any(w in shown for w in ("direct", "bridge", "user")), shown
        fdb = eventually(lambda: a.gtmsh("show", "net", "fdb").count(":") >= 10 and
                         a.gtmsh("show", "net", "fdb"), what="two stations")
        rows = {line.split()[0]: line for line in fdb.splitlines() if line.startswith("02:")}
        assert "local" in rows[h.mac.hex(":")], fdb
        there = rows[far.mac.hex(":")]
        assert "remote" in there and "/Common/eip" in there, fdb
        with open(os.path.join(a.folder, "eip.conf"), encoding="utf-8") as f:
            saved = f.read()
        for stanza in ("net vlan-group /Common/vg-eip", "net tunnels tunnel /Common/eip"):
            assert stanza in saved, saved
        metrics = a.gate.run("curl", "-s", "--unix-socket", os.path.join(
            a.folder, "state", "control.sock"), "http://x/metrics")
        assert 'gtm_net_tunnel_up{tunnel="/Common/eip"' in metrics, metrics


def examples(page, begin):
    with open(os.path.join(TOP, "docs/man", page), encoding="ascii") as f:
        blocks = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", f.read(), re.S | re.M)
    return [b.replace("\\e", "\\") for b in blocks if b.startswith(begin)]


@scene("what the manual pages show as commands does what they say")
def told(t):
    with Sites(t) as s:
        site = s.sites[0]
        site.configure("")
        site.start()
        script(site, "create net vlan vlan-server1 interfaces add { lan { untagged } }\n")
        for page in ("eip.conf.5", "etheripd.8"):
            lines, = examples(page, "gtmsh ")
            env = {**os.environ, "PATH": BIN + ":" + os.environ["PATH"],
                   "GTMSH_NET_SOCKET": os.path.join(site.folder, "state", "control.sock")}
            r = subprocess.run(["sh", "-ec", lines], env=env, text=True, capture_output=True,
                               check=False)
            assert r.returncode == 0, (page, r.stdout, r.stderr)
            doc = site.control().ok("GET", "vlan-group/~Common~vg-eip")
            assert doc["mode"] == "transparent" and len(doc["members"]) == 2, doc
            script(site, "delete net vlan-group vg-eip\ndelete net tunnels tunnel eip\n")


@scene("what the manual page shows as a configuration is one")
def shown(t):
    whole = examples("eip.conf.5", "net ")
    assert len(whole) > 1, whole
    for b in whole:		# the later ones go with the first
        conf = t.write("shown.conf", whole[0] + (b if b is not whole[0] else ""))
        r = t.run([os.path.join(BIN, "etheripd"), "-t", "-c", conf])
        assert r.returncode == 0 and " 0 errors, 0 warnings" in r.stdout, (b, r.stdout)


@scene("each type is made, read back as written, changed, and taken away; and all outlives kill -9")
def crud(t):
    with Sites(t, count=1) as s:
        site = s.sites[0]
        site.configure("")
        site.start()
        c = site.control()
        for path, (made, changed) in NAMED.items():
            url = f"/mgmt/tm/{path}"
            name = "y" if path == "net/vlan-group" else "z" if "tunnel" in path else "x"
            holds(c.ok("POST", url, {"name": name, **made}), made)
            c.refused(409, "POST", url, {"name": name, **made})
            holds(c.ok("PATCH", f"{url}/{name}", changed), changed)
            # What is read is what may be written.
            doc = c.ok("GET", f"{url}/~Common~{name}")
            c.ok("PUT", f"{url}/{name}", {k: v for k, v in doc.items()
                                          if not k.endswith("Reference")})
            again = c.ok("GET", f"{url}/~Common~{name}")
            assert {**doc, "generation": 0} == {**again, "generation": 0}, (doc, again)
            assert name in names(c.ok("GET", url))
        c.ok("POST", "self", {"name": "s", "address": "10.133.1.9/24", "vlan": "y"})
        for path, wanted in SINGLE.items():
            holds(c.ok("PATCH", f"/mgmt/tm/{path}", wanted), wanted)
        site.daemon.proc.kill()
        site.daemon.wait()
        site.start()
        c = site.control()
        for path, wanted in SINGLE.items():
            holds(c.ok("GET", f"/mgmt/tm/{path}"), wanted)
        holds(c.ok("GET", "self/s"), {"address": "10.133.1.9/24"})
        c.ok("DELETE", "self/s")
        for path, (made, changed) in reversed(NAMED.items()):
            name = "y" if path == "net/vlan-group" else "z" if "tunnel" in path else "x"
            holds(c.ok("GET", f"/mgmt/tm/{path}/{name}"), {**made, **changed})
            c.ok("DELETE", f"/mgmt/tm/{path}/{name}")
            c.refused(404, "GET", f"/mgmt/tm/{path}/{name}")


@scene("what is wrong is refused with a sentence, and nothing is different then")
def refused(t):
    with Sites(t, count=1) as s:
        site = s.sites[0]
        site.configure(s.text(0))
        site.start()
        c = site.control()
        before = c.ok("GET", "tunnels/tunnel"), c.ok("GET", "vlan-group")
        tunnel = {"name": "y", "localAddress": "192.0.2.1", "remoteAddress": "192.0.2.2"}
        rows = [
            ("net/tunnels/tunnel", {"name": "y"}, 400, "local-address"),
            ("net/tunnels/tunnel", {**tunnel, "remoteAddress": "192.0.2.1"}, 400, "192.0.2.1"),
            ("net/tunnels/tunnel", {**tunnel, "remoteAddress": "2001:db8::1"}, 400, "family"),
            ("net/tunnels/tunnel", {**tunnel, "mtu": 100}, 400, "576"),
            ("net/tunnels/tunnel", {**tunnel, "profile": "/Common/gre"}, 400, "gre"),
            ("net/tunnels/tunnel", {**tunnel, "key": 7}, 400, "key"),
            ("net/vlan-group", {"name": "y", "members": ["nothing"]}, 400, "nothing"),
            ("net/vlan-group", {"name": "y", "members": ["vlan-server"]}, 400, "vg-eip"),
            ("net/vlan-group", {"name": "y", "mode": "virtual-wire"}, 400, "virtual-wire"),
            ("net/vlan-group", {"name": "y", "macMasquerade": "03:00:00:00:00:01"}, 400, "group"),
            ("net/vlan", {"name": "y", "tag": 4095}, 400, "4094"),
            ("net/self", {"name": "y", "address": "192.0.2.1/24", "vlan": "vlan-server"}, 400,
             "vg-eip"),
            ("net/self", {"name": "y", "address": "192.0.2.1", "vlan": "vg-eip"}, 400, "address"),
            ("net/tunnels/gre", {"name": "y"}, 400, "EtherIP"),
        ]
        for path, body, status, word in rows:
            said = c.refused(status, "POST", f"/mgmt/tm/{path}", body)
            assert word in said, (path, body, said)
        assert "limit" in c.refused(400, "GET", "fdb?limit=0")
        assert "mac" in c.refused(400, "GET", "fdb?mac=1")
        assert (c.ok("GET", "tunnels/tunnel"), c.ok("GET", "vlan-group")) == before
        # The same of a file: etheripd -t says so, with the line.
        bad = t.write("bad.conf", "net tunnels tunnel x {\n    local-address 1.2.3\n}\n")
        r = t.run([os.path.join(BIN, "etheripd"), "-t", "-c", bad])
        assert r.returncode == 1 and "bad.conf:2:" in r.stdout, r.stdout
        r = t.run([os.path.join(BIN, "etheripd"), "-t", "-c", os.path.join(
            site.folder, "eip.conf")])
        assert r.returncode == 0, r.stdout


@scene("a reload touches only what differs; what cannot be had is told, and had later")
def reload(t):
    with Sites(t) as s:
        h, far = s.host(0), s.host(1)
        s.start()
        s.reaches(h, far)
        site = s.sites[0]
        c = site.control()
        index = index_of(site, "eip1")
        sent = stats(c, "tunnels/tunnel/~Common~eip1")["framesOut"]
        assert sent > 0
        site.configure(site.sites.text(0) + """net vlan /Common/later {
    interfaces {
        later0 { }
    }
}
net self /Common/later {
    address 10.9.9.1/24
    vlan later
}
net tunnels tunnel /Common/spare {
    local-address 10.133.64.245
    remote-address 10.133.99.1
}
""")
        site.daemon.kill(signal.SIGHUP)
        eventually(lambda: "later" in names(c.ok("GET", "self")), what="the reload")
        assert index_of(site, "eip1") == index
        assert stats(c, "tunnels/tunnel/~Common~eip1")["framesOut"] >= sent
        assert h.pings(far)
        got = stats(c, "self/~Common~later")
        assert got["status.availabilityState"] == "offline" and "later0" in \
            got["status.statusReason"], got
        assert "no VLAN group" in stats(c, "tunnels/tunnel/~Common~spare")["status.statusReason"]
        site.gate.ip("link add later0 type veth peer name later1")
        eventually(lambda: "10.9.9.1" in site.gate.run("ip", "addr", "show", "later0"), 10,
                   "the address on what came later")
        site.configure("net self {\n")
        site.daemon.kill(signal.SIGHUP)
        eventually(lambda: "reload-refused" in site.daemon.output(), what="a refusal")
        assert "later" in names(c.ok("GET", "self"))
        assert h.pings(far)
        site.configure(site.sites.text(0))
        site.daemon.kill(signal.SIGHUP)
        eventually(lambda: "10.9.9.1" not in site.gate.run("ip", "addr", "show", "later0"),
                   what="the address gone")
        assert index_of(site, "eip1") == index and h.pings(far)


def connect(host, port):
    """Is there an answer, and be it that nobody listens?"""
    with host.entered():
        s = socket.socket()
    s.settimeout(0.4)
    with s:
        try:
            s.connect(("10.133.63.245", port))
        except ConnectionRefusedError:
            pass
        except OSError:
            return False
    return True


@scene("a self IP address is on its group, and is asked for what is allowed alone")
def services(t):
    with Sites(t) as s:
        h, far = s.host(0), s.host(1)
        s.start()
        c = s.sites[0].control()
        c.ok("POST", "self", {"name": "s", "address": "10.133.63.245/24", "vlan": "vg-eip",
                              "allowService": ["tcp:7"]})
        for host in (h, far):       # from here, and through the tunnel
            s.reaches(host, "10.133.63.245")
            assert connect(host, 7) and not connect(host, 8), host.address
        c.ok("PATCH", "self/s", {"allowService": ["default"]})
        assert connect(h, 443) and not connect(h, 7)
        c.ok("PATCH", "self/s", {"allowService": ["all"]})
        assert connect(h, 8)
        c.ok("DELETE", "self/s")
        eventually(lambda: not h.pings("10.133.63.245"), what="nobody there")


@scene("who is killed and comes again takes up what is there; -C leaves nothing")
def again(t):
    with Sites(t) as s:
        h, far = s.host(0), s.host(1)
        s.start()
        site = s.sites[0]
        site.control().ok("POST", "self", {"name": "s", "address": "10.133.63.245/24",
                                           "vlan": "vg-eip"})
        s.reaches(h, far)
        for how in (signal.SIGKILL, signal.SIGTERM):
            site.daemon.kill(how)
            site.daemon.wait()
            assert "10.133.63.245" in site.gate.run("ip", "addr")
            site.start()
            s.reaches(h, far)
        site.daemon.stop()
        r = t.run([*site.gate.inside, os.path.join(BIN, "etheripd"), "-s",
                   os.path.join(site.folder, "state"), "-C"])
        assert r.returncode == 0, r.stdout
        left = site.gate.run("ip", "-o", "link") + site.gate.run("nft", "list", "ruleset")
        assert "vg-eip" not in left and "eip1" not in left and "etheripd" not in left, left
        assert "10.133.63.245" not in site.gate.run("ip", "addr")


@scene("gtmrestd passes net on, by roles, and speaks for a box without etheripd")
def front(t):
    with Sites(t, count=1) as s:
        site = s.sites[0]
        site.configure(s.text(0))
        site.start()
        path = os.path.join(site.folder, "state", "control.sock")
        f = Front(t, "guest", "operator", "manager", args=("--net-socket", path))
        url = "/mgmt/tm/net/self"
        made = {"name": "s", "address": "10.9.0.1/24", "vlan": "vg-eip"}
        assert f.ask("GET", url, user="guest")[0] == 200
        assert f.ask("POST", url, made, user="operator")[0] == 403
        status, doc, _ = f.ask("POST", url, made, user="manager")
        assert status == 200 and doc["fullPath"] == "/Common/s", doc
        assert f.ask("POST", "/mgmt/tm/net/announce", {"station": "02:00:00:00:00:01"},
                     user="guest")[0] == 403
        status, doc, _ = f.ask("GET", "/mgmt/tm/net/fdb", user="guest")
        assert status == 200 and doc["kind"].startswith("tm:net:fdb"), doc
        status, doc, _ = f.ask("GET", "/mgmt/tm/cm/traffic-group", user="guest")
        assert status == 200 and "items" in doc, doc
        site.daemon.stop()
        status, doc, _ = f.ask("GET", url, user="guest")
        assert status == 200 and not doc.get("items"), doc
        assert f.ask("POST", url, made, user="manager")[0] == 503


main()
