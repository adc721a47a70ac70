"""A server under measurement: started, watched, stopped."""
import os
import signal
import socket
import subprocess
import sys
import time

from workload import NETS, ZONE, network, site, site_of

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
URGENT = ["chrt", "-r", "5"]    # a real-time priority, also of what it starts
ORPHAN = ["setpriv", "--pdeathsig", "TERM"]     # does not outlive us


class Failed(Exception):
    """Something cannot be measured; says what and why."""


def query(name, subnet=None):
    q = b"\x12\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00" + bytes([subnet is not None])
    for label in name.split("."):
        q += bytes([len(label)]) + label.encode()
    q += b"\0\0\1\0\1"
    if subnet is not None:      # a /24 as RFC 7871 section 6 has it
        q += (b"\0\0\x29\x04\xd0\0\0\0\0\0\x0b\0\x08\0\x07\0\1\x18\0"
              + socket.inet_aton(subnet.split("/")[0])[:3])
    return q


def ask(port, name, subnet=None, patience_s=0.005):
    """The first address that it answers within some milliseconds, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(patience_s)
        try:
            s.connect(("127.0.0.1", port))
            s.send(query(name, subnet))
            r = s.recv(4096)
        except OSError:
            return None
    if r[3] & 15 != 0 or r[7] == 0:
        return None
    at = 12
    while r[at] != 0:
        at += r[at] + 1
    at += 5                     # the owner is a pointer to the question
    return socket.inet_ntoa(r[at + 12:at + 16])


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
    zone_file = "zone"      # below dir
    note = ""               # how its dynamic names differ
    urgent = False          # goes before all others on the machine
    patience_s = 60         # for a server to come up

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
        if self.work.geo:
            pools.append("geo")
        return [f"{n}.{ZONE}" for n in last + (pools if self.dynamic else [])]

    def start(self):
        """Returns the seconds until it answered; one thread is pinned on CPU 0."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            try:
                s.bind(("127.0.0.1", self.port))    # nobody else may answer here
            except OSError as e:
                raise Failed(f"port {self.port} of 127.0.0.1: {e.strerror}") from e
        self.log = open(os.path.join(self.dir, "log"), "w", encoding="ascii")
        pin = ["taskset", "-c", "0" if self.work.threads == 1 else "0,1"]
        rank = URGENT if self.urgent else []
        began = time.monotonic()
        self.proc = subprocess.Popen(ORPHAN + rank + pin + self.command(), stdout=self.log,
                                     stderr=self.log, start_new_session=True)
        for name in self.first_names():
            while ask(self.port, name) is None:
                if self.proc.poll() is not None:
                    self.give_up(f"ended before it answered for {name}")
                if time.monotonic() - began > self.patience_s:
                    self.give_up(f"no answer for {name} within {self.patience_s:.0f} s")
                time.sleep(0.001)
        return time.monotonic() - began

    def give_up(self, why):
        self.stop()
        said = read(os.path.join(self.dir, "log")).strip().splitlines()
        raise Failed(f"{self.name}: {why}" + (f": {said[-1][:160]}" if said else ""))

    def check_places(self):
        """Does every client get its own site?"""
        for i in range(0, NETS, 13):
            got = ask(self.port, f"geo.{ZONE}", network(i), 1)
            if got != site(site_of(i)):
                raise Failed(f"{self.name}: {network(i)} was sent to {got}, "
                             f"not to {site(site_of(i))}")

    def cpu_s(self):
        """Processor time of all its threads, to the nanosecond."""
        return sum(int(text.split()[0]) for pid, tid in tasks(self.proc.pid)
                   if (text := read(f"/proc/{pid}/task/{tid}/schedstat"))) / 1e9

    def settle(self):
        """Until what follows a start is over, with patience."""
        for _ in range(50):
            before = self.cpu_s()
            time.sleep(0.1)
            if self.cpu_s() - before < 0.01:
                return

    def memory_mib(self):
        """Proportional set size of all its processes."""
        return sum(int(line.split()[1]) for pid in session(self.proc.pid)
                   for line in read(f"/proc/{pid}/smaps_rollup").splitlines()
                   if line.startswith("Pss:")) / 1024

    def reload(self):
        """Asks for new zones, and what else is configured."""
        self.proc.send_signal(signal.SIGHUP)

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
