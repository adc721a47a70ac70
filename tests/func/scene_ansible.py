#!/usr/bin/python3
"""Debian's Ansible with F5's collection, unchanged, before gtmrestd and gtmd.

The table is the test: a type that the model learns joins it by a row.
"""
from lib.front import Front
from lib.playbook import FLIP, ONCE, READ, Row, play
from lib.scene import free_port, main, scene

HERE, THERE, THIRD = "127.9.0.1", "127.9.0.2", "127.9.0.3"	# nobody answers there
SIX = "fd00::51"
ODD = "a, b & \"c\" \\ d; {é} # ?"


def server(name, *addresses, datacenter="Local"):
    """Virtual servers vs80, vs81, ... without monitors, so never asked."""
    where = [f"{a}.80" if ":" in a else f"{a}:80" for a in addresses]
    inner = "".join(f"        vs{80 + i} {{\n            destination {w}\n        }}\n"
                    for i, w in enumerate(where))
    return (f"gtm server /Common/{name} {{\n    datacenter /Common/{datacenter}\n"
            f"    product generic-host\n    virtual-servers {{\n{inner}    }}\n}}\n")


def pool(name, *members, kind="a", body=""):
    inner = "".join(f"        {m} {{\n            member-order {i}\n        }}\n"
                    for i, m in enumerate(members))
    return f"gtm pool {kind} /Common/{name} {{\n{body}    members {{\n{inner}    }}\n}}\n"


def wide(name, *pools, kind="a"):
    inner = "".join(f"        /Common/{p} {{\n            order {i}\n        }}\n"
                    for i, p in enumerate(pools))
    return (f"gtm wideip {kind} /Common/{name} {{\n    pool-lb-mode global-availability\n"
            f"    pools {{\n{inner}    }}\n}}\n")


BASE = ("gtm datacenter /Common/Local { }\n" + server("S", HERE, THERE, THIRD)
        + server("S6", SIX)
        + pool("here", "/Common/S:vs80") + pool("there", "/Common/S:vs81")
        + pool("spare", "/Common/S:vs82")
        + pool("six", "/Common/S6:vs80", kind="aaaa")
        + "gtm pool cname /Common/name {\n    members {\n        elsewhere.example.com {\n"
        "            static-target yes\n        }\n    }\n}\n")

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
        {"address": HERE, "port": 90},
        {"address": "2001:db8::7", "port": 91, "state": "disabled", "monitors": ["http", "tcp"],
         "virtual_server_dependencies": [{"server": "S", "virtual_server": "vs80"}]},
        "server/~Common~S6/virtual-servers/~Common~vs90",
        {"name": "/Common/vs90", "destination": HERE + ":90", "enabled": True},
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

POOLS = [
    Row("gtm_pool", "a", {"name": "P", "type": "a"},
        {"preferred_lb_method": "global-availability", "alternate_lb_method": "round-robin",
         "fallback_lb_method": "none", "ttl": 15, "monitors": ["/Common/http"],
         "members": [{"server": "S", "virtual_server": "vs80"},
                     {"server": "S", "virtual_server": "vs81"}]},
        {"members": [{"server": "S", "virtual_server": "vs81"},
                     {"server": "S", "virtual_server": "vs80"}],
         "max_answers_returned": 2, "ttl": 20, "state": "disabled",
         "monitors": ["/Common/http", "/Common/tcp"],
         "availability_requirements": {"type": "at_least", "at_least": 1}},
        "pool/a/~Common~P",
        {"loadBalancingMode": "global-availability", "fallbackMode": "none", "ttl": 15,
         "monitor": "/Common/http", "enabled": True},
        {"maxAnswersReturned": 2, "ttl": 20, "disabled": True,
         "monitor": "min 1 of { /Common/http /Common/tcp }"}),
    Row("gtm_pool", "flip", {"name": "flip", "type": "a"}, {"state": "disabled"},
        {"state": "enabled", "preferred_lb_method": "fallback-ip", "fallback_ip": THIRD},
        "pool/a/flip", {"disabled": True}, {"enabled": True, "fallbackIp": THIRD},
        {"create": {("flip.example.com",): [THERE]}, "modify": {("flip.example.com",): [THIRD]}},
        steps=FLIP,
        base=pool("flip", "/Common/S:vs80") + wide("flip.example.com", "flip", "there")),
    Row("gtm_pool", "aaaa", {"name": "P", "type": "aaaa"},
        {"members": [{"server": "S6", "virtual_server": "vs80"}],
         "fallback_lb_method": "fallback-ip", "fallback_ip": "fd00::9"},
        {"preferred_lb_method": "ratio", "members": []}, "pool/aaaa/P",
        {"fallbackMode": "fallback-ip", "fallbackIp": "fd00::9"}, {"loadBalancingMode": "ratio"},
        steps=ONCE),
    Row("gtm_pool", "cname", {"name": "P", "type": "cname"}, {"ttl": 10},
        {"ttl": 11, "preferred_lb_method": "ratio"}, "pool/cname/P", {"ttl": 10},
        {"ttl": 11, "loadBalancingMode": "ratio"}, steps=ONCE),
    Row("gtm_pool_member", "new",
        {"pool": "M", "type": "a", "server_name": "S", "virtual_server": "vs80"},
        {"ratio": 2, "member_order": 0, "description": "first"},
        {"ratio": 3, "state": "disabled", "description": "", "monitor": "/Common/tcp"},
        "pool/a/M/members/~Common~S:vs80",
        {"ratio": 2, "memberOrder": 0, "description": "first", "enabled": True},
        {"ratio": 3, "disabled": True, "description": None, "monitor": "/Common/tcp"},
        {"create": {("m.example.com",): [HERE]}, "modify": {("m.example.com",): []},
         "delete": {("m.example.com",): []}},
        base=pool("M") + wide("m.example.com", "M")),
    Row("gtm_pool_member", "all", {"pool": "all", "type": "a", "replace_all_with": True},
        {"aggregate": [{"server_name": "S", "virtual_server": "vs80"},
                       {"server_name": "S", "virtual_server": "vs81", "ratio": 2}]},
        {"aggregate": [{"server_name": "S", "virtual_server": "vs82"}]},
        "pool/a/all", {}, {},
        {"create": {("all.example.com",): [HERE]}, "modify": {("all.example.com",): [THIRD]}},
        steps=FLIP,
        base=pool("all", "/Common/S:vs82", body="    load-balancing-mode global-availability\n")
        + wide("all.example.com", "all")),
]

WIDE_IPS = [
    Row("gtm_wide_ip", "a", {"name": "w.example.com", "type": "a"},
        {"pool_lb_method": "global-availability",
         "pools": [{"name": "here", "ratio": 3, "order": 0},
                   {"name": "there", "ratio": 1, "order": 1}]},
        {"pools": [{"name": "there", "ratio": 5, "order": 0}],
         "aliases": ["alias.example.com"], "last_resort_pool": "spare"},
        "wideip/a/~Common~w.example.com", {"poolLbMode": "global-availability", "enabled": True},
        {"aliases": ["alias.example.com"], "lastResortPool": "a /Common/spare"},
        {"create": {("w.example.com",): [HERE], ("alias.example.com",): "REFUSED"},
         "modify": {("w.example.com",): [THERE], ("alias.example.com",): [THERE]},
         "delete": {("w.example.com",): "REFUSED", ("alias.example.com",): "REFUSED"}}),
    Row("gtm_wide_ip", "aaaa", {"name": "w6.example.com", "type": "aaaa"},
        {"pool_lb_method": "ratio", "pools": [{"name": "six", "ratio": 1}]},
        {"state": "disabled"}, "wideip/aaaa/w6.example.com", {"poolLbMode": "ratio"},
        {"disabled": True, "enabled": None},
        {"create": {("w6.example.com", "AAAA"): [SIX]},
         "modify": {("w6.example.com", "AAAA"): []}}, steps=ONCE),
    Row("gtm_wide_ip", "cname", {"name": "wc.example.com", "type": "cname"},
        {"pool_lb_method": "round-robin", "pools": [{"name": "name", "ratio": 1}]},
        {"pool_lb_method": "ratio"}, "wideip/cname/wc.example.com",
        {"poolLbMode": "round-robin"}, {"poolLbMode": "ratio"},
        {"create": {("wc.example.com", "CNAME"): ["elsewhere.example.com."]},
         "delete": {("wc.example.com", "CNAME"): "REFUSED"}}, steps=ONCE),
    Row("gtm_wide_ip", "wild", {"name": "*.wild.example.com", "type": "a"},
        {"pool_lb_method": "round-robin", "pools": [{"name": "here"}]},
        {"pools": [{"name": "there"}]}, "wideip/a/~Common~*.wild.example.com", {}, {},
        {"create": {("any.wild.example.com",): [HERE]},
         "modify": {("any.wild.example.com",): [THERE]},
         "delete": {("any.wild.example.com",): "REFUSED"}}, steps=ONCE),
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
    for kind in ("http", "tcp")]


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


RECORDS = "pools and wide IPs are of type a, aaaa or cname so far"
REFUSED = [
    Row("gtm_global", "group", {}, {"synchronization": True}, refused="there is one node so far"),
    Row("gtm_virtual_server", "limit", {"name": "v", "server_name": "S"},
        {"address": HERE, "port": 1, "limits": {"bits_limit": 1000, "bits_enabled": True}},
        at="server/S/virtual-servers/v", refused="utilisation is not measured yet"),
    Row("gtm_pool", "mx", {"name": "P", "type": "mx"}, {"ttl": 10}, at="pool/mx/P",
        refused=RECORDS),
    Row("gtm_wide_ip", "srv", {"name": "s.example.com", "type": "srv"},
        {"pool_lb_method": "ratio"}, at="wideip/srv/s.example.com", refused=RECORDS),
    Row("gtm_wide_ip", "rule", {"name": "r.example.com", "type": "a"},
        {"pool_lb_method": "ratio", "irules": ["r"]}, at="wideip/a/r.example.com",
        refused="rules are not run yet"),
    Row("gtm_topology_record", "new", {},
        {"source": {"country": "FR"}, "destination": {"pool": "here"}, "weight": 10},
        refused="topology does not steer answers yet"),
    Row("gtm_topology_region", "new", {"name": "EU"}, {"region_members": [{"country": "FR"}]},
        at="region/EU", refused="topology does not steer answers yet"),
    *(Row("gtm_monitor_" + kind.replace("-", "_"), "new", {"name": "m"}, {},
          at=f"monitor/{kind}/m", refused="monitors are of type http or tcp so far")
      for kind in ("https", "tcp-half-open", "bigip", "firepass", "external")),
]


def paths(*names):
    return [{"full_path": "/Common/" + name} for name in names]


# Two objects a page, so that there is more than one.
KNOWN = [
    Row("gtm_global", "alone", {}, {"synchronization": False, "synchronize_zone_files": False,
                                    "synchronization_group_name": "default"}, steps=READ),
    Row("device_info", "gtm", {"data_increment": 2},
        {"gather_subset": ["gtm-pools", "gtm-wide-ips", "gtm-servers", "gtm-topology-regions",
                           "provision-info", "system-info"]}, steps=READ, says={
            "gtm_a_pools": [
                {"full_path": "/Common/here", "members": [{"name": "S:vs80", "ratio": 1,
                                                           "enabled": "yes"}]},
                *paths("spare", "there")],
            "gtm_aaaa_pools": paths("six"), "gtm_cname_pools": paths("name"),
            "gtm_mx_pools": [], "gtm_naptr_pools": [], "gtm_srv_pools": [],
            "gtm_a_wide_ips": [{"full_path": "/Common/w0.example.com", "enabled": "yes",
                                "pools": [{"name": "here", "order": 0, "ratio": 1}]}],
            "gtm_aaaa_wide_ips": [], "gtm_cname_wide_ips": [], "gtm_mx_wide_ips": [],
            "gtm_naptr_wide_ips": [], "gtm_srv_wide_ips": [], "gtm_topology_regions": [],
            "gtm_servers": [
                {"full_path": "/Common/S", "datacenter": "/Common/Local", "virtual_servers": [
                    {"name": "vs80", "destination": HERE + ":80", "stats": {"state": "enabled"}},
                    {"name": "vs81"}, {"name": "vs82"}]},
                {"full_path": "/Common/S6"}],
            "provision_info": [{"full_path": "gtm", "level": "nominal"}],
            "system_info": {"product_version": "15.1.2.1"}},
        base=wide("w0.example.com", "here")),
]


def stage(t, rows):
    t.start(BASE + "".join(r.base for r in rows))
    return Front(t)


@scene("each module creates, finds nothing to do, modifies, deletes; REST and DNS show it")
def objects(t):
    rows = CENTERS + SERVERS + POOLS + WIDE_IPS + MONITORS + listeners(free_port())
    play(t, stage(t, rows), rows)


@scene("what is not supported is refused in a sentence; what there is, device_info tells")
def refusals(t):
    play(t, stage(t, REFUSED + KNOWN), REFUSED + KNOWN)


if __name__ == "__main__":
    main()
