#!/usr/bin/python3
"""Monitors that run a program: it answers for a backend, or misbehaves, and gtmd
answers on."""
import os
import shutil

from lib import guide
from lib.control import Control
from lib.scene import eventually, main, need, need_root, scene

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


# It tells who it is, and tries to change a pool by the socket of who runs it.
TRAITOR = """#!/bin/sh
/usr/bin/id -u >"$OUT"
exec 2>>"$OUT"
curl -sS --unix-socket "$SOCKET" -X PATCH -H 'Content-Type: application/json' \\
    -d '{"description": "mine"}' \\
    http://x/mgmt/tm/gtm/pool/a/~Common~Local_pool >>"$OUT"
echo done >>"$OUT"
echo up
"""


def begin_as_user(t, caps):
    """A gtmd that is not root, with some capabilities, and a program that is no friend."""
    local, remote = Spot(t, 1), Spot(t, 2)
    program(t, text=TRAITOR)
    os.chmod(t.dir, 0o755)
    out = t.write("out/told", "")
    for path in (t.dir + "/out", out):
        os.chmod(path, 0o777)
    os.mkdir(t.dir + "/state", 0o755)
    shutil.chown(t.dir + "/state", 12345, 12345)
    mon = monitor(t, more=f"    user-defined OUT {out}\n"
                          f"    user-defined SOCKET {t.dir}/state/control.sock\n")
    words = [need("setpriv"), "--reuid=12345", "--regid=12345", "--clear-groups"]
    if caps:
        words += ["--inh-caps=" + caps, "--ambient-caps=" + caps]
    t.start(guide.application(t, local, remote, mon=mon), prefix=words,
            args=("--monitors", t.dir + "/programs"))
    return out


def told(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


@scene("a gtmd that cannot change users runs no program: it would be as trusted as gtmd is")
def own_user(t):
    need_root()
    out = begin_as_user(t, "")
    probes = Control(t)

    def reasons():
        return {i.get("reason") for i in probes.ok("GET", "probe")["items"]}
    eventually(lambda: reasons() == {"cannot run a program: gtmd is neither root nor has "
                                     "CAP_SETUID and CAP_SETGID"}, 8, "the reason")
    t.logged("abstain probes=")
    assert told(out) == ""
    t.becomes(NAME, [f"{t.net}.1"])		# unknown, and so fit to answer


@scene("with the right to, it runs them as nobody, whom the control socket does not know")
def other_user(t):
    need_root()
    need("curl")
    out = begin_as_user(t, "+setuid,+setgid,+kill")
    eventually(lambda: "done" in told(out), 8, "the program has run")
    assert told(out).startswith("65534\n"), told(out)
    assert "mine" not in told(out), told(out)
    pool = Control(t).ok("GET", "pool/a/~Common~Local_pool")
    assert "description" not in pool, pool
    t.logged("from=unknown to=up", 8)


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
