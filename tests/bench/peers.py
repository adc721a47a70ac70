"""gtmd and its peers: the same zone and the same dynamic names for each."""
import os
import subprocess

from server import TOP, Server
from workload import (HEALTH_PORT, NETS, SITES, ZONE, members, network, site, site_of, write,
                      zone_text)


class Gtmd(Server):
    name, zone_file = "gtmd", "bench.zone"

    def pool(self, name, of):
        inner = "".join(f"        /Common/s:vs{i} {{\n            member-order {i}\n"
                        f"            ratio {r}\n        }}\n" for i, (_, r) in enumerate(of))
        return (f"gtm pool a /Common/{name} {{\n    load-balancing-mode ratio\n"
                f"    members {{\n{inner}    }}\n    ttl 15\n}}\n"
                f"gtm wideip a /Common/{name}.{ZONE} {{\n    pools {{\n"
                f"        /Common/{name} {{\n            order 0\n        }}\n    }}\n}}\n")

    def places(self):
        """A data center and a server a site, a topology record a network."""
        sites = "".join(f"""gtm datacenter /Common/dc{i} {{ }}
gtm server /Common/s{i} {{
    datacenter /Common/dc{i}
    monitor /Common/check
    product generic-host
    virtual-servers {{
        vs {{
            destination {site(i)}:{HEALTH_PORT}
        }}
    }}
}}
""" for i in range(SITES))
        records = "".join(f"gtm topology ldns: subnet {network(i)} server: datacenter "
                          f"/Common/dc{site_of(i)} {{\n    order {i + 1}\n    score 100\n}}\n"
                          for i in range(NETS))
        inner = "".join(f"        /Common/s{i}:vs {{\n            member-order {i}\n        }}\n"
                        for i in range(SITES))
        return sites + f"""gtm pool a /Common/geo {{
    load-balancing-mode topology
    members {{
{inner}    }}
    ttl 15
}}
gtm wideip a /Common/geo.{ZONE} {{
    pools {{
        /Common/geo {{
            order 0
        }}
    }}
    topology-prefer-edns0-client-subnet enabled
}}
""" + records

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
{server}""" + "".join(self.pool(*p) for p in self.work.pools())
              + (self.places() if self.work.geo else ""))

    def command(self):
        return [f"{TOP}/build/bin/gtmd", "-c", f"{self.dir}/gtm.conf", "-s", f"{self.dir}/state"]


class Gdnsd(Server):
    name, zone_file = "gdnsd", f"zones/{ZONE}"

    def places(self):
        centers = ", ".join(f"s{i}" for i in range(SITES))
        nets = "".join(f"      {network(i)} => [ s{site_of(i)} ]\n" for i in range(NETS))
        at = "".join(f"      s{i} => {site(i)}\n" for i in range(SITES))
        return f"""  geoip => {{
    maps => {{ sites => {{
      datacenters => [ {centers} ]
      nets => {{
{nets}      }}
    }} }}
    resources => {{ geo => {{ map => sites, service_types => check, dcmap => {{
{at}    }} }} }}
  }}
"""

    def configure(self):
        write(f"{self.dir}/zones/{ZONE}", zone_text(
            self.work, lambda name, _: f"{name} 15 DYNA weighted!{name}\n",
            "geo 15 DYNA geoip!geo"))
        items = "".join(
            f"  {name} => {{ service_types => check\n"
            + "".join(f"    m{i} => [ {a}, {r} ]\n" for i, (a, r) in enumerate(of)) + "  }\n"
            for name, of in self.work.pools())
        plugins = f"  weighted => {{\n{items}  }}\n" if items else ""
        if self.work.geo:
            plugins += self.places()
        if plugins:
            plugins = f"plugins => {{\n{plugins}}}\n"
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
{plugins}""")
        os.makedirs(f"{self.dir}/run", exist_ok=True)
        os.makedirs(f"{self.dir}/state", exist_ok=True)

    def command(self):
        return ["/usr/sbin/gdnsd", "-c", self.dir, "start"]

    def reload(self):
        """Zones alone, and it waits for them."""
        subprocess.run(["/usr/bin/gdnsdctl", "-c", self.dir, "reload-zones"], check=True,
                       stderr=subprocess.DEVNULL)


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
    name, note = "knot", "no health"

    def configure(self):
        write(f"{self.dir}/zone", zone_text(
            self.work, lambda name, of: f"{name} 15 A {of[0][0]}\n", f"geo 15 A {site(0)}"))
        geo = "".join(f"{name}.{ZONE}:\n"
                      + "".join(f"  - weight: {r}\n    A: {a}\n" for a, r in of)
                      for name, of in self.work.pools())
        write(f"{self.dir}/weights.conf", geo)
        write(f"{self.dir}/nets.conf", f"geo.{ZONE}:\n" + "".join(
            f"  - net: {network(i)}\n    A: {site(site_of(i))}\n" for i in range(NETS)))
        use = (["weighted"] if geo else []) + (["subnet"] if self.work.geo else [])
        file = {"weighted": "weights", "subnet": "nets"}
        modules = ("mod-geoip:\n" if use else "") + "".join(
            f"  - id: {mode}\n    config-file: {self.dir}/{file[mode]}.conf\n"
            f"    ttl: 15\n    mode: {mode}\n" for mode in use)
        used = ", ".join(f"mod-geoip/{mode}" for mode in use)
        used = f"    module: [{used}]\n" if use else ""
        write(f"{self.dir}/knot.conf", f"""
server:
    listen: 127.0.0.1@{self.port}
    rundir: "{self.dir}/run"
    udp-workers: {self.work.threads}
    tcp-workers: 1
    background-workers: 1
    edns-client-subnet: {"on" if self.work.geo else "off"}
database:
    storage: "{self.dir}/db"
{modules}zone:
  - domain: {ZONE}
    file: "{self.dir}/zone"
    zonefile-sync: -1
    journal-content: none
{used}""")
        os.makedirs(f"{self.dir}/run", exist_ok=True)
        os.makedirs(f"{self.dir}/db", exist_ok=True)

    def command(self):
        return ["/usr/sbin/knotd", "-c", f"{self.dir}/knot.conf"]


class Pdns(Server):
    """LUA records know health with equal shares, or weights, or who asks."""
    name, note = "pdns", "LUA: ratio without ratios, topology without health"

    def line(self, name, of):
        addresses = ",".join(f"'{a}'" for a, _ in of)
        return f"{name} 15 LUA A \"ifportup({HEALTH_PORT}, {{{addresses}}})\"\n"

    def places(self):
        """Tables are made once and kept: LUA records share their state."""
        make = (f"; if not G then G = {{}} for s = 1, {SITES} do G[s] = newNMG() end "
                f"for i = 0, {NETS - 1} do G[1 + i * 7 % {SITES}]:addMask('10.' .. "
                "math.floor(i / 256) .. '.' .. i % 256 .. '.0/24') end end ")
        look = (f"for s = 1, {SITES} do if G[s]:match(bestwho) then "
                "return '127.0.1.' .. s end end return '127.0.1.1'")
        return f'geo 15 LUA A "{make}" "{look}"'

    def configure(self):
        write(f"{self.dir}/zone", zone_text(self.work, self.line, self.places()))
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
edns-subnet-processing={"yes" if self.work.geo else "no"}
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
