"""What goes wrong in a move, and when: kill -9 of daemons, drivers, a WAN that is cut.

A moment is a record of the migration's journal, which is read as it grows: so a fault comes
within milliseconds of it, whether gtmd can be asked or not.
"""
import glob
import http.client
import json
import os
import re
import signal
import threading
import time

from lib.scene import eventually

DAEMONS = ("gtmd", "womd", "etheripd")
NAMES = ("wan-cut", "host-fails", "roll-back", "kill-driver", *(f"kill-{d}" for d in DAEMONS))
STEPS = {"preparing": "prepare", "storage": "storage", "memory": "memory",
         "announcing": "announce", "verifying": "verify", "finish": "finish", "cancel": "cancel"}
WAY = ("storage", "memory", "announcing", "verifying", "finish")
PHASES = {"draining": "moved", "relaying": "drained", "done": "relayed",
          "rolling-back": "roll-back"}
RECORD = re.compile(rb'\{"at":[^\n\0]*\}\n')
DRIVER = "/etc/gtm/drivers/lab"


class Fault:
    """NAME[@[HOST:][back-]MOMENT]; without a moment, while the first memory is moved."""

    def __init__(self, text):
        self.text = text
        self.name, _, at = text.partition("@")
        self.timed = at != ""
        self.host, _, moment = (at or "memory").rpartition(":")
        self.back = moment.startswith("back-")
        self.moment = moment.removeprefix("back-")
        self.played = False
        if self.name not in NAMES or self.moment not in {**STEPS, **PHASES}:
            raise ValueError(f"there is no fault {text}")

    def comes(self, record):
        """Is this its moment?"""
        if self.moment in PHASES:
            return record["event"] == PHASES[self.moment]
        return record["event"] == "step-begun" and record["step"] == STEPS[self.moment] and \
            bool(record.get("back")) == self.back and self.host in ("", record.get("host"))

    def __str__(self):
        return self.text


def every(machines=3):
    """Rounds of faults in which each daemon, and the driver, is killed at each moment, there
    and back: a round has as many at a step as there are machines, and one at a phase."""
    names = [f"kill-{d}" for d in (*DAEMONS, "driver")]
    others = [*names[:3], "wan-cut"]    # no driver is under way between two machines
    rounds = []
    for i in range(len(names)):
        faults = [f"{names[(i + k) % len(names)]}@vm{k + 1}:{step}" for step in WAY
                  for k in range(machines)]
        faults += [f"{others[(i + k) % len(others)]}@{phase}" for k, phase in
                   enumerate(("preparing", "draining", "relaying"))]
        rounds.append(faults)
    for name in names:
        rounds.append(["roll-back@vm3:memory", f"{name}@cancel", *(
            f"{name}@back-{step}" for step in WAY)])
    return rounds


class Faults:
    """Those of one move."""

    def __init__(self, move, texts):
        self.move, self.faults = move, [Fault(t) for t in texts]
        self.locks = {name: threading.Lock() for name in NAMES}
        self.over, self.threads = False, []

    def begin(self):
        for f in self.faults:
            if f.name == "host-fails":
                self.move.machines[1].failing, f.played = 10, True
        self.follower = threading.Thread(target=self.follow, daemon=True)
        self.follower.start()

    def end(self):
        """Until what has begun is over; those that never had their moment."""
        self.over = True
        self.follower.join()
        for t in self.threads:
            t.join()
        return [f for f in self.faults if not f.played]

    # -- moments -----------------------------------------------------------------------------
    def follow(self):
        path = self.move.lab.sites[0].path("gtm/migrations/~Common~move.1.journal")
        at = read = 0
        while not self.over:
            if os.path.exists(path):
                with open(path, "rb") as f:
                    f.seek(at)
                    new = f.read()
                for found in RECORD.finditer(new):
                    self.heard(json.loads(found.group()))
                    read = found.end()
                at, read = at + read, 0
            time.sleep(0.002)

    def heard(self, record):
        for f in self.faults:
            if f.timed and not f.played and f.comes(record):
                self.play_soon([f], record)
        rest = [f for f in self.faults if not f.timed and not f.played]
        if rest and rest[0].comes(record):
            self.play_soon(rest, record)

    def play_soon(self, faults, record):
        for f in faults:
            f.played = True
        self.threads.append(threading.Thread(target=self.play, args=(faults, record)))
        self.threads[-1].start()

    def play(self, faults, record):
        for i, f in enumerate(faults):
            self.move.mark(f"fault: {f}")
            try:
                with self.locks[f.name]:
                    self.act(f.name, record)
            except AssertionError as why:
                self.move.mark(f"fault: {f}: {why}")
                f.played = False
            if i + 1 < len(faults):
                time.sleep(0.5)

    # -- what happens --------------------------------------------------------------------------
    def act(self, name, record):
        lab = self.move.lab
        if name == "wan-cut":
            lab.cut(5)
            time.sleep(5)
        elif name == "roll-back":
            eventually(self.roll_back, 20, "gtmd to hear of the roll-back")
        elif name == "kill-driver":
            self.kill_driver(record)
        else:
            daemon = name.removeprefix("kill-")
            for site in lab.sites[:1] if daemon == "gtmd" else lab.sites:
                site.daemon(daemon).stop(signal.SIGKILL)
                site.again(daemon)

    def roll_back(self):
        """It may have been killed just now."""
        try:
            return self.move.command("roll-back", reason="the lab has changed its mind")
        except (OSError, ValueError, http.client.HTTPException):
            return None

    def kill_driver(self, record):
        """The program and all that it started. A virtual machine has none: its QEMU at the
        site where it does not run."""
        kill = kill_programs
        if self.move.virtual:
            kill = next(m for m in self.move.machines if m.name == record["host"]).lose_idle
        eventually(lambda: kill() or self.over, 10, "a driver to be killed")


def kill_programs():
    """How many there were."""
    killed = 0
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as f:
                words = f.read().split(b"\0")
            if DRIVER.encode() in words[:2]:
                os.killpg(os.getpgid(int(path.split("/")[2])), signal.SIGKILL)
                killed += 1
        except (OSError, ProcessLookupError):
            continue
    return killed
