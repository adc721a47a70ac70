#!/usr/bin/python3
"""Debian's Ansible with F5's collection, unchanged, before gtmrestd and gtmd:
sites, servers, monitors, listeners; what is refused; what device_info tells.

The tables are the test: a type that the model learns joins them by a row, here
or, when it is chosen among, in scene_ansible_pools.py.
"""
from lib.playbook import FLIP, ONCE, READ, Row, play, stage
from lib.scene import free_port, main, scene
from lib.world import HERE, ODD, SIX, THERE, THIRD, pool, record_pool, server, wide

CENTERS = [
    Row("gtm_datacenter", "new", {"name": "Paris"},
        {"location": "Paris", "contact": "ops", "description": "two words"},
        {"location": "Lille", "description": ODD, "state": "disabled"},
        "datacenter/~Common~Paris",
        {"location": "Paris", "contact": "ops", "description": "two words", "enabled": True},
        {"location": "Lille", "description": ODD, "disabled": True, "enabled": None}),
    Row("gtm_datacenter", "flip", {"name": "Lyon"}, {"state": "disabled"}, {"state": "enabled"},
        "datacenter/Lyon", {"disabled": True}, {"enabled": True, "disabled": None},
        {"create": {("lyon.example.com",): []}, "modify": {("lyon.example.com",): [THIRD]}},
        steps=FLIP,
        base="gtm datacenter /Common/Lyon { }\n" + server("L", THIRD, datacenter="Lyon")
        + pool("lyon", "/Common/L:vs80") + wide("lyon.example.com", "lyon")),
]

SERVERS = [
    Row("gtm_server", "new", {"name": "web"},
        {"server_type": "generic-host", "datacenter": "Local",
         "devices": [{"name": "lb1", "address": HERE}]},
        {"monitors": ["/Common/http", "/Common/tcp"],
         "availability_requirements": {"type": "at_least", "at_least": 1},
         "devices": [{"name": "lb1", "addresses": [{"address": HERE}, {"address": THERE}]},
                     {"name": "lb2", "address": SIX}], "state": "disabled"},
        "server/~Common~web",
        {"product": "generic-host", "datacenter": "/Common/Local", "enabled": True,
         "addresses": [{"name": HERE, "deviceName": "lb1", "translation": "none"}]},
        {"monitor": "min 1 of { /Common/http /Common/tcp }", "disabled": True}),
    Row("gtm_virtual_server", "new", {"name": "/Common/vs90", "server_name": "S6"},
        {"address": HERE, "port": 90, "limits": {"bits_limit": 1000, "bits_enabled": True}},
        {"address": "2001:db8::7", "port": 91, "state": "disabled", "monitors": ["http", "tcp"],
         "virtual_server_dependencies": [{"server": "S", "virtual_server": "vs80"}]},
        "server/~Common~S6/virtual-servers/~Common~vs90",
        {"name": "/Common/vs90", "destination": HERE + ":90", "enabled": True,
         "limitMaxBps": 1000, "limitMaxBpsStatus": "enabled"},
        {"destination": "2001:db8::7.91", "disabled": True, "enabled": None,
         "monitor": "/Common/http and /Common/tcp",
         "dependsOn": [{"name": "/Common/S:vs80"}]}),
    Row("gtm_virtual_server", "moved", {"name": "vs80", "server_name": "M"},
        {"address": THERE, "port": 80},
        {"address": THIRD, "availability_requirements": {"type": "all"}},
        "server/M/virtual-servers/vs80", {"destination": THERE + ":80"},
        {"destination": THIRD + ":80"},
        {"create": {("moved.example.com",): [THERE]},
         "modify": {("moved.example.com",): [THIRD]}}, steps=FLIP,
        base=server("M", HERE) + pool("moved", "/Common/M:vs80")
        + wide("moved.example.com", "moved")),
]

MONITORS = [
    Row("gtm_monitor_" + kind, "new", {"name": "m-" + kind},
        {"interval": 10, "timeout": 31, "send": "GET / HTTP/1.0\\r\\n\\r\\n", "receive": "OK"},
        {"interval": 11, "timeout": 40, "probe_timeout": 4, "ignore_down_response": True,
         "receive": "(200|302) \"OK\"", "reverse": True, "ip": HERE, "port": "8080"},
        f"monitor/{kind}/m-{kind}",
        {"interval": 10, "timeout": 31, "send": "GET / HTTP/1.0\\r\\n\\r\\n", "recv": "OK",
         "defaultsFrom": "/Common/" + kind, "destination": "*:*"},
        {"interval": 11, "probeTimeout": 4, "ignoreDownResponse": "enabled",
         "recv": "(200|302) \"OK\"", "reverse": "enabled", "destination": HERE + ":8080"})
    for kind in ("http", "https", "tcp")] + [
    Row("gtm_monitor_https", "tls", {"name": "shown"},
        {"client_cert": "/etc/gtm/c.crt", "client_key": "/etc/gtm/k.key",
         "cipher_list": "DEFAULT", "compatibility": False},
        {"cipher_list": "HIGH", "compatibility": True}, "monitor/https/shown",
        {"cert": "/etc/gtm/c.crt", "key": "/etc/gtm/k.key", "cipherlist": "DEFAULT",
         "compatibility": "disabled", "defaultsFrom": "/Common/https"},
        {"cipherlist": "HIGH", "compatibility": "enabled", "cert": "/etc/gtm/c.crt"}),
    Row("gtm_monitor_tcp_half_open", "new", {"name": "half"},
        {"interval": 10, "timeout": 31, "probe_attempts": 2},
        {"interval": 11, "probe_interval": 2, "probe_timeout": 4, "ignore_down_response": True,
         "ip": HERE, "port": "8080"}, "monitor/tcp-half-open/half",
        {"interval": 10, "timeout": 31, "probeAttempts": 2, "probeInterval": 1,
         "defaultsFrom": "/Common/tcp_half_open", "destination": "*:*"},
        {"interval": 11, "probeInterval": 2, "probeTimeout": 4, "ignoreDownResponse": "enabled",
         "destination": HERE + ":8080"}),
    Row("gtm_monitor_external", "new", {"name": "m-external"},
        {"interval": 10, "timeout": 31, "external_program": "check", "arguments": "-v \"a b\"",
         "variables": {"COLOUR": "blue", "SHAPE": "round one"}},
        {"timeout": 40, "ip": HERE, "port": "8080", "variables": {"COLOUR": "red"}},
        "monitor/external/m-external",
        {"interval": 10, "timeout": 31, "run": "/Common/check", "args": "-v \"a b\"",
         "defaultsFrom": "/Common/external", "destination": "*:*",
         "apiRawValues": {"userDefined COLOUR": "blue", "userDefined SHAPE": "round one"}},
        {"timeout": 40, "destination": HERE + ":8080",
         "apiRawValues": {"userDefined COLOUR": "red", "userDefined SHAPE": None}})]


FRANCE = {"source": {"country": "France"}, "destination": {"datacenter": "Local"}}
TOPOLOGY = [
    Row("gtm_topology_region", "new", {"name": "west"},
        {"region_members": [{"country": "France"}, {"subnet": "192.0.2.0/24", "negate": True}]},
        {"region_members": [{"continent": "Europe"}, {"pool": "here"}]}, "region/~Common~west",
        {"regionMembers": [{"name": "country FR"}, {"name": "not subnet 192.0.2.0/24"}]},
        {"regionMembers": [{"name": "continent EU"}, {"name": "pool /Common/here"}]}),
    Row("gtm_topology_record", "new", FRANCE, {"weight": 10}, {"weight": 20},
        "topology/ldns:%20country%20FR%20server:%20datacenter%20~Common~Local",
        {"score": 10, "fullPath": "ldns: country FR server: datacenter /Common/Local"},
        {"score": 20}),
    Row("gtm_topology_record", "steers",
        {"source": {"subnet": "127.0.0.0/8"}, "destination": {"pool": "there"}},
        {"weight": 10}, {"weight": 1},
        "topology/ldns:%20subnet%20127.0.0.0~8%20server:%20pool%20~Common~there",
        {"score": 10}, {"score": 1},
        {"create": {("near.example.com",): [THERE]}, "modify": {("near.example.com",): [HERE]},
         "delete": {("near.example.com",): [HERE]}},
        steps=ONCE,
        base="gtm topology ldns: subnet 127.0.0.0/8 server: pool /Common/here {\n    score 5\n}\n"
        + wide("near.example.com", "here", "there").replace("global-availability", "topology")),
]


def listeners(port):
    """They open sockets, so the port is found first."""
    where = {"address": "127.0.0.1", "port": port}
    question = ("w0.example.com", "A", port)
    return [
        Row("gtm_dns_listener", "new", {"name": "L", "address": "127.0.0.1"},
            {"port": port, "ip_protocol": "tcp", "description": "one more"},
            {"state": "disabled", "description": "none left"}, "listener/~Common~L",
            {**where, "ipProtocol": "tcp", "enabled": True, "description": "one more"},
            {"disabled": True, "description": "none left"},
            {"create": {question: [HERE]}, "modify": {question: "nobody"},
             "delete": {question: "nobody"}}, base=wide("w0.example.com", "here")),
    ]


REFUSED = [
    Row("gtm_global", "group", {}, {"synchronization": True}, refused="there is one node so far"),
    Row("gtm_wide_ip", "rule", {"name": "r.example.com", "type": "a"},
        {"pool_lb_method": "ratio", "irules": ["r"]}, at="wideip/a/r.example.com",
        refused="rules are not run yet"),
    *(Row("gtm_monitor_" + kind.replace("-", "_"), "new", {"name": "m"}, {},
          at=f"monitor/{kind}/m", refused="there is no probe of this type yet")
      for kind in ("bigip", "firepass")),
]


def paths(*names):
    return [{"full_path": "/Common/" + name} for name in names]


# It sleeps for most of its time: the first of a play that has others to go on with.
WAIT = [Row("wait", "ready", {"timeout": 300}, {}, steps=READ)]
KINDS = ("mx", "naptr", "srv")
# Two objects a page, so that there is more than one.
KNOWN = [
    Row("gtm_global", "alone", {}, {"synchronization": False, "synchronize_zone_files": False,
                                    "synchronization_group_name": "default"}, steps=READ),
    Row("config", "save", {"save": True}, {}, steps=("create",)),
    Row("device_info", "gtm", {"data_increment": 2},
        {"gather_subset": ["gtm-pools", "gtm-wide-ips", "gtm-servers", "gtm-topology-regions",
                           "provision-info", "system-info", "devices", "self-ips",
                           "software-volumes", "sync-status"]}, steps=READ, says={
            "devices": [{"full_path": "/Common/gtm", "self": "yes"}], "self_ips": [],
            "software_volumes": [], "sync_status": [{"mode": "standalone"}],
            "gtm_a_pools": [
                {"full_path": "/Common/here", "members": [{"name": "S:vs80", "ratio": 1,
                                                           "enabled": "yes"}]},
                *paths("spare", "there")],
            "gtm_aaaa_pools": paths("six"), "gtm_cname_pools": paths("name"),
            **{f"gtm_{kind}_pools": paths("of-" + kind) for kind in KINDS},
            "gtm_a_wide_ips": [{"full_path": "/Common/w0.example.com", "enabled": "yes",
                                "pools": [{"name": "here", "order": 0, "ratio": 1}]}],
            "gtm_aaaa_wide_ips": [], "gtm_cname_wide_ips": [],
            **{f"gtm_{kind}_wide_ips": paths(kind + ".example.com") for kind in KINDS},
            "gtm_topology_regions": [],
            "gtm_servers": [
                {"full_path": "/Common/S", "datacenter": "/Common/Local", "virtual_servers": [
                    {"name": "vs80", "destination": HERE + ":80", "stats": {"state": "enabled"}},
                    {"name": "vs81"}, {"name": "vs82"}]},
                {"full_path": "/Common/S6"}],
            "provision_info": [{"full_path": "gtm", "level": "nominal"}],
            "system_info": {"product_version": "15.1.2.1"}},
        base=wide("w0.example.com", "here")
        + "".join(record_pool("of-" + kind, kind) + wide(kind + ".example.com", "of-" + kind,
                                                         kind=kind) for kind in KINDS)),
]


@scene("each module creates, finds nothing to do, modifies, deletes; REST and DNS show it")
def objects(t):
    rows = WAIT + CENTERS + SERVERS + MONITORS + TOPOLOGY + listeners(free_port())
    play(t, stage(t, rows), rows)


@scene("what is not supported is refused in a sentence; what there is, device_info tells")
def refusals(t):
    play(t, stage(t, REFUSED + KNOWN), REFUSED + KNOWN)


if __name__ == "__main__":
    main()
