#!/usr/bin/python3
"""Debian's Ansible with F5's collection, unchanged: pools, members, wide IPs, and
the application moved by a playbook. scene_ansible.py holds the other tables.
"""
from lib.front import Front
from lib.playbook import FLIP, ONCE, Row, example, play, stage
from lib.scene import main, scene
from lib.world import BASE, HERE, SIX, THERE, THIRD, pool, record_pool, wide

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
         "preferred_lb_method": "least-connections", "alternate_lb_method": "packet-rate",
         "fallback_lb_method": "fallback-ip", "fallback_ip": "fd00::9"},
        {"preferred_lb_method": "lowest-round-trip-time", "fallback_lb_method": "fewest-hops",
         "members": []}, "pool/aaaa/P",
        {"loadBalancingMode": "least-connections", "alternateMode": "packet-rate",
         "fallbackMode": "fallback-ip", "fallbackIp": "fd00::9"},
        {"loadBalancingMode": "lowest-round-trip-time", "fallbackMode": "fewest-hops"},
        steps=ONCE),
    Row("gtm_pool", "cname", {"name": "P", "type": "cname"}, {"ttl": 10},
        {"ttl": 11, "preferred_lb_method": "ratio"}, "pool/cname/P", {"ttl": 10},
        {"ttl": 11, "loadBalancingMode": "ratio"}, steps=ONCE),
    *(Row("gtm_pool", kind, {"name": "P", "type": kind}, {"ttl": 10},
          {"max_answers_returned": 3, "preferred_lb_method": "ratio"}, f"pool/{kind}/P",
          {"ttl": 10}, {"maxAnswersReturned": 3, "loadBalancingMode": "ratio"}, steps=ONCE)
      for kind in ("mx", "srv", "naptr")),
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
    *(Row("gtm_wide_ip", kind, {"name": kind + ".example.com", "type": kind},
          {"pool_lb_method": "round-robin", "pools": [{"name": "of-" + kind}]},
          {"pool_lb_method": "ratio", "state": "disabled"}, f"wideip/{kind}/{kind}.example.com",
          {"poolLbMode": "round-robin"}, {"poolLbMode": "ratio", "disabled": True},
          {"create": {(kind + ".example.com", kind.upper()): [rdata]},
           "modify": {(kind + ".example.com", kind.upper()): []}},
          steps=ONCE, base=record_pool("of-" + kind, kind))
      for kind, rdata in (("mx", "10 elsewhere.example.com."),
                          ("srv", "10 10 0 elsewhere.example.com."),
                          ("naptr", '10 0 "" "" "" elsewhere.example.com.'))),
    Row("gtm_wide_ip", "kept", {"name": "kept.example.com", "type": "a"},
        {"pool_lb_method": "round-robin", "pools": [{"name": "here"}], "persistence": True,
         "persist_cidr_ipv4": 24, "persist_cidr_ipv6": 64, "persistence_ttl": 600},
        {"persistence": False, "persist_cidr_ipv4": 0, "persistence_ttl": 4294967295},
        "wideip/a/kept.example.com",
        {"persistence": "enabled", "persistCidrIpv4": 24, "persistCidrIpv6": 64,
         "ttlPersistence": 600},
        {"persistence": "disabled", "persistCidrIpv4": 0, "persistCidrIpv6": 64,
         "ttlPersistence": 4294967295}),
    Row("gtm_wide_ip", "wild", {"name": "*.wild.example.com", "type": "a"},
        {"pool_lb_method": "round-robin", "pools": [{"name": "here"}]},
        {"pools": [{"name": "there"}]}, "wideip/a/~Common~*.wild.example.com", {}, {},
        {"create": {("any.wild.example.com",): [HERE]},
         "modify": {("any.wild.example.com",): [THERE]},
         "delete": {("any.wild.example.com",): "REFUSED"}}, steps=ONCE),
]


@scene("pools, members and wide IPs come, stay as they are, change, go; DNS follows")
def objects(t):
    play(t, stage(t, POOLS + WIDE_IPS), POOLS + WIDE_IPS)


@scene("an operator flips the pools with the playbook of the examples")
def flip(t):
    t.start(BASE + pool("Local_pool", "/Common/S:vs80") + wide(
        "vmhttp.siterequest.com", "Local_pool", "Remote_pool")
        + pool("Remote_pool", "/Common/S:vs81", body="    disabled\n"))
    front = Front(t, "operator")
    assert t.answer("vmhttp.siterequest.com") == [HERE]
    assert example(t, front, "flip.yml", "operator") == 2
    assert t.answer("vmhttp.siterequest.com") == [THERE]
    assert example(t, front, "flip.yml", "operator") == 0


if __name__ == "__main__":
    main()
