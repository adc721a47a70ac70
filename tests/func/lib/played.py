#!/usr/bin/python3 -IS
"""govc and virsh as the example drivers need them, played: which of them by our own name.

What there is stands in state.json beside us: machines, where they run and where their disks
lie, and one job at most, which gets on each time that somebody asks how far it is, whether or not
anybody waits for its end. "down" are places that do not answer.
"""
import fcntl
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class State(dict):
    """Read and written under a lock."""

    def __enter__(self):
        self.file = open(os.path.join(HERE, "state.json"), "r+", encoding="ascii")
        fcntl.flock(self.file, fcntl.LOCK_EX)
        self.update(json.load(self.file))
        return self

    def __exit__(self, *_):
        self.file.seek(0)
        self.file.truncate()
        json.dump(self, self.file)
        self.file.close()

    def begin(self, machine, **makes):
        self["begun"] += 1
        if self["fails"]:
            raise SystemExit("error: " + self["fails"])
        if self["job"]:
            raise SystemExit("error: another task is already in progress")
        self["job"] = {"machine": machine, "looks": 0, "makes": makes, "id": self["begun"]}
        return self["begun"]

    def percent(self):
        """How far it is; at the end it is done."""
        job = self["job"]
        job["looks"] += 1
        if job["looks"] == self["looks"]:
            self["machines"][job["machine"]].update(job["makes"])
            self["job"] = None
        return 100 * job["looks"] // (self["looks"] + 1)


def wait(job):
    """Whoever began it waits."""
    while True:
        with State() as s:
            if not s["job"] or s["job"]["id"] != job:
                if s["cancelled"] == job:
                    raise SystemExit("error: the operation was aborted")
                return
        time.sleep(0.02)


def govc(argv):
    with State() as s:
        if "vcenter" in s["down"]:
            raise SystemExit("govc: connect: connection refused")
        if argv[0] == "about":
            return
        if argv[0] == "object.collect":
            collect(s, *argv[2:])
            return
        if argv[0] == "task.cancel":
            assert argv[1] == f"task-{s['job']['id']}", argv
            s["cancelled"], s["job"] = s["job"]["id"], None
            return
        assert argv[0] == "vm.migrate" and argv[1] in ("-ds", "-host"), argv
        name = argv[2].rpartition("/")[2]
        job = s.begin(argv[3].rpartition("/")[2],
                      **{"disks" if argv[1] == "-ds" else "at": name})
    wait(job)


def collect(s, what, prop):
    kind, _, name = what.rpartition("/")[2].rpartition(":")
    machine = s["machines"].get(name)
    if machine:
        value = {"runtime.host": "HostSystem:" + machine["at"],
                 "runtime.powerState": machine["state"],
                 "datastore": "Datastore:" + machine["disks"],
                 "recentTask": "Task:task-0" + (f",Task:task-{s['job']['id']}"
                                                if s["job"] else "")}[prop]
    elif kind == "Task":
        now = s["job"] and name == f"task-{s['job']['id']}"
        value = {"info.descriptionId": "VirtualMachine.relocate",
                 "info.state": "running" if now else "success",
                 }.get(prop) or (s.percent() if now else "")
    elif name in s["places"]:
        value = {"name": name}[prop]
    else:
        raise SystemExit(f"govc: {what} not found")
    print(value)


def virsh(argv):
    assert argv[:2] == ["-q", "-c"], argv
    place, command, words = argv[2].partition("//")[2], argv[3], argv[4:]
    with State() as s:
        if place in s["down"]:
            raise SystemExit("error: failed to connect to the hypervisor")
        if command == "version":
            return
        machine = next(w for w in words if not w.startswith("-"))
        m = s["machines"][machine]
        here = m["at"] == place
        if not here and place not in m["left"]:
            raise SystemExit(f"error: failed to get domain '{machine}'")
        if command == "domstate":
            print(m["state"] if here else "shut off", end="\n\n")
        elif command == "domjobinfo":
            job_info(s, "--rawstats" in words)
        elif command == "domjobabort":
            s["cancelled"], s["job"] = s["job"]["id"], None
        elif command == "undefine":
            assert not here, "that one runs"
            m["left"].remove(place)
        if command != "migrate":
            return
        assert here and "--live" in words and "--p2p" in words, argv
        assert words[-1].startswith(("tcp://", "qemu")), argv
        job = s.begin(machine, at=words[words.index(machine) + 1].partition("//")[2],
                      left=m["left"] + [place], words=words)
    wait(job)


def job_info(s, raw):
    if raw and s["job"]:
        print(f"memory_total: 1\ndata_total: 100\ndata_processed: {s.percent()}")
    else:
        print("Job type:         " + ("Unbounded" if s["job"] else "None"))


if __name__ == "__main__":
    {"govc": govc, "virsh": virsh}[os.path.basename(__file__)](sys.argv[1:])
