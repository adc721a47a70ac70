/* tests/unit/gtmd/serve/test_resolvers.c - who asked lately, from samples.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "gtmd/serve/resolvers.h"

static void
note(struct resolvers *r, const char *from, unsigned stands)
{
	struct sockaddr_storage ss;
	struct addr a;

	assert_int_equal(addr_parse(from, &a), 0);
	(void)addr_to_sockaddr(&a, 53, &ss);
	resolvers_note(r, (const struct sockaddr *)&ss, stands);
}

static void
expect(const struct resolvers_net *n, const char *net, uint64_t queries)
{
	char text[ADDR_TEXT_MAX];

	assert_string_equal(addr_format_prefix(&n->net, text), net);
	assert_int_equal(n->queries, queries);
}

static void
networks_of_all_threads_come_together_most_queries_first(void **state)
{
	struct resolvers *a = resolvers_open(), *b = resolvers_open();
	struct resolvers_net net[4];
	struct resolvers_sum sum;

	(void)state;
	note(a, "192.0.2.1", 3);
	note(b, "192.0.2.77", 4);
	note(a, "2001:db8:1:2ff::1", 64);
	note(b, "2001:db8:1:201::9", 1);
	note(a, "255.255.255.255", 1);
	note(a, "::ffff:198.51.100.9", 5);
	assert_int_equal(resolvers_read(net, 4, &sum), 4);
	assert_int_equal(sum.samples, 6);
	assert_int_equal(sum.networks, 4);
	assert_int_equal(sum.queries, 78);
	expect(&net[0], "2001:db8:1:200::/56", 65);
	expect(&net[1], "192.0.2.0/24", 7);
	expect(&net[2], "198.51.100.0/24", 5);
	expect(&net[3], "255.255.255.0/24", 1);
	assert_int_equal(resolvers_read(net, 1, &sum), 1);
	resolvers_close(&a);
	resolvers_close(&b);
	assert_int_equal(resolvers_read(net, 4, &sum), 0);
}

static void
the_newest_take_the_place_of_the_oldest(void **state)
{
	struct resolvers *r = resolvers_open();
	struct resolvers_net net[4];
	struct resolvers_sum sum;

	(void)state;
	note(r, "192.0.2.1", 1);
	for (unsigned i = 0; i < RESOLVERS_RING; i++)
		note(r, "198.51.100.1", 1);
	assert_int_equal(resolvers_read(net, 4, &sum), 1);
	expect(&net[0], "198.51.100.0/24", RESOLVERS_RING);
	resolvers_close(&r);
}

/* A fixed place of the batch would miss who always comes behind others. */
static void
each_place_of_a_batch_is_picked_as_often(void **state)
{
	struct resolvers r = { .at = 0 };
	unsigned n[5] = { 0 };

	(void)state;
	for (; r.at < 5000; r.at++) {
		unsigned i = resolvers_pick(&r, 5);

		assert_true(i < 5);
		n[i]++;
	}
	for (unsigned i = 0; i < 5; i++)
		assert_in_range(n[i], 990, 1010);
	assert_int_equal(resolvers_pick(&r, 1), 0);
}

static void
other_families_are_passed_over(void **state)
{
	struct resolvers *r = resolvers_open();
	struct sockaddr_storage ss = { .ss_family = AF_UNIX };
	struct resolvers_sum sum;

	(void)state;
	resolvers_note(r, (const struct sockaddr *)&ss, 1);
	assert_int_equal(resolvers_read(NULL, 0, &sum), 0);
	assert_int_equal(sum.samples, 0);
	resolvers_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    networks_of_all_threads_come_together_most_queries_first),
		cmocka_unit_test(the_newest_take_the_place_of_the_oldest),
		cmocka_unit_test(each_place_of_a_batch_is_picked_as_often),
		cmocka_unit_test(other_families_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
