/* tests/unit/gtmd/topology/test_topology_sort.c - which record counts before which.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "gtmd/topology/topology_sort.h"

#define MAX	16

struct line {
	const char	*ldns, *server;
	uint32_t	 score, order;
};

/* The lines stand as they should come out; they go in back to front. */
static void
expect_order(const struct line *lines, size_t count, bool longest)
{
	static const char *const names[MAX] = { "a", "b", "c", "d", "e", "f",
	    "g", "h", "i", "j", "k", "l", "m", "n", "o", "p" };
	struct topology_record r[MAX] = { { .score = 0 } };

	assert_true(count <= MAX);
	for (size_t i = 0; i < count; i++) {
		struct topology_record *to = &r[count - 1 - i];

		assert_int_equal(topoterm_parse(&to->ldns, lines[i].ldns,
		    strlen(lines[i].ldns), NULL), 0);
		assert_int_equal(topoterm_parse(&to->server, lines[i].server,
		    strlen(lines[i].server), NULL), 0);
		to->score = lines[i].score;
		to->order = lines[i].order;
		to->name = names[i];
	}
	topology_sort(r, count, longest);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(r[i].name, names[i]) != 0)
			fail_msg("place %zu: line %s", i, r[i].name);
		topoterm_fini(&r[i].ldns);
		topoterm_fini(&r[i].server);
	}
}

static void
longest_match_goes_by_bucket_kind_and_score(void **state)
{
	static const struct line lines[] = {
		{ "subnet 10.1.0.0/16", "pool /Common/p", 1, 9 },
		{ "subnet 10.0.0.0/8", "subnet 192.0.2.0/24", 1, 8 },
		{ "subnet 10.0.0.0/8", "datacenter /Common/d", 9, 7 },
		{ "subnet 10.0.0.0/8", "pool /Common/p", 5, 7 },
		{ "subnet 10.0.0.0/8", "region /Common/r", 99, 6 },
		{ "region /Common/r", "pool /Common/p", 1, 5 },
		{ "isp AOL", "pool /Common/p", 1, 5 },
		{ "state US/Ohio", "pool /Common/p", 1, 5 },
		{ "country DE", "pool /Common/p", 1, 5 },
		{ "continent EU", "pool /Common/p", 1, 5 },
		{ "subnet 10.1.0.0/16", "not pool /Common/p", 99, 4 },
		{ "not subnet 10.1.0.0/16", "pool /Common/p", 99, 3 },
		{ "not country DE", "not pool /Common/p", 99, 3 },
		{ "subnet 10.1.0.0/16", "subnet 0.0.0.0/0", 99, 2 },
		{ "subnet ::/0", "pool /Common/p", 99, 1 },
	};

	(void)state;
	expect_order(lines, OBJ_COUNT(lines), true);
}

static void
without_it_the_order_counts(void **state)
{
	static const struct line lines[] = {
		{ "subnet 0.0.0.0/0", "pool /Common/p", 1, 0 },
		{ "continent EU", "pool /Common/p", 1, 1 },
		{ "subnet 10.1.0.0/16", "not pool /Common/p", 1, 2 },
		{ "subnet 10.1.0.0/16", "pool /Common/p", 50, 3 },
		{ "subnet 10.2.0.0/16", "pool /Common/p", 1, 3 },
	};

	(void)state;
	expect_order(lines, OBJ_COUNT(lines), false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(longest_match_goes_by_bucket_kind_and_score),
		cmocka_unit_test(without_it_the_order_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
