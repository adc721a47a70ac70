#!/usr/bin/python3
"""Starting, checking, refusing: what gtmd says before it serves."""
import os
import signal

from lib import guide
from lib.scene import BIN, TOP, Skip, eventually, main, need, need_root, scene

NAME = "vmhttp.siterequest.com"
PLAIN = "gtm datacenter /Common/dc { }\n"


def check(t, *args):
    return t.run([os.path.join(BIN, "gtmd"), "-t", "-c", t.conf, *args])


@scene("-t accepts the examples that we ship")
def examples(t):
    for name in ("gtm.conf", "guide.conf"):
        t.conf = os.path.join(TOP, "docs/examples", name)
        out = check(t)
        assert out.returncode == 0, out.stdout


@scene("a configuration with ten mistakes gets ten errors, each with its place")
def ten(t):
    with open(os.path.join(TOP, "tests/data/ten-mistakes.conf"), encoding="ascii") as f:
        t.write("gtm.conf", f.read())
    out = check(t)
    errors = [line for line in out.stdout.splitlines() if ": error: " in line]
    assert out.returncode == 1 and len(errors) == 10, out.stdout
    assert all(line.startswith(t.conf + ":") for line in errors), out.stdout


@scene("what is not supported is refused by name, and skipped and listed when lenient")
def lenient(t):
    t.configure(PLAIN + "gtm rule /Common/r {\n    when DNS_REQUEST { drop }\n}\n"
                "gtm pool a /Common/p {\n    qos-lcs 29\n}\n")
    out = check(t)
    assert out.returncode == 1 and "not supported yet" in out.stdout, out.stdout
    assert "qos-lcs" in out.stdout, out.stdout
    out = check(t, "--lenient")
    assert out.returncode == 0 and "rule" in out.stdout and "qos-lcs" in out.stdout, out.stdout


@scene("a bad zone file is named with its line and keeps gtmd from starting")
def bad_zone(t):
    t.write("z.zone", "@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nx CNAME ns\nx A 192.0.2.2\n")
    t.configure("gtm zone /Common/example.org {\n    file z.zone\n}\n")
    out = check(t)
    assert out.returncode == 1 and "z.zone:" in out.stdout and "CNAME" in out.stdout, out.stdout


@scene("a second gtmd on the same state directory is refused in one sentence")
def second(t):
    first = t.start(PLAIN)
    again = t.start(wait=False)
    assert again.wait() == 1
    assert str(first.pid) in again.output() and "state" in again.output(), again.output()


@scene("a port that is taken is a sentence, not a riddle")
def port_taken(t):
    t.start(PLAIN)
    t.gtmd.stop()
    import socket
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", t.port))
        s.listen()
        again = t.start(wait=False)
        assert again.wait() == 1
    assert "127.0.0.1" in again.output() and "in use" in again.output(), again.output()


@scene("SIGTERM ends gtmd cleanly, and once; SIGUSR1 writes the status file")
def signals(t):
    import json
    t.start(PLAIN)
    t.gtmd.kill(signal.SIGUSR1)
    path = os.path.join(t.dir, "state", "status.json")
    eventually(lambda: os.path.exists(path))
    with open(path, encoding="utf-8") as f:
        assert "dc" in json.dumps(json.load(f))
    t.gtmd.kill(signal.SIGINT)
    t.gtmd.kill(signal.SIGTERM)
    assert t.gtmd.wait() == 0
    assert t.gtmd.output().count(" stopping") == 1, t.gtmd.output()


@scene("a full state directory is told and answers go on")
def full_disk(t):
    need_root()
    state = os.path.join(t.dir, "state")
    os.makedirs(state)
    if t.run([need("mount"), "-t", "tmpfs", "-o", "size=64k", "none", state]).returncode != 0:
        raise Skip("needs to mount a file system")
    try:
        local = t.site("local", 1)
        t.start(guide.application(t, local, local))
        t.becomes(NAME, [local.addr])
        with open(os.path.join(state, "ballast"), "wb", 0) as f:
            try:
                while f.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        t.gtmd.kill(signal.SIGUSR1)
        t.logged("No space left", 10)
        assert t.answer(NAME) == [local.addr]
        t.gtmd.stop()
    finally:
        t.run([need("umount"), "-l", state])


if __name__ == "__main__":
    main()
