#!/usr/bin/python3
"""What womd is told on its control socket, by the shell and in its file counts, is what it
says, and is on disk; what cannot be changes nothing; a reload touches only what differs."""
import hashlib
import os
import signal
import socket
import subprocess

from lib.scene import BIN, Process, eventually, free_port, main, scene
from lib.womd import Site, Sites, application, data, send

PRINT = "ab" * 32

# Of each type that is named: what it is made with, and what is changed then.
NAMED = {
    "wom/remote-endpoint": (
        {"address": "192.0.2.77", "endpoint": "disabled", "connections": 3,
         "trustDomain": "blue", "peerFingerprints": [PRINT], "tunnelPort": 4433},
        {"connections": 5, "allowRouting": "disabled", "snat": "remote",
         "origin": "manually-saved"}),
    "wom/advertised-route": (
        {"dest": "198.51.100.0/24", "metric": 7, "label": "lab"},
        {"include": "disabled", "metric": 0}),
    "wom/profile/isession": (
        {"defaultsFrom": "/Common/isession", "compressionLevel": 5},
        {"deduplication": "disabled", "adaptiveCompression": "disabled"}),
    "wom/optimized-application": (
        {"ports": ["9000", "9100-9200"], "disabled": True},
        {"ports": ["9001"], "profile": "/Common/isession-encrypt"}),
    "ltm/profile/client-ssl": (
        {"caFile": "/x/ca.pem", "cert": "/x/c.pem", "key": "/x/k.pem"},
        {"authenticateDepth": 2, "peerFingerprints": [PRINT]}),
    "ltm/profile/server-ssl": (
        {"caFile": "/x/ca.pem", "cert": "/x/c.pem", "key": "/x/k.pem"},
        {"serverName": "site-b.example", "handshakeTimeout": 3}),
}
SINGLE = {
    "wom/global-settings": {"keepaliveInterval": 2, "memoryMax": 256, "streamsMax": 500},
    "wom/deduplication": {"maxEndpointCount": 2, "dictionarySize": 32},
    "wom/endpoint-discovery": {"maxEndpointCount": 9, "discoverable": "disabled"},
    "wom/server-discovery": {"maxServerCount": 9, "rttThreshold": 20},
    "wom/local-endpoint": {"noRoute": "passthru", "allowNat": "disabled"},
}


def holds(doc, wanted):
    for key, value in wanted.items():
        got = doc.get(key)
        if isinstance(value, list) and got is not None:
            got = sorted(got)
        assert got == value, (key, got, value, doc)


def shell(site, *words, code=0):
    env = dict(os.environ, GTMSH_WOM_SOCKET=site.control.path,
               GTMSH_SOCKET="/nowhere/control.sock")
    r = subprocess.run([os.path.join(BIN, "gtmsh"), *words], env=env, text=True,
                       capture_output=True, check=False)
    assert r.returncode == code, (words, r.returncode, r.stdout, r.stderr)
    return r.stdout + r.stderr


@scene("each type is made, read back as written, changed, and taken away; and all outlives kill -9")
def crud(t):
    with Sites(t) as s:
        s.a.start()
        c = s.a.control
        for path, (made, changed) in NAMED.items():
            url = f"/mgmt/tm/{path}"
            holds(c.ok("POST", url, {"name": "x", **made}), made)
            c.refused(409, "POST", url, {"name": "x", **made})
            holds(c.ok("PATCH", f"{url}/x", changed), changed)
            # What is read is what may be written.
            doc = c.ok("GET", f"{url}/~Common~x")
            c.ok("PUT", f"{url}/x", {k: v for k, v in doc.items() if not k.endswith("Reference")})
            again = c.ok("GET", f"{url}/~Common~x")
            assert {**doc, "generation": 0} == {**again, "generation": 0}, (doc, again)
            assert "x" in [o["name"] for o in c.ok("GET", url)["items"]]
        for path, wanted in SINGLE.items():
            holds(c.ok("PATCH", f"/mgmt/tm/{path}", wanted), wanted)
        s.a.process.proc.kill()
        s.a.process.wait()
        s.a.start()
        c = s.a.control
        for path, wanted in SINGLE.items():
            holds(c.ok("GET", f"/mgmt/tm/{path}"), wanted)
        for path, (made, changed) in NAMED.items():
            holds(c.ok("GET", f"/mgmt/tm/{path}/x"), {**made, **changed})
            c.ok("DELETE", f"/mgmt/tm/{path}/x")
            c.refused(404, "GET", f"/mgmt/tm/{path}/x")


@scene("what is wrong is refused with a sentence, and nothing is different then")
def refused(t):
    with Sites(t) as s:
        s.a.start()
        c = s.a.control
        before = c.ok("GET", "/mgmt/tm/wom/remote-endpoint")
        taken = s.at[0], s.near[0]
        rows = [
            ("wom/remote-endpoint", {"name": "y"}, 400, "address"),
            ("wom/remote-endpoint", {"name": "y", "address": s.at[0]}, 400, "local endpoint"),
            ("wom/remote-endpoint", {"name": "y", "address": "192.0.2.1", "connections": 17}, 400,
             "connections"),
            ("wom/remote-endpoint", {"name": "y", "address": "192.0.2.1", "colour": 1}, 400,
             "colour"),
            ("wom/remote-endpoint", {"name": "y", "address": "192.0.2.1", "serverSsl": "nil"}, 400,
             "nil"),
            ("wom/advertised-route", {"name": "y", "dest": "192.0.2.1/24"}, 400, "dest"),
            ("wom/optimized-application", {"name": "y", "mode": "explicit"}, 400, "listen"),
            ("wom/optimized-application", {"name": "y", "mode": "explicit", "listen":
             f"{taken[0]}:{taken[1]}", "destination": "192.0.2.1:80"}, 400, str(taken[1])),
            ("wom/profile/cifs", {"name": "y"}, 400, "not supported"),
        ]
        for path, body, status, word in rows:
            said = c.refused(status, "POST", f"/mgmt/tm/{path}", body)
            assert word in said, (path, body, said)
        assert c.ok("GET", "/mgmt/tm/wom/remote-endpoint") == before
        # A certificate that is not there, an address that is not ours: the gate's.
        c.ok("POST", "/mgmt/tm/ltm/profile/client-ssl", {
            "name": "gone", "cert": "/nowhere/c.pem", "key": "/nowhere/k.pem",
            "caFile": "/nowhere/ca.pem"})
        said = c.call("PATCH", "/mgmt/tm/wom/local-endpoint", {"clientSsl": "gone"})
        assert said[0] >= 400 and "/nowhere/" in said[1]["message"], said
        said = c.call("PATCH", "/mgmt/tm/wom/local-endpoint", {"addresses": ["192.0.2.55"]})
        assert said[0] >= 400 and "192.0.2.55" in said[1]["message"], said
        assert c.ok("GET", "/mgmt/tm/wom/local-endpoint")["addresses"] == [s.at[0]]
        # The same of a file: womd -t says so, with the line.
        bad = os.path.join(t.dir, "bad.conf")
        with open(bad, "w", encoding="utf-8") as f:
            f.write("wom remote-endpoint x {\n    address 1.2.3\n}\n")
        r = subprocess.run([os.path.join(BIN, "womd"), "-t", "-c", bad], text=True, check=False,
                           capture_output=True)
        assert r.returncode == 1 and "bad.conf:2:" in r.stdout, (r.stdout, r.stderr)
        r = subprocess.run([os.path.join(BIN, "womd"), "-t", "-c",
                            os.path.join(s.a.folder, "wom.conf")], text=True, check=False,
                           capture_output=True)
        assert r.returncode == 0, r.stdout


@scene("the shell makes, lists, changes and deletes by its own words, and saves")
def by_shell(t):
    with Sites(t) as s:
        s.a.start()
        shell(s.a, "create", "wom", "optimized-application", "vmware-vmotion")
        assert "8000" in shell(s.a, "list", "wom", "optimized-application", "vmware-vmotion")
        shell(s.a, "modify", "wom", "optimized-application", "vmware-vmotion", "disabled")
        assert "disabled" in shell(s.a, "list", "wom", "optimized-application", "vmware-vmotion")
        shell(s.a, "create", "ltm", "profile", "server-ssl", "mine", "cert", "/c.pem", "key",
              "/k.pem")
        assert "cert /c.pem" in shell(s.a, "list", "ltm", "profile", "server-ssl", "mine")
        assert "192.0.2" in shell(s.a, "create", "wom", "advertised-route", "r", "dest",
                                  "192.0.2.1/24", code=1)
        shell(s.a, "create", "wom", "remote-endpoint", "found", "address", "192.0.2.9", "endpoint",
              "disabled", "origin", "discovered")
        shell(s.a, "create", "wom", "remote-endpoint", "kept", "address", "192.0.2.10", "endpoint",
              "disabled", "origin", "discovered")
        # Manual Save.
        shell(s.a, "modify", "wom", "remote-endpoint", "kept", "origin", "manually-saved")
        s.a.control.ok("POST", "/mgmt/tm/sys/config", {"command": "save"})
        with open(os.path.join(s.a.folder, "wom.conf"), encoding="utf-8") as f:
            text = f.read()
        assert "/Common/kept" in text and "/Common/found" not in text, text
        assert "vmware-vmotion" in text
        shell(s.a, "delete", "wom", "optimized-application", "vmware-vmotion")


@scene("what was discovered and nobody kept is gone after a restart")
def forgotten(t):
    with Sites(t) as s:
        s.a.start()
        for name, origin in (("found", "discovered"), ("kept", "persistable")):
            s.a.control.ok("POST", "remote-endpoint", {
                "name": name, "address": f"192.0.2.{len(name)}", "endpoint": "disabled",
                "origin": origin})
        s.a.stop()
        s.a.start()
        names = [o["name"] for o in s.a.control.ok("GET", "remote-endpoint")["items"]]
        assert "kept" in names and "found" not in names, names


@scene("a reload and a change touch only what differs: streams go on")
def reload(t):
    with Sites(t) as s:
        s.start()
        extra = free_port()
        with s.sink(0), s.connect(0) as stream:
            before = data(2, 50000)
            stream.sendall(before)
            s.a.own["apps"] += application("more", f"{s.at[0]}:{extra}", f"{s.lan[1]}:{s.far[0]}")
            s.a.own["routes"].append("192.0.2.0/24")
            t.write("a/wom.conf", s.a.conf())
            s.a.process.proc.send_signal(signal.SIGHUP)
            s.a.logged("reloaded")
            s.a.control.ok("PATCH", "optimized-application/bulk", {"profile": "/Common/isession"})
            eventually(lambda: stat(s.b.control, "remote-endpoint/peer", "routes") == 2, 10,
                       "the new route at b")
            stream.shutdown(socket.SHUT_WR)
            got = b""
            while more := stream.recv(64):
                got += more
            assert got == hashlib.sha256(before).digest()
        with s.sink(0), s.connect(0) as stream:
            assert send(stream, data(3, 100000))
        assert stat(s.a.control, "remote-endpoint/peer", "dials") < 9
        bad = s.a.conf().replace("mode explicit", "mode sideways", 1)
        t.write("a/wom.conf", bad)
        s.a.process.proc.send_signal(signal.SIGHUP)
        s.a.logged("reload-refused")
        with s.sink(0), s.connect(0) as stream:
            assert send(stream, b"as it was")


def stat(control, path, key):
    doc = control.ok("GET", path + "/stats")
    entry = next(iter(doc["entries"].values()))["nestedStats"]["entries"]
    return next(iter(entry[key].values()))


@scene("a job counts its streams to the last octet; pages, lists and metrics tell the same")
def job(t):
    piece = data(5, 3 << 20)
    with Sites(t) as s:
        s.start()
        c = s.a.control
        with s.sink(0), s.connect(0) as stream:
            assert send(stream, b"not of the job")
        c.ok("POST", "job", {"name": "vm7", "application": "bulk", "expected": 2 * len(piece),
                             "destination": s.lan[1], "port": s.far[0]})
        c.ok("POST", "job", {"name": "other", "application": "bulk", "port": 1})
        for status, body in ((409, {"name": "vm7"}), (400, {}), (400, {"name": "z", "port": -1}),
                             (400, {"name": "z", "source": "here"}), (400, {"name": "z", "a": 1})):
            c.refused(status, "POST", "job", body)
        for _ in range(2):
            with s.sink(0), s.connect(0) as stream:
                assert send(stream, piece)
        done = eventually(lambda: (j := c.ok("GET", "job?name=vm7"))["streamsEnded"] == 2 and j,
                          10, "the job's streams at their end")
        assert done["octets"] == done["lanIn"] == 2 * len(piece), done
        assert done["progress"] == 1 and done["remaining"] == 0, done
        assert done["wanOut"] < done["lanIn"], done
        assert done["dedup"] + done["delta"] + done["zero"] + done["literal"] \
            + done["bypassed"] == done["lanIn"], done
        assert c.ok("GET", "job?name=other")["octets"] == 0
        assert "vm7" in shell(s.a, "show", "wom", "job")
        total = stat(c, "optimized-application/bulk", "lanIn")
        assert total >= 2 * len(piece)
        assert stat(c, "remote-endpoint/peer", "lanIn") == total
        assert stat(c, "deduplication", "storedOctets") > 0
        assert "available" in shell(s.a, "show", "wom", "remote-endpoint")
        metrics = text(c, "/metrics")
        assert f'application="/Common/bulk"}} {total}\n' in metrics, metrics
        with s.sink(0), s.connect(0) as stream:
            stream.sendall(b"open")
            listed = eventually(lambda: c.ok("GET", "stream?application=bulk").get("items"), 5,
                                "the stream in the list")
            assert listed[0]["destination"] == f"{s.lan[1]}:{s.far[0]}", listed
        c.ok("DELETE", "job?name=vm7")
        c.refused(404, "GET", "job?name=vm7")
        c.refused(404, "DELETE", "job?name=vm7")


@scene("hundreds of streams that end at once are counted to the last octet of each")
def crowd(t):
    with Sites(t) as s:
        s.start()
        c = s.a.control
        c.ok("POST", "job", {"name": "crowd", "application": "bulk"})
        with s.sink(0) as sink:
            streams = [s.connect(0) for _ in range(300)]
            # The one that tried the way may have been open yet when the job was made.
            before = eventually(lambda: (j := c.ok("GET", "job?name=crowd"))["streams"] ==
                                len(streams) and j, 10, "all of them seen open")
            for i, stream in enumerate(streams):	# what no view has seen before its end
                stream.sendall(bytes([i % 256]) * (100 + i))
                stream.shutdown(socket.SHUT_WR)
            sink.ended(len(streams))
            for stream in streams:
                stream.close()
        done = eventually(lambda: (j := c.ok("GET", "job?name=crowd"))["streamsEnded"] -
                          before["streamsEnded"] == len(streams) and j, 10,
                          "all of them at their end")
        want = before["octets"] + sum(100 + i for i in range(len(streams)))
        assert (done["octets"], done["streamsMissed"], done["streams"]) == (want, 0, 0), done


@scene("F5's quick start is one command and one change; what is missing is told, all of it")
def quick_start(t):
    with Sites(t) as s:
        empty = Site(t, "new", s.at[0], (s.seen[1], s.port), s.port, files=s.a.own["files"])
        t.write("new/wom.conf", "")
        empty.process = Process(t, "womd-new", [os.path.join(BIN, "womd"), "-c", os.path.join(
            empty.folder, "wom.conf"), "-s", os.path.join(empty.folder, "state")])
        eventually(empty.is_up, 10, "womd up")
        said = shell(empty, "run", "wom", "quick-start", code=1)
        for word in ("wan-self-ip", "cert", "key", "ca-file or peer-fingerprints"):
            assert word in said, said
        said = shell(empty, "run", "wom", "quick-start", "colour", "red", code=1)
        assert "colour" in said, said
        cert, key, ca = s.a.own["files"]
        words = ["run", "wom", "quick-start", "wan-self-ip", s.at[0], "cert", cert, "key", key,
                 "advertised-routes", "{", "10.133.39.0/24", "}", "remote-endpoints",
                 "{", s.seen[1], "}", "applications", "{", "vmware-vmotion", "vmware-nfc", "}",
                 "discovery", "disabled"]
        # One wrong word, and nothing is made.
        said = shell(empty, *words, "ca-file", "/nowhere/ca.pem", code=1)
        assert "/nowhere/ca.pem" in said, said
        assert "items" not in empty.control.ok("GET", "remote-endpoint")
        made = shell(empty, *words, "ca-file", ca)
        assert "local-endpoint" in made, made
        c = empty.control
        assert c.ok("GET", "local-endpoint")["addresses"] == [s.at[0]]
        assert [o["dest"] for o in c.ok("GET", "advertised-route")["items"]] == ["10.133.39.0/24"]
        assert [o["address"] for o in c.ok("GET", "remote-endpoint")["items"]] == [s.seen[1]]
        assert [o["ports"] for o in c.ok("GET", "optimized-application")["items"]] == [["902"],
                                                                                       ["8000"]]
        assert len(c.ok("GET", "changes")["items"]) == 1
        assert len(eventually(lambda: c.ok("GET", "local-endpoint/stats"), 5, "it")["entries"]) == 1
        # Again: the same, and no change.
        shell(empty, *words, "ca-file", ca)


def text(control, path):
    control.wire.request("GET", path)
    r = control.wire.getresponse()
    assert r.status == 200
    return r.read().decode()


@scene("the file of a key that others may read, a folder that is not there: refused, not started")
def unstartable(t):
    with Sites(t, dedup="    disk-cache-key-file /nowhere/key\n    disk-cache-size 64\n") as s:
        process = s.a.start(wait=False)
        assert process.wait(10) == 1
        assert "/nowhere/key" in process.output(), process.output()


main()
