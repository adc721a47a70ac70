/* tests/unit/wom/codec/test_anchor.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/rand.h"
#include "wom/codec/anchor.h"

#define LEN	200000

static uint8_t *
random_octets(uint64_t seed, size_t len)
{
	uint8_t *p = mem_zalloc(len, 1);
	struct rand r;

	rand_seed_from(&r, seed);
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)rand_u64(&r);
	return p;
}

static uint32_t places[ANCHOR_MAX(LEN)], others[ANCHOR_MAX(LEN)];

static void
they_come_every_64_octets_and_never_closer_than_the_gap(void **state)
{
	uint8_t *data = random_octets(1, LEN);
	size_t n = anchor_find(data, LEN, places);

	(void)state;
	/* One in 64, each with a gap behind it. */
	assert_in_range(n, LEN / 96 * 9 / 10, LEN / 96 * 11 / 10);
	for (size_t i = 0; i < n; i++) {
		assert_true(places[i] <= LEN - ANCHOR_REACH);
		assert_true(i == 0 || places[i] - places[i - 1] >= ANCHOR_GAP);
	}
	free(data);
}

static void
the_processor_makes_no_difference(void **state)
{
	uint8_t *data = random_octets(2, LEN);

	(void)state;
	for (size_t len = 0; len < 400; len++) {
		size_t n = anchor_find(data + len, len, places);

		assert_int_equal(anchor_find_plain(data + len, len, others), n);
		assert_memory_equal(places, others, n * sizeof(*places));
	}
	assert_int_equal(anchor_find(data, LEN, places),
	    anchor_find_plain(data, LEN, others));
	assert_memory_equal(places, others, sizeof(places[0]) * 100);
	free(data);
}

/* A copy that stands elsewhere has the same anchors but for the first few. */
static void
content_says_where_they_are(void **state)
{
	uint8_t *data = random_octets(3, LEN);
	size_t n = anchor_find(data, LEN, places), m, same = 0, j = 0;

	(void)state;
	m = anchor_find(data + 1001, LEN - 1001, others);
	for (size_t i = 0; i < n && j < m; i++) {
		while (j < m && others[j] + 1001 < places[i])
			j++;
		same += j < m && others[j] + 1001 == places[i];
	}
	assert_in_range(same, m - 8, m);
	assert_true(anchor_hash(data + places[0]) ==
	    anchor_hash(data + places[0]));
	assert_true(anchor_hash(data + places[0]) !=
	    anchor_hash(data + places[1]));
	free(data);
}

static void
a_run_has_none_but_at_its_ends(void **state)
{
	uint8_t *data = mem_zalloc(LEN, 1);

	(void)state;
	for (unsigned octet = 0; octet < 256; octet++) {
		memset(data, (int)octet, LEN);
		assert_int_equal(anchor_find(data, LEN, places), 0);
	}
	free(data);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    they_come_every_64_octets_and_never_closer_than_the_gap),
		cmocka_unit_test(the_processor_makes_no_difference),
		cmocka_unit_test(content_says_where_they_are),
		cmocka_unit_test(a_run_has_none_but_at_its_ends),
	};

	return cmocka_run_group_tests_name("anchor", tests, NULL, NULL);
}
