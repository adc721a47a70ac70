#!/usr/bin/python3
"""BFD as FRR's bfdd speaks it (RFC 5880, 5881, 5883): the outside implementation beside
which one end of ours comes up, notices what happens and says why."""
import json
import os
import shutil
import signal
import struct
import subprocess
import sys

from lib.scene import BIN, Process, SLOW, Skip, eventually, main, need, need_root, scene

FRR = "/usr/lib/frr"
OURS, THEIRS = ("10.72.0.1", "10.72.0.2"), ("fd72::1", "fd72::2")
CONFIG = """
bfd
 peer {ours} {hops} local-address {theirs} {device}
  receive-interval {ms}
  transmit-interval {ms}
  detect-multiplier 3
  {more}
"""


class Wire:
    """A namespace for ours, one for FRR's, and a cable between them."""

    def __init__(self, stage):
        need_root()
        if not os.access(f"{FRR}/bfdd", os.X_OK):
            raise Skip("needs frr")
        self.stage, ip = stage, need("ip")
        self.ours, self.theirs = stage.namespace(), stage.namespace()
        there = stage.namespaces[-1].pid
        subprocess.run([*self.ours, ip, "link", "add", "v0", "type", "veth", "peer", "name",
                        "v1", "netns", str(there)], check=True)
        for inside, device, last in ((self.ours, "v0", 0), (self.theirs, "v1", 1)):
            for what in (["addr", "add", f"{OURS[last]}/24", "dev", device],
                         ["addr", "add", f"{THEIRS[last]}/64", "dev", device, "nodad"],
                         ["link", "set", device, "up"]):
                subprocess.run([*inside, ip, *what], check=True)

    def frr(self, addresses=OURS, far=False, ms=50, more="no shutdown"):
        """bfdd and the zebra that tells it of devices."""
        run = os.path.join(self.stage.dir, "frr")
        os.makedirs(run, exist_ok=True)
        shutil.chown(run, "frr", "frr")	# whom its daemons become
        common = ["-z", f"{run}/zserv.api", "--vty_socket", run,
                  "--log", "stdout"]
        empty = self.stage.write("zebra.conf", "")
        conf = self.stage.write("bfdd.conf", CONFIG.format(
            ours=addresses[0], theirs=addresses[1], ms=ms, more=more,
            hops="multihop" if far else "", device="" if far else "interface v1"))
        Process(self.stage, "zebra", [*self.theirs, f"{FRR}/zebra", *common, "-f", empty,
                                      "-i", f"{run}/zebra.pid"])
        eventually(lambda: os.path.exists(f"{run}/zserv.api"), 10, "zebra")
        self.bfdd = Process(self.stage, "bfdd", [*self.theirs, f"{FRR}/bfdd", *common, "-f", conf,
                                                 "-i", f"{run}/bfdd.pid", "--bfdctl",
                                                 f"{run}/bfdd.sock"])
        eventually(lambda: os.path.exists(f"{run}/bfdd.vty"), 10, "bfdd")
        self.run = run

    def vtysh(self, *commands):
        argv = [*self.theirs, need("vtysh"), "--vty_socket", self.run]
        for command in commands:
            argv += ["-c", command]
        return self.stage.run(argv)

    def peer(self):
        """What FRR says of its only session."""
        out = self.vtysh("show bfd peers json").stdout
        return (json.loads(out or "[]") or [{}])[0]


class End:
    """liveend in our namespace; its lines as they come."""

    def __init__(self, wire, *args, addresses=OURS):
        self.stage = wire.stage
        self.lines = []
        self.log = open(os.path.join(self.stage.dir, "liveend"), "w+", encoding="ascii")
        self.proc = subprocess.Popen(
            [*wire.ours, os.path.join(BIN, "liveend"), "-l", addresses[0], "-r", addresses[1],
             *args], stdin=subprocess.PIPE, stdout=self.log, stderr=subprocess.STDOUT, text=True)
        eventually(lambda: "ready" in self.output(), what="liveend")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.proc.stdin.close()
        assert self.proc.wait(10 * SLOW) == 0, self.output()
        self.log.close()

    def output(self):
        with open(self.log.name, encoding="ascii") as f:
            return f.read()

    def say(self, line):
        self.proc.stdin.write(line + "\n")
        self.proc.stdin.flush()

    def status(self):
        was = self.output().count("{")
        self.say("status")
        eventually(lambda: self.output().count("{") > was and self.output().endswith("\n"),
                   what="status")
        return json.loads(next(x for x in reversed(self.output().splitlines())
                               if x.startswith("{")))

    def last(self):
        """The last verdict, with its reason."""
        lines = [x for x in self.output().splitlines() if x.startswith(("up", "down"))]
        return lines[-1] if lines else ""

    def becomes(self, verdict, seconds=10):
        eventually(lambda: self.last().startswith(verdict), seconds,
                   f"liveness {verdict}: {self.output()}")
        return self.last()


def both_up(wire, end):
    end.becomes("up")
    eventually(lambda: wire.peer().get("status") == "up", what="FRR up")


@scene("it comes up with FRR, at the rate agreed on; a frozen FRR is down in three intervals")
def frozen(s):
    wire = Wire(s)
    wire.frr()
    with End(wire, "-i", "50", "-n", "3", "-d", "v0") as end:
        both_up(wire, end)
        eventually(lambda: end.status()["detect-ms"] == 150, what="the times agreed on")
        peer = wire.peer()
        assert peer["remote-receive-interval"] == peer["remote-transmit-interval"] == 50, peer
        assert peer["remote-detect-multiplier"] == 3, peer
        os.kill(wire.bfdd.pid, signal.SIGSTOP)
        assert "packets stopped coming" in end.becomes("down", 2)
        os.kill(wire.bfdd.pid, signal.SIGCONT)
        both_up(wire, end)
        assert end.status()["flaps"] == 1, end.output()
        # And it notices us.
        end.proc.send_signal(signal.SIGSTOP)
        eventually(lambda: wire.peer()["status"] == "down", 2, "FRR noticing")
        assert wire.peer()["diagnostic"] == "control detection time expired", wire.peer()
        end.proc.send_signal(signal.SIGCONT)


@scene("other times are agreed on without a flap; a command is told, both ways")
def command(s):
    wire = Wire(s)
    wire.frr()
    with End(wire) as end:
        both_up(wire, end)
        end.say("pace 200")
        eventually(lambda: end.status()["detect-ms"] == 600, what="slower")
        eventually(lambda: wire.peer()["remote-transmit-interval"] == 200, what="FRR slower")
        end.say("pace 60")
        eventually(lambda: end.status()["detect-ms"] == 180, what="faster")
        assert end.status()["flaps"] == 0 and wire.peer()["status"] == "up", end.output()
        end.say("down")
        eventually(lambda: wire.peer()["status"] == "down", what="FRR told")
        assert wire.peer()["diagnostic"] == "neighbor signaled session down", wire.peer()
        end.say("back")
        both_up(wire, end)
        peer = f"peer {OURS[0]} local-address {OURS[1]} interface v1"
        wire.vtysh("configure terminal", "bfd", peer, "shutdown")
        assert "the other end is down by command" in end.becomes("down")


@scene("over IPv6, and over many hops")
def others(s):
    wire = Wire(s)
    wire.frr(THEIRS, far=True)
    with End(wire, "-m", "-t", "254", addresses=THEIRS) as end:
        both_up(wire, end)
        assert end.status()["refused"] == 0, end.status()


FORGER = """
import socket, sys
s = socket.socket(type=socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, int(sys.argv[3]))
s.bind((sys.argv[1], 0))
s.sendto(bytes.fromhex(sys.argv[4]), (sys.argv[2], 3784))
"""


@scene("what comes from further away, or from elsewhere, changes nothing")
def forged(s):
    wire = Wire(s)
    subprocess.run([*wire.theirs, need("ip"), "addr", "add", "10.72.0.3/24", "dev", "v1"],
                   check=True)
    wire.frr()
    with End(wire) as end:
        both_up(wire, end)
        # down by command, says somebody: version 1, state AdminDown, no discriminator of ours
        false = struct.pack("!BBBBIIIII", 1 << 5, 0, 3, 24, 77, 0, 50000, 50000, 0).hex()

        def forge(source, ttl, octets):
            subprocess.run([*wire.theirs, sys.executable, "-c", FORGER, source, OURS[0],
                            str(ttl), octets], check=True)

        forge(OURS[1], 254, false)
        forge("10.72.0.3", 255, false)
        forge("10.72.0.3", 255, "00")
        eventually(lambda: end.status()["malformed"] == 1, what="nonsense counted")
        status = end.status()
        assert status["refused"] == 1 and status["unknown"] == 1, status
        assert status["verdict"] == "up" and status["flaps"] == 0, status


@scene("one hop over IPv6; where another BFD has the port, that is said")
def six(s):
    wire = Wire(s)
    wire.frr(THEIRS)
    with End(wire, addresses=THEIRS) as end:
        both_up(wire, end)
    out = s.run([*wire.theirs, os.path.join(BIN, "liveend"), "-l", OURS[1], "-r", OURS[0]])
    assert out.returncode == 1, out
    assert f"{OURS[1]}, UDP port 3784" in out.stdout, out.stdout


@scene("a plain peer is asked by ICMP echo")
def plain(s):
    wire = Wire(s)
    with End(wire, "-k", "icmp", "-i", "100") as end:
        assert "echoes come back" in end.becomes("up")
        subprocess.run([*wire.theirs, need("ip"), "link", "set", "v1", "down"], check=True)
        end.becomes("down")
        subprocess.run([*wire.theirs, need("ip"), "link", "set", "v1", "up"], check=True)
        end.becomes("up")


if __name__ == "__main__":
    main()
