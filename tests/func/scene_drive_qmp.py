#!/usr/bin/python3
"""Driver qmp with real QEMUs: a machine's disks and memory move there and back, whoever
asks dies and asks again, and what fails leaves the machine where it was."""
import json
import os
import signal
import socket

from lib.scene import BIN, SLOW, Process, eventually, free_port, main, need, scene
from lib.womd import Sites, data

MEMORY_MIB, AT, MEMORY = 64, 16 << 20, data(41, 6 << 20)
DISK, SMALL = data(42, 24 << 20), 4 << 20


class Machine:
    """A QEMU with two disks, its driver's socket and one for ourselves."""

    def __init__(self, t, name, disk, waits):
        self.t, self.name = t, name
        self.images = [t.write(f"{name}{i}.img", octets)
                       for i, octets in enumerate((disk, disk[:SMALL]))]
        self.socket = os.path.join(t.dir, f"{name}-vm1.qmp")
        self.start(waits)

    def start(self, waits):
        """waits: for a machine to come; else it has MEMORY."""
        own = os.path.join(self.t.dir, self.name + ".own")
        how = ["-incoming", "defer"] if waits else [
            "-device", f"loader,file={self.t.write('memory', MEMORY)},addr={AT:#x},force-raw=on"]
        self.process = Process(self.t, "qemu-" + self.name, [
            need("qemu-system-x86_64"), "-accel", "tcg", "-m", str(MEMORY_MIB), "-nodefaults",
            "-display", "none", "-qmp", f"unix:{self.socket},server=on,wait=off",
            "-qmp", f"unix:{own},server=on,wait=off", *how,
            *(word for i, image in enumerate(self.images) for word in (
                "-drive", f"id=disk{i},if=none,file={image},format=raw",
                "-device", f"virtio-blk-pci,drive=disk{i}"))])
        self.wire = socket.socket(socket.AF_UNIX)
        self.wire.settimeout(30 * SLOW)
        eventually(lambda: self.wire.connect_ex(own) == 0, 20, "QEMU")
        self.lines = self.wire.makefile("r")
        self.lines.readline()
        self.do("qmp_capabilities")

    def do(self, command, **arguments):
        self.wire.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        while True:
            told = json.loads(self.lines.readline())
            assert "error" not in told, (command, told)
            if "return" in told:
                return told["return"]

    def status(self):
        return self.do("query-status")["status"]

    def slow(self, rate):
        self.do("migrate-set-parameters", **{"max-bandwidth": rate})

    def write(self, at, octet):
        """A sector of each disk, as the machine writes it."""
        for i in range(len(self.images)):
            self.do("human-monitor-command",
                    **{"command-line": f'qemu-io disk{i} "write -P {octet} {at} 512"'})

    def memory(self):
        path = os.path.join(self.t.dir, "dump")
        self.do("pmemsave", **{"val": AT, "size": len(MEMORY), "filename": path})
        with open(path, "rb") as f:
            return f.read()

    def disk(self):
        """The first, of which the other one is the beginning."""
        first, second = [open(image, "rb").read() for image in self.images]
        assert second == first[:SMALL], "its second disk is not what it was"
        return first


class Pair:
    """A machine at one of two places, and the orders from one to the other."""

    def __init__(self, t, size=len(DISK)):
        self.t = t
        self.at = [Machine(t, "a", DISK, False), Machine(t, "b", bytes(size), True)]
        self.ports = [(free_port(), free_port()) for _ in self.at]

    def argv(self, action, way=0, storage=len(DISK), **own):
        """way: 0 there, 1 back. The addresses are those of where it goes."""
        words = {"action": action, "host": "vm1", "storage": storage, "deadline": 60,
                 "from.name": self.at[way].name, "to.name": self.at[1 - way].name}
        for side, i in (("from", way), ("to", 1 - way)):
            words[side + ".qmp-socket"] = f"{self.t.dir}/{self.at[i].name}-%h.qmp"
            words[side + ".migrate"] = f"{self.t.net}.1:{self.ports[i][0]}"
            words[side + ".storage"] = f"{self.t.net}.1:{self.ports[i][1]}"
        words.update(own)
        return [os.path.join(BIN, "driverun"), *(f"{k}={v}" for k, v in words.items())]

    def order(self, action, way=0, code=0, **own):
        """The result; what was told before stands in self.told."""
        ran = self.t.run(self.argv(action, way, **own))
        self.told = [json.loads(line) for line in ran.stdout.splitlines()]
        result = self.told.pop()
        assert result["code"] == code, (action, result)
        return result

    def begin(self, action, until, **own):
        """Starts it and kills it as soon as that is true."""
        p = Process(self.t, "driverun", self.argv(action, **own))
        eventually(until, 20, action + " under way")
        p.kill(signal.SIGKILL)
        p.wait()

    def restart(self, i):
        """What a service manager does where a machine has left."""
        self.at[i].process.wait()
        self.at[i].start(True)


@scene("disks and memory move there and back: what was written meanwhile has come along")
def there_and_back(t):
    p = Pair(t)
    disk = bytearray(DISK)
    for way, octet in ((0, 0x11), (1, 0x22)):
        here, there = p.at[way], p.at[1 - way]
        p.order("check", way)
        p.order("verify", way, code=-8)
        p.order("finish", way, code=-8)
        p.order("storage", way)
        here.write(4096, octet)
        disk[4096:4608] = bytes([octet]) * 512
        if way == 0:
            here.slow(3 << 20)                  # seconds, in which one can say how far it is
        result = p.order("memory", way)
        assert "stood still for" in result["text"], result
        assert way == 1 or p.told[-1]["note"] == "memory is copied", p.told
        p.order("memory", way)                  # asked again, it is done
        p.order("verify", way)
        p.order("cancel", way, code=-8)
        assert (here.status(), there.status()) == ("postmigrate", "running")
        assert there.memory() == MEMORY, "its memory is not what it was"
        assert there.disk() == disk and here.disk() == disk, "its disk is not what it was"
        p.order("finish", way)
        p.restart(way)
        p.order("finish", way)
        p.order("verify", way)


@scene("check and dry-run change nothing, and tell what does not fit")
def dry(t):
    p = Pair(t, size=len(DISK) // 2)
    for own in ({"action": "check"}, {"action": "storage", "dry-run": 1},
                {"action": "memory", "dry-run": 1}):
        result = p.order(own.pop("action"), code=-8, **own)
        assert "disk disk0 of vm1 has 25165824 octets at a and 12582912 at b" in result["text"]
    result = p.order("memory", storage=0, **{"dry-run": 1})
    assert "vm1 runs at a, and b waits for it" in result["text"], result
    assert p.at[0].do("query-block-jobs") == [] and p.at[0].do("query-migrate") == {}
    assert p.at[1].do("query-block-exports") == [] and p.at[1].do("query-migrate") == {}
    p.order("memory", code=-8)
    p.at[1].process.stop()
    result = p.order("check", code=-9)
    assert result["retry"] and "b-vm1.qmp: No such file" in result["text"], result


@scene("who asked is killed at each step: who asks next goes on from there")
def killed(t):
    p = Pair(t)
    a, b = p.at
    p.begin("storage", lambda: a.do("query-block-jobs"))
    p.order("storage")
    a.slow(1 << 20)
    p.begin("memory", lambda: a.do("query-migrate").get("status") == "active")
    p.begin("memory", lambda: a.do("query-migrate").get("status") == "active")
    # It stands for its switch, and nobody is there to let it go on.
    a.slow(1 << 30)
    eventually(lambda: a.do("query-migrate").get("status") == "pre-switchover", 20, "its switch")
    assert (a.status(), b.status()) == ("finish-migrate", "inmigrate")
    p.order("memory")
    assert b.memory() == MEMORY and b.disk() == DISK
    p.order("verify")


@scene("a move that is cancelled, or whose other end dies, leaves the machine as it was")
def stays(t):
    p = Pair(t)
    a, b = p.at
    p.order("storage")
    p.order("cancel")
    assert a.do("query-block-jobs") == [] and b.do("query-block-exports") == []
    p.order("storage")
    a.slow(1 << 20)
    p.begin("memory", lambda: a.do("query-migrate").get("status") == "active")
    p.order("cancel")
    assert a.status() == "running" and a.do("query-block-jobs") == []
    p.restart(1)
    p.order("storage")
    move = Process(t, "driverun-left", p.argv("memory"))
    eventually(lambda: a.do("query-migrate").get("status") == "active", 20, "the move")
    b.process.stop(signal.SIGKILL)
    assert move.wait() == 1, move.output()
    assert json.loads(move.output().splitlines()[-1])["retry"], move.output()
    assert a.status() == "running"
    b.start(True)
    a.slow(1 << 30)
    p.order("memory")                           # and its disks once more
    assert b.memory() == MEMORY and b.disk() == DISK


@scene("the memory goes through a tunnel's listener, there and back")
def tunnel(t):
    with Sites(t, settings="    threads 1\n") as s:
        s.start()
        p = Pair(t)
        try:
            for way in (0, 1):
                before = s.passed()
                p.order("memory", way, storage=0, **{
                    "to.migrate": f"{s.at[way]}:{s.near[way]}",
                    "to.migrate-listen": f"{s.lan[1 - way]}:{s.far[way]}"})
                assert s.passed() > before
                assert p.at[1 - way].memory() == MEMORY, "its memory is not what it was"
                p.order("finish", way, storage=0)
                p.restart(way)
        finally:
            for m in p.at:
                m.process.stop()


if __name__ == "__main__":
    main()
