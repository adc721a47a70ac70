/* tests/unit/core/io/test_routemsg.c - octet by octet what the kernel is told, and
 * answers of it that are cut short or lie.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/routemsg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

/* The value of an attribute behind a fixed part of so many octets; *len of it. */
static const uint8_t *
attribute(const struct routemsg *m, size_t fixed, unsigned type, size_t *len)
{
	size_t at = NLMSG_SPACE(fixed);

	while (at < m->head.nlmsg_len) {
		struct rtattr a;

		memcpy(&a, m->octets + at, sizeof(a));
		assert_true(a.rta_len >= sizeof(a));
		assert_true(at + a.rta_len <= m->head.nlmsg_len);
		*len = a.rta_len - RTA_LENGTH(0);
		if (a.rta_type == type)
			return m->octets + at + RTA_LENGTH(0);
		at += RTA_ALIGN(a.rta_len);
	}
	*len = 0;
	return NULL;
}

static void
expect_u32(const struct routemsg *m, size_t fixed, unsigned type,
    uint32_t want)
{
	size_t len;
	const uint8_t *v = attribute(m, fixed, type, &len);
	uint32_t have = 0;

	if (v == NULL || len != sizeof(have))
		fail_msg("attribute %u: %zu octets", type, len);
	memcpy(&have, v, sizeof(have));
	assert_int_equal(have, want);
}

static void
expect_none(const struct routemsg *m, size_t fixed, unsigned type)
{
	size_t len;

	assert_null(attribute(m, fixed, type, &len));
}

static void
expect_head(const struct routemsg *m, unsigned type, unsigned flags)
{
	assert_int_equal(m->head.nlmsg_type, type);
	assert_int_equal(m->head.nlmsg_flags, NLM_F_REQUEST | flags);
	assert_true(m->head.nlmsg_len <= ROUTEMSG_MAX);
}

static void
a_rule_says_whom_it_is_for_and_whose_it_is(void **state)
{
	const struct routemsg_rule r = { .family = AF_INET6, .priority = 541,
	    .mark = 0x67000003, .mask = 0xffffffff, .action = ROUTEMSG_TABLE,
	    .to = 0x67000003 };
	struct fib_rule_hdr h;
	struct routemsg m;
	size_t len;

	(void)state;
	routemsg_add_rule(&m, &r);
	expect_head(&m, RTM_NEWRULE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	memcpy(&h, m.octets + NLMSG_HDRLEN, sizeof(h));
	assert_int_equal(h.family, AF_INET6);
	assert_int_equal(h.action, FR_ACT_TO_TBL);
	assert_int_equal(h.flags, 0);
	assert_int_equal(h.dst_len, 0);
	assert_int_equal(h.src_len, 0);
	expect_u32(&m, sizeof(h), FRA_PRIORITY, 541);
	expect_u32(&m, sizeof(h), FRA_FWMARK, 0x67000003);
	expect_u32(&m, sizeof(h), FRA_FWMASK, 0xffffffff);
	expect_u32(&m, sizeof(h), FRA_TABLE, 0x67000003);
	expect_none(&m, sizeof(h), FRA_GOTO);
	assert_int_equal(*attribute(&m, sizeof(h), FRA_PROTOCOL, &len),
	    ROUTEMSG_PROTOCOL);
	assert_int_equal(len, 1);
}

static void
each_action_is_the_kernels(void **state)
{
	static const struct { enum routemsg_action a; uint8_t want; } row[] = {
		{ ROUTEMSG_GOTO, FR_ACT_GOTO },
		{ ROUTEMSG_NOTHING, FR_ACT_NOP },
		{ ROUTEMSG_UNREACHABLE, FR_ACT_UNREACHABLE },
	};
	struct fib_rule_hdr h;
	struct routemsg m;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct routemsg_rule r = { .family = AF_INET,
		    .priority = 540, .others = i == 0, .mark = 1,
		    .mask = i == 0 ? 0xffff0000 : 0, .action = row[i].a,
		    .to = 543 };

		routemsg_add_rule(&m, &r);
		memcpy(&h, m.octets + NLMSG_HDRLEN, sizeof(h));
		assert_int_equal(h.action, row[i].want);
		assert_int_equal(h.flags, i == 0 ? FIB_RULE_INVERT : 0);
		expect_none(&m, sizeof(h), FRA_TABLE);
		if (i == 0)
			expect_u32(&m, sizeof(h), FRA_GOTO, 543);
		else	/* no mask: for all packets */
			expect_none(&m, sizeof(h), FRA_FWMARK);
	}
}

/* A removal that names no action must not name that of another. */
static void
a_removal_is_of_ours_alone(void **state)
{
	const struct routemsg_rule r = { .family = AF_INET, .priority = 540 };
	const struct routemsg_route t = { .family = AF_INET, .table = 7 };
	struct fib_rule_hdr h;
	struct rtmsg route;
	struct routemsg m;
	size_t len;

	(void)state;
	routemsg_remove_rule(&m, &r);
	expect_head(&m, RTM_DELRULE, NLM_F_ACK);
	memcpy(&h, m.octets + NLMSG_HDRLEN, sizeof(h));
	assert_int_equal(h.action, FR_ACT_UNSPEC);
	assert_int_equal(*attribute(&m, sizeof(h), FRA_PROTOCOL, &len),
	    ROUTEMSG_PROTOCOL);
	routemsg_remove_route(&m, &t);
	expect_head(&m, RTM_DELROUTE, NLM_F_ACK);
	memcpy(&route, m.octets + NLMSG_HDRLEN, sizeof(route));
	assert_int_equal(route.rtm_protocol, ROUTEMSG_PROTOCOL);
	assert_int_equal(route.rtm_dst_len, 0);
	assert_int_equal(route.rtm_scope, RT_SCOPE_NOWHERE);
	expect_u32(&m, sizeof(route), RTA_TABLE, 7);
	expect_none(&m, sizeof(route), RTA_GATEWAY);
}

static void
a_route_is_a_default_of_its_table(void **state)
{
	struct routemsg_route t = { .family = AF_INET6, .table = 0x67010002 };
	struct rtmsg route;
	struct routemsg m;
	const uint8_t *v;
	size_t len;

	(void)state;
	assert_int_equal(addr_parse("2001:db8::9", &t.gateway), 0);
	routemsg_add_route(&m, &t);
	expect_head(&m, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE |
	    NLM_F_REPLACE);
	memcpy(&route, m.octets + NLMSG_HDRLEN, sizeof(route));
	assert_int_equal(route.rtm_family, AF_INET6);
	assert_int_equal(route.rtm_dst_len, 0);
	assert_int_equal(route.rtm_table, RT_TABLE_UNSPEC);
	assert_int_equal(route.rtm_type, RTN_UNICAST);
	expect_u32(&m, sizeof(route), RTA_TABLE, 0x67010002);
	v = attribute(&m, sizeof(route), RTA_GATEWAY, &len);
	assert_int_equal(len, 16);
	assert_memory_equal(v, t.gateway.octets, 16);
}

/* Of all its packets the host itself is the end. */
static void
a_local_route_needs_no_gateway(void **state)
{
	const struct routemsg_route t = { .family = AF_INET, .table = 7,
	    .local = true };
	struct rtmsg route;
	struct routemsg m;

	(void)state;
	routemsg_add_route(&m, &t);
	memcpy(&route, m.octets + NLMSG_HDRLEN, sizeof(route));
	assert_int_equal(route.rtm_type, RTN_LOCAL);
	assert_int_equal(route.rtm_scope, RT_SCOPE_HOST);
	expect_u32(&m, sizeof(route), RTA_OIF, 1);
	expect_none(&m, sizeof(route), RTA_GATEWAY);
}

static void
a_question_names_address_and_mark(void **state)
{
	struct rtmsg route;
	struct routemsg m;
	struct addr to;
	const uint8_t *v;
	size_t len;

	(void)state;
	assert_int_equal(addr_parse("192.0.2.7", &to), 0);
	routemsg_ask_way(&m, &to, 0x67000001);
	expect_head(&m, RTM_GETROUTE, 0);
	memcpy(&route, m.octets + NLMSG_HDRLEN, sizeof(route));
	assert_int_equal(route.rtm_dst_len, 32);
	expect_u32(&m, sizeof(route), RTA_MARK, 0x67000001);
	v = attribute(&m, sizeof(route), RTA_DST, &len);
	assert_int_equal(len, 4);
	assert_memory_equal(v, to.octets, 4);
}

/* ---- answers ---- */

/* What the kernel answers has the form of what adds a route. */
static void
make_answer(struct routemsg *m, struct addr *gateway)
{
	struct routemsg_route t = { .family = AF_INET, .table = 254 };

	assert_int_equal(addr_parse("10.1.1.9", gateway), 0);
	t.gateway = *gateway;
	routemsg_add_route(m, &t);
}

static void
an_answer_tells_the_gateway(void **state)
{
	struct routemsg_way way;
	struct addr gateway;
	struct routemsg m;
	struct rtmsg route;

	(void)state;
	make_answer(&m, &gateway);
	assert_true(routemsg_read_way(&m.head, sizeof(m), &way));
	assert_true(addr_equal(&way.gateway, &gateway));
	assert_false(way.local);
	memcpy(&route, m.octets + NLMSG_HDRLEN, sizeof(route));
	route.rtm_type = RTN_LOCAL;
	memcpy(m.octets + NLMSG_HDRLEN, &route, sizeof(route));
	assert_true(routemsg_read_way(&m.head, sizeof(m), &way));
	assert_true(way.local);
	/* Straight there: no gateway. */
	m.head.nlmsg_len = NLMSG_LENGTH(sizeof(route));
	assert_true(routemsg_read_way(&m.head, sizeof(m), &way));
	assert_int_equal(way.gateway.family, 0);
}

static void
answers_that_cannot_be_are_refused(void **state)
{
	const size_t table = NLMSG_SPACE(sizeof(struct rtmsg)),
	    gateway = table + RTA_SPACE(4);
	struct routemsg_way way;
	struct routemsg m;
	struct addr a;

	(void)state;
	make_answer(&m, &a);
	/* Shorter than it says; another kind; an attribute over the end. */
	assert_false(routemsg_read_way(&m.head, m.head.nlmsg_len - 1, &way));
	m.head.nlmsg_type = RTM_NEWRULE;
	assert_false(routemsg_read_way(&m.head, sizeof(m), &way));
	for (uint16_t len = 0; len < 64; len++) {
		make_answer(&m, &a);
		memcpy(m.octets + gateway, &len, sizeof(len));
		assert_int_equal(routemsg_read_way(&m.head, sizeof(m), &way),
		    len == RTA_LENGTH(4));
		make_answer(&m, &a);
		memcpy(m.octets + table, &len, sizeof(len));
		if (len < sizeof(struct rtattr) || len > 16)
			assert_false(routemsg_read_way(&m.head, sizeof(m),
			    &way));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_says_whom_it_is_for_and_whose_it_is),
		cmocka_unit_test(each_action_is_the_kernels),
		cmocka_unit_test(a_removal_is_of_ours_alone),
		cmocka_unit_test(a_route_is_a_default_of_its_table),
		cmocka_unit_test(a_local_route_needs_no_gateway),
		cmocka_unit_test(a_question_names_address_and_mark),
		cmocka_unit_test(an_answer_tells_the_gateway),
		cmocka_unit_test(answers_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests_name("routemsg", tests, NULL, NULL);
}
