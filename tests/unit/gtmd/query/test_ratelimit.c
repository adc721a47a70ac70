/* tests/unit/gtmd/query/test_ratelimit.c - who is limited, by how much, and who not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gtmd/query/ratelimit.h"

#define RULE	{ .rate = 10, .slip = 2, .ipv4_len = 24, .ipv6_len = 56 }

static struct addr
at(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

/* How many of count questions pass at that time. */
static int
passed(struct ratelimit *l, const struct ratelimit_rule *rule,
    const char *from, uint64_t kind, mono_ns now)
{
	struct addr a = at(from);
	int n = 0;

	for (int i = 0; i < 100; i++)
		n += ratelimit_ask(l, rule, &a, kind, now) == RATELIMIT_PASS;
	return n;
}

static void
a_network_gets_its_rate_and_no_more(void **state)
{
	struct ratelimit_rule rule = RULE;
	struct ratelimit *l = ratelimit_new();

	(void)state;
	assert_int_equal(passed(l, &rule, "192.0.2.1", 1, CLOCK_S), 10);
	assert_int_equal(passed(l, &rule, "192.0.2.200", 1, CLOCK_S), 0);
	assert_int_equal(passed(l, &rule, "192.0.3.1", 1, CLOCK_S), 10);
	assert_int_equal(passed(l, &rule, "192.0.2.1", 2, CLOCK_S), 10);
	/* half a second later half of it is there again, never more than all */
	assert_int_equal(passed(l, &rule, "192.0.2.1", 1, 3 * CLOCK_S / 2), 5);
	assert_int_equal(passed(l, &rule, "192.0.2.1", 1, 900 * CLOCK_S), 10);
	ratelimit_free(&l);
}

static void
networks_of_ipv6_have_their_own_length(void **state)
{
	struct ratelimit_rule rule = RULE;
	struct ratelimit *l = ratelimit_new();

	(void)state;
	assert_int_equal(passed(l, &rule, "2001:db8:0:01ff::1", 1, 0), 10);
	assert_int_equal(passed(l, &rule, "2001:db8:0:0100::1", 1, 0), 0);
	assert_int_equal(passed(l, &rule, "2001:db8:0:0200::1", 1, 0), 10);
	rule.ipv4_len = 20;
	assert_int_equal(passed(l, &rule, "192.0.47.1", 1, 0), 10);
	assert_int_equal(passed(l, &rule, "192.0.32.1", 1, 0), 0);
	assert_int_equal(passed(l, &rule, "192.0.48.1", 1, 0), 10);
	ratelimit_free(&l);
}

static void
every_slip_th_is_told_to_come_by_tcp(void **state)
{
	struct ratelimit_rule rule = RULE;
	struct ratelimit *l = ratelimit_new();
	struct addr a = at("192.0.2.1");

	(void)state;
	assert_int_equal(passed(l, &rule, "192.0.2.1", 1, 0), 10);
	rule.slip = 3;
	for (int i = 91; i < 200; i++)
		assert_int_equal(ratelimit_ask(l, &rule, &a, 1, 0),
		    i % 3 == 0 ? RATELIMIT_SLIP : RATELIMIT_DROP);
	rule.slip = 0;
	assert_int_equal(ratelimit_ask(l, &rule, &a, 1, 0), RATELIMIT_DROP);
	rule.slip = 1;
	assert_int_equal(ratelimit_ask(l, &rule, &a, 1, 0), RATELIMIT_SLIP);
	ratelimit_free(&l);
}

static void
some_are_never_limited(void **state)
{
	struct ratelimit_rule rule = RULE;
	struct ratelimit *l = ratelimit_new();
	struct addr nobody = { 0 };

	(void)state;
	assert_int_equal(passed(l, &rule, "127.9.9.9", 1, 0), 100);
	assert_int_equal(passed(l, &rule, "::1", 1, 0), 100);
	assert_int_equal(passed(l, &rule, "::2", 1, 0), 10);
	assert_int_equal(ratelimit_ask(l, &rule, &nobody, 1, 0),
	    RATELIMIT_PASS);
	assert_int_equal(addr_parse_prefix("198.51.100.0/24",
	    &rule.exempt[0]), 0);
	rule.exempt_count = 1;
	assert_int_equal(passed(l, &rule, "198.51.100.7", 1, 0), 100);
	assert_int_equal(passed(l, &rule, "198.51.101.7", 1, 0), 10);
	rule.rate = 0;
	assert_int_equal(passed(l, &rule, "198.51.102.7", 1, 0), 100);
	ratelimit_free(&l);
}

/* A flood from everywhere forgets, and does not fail. */
static void
many_networks_share_little_memory(void **state)
{
	struct ratelimit_rule rule = RULE;
	struct ratelimit *l = ratelimit_new();
	struct addr a = at("1.0.0.1");

	(void)state;
	for (uint32_t i = 0; i < 300000; i++) {
		a.octets[0] = (uint8_t)(1 + (i >> 16));
		a.octets[1] = (uint8_t)(i >> 8);
		a.octets[2] = (uint8_t)i;
		assert_int_equal(ratelimit_ask(l, &rule, &a, 1, i * 1000),
		    RATELIMIT_PASS);
	}
	ratelimit_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_gets_its_rate_and_no_more),
		cmocka_unit_test(networks_of_ipv6_have_their_own_length),
		cmocka_unit_test(every_slip_th_is_told_to_come_by_tcp),
		cmocka_unit_test(some_are_never_limited),
		cmocka_unit_test(many_networks_share_little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
