"""A QEMU guest, by TCG: started or resumed, told by QMP what to do, moved."""
import json
import os
import shlex
import socket
import subprocess
import time

# QEMU's own answers to a slow link, as capabilities and parameters of both ends.
PLAIN = ({}, {})
MULTIFD_ZSTD = ({"multifd": True}, {"multifd-channels": 2, "multifd-compression": "zstd"})


class GuestFailed(Exception):
    """What the guest did not do, and what it said."""


class Guest:
    def __init__(self, folder, name, cache, memory, how, prefix=()):
        """cache has the disk image; how is the rest of QEMU's words: -kernel and so on,
        or -incoming."""
        self.log, control = f"{folder}/{name}.console", f"{folder}/{name}.qmp"
        for old in (self.log, control):
            if os.path.lexists(old):
                os.remove(old)
        self.events = {}        # the last of each kind: its time of day, in s
        self.said = open(f"{folder}/{name}.qemu", "w+", encoding="utf-8")
        self.proc = subprocess.Popen([
            *prefix, "qemu-system-x86_64", "-accel", "tcg", "-m", str(memory), "-smp", "1",
            "-nodefaults", "-display", "none", "-serial", "file:" + self.log, "-no-reboot",
            "-drive", f"file={cache}/usr.ext4,if=virtio,format=raw,readonly=on",
            "-qmp", f"unix:{control},server=on,wait=off", *how],
            stdin=subprocess.DEVNULL, stderr=self.said)
        try:
            self.qmp = socket.socket(socket.AF_UNIX)
            self.qmp.settimeout(60)
            self.wait(lambda: self.qmp.connect_ex(control) == 0, 30, "QEMU's control socket")
            self.lines = self.qmp.makefile("r")
            self.lines.readline()
            self.do("qmp_capabilities")
            self.do("migrate-set-parameters", **{"max-bandwidth": 10 << 30})
        except BaseException:
            self.stop()
            raise

    def wait(self, truth, seconds, what):
        end = time.monotonic() + seconds
        while not (got := truth()):
            if self.proc.poll() is not None:
                self.said.seek(0)
                raise GuestFailed(f"QEMU ended before {what}: {self.said.read()}")
            if time.monotonic() > end:
                raise GuestFailed(f"not within {seconds} s: {what}\n{self.console()[-2000:]}")
            time.sleep(0.05)
        return got

    def console(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as f:
                return f.read()
        except FileNotFoundError:       # QEMU opens it when it starts to run
            return ""

    def says(self, text, seconds):
        self.wait(lambda: text in self.console(), seconds, text)

    def do(self, command, **arguments):
        self.qmp.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        while True:
            line = self.lines.readline()
            if not line:
                raise GuestFailed(f"{command}: QEMU ended")
            told = json.loads(line)
            if "error" in told:
                raise GuestFailed(f"{command}: {told['error']['desc']}")
            if "event" in told:
                at = told["timestamp"]
                self.events[told["event"]] = at["seconds"] + at["microseconds"] / 1e6
            if "return" in told:
                return told["return"]

    # -- its memory, to a file or to another machine ------------------------------------
    def migration(self):
        """The migration's figures, once it has come to its end."""
        told = self.do("query-migrate")
        if told.get("status") in ("failed", "cancelled"):
            raise GuestFailed("a migration failed: " + told.get("error-desc", "no reason"))
        return told if told.get("status") == "completed" else None

    def save(self, path):
        """Migrates the running guest into a file, and lets it go on."""
        part = path + ".part"
        self.do("migrate", uri="exec:cat >" + shlex.quote(part))
        self.wait(self.migration, 300, "the end of a migration")
        self.do("cont")
        os.rename(part, path)

    @classmethod
    def resumed(cls, folder, name, cache, memory, image, prefix=()):
        """One that goes on from a file of save()."""
        g = cls(folder, name, cache, memory, ["-incoming", "exec:cat " + shlex.quote(image)],
                prefix)
        try:
            g.wait(g.runs, 120, "the guest to resume")
        except BaseException:
            g.stop()
            raise
        return g

    @classmethod
    def awaited(cls, folder, name, cache, memory, port, mode=PLAIN, prefix=()):
        """One that a running guest is to move into."""
        g = cls(folder, name, cache, memory, ["-incoming", "defer"], prefix)
        try:
            g.choose(mode)
            g.do("migrate-incoming", uri=f"tcp:0.0.0.0:{port}")
        except BaseException:
            g.stop()
            raise
        return g

    def choose(self, mode):
        capabilities, parameters = mode
        if capabilities:
            self.do("migrate-set-capabilities", capabilities=[
                {"capability": c, "state": s} for c, s in capabilities.items()])
        if parameters:
            self.do("migrate-set-parameters", **parameters)

    def runs(self):
        return self.do("query-status")["status"] == "running"

    def move(self, there, uri, mode=PLAIN, patience_s=180):
        """Moves it while it runs to a guest that waits for it; the figures, or None when it
        did not converge in time. It has come when it runs there, and stood still from its
        last moment here to that: both ends have the same clock."""
        self.choose(mode)
        began = time.time()
        self.do("migrate", uri=uri)
        try:
            told = self.wait(self.migration, patience_s, "the end of a migration")
        except GuestFailed:
            if self.proc.poll() is not None or self.do("query-migrate")["status"] != "active":
                raise
            self.do("migrate_cancel")
            return None
        there.wait(there.runs, patience_s, "the guest to run at the other side")
        resumed = there.events["RESUME"]
        return {"seconds": resumed - began, "downtime_ms": 1000 * (resumed - self.events["STOP"]),
                "passes": told["ram"]["dirty-sync-count"]}

    def works(self, patience_s=60):
        """Waits until the guest has done some of its work here, and found its memory right."""
        self.says("guest: turn", patience_s)
        if "WRONG" in self.console():
            raise GuestFailed(self.console()[-500:])

    def stop(self):
        if self.proc.poll() is None:
            self.proc.terminate()
        self.proc.wait()
        self.said.close()
