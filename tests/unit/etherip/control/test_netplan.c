/* tests/unit/etherip/control/test_netplan.c - what configurations ask of this system.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netplan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>

#include "etherip/bridge/opaque.h"
#include "tests/unit/core/model/confkit.h"
#include "tests/unit/etherip/types/netconf.h"

#define VLAN(name, in)	"net vlan /Common/" name " { interfaces { " in " } }\n"

static struct netplan *plan;

/* The plan of a text without findings of its own; NULL when making it finds something, which
 * is *said then, for the caller to free. */
static struct netplan *
plan_or_not(const char *text, char **said)
{
	struct confkit c;
	struct diag out;

	netplan_free(&plan);
	diag_init(&out);
	confkit_open(&c, &net_schema, text);
	*said = confkit_findings(&c);
	if (c.diag.errors > 0)
		fail_msg("of\n%s\nfound\n%s", text, *said);
	plan = netplan_new(c.d, &out);
	if (out.count > 0) {
		free(*said);
		*said = strdup(out.entries[0].text);
	}
	diag_fini(&out);
	confkit_close(&c);
	return plan;
}

static struct netplan *
plan_of(const char *text)
{
	char *said;

	if (plan_or_not(text, &said) == NULL)
		fail_msg("of\n%s\nfound\n%s", text, said);
	free(said);
	return plan;
}

static int
tear_down(void **state)
{
	(void)state;
	netplan_free(&plan);
	netplan_free(&plan);
	return 0;
}

static bool
is_addr(const struct addr *a, const char *text)
{
	char was[ADDR_TEXT_MAX];

	return strcmp(addr_format(a, was), text) == 0;
}

static void
the_guides_tunnel_and_group(void **state)
{
	const struct netplan *p = plan_of(NET_EIP
	    VLAN("vlan-server1", "eth1 { }")
	    "net vlan-group /Common/vg-eip { mode transparent members { "
	    "eip vlan-server1 } }\n");
	const struct netplan_group *g = netplan_find_group(p,
	    "/Common/vg-eip");
	size_t at = 9;

	(void)state;
	assert_non_null(g);
	assert_string_equal(g->name, "vg-eip");
	assert_int_equal(g->plan.mode, FORWARD_TRANSPARENT);
	assert_int_equal(g->plan.device_count, 1);
	assert_string_equal(g->plan.devices[0], "eth1");
	assert_int_equal(g->plan.tunnel_count, 1);
	assert_string_equal(g->plan.tunnels[0].name, "eip");
	assert_true(is_addr(&g->plan.tunnels[0].local, "10.133.64.245"));
	assert_true(is_addr(&g->plan.tunnels[0].remote, "10.133.65.245"));
	assert_string_equal(g->tunnel_more[0].path, "/Common/eip");
	assert_false(g->tunnel_more[0].floating);
	assert_int_equal(g->plan.tier_max, VGROUP_DIRECT);
	assert_true(g->plan.fast_path);
	assert_int_equal(g->plan.fdb.limit, 16384);
	assert_int_equal(g->plan.fdb.ageing_s, 300);
	assert_int_equal(g->plan.storm[STORM_UNKNOWN].frames_s, 1000);
	assert_false(g->plan.tunnel_to_tunnel);
	assert_ptr_equal(netplan_find_tunnel(p, "/Common/eip", &at), g);
	assert_int_equal(at, 0);
	assert_null(netplan_find_group(p, "/Common/eip"));
	assert_int_equal(p->device_count, 1);
	assert_string_equal(p->devices[0].of, "vlan /Common/vlan-server1");
}

static void
every_word_of_a_tunnel_arrives(void **state)
{
	const struct netplan *p = plan_of(
	    "cm traffic-group /Common/f { }\n"
	    "net tunnels tunnel /Common/t { local-address 2001:db8::1 "
	    "remote-address 2001:db8:1::1 mtu 1400 use-pmtu disabled tos 46 "
	    "oversize icmp tcp-mss 1300 mode inbound "
	    "accept-reversed-version enabled check-interface disabled "
	    "protection ipsec min-ttl 250 "
	    "max-stations 7 liveness bfd liveness-interval 50 "
	    "liveness-mtu enabled "
	    "liveness-multiplier 5 traffic-group f "
	    "secondary-address 2001:db8::2 }\n"
	    "net vlan-group /Common/g { members { t } }\n");
	const struct netplan_tunnel *m = &p->groups[0].tunnel_more[0];
	const struct vgroup_tunnel *t = &p->groups[0].tunnels[0];

	(void)state;
	assert_int_equal(t->mtu, 1400);
	assert_false(t->use_pmtu);
	assert_int_equal(t->tos, 46);
	assert_int_equal(t->oversize, VGROUP_ICMP);
	assert_int_equal(t->mss, 1300);
	assert_int_equal(t->way, VGROUP_INBOUND);
	assert_true(t->accept_reversed);
	assert_false(t->check_interface);
	assert_int_equal(t->protection, VGROUP_IPSEC);
	assert_int_equal(t->min_ttl, 250);
	assert_int_equal(t->max_stations, 7);
	assert_int_equal(m->live.kind, LIVENESS_BFD);
	assert_int_equal(m->live.interval_ms, 50);
	assert_true(m->live.padded);
	assert_int_equal(m->live.datagram, 1400 + 56);
	assert_int_equal(m->live.multiplier, 5);
	assert_true(is_addr(&m->live.remote, "2001:db8:1::1"));
	assert_true(is_addr(&m->secondary, "2001:db8::2"));
	assert_true(m->floating);
}

static void
every_word_of_a_group_arrives(void **state)
{
	const struct netplan *p = plan_of(
	    "net global-settings { proxy-excludes { 192.0.2.8 } "
	    "restart-grace 33 }\n"
	    VLAN("v1", "eth1 { }") VLAN("v2", "eth2 { }")
	    "net vlan-group /Common/g { mode opaque bridge-traffic enabled "
	    "bridge-multicast disabled bridge-in-standby enabled "
	    "split-horizon disabled unknown-flood disabled max-stations 99 "
	    "fast-path disabled "
	    "ageing-time 77 storm-frames 5 storm-octets 6 "
	    "mac-masquerade 02:01:d7:01:02:03 tier bridge hold-frames 3 "
	    "hold-time 4 migration-keepalive enabled dampening-moves 8 "
	    "dampening-window 9 dampening-hold 10 "
	    "proxy-excludes { 192.0.2.9 } members { v1 v2 } }\n");
	const struct netplan_group *g = &p->groups[0];
	const struct vgroup_plan *v = &g->plan;

	(void)state;
	assert_int_equal(v->mode, FORWARD_OPAQUE);
	assert_true(v->bridge_traffic && !v->bridge_multicast &&
	    v->bridge_in_standby && v->tunnel_to_tunnel &&
	    !v->unknown_flood && !v->fast_path);
	assert_int_equal(v->fdb.limit, 99);
	assert_int_equal(v->fdb.ageing_s, 77);
	for (size_t i = 0; i < STORM_KINDS; i++) {
		assert_int_equal(v->storm[i].frames_s, 5);
		assert_int_equal(v->storm[i].octets_s, 6);
	}
	assert_true(v->masquerade == UINT64_C(0x0201d7010203));
	assert_int_equal(v->tier_max, VGROUP_BRIDGE);
	assert_int_equal(v->hold_frames, 3);
	assert_int_equal(v->hold_ms, 4);
	assert_true(g->keepalive);
	assert_int_equal(g->dampening_moves, 8);
	assert_int_equal(g->dampening_window_s, 9);
	assert_int_equal(g->dampening_hold_s, 10);
	assert_int_equal(v->proxy_exclude_count, 2);
	assert_true(is_addr(&v->proxy_excludes[0], "192.0.2.9"));
	assert_true(is_addr(&v->proxy_excludes[1], "192.0.2.8"));
	assert_int_equal(v->device_count, 2);
	assert_int_equal(p->restart_grace_s, 33);
}

static void
a_disabled_tunnel_is_not_carried(void **state)
{
	const struct netplan *p = plan_of(
	    "net tunnels tunnel /Common/t { local-address 192.0.2.1 "
	    "remote-address 192.0.2.2 disabled }\n" NET_EIP
	    "net vlan-group /Common/g { members { t } }\n");
	size_t at;

	(void)state;
	assert_int_equal(p->groups[0].plan.tunnel_count, 0);
	assert_null(netplan_find_tunnel(p, "/Common/t", &at));
	/* Nor one that is in no group. */
	assert_null(netplan_find_tunnel(p, "/Common/eip", &at));
}

static void
tags_make_interfaces_below_others(void **state)
{
	const struct netplan *p = plan_of(
	    "net vlan /Common/v { tag 4094 mtu 9000 interfaces { "
	    "eth1 { tagged } eth2 { untagged } } }\n"
	    "net vlan-group /Common/g { members { v } }\n");
	char *said;

	(void)state;
	assert_int_equal(p->device_count, 2);
	assert_string_equal(p->devices[0].name, "eth1.4094");
	assert_string_equal(p->devices[0].parent, "eth1");
	assert_int_equal(p->devices[0].tag, 4094);
	assert_int_equal(p->devices[0].mtu, 9000);
	assert_string_equal(p->devices[1].name, "eth2");
	assert_string_equal(p->devices[1].parent, "");
	assert_string_equal(p->groups[0].plan.devices[0], "eth1.4094");
	assert_string_equal(p->groups[0].plan.devices[1], "eth2");
	assert_null(plan_or_not("net vlan /Common/v { tag 4094 interfaces { "
	    "enp132s0f0np0 { tagged } } }\n", &said));
	assert_non_null(strstr(said, "enp132s0f0np0.4094 is longer than"));
	free(said);
}

static void
addresses_are_on_interfaces_or_groups(void **state)
{
	const struct netplan *p = plan_of(VLAN("v1", "eth1 { }")
	    VLAN("v2", "eth2 { } eth3 { }") VLAN("v3", "eth4 { }")
	    "net vlan-group /Common/g { members { v3 } }\n"
	    NET_SELF("a", "192.0.2.1/24", "v1")
	    NET_SELF("b", "192.0.3.1/24", "v2")
	    NET_SELF("c", "192.0.4.1/25", "g"));
	const struct netplan_group *like = netplan_find_group(p, "/Common/v2");

	(void)state;
	assert_int_equal(p->self_count, 3);
	assert_string_equal(p->selfs[0].of, "self /Common/a");
	assert_null(p->selfs[0].at.group);
	assert_string_equal(p->selfs[0].at.device, "eth1");
	assert_string_equal(p->selfs[1].at.group, "/Common/v2");
	assert_string_equal(p->selfs[2].at.group, "/Common/g");
	assert_int_equal(p->selfs[2].len, 25);
	/* A VLAN of two interfaces that has an address is bridged. */
	assert_non_null(like);
	assert_int_equal(like->plan.device_count, 2);
	assert_int_equal(like->plan.tunnel_count, 0);
	assert_int_equal(p->group_count, 2);
}

static void
services_are_numbers(void **state)
{
	const struct netplan *p = plan_of(VLAN("v", "eth1 { }")
	    "net self /Common/a { address 192.0.2.1/24 vlan v "
	    "allow-service { default tcp:443 ospf:0 udp:any } }\n"
	    "net self /Common/b { address 192.0.2.2/24 vlan v "
	    "allow-service { all } }\n"
	    NET_SELF("c", "192.0.2.3/24", "v"));
	const struct netplan_self *s = p->selfs;
	bool seen[3] = { false };

	(void)state;
	assert_true(s[0].dflt && !s[0].open);
	assert_int_equal(s[0].service_count, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct portlock_service *v = &s[0].services[i];

		seen[0] |= v->proto == IPPROTO_TCP && v->port == 443;
		seen[1] |= v->proto == 89 && v->port == 0;
		seen[2] |= v->proto == IPPROTO_UDP && v->port == 0;
	}
	assert_true(seen[0] && seen[1] && seen[2]);
	assert_true(s[1].open);
	assert_false(s[2].open || s[2].dflt);
	assert_int_equal(s[2].service_count, 0);
}

static void
what_is_floating_is_marked_and_lends_its_mac(void **state)
{
	const struct netplan *p = plan_of(VLAN("v", "eth1 { }")
	    "cm traffic-group /Common/f { mac 02:00:00:00:00:01 }\n"
	    "net vlan-group /Common/g { members { v } }\n"
	    "net self /Common/a { address 192.0.2.1/24 vlan g "
	    "traffic-group f }\n"
	    NET_SELF("b", "192.0.2.2/24", "g"));

	(void)state;
	assert_true(p->selfs[0].floating);
	assert_false(p->selfs[1].floating);
	assert_true(p->groups[0].plan.masquerade == 0x020000000001);
}

static void
routes_lead_by_gateways_and_interfaces(void **state)
{
	const struct netplan *p = plan_of(VLAN("v", "eth1 { }")
	    "net route /Common/a { network default gw 192.0.2.1 }\n"
	    "net route /Common/b { network 198.51.100.0/24 interface v "
	    "mtu 1400 }\n");
	const struct netplan_route *a = NULL, *b = NULL;

	(void)state;
	assert_int_equal(p->route_count, 2);
	for (size_t i = 0; i < 2; i++)
		if (strcmp(p->routes[i].of, "route /Common/a") == 0)
			a = &p->routes[i];
		else
			b = &p->routes[i];
	assert_true(a != NULL && b != NULL);
	assert_int_equal(a->to.len, 0);
	assert_int_equal(a->to.addr.family, AF_INET);
	assert_true(is_addr(&a->gateway, "192.0.2.1"));
	assert_string_equal(a->at.device, "");
	assert_int_equal(b->to.len, 24);
	assert_int_equal(b->gateway.family, 0);
	assert_string_equal(b->at.device, "eth1");
	assert_int_equal(b->mtu, 1400);
}

static void
stations_that_are_configured(void **state)
{
	const struct netplan *p = plan_of(NET_EIP VLAN("v", "eth1 { }")
	    "net vlan-group /Common/g { members { eip v } }\n"
	    "net fdb tunnel /Common/eip { records { 02:00:00:00:00:07 { } } }\n"
	    "net fdb vlan /Common/v { records { 02:00:00:00:00:08 { } } }\n");
	const struct netplan_group *g = &p->groups[0];
	size_t remote;

	(void)state;
	assert_int_equal(g->station_count, 2);
	remote = g->stations[0].tunnel != NULL ? 0 : 1;
	assert_string_equal(g->stations[remote].tunnel, "eip");
	assert_true(g->stations[remote].key.mac == 0x020000000007);
	assert_null(g->stations[1 - remote].tunnel);
	assert_true(g->stations[1 - remote].key.mac == 0x020000000008);
}

static void
vlans_limits_add_up_unless_one_has_none(void **state)
{
	const struct netplan *p = plan_of(
	    "net vlan /Common/a { max-stations 3 interfaces { e1 { } } }\n"
	    "net vlan /Common/b { max-stations 4 interfaces { e2 { } } }\n"
	    "net vlan-group /Common/g { members { a b } }\n");

	(void)state;
	assert_int_equal(p->groups[0].plan.lan_stations, 7);
	p = plan_of(
	    "net vlan /Common/a { max-stations 3 interfaces { e1 { } } }\n"
	    "net vlan /Common/b { interfaces { e2 { } } }\n"
	    "net vlan-group /Common/g { members { a b } }\n");
	assert_int_equal(p->groups[0].plan.lan_stations, 0);
}

#define TEST(name)	cmocka_unit_test_teardown(name, tear_down)

/* Packets to other networks cross an opaque group by the routers that are on it. */
static void
an_opaque_group_knows_its_routers(void **state)
{
	const struct netplan *p = plan_of(VLAN("v", "eth1 { }")
	    VLAN("w", "eth2 { }")
	    "net vlan-group /Common/g { mode opaque members { v } }\n"
	    "net vlan-group /Common/h { mode transparent members { w } }\n"
	    "net self /Common/a { address 192.0.2.1/25 vlan g }\n"
	    "net self /Common/b { address 198.51.100.1/24 vlan h }\n"
	    "net route /Common/r1 { network default gw 192.0.2.126 }\n"
	    "net route /Common/r2 { network 10.0.0.0/8 gw 198.51.100.9 }\n"
	    "net route /Common/r3 { network 172.16.0.0/12 interface g }\n");
	const struct netplan_group *g = netplan_find_group(p, "/Common/g");

	(void)state;
	assert_non_null(g);
	assert_int_equal(g->plan.route_count, 1);
	assert_int_equal(g->plan.routes[0].to.len, 0);
	assert_true(is_addr(&g->plan.routes[0].via, "192.0.2.126"));
	g = netplan_find_group(p, "/Common/h");
	assert_int_equal(g->plan.route_count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_guides_tunnel_and_group),
		TEST(every_word_of_a_tunnel_arrives),
		TEST(every_word_of_a_group_arrives),
		TEST(a_disabled_tunnel_is_not_carried),
		TEST(tags_make_interfaces_below_others),
		TEST(addresses_are_on_interfaces_or_groups),
		TEST(services_are_numbers),
		TEST(what_is_floating_is_marked_and_lends_its_mac),
		TEST(routes_lead_by_gateways_and_interfaces),
		TEST(stations_that_are_configured),
		TEST(vlans_limits_add_up_unless_one_has_none),
		TEST(an_opaque_group_knows_its_routers),
	};

	return cmocka_run_group_tests_name("netplan", tests, NULL, NULL);
}
