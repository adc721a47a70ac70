"""gtmd and its peers: the same zone and the same dynamic names for each."""
import os

from server import TOP, Server
from workload import HEALTH_PORT, ZONE, members, write, zone_text


class Gtmd(Server):
    name = "gtmd"

    def pool(self, name, of):
        inner = "".join(f"        /Common/s:vs{i} {{\n            member-order {i}\n"
                        f"            ratio {r}\n        }}\n" for i, (_, r) in enumerate(of))
        return (f"gtm pool a /Common/{name} {{\n    load-balancing-mode ratio\n"
                f"    members {{\n{inner}    }}\n    ttl 15\n}}\n"
                f"gtm wideip a /Common/{name}.{ZONE} {{\n    pools {{\n"
                f"        /Common/{name} {{\n            order 0\n        }}\n    }}\n}}\n")

    def configure(self):
        write(f"{self.dir}/bench.zone", zone_text(self.work))
        vss = "".join(f"        vs{i} {{\n            destination {a}:{HEALTH_PORT}\n        }}\n"
                      for i, (a, _) in enumerate(members(self.work.most_members())))
        server = f"""gtm server /Common/s {{
    datacenter /Common/dc
    monitor /Common/check
    product generic-host
    virtual-servers {{
{vss}    }}
}}
""" if vss else ""
        write(f"{self.dir}/gtm.conf", f"""
gtm global-settings dns {{
    threads {self.work.threads}
}}
gtm listener /Common/udp {{
    address 127.0.0.1
    ip-protocol udp
    port {self.port}
}}
gtm zone /Common/{ZONE} {{
    file bench.zone
}}
gtm datacenter /Common/dc {{ }}
gtm monitor tcp /Common/check {{
    defaults-from /Common/tcp
    interval 5
    timeout 16
}}
{server}""" + "".join(self.pool(*p) for p in self.work.pools()))

    def command(self):
        return [f"{TOP}/build/bin/gtmd", "-c", f"{self.dir}/gtm.conf", "-s", f"{self.dir}/state"]


class Gdnsd(Server):
    name = "gdnsd"

    def configure(self):
        write(f"{self.dir}/zones/{ZONE}", zone_text(
            self.work, lambda name, _: f"{name} 15 DYNA weighted!{name}\n"))
        items = "".join(
            f"  {name} => {{ service_types => check\n"
            + "".join(f"    m{i} => [ {a}, {r} ]\n" for i, (a, r) in enumerate(of)) + "  }\n"
            for name, of in self.work.pools())
        write(f"{self.dir}/config", f"""
options => {{
  listen => 127.0.0.1
  dns_port => {self.port}
  udp_threads => {self.work.threads}
  tcp_threads => 1
  run_dir => "{self.dir}/run"
  state_dir => "{self.dir}/state"
}}
service_types => {{ check => {{ plugin => tcp_connect, port => {HEALTH_PORT}, interval => 5 }} }}
""" + (f"plugins => {{ weighted => {{\n{items}}} }}\n" if items else ""))
        os.makedirs(f"{self.dir}/run", exist_ok=True)
        os.makedirs(f"{self.dir}/state", exist_ok=True)

    def command(self):
        return ["/usr/sbin/gdnsd", "-c", self.dir, "start"]


class Nsd(Server):
    name, dynamic = "nsd", False

    def configure(self):
        write(f"{self.dir}/zone", zone_text(self.work))
        write(f"{self.dir}/nsd.conf", f"""
server:
    ip-address: 127.0.0.1@{self.port}
    server-count: {self.work.threads}
    reuseport: {"yes" if self.work.threads > 1 else "no"}
    username: ""
    zonesdir: "{self.dir}"
    zonelistfile: "{self.dir}/zone.list"
    database: ""
    pidfile: "{self.dir}/pid"
    xfrdfile: "{self.dir}/xfrd"
    xfrdir: "{self.dir}"
    rrl-ratelimit: 0
remote-control:
    control-enable: no
zone:
    name: {ZONE}
    zonefile: zone
""")

    def command(self):
        return ["/usr/sbin/nsd", "-d", "-c", f"{self.dir}/nsd.conf"]


class Knot(Server):
    name, note = "knot", "weights only, no health"

    def configure(self):
        write(f"{self.dir}/zone", zone_text(
            self.work, lambda name, of: f"{name} 15 A {of[0][0]}\n"))
        geo = "".join(f"{name}.{ZONE}:\n"
                      + "".join(f"  - weight: {r}\n    A: {a}\n" for a, r in of)
                      for name, of in self.work.pools())
        write(f"{self.dir}/geo.conf", geo)
        module = (f"mod-geoip:\n  - id: w\n    config-file: {self.dir}/geo.conf\n"
                  "    ttl: 15\n    mode: weighted\n") if geo else ""
        use = "    module: mod-geoip/w\n" if geo else ""
        write(f"{self.dir}/knot.conf", f"""
server:
    listen: 127.0.0.1@{self.port}
    rundir: "{self.dir}/run"
    udp-workers: {self.work.threads}
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{self.dir}/db"
{module}zone:
  - domain: {ZONE}
    file: "{self.dir}/zone"
    zonefile-sync: -1
    journal-content: none
{use}""")
        os.makedirs(f"{self.dir}/run", exist_ok=True)
        os.makedirs(f"{self.dir}/db", exist_ok=True)

    def command(self):
        return ["/usr/sbin/knotd", "-c", f"{self.dir}/knot.conf"]


class Pdns(Server):
    """Health by LUA records, which know equal shares or weights, not both."""
    name, note = "pdns", "health, equal shares"

    def line(self, name, of):
        addresses = ",".join(f"'{a}'" for a, _ in of)
        return f"{name} 15 LUA A \"ifportup({HEALTH_PORT}, {{{addresses}}})\"\n"

    def configure(self):
        write(f"{self.dir}/zone", zone_text(self.work, self.line))
        write(f"{self.dir}/named.conf",
              f'zone "{ZONE}" {{ type master; file "{self.dir}/zone"; }};\n')
        write(f"{self.dir}/pdns.conf", f"""
launch=bind
bind-config={self.dir}/named.conf
local-address=127.0.0.1
local-port={self.port}
receiver-threads={self.work.threads}
reuseport={"yes" if self.work.threads > 1 else "no"}
distributor-threads=1
enable-lua-records=shared
socket-dir={self.dir}
security-poll-suffix=
daemon=no
guardian=no
write-pid=no
loglevel=3
""")

    def command(self):
        return ["/usr/sbin/pdns_server", f"--config-dir={self.dir}"]


class Floor(Server):
    """The same system calls and one fixed answer."""
    name, dynamic = "floor", False

    def first_names(self):
        return [ZONE]

    def command(self):
        return [f"{TOP}/build/bench/floor", "-p", str(self.port), "-t", str(self.work.threads)]


ALL = (Gtmd, Gdnsd, Nsd, Knot, Pdns, Floor)
