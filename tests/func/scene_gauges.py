#!/usr/bin/python3
"""How much is used is read off pages: HAProxy's, node_exporter's, a BIG-IP's, any JSON."""
import http.server
import json
import os
import socket
import ssl
import threading

from lib import guide
from lib.control import Control
from lib.scene import Process, eventually, free_port, main, need, scene

NAME = "vmhttp.siterequest.com"
LOCAL, REMOTE = "127.20.0.1", "127.20.0.2"
ONE = "gtm global-settings dns {\n    threads 1\n}\n"


def monitor(name, body):
    lines = "".join(f"    {line}\n" for line in body)
    return f"gtm monitor metrics /Common/{name} {{\n{lines}    interval 1\n    timeout 4\n}}\n"


def server(name, addr, port, monitors="", limits="", own=""):
    return (f"gtm server /Common/{name} {{\n    datacenter /Common/dc\n"
            f"    product generic-host\n{own}    virtual-servers {{\n        web {{\n"
            f"            destination {addr}:{port}\n{monitors}{limits}        }}\n    }}\n}}\n")


def config(*parts):
    members = [("/Common/local:web", "member-order 0"), ("/Common/remote:web", "member-order 1")]
    return (ONE + "gtm datacenter /Common/dc { }\n" + "".join(parts)
            + guide.pool("p", members, "    fallback-mode none\n"
                         "    load-balancing-mode global-availability\n")
            + guide.wideip(NAME, [("p", "order 0")]))


USES = "            metrics-monitor /Common/page\n"
OWN = "    metrics-monitor /Common/page\n"


def limit(what, value, indent=12):
    return "".join(" " * indent + line + "\n"
                   for line in (f"limit-{what} {value}", f"limit-{what}-status enabled"))


def measured(c, name):
    """What is known of a virtual server, or of a server, as plain values."""
    for item in c.ok("GET", "metrics")["items"]:
        if name in (item.get("virtualServer"), item.get("server")):
            return {k: v["value"] for k, v in item.items() if isinstance(v, dict)}
    return {}


def page(c):
    return c.ok("GET", "metrics")["pages"][0]


def local_why(c):
    return c.ok("POST", "explain", {"name": NAME})["pools"][0]["members"][0]["why"]


def local_state(c):
    """Of the virtual server, as F5's statistics have it."""
    doc = c.ok("GET", "server/local/virtual-servers/web/stats")
    (entry,) = doc["entries"].values()
    values = entry["nestedStats"]["entries"]
    return (values["status.availabilityState"]["description"],
            values["status.statusReason"]["description"])


class Teller:
    """A web server whose one page is what the scene says now."""

    def __init__(self, t, cert=None):
        teller = self
        self.body, self.status, self.seen = b"", 200, []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                teller.seen.append((self.path, self.headers.get("Authorization")))
                self.send_response(teller.status)
                self.send_header("Content-Length", str(len(teller.body)))
                self.end_headers()
                try:
                    self.wfile.write(teller.body)
                except OSError:
                    pass

            def log_message(self, *args):
                pass

        self.port = free_port()
        self.http = http.server.ThreadingHTTPServer((LOCAL, self.port), Handler)
        if cert:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*cert)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def says(self, text):
        self.body = text if isinstance(text, bytes) else text.encode()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def haproxy(t, web, stats):
    conf = t.write("haproxy.cfg", f"""
global
    maxconn 200
defaults
    mode tcp
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend web
    bind {LOCAL}:{web}
    default_backend app
backend app
    server app1 {LOCAL}:{stats}
frontend stats
    mode http
    bind {LOCAL}:{stats}
    http-request use-service prometheus-exporter if {{ path /metrics }}
""")
    p = Process(t, "haproxy", [need("haproxy"), "-db", "-f", conf])
    eventually(lambda: socket.socket().connect_ex((LOCAL, stats)) == 0, 10, "haproxy")
    return p


@scene("real HAProxy: over limit-max-connections the remote site answers, and back after it")
def overload(t):
    web, stats = free_port(), free_port()
    proxy = haproxy(t, web, stats)
    t.start(config(
        monitor("page", ("format haproxy-frontend", 'labels "proxy=%n"',
                         f"destination {LOCAL}:{stats}")),
        server("local", LOCAL, web, USES, limit("max-connections", 20)),
        server("remote", REMOTE, web)))
    c = Control(t)
    eventually(lambda: measured(c, "/Common/local:web").get("connections") == 0, 5, "quiet")
    assert t.answer(NAME) == [LOCAL]
    load = [socket.create_connection((LOCAL, web)) for _ in range(30)]
    t.becomes(NAME, [REMOTE])
    assert local_why(c) == "Over limit-max-connections 20: 30 connections", local_why(c)
    assert local_state(c) == ("unavailable", "Over limit-max-connections 20: 30 connections")
    assert all(t.answer(NAME) == [REMOTE] for _ in range(20))
    t.logged("Over limit-max-connections 20: 30 connections")
    for s in load[:11]:
        s.close()
    eventually(lambda: measured(c, "/Common/local:web")["connections"] == 19, 5, "some left")
    assert t.answer(NAME) == [REMOTE]
    assert local_why(c) == ("Was over limit-max-connections 20: 19 connections, "
                            "back at 18"), local_why(c)
    for s in load:
        s.close()
    t.becomes(NAME, [LOCAL])
    assert local_state(c)[0] != "unavailable", local_state(c)
    assert measured(c, "/Common/local:web")["connections"] == 0
    # Who shows the numbers dies: they end, and nothing else does.
    proxy.stop()
    eventually(lambda: measured(c, "/Common/local:web") == {}, 10, "values end")
    assert page(c)["outcome"] == "connection refused", page(c)
    assert t.answer(NAME) == [LOCAL]


@scene("real HAProxy: throughput of a server is a rate; its backend has capacity and score")
def rates(t):
    web, stats = free_port(), free_port()
    haproxy(t, web, stats)
    at = f"destination {LOCAL}:{stats}"
    t.start(config(
        monitor("page", ("format haproxy-server", "labels proxy=app,server=app1", at)),
        monitor("back", ("format haproxy-backend", "labels proxy=app", at)),
        server("local", LOCAL, web, USES, limit("max-bps", 1000)),
        server("remote", REMOTE, web, USES.replace("page", "back"))))
    c = Control(t)
    eventually(lambda: measured(c, "/Common/remote:web").get("capacity") == 1, 5, "capacity")
    eventually(lambda: "bitsPerSecond" in measured(c, "/Common/local:web"), 5, "rate")
    assert measured(c, "/Common/remote:web")["score"] == 1
    assert t.answer(NAME) == [LOCAL]

    def talk():
        with socket.create_connection((LOCAL, web)) as s:
            s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            while s.recv(65536):
                pass
        return t.answer(NAME) == [REMOTE]
    eventually(talk, 10, "over limit-max-bps")
    assert "limit-max-bps 1000" in local_why(c), local_why(c)


@scene("real HAProxy, restarted: its counters begin anew, and no rate is huge or negative")
def restarted(t):
    web, stats = free_port(), free_port()
    proxy = haproxy(t, web, stats)
    at = f"destination {LOCAL}:{stats}"
    t.start(config(monitor("page", ("format haproxy-server", "labels proxy=app,server=app1", at)),
                   server("local", LOCAL, web, USES, limit("max-bps", 10**9)),
                   server("remote", REMOTE, web)))
    c = Control(t)
    with socket.create_connection((LOCAL, web)) as s:
        s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        while s.recv(65536):
            pass

    def outcome():
        return page(c)["readers"][0]["values"]["bitsPerSecond"]
    eventually(lambda: outcome() == "ok" and page(c)["looksOk"] > 2, 8, "a rate")
    proxy.stop()
    haproxy(t, web, stats)
    t.logged('metric=bitsPerSecond outcome="counter reset"', 8)
    eventually(lambda: outcome() == "ok", 8, "a rate again")
    assert measured(c, "/Common/local:web")["bitsPerSecond"] < 10**6
    assert t.answer(NAME) == [LOCAL] and "Over limit" not in t.gtmd.output()


@scene("real node_exporter: CPU, free memory and throughput of a server")
def node(t):
    port = free_port()
    Process(t, "node", [need("prometheus-node-exporter"), f"--web.listen-address={LOCAL}:{port}",
                        "--collector.disable-defaults", "--collector.cpu",
                        "--collector.meminfo", "--collector.netdev", "--collector.netstat"])
    eventually(lambda: socket.socket().connect_ex((LOCAL, port)) == 0, 10, "node_exporter")
    t.start(config(monitor("page", ("format node-exporter", f"destination {LOCAL}:{port}")),
                   server("local", LOCAL, 80, own=OWN + limit("mem-avail", 1, 4)),
                   server("remote", REMOTE, 80)))
    c = Control(t)
    eventually(lambda: {"cpuUsage", "memoryAvailable"} <= set(measured(c, "/Common/local")), 10,
               "cpu and memory")
    got = measured(c, "/Common/local")
    with open("/proc/meminfo", encoding="ascii") as f:
        total = int(f.readline().split()[1])
    assert 0 <= got["cpuUsage"] <= 100 and 1000 < got["memoryAvailable"] < total, got
    assert t.answer(NAME) == [LOCAL]
    c.ok("PATCH", "server/local", {"limitMemAvail": total * 2})
    t.becomes(NAME, [REMOTE])
    assert f"Under limit-mem-avail {total * 2}" in local_why(c), local_why(c)


def f5(bits, packets, connections):
    side = {"clientside.bitsIn": bits, "clientside.bitsOut": bits,
            "clientside.pktsIn": packets, "clientside.pktsOut": packets,
            "clientside.curConns": connections, "clientside.totConns": 7}
    entries = {k: {"value": v} for k, v in side.items()}
    entries["tmName"] = {"description": "/Common/web"}
    return json.dumps({
        "kind": "tm:ltm:virtual:virtualstats", "generation": 1,
        "selfLink": "https://localhost/mgmt/tm/ltm/virtual/~Common~web/stats?ver=15.1.2",
        "entries": {"https://localhost/mgmt/tm/ltm/virtual/~Common~web/~Common~web/stats": {
            "nestedStats": {"kind": "tm:ltm:virtual:virtualstats", "entries": entries}}}})


@scene("a BIG-IP's REST statistics over HTTPS, its certificate verified, with a password")
def bigip(t):
    key, cert = os.path.join(t.dir, "key.pem"), os.path.join(t.dir, "cert.pem")
    t.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
           cert, "-days", "2", "-subj", "/CN=lb1", "-addext", "subjectAltName=DNS:lb1"])
    lb = Teller(t, (cert, key))
    body = ("format f5-rest", "protocol https", "host lb1", f"ca-file {cert}",
            "username admin", "password secret", f"destination {LOCAL}:{lb.port}")
    lb.says(f5(1000, 10, 42))
    t.start(config(monitor("page", body), server("local", LOCAL, 80, USES, limit("max-pps", 500)),
                   server("remote", REMOTE, 80)))
    c = Control(t)
    eventually(lambda: measured(c, "/Common/local:web").get("connections") == 42, 5, "42")
    assert lb.seen[0] == ("/mgmt/tm/ltm/virtual/~Common~web/stats",
                          "Basic YWRtaW46c2VjcmV0"), lb.seen
    eventually(lambda: measured(c, "/Common/local:web").get("packetsPerSecond") == 0, 5, "rate")
    lb.says(f5(2000, 100000, 42))
    t.becomes(NAME, [REMOTE])
    lb.says(f5(2000, 100, 42))		# restarted: its counters began anew
    eventually(lambda: page(c)["readers"][0]["values"]["packetsPerSecond"] == "counter reset", 5,
               "reset seen")
    t.becomes(NAME, [LOCAL])
    # Neither the wrong name nor somebody unknown is asked for anything.
    asked = len(lb.seen)
    c.ok("PATCH", "monitor/metrics/page", {"host": "lb2"})
    eventually(lambda: "certificate" in page(c)["outcome"], 5, "wrong name")
    assert "secret" not in json.dumps(c.ok("GET", "monitor/metrics/page"))
    c.ok("PATCH", "monitor/metrics/page", {"host": "lb1", "caFile": "none"})
    eventually(lambda: "certificate" in page(c)["outcome"], 5, "unknown authority")
    assert len(lb.seen) <= asked + 1
    lb.stop()


@scene("what is no number is an outcome and a counter, never an alarm")
def odd_numbers(t):
    teller = Teller(t)
    t.start(config(monitor("page", ("connections conns", f"destination {LOCAL}:{teller.port}")),
                   server("local", LOCAL, 80, USES, limit("max-connections", 20)),
                   server("remote", REMOTE, 80)))
    c = Control(t)

    def outcome(text, want, key="connections"):
        teller.says(text)
        eventually(lambda: page(c)["readers"][0]["values"][key] == want, 5, want)
        assert t.answer(NAME) == [LOCAL], want
    outcome("conns 7\n", "ok")
    assert measured(c, "/Common/local:web") == {"connections": 7}
    for text, want in (("conns NaN\n", "not a number"), ("conns -5\n", "negative"),
                       ("conns 1e300\n", "too large"), ("conns +Inf\n", "too large"),
                       ("other 99\n", "not on the page"), ("<html>\nconns x\n", "not on the page"),
                       ("conns 8\n" + "x" * 100000 + "\n", "ok")):
        outcome(text, want)
    assert measured(c, "/Common/local:web") == {"connections": 8}

    def counted(family, name):
        text = t.run(["curl", "-s", "--unix-socket", c.path, "http://localhost/metrics"]).stdout
        return next(int(line.split()[-1]) for line in text.splitlines()
                    if line.startswith(f'{family}{{outcome="{name}"}}'))
    for name in ("nan", "negative", "huge", "missing"):
        assert counted("gtm_metrics_values_total", name) > 0, name
    assert counted("gtm_metrics_lines_total", "overlong") > 0

    def page_outcome(want):
        eventually(lambda: want in page(c)["outcome"], 8, want)
        assert t.answer(NAME) == [LOCAL], want
    teller.says("# 9 MiB\n" + ("y" * 1023 + "\n") * 9216)
    page_outcome("too large")
    teller.status = 503
    page_outcome("status 503")
    teller.status = 200
    teller.says("[" * 100000 + "]" * 100000)
    c.ok("PATCH", "monitor/metrics/page", {"format": "json", "connections": "$.a"})
    page_outcome("not JSON, or too deep")
    teller.says('{"a": 5}')
    page_outcome("ok")
    eventually(lambda: measured(c, "/Common/local:web") == {"connections": 5}, 5, "5")
    teller.stop()


@scene("a metrics monitor is refused where it says nothing, and so is what does not read")
def refusals(t):
    t.start(config(monitor("page", ("format haproxy-backend",)), server("local", LOCAL, 80),
                   server("remote", REMOTE, 80)))
    c = Control(t)
    assert "its place is metrics-monitor" in c.refused(
        400, "PATCH", "server/local", {"monitor": "/Common/page"})
    assert "is not a series" in c.refused(
        400, "PATCH", "monitor/metrics/page", {"connections": "rate()"})
    assert "LABEL=value" in c.refused(400, "PATCH", "monitor/metrics/page", {"labels": "x"})
    assert "start with /" in c.refused(400, "PATCH", "monitor/metrics/page", {"path": "x"})
    c.refused(400, "PATCH", "server/local", {"metricsMonitor": "/Common/none"})
    c.ok("PATCH", "server/local", {"metricsMonitor": "/Common/page"})
    eventually(lambda: page(c)["outcome"] == "no address or port to ask", 5, "no target")
    c.refused(400, "DELETE", "monitor/metrics/page")


if __name__ == "__main__":
    main()
