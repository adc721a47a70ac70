#!/usr/bin/python3
"""What gtmd itself runs out of says nothing about who it probes: no descriptor,
no port and no buffer is an abstention, and nobody is down for it."""
import errno
import os
import socket
import subprocess
import time

from lib import guide
from lib.backends import Backend, within
from lib.control import Control
from lib.scene import SLOW, Skip, eventually, family, main, need, scene

TIMEOUT_S = 3	# silence that would be down
TARGETS = 40


# A socket for each probe; those of types http and tcp go from target to target.
HALF = "/Common/half"
HALF_OPEN = f"""
gtm monitor tcp-half-open {HALF} {{
    defaults-from /Common/tcp_half_open
    interval 1
    probe-timeout 1
    timeout {TIMEOUT_S}
}}
"""


def configuration(addrs, port, monitor="/Common/VM-http-monitor"):
    text = "gtm datacenter /Common/dc { }\n" + guide.monitor(interval=1, timeout=TIMEOUT_S)
    text += HALF_OPEN
    for i, addr in enumerate(addrs):
        text += guide.server(f"s{i}", "dc", addr, port, monitor)
    return text


def descriptors(pid, most):
    """Lowers or raises how many a program may have open."""
    for p in family(pid):
        subprocess.run([need("prlimit"), "--pid", str(p), f"--nofile={most}:4096"], check=True)


def all_up(c, count):
    eventually(lambda: c.ok("GET", "probe?state=up")["up"] == count, 10, f"{count} are up")


def abstains(t, c, count, code):
    """Longer than silence may last: all that is asked is abstained from, for this
    reason, and all stay up."""
    seen = {x["target"]: x["abstained"] for x in c.ok("GET", "probe")["items"]}
    end = time.monotonic() + (TIMEOUT_S + 1.5) * SLOW

    def over():
        doc = c.ok("GET", "probe")
        assert doc["up"] == count and doc["down"] == 0, doc
        return doc["items"] if time.monotonic() > end else None
    for item in eventually(over, TIMEOUT_S + 5, "time passes"):
        assert item["abstained"] >= seen[item["target"]] + 2, item
        assert item["lastResult"] == "local", item
        assert item["reason"] == "cannot probe: " + os.strerror(code), item
    log = t.gtmd.output()
    assert "to=down" not in log, log
    assert log.count(" abstain ") == 1, "told once a minute"


def recovers(c, count):
    eventually(lambda: all(x["lastResult"] == "up" for x in c.ok("GET", "probe")["items"]), 8,
               "all are probed again")
    all_up(c, count)


@scene("no descriptor is left: targets keep their state, and are probed when there are some")
def descriptors_end(t):
    backend = Backend("0.0.0.0", t.web_port)
    addrs = [f"{t.net}.{i + 1}" for i in range(TARGETS)]
    t.start(configuration(addrs, backend.port, HALF), prefix=["prlimit", "--nofile=64:4096"])
    c = Control(t)
    all_up(c, TARGETS)		# with 64 for all, as well
    descriptors(t.gtmd.pid, 4)
    abstains(t, c, TARGETS, errno.EMFILE)
    descriptors(t.gtmd.pid, 64)
    recovers(c, TARGETS)


@scene("no local port is left: the same")
def ports_end(t):
    inside = t.namespace()
    addrs = [f"{t.net}.{i + 1}" for i in range(4)]
    span = "/proc/sys/net/ipv4/ip_local_port_range"
    with within(t.namespaces[-1].pid):
        backend = Backend("0.0.0.0", 8080)
        t.start(configuration(addrs, backend.port), prefix=inside)
        c = Control(t)
        all_up(c, len(addrs))
        taken = []
        for port in range(40000, 40004):
            taken.append(socket.socket())
            taken[-1].bind(("0.0.0.0", port))
        subprocess.run([*inside, "sh", "-c", f"echo 40000 40003 >{span}"], check=True)
        abstains(t, c, len(addrs), errno.EADDRNOTAVAIL)
        for s in taken:
            s.close()
        recovers(c, len(addrs))


@scene("the kernel has no buffer for a connection: the same")
def buffers_end(t):
    backend = Backend(f"{t.net}.1", t.web_port)
    t.start(configuration([backend.addr], backend.port))
    c = Control(t)
    all_up(c, 1)
    tracers = [subprocess.Popen([need("strace"), "-f", "-qq", "-p", str(pid), "-e", "trace=connect",
                                 "-e", "inject=connect:error=ENOBUFS"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
               for pid in family(t.gtmd.pid)]
    try:
        def starved():
            if any(p.poll() is not None for p in tracers):
                raise Skip("needs the right to trace")
            return c.ok("GET", "probe")["items"][0]["abstained"] > 0
        eventually(starved, 5, "no buffer")
        abstains(t, c, 1, errno.ENOBUFS)
    finally:
        for p in tracers:
            p.terminate()
            p.wait()
    recovers(c, 1)


if __name__ == "__main__":
    main()
