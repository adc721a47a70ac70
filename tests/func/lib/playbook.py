"""Ansible's F5 collection as a client of gtmrestd: a table of rows.

A row is a module and what to do with it. Each row is a host of the inventory
with tasks of its own, so rows are played side by side (a module takes about a
second of a CPU, nearly all of it Python's) while the steps of a row follow one
another. After each task the playbook waits until the scene has looked at what
REST and DNS say. Nothing is sent to anybody but 127.0.0.1.
"""
import json
import os
import re
import select
import socket

from lib.front import PASSWORD, Front
from lib.scene import SLOW, TOP, Process, eventually, need
from lib.world import BASE

EACH_TWICE = ("create", "create again", "modify", "modify again", "delete", "delete again")
# Where another row of the same module has done so, and each costs a second:
ONCE = ("create", "create again", "modify", "delete")
FLIP = ("create", "modify")
READ = ("create again",)


class Row:
    """module: without bigip_. key: arguments of every step. create, modify: what
    is added to them at these steps (modify on top of create). at: the object
    below /mgmt/tm/gtm/. created, modified: what it then reads as. answers: step
    to {(name[, type[, port]]): answer}. steps: what is played; a step "again"
    must find nothing to do. says: what the module's result holds. refused: the
    words with which the first step fails instead. base: configuration that the
    row needs.
    """

    def __init__(self, module, title, key, create, modify=None, at=None, created=None,
                 modified=None, answers=None, steps=EACH_TWICE, says=None, refused=None,
                 base=""):
        self.module, self.name = "bigip_" + module, f"{module}-{title}"
        self.at, self.says, self.refused, self.base = at, says, refused, base
        self.reads = {"create": created, "modify": modified}
        self.answers = answers or {}
        arguments = {"create": {**key, **create}, "delete": {**key, "state": "absent"},
                     "modify": {**key, **create, **(modify or {})}}
        self.steps = [(step, arguments[step.split()[0]])
                      for step in (("create",) if refused else steps)]

    def tasks(self, provider):
        return [{"name": step, f"f5networks.f5_modules.{self.module}":
                 {**arguments, "provider": provider}} for step, arguments in self.steps]


def told(result):
    """A module's result without what it was asked."""
    return str({k: v for k, v in result.items() if k != "invocation"})


def holds(got, want, where):
    """All that is wanted is there; None = it is not there. Lists hold the same
    number of items in the same order."""
    if isinstance(want, dict):
        for key, value in want.items():
            holds(got.get(key), value, f"{where}.{key}")
    elif isinstance(want, list):
        assert isinstance(got, list) and len(got) == len(want), f"{where} is {got}, not {want}"
        for i, value in enumerate(want):
            holds(got[i], value, f"{where}[{i}]")
    else:
        assert got == want, f"{where} is {got!r}, not {want!r}"


class Judge:
    """Looks at REST and DNS after each step and keeps a list of what is wrong."""

    def __init__(self, t, front, rows):
        self.t, self.front, self.rows = t, front, {r.name: r for r in rows}
        self.token = front.login("admin")[1]["token"]["token"]
        self.wrong, self.seen = [], set()

    def look(self, row, step, failed, result):
        self.seen.add((row, step))
        try:
            if self.rows[row].refused:
                self.see_refusal(self.rows[row], failed, result)
            else:
                assert not failed, told(result)
                self.see(self.rows[row], step, result)
        except AssertionError as why:
            self.wrong.append(f"{row}: {step}: {why}")

    def see_refusal(self, row, failed, result):
        assert failed and row.refused in str(result.get("msg")), told(result)
        if row.at is not None:
            self.see_rest(row, "delete")

    def see(self, row, step, result):
        what, _, again = step.partition(" ")
        assert result["changed"] is not bool(again), told(result)
        holds(result, row.says or {}, "result")
        if row.at is not None and not again:
            self.see_rest(row, what)
        for question, want in ({} if again else row.answers.get(what, {})).items():
            got = self.answer(*question)
            assert got == want, f"{question} is answered {got}, not {want}"

    def answer(self, name, rdtype="A", port=None):
        """Over TCP where a port is given, so that a closed one says so."""
        try:
            return self.t.answer(name, rdtype, port=port, tcp=port is not None)
        except ConnectionRefusedError:
            return "nobody"

    def see_rest(self, row, what):
        status, doc, _ = self.front.ask("GET", "/mgmt/tm/gtm/" + row.at, token=self.token)
        assert status == (404 if what == "delete" else 200), f"GET is {status} {doc}"
        holds(doc, row.reads.get(what) or {}, "object")

    def missing(self):
        return [f"{r.name}: {step}: was not played" for r in self.rows.values()
                for step, _ in r.steps if (r.name, step) not in self.seen]


def write(t, front, rows):
    """The playbook and its inventory; returns the arguments to play them."""
    provider = {"server": "127.0.0.1", "server_port": front.port, "user": "admin",
                "password": PASSWORD, "validate_certs": True, "no_f5_teem": True}
    for row in rows:
        t.write(f"play/{row.name}.json", json.dumps(row.tasks(provider)))
    play = {"hosts": "all", "gather_facts": False, "connection": "local", "strategy": "free",
            "tasks": [{"ansible.builtin.include_tasks": "{{ inventory_hostname }}.json"}]}
    book = t.write("play/book.json", json.dumps([play]))
    hosts = t.write("play/hosts", "".join(r.name + "\n" for r in rows))
    return ["-i", hosts, book]


def environment(t, front, **more):
    """Ansible without this user's settings and files; F5's telemetry off; the
    certificate that gtmrestd made is the one authority there is."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ANSIBLE_", "F5_"))}
    t.write("play/ansible.cfg", "[defaults]\ninternal_poll_interval = 0.02\n")
    compiled = os.path.join(t.dir, "compiled")
    os.makedirs(compiled, exist_ok=True)
    return dict(env, HOME=t.dir, ANSIBLE_CONFIG=os.path.join(t.dir, "play/ansible.cfg"),
                ANSIBLE_HOME=os.path.join(t.dir, "ansible"),
                ANSIBLE_LOCAL_TEMP=os.path.join(t.dir, "local"),
                ANSIBLE_REMOTE_TEMP=os.path.join(t.dir, "remote"),
                GTM_COMPILED=compiled, PYTHONPATH=os.path.join(TOP, "tests/func/ansible/python"),
                ANSIBLE_FORKS="3", ANSIBLE_PIPELINING="1", TMPDIR=t.dir, LC_ALL="C.UTF-8",
                ANSIBLE_PYTHON_INTERPRETER="/usr/bin/python3", F5_TELEMETRY_OFF="true",
                SSL_CERT_FILE=os.path.join(front.state, "cert.pem"), SSL_CERT_DIR=t.dir, **more)


def example(t, front, name, user):
    """Plays one of docs/examples as the user; returns how many tasks changed
    something."""
    out = t.run([need("ansible-playbook"), "-i", "localhost,",
                 os.path.join(TOP, "docs/examples", name)], cwd=t.dir,
                env=environment(t, front, F5_SERVER="127.0.0.1", F5_SERVER_PORT=str(front.port),
                                F5_USER=user, F5_PASSWORD=PASSWORD))
    assert out.returncode == 0, out.stdout
    return int(re.search(r"changed=(\d+)", out.stdout).group(1))


def listen(lines, judge):
    """Judges line by line, until the playbook hangs up."""
    for line in lines:
        judge.look(**json.loads(line))
        lines.write(b"judged\n")
        lines.flush()


def rings(door, process):
    assert process.proc.poll() is None, "no playbook:\n" + process.output()
    return select.select([door], [], [], 0)[0]


def stage(t, rows):
    """gtmd with what the rows need, and gtmrestd before it."""
    t.start(BASE + "".join(row.base for row in rows))
    return Front(t)


def play(t, front, rows):
    """Plays the rows; fails with all that was wrong in any of them."""
    judge = Judge(t, front, rows)
    path = os.path.join(t.dir, "judge")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        process = Process(t, "ansible", [need("ansible-playbook"), *write(t, front, rows)],
                          cwd=t.dir, env=environment(
                              t, front, ANSIBLE_STDOUT_CALLBACK="judge", GTM_JUDGE=path,
                              ANSIBLE_CALLBACK_PLUGINS=os.path.join(TOP, "tests/func/ansible")))
        eventually(lambda: rings(door, process), 30, "the playbook begins")
        peer = door.accept()[0]
    peer.settimeout(120 * SLOW)		# from one result to the next; bigip_wait may sleep for 30 s
    with peer, peer.makefile("rwb") as lines:
        listen(lines, judge)
    wrong = judge.wrong + judge.missing()
    assert not wrong, "\n".join(wrong) + "\n" + process.output()
