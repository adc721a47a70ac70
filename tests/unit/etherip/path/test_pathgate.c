/* tests/unit/etherip/path/test_pathgate.c - verdicts on frames as the threads make them, by rules
 * as a plan makes them. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/pathgate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "etherip/bridge/tracering.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/path/grouprule.h"
#include "etherip/path/holdqueue.h"
#include "etherip/path/pathcount.h"
#include "etherip/path/pathnote.h"
#include "etherip/path/pathrule.h"
#include "etherip/path/pathtunnel.h"

#define LAN	UINT64_C(1)
#define A	UINT64_C(0x020000000001)
#define B	UINT64_C(0x020000000002)
#define OWN	UINT64_C(0x0200000000aa)
#define SHARED	UINT64_C(0x0200000000bb)

static struct vgroup_plan plan;
static struct pathtunnel one, two;
static struct pathtunnel *tunnels[FDB_MEMBERS_MAX];
static struct holdqueue held;
static struct grouprule group;
static struct pathrule *rule;
static struct pathcount count;
static struct pathnotes *notes;
static struct pathgate gate;
static uint8_t octets[PATHNOTE_OCTETS_MAX];

/* A new rule, of what was changed. */
static void
renew(void)
{
	free(rule);
	rule = grouprule_make(&group, &one);
	pathgate_begin(&gate, rule, 5 * CLOCK_S);
}

static int
set_up(void **state)
{
	(void)state;
	plan = (struct vgroup_plan){ .mode = FORWARD_TRANSPARENT,
	    .bridge_multicast = true, .unknown_flood = true,
	    .fdb = { 64, 300 } };
	one = (struct pathtunnel){ .member = 1, .wan = 10, .up = true,
	    .way = 1464 };
	two = (struct pathtunnel){ .member = 2, .wan = 11, .up = true };
	tunnels[1] = &one;
	tunnels[2] = &two;
	holdqueue_init(&held);
	group = (struct grouprule){ .plan = &plan, .fdb = fdb_new(&plan.fdb),
	    .own = OWN, .held = &held, .tunnel = tunnels };
	memset(&count, 0, sizeof(count));
	notes = pathnote_new();
	pathgate_init(&gate, notes, &count);
	renew();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(rule);
	rule = NULL;
	fdb_free(&group.fdb);
	pathnote_free(&notes);
	holdqueue_fini(&held);
	return 0;
}

static struct ethframe
frame(uint64_t dst, uint64_t src, uint16_t type)
{
	uint8_t p[64] = { 0 };
	struct ethframe f;

	macaddr_put(p, dst);
	macaddr_put(p + 6, src);
	p[12] = (uint8_t)(type >> 8);
	p[13] = (uint8_t)type;
	assert_true(ethframe_read(&f, p, sizeof(p)));
	return f;
}

static enum pathdrop
outward(uint64_t dst, uint64_t src)
{
	struct ethframe f = frame(dst, src, ETHFRAME_IPV4);

	return pathgate_outward(&gate, &f, 64);
}

static enum pathdrop
inward(uint64_t dst, uint64_t src, uint64_t *to)
{
	struct ethframe f = frame(dst, src, ETHFRAME_IPV4);

	return pathgate_inward(&gate, &f, 64, to);
}

static void
expect_note(enum pathnote_kind kind, uint64_t mac, unsigned member,
    unsigned was)
{
	struct pathnote n;

	assert_true(pathnote_take(notes, &n, octets));
	assert_int_equal(n.kind, kind);
	assert_int_equal(n.key.mac, mac);
	assert_int_equal(n.member, member);
	assert_int_equal(n.was, was);
}

/* Who is seen is known, and told of once; who is seen elsewhere has moved. */
static void
stations_are_learned_and_told_of(void **state)
{
	struct pathnote n;
	uint64_t to;

	(void)state;
	assert_int_equal(outward(MACADDR_BROADCAST, A), PATHDROP_NONE);
	expect_note(PATHNOTE_NEW, A, 0, FDB_NONE);
	assert_int_equal(outward(MACADDR_BROADCAST, A), PATHDROP_NONE);
	assert_false(pathnote_take(notes, &n, octets));
	assert_int_equal(inward(A, B, &to), PATHDROP_NONE);
	assert_int_equal(to, LAN);
	expect_note(PATHNOTE_NEW, B, 1, FDB_NONE);
	assert_int_equal(inward(MACADDR_BROADCAST, A, &to), PATHDROP_NONE);
	expect_note(PATHNOTE_MOVED, A, 1, 0);
	assert_int_equal(inward(A, B, &to), PATHDROP_SAME);
	assert_int_equal(outward(A, UINT64_C(0x020000000003)), PATHDROP_NONE);
}

/* Of a bridge that floods each tunnel gets a copy; one of them is right. */
static void
a_copy_for_another_tunnel_stops(void **state)
{
	const struct fdb_key k = { B, 0 };

	(void)state;
	assert_true(fdb_put(group.fdb, &k, 2, 0, 5));
	assert_int_equal(outward(B, A), PATHDROP_ELSEWHERE);
	two.up = false;
	renew();
	assert_int_equal(outward(B, A), PATHDROP_NOWHERE);
	two.up = true;
	assert_true(fdb_put(group.fdb, &k, 1, 0, 5));
	renew();
	assert_int_equal(outward(B, A), PATHDROP_NONE);
	one.up = false;
	renew();
	assert_int_equal(outward(MACADDR_BROADCAST, A), PATHDROP_NOWHERE);
}

/* This system's own frames cross; from the WAN they would be a loop. None of ours is learned. */
static void
our_own_address_is_nobody_elses(void **state)
{
	struct fdb_station s;
	uint64_t to;

	(void)state;
	plan.masquerade = SHARED;
	renew();
	assert_int_equal(outward(MACADDR_BROADCAST, OWN), PATHDROP_NONE);
	assert_int_equal(outward(B, SHARED), PATHDROP_NONE);
	assert_int_equal(inward(MACADDR_BROADCAST, OWN, &to), PATHDROP_LOOP);
	assert_int_equal(inward(MACADDR_BROADCAST, SHARED, &to), PATHDROP_LOOP);
	assert_false(fdb_get(group.fdb, &(struct fdb_key){ OWN, 0 }, 6, &s));
	assert_false(fdb_get(group.fdb, &(struct fdb_key){ SHARED, 0 }, 6, &s));
	assert_int_equal(inward(OWN, B, &to), PATHDROP_NONE);
	assert_int_equal(to, LAN);
}

/* Between tunnels nothing passes, unless it may; then floods are held to their rates there, and
 * reach the LAN all the same. */
static void
floods_are_limited_toward_tunnels(void **state)
{
	uint64_t to;

	(void)state;
	plan.storm[STORM_BROADCAST].frames_s = 1;
	renew();
	assert_int_equal(outward(MACADDR_BROADCAST, A), PATHDROP_NONE);
	assert_int_equal(outward(MACADDR_BROADCAST, A),
	    PATHDROP_STORM_BROADCAST);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(inward(MACADDR_BROADCAST, B, &to),
		    PATHDROP_NONE);
		assert_int_equal(to, LAN);
	}
	plan.tunnel_to_tunnel = true;
	plan.storm[STORM_BROADCAST].frames_s = 2;
	renew();
	assert_int_equal(inward(MACADDR_BROADCAST, B, &to), PATHDROP_NONE);
	assert_int_equal(to, LAN | 4);
	assert_int_equal(inward(MACADDR_BROADCAST, B, &to), PATHDROP_NONE);
	assert_int_equal(to, LAN);
	plan.unknown_flood = false;
	renew();
	assert_int_equal(outward(UINT64_C(0x020000000009), A), PATHDROP_UNKNOWN);
}

/* Rates that stay the same are not given anew with each rule. */
static void
a_new_rule_does_not_fill_buckets(void **state)
{
	(void)state;
	plan.storm[STORM_BROADCAST].frames_s = 1;
	renew();
	assert_int_equal(outward(MACADDR_BROADCAST, A), PATHDROP_NONE);
	renew();
	assert_int_equal(outward(MACADDR_BROADCAST, A),
	    PATHDROP_STORM_BROADCAST);
}

/* Frames for a station that is held are the loop's, and theirs alone. */
static void
frames_for_held_stations_wait(void **state)
{
	struct ethframe f = frame(B, A, ETHFRAME_IPV4);
	struct pathnote n;

	(void)state;
	assert_false(pathgate_hold(&gate, &f, 0, octets, 64));
	assert_true(holdqueue_start(&held, &(struct fdb_key){ B, 0 }));
	renew();
	assert_true(pathgate_hold(&gate, &f, 0, octets, 64));
	assert_true(pathnote_take(notes, &n, octets));
	assert_int_equal(n.kind, PATHNOTE_HELD);
	assert_int_equal(n.len, 64);
	f = frame(A, B, ETHFRAME_IPV4);
	assert_false(pathgate_hold(&gate, &f, 1, octets, 64));
	f = frame(B, A, ETHFRAME_IPV4);
	assert_true(pathgate_hold(&gate, &f, 0, octets,
	    PATHNOTE_OCTETS_MAX + 1));
	assert_int_equal(pathcount_get(&count.drop[PATHDROP_HELD]), 1);
}

/* RFC 1191: the smaller of what is planned and what the way takes, if that is to count. */
static void
sizes_follow_plan_and_way(void **state)
{
	(void)state;
	one.plan.mss = VGROUP_MSS_AUTO;
	renew();
	assert_int_equal(rule->mtu, 1464);
	assert_int_equal(rule->clamp, 1464);
	assert_int_equal(rule->cut_at, 0);
	one.plan.mtu = 1400;		/* the way would take more */
	renew();
	assert_int_equal(rule->cut_at, 1436);
	one.plan.mtu = 1500;
	renew();
	assert_int_equal(rule->mtu, 1500);
	assert_int_equal(rule->cut_at, 0);
	one.plan.use_pmtu = true;
	renew();
	assert_int_equal(rule->mtu, 1464);
	one.plan.mss = 1300;
	renew();
	assert_int_equal(rule->clamp, 1340);
	one.plan.mss = VGROUP_MSS_OFF;
	renew();
	assert_int_equal(rule->clamp, 0);
	one.plan.mss = VGROUP_MSS_AUTO;
	one.way = 0;
	one.plan.mtu = 0;
	renew();
	assert_int_equal(rule->mtu, 0);
	assert_int_equal(rule->clamp, 0);
}

/* One way only: the modes inbound and outbound of a tunnel. */
static void
modes_close_one_direction(void **state)
{
	uint64_t to;

	(void)state;
	one.plan.way = VGROUP_INBOUND;
	renew();
	assert_int_equal(outward(MACADDR_BROADCAST, A), PATHDROP_NOWHERE);
	assert_int_equal(inward(MACADDR_BROADCAST, B, &to), PATHDROP_NONE);
	one.plan.way = VGROUP_OUTBOUND;
	renew();
	assert_int_equal(outward(MACADDR_BROADCAST, A), PATHDROP_NONE);
	assert_int_equal(inward(MACADDR_BROADCAST, B, &to), PATHDROP_DIRECTION);
	group.silent = true;
	renew();
	assert_int_equal(outward(MACADDR_BROADCAST, A), PATHDROP_STANDBY);
	plan.bridge_in_standby = true;
	renew();
	assert_int_equal(outward(MACADDR_BROADCAST, A), PATHDROP_NONE);
}

static struct tracering_record noted[4];
static unsigned noted_count;

static void
on_record(void *arg, const struct tracering_record *r)
{
	(void)arg;
	assert_true(noted_count < 4);
	noted[noted_count++] = *r;
}

/* In a translucent group a station has another address on each side. */
static void
traces_say_what_became_of_frames(void **state)
{
	struct ethframe f = frame(B ^ MACADDR_LOCAL, A, ETHFRAME_IPV4);
	uint64_t to;

	(void)state;
	group.trace = tracering_new();
	tracering_watch(group.trace, &(struct fdb_key){ B, 0 });
	plan.mode = FORWARD_TRANSLUCENT;
	renew();
	pathgate_sent(&gate, &f, 64, PATHDROP_OVERSIZE);
	pathgate_sent(&gate, &f, 60, PATHDROP_NONE);
	assert_int_equal(inward(A ^ MACADDR_LOCAL, B, &to), PATHDROP_NONE);
	assert_int_equal(inward(A, A + 9, &to), PATHDROP_NONE);
	(void)tracering_each(group.trace, on_record, NULL);
	assert_int_equal(noted_count, 3);
	assert_int_equal(noted[0].why, PATHDROP_OVERSIZE);
	assert_int_equal(noted[0].to, 0);
	assert_int_equal(noted[1].why, PATHDROP_NONE);
	assert_int_equal(noted[1].to, 1 << 1);
	assert_int_equal(noted[1].from, VGROUP_LAN);
	assert_int_equal(noted[2].from, 1);
	assert_int_equal(noted[2].to, LAN);
	tracering_free(&group.trace);
}

/* The loop has not been heard of for too long: nothing crosses, nothing is learned, whoever
 * judges; and all does again when it is. */
static void
without_a_loop_nothing_crosses(void **state)
{
	struct ethframe f = frame(MACADDR_BROADCAST, A, ETHFRAME_IPV4);
	const struct opaque_frame x = { .from = VGROUP_LAN, .head = &f,
	    .octets = octets, .len = 64 };
	struct pathgate_answer answer;
	mono_ns until = 5 * CLOCK_S;
	struct pathnote n;
	uint64_t to;

	(void)state;
	group.until = &until;
	for (int judged = 0; judged < 2; judged++) {
		group.judged = judged;
		until = 5 * CLOCK_S;
		renew();
		assert_int_equal(outward(MACADDR_BROADCAST, A),
		    PATHDROP_UNATTENDED);
		assert_int_equal(inward(MACADDR_BROADCAST, B, &to),
		    PATHDROP_UNATTENDED);
		assert_int_equal(pathgate_opaque(&gate, &x, &to, &answer),
		    PATHDROP_UNATTENDED);
		assert_false(pathnote_take(notes, &n, octets));
		/* Of a batch that has begun it is too late. */
		until++;
		assert_int_equal(outward(MACADDR_BROADCAST, A),
		    PATHDROP_UNATTENDED);
		pathgate_begin(&gate, rule, 5 * CLOCK_S);
		assert_int_equal(outward(MACADDR_BROADCAST, A), PATHDROP_NONE);
		assert_int_equal(inward(MACADDR_BROADCAST, B, &to),
		    PATHDROP_NONE);
		while (pathnote_take(notes, &n, octets))
			continue;
	}
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(stations_are_learned_and_told_of),
		TEST(a_copy_for_another_tunnel_stops),
		TEST(our_own_address_is_nobody_elses),
		TEST(floods_are_limited_toward_tunnels),
		TEST(a_new_rule_does_not_fill_buckets),
		TEST(frames_for_held_stations_wait),
		TEST(sizes_follow_plan_and_way),
		TEST(modes_close_one_direction),
		TEST(traces_say_what_became_of_frames),
		TEST(without_a_loop_nothing_crosses),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
