"""A server under measurement: started, watched, stopped."""
import os
import signal
import socket
import subprocess
import sys
import time

from workload import ZONE

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
START_MAX_S = 300
URGENT = ["chrt", "-r", "5"]    # a real-time priority, also of what it starts


def answers(port, name):
    """Does it answer for this name within some milliseconds?"""
    q = b"\x12\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    for label in name.split("."):
        q += bytes([len(label)]) + label.encode()
    q += b"\0\0\1\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(0.005)
        try:
            s.connect(("127.0.0.1", port))
            s.send(q)
            r = s.recv(4096)
        except OSError:
            return False
    return r[3] & 15 == 0 and r[7] > 0


def session(leader):
    """The processes of a session."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getsid(int(pid)) == leader:
                yield int(pid)
        except OSError:
            pass


def read(path):
    try:
        with open(path, encoding="ascii", errors="replace") as f:
            return f.read()
    except OSError:         # it has ended meanwhile
        return ""


def tasks(leader):
    for pid in session(leader):
        try:
            yield from ((pid, int(t)) for t in os.listdir(f"/proc/{pid}/task"))
        except OSError:
            pass


class Server:
    """One peer: how to configure and start it."""
    name = ""
    dynamic = True          # has names that answer by health and ratio
    note = ""               # how its dynamic names differ
    urgent = False          # goes before all others on the machine

    def __init__(self, base, port, work):
        self.dir, self.port, self.work = os.path.join(base, self.name), port, work
        self.proc = None
        self.log = None
        os.makedirs(self.dir, exist_ok=True)
        self.configure()

    def configure(self):
        """Writes the files."""

    def command(self):
        raise NotImplementedError

    def first_names(self):
        """What it must answer before it counts as started."""
        last = [f"host{self.work.names - 1}"] if self.work.names else []
        pools = [f"w{m}" for m in self.work.members]
        if self.work.wides:
            pools.append(f"d{self.work.wides - 1}")
        return [f"{n}.{ZONE}" for n in last + (pools if self.dynamic else [])]

    def start(self):
        """Returns the seconds until it answered; one thread is pinned on CPU 0."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", self.port))        # nobody else may answer here
        self.log = open(os.path.join(self.dir, "log"), "w", encoding="ascii")
        pin = ["taskset", "-c", "0" if self.work.threads == 1 else "0,1"]
        rank = URGENT if self.urgent else []
        began = time.monotonic()
        self.proc = subprocess.Popen(rank + pin + self.command(), stdout=self.log,
                                     stderr=self.log, start_new_session=True)
        for name in self.first_names():
            while not answers(self.port, name):
                if self.proc.poll() is not None or time.monotonic() - began > START_MAX_S:
                    self.give_up(name)
                time.sleep(0.001)
        return time.monotonic() - began

    def give_up(self, name):
        self.stop()
        text = read(os.path.join(self.dir, "log"))
        sys.exit(f"{self.name} did not answer for {name}:\n{text[-2000:]}")

    def cpu_s(self):
        """Processor time of all its threads, to the nanosecond."""
        return sum(int(text.split()[0]) for pid, tid in tasks(self.proc.pid)
                   if (text := read(f"/proc/{pid}/task/{tid}/schedstat"))) / 1e9

    def memory_mib(self):
        """Proportional set size of all its processes."""
        return sum(int(line.split()[1]) for pid in session(self.proc.pid)
                   for line in read(f"/proc/{pid}/smaps_rollup").splitlines()
                   if line.startswith("Pss:")) / 1024

    def stop(self):
        proc, self.proc = self.proc, None
        if proc is None:
            return
        for sig in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(proc.pid, sig)
                proc.wait(5)
                break
            except ProcessLookupError:
                proc.wait()
                break
            except subprocess.TimeoutExpired:
                pass
        self.log.close()
