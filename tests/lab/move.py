"""One move of the application: the stage is set, users come, the machines go, and what was
noticed is counted."""
import glob
import http.client
import json
import os
import shutil
import time

import balancer
import relay
import summary
import virtual
from datacenters import (CLIENT, DISK_PORT, HYPERVISOR, MEMORY_PORT, NAMES, SESSION_LAN, VIRTUAL,
                         DataCenters)
from faults import Faults
from machines import Machine, Manager, octets_of_files
from users import NAME, Users

from lib.control import Control
from lib.scene import BIN, Stage, eventually, need

MOVE = "/Common/move"
FINAL = ("closed", "rolled-back", "aborted")

# The driver's program: it asks the lab's manager, and says what that says.
PROGRAM = """#!/usr/bin/python3
import shutil, socket, sys
with socket.socket(socket.AF_UNIX) as s:
    s.connect(sys.argv[1])
    s.sendall(sys.stdin.readline().encode())
    with s.makefile("r") as lines:
        for line in lines:
            print(line, end="", flush=True)
"""


class Sizes:
    """How large the lab is."""

    def __init__(self, quick, virtual_machines):
        self.memory_mib, self.disk_mib = (24, 16)
        if virtual_machines:
            self.memory_mib, self.disk_mib = (128, 16) if quick else (1024, 192)
        elif not quick:
            self.memory_mib, self.disk_mib = 256, 192
        self.ttl_s, self.pin_s = (3, 12) if quick else (15, 60)
        self.before_s, self.after_s = (4, 4) if quick else (15, 20)
        self.clients, self.keepers, self.sessions = (3, 1, 1) if quick else (6, 3, 3)
        self.dictionary_mib = 64 if quick else 1024


class Move:
    def __init__(self, args):
        self.args = args
        self.virtual = args.guests == "virtual" or (
            args.guests == "any" and not args.quick and virtual.present())
        self.kind = "virtual machines (QEMU, TCG)" if self.virtual else \
            "processes in namespaces, frozen and moved (no virtual machines)"
        self.sizes = Sizes(args.quick, self.virtual)
        self.machines, self.manager = [], None
        self.stage = Stage()
        self.marks, self.began = {}, time.monotonic()
        self.gtmd = self.lab = self.users = self.control = None
        self.timeline = []      # (seconds, phase, share)
        self.dossier = {}
        self.relay = relay.Relay(self) if args.relay else None
        if args.relay:          # behind the last machine's move
            self.sizes.pin_s = max(3 * self.sizes.pin_s, 100 if self.virtual else 0)
        self.faults, self.missed = Faults(self, args.fault), []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.users is not None:
            self.users.end()
        for m in self.machines:
            m.close()
        if self.lab is not None:
            self.lab.close()
        self.keep_logs()
        self.stage.strike()

    # -- the stage -------------------------------------------------------------------------
    def set(self):
        s = self.sizes
        self.lab = DataCenters(self.stage, self.args.rate, self.args.delay, self.args.loss,
                               s.dictionary_mib)
        self.make_machines()
        if self.relay is not None:
            relay.furnish(self.lab.sites)
        self.lab.start(womd=not self.args.without_womd)
        for site in self.lab.sites:
            if self.args.capture:
                site.start("tcpdump", [need("tcpdump"), "-Z", "root", "-i", "any", "-s", "120",
                                       "-U", "-w", site.path("gate.pcap"), "arp or tcp port 80"],
                           "listening")
            balancer.Agents(site, self.machines)
        if self.virtual:
            for m in self.machines:
                m.works()
        for site in self.lab.sites:
            balancer.start(site, self.machines)
        self.start_gtmd()
        self.users = Users(self.lab, s.clients, s.keepers, s.sessions, s.pin_s)

    def make_machines(self):
        s, numbers = self.sizes, (1, 2, 3)
        if self.virtual:
            boot = virtual.Boot(self.args.boot or os.path.join(self.args.out, "boot"),
                                self.stage.dir)
            self.machines = [virtual.VirtualMachine(
                self.lab, boot, n, s.memory_mib, octets_of_files(s.disk_mib, n)) for n in numbers]
            return
        self.machines = [Machine(self.lab, n, s.memory_mib, s.disk_mib) for n in numbers]
        self.manager = Manager(self.lab, self.machines,
                               os.path.join(self.stage.dir, "manager.sock"),
                               past_womd=self.args.without_womd)
        os.makedirs("/etc/gtm/drivers", exist_ok=True)
        with open("/etc/gtm/drivers/lab", "w", encoding="ascii") as f:
            f.write(PROGRAM)
        os.chmod("/etc/gtm/drivers/lab", 0o755)

    def start_gtmd(self):
        site = self.lab.sites[0]
        conf = site.write("gtm.conf", self.configuration())
        site.start("gtmd", [os.path.join(BIN, "gtmd"), "-c", conf, "-s", site.path("gtm")])
        self.control = site.control("gtm")
        eventually(self.is_served, 30, "the application's name to be answered")

    def is_served(self):
        members = self.control.ok("GET", "pool/a/~Common~Local_pool/members/stats")
        return '"available"' in str(members).replace("'", '"')

    def driver(self, i):
        """How gtmd asks the hypervisor of a site."""
        if not self.virtual:
            return f"""    driver exec
    program "lab {self.stage.dir}/manager.sock"
"""
        reached = HYPERVISOR[i] if self.args.without_womd else SESSION_LAN[1 - i]
        return f"""    driver qmp
    incoming-address {HYPERVISOR[i]}:{MEMORY_PORT}
    migrate-address {reached}:{MEMORY_PORT}
    qmp-socket {self.lab.sites[i].folder}/%h.qmp
    storage-address {reached}:{DISK_PORT}
    storage-incoming-address {HYPERVISOR[i]}:{DISK_PORT}
"""

    def wom_control(self, i):
        return "" if self.args.without_womd else \
            f"    wom-control {self.lab.sites[i].path('wom/control.sock')}\n"

    def configuration(self):
        servers = "".join(f"""
gtm datacenter /Common/{name} {{ }}
gtm server /Common/{name}-BIG-IP {{
    datacenter /Common/{name}
    monitor /Common/VM-http-monitor
    product generic-host
    virtual-servers {{
        vmhttp {{
            destination {VIRTUAL[i]}:80
            metrics-monitor /Common/balancer
        }}
    }}
}}
gtm pool a /Common/{name}_pool {{
{"    disabled" if i == 1 else "    enabled"}
    members {{
        /Common/{name}-BIG-IP:vmhttp {{
            member-order 0
        }}
    }}
    ttl {self.sizes.ttl_s}
}}
gtm hypervisor /Common/esx-{name.lower()} {{
    datacenter /Common/{name}
{self.driver(i)}    eip-control {self.lab.sites[i].path("eip/control.sock")}
    vlan-group /Common/vg-eip
{self.wom_control(i)}}}""" for i, name in enumerate(NAMES))
        hosts = "".join(f"""
        {m.name} {{
            addresses {{ {m.address} }}
            check-url http://{m.address}/
            memory {self.sizes.memory_mib}
            port-offset {m.number}
            station {m.station}
            storage {self.sizes.disk_mib}
        }}""" for m in self.machines)
        listeners = "".join(f"""
gtm listener /Common/{proto} {{
    address {CLIENT[0]}
    ip-protocol {proto}
    port 53
}}""" for proto in ("udp", "tcp"))
        return f"""
gtm monitor metrics /Common/balancer {{
    destination *:{balancer.STATS_PORT}
    format haproxy-frontend
    interval 1
    labels proxy=web
    timeout 5
}}
gtm monitor http /Common/VM-http-monitor {{
    defaults-from /Common/http
    interval 1
    probe-timeout 2
    recv "200 OK"
    send "GET / HTTP/1.0\\r\\n\\r\\n"
    timeout 5
}}{listeners}{servers}
gtm wideip a /Common/{NAME} {{
    pool-lb-mode {"global-availability" if self.args.plan == "flip-at" else "ratio"}
    pools {{
        /Common/Local_pool {{
            order 0
        }}
        /Common/Remote_pool {{
            order 1
        }}
    }}
    resolver-ledger enabled
}}
gtm migration {MOVE} {{
    drain-timeout 300
    from-hypervisor /Common/esx-local
    from-pool /Common/Local_pool
    hosts {{{hosts}
    }}
    on-failure roll-back
    plan {self.args.plan}
    retries {0 if "host-fails" in self.args.fault else 3 + len(self.args.fault)}
{relay.rows(self.relay)}    slo-errors-max {300 if self.virtual or len(self.args.fault) > 4 else 10}
    slo-url http://{VIRTUAL[1 if self.relay else 0]}/
    to-hypervisor /Common/esx-remote
    to-pool /Common/Remote_pool
    wideip a /Common/{NAME}
}}
"""

    # -- the move --------------------------------------------------------------------------
    def mark(self, what):
        self.marks[what] = time.monotonic()
        print(f"# {self.marks[what] - self.began:6.1f} s  {what}", flush=True)

    def play(self):
        self.mark("building both data centers")
        self.set()
        self.mark("users come")
        self.users.begin()
        summary.pause(self.sizes.before_s)
        crossed = self.lab.wan_octets()
        self.mark("the move begins")
        self.command("start")
        self.faults.begin()
        final = self.watch()
        self.mark(f"the move is {final}")
        self.missed = self.faults.end()
        self.wan = self.lab.wan_octets() - crossed
        summary.pause(self.sizes.after_s)
        self.users.end()
        self.mark("users have gone")
        self.keep_dossier()
        return summary.tell(self, final)

    def command(self, command, **words):
        """By a connection of its own: one that idles is closed."""
        return self.lab.sites[0].control("gtm").ok("POST", "migration-command", {
            "migration": MOVE, "command": command, **words})

    def state(self):
        """{phase, share, …} of the migration; None while gtmd is away."""
        try:
            if self.control is None:
                self.control = self.lab.sites[0].control("gtm")
            page = self.control.ok("GET", "migration/~Common~move/stats")
        except (OSError, ValueError, http.client.HTTPException):
            self.control = None
            return None
        entries = next(iter(page["entries"].values()))["nestedStats"]["entries"]
        return {k: v.get("value", v.get("description")) for k, v in entries.items()
                if "nestedStats" not in v}

    def close(self):
        """It may be killed just then."""
        try:
            self.command("close")
        except (OSError, ValueError, AssertionError, http.client.HTTPException):
            pass

    def watch(self):
        """Until nothing comes any more; closes it once it may be."""
        last = None
        end = time.monotonic() + (120 if self.args.quick else 900) + self.sizes.pin_s \
            + 20 * len(self.args.fault)
        while time.monotonic() < end:
            now = self.state()
            if now is not None and (now["phase"], now["share"]) != last:
                last = now["phase"], now["share"]
                self.timeline.append((time.monotonic(), *last))
                self.mark(f"{last[0]}, {last[1]} % to Remote")
            if now is not None and self.relay is not None:
                self.relay.follow(now["phase"])
            if now is not None and now["phase"] == "done":
                self.close()
            if now is not None and now["phase"] in FINAL:
                return now["phase"]
            summary.pause(0.1)
        raise AssertionError(f"the move does not end: {self.state()}")

    # -- what is kept --------------------------------------------------------------------------
    def keep_logs(self):
        """What daemons, machines and their consoles have said."""
        folder = os.path.join(self.args.out, "log")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for path in glob.glob(self.stage.dir + "/**/*", recursive=True):
            if path.endswith((".log", ".console", ".pcap")):
                name = os.path.relpath(path, self.stage.dir).replace("/", "-")
                shutil.copy(path, os.path.join(folder, name))

    def keep_dossier(self):
        control = Control(path=self.lab.sites[0].path("gtm/control.sock"))
        for kind in ("html", "json"):
            control.wire.request("GET", "/mgmt/tm/gtm/migration-dossier?migration="
                                 f"{MOVE}&format={kind}")
            answer = control.wire.getresponse()
            octets = answer.read()
            if answer.status == 200:
                with open(os.path.join(self.args.out, f"dossier.{kind}"), "wb") as f:
                    f.write(octets)
                if kind == "json":
                    self.dossier = json.loads(octets)
            else:
                print(f"# no dossier: {answer.status} {octets[:200]}")
