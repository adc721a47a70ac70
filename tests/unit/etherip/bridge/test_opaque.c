/* tests/unit/etherip/bridge/test_opaque.c - two stations that never see each other find each other
 * all the same, and what does not belong to the other side stays.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "etherip/bridge/opaque.h"
#include "etherip/bridge/snoop.h"
#include "etherip/frame/arpframe.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/frame/ndframe.h"

#define A	UINT64_C(0x0201d70000aa)	/* behind 0 */
#define B	UINT64_C(0x0201d70000bb)	/* behind 1 */
#define C	UINT64_C(0x0201d70000cc)	/* behind 0, too */
#define IP_A	UINT32_C(0x0a000001)
#define IP_B	UINT32_C(0x0a000002)
#define IP_C	UINT32_C(0x0a000003)

static struct opaque o;
static struct snoop *snoop;
static struct fdb *fdb;
static uint8_t octets[256], answer[OPAQUE_ANSWER_MAX];
static struct ethframe head;

static struct addr
ip(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static void
knows(uint64_t mac, const char *text, unsigned member)
{
	const struct snoop_fact f = { .ip = ip(text), .mac = mac,
	    .member = (uint8_t)member, .seen_s = 1 };
	const struct fdb_key k = { .mac = mac };

	(void)snoop_learn(snoop, &f, NULL);
	assert_true(fdb_put(fdb, &k, member, 0, 1));
}

static int
setup(void **state)
{
	(void)state;
	snoop = snoop_new(&(struct snoop_config){ 64, 300 });
	fdb = fdb_new(&(struct fdb_config){ 64, 300 });
	o = (struct opaque){ .snoop = snoop, .fdb = fdb,
	    .base = opaque_derive(0x0201d7660000, "/Common/vg") };
	knows(A, "10.0.0.1", 0);
	knows(B, "10.0.0.2", 1);
	knows(C, "10.0.0.3", 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	snoop_free(&snoop);
	fdb_free(&fdb);
	return 0;
}

static struct opaque_verdict
decide(unsigned from, size_t len)
{
	const struct opaque_frame x = { from, &head, octets, len, 1 };
	struct opaque_verdict v;

	assert_true(ethframe_read(&head, octets, len));
	v = opaque_decide(&o, &x, answer);
	assert_true(ethframe_read(&head, v.why == OPAQUE_ANSWERED ? answer :
	    octets, v.why == OPAQUE_ANSWERED ? v.answer_len : len));
	return v;
}

static size_t
arp_ask(uint64_t mac, uint32_t from, uint32_t target)
{
	const struct arpframe a = { .sender_mac = mac, .sender = from,
	    .target = target };

	return arpframe_ask(octets, &a, MACADDR_BROADCAST, 0);
}

/* A packet to an address, for a station. */
static size_t
packet(uint64_t src, uint64_t dst, uint32_t target)
{
	memset(octets, 0, sizeof(octets));
	macaddr_put(octets, dst);
	macaddr_put(octets + 6, src);
	octets[12] = 0x08;
	octets[14] = 0x45;
	for (int i = 0; i < 4; i++)
		octets[30 + i] = (uint8_t)(target >> (24 - 8 * i));
	return 60;
}

static void
our_addresses_are_local_and_of_one_group_and_unit(void **state)
{
	uint64_t base = opaque_derive(1, "/Common/vg");

	(void)state;
	assert_int_equal(base, opaque_derive(1, "/Common/vg"));
	assert_int_not_equal(base, opaque_derive(2, "/Common/vg"));
	assert_int_not_equal(base, opaque_derive(1, "/Common/vh"));
	assert_true((base & MACADDR_LOCAL) != 0);
	assert_true((base & MACADDR_GROUP) == 0);
	assert_int_not_equal(opaque_proxy(&o, 0), opaque_proxy(&o, 1));
	assert_true(opaque_is_proxy(&o, opaque_proxy(&o, 63)));
	assert_false(opaque_is_proxy(&o, A));
}

static void
who_is_known_is_answered_for(void **state)
{
	struct opaque_verdict v = decide(0, arp_ask(A, IP_A, IP_B));
	struct arpframe a;

	(void)state;
	assert_int_equal(v.why, OPAQUE_ANSWERED);
	assert_true(arpframe_read(&a, &head, answer, v.answer_len));
	assert_int_equal(head.dst, A);
	assert_int_equal(a.op, ARPFRAME_REPLY);
	assert_int_equal(a.sender, IP_B);
	assert_int_equal(a.sender_mac, opaque_proxy(&o, 1));
	/* The tunnels' side sees another one. */
	v = decide(1, arp_ask(B, IP_B, IP_A));
	assert_int_equal(v.why, OPAQUE_ANSWERED);
	assert_int_equal(head.src, opaque_proxy(&o, 0));
	assert_int_equal(decide(0, arp_ask(A, IP_A, IP_C)).why, OPAQUE_SAME);
}

static void
who_is_not_known_is_asked_for_and_the_answer_finds_back(void **state)
{
	struct arpframe q, a;
	uint8_t reply[ARPFRAME_MAX];
	struct opaque_verdict v = decide(0, arp_ask(A, IP_A, IP_B + 7));
	size_t len;

	(void)state;
	assert_int_equal(v.why, OPAQUE_PASSES);
	assert_int_equal(v.to, FDB_NONE);
	assert_true(arpframe_read(&q, &head, octets, 60));
	assert_int_equal(head.src, opaque_proxy(&o, 0));
	assert_int_equal(q.sender_mac, opaque_proxy(&o, 0));
	assert_int_equal(q.sender, IP_A);
	len = arpframe_answer(reply, &q, B + 7, 0);
	memcpy(octets, reply, len);
	v = decide(1, len);
	assert_int_equal(v.why, OPAQUE_PASSES);
	assert_int_equal(v.to, 0);
	assert_true(arpframe_read(&a, &head, octets, len));
	assert_int_equal(head.dst, A);
	assert_int_equal(head.src, opaque_proxy(&o, 1));
	assert_int_equal(a.sender_mac, opaque_proxy(&o, 1));
	assert_int_equal(a.target_mac, A);
	assert_int_equal(a.sender, IP_B + 7);
}

static void
packets_go_to_who_has_the_address(void **state)
{
	struct opaque_verdict v = decide(0, packet(A, opaque_proxy(&o, 1),
	    IP_B));

	(void)state;
	assert_int_equal(v.why, OPAQUE_PASSES);
	assert_int_equal(v.to, 1);
	assert_int_equal(head.dst, B);
	assert_int_equal(head.src, opaque_proxy(&o, 0));
	assert_int_equal(decide(0, packet(A, opaque_proxy(&o, 1),
	    IP_B + 9)).why, OPAQUE_UNKNOWN);
	assert_int_equal(decide(0, packet(A, C, IP_C)).why, OPAQUE_SAME);
	/* It has moved: where it is now counts, not where it told its address. */
	assert_true(fdb_put(fdb, &(struct fdb_key){ .mac = B }, 0, 0, 1));
	v = decide(0, packet(A, opaque_proxy(&o, 1), IP_B));
	assert_int_equal(v.why, OPAQUE_PASSES);
	assert_int_equal(v.to, 0);
	assert_int_equal(head.dst, B);
}

static void
what_is_for_no_station_goes_by_the_longest_route(void **state)
{
	struct opaque_verdict v;

	(void)state;
	assert_int_equal(addr_parse_prefix("0.0.0.0/0", &o.routes[0].to), 0);
	o.routes[0].via = ip("10.0.0.2");
	assert_int_equal(addr_parse_prefix("192.0.2.0/24", &o.routes[1].to),
	    0);
	o.routes[1].via = ip("10.0.0.3");
	o.route_count = 2;
	v = decide(0, packet(A, opaque_proxy(&o, 1), 0x08080808));
	assert_int_equal(v.to, 1);
	assert_int_equal(head.dst, B);
	v = decide(1, packet(B, opaque_proxy(&o, 0), 0xc0000205));
	assert_int_equal(v.to, 0);
	assert_int_equal(head.dst, C);
}

static void
news_crosses_as_ours(void **state)
{
	struct opaque_verdict v = decide(0, arpframe_announce(octets, A, IP_A,
	    0));
	struct arpframe a;

	(void)state;
	assert_int_equal(v.why, OPAQUE_PASSES);
	assert_true(arpframe_read(&a, &head, octets, 60));
	assert_int_equal(a.sender_mac, opaque_proxy(&o, 0));
	assert_int_equal(a.sender, IP_A);
	assert_int_equal(decide(0, arpframe_rarp(octets, A, 0)).why,
	    OPAQUE_NOT_IP);
}

/* One that has come over asks whether somebody has its address: nobody must say so for it. */
static void
nobody_answers_a_station_for_itself(void **state)
{
	(void)state;
	assert_int_equal(decide(0, arp_ask(B, 0, IP_B)).why, OPAQUE_PASSES);
}

static void
what_stays_stays(void **state)
{
	size_t len = packet(A, MACADDR_BROADCAST, 0xffffffff);

	(void)state;
	assert_int_equal(decide(0, len).why, OPAQUE_PASSES);
	assert_int_equal(head.src, opaque_proxy(&o, 0));
	assert_int_equal(decide(1, len).why, OPAQUE_LOOP);
	o.excludes[0] = ip("10.0.0.2");
	o.exclude_count = 1;
	assert_int_equal(decide(0, arp_ask(A, IP_A, IP_B)).why,
	    OPAQUE_EXCLUDED);
	(void)packet(A, B, IP_B);
	octets[12] = 0x88;
	octets[13] = 0xb5;
	assert_int_equal(decide(0, 60).why, OPAQUE_NOT_IP);
	(void)packet(A, opaque_proxy(&o, 1), IP_B);
	assert_int_equal(decide(0, 30).why, OPAQUE_MALFORMED);
	(void)arp_ask(A, IP_A, IP_B);
	assert_int_equal(decide(0, 40).why, OPAQUE_MALFORMED);
}

static void
neighbour_discovery_is_the_same(void **state)
{
	const struct ndframe ask = { .link = A, .source = ip("fe80::a"),
	    .target = ip("fe80::b") };
	struct ndframe q, n = { .link = B, .override = true };
	struct opaque_verdict v;
	uint8_t reply[NDFRAME_MAX];
	size_t len = ndframe_ask(octets, &ask, MACADDR_BROADCAST, 0);

	(void)state;
	knows(A, "fe80::a", 0);
	v = decide(0, len);
	assert_int_equal(v.why, OPAQUE_PASSES);
	assert_true(ndframe_read(&q, &head, octets, len));	/* sum is right */
	assert_int_equal(q.link, opaque_proxy(&o, 0));
	len = ndframe_answer(reply, &q, &n, 0);
	memcpy(octets, reply, len);
	v = decide(1, len);
	assert_int_equal(v.why, OPAQUE_PASSES);
	assert_int_equal(v.to, 0);
	assert_int_equal(head.dst, A);
	assert_true(ndframe_read(&q, &head, octets, len));
	assert_int_equal(q.kind, NDFRAME_TELL);
	assert_int_equal(q.link, opaque_proxy(&o, 1));
	knows(B, "fe80::b", 1);
	v = decide(0, ndframe_ask(octets, &ask, MACADDR_BROADCAST, 0));
	assert_int_equal(v.why, OPAQUE_ANSWERED);
	assert_true(ndframe_read(&q, &head, answer, v.answer_len));
	assert_int_equal(head.dst, A);
	assert_int_equal(q.link, opaque_proxy(&o, 1));
	assert_false(q.override);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(our_addresses_are_local_and_of_one_group_and_unit),
		RULE(who_is_known_is_answered_for),
		RULE(who_is_not_known_is_asked_for_and_the_answer_finds_back),
		RULE(packets_go_to_who_has_the_address),
		RULE(what_is_for_no_station_goes_by_the_longest_route),
		RULE(news_crosses_as_ours),
		RULE(nobody_answers_a_station_for_itself),
		RULE(what_stays_stays),
		RULE(neighbour_discovery_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
