/* tests/unit/etherip/move/test_freezer.c - when stations are asked for, and what it means to
 * hear one. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "etherip/move/freezer.h"

static const struct freezer_station station = {
	.key = { .mac = 0x020000000001 }, .from = 0, .until = 2 * CLOCK_S
};

static void
it_is_asked_for_every_50_ms_until_its_time_is_over(void **state)
{
	struct freezer *z = freezer_new();
	struct freezer_station out;
	mono_ns now = CLOCK_S;

	(void)state;
	assert_int_equal(freezer_next(z), UINT64_MAX);
	assert_true(freezer_add(z, &station, now));
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(freezer_next(z), now);
		assert_int_equal(freezer_due(z, now, &out), FREEZER_ASK);
		assert_int_equal(out.rounds, i);
		assert_int_equal(freezer_due(z, now, &out), FREEZER_NOTHING);
		now += FREEZER_ASK_NS;
	}
	assert_int_equal(now, station.until);
	assert_int_equal(freezer_due(z, now, &out), FREEZER_OVER);
	assert_int_equal(out.key.mac, station.key.mac);
	assert_null(freezer_find(z, &station.key));
	assert_int_equal(freezer_due(z, now, &out), FREEZER_NOTHING);
	freezer_free(&z);
	assert_null(z);
	freezer_free(&z);
}

static void
a_late_loop_asks_once(void **state)
{
	struct freezer *z = freezer_new();
	struct freezer_station out;
	mono_ns late = CLOCK_S + 500 * CLOCK_MS;

	(void)state;
	assert_true(freezer_add(z, &station, CLOCK_S));
	assert_int_equal(freezer_due(z, late, &out), FREEZER_ASK);
	assert_int_equal(freezer_due(z, late, &out), FREEZER_NOTHING);
	assert_int_equal(freezer_next(z), late + FREEZER_ASK_NS);
	freezer_free(&z);
}

static void
what_is_heard_means_one_thing(void **state)
{
	const struct fdb_key *k = &station.key, other = { .mac = 9 };
	struct freezer *z = freezer_new();
	mono_ns now = CLOCK_S;

	(void)state;
	assert_int_equal(freezer_heard(z, k, 0, now), FREEZER_STRANGER);
	assert_true(freezer_add(z, &station, now));
	assert_int_equal(freezer_heard(z, &other, 1, now), FREEZER_STRANGER);
	now += FREEZER_SILENT_NS - 1;
	assert_int_equal(freezer_heard(z, k, 0, now), FREEZER_TALKS);
	now += FREEZER_SILENT_NS - 1;
	assert_int_equal(freezer_heard(z, k, 0, now), FREEZER_TALKS);
	now += FREEZER_SILENT_NS;
	assert_int_equal(freezer_heard(z, k, 0, now), FREEZER_STAYED);
	assert_int_equal(freezer_heard(z, k, 5, now), FREEZER_FOUND);
	assert_true(freezer_settle(z, k, 5, now));
	assert_int_equal(freezer_heard(z, k, 5, now), FREEZER_NO_NEWS);
	assert_int_equal(freezer_heard(z, k, 0, now), FREEZER_STRAY);
	freezer_free(&z);
}

static void
one_that_nobody_knew_is_found_anywhere(void **state)
{
	struct freezer *z = freezer_new();
	struct freezer_station s = station;

	(void)state;
	s.from = FDB_NONE;
	assert_true(freezer_add(z, &s, CLOCK_S));
	assert_int_equal(freezer_heard(z, &s.key, 0, CLOCK_S), FREEZER_FOUND);
	freezer_free(&z);
}

static void
it_settles_for_a_moment(void **state)
{
	struct freezer *z = freezer_new();
	struct freezer_station out;

	(void)state;
	assert_true(freezer_settle(z, &station.key, 3, CLOCK_S));
	assert_int_equal(freezer_next(z), CLOCK_S + FREEZER_SETTLE_NS);
	assert_int_equal(freezer_due(z, CLOCK_S, &out), FREEZER_NOTHING);
	assert_int_equal(freezer_due(z, CLOCK_S + FREEZER_SETTLE_NS, &out),
	    FREEZER_SETTLED);
	assert_int_equal(out.to, 3);
	assert_null(freezer_at(z, 0));
	freezer_free(&z);
}

static void
there_are_so_many(void **state)
{
	struct freezer *z = freezer_new();
	struct freezer_station s = station;

	(void)state;
	for (unsigned i = 0; i < FREEZER_MAX; i++, s.key.mac++)
		assert_true(freezer_add(z, &s, CLOCK_S));
	assert_false(freezer_add(z, &s, CLOCK_S));
	assert_false(freezer_settle(z, &s.key, 1, CLOCK_S));
	s.key.mac--;
	assert_true(freezer_add(z, &s, CLOCK_S));	/* the same again */
	freezer_remove(z, &station.key);
	freezer_remove(z, &station.key);
	s.key.mac++;
	assert_true(freezer_add(z, &s, CLOCK_S));
	assert_non_null(freezer_at(z, FREEZER_MAX - 1));
	freezer_free(&z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    it_is_asked_for_every_50_ms_until_its_time_is_over),
		cmocka_unit_test(a_late_loop_asks_once),
		cmocka_unit_test(what_is_heard_means_one_thing),
		cmocka_unit_test(one_that_nobody_knew_is_found_anywhere),
		cmocka_unit_test(it_settles_for_a_moment),
		cmocka_unit_test(there_are_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
