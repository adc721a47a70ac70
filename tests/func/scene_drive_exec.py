#!/usr/bin/python3
"""Driver exec with the example programs for libvirt and vSphere, whose virsh and govc are
played: a machine moves there and back, and who asks may die, give up and ask again."""
import fcntl
import json
import os
import shutil
import signal

from lib.scene import BIN, TOP, Process, eventually, main, need, need_root, scene

LIBVIRT = """VIRSH={dir}/virsh
POLL_S=0.05
uri_Common_a=qemu+ssh://a
uri_Common_b=qemu+ssh://b
reach_Common_b=tcp://192.0.2.2:8002
"""
VSPHERE = """GOVC={dir}/govc
POLL_S=0.05
folder=/Local/vm
host_Common_a=/Local/host/a
host_Common_b=/Remote/host/b
datastore_Common_a=/Local/datastore/disks-a
datastore_Common_b=/Remote/datastore/disks-b
"""
STORAGE = 1 << 30


class Site:
    """An example driver and what it asks, in folders that root alone may write; state.json is
    for nobody, who programs run as."""

    def __init__(self, t, driver, tool, conf, running):
        need_root()
        need("jq")
        self.t, self.driver = t, driver
        os.mkdir(self.at("drivers"))
        os.mkdir(self.at("world"))
        shutil.copy(os.path.join(TOP, "docs/examples/drivers", driver), self.at("drivers"))
        played = self.at("world/" + tool)
        shutil.copy(os.path.join(TOP, "tests/func/lib/played.py"), played)
        os.chmod(played, 0o755)
        self.conf = t.write("conf", conf.format(dir=self.at("world")))
        self.t.write("world/state.json", "{}")
        self.state(job=None, looks=2, begun=0, cancelled=0, fails=None, down=[],
                 places=["a", "b", "disks-a", "disks-b"],
                 machines={"vm1": {"at": "a", "disks": "disks-a", "state": running, "left": []}})
        os.chmod(self.at("world/state.json"), 0o666)

    def at(self, name):
        return os.path.join(self.t.dir, name)

    def state(self, **changes):
        """As it is, after these changes; tools that are at work wait meanwhile."""
        with open(self.at("world/state.json"), "r+", encoding="ascii") as f:
            fcntl.flock(f, fcntl.LOCK_EX)
            now = {**json.load(f), **changes}
            if changes:
                f.seek(0)
                f.truncate()
                json.dump(now, f)
        return now

    def argv(self, action, way=0, **own):
        here, there = ("/Common/a", "/Common/b")[::1 if way == 0 else -1]
        words = {"action": action, "host": "vm1", "storage": STORAGE, "deadline": 30,
                 "folder": self.at("drivers"), "from.name": here, "to.name": there,
                 "from.program": f"{self.driver} {self.conf}",
                 "to.program": f"{self.driver} {self.conf}", **own}
        return [os.path.join(BIN, "driverun"), *(f"{k}={v}" for k, v in words.items())]

    def order(self, action, way=0, code=0, **own):
        ran = self.t.run(self.argv(action, way, **own))
        self.told = [json.loads(line) for line in ran.stdout.splitlines()]
        result = self.told.pop()
        assert result["code"] == code, (action, result)
        return result

    def begin(self, action, **own):
        """Starts it, and kills who asked when its job is under way."""
        p = Process(self.t, "driverun", self.argv(action, **own))
        eventually(lambda: self.state()["job"], 10, action)
        p.kill(signal.SIGKILL)
        p.wait()


def moves(s, *ways):
    for way, place in ways:
        s.order("check", way)
        s.order("verify", way, code=-9)
        assert s.state()["begun"] == way * s.steps
        s.order("storage", way)
        s.order("memory", way)
        assert s.state()["machines"]["vm1"]["at"] == place
        assert [x for x in s.told if 0 < x["octets"] <= x["total"]], s.told
        s.order("memory", way)                  # asked again, it is done
        s.order("verify", way)
        s.order("cancel", way, code=-8)
        s.order("finish", way)
        assert s.state()["begun"] == (way + 1) * s.steps


def asked_again(s):
    """Who asked is killed, and the job goes on: it is followed, not begun once more."""
    s.order("storage")
    s.state(looks=1000000)
    before = s.state()["begun"]
    s.begin("memory")
    s.state(looks=s.state()["job"]["looks"] + 3)
    s.order("memory")
    assert "under way already" in s.told[0]["note"], s.told
    assert s.state()["begun"] == before + 1
    s.order("verify")


def fails_and_stays(s):
    s.order("storage")
    s.state(fails="not enough memory there")
    result = s.order("memory", code=-9)
    assert result["retry"] and "not enough memory there" in result["text"], result
    s.state(fails=None, looks=1000000)
    s.begin("memory")
    s.state(looks=2)
    s.order("cancel")
    assert s.state()["job"] is None and s.state()["machines"]["vm1"]["at"] == "a"
    assert s.state()["machines"]["vm1"]["disks"] == "disks-a"
    s.order("cancel")
    result = s.order("check", code=-9, **{"from.name": "/Common/x"})
    assert not result["retry"] and "the configuration has no" in result["text"], result
    s.state(down=s.all)
    assert s.order("check", code=-9)["retry"]


def libvirt(t):
    s = Site(t, "libvirt.sh", "virsh", LIBVIRT, "running")
    s.steps, s.all = 1, ["b"]
    return s


def vsphere(t):
    s = Site(t, "vsphere.sh", "govc", VSPHERE, "poweredOn")
    s.steps, s.all = 2, ["vcenter"]
    return s


@scene("libvirt: there and back, with the disks that are not shared")
def libvirt_moves(t):
    s = libvirt(t)
    moves(s, (0, "b"), (1, "a"))
    words = s.state()["machines"]["vm1"]["words"]
    assert "--copy-storage-all" in words and words[-1] == "qemu+ssh://a", words


@scene("libvirt: a move that is under way is followed by who asks next")
def libvirt_again(t):
    s = libvirt(t)
    asked_again(s)
    assert s.state()["machines"]["vm1"]["words"][-1] == "tcp://192.0.2.2:8002"


@scene("libvirt: what fails is told in virsh's words, what is cancelled stays")
def libvirt_fails(t):
    fails_and_stays(libvirt(t))


@scene("vSphere: a machine moves, storage first")
def vsphere_moves(t):
    s = vsphere(t)
    moves(s, (0, "b"))
    assert s.state()["machines"]["vm1"]["disks"] == "disks-b"


@scene("vSphere: a task that is under way is followed by who asks next")
def vsphere_again(t):
    asked_again(vsphere(t))


@scene("vSphere: what fails is told in govc's words, what is cancelled stays, and its disks")
def vsphere_fails(t):
    fails_and_stays(vsphere(t))


@scene("the example programs are clean, as shellcheck sees them")
def shellcheck(t):
    folder = os.path.join(TOP, "docs/examples/drivers")
    ran = t.run([need("shellcheck"), *(os.path.join(folder, f) for f in os.listdir(folder))])
    assert ran.returncode == 0, ran.stdout


if __name__ == "__main__":
    main()
