"""A site's load balancer: HAProxy, source NAT by its nature, and priority pool activation.

Each machine stands there twice: as one of the site's own, and behind those as one that is
reached through the stretched VLAN. Which it is, etheripd says: an agent for each machine asks
it where the station is. So the site's own machines come first, and those that have moved carry
what still arrives.
"""
import re
import socket
import threading

from datacenters import VIRTUAL

from lib.scene import eventually, need

AGENT_PORT, STATS_PORT = 9000, 9100
# Of what is not normal: who asked, whom, by which connection; waited, connecting, until it
# answered, all; the status, how it ended (-- is well), connections and retries.
HTTP = "ended %ci:%cp %b/%s %bi:%bp [%t] %Tw/%Tc/%Tr/%Ta ms status %ST %ts %B octets " \
    "%ac/%fc/%bc/%sc/%rc %[bc_err_str]"
TCP = "ended %ci:%cp %b/%s %bi:%bp [%t] %Tw/%Tc/-/%Tt ms status - %ts %B octets " \
    "%ac/%fc/%bc/%sc/%rc %[bc_err_str]"
ENDED = re.compile(r"ended .* status (\S+) (\S\S) ")


class Agents:
    """Says of each machine, to HAProxy's agent-check, whether it is at this site."""

    def __init__(self, site, machines):
        self.site, self.control, self.lock = site, None, threading.Lock()
        self.doors = []
        for m in machines:
            with site.gate.entered():
                door = socket.create_server(("127.0.0.1", AGENT_PORT + m.number), backlog=64)
            self.doors.append(door)
            threading.Thread(target=self.serve, args=(door, m), daemon=True).start()

    def serve(self, door, machine):
        while True:
            try:
                c = door.accept()[0]
            except OSError:
                return
            with c:
                try:
                    c.sendall(b"up\n" if self.is_here(machine) else b"down\n")
                except OSError:
                    pass

    def is_here(self, machine):
        """Where etheripd does not say, the machine's place stays what it was."""
        with self.lock:
            try:
                if self.control is None:
                    self.control = self.site.control("eip")
                items = self.control.ok("GET", f"where?station={machine.station}")["items"]
                places = {one["where"] for one in items} - {"unknown"}
                if places:
                    machine.seen[self.site.i] = "local" in places
            except (OSError, AssertionError, ValueError, KeyError):
                self.control = None
            return machine.seen[self.site.i]

    def close(self):
        for door in self.doors:
            door.close()


def start(site, machines):
    own, far, sessions = "", "", ""
    for m in machines:
        agent = f"agent-check agent-addr 127.0.0.1 agent-port {AGENT_PORT + m.number} " \
            "agent-inter 250ms"
        own += f"    server {m.name} {m.address}:80 check {agent}\n"
        far += f"    server {m.name}-far {m.address}:80 check backup\n"
        sessions += f"    server {m.name} {m.address}:7 track web/{m.name}\n" \
            f"    server {m.name}-far {m.address}:7 track web/{m.name}-far backup\n"
    conf = site.write("haproxy.cfg", f"""
defaults
    timeout connect 3s
    timeout client 60s
    timeout server 60s
    timeout check 3s
    log stdout format raw local0
    option dontlog-normal
    retries 5
    option redispatch
    default-server inter 500ms fall 4 rise 1
frontend web
    mode http
    log-format "{HTTP}"
    bind {VIRTUAL[site.i]}:80
    default_backend web
backend web
    mode http
    balance roundrobin
    option allbackups
    option httpchk GET /
{own}{far}
frontend session
    mode tcp
    log-format "{TCP}"
    bind {VIRTUAL[site.i]}:7
    default_backend session
backend session
    mode tcp
    balance roundrobin
    option allbackups
{sessions}
frontend stats
    mode http
    bind 127.0.0.1:{STATS_PORT}
    bind {VIRTUAL[site.i]}:{STATS_PORT}
    http-request use-service prometheus-exporter if {{ path /metrics }}
""")
    site.start("haproxy", [need("haproxy"), "-f", conf, "-db"], "")
    eventually(lambda: answers(site), 15, f"the load balancer of {site.name}")


def answers(site):
    try:
        with site.gate.entered():
            with socket.create_connection((VIRTUAL[site.i], 80), 1) as s:
                s.sendall(b"GET / HTTP/1.0\r\n\r\n")
                return s.recv(100).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def trouble(site):
    """What the balancer has logged of requests whose status was not 200, and of what was
    ended by others than the client."""
    with open(site.daemon("haproxy").path, encoding="utf-8", errors="replace") as f:
        found = [(ENDED.search(line), line.strip()) for line in f]
    return [line for m, line in found if m and (
        m.group(1) not in ("200", "-") or m.group(2)[0] not in "-C")]
