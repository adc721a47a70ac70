#!/usr/bin/python3
"""gtmsh against the real daemon: the guide's example typed in, flip and ratio,
lists, listings, refusals."""
import json
import os
import pty
import select
import subprocess
from collections import Counter

from lib.scene import BIN, SLOW, TOP, eventually, main, scene

NAME = "vmhttp.siterequest.com"
GTMSH = os.path.join(BIN, "gtmsh")


def start(t):
    """gtmd with listeners only; the shell does the rest."""
    t.sock = os.path.join(t.dir, "control.sock")
    t.start("gtm global-settings dns {\n    threads 1\n}\n", args=("-x", t.sock))


def sh(t, *words, stdin=None, want=0):
    """What gtmsh prints: to standard output, or as its problem."""
    p = subprocess.run([GTMSH, "-x", t.sock, *words], input=stdin, text=True,
                       stdin=subprocess.DEVNULL if stdin is None else None,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=30 * SLOW, check=False)
    assert p.returncode == want, (words, stdin, p.returncode, p.stdout, p.stderr)
    return p.stderr if want else p.stdout


def guide(t, local, remote):
    """The GTM chapter of the deployment guide, as its operator would type it."""
    sh(t, stdin=f"""
# two data centers, a monitor, a server in each
create gtm datacenter Local
create gtm datacenter Remote
create gtm monitor http VM-http-monitor defaults-from http interval 1 timeout 4 \
 probe-timeout 1 send "GET / HTTP/1.0\\r\\n\\r\\n" recv hello
create gtm server Local-BIG-IP datacenter Local product generic-host virtual-servers add {{
    vmhttp {{ destination {local.addr}:{local.port} }}
}}
create gtm server Remote-BIG-IP {{
    datacenter Remote
    product generic-host
    virtual-servers add {{ vmhttp {{ destination {remote.addr}:{remote.port} }} }}
}}
gtm pool
create a Local_pool monitor VM-http-monitor ttl 15 members add {{ Local-BIG-IP:vmhttp }}
create a Remote_pool disabled monitor VM-http-monitor ttl 15 members add {{ Remote-BIG-IP:vmhttp }}
exit
wideip a
create {NAME} pools add {{ Local_pool {{ order 0 }} }} pools add {{ Remote_pool {{ order 1 }} }}
save sys config
quit
never reached
""")


@scene("the deployment guide's example, typed into gtmsh, answers")
def deployment(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    start(t)
    guide(t, local, remote)
    t.becomes(NAME, [local.addr])
    listed = sh(t, "list", "gtm", "pool", "a", "Remote_pool")
    assert listed == """gtm pool a /Common/Remote_pool {
    disabled
    members {
        /Common/Remote-BIG-IP:vmhttp {
            member-order 0
        }
    }
    monitor /Common/VM-http-monitor
    ttl 15
}
""", listed
    with open(t.conf, encoding="utf-8") as f:
        assert listed in f.read(), "what save wrote is what list says"


@scene("an operator flips the pools and changes ratios from the shell")
def flip(t):
    local, remote = t.site("local", 1), t.site("remote", 2)
    start(t)
    guide(t, local, remote)
    t.becomes(NAME, [local.addr])
    sh(t, "-c", "modify gtm pool a Remote_pool enabled; modify gtm pool a Local_pool disabled")
    t.becomes(NAME, [remote.addr])
    shown = sh(t, "show", "gtm", "pool", "a", "Local_pool")
    assert "disabled" in shown and "\033" not in shown, shown
    sh(t, "modify", "gtm", "pool", "a", "all", "enabled")
    sh(t, "modify gtm wideip a " + NAME + " pool-lb-mode ratio"
       " pools modify { Local_pool { ratio 3 } }")
    def both_up():
        text = sh(t, "show gtm pool a")
        return text.count(" available ") == 2
    eventually(both_up, 5, "both pools available")
    got = Counter(t.answer(NAME)[0] for _ in range(400))
    assert abs(got[local.addr] - 300) <= 3, got


@scene("lists are added to, changed, cut and replaced, all or nothing")
def lists(t):
    start(t)
    sh(t, "create gtm datacenter D; create gtm server S datacenter D product generic-host"
       " virtual-servers add { a { destination 127.0.0.1:1 } b { destination 127.0.0.1:2 } }")
    sh(t, "create gtm pool a p members add { S:a } members add { S:b { ratio 2 } }")
    ask = lambda *names: sh(t, "list gtm pool a p one-line " + " ".join(names))
    got = ask("members")
    assert got.startswith("gtm pool a /Common/p { members { /Common/S:a { ") and \
        got.count("member-order") == 2 and "ratio 2" in got, got
    sh(t, "modify gtm pool a p ttl 5 members modify { S:a { ratio 7 } } members delete { S:b }")
    assert "ratio 7" in ask() and "S:b" not in ask() and "ttl 5" in ask(), ask()
    why = sh(t, "modify gtm pool a p ttl 6 members add { S:c }", want=1)
    assert "S:c" in why, why
    assert "ttl 5" in ask(), "a refused command changes nothing"
    sh(t, "modify gtm pool a p members replace-all-with { S:b }")
    assert "S:b" in ask() and "S:a" not in ask(), ask()
    sh(t, "modify gtm pool a p members none")
    assert "members" not in ask(), ask()


@scene("what is refused is told in a sentence, with exit code 1")
def refusals(t):
    start(t)
    for command, says in (
            ("create gtm pool a p ttl 99999999999", "ttl: 99999999999 is outside"),
            ("modify gtm pool a p ttl 1",
             "01020036:3: The requested Pool (/Common/p) was not found."),
            ("create gtm pool a p tll 1", "did you mean ttl"),
            ("create gtm poool a p", "gtm: which of them?"),
            ("create gtm pool p", "has a type"),
            ("create gtm pool a p members add { s:v }", "/Common/s:v"),
            ("delete gtm datacenter nowhere", "was not found"),
            ("list gtm pool a p { ", "never closed"),
            ("list gtm monitor no*", "nothing is called"),
            ("frobnicate", "unknown command")):
        why = sh(t, command, want=1)
        assert says in why and why.startswith("gtmsh: "), (command, why)
    sh(t, "create gtm datacenter D")
    assert "01020066:3" in sh(t, "create gtm datacenter D", want=1)
    why = sh(t, stdin="list gtm datacenter\nfrobnicate\ncreate gtm datacenter E\n", want=1)
    assert "frobnicate" in why
    assert "E" not in sh(t, "list gtm datacenter"), "a script ends at its first mistake"
    sh(t, "-q", want=2)
    t.sock += "-not-there"
    assert "control.sock-not-there" in sh(t, "list", want=1)


@scene("listings: patterns, properties, one line, JSON, folders, help")
def listings(t):
    start(t)
    sh(t, "create gtm datacenter A1 location Paris; create gtm datacenter A2;"
       " create gtm datacenter B1")
    assert sh(t, "list gtm datacenter A* one-line") == \
        "gtm datacenter /Common/A1 { location Paris }\ngtm datacenter /Common/A2 { }\n"
    assert sh(t, "list gtm datacenter A1 location") == \
        "gtm datacenter /Common/A1 {\n    location Paris\n}\n"
    full = sh(t, "list gtm datacenter A2 all-properties")
    assert "    enabled\n" in full and "    location none\n" in full, full
    assert json.loads(sh(t, "list gtm datacenter A1 json"))["location"] == "Paris"
    sh(t, "-c", "cd /Tenant; create gtm pool a p")
    assert "/Tenant/p" in sh(t, "list gtm pool")
    assert sh(t, "-c", "cd /Tenant; list gtm pool a p one-line").startswith("gtm pool a /Tenant/p")
    sh(t, "delete gtm datacenter A*")
    assert "A1" not in sh(t, "list gtm") and "B1" in sh(t, "list gtm")
    assert "round-robin" in sh(t, "create gtm pool a x load-balancing-mode ?")
    assert "wideip" in sh(t, "help list gtm")
    assert "15.1" in sh(t, "show sys version")


# The deployment guide's chapter on GTM, step by step, with its own values.
CHAPTER = (
    ("Creating the data centers",
     "create gtm datacenter Local",
     "create gtm datacenter Remote"),
    ("Creating the monitor",
     'create gtm monitor http VM-http-monitor defaults-from http send "GET /\\r\\n"',
     "list gtm monitor http VM-http-monitor"),
    ("Creating the servers",
     "create gtm server Local-BIG-IP {\n    datacenter Local\n    monitor VM-http-monitor\n"
     "    product generic-host\n"
     "    virtual-servers add { vmhttp { destination 10.133.39.51:80 } }\n}",
     "create gtm server Remote-BIG-IP {\n    datacenter Remote\n    monitor VM-http-monitor\n"
     "    product generic-host\n"
     "    virtual-servers add { vmhttp { destination 10.133.56.51:80 } }\n}",
     "list gtm server Local-BIG-IP"),
    ("Creating the pools, the remote one disabled",
     "create gtm pool a Local_pool monitor VM-http-monitor ttl 15"
     " members add {\n    10.133.39.51:80\n}",
     "create gtm pool a Remote_pool disabled monitor VM-http-monitor ttl 15"
     " members add {\n    10.133.56.51:80\n}",
     "list gtm pool a"),
    ("Creating the wide IP",
     f"create gtm wideip a {NAME} pools add {{\n    Local_pool {{ order 0 }}\n"
     "    Remote_pool { order 1 }\n}",
     f"list gtm wideip a {NAME}",
     "save sys config"),
    ("Moving the application: the remote pool first, then the local one",
     "modify gtm pool a Remote_pool enabled",
     "modify gtm pool a Local_pool disabled",
     "list gtm pool a all enabled one-line"),
    ("What is refused changes nothing",
     "create gtm pool a Local_pool",
     "modify gtm pool a Local_pool ttl 15s",
     "delete gtm pool a Local_pool"),
)
TRANSCRIPT = os.path.join(TOP, "docs", "examples", "guide-gtmsh.txt")


@scene("the transcript in docs/examples is what gtmsh says")
def transcript(t):
    t.sock = os.path.join(t.dir, "control.sock")
    # Nothing of the guide's addresses can be reached from where gtmd is.
    t.start("gtm global-settings dns {\n    threads 1\n}\n", args=("-x", t.sock),
            prefix=t.namespace())
    text = ("# The deployment guide's chapter on GTM, done in gtmsh. A test compares this\n"
            "# file with what the shell prints; see tests/func/scene_shell.py.\n")
    for title, *commands in CHAPTER:
        text += f"\n# {title}\n"
        for command in commands:
            p = subprocess.run([GTMSH, "-x", t.sock, "-c", command], text=True, check=False,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, timeout=30 * SLOW)
            typed = command.replace("\n", "\n... ")
            text += f"(/Common)(tmos)# {typed}\n{p.stdout}"
    if os.environ.get("GTM_WRITE"):	# to make it anew
        with open(TRANSCRIPT, "w", encoding="utf-8") as f:
            f.write(text)
    with open(TRANSCRIPT, encoding="utf-8") as f:
        assert f.read() == text, text


class Terminal:
    """gtmsh at a terminal of its own."""

    def __init__(self, t):
        env = dict(os.environ, GTMSH_SOCKET=t.sock, HOME=t.dir, TERM="vt100")
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(GTMSH, [GTMSH], env)
        self.seen = ""

    def type(self, keys):
        self.seen = ""
        os.write(self.fd, keys.encode())

    def reads(self, text):
        def more():
            if select.select([self.fd], [], [], 0)[0]:
                try:
                    self.seen += os.read(self.fd, 4096).decode(errors="replace")
                except OSError:
                    return text in self.seen
            return text in self.seen
        eventually(more, 5, f"the terminal shows {text!r}")

    def ends(self):
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


@scene("at a terminal: tab completes, ? helps, history is kept")
def interactive(t):
    start(t)
    sh(t, "create gtm datacenter Local")
    term = Terminal(t)
    term.reads("(/Common)(tmos)# ")
    term.type("modify gtm datac\tLo\tloca\tParis\n")
    eventually(lambda: "location Paris" in sh(t, "list gtm datacenter Local"), 5, "completed line")
    term.reads("(tmos)# ")
    term.type("create gtm pool a x load-balancing-mode ?")
    term.reads("round-robin")
    term.type("\x15gtm datacenter\n")
    term.reads("(tmos.gtm.datacenter)# ")
    term.type("list Local\n")
    term.reads("location Paris")
    term.type("quit\n")
    assert term.ends() == 0
    with open(os.path.join(t.dir, ".gtmsh_history"), encoding="utf-8") as f:
        assert "list" in f.read()


if __name__ == "__main__":
    main()
