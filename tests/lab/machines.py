"""Machines that move, and who moves them: the lab's hypervisors and their manager.

A machine is a namespace with an address of the server VLAN, and the application in it as a
process. It moves as a virtual machine does: its disk is sent to the other site, then its
memory while it runs; then it stands still while what changed is sent, its port is plugged in
at the other site, and it goes on. Disk and memory are octets of this system's own files.
"""
import glob
import json
import os
import signal
import socket
import socketserver
import sys
import threading
import time

from datacenters import DISK_PORT, HYPERVISOR, MEMORY_PORT, SESSION_LAN

from lib.etherip import Guest, mac
from lib.scene import Process

HERE = os.path.dirname(os.path.abspath(__file__))
PIECE = 1 << 20
# Of a machine's memory, what changes while it is sent.
DIRTY = 0.03


def octets_of_files(mib, skip):
    """So many MiB of what is installed here, a fifth of it zeros, as memory has them."""
    want, out = mib << 20, bytearray()
    paths = sorted(glob.glob("/usr/lib/x86_64-linux-gnu/*.so*") + glob.glob("/usr/bin/*"))
    at = skip * 37
    while len(out) < want:
        path, at = paths[at % len(paths)], at + 1
        if os.path.islink(path) or not os.path.isfile(path):
            continue
        with open(path, "rb") as f:
            got = f.read(4 << 20)
        out += got + bytes(len(got) // 4)
    return bytes(out[:want])


class Machine(Guest):
    def __init__(self, lab, number, memory_mib, disk_mib):
        super().__init__(lab, 50 + number)
        self.name, self.number = f"vm{number}", number
        self.memory = octets_of_files(memory_mib, number)
        self.disk = octets_of_files(disk_mib, number + 10)
        self.octets = len(self.memory) + len(self.disk)
        self.plug(0)
        self.app = Process(lab.stage, f"guest-{self.name}", [
            *self.inside, sys.executable, os.path.join(HERE, "guestapp.py"), self.address,
            self.name])
        self.disk_at = {0}      # sites that have the disk
        self.seen = [True, False]       # by site: is it there?
        self.frozen = 0.0
        self.failing = 0        # how many of its moves are to fail
        self.stood = []         # of each move: to which site, seconds that it ran nowhere

    @property
    def station(self):
        return mac(self.mac)

    def close(self):
        """It goes with its namespace."""

    def freeze(self):
        self.frozen = time.monotonic()
        self.app.kill(signal.SIGSTOP)

    def thaw(self):
        self.app.kill(signal.SIGCONT)
        self.stood.append((self.site, time.monotonic() - self.frozen))

    def stood_s(self):
        return self.stood

    @staticmethod
    def broke():
        """It is what it was: nobody has copied it."""
        return []


class Sink(threading.Thread):
    """What a hypervisor takes at one port: all of it, then it says how much that was."""

    def __init__(self, place, address, port):
        super().__init__(daemon=True)
        with place.entered():
            self.door = socket.create_server((address, port), backlog=16)
        self.start()

    def run(self):
        while True:
            c = self.door.accept()[0]
            threading.Thread(target=self.take, args=(c,), daemon=True).start()

    @staticmethod
    def take(c):
        room, n = bytearray(PIECE), 0
        with c:
            try:
                while got := c.recv_into(room):
                    n += got
                c.sendall(b"%d\n" % n)
            except OSError:
                pass


class Refused(Exception):
    """What an order ends with instead of "done"."""

    def __init__(self, reason, retry=False, result="failed"):
        super().__init__(reason)
        self.answer = {"result": result, "reason": reason, "retry": retry}


class Manager:
    """Whom the driver's program asks: one line of JSON in, lines of JSON out."""

    def __init__(self, lab, machines, path, past_womd=False):
        self.lab, self.machines = lab, {m.name: m for m in machines}
        self.past_womd = past_womd
        self.lock = {m.name: threading.Lock() for m in machines}
        for site in lab.sites:
            for m in machines:
                for port in (MEMORY_PORT, DISK_PORT):
                    Sink(site.hypervisor, HYPERVISOR[site.i], port + m.number)
        manager = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self):
                manager.serve(self)
        self.server = socketserver.ThreadingUnixStreamServer(path, Talk)
        self.server.daemon_threads = True
        os.chmod(path, 0o666)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def serve(self, talk):
        order = json.loads(talk.rfile.readline())

        def say(**words):
            """Whether anybody listens: a move goes on when gtmd is gone."""
            try:
                talk.wfile.write(json.dumps(words).encode() + b"\n")
            except OSError:
                pass
        try:
            machine = self.machines.get(order["host"]["name"])
            if machine is None:
                raise Refused("there is no such machine")
            way = [self.site_of(order[end]["name"]) for end in ("from", "to")]
            with self.lock[machine.name]:
                if order["dryRun"]:
                    self.check(machine, way, say)
                else:
                    getattr(self, order["action"])(machine, way, say)
            say(result="done")
        except Refused as why:
            say(**why.answer)
        except OSError as why:
            say(result="failed", reason=f"the transfer broke: {why}", retry=True)

    @staticmethod
    def site_of(name):
        return 0 if name.endswith("local") else 1

    # -- the contract's actions --------------------------------------------------------------
    def check(self, machine, way, _say):
        if machine.site not in way:
            raise Refused(f"it is at neither place but at {machine.site}")

    def storage(self, machine, way, say):
        if machine.site == way[1] or way[1] in machine.disk_at:
            return
        self.send(machine, way[0], DISK_PORT, machine.disk, say)
        machine.disk_at.add(way[1])

    def memory(self, machine, way, say):
        if machine.site == way[1]:
            return
        if machine.failing > 0:
            machine.failing -= 1
            raise Refused("the hypervisor lost its patience (as the lab has told it to)")
        self.send(machine, way[0], MEMORY_PORT, machine.memory, say)
        machine.freeze()
        try:
            self.send(machine, way[0], MEMORY_PORT,
                      machine.memory[:int(len(machine.memory) * DIRTY)], say)
            machine.plug(way[1])
            machine.announce()
        finally:
            machine.thaw()

    def verify(self, machine, way, _say):
        if machine.site != way[1]:
            raise Refused("it does not run there")

    def cancel(self, machine, way, _say):
        if machine.site == way[1]:
            raise Refused("it is there already", result="moved")
        machine.disk_at = {machine.site}

    def finish(self, machine, way, _say):
        if machine.site == way[1]:
            machine.disk_at = {machine.site}

    # -- octets over the WAN -----------------------------------------------------------------
    def send(self, machine, i, port, octets, say):
        with self.lab.sites[i].hypervisor.entered():
            reached = HYPERVISOR[1 - i] if self.past_womd else SESSION_LAN[i]
            s = socket.create_connection((reached, port + machine.number), 20)
        with s:
            s.settimeout(60)
            for at in range(0, len(octets), PIECE):
                s.sendall(octets[at:at + PIECE])
                say(progress=at, total=len(octets))
            s.shutdown(socket.SHUT_WR)
            told = s.makefile().readline()
            if told.strip() != str(len(octets)):
                raise OSError(f"{told.strip() or 'nothing'} of {len(octets)} octets came")
            say(progress=len(octets), total=len(octets))

    def close(self):
        self.server.shutdown()
        self.server.server_close()


