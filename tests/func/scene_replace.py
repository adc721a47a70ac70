#!/usr/bin/python3
"""One gtmd takes the place of another: no question, change or count is lost."""
import os
import re
import signal
import socket
import struct
import sys
import threading
import time

import dns.edns
import dns.message

from lib import guide, handover
from lib.control import Control, restart
from lib.scene import SLOW, Process, eventually, main, need, need_root, scene

NAME = "vmhttp.siterequest.com"
LOCAL_POOL = "/mgmt/tm/gtm/pool/a/~Common~Local_pool"


def start(t, **kw):
    """The guide's application, up, with the local site's address as answer."""
    local, remote = t.site("local", 1), t.site("remote", 2)
    t.start(guide.application(t, local, remote), **kw)
    t.becomes(NAME, [local.addr])
    return local, remote


def replace(t, text=None, **kw):
    """A new gtmd in the place of t.gtmd, which ends."""
    was = t.gtmd
    t.start(text, args=("--replace",), **kw)
    assert was.wait(40) == 0, was.output()
    return was


def describe(t, text):
    """A change that is acknowledged, or None."""
    c = Control(t)
    try:
        status, doc = c.call("PATCH", LOCAL_POOL, {"description": text})
    except (OSError, ValueError) as why:
        return repr(why)
    finally:
        c.close()
    return None if status == 200 else doc


def description(t):
    return Control(t).ok("GET", LOCAL_POOL).get("description")


def counted(t, what):
    return Control(t).ok("GET", "status")["server"][what]


@scene("ten replacements in 20,000 queries lose none")
def ten_replacements(t):
    local, remote = start(t)
    text = guide.application(t, local, remote)
    texts = [f"{text}gtm global-settings dns {{\n    threads {n}\n}}\n" for n in (3, 1)]
    names = t.write("names", f"{NAME} A\n")
    before = counted(t, "udp-queries")
    load = Process(t, "dnsperf", [need("dnsperf"), "-s", "127.0.0.1", "-p", str(t.port), "-d",
                                  names, "-Q", "2000", "-n", "20000", "-c", "4", "-t", "2"])
    begin = time.monotonic()
    for i in range(10):
        replace(t, texts[i % 2])
        eventually(lambda: time.monotonic() > begin + 0.9 * (i + 1), 20, "the next is due")
    load.wait(60)
    out = load.output()
    assert re.search(r"Queries lost:\s+0 ", out), out
    assert re.search(r"NOERROR 20000 \(100", out), out
    worst = float(re.search(r"max ([0-9.]+)\)", out).group(1))
    print(f"# worst latency {worst * 1000:.1f} ms")
    assert worst < 1 * SLOW, out
    assert counted(t, "udp-queries") == before + 20000


@scene("acknowledged changes stay, whoever made them last")
def changes_stay(t):
    start(t)
    acknowledged, stop = [], threading.Event()

    def write():
        n = 0
        while not stop.is_set():
            n += 1
            if describe(t, f"change {n}") is None:
                acknowledged.append(n)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for i in range(5):
            have = len(acknowledged)
            eventually(lambda: len(acknowledged) > have + 5, 10, "changes are made")
            replace(t)
            now = int(description(t).split()[1])
            assert now >= acknowledged[have], (now, acknowledged[have])
    finally:
        stop.set()
        writer.join()
    assert description(t) == f"change {acknowledged[-1]}"
    restart(t, signal.SIGKILL)
    assert description(t) == f"change {acknowledged[-1]}"
    with open(os.path.join(t.dir, "state", "lock"), encoding="ascii") as f:
        assert int(f.read()) == t.gtmd.pid


@scene("what is known of health and cookies goes over, at once")
def states_go_over(t):
    local, remote = start(t)
    local.stop()
    t.becomes(NAME, [remote.addr])
    q = dns.message.make_query(NAME, "A", use_edns=0, options=[
        dns.edns.GenericOption(10, b"8 octets")])
    cookie = t.query(q).options[0]
    replace(t)
    assert t.answer(NAME) == [remote.addr]
    q.use_edns(0, options=[cookie])
    t.query(q)
    assert counted(t, "cookie-good") == 1
    log = t.gtmd.output()
    assert "from=unknown" not in log and "states-lost" not in log, log
    local.start()
    t.becomes(NAME, [local.addr])


@scene("what clients were answered and what was measured goes over")
def records_go_over(t):
    t.start(guide.hosts(4) + guide.pool("p", [(f"/Common/s:v{n}", f"member-order {n}")
                                             for n in range(4)],
                                        "    load-balancing-mode least-connections\n")
            + guide.wideip("kept.example.com", [("p", "order 0")],
                           "    persistence enabled\n    persist-cidr-ipv4 28\n")
            + guide.wideip("measured.example.com", [("p", "order 0")]))
    loads = [{"virtualServer": f"/Common/s:v{n}", "connections": c, "ttl": 600}
             for n, c in enumerate((9, 8, 1, 7))]
    Control(t).ok("POST", "metrics", {"items": loads})
    t.becomes("measured.example.com", ["192.0.2.2"])
    clients = [f"127.0.2.{n}" for n in range(0, 256, 16)]
    was = {c: t.answer("kept.example.com", source=c) for c in clients}
    Control(t).ok("POST", "metrics", {"items": [{**loads[0], "connections": 0}]})
    t.becomes("measured.example.com", ["192.0.2.0"])
    replace(t)
    assert t.answer("measured.example.com") == ["192.0.2.0"]
    assert {c: t.answer("kept.example.com", source=c) for c in clients} == was
    assert Control(t).ok("GET", "persist")["records"] == len(clients)
    items = {i["virtualServer"]: i for i in Control(t).ok("GET", "metrics")["items"]}
    told = items["/Common/s:v0"]
    assert told["connections"]["value"] == 0 and 0 < told["connections"]["ttl"] <= 600, told
    log = t.gtmd.output()
    assert "-lost" not in log, log


def ask_by_halves(s, qid):
    q = dns.message.make_query(NAME, "A", id=qid).to_wire()
    q = struct.pack("!H", len(q)) + q
    s.sendall(q[:9])
    return q[9:]


def tcp_answer(s):
    n = struct.unpack("!H", s.recv(2, socket.MSG_WAITALL))[0]
    return dns.message.from_wire(s.recv(n, socket.MSG_WAITALL))


@scene("TCP clients in flight are answered, by whoever took their connection")
def clients_in_flight(t):
    start(t)
    clients = [socket.create_connection(("127.0.0.1", t.port), 10 * SLOW) for _ in range(20)]
    rests = [ask_by_halves(s, 100 + i) for i, s in enumerate(clients)]
    was = t.gtmd
    t.start(args=("--replace",))
    assert was.proc.poll() is None
    for i, (s, rest) in enumerate(zip(clients, rests)):
        s.sendall(rest)
        assert tcp_answer(s).id == 100 + i
    assert t.answer(NAME, tcp=True) == t.answer(NAME)
    # Resting connections end, and with them the process.
    assert was.wait() == 0, was.output()
    assert all(s.recv(1) == b"" for s in clients)
    eventually(lambda: counted(t, "tcp-queries") == 21, 5, "all counted")


@scene("an heir that cannot start leaves the holder alone and says why")
def heir_fails(t):
    local, remote = start(t)
    text = guide.application(t, local, remote)
    for bad, why in ((text + "gtm nonsense x { }\n", "nonsense"),
                     (text + "gtm listener /Common/u {\n    address 127.0.0.1\n    port "
                      f"{t.port}\n    ip-protocol udp\n}}\ngtm listener /Common/n {{\n"
                      "    address 192.0.2.77\n    port 53\n    ip-protocol udp\n}\n",
                      "192.0.2.77")):
        t.configure(bad)
        heir = Process(t, f"gtmd-heir{len(bad)}", [*t.gtmd.proc.args, "--replace"])
        assert heir.wait() == 1 and why in heir.output(), heir.output()
        assert t.answer(NAME) == [local.addr]
        assert describe(t, why) is None
    t.configure(text)
    other = Process(t, "gtmd-other", [*t.gtmd.proc.args, "--replace", "-x", t.dir + "/x.sock"])
    assert other.wait() == 1 and "control socket: process" in other.output(), other.output()
    assert t.gtmd.output().count(" not-replaced ") == 3, t.gtmd.output()
    replace(t)
    assert description(t) == "192.0.2.77"


@scene("an heir that says nonsense, or nothing more, is not waited for")
def heirs_of_all_kinds(t):
    local, _ = start(t)

    def goes_on(text):
        t.logged(text)
        assert t.answer(NAME) == [local.addr] and describe(t, text) is None

    h = handover.Heir(t)
    h.hello(version=9)
    kind, why = h.hear()
    want = b"version 9 cannot meet version %d" % handover.VERSION
    assert kind == handover.REFUSE and want in why, (kind, why)
    h.go()
    goes_on("version 9")
    h = handover.Heir(t)
    h.s.send(b"GET / HTTP/1.1\r\n\r\n")
    assert h.hear()[0] == handover.REFUSE
    h.go()
    goes_on("does not speak")
    h = handover.Heir(t)
    h.say(handover.TAKEN)
    assert h.hear()[0] == handover.REFUSE
    h.go()
    goes_on("kind 6 is not due")
    # Gone at each step.
    for steps in ((), (handover.READY,)):
        h = handover.Heir(t)
        h.hello()
        h.until(handover.GRANT)
        two = handover.Heir(t)
        assert b"is taking over already" in two.until(handover.REFUSE)
        two.go()
        for step in steps:
            h.say(step)
            h.until(step + 1)
        # What is asked meanwhile waits; what is not done is not lost.
        waits = threading.Thread(target=describe, args=(t, f"waited {len(steps)}"))
        waits.start()
        t.gtmd.kill(signal.SIGHUP)
        assert t.answer(NAME) == [local.addr]
        reloads = t.gtmd.output().count(" reloaded ")
        h.go()
        waits.join()
        assert description(t) == f"waited {len(steps)}"
        eventually(lambda: t.gtmd.output().count(" reloaded ") > reloads, 5, "the reload")
    replace(t)
    assert description(t) == "waited 1"


@scene("an heir killed at any step leaves the holder as it was")
def heir_killed(t):
    local, _ = start(t)
    for step in (handover.HELLO, handover.GRANT, handover.READY, handover.YIELD):
        heir = []
        ready = threading.Event()

        def kill():
            ready.wait()
            handover.kill(heir[0])

        between = handover.Between(t, step, kill)
        heir.append(Process(t, f"heir-{step}", [*t.gtmd.proc.args, "--replace"]))
        ready.set()
        heir[0].wait()
        between.end()
        eventually(lambda: describe(t, f"step {step}") is None, 5, "a change")
        assert t.answer(NAME) == [local.addr]
        assert t.gtmd.proc.poll() is None
    assert description(t) == "step 5"
    replace(t)
    assert description(t) == "step 5"


@scene("a holder killed at any step leaves all to the heir")
def holder_killed(t):
    local, _ = start(t)
    for step in (handover.HELLO, handover.GRANT, handover.READY, handover.YIELD, handover.TAKEN,
                 handover.LEFT):
        assert describe(t, f"before {step}") is None
        was = t.gtmd
        between = handover.Between(t, step, lambda: handover.kill(was))
        t.start(args=("--replace",))
        between.end()
        assert was.proc.poll() == -signal.SIGKILL
        assert t.answer(NAME) == [local.addr]
        assert description(t) == f"before {step}"
        if step == handover.HELLO:	# it has no place for the next one: the scene had it
            restart(t, signal.SIGTERM)
    replace(t)
    assert description(t) == f"before {handover.LEFT}"


@scene("a stranger is not let in")
def stranger(t):
    need_root()
    start(t)
    state = os.path.join(t.dir, "state")
    os.chmod(state, 0o755)
    os.chmod(os.path.join(state, "replace.sock"), 0o666)	# nobody should, but if
    code = ("import os, socket, sys\nos.setgid(65534); os.setuid(65534)\n"
            "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
            f"s.connect({state + '/replace.sock'!r})\nsys.exit(s.recv(99) != b'')\n")
    got = t.run([sys.executable, "-c", code])
    assert got.returncode == 0, got.stdout
    t.logged(" stranger pid=")
    assert describe(t, "mine") is None
    replace(t)


@scene("the service manager is told which process counts; with none, it starts")
def manager_is_told(t):
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(t.dir + "/notify")
    manager.settimeout(10 * SLOW)
    os.environ["NOTIFY_SOCKET"] = t.dir + "/notify"
    try:
        start(t, args=("--replace",))
        assert manager.recv(99) == b"READY=1"
        assert "nobody-to-replace" in t.gtmd.output()
        replace(t)
        assert {manager.recv(99), manager.recv(99)} == {b"READY=1",
                                                        f"MAINPID={t.gtmd.pid}".encode()}
    finally:
        del os.environ["NOTIFY_SOCKET"]
        manager.close()


if __name__ == "__main__":
    main()
