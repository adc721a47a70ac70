#!/usr/bin/python3
"""QEMU moves a machine through a tunnel: its memory is the same at the other side, and the
way back costs next to nothing."""
import json
import os
import socket
import subprocess

from lib.scene import SLOW, eventually, main, need, scene
from lib.womd import Sites, data

# Octets for the machine's memory; it has no other work than its firmware's.
MEMORY_MIB, AT, MEMORY = 128, 16 << 20, data(31, 12 << 20)


class Machine:
    def __init__(self, t, name, incoming=None):
        """incoming: where it waits for another one's memory; else it has MEMORY."""
        control = os.path.join(t.dir, name + ".qmp")
        how = ["-incoming", incoming] if incoming else [
            "-device", f"loader,file={t.write('memory', MEMORY)},addr={AT:#x},force-raw=on"]
        self.proc = subprocess.Popen([
            need("qemu-system-x86_64"), "-accel", "tcg", "-m", str(MEMORY_MIB), "-nodefaults",
            "-display", "none", "-qmp", f"unix:{control},server=on,wait=off", *how],
            stdin=subprocess.DEVNULL)
        try:
            self.wire = socket.socket(socket.AF_UNIX)
            self.wire.settimeout(30 * SLOW)
            eventually(lambda: self.wire.connect_ex(control) == 0, 20, "QEMU")
            self.lines = self.wire.makefile("r")
            self.lines.readline()
            self.do("qmp_capabilities")
        except BaseException:
            self.stop()
            raise

    def do(self, command, **arguments):
        self.wire.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        while True:
            told = json.loads(self.lines.readline())
            assert "error" not in told, (command, told)
            if "return" in told:
                return told["return"]

    def move(self, address, port):
        """To a machine that waits there, by TCP."""
        self.do("migrate-set-parameters", **{"max-bandwidth": 1 << 30})
        self.do("migrate", uri=f"tcp:{address}:{port}")

        def ended():
            told = self.do("query-migrate")
            assert told.get("status") not in ("failed", "cancelled"), told
            return told.get("status") == "completed"
        eventually(ended, 30, "the end of the migration")

    def memory(self, t):
        """Once all of it has come: who sent it does not wait for that."""
        eventually(lambda: self.do("query-status")["running"], 20, "the machine to run")
        path = os.path.join(t.dir, "dump")
        self.do("pmemsave", **{"val": AT, "size": len(MEMORY), "filename": path})
        with open(path, "rb") as f:
            return f.read()

    def stop(self):
        self.proc.kill()
        self.proc.wait()


@scene("a machine moves there and back: its memory is the same, and known on the way back")
def moves(t):
    need("qemu-system-x86_64")
    with Sites(t, settings="    threads 1\n") as s:
        s.start()
        machines, crossed = [], []
        try:
            machines.append(Machine(t, "first"))
            for i in (0, 1):
                machines.append(Machine(t, f"at-{1 - i}", f"tcp:{s.lan[1 - i]}:{s.far[i]}"))
                before = s.passed()
                machines[-2].move(s.at[i], s.near[i])
                crossed.append(s.passed() - before)
                assert machines[-1].memory(t) == MEMORY, "its memory is not what it was"
                machines[-2].stop()
        finally:
            for m in machines:
                m.stop()
        assert crossed[1] < crossed[0] // 8, crossed


if __name__ == "__main__":
    main()
