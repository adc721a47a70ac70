/* tests/unit/etherip/bridge/test_forward.c - which frames cross a group, and why others do not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>

#include "core/base/obj.h"
#include "core/base/rand.h"
#include "etherip/bridge/forward.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"

enum { LAN, LAN2, EIP, EIP2 };

#define OWN	UINT64_C(0x020000000099)
#define SHARED	UINT64_C(0x0201d7010203)

static struct forward_group
site(void)
{
	return (struct forward_group){
		.mode = FORWARD_TRANSPARENT, .members = 0xf,
		.tunnels = 1 << EIP | 1 << EIP2, .bridge_multicast = true,
		.own = OWN, .masquerade = SHARED,
	};
}

static struct ethframe
frame(enum ethframe_aim aim, uint16_t type)
{
	return (struct ethframe){
		.dst = aim == ETHFRAME_UNICAST ? 0x020000000002 :
		    MACADDR_BROADCAST,
		.src = 0x020000000001, .type = type, .payload = 14,
		.aim = aim,
	};
}

static void
a_known_station_gets_it_alone(void **state)
{
	struct forward_group g = site();
	struct ethframe f = frame(ETHFRAME_UNICAST, ETHFRAME_IPV4);
	struct forward_verdict v = forward_decide(&g, LAN, &f, EIP);

	(void)state;
	assert_int_equal(v.why, FORWARD_GOES);
	assert_int_equal(v.to, 1 << EIP);
	assert_false(v.flooded);
	assert_false(v.up);
	v = forward_decide(&g, LAN, &f, LAN);
	assert_int_equal(v.why, FORWARD_SAME);
	assert_int_equal(v.to, 0);
	assert_true(forward_teaches(&v));
}

static void
an_unknown_one_is_looked_for_everywhere_else(void **state)
{
	struct forward_group g = site();
	struct ethframe f = frame(ETHFRAME_UNICAST, ETHFRAME_IPV4);
	struct forward_verdict v = forward_decide(&g, LAN, &f, FDB_NONE);

	(void)state;
	assert_true(v.flooded);
	assert_int_equal(v.to, 1 << LAN2 | 1 << EIP | 1 << EIP2);
	g.members = 1 << LAN | 1 << EIP;
	v = forward_decide(&g, LAN, &f, FDB_NONE);
	assert_int_equal(v.to, 1 << EIP);
	g.mute = 1 << EIP;
	v = forward_decide(&g, LAN, &f, FDB_NONE);
	assert_int_equal(v.why, FORWARD_NOWHERE);
}

static void
nothing_passes_from_tunnel_to_tunnel(void **state)
{
	struct forward_group g = site();
	struct ethframe f = frame(ETHFRAME_BROADCAST, ETHFRAME_ARP);
	struct forward_verdict v = forward_decide(&g, EIP, &f, FDB_NONE);

	(void)state;
	assert_int_equal(v.to, 1 << LAN | 1 << LAN2);
	f = frame(ETHFRAME_UNICAST, ETHFRAME_IPV4);
	v = forward_decide(&g, EIP, &f, EIP2);
	assert_int_equal(v.why, FORWARD_HORIZON);
	g.tunnel_to_tunnel = true;
	v = forward_decide(&g, EIP, &f, EIP2);
	assert_int_equal(v.to, 1 << EIP2);
}

static void
what_may_cross_is_asked_first(void **state)
{
	static const struct {
		enum ethframe_aim aim;
		uint16_t type;
		bool	 traffic, multicast;
		enum forward_why why;
	} rows[] = {
		{ ETHFRAME_UNICAST, 0x0800, false, false, FORWARD_GOES },
		{ ETHFRAME_UNICAST, 0x86dd, false, false, FORWARD_GOES },
		{ ETHFRAME_UNICAST, 0x88b5, false, true, FORWARD_NOT_IP },
		{ ETHFRAME_UNICAST, 0x88b5, true, false, FORWARD_GOES },
		{ ETHFRAME_BROADCAST, 0x0806, false, false, FORWARD_GOES },
		{ ETHFRAME_BROADCAST, 0x8035, false, false, FORWARD_GOES },
		{ ETHFRAME_BROADCAST, 0x0800, false, false, FORWARD_GROUP },
		{ ETHFRAME_MULTICAST, 0x86dd, true, false, FORWARD_GROUP },
		{ ETHFRAME_MULTICAST, 0x86dd, true, true, FORWARD_GOES },
		{ ETHFRAME_CONTROL, 0x0026, true, true, FORWARD_CONTROL },
	};
	struct forward_group g = site();

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct ethframe f = frame(rows[i].aim, rows[i].type);

		g.bridge_traffic = rows[i].traffic;
		g.bridge_multicast = rows[i].multicast;
		assert_int_equal(forward_decide(&g, LAN, &f, FDB_NONE).why,
		    rows[i].why);
	}
}

static void
what_is_for_us_goes_no_further(void **state)
{
	struct forward_group g = site();
	struct ethframe f = frame(ETHFRAME_UNICAST, ETHFRAME_IPV4);
	struct forward_verdict v;

	(void)state;
	f.dst = SHARED;
	v = forward_decide(&g, LAN, &f, FDB_NONE);
	assert_true(v.up);
	assert_int_equal(v.to, 0);
	f = frame(ETHFRAME_BROADCAST, ETHFRAME_ARP);
	v = forward_decide(&g, LAN, &f, FDB_NONE);
	assert_true(v.up);
	assert_int_not_equal(v.to, 0);
}

static void
loops_standbys_and_the_deaf_teach_nothing(void **state)
{
	struct forward_group g = site();
	struct ethframe f = frame(ETHFRAME_BROADCAST, ETHFRAME_ARP);
	struct forward_verdict v;

	(void)state;
	f.src = OWN;
	v = forward_decide(&g, EIP, &f, FDB_NONE);
	assert_int_equal(v.why, FORWARD_LOOP);
	assert_false(forward_teaches(&v));
	assert_false(v.up);
	f = frame(ETHFRAME_BROADCAST, ETHFRAME_ARP);
	g.deaf = 1 << EIP;
	v = forward_decide(&g, EIP, &f, FDB_NONE);
	assert_int_equal(v.why, FORWARD_DEAF);
	assert_false(forward_teaches(&v));
	g.silent = true;
	v = forward_decide(&g, LAN, &f, FDB_NONE);
	assert_int_equal(v.why, FORWARD_STANDBY);
	assert_false(forward_teaches(&v));
}

static void
translucent_groups_look_for_the_turned_address(void **state)
{
	struct forward_group g = site();
	struct ethframe f = frame(ETHFRAME_UNICAST, ETHFRAME_IPV4);

	(void)state;
	assert_int_equal(forward_sought(&g, &f), f.dst);
	g.mode = FORWARD_TRANSLUCENT;
	assert_int_equal(forward_sought(&g, &f), f.dst ^ MACADDR_LOCAL);
	f = frame(ETHFRAME_BROADCAST, ETHFRAME_ARP);
	assert_int_equal(forward_sought(&g, &f), MACADDR_BROADCAST);
}

/* Whatever comes: never back, never to who is down or mute, never out when it says that it
 * does not go. */
static void
no_frame_goes_where_it_must_not(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 4);
	for (int i = 0; i < 200000; i++) {
		struct forward_group g = site();
		struct ethframe f = frame(
		    (enum ethframe_aim)rand_below(&r, 4),
		    rand_below(&r, 2) ? ETHFRAME_IPV4 : 0x88b5);
		unsigned from = rand_below(&r, 4), at = rand_below(&r, 5);
		struct forward_verdict v;

		g.members = rand_below(&r, 16);
		g.mute = rand_below(&r, 16);
		g.bridge_traffic = rand_below(&r, 2);
		g.bridge_multicast = rand_below(&r, 2);
		v = forward_decide(&g, from, &f, at < 4 ? at : FDB_NONE);
		assert_int_equal(v.to & UINT64_C(1) << from, 0);
		assert_int_equal(v.to & ~g.members, 0);
		assert_int_equal(v.to & g.mute, 0);
		assert_int_equal(v.why == FORWARD_GOES, v.to != 0);
		if (from >= EIP)
			assert_int_equal(v.to & g.tunnels, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_station_gets_it_alone),
		cmocka_unit_test(an_unknown_one_is_looked_for_everywhere_else),
		cmocka_unit_test(nothing_passes_from_tunnel_to_tunnel),
		cmocka_unit_test(what_may_cross_is_asked_first),
		cmocka_unit_test(what_is_for_us_goes_no_further),
		cmocka_unit_test(loops_standbys_and_the_deaf_teach_nothing),
		cmocka_unit_test(translucent_groups_look_for_the_turned_address),
		cmocka_unit_test(no_frame_goes_where_it_must_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
