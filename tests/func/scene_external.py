#!/usr/bin/python3
"""Monitors that run a program: it answers for a backend, or misbehaves, and gtmd
answers on."""
import os

from lib import guide
from lib.control import Control
from lib.scene import eventually, main, need_root, scene

NAME = "vmhttp.siterequest.com"
# What a program does is what the file of its address says.
CHECK = """#!/bin/sh
test "$1:$2" = "$NODE_IP:$NODE_PORT" && test $# = 4 && test "$4" = "two words" || exit 9
read mood <"$MOODS/$1"
case $mood in
up) echo UP ;;
no) exit 1 ;;
hang) trap '' TERM; tail -f /dev/null >&2 & tail -f /dev/null >&2 ;;
fork) for i in 1 2 3 4 5; do tail -f /dev/null >&2 & done; exit 2 ;;
flood) exec yes ;;
signal) kill -SEGV $$ ;;
esac
"""


class Spot:
    """Where a backend would be; the program alone knows how it is."""

    def __init__(self, t, last):
        self.t, self.addr, self.port = t, f"{t.net}.{last}", 80
        self.feel("up")

    def feel(self, mood):
        self.t.write("moods/" + self.addr, mood + "\n")


def monitor(t, run="check", more=""):
    return f"""
gtm monitor external /Common/VM-http-monitor {{
    args "-v \\"two words\\""
    defaults-from /Common/external
    interval 1
    probe-timeout 1
    run {run}
    timeout 3
    user-defined MOODS {t.dir}/moods
{more}}}
"""


def program(t, mode=0o755, name="check", text=CHECK):
    path = t.write("programs/" + name, text)
    os.chmod(path, mode)
    return path


def begin(t, **kw):
    """One application, its local site first."""
    need_root()		# whose programs alone are run
    local, remote = Spot(t, 1), Spot(t, 2)
    t.start(guide.application(t, local, remote, mon=monitor(t, **kw)),
            args=("--monitors", t.dir + "/programs"))
    return local, remote


def running(t, pid):
    """Processes whose environment names this scene, but for gtmd."""
    found = []
    for one in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{one}/environ", "rb") as f:
                if f"MOODS={t.dir}".encode() in f.read():
                    found.append(int(one))
        except OSError:
            continue
    return [p for p in found if p != pid]


@scene("a program that fails, hangs, forks, floods or dies takes the site down and back")
def moods(t):
    program(t)
    local, remote = begin(t)
    for mood in ("no", "hang", "fork", "signal"):
        t.becomes(NAME, [local.addr], seconds=8)
        local.feel(mood)
        t.becomes(NAME, [remote.addr], seconds=8)
        local.feel("up")
    t.becomes(NAME, [local.addr], seconds=8)
    local.feel("flood")		# says something, and is cut off
    t.reload()
    t.becomes(NAME, [local.addr])
    local.feel("up")
    eventually(lambda: len(running(t, t.gtmd.pid)) <= 2, 8, "nothing is left of them")


@scene("a program that is missing or not to be trusted leaves things as they are, and is told")
def missing(t):
    local, _ = begin(t)
    eventually(lambda: "programs: No such file" in t.gtmd.output(), what="a warning")
    t.becomes(NAME, [local.addr])		# unknown, and so fit to answer
    program(t, 0o644)
    t.reload()
    t.logged("is not executable")
    program(t, 0o777)
    t.reload()
    t.logged("others than root may write it")
    local.feel("no")
    program(t)
    t.becomes(NAME, [f"{t.net}.2"], seconds=8)


@scene("no monitor runs what is not in the folder, through file, REST or a shell's tricks")
def refused(t):
    program(t)
    begin(t)
    control = Control(t)
    at = "/mgmt/tm/gtm/monitor/external"
    for run in ("/bin/sh", "../../bin/sh", "/etc/passwd", "check;id"):
        says = control.refused(400, "POST", at, {"name": "x", "run": run})
        assert "run:" in says, says
    for key in ("LD_PRELOAD", "PATH", "BASH_ENV"):
        says = control.refused(400, "PATCH", at + "/~Common~VM-http-monitor",
                               {"apiRawValues": {f"userDefined {key}": "/tmp/x.so"}})
        assert key in says, says


@scene("variables are changed one by one over REST, and stand as lines in the file")
def variables(t):
    program(t)
    begin(t, more="    user-defined COLOUR blue\n")
    control = Control(t)
    at = "/mgmt/tm/gtm/monitor/external/~Common~VM-http-monitor"
    moods = {"userDefined MOODS": t.dir + "/moods"}
    doc = control.ok("GET", at)
    assert doc["apiRawValues"] == {"userDefined COLOUR": "blue", **moods}, doc
    doc = control.ok("PATCH", at, {"apiRawValues": {
        "userDefined COLOUR": "none", "userDefined SHAPE": "a \"round\" one"}})
    assert doc["apiRawValues"] == {
        "userDefined SHAPE": "a \"round\" one", **moods}, doc
    control.ok("POST", "/mgmt/tm/sys/config", {"command": "save"})
    with open(t.conf, encoding="ascii") as f:
        text = f.read()
    assert '    user-defined SHAPE "a \\"round\\" one"\n' in text, text
    t.reload()
    assert control.ok("GET", at)["apiRawValues"] == doc["apiRawValues"]


if __name__ == "__main__":
    main()
