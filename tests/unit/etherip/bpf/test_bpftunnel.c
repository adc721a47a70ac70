/* tests/unit/etherip/bpf/test_bpftunnel.c - what a plan becomes in the maps.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpftunnel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/addr.h"

static struct bpftunnel tunnel;
static struct bpftunnel_group group;
static struct bpfkey_tunnel out;
static struct bpfkey_peer peer;

static void
ends(const char *local, const char *remote)
{
	assert_int_equal(addr_parse(local, &tunnel.plan.local), 0);
	assert_int_equal(addr_parse(remote, &tunnel.plan.remote), 0);
	bpftunnel_pair(&tunnel.pair, &tunnel.plan.local, &tunnel.plan.remote);
}

static int
set_up(void **state)
{
	(void)state;
	group = (struct bpftunnel_group){ .number = 5 };
	tunnel = (struct bpftunnel){ .slot = 9, .plan = { .up = true,
	    .tos = -1 }, .way = { .ifindex = 4, .mtu = 1500, .known = true } };
	ends("192.0.2.1", "198.51.100.2");
	return 0;
}

static void
format(void)
{
	bpftunnel_format(&tunnel, &group, &out, &peer);
}

/* Heads of 22 octets before a frame over IPv4, of 42 over IPv6; 14 of the frame's own. */
static void
what_fits_follows_from_the_way(void **state)
{
	(void)state;
	format();
	assert_int_equal(out.frame_max, 1478);
	assert_int_equal(out.mtu, 1464);
	ends("2001:db8::1", "2001:db8::2");
	format();
	assert_int_equal(out.family, 6);
	assert_int_equal(out.frame_max, 1458);
	assert_int_equal(out.mtu, 1444);
	tunnel.plan.mtu = 1300;
	format();
	assert_int_equal(out.mtu, 1300);
	tunnel.way.mtu = 0;		/* there is no way */
	format();
	assert_int_equal(out.frame_max, 0);
	tunnel.way.mtu = 65536 + 1500;
	format();
	assert_int_equal(out.frame_max, 65535 - 42);
}

static void
segments_fit_the_smaller_of_plan_and_way(void **state)
{
	(void)state;
	format();
	assert_int_equal(out.mss, 0);
	tunnel.plan.mss_auto = true;
	format();
	assert_int_equal(out.mss, 1424);
	tunnel.plan.mtu = 1400;
	format();
	assert_int_equal(out.mss, 1360);
	tunnel.plan.mtu = 9000;
	format();
	assert_int_equal(out.mss, 1424);
	tunnel.plan.mss = 1200;
	format();
	assert_int_equal(out.mss, 1200);
}

static void
a_standby_or_a_peer_that_is_gone_passes_nothing(void **state)
{
	(void)state;
	format();
	assert_true(out.flags & BPFKEY_PASSES);
	assert_true(peer.flags & BPFKEY_PASSES);
	tunnel.plan.up = false;
	format();
	assert_false(peer.flags & BPFKEY_PASSES);
	tunnel.plan.up = true;
	group.flags |= BPFKEY_STANDS_BY;
	format();
	assert_false(out.flags & BPFKEY_PASSES);
}

static void
every_word_of_a_plan_has_its_flag(void **state)
{
	struct bpftier_plan p = { .mode = FORWARD_TRANSLUCENT,
	    .bridge_traffic = true, .bridge_multicast = true,
	    .unknown_flood = true, .silent = true, .ageing_s = 77, .own = 2 };

	(void)state;
	p.storm[STORM_UNKNOWN].octets_s = 12;
	bpftunnel_take_group(&group, &p);
	group.holds = true;
	tunnel.plan.deaf = tunnel.plan.mute = tunnel.plan.use_pmtu = true;
	tunnel.plan.accept_reversed = true;
	format();
	assert_int_equal(out.flags, BPFKEY_STANDS_BY | BPFKEY_DEAF |
	    BPFKEY_MUTE | BPFKEY_ANY_TYPE | BPFKEY_MULTICAST | BPFKEY_UNKNOWN |
	    BPFKEY_TRANSLUCENT | BPFKEY_REVERSED | BPFKEY_DF | BPFKEY_TOS |
	    BPFKEY_HOP | BPFKEY_HOLDS);
	assert_int_equal(out.ageing_s, 77);
	assert_int_equal(out.storm[STORM_UNKNOWN][1], 12);
	assert_int_equal(out.own[5], 2);
	/* Frames leap to a device alone. */
	tunnel.leaps = true;
	tunnel.lan_max = 1400;
	format();
	assert_false(out.flags & BPFKEY_LEAPS);
	group.lan = 9;
	format();
	assert_true(out.flags & BPFKEY_LEAPS);
	assert_int_equal(out.lan_max, 1400);
	tunnel.way.known = false;
	tunnel.plan.tos = 0;
	format();
	assert_int_equal(out.flags & (BPFKEY_HOP | BPFKEY_TOS), 0);
}

/* What comes by another device is left to the slow path, which drops and counts it. */
static void
peers_come_by_the_device_of_the_way(void **state)
{
	(void)state;
	format();
	assert_int_equal(peer.wan, 0);
	tunnel.plan.check_interface = true;
	format();
	assert_int_equal(peer.wan, 4);
	assert_true(peer.flags & BPFKEY_PASSES);
	tunnel.way = (struct bpfway){ 0 };
	format();
	assert_false(peer.flags & BPFKEY_PASSES);
	assert_true(out.flags & BPFKEY_PASSES);
}

/* So that maps are written when something differs, and then only. */
static void
the_same_is_octet_for_octet_the_same(void **state)
{
	struct bpfkey_tunnel was;

	(void)state;
	memset(&out, 0xaa, sizeof(out));
	format();
	was = out;
	memset(&out, 0x55, sizeof(out));
	format();
	assert_memory_equal(&was, &out, sizeof(out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_fits_follows_from_the_way, set_up),
		cmocka_unit_test_setup(
		    segments_fit_the_smaller_of_plan_and_way, set_up),
		cmocka_unit_test_setup(
		    a_standby_or_a_peer_that_is_gone_passes_nothing, set_up),
		cmocka_unit_test_setup(every_word_of_a_plan_has_its_flag,
		    set_up),
		cmocka_unit_test_setup(peers_come_by_the_device_of_the_way,
		    set_up),
		cmocka_unit_test_setup(the_same_is_octet_for_octet_the_same,
		    set_up),
	};

	return cmocka_run_group_tests_name("bpftunnel", tests, NULL, NULL);
}
