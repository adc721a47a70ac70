#!/usr/bin/python3
"""A migration through real companions, each of which is killed at each of its calls."""
import http.client
import http.server
import os
import signal
import socket
import socketserver
import threading

from lib.control import Wire
from lib.etherip import Sites as Networks
from lib.etherip import mac
from lib.mover import begin
from lib.scene import Process, eventually, main, need, need_root, scene
from lib.womd import Sites as Tunnels

HOSTS, PLACES = ("vm1", "vm2"), ("/Common/esx-local", "/Common/esx-remote")


class Daemon:
    """One that is killed, and started by who looks after it."""

    def __init__(self, site, process):
        self.site, self.process, self.lock = site, process, threading.Lock()

    def kill(self):
        with self.lock:
            self.process().stop(signal.SIGKILL)
        threading.Thread(target=self.again).start()

    def again(self):
        with self.lock:
            if self.process().proc.poll() is not None:
                self.site.start()


class Gate:
    """Between gtmd and a control socket: sees each call, and may kill who is asked, before
    it hears of it, or when it has answered, which nobody hears then."""

    def __init__(self, path, real, daemon, fate):
        gate = self
        self.real, self.daemon, self.fate = real, daemon, fate

        class Handler(http.server.BaseHTTPRequestHandler):
            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                how = gate.fate(self.command, self.path, body.decode())
                if how == "before":
                    gate.daemon.kill()
                    return
                try:
                    status, text = gate.ask(self.command, self.path, body)
                except (OSError, http.client.HTTPException):	# it is dead
                    return
                if how == "after":
                    gate.daemon.kill()
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
            do_GET = do_POST = do_DELETE = serve

            def address_string(self):
                return "gate"

            def log_message(self, *_):
                pass

        self.server = socketserver.ThreadingUnixStreamServer(path, Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None	# who asked has gone
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def ask(self, method, path, body):
        wire = Wire(self.real)
        wire.request(method, path, body or None, {"Content-Type": "application/json"})
        answer = wire.getresponse()
        text = answer.read()
        wire.close()
        return answer.status, text


class Fates:
    """Each call of each companion for each machine is its death once, there and back."""

    def __init__(self, stations):
        self.stations, self.back, self.dead, self.lock = stations, False, set(), threading.Lock()

    def of(self, kind, site):
        def fate(method, path, body):
            call = method, path.partition("?")[0].removesuffix("/stats").rpartition("/")[2]
            host = next((h for h, station in self.stations.items()
                         if station in path + body or path.endswith("/" + h)
                         or f'/{h}"' in body), None)
            key = kind, site, *call, host, self.back
            with self.lock:
                if key in self.dead:
                    return None
                self.dead.add(key)
            first = site == 0 if host is None else host == HOSTS[0]
            return "before" if first != self.back else "after"
        return fate

    @staticmethod
    def all():
        calls = {(kind, site, "GET", what, None, False) for site in (0, 1)
                 for kind, what in (("eip", "tunnel"), ("wom", "remote-endpoint"))}
        for host in HOSTS:
            for back in (False, True):
                calls |= {("eip", site, "POST", "freeze", host, back) for site in (0, 1)}
                calls |= {("eip", 1 - back, *call, host, back) for call in (
                    ("POST", "move"), ("GET", "where"))}
                calls |= {("wom", int(back), how, "job", host, back)
                          for how in ("POST", "GET", "DELETE")}
        return calls


def hypervisor(path, guests):
    """Carries machines over when the driver says so."""
    def serve(door):
        while True:
            c = door.accept()[0]
            with c:
                host, place = c.makefile().readline().split()
                guests[host].plug(PLACES.index(place))
                guests[host].announce()
                c.sendall(b".")
    door = socket.socket(socket.AF_UNIX)
    door.bind(path)
    door.listen()
    os.chmod(path, 0o666)
    threading.Thread(target=serve, args=(door,), daemon=True).start()


@scene("womd and etheripd killed at each call, before and after it, there and back: all go on")
def killed(t):
    need_root()
    with Tunnels(t) as tunnels, Networks(t) as nets:
        guests = {h: nets.guest(0) for h in HOSTS}
        clients = [nets.host(0), nets.host(1)]
        nets.start(tunnel="    liveness bfd\n")
        tunnels.start()
        for client, guest in zip(clients, guests.values()):
            nets.reaches(client, guest)
            Process(t, f"ping-{guest.address}", [*client.inside, need("ping"), "-q", "-i", "0.1",
                                                 guest.address])
        fates = Fates({h: mac(g.mac) for h, g in guests.items()})
        for i, name in enumerate(("local", "remote")):
            net, tunnel = nets.sites[i], tunnels.both[i]
            Gate(f"{t.dir}/eip-{name}", net.folder + "/state/control.sock",
                 Daemon(net, lambda s=net: s.daemon), fates.of("eip", i))
            Gate(f"{t.dir}/wom-{name}", tunnel.folder + "/state/control.sock",
                 Daemon(tunnel, lambda s=tunnel: s.process), fates.of("wom", i))
        os.makedirs(t.dir + "/places")
        hypervisor(t.dir + "/places/plug", guests)
        s, asker = begin(
            t, "    concurrency 2\n    retries 20\n", hosts=list(HOSTS),
            host_rows=lambda h: f"            addresses {{ {guests[h].address} }}\n"
                                f"            station {mac(guests[h].mac)}\n",
            places=f"    eip-control {t.dir}/eip-@\n    wom-control {t.dir}/wom-@\n"
                   "    vlan-group vg-eip\n")

        def is_at(place):
            """All machines are, by the record, and all gateways know it."""
            assert s.places() == [PLACES[place]] * 2
            assert [g.site for g in guests.values()] == [place] * 2
            for site in nets.sites:
                want = "local" if site.i == place else "remote"
                for g in guests.values():
                    eventually(lambda g=g, c=site: c.control().ok(
                        "GET", "where?station=" + mac(g.mac))["items"][0]["where"] == want, 20,
                        f"{g.address} to be {want} at site {site.i}")
            for client in clients:
                for g in guests.values():
                    nets.reaches(client, g)

        s.command("start")
        s.reaches("done", 60)
        is_at(1)
        assert asker.ask() == [s.remote.addr]
        fates.back = True
        s.command("roll-back")
        s.reaches("rolled-back", 60)
        is_at(0)
        assert s.pools() == [True, False] and asker.ask() == [s.local.addr]
        asker.end()
        assert fates.dead == Fates.all(), fates.dead ^ Fates.all()


if __name__ == "__main__":
    main()
