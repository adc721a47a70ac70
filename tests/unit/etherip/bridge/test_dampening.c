/* tests/unit/etherip/bridge/test_dampening.c - who moves too often is held for a while, and
 * nobody else is. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "etherip/bridge/dampening.h"

static const struct dampening_config config = { DAMPENING_MOVES,
    DAMPENING_WINDOW_NS, DAMPENING_HOLD_NS };
static const struct fdb_key station = { .mac = 0x020000000001 };

static void
five_moves_in_time_are_too_many(void **state)
{
	struct dampening *d = dampening_new(&config);
	struct fdb_key out;
	mono_ns now = CLOCK_S;

	(void)state;
	for (int i = 0; i < 4; i++, now += 45 * CLOCK_S)
		assert_false(dampening_moved(d, &station, now));
	assert_int_equal(dampening_next(d), UINT64_MAX);
	assert_true(dampening_moved(d, &station, now));	/* 180 s later */
	assert_true(dampening_holds(d, &station));
	assert_int_equal(dampening_next(d), now + DAMPENING_HOLD_NS);
	assert_false(dampening_moved(d, &station, now + 1));
	assert_false(dampening_release(d, now + DAMPENING_HOLD_NS - 1, &out));
	assert_true(dampening_release(d, now + DAMPENING_HOLD_NS, &out));
	assert_int_equal(out.mac, station.mac);
	assert_false(dampening_release(d, now + DAMPENING_HOLD_NS, &out));
	assert_false(dampening_holds(d, &station));
	/* It begins anew. */
	for (int i = 0; i < 4; i++)
		assert_false(dampening_moved(d, &station, now));
	assert_true(dampening_moved(d, &station, now));
	dampening_free(&d);
	assert_null(d);
	dampening_free(&d);
}

static void
moves_that_are_far_apart_are_none_of_its_business(void **state)
{
	struct dampening *d = dampening_new(&config);
	mono_ns now = CLOCK_S;

	(void)state;
	for (int i = 0; i < 100; i++, now += 46 * CLOCK_S)
		assert_false(dampening_moved(d, &station, now));
	dampening_free(&d);
}

static void
it_can_be_told_never_to(void **state)
{
	struct dampening *d = dampening_new(&(struct dampening_config){ 0 });

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_false(dampening_moved(d, &station, 5));
	dampening_set(d, &(struct dampening_config){ 2, CLOCK_S, CLOCK_S });
	assert_false(dampening_moved(d, &station, 5));
	assert_true(dampening_moved(d, &station, 5));
	dampening_forget(d, &station);
	assert_false(dampening_holds(d, &station));
	assert_int_equal(dampening_next(d), UINT64_MAX);
	dampening_free(&d);
}

static void
vlans_and_stations_are_told_apart(void **state)
{
	struct dampening *d = dampening_new(&config);
	struct fdb_key tagged = { station.mac, 7 }, other = { 0x02000000ff01, 0 };

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_false(dampening_moved(d, &station, 5));
		assert_false(dampening_moved(d, &tagged, 5));
		assert_false(dampening_moved(d, &other, 5));
	}
	assert_true(dampening_moved(d, &tagged, 5));
	assert_false(dampening_holds(d, &station));
	dampening_free(&d);
}

/* More stations than there are places: those that are held stay so, and each is let go. */
static void
many_that_move_make_nobody_forgotten_who_is_held(void **state)
{
	struct dampening *d = dampening_new(&config);
	struct fdb_key k = { .mac = 0x020000000000 };
	unsigned held = 0, released = 0;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_false(dampening_moved(d, &station, 5));
	assert_true(dampening_moved(d, &station, 5));
	for (uint64_t i = 100; i < 20000; i++) {
		k.mac = 0x020000000000 + i;
		for (int n = 0; n < 5; n++)
			held += dampening_moved(d, &k, 6);
	}
	assert_true(held > 1500 && held < 2048);
	assert_true(dampening_holds(d, &station));
	while (dampening_release(d, 6 + DAMPENING_HOLD_NS, &k))
		released++;
	assert_int_equal(released, held + 1);
	assert_int_equal(dampening_next(d), UINT64_MAX);
	dampening_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_moves_in_time_are_too_many),
		cmocka_unit_test(
		    moves_that_are_far_apart_are_none_of_its_business),
		cmocka_unit_test(it_can_be_told_never_to),
		cmocka_unit_test(vlans_and_stations_are_told_apart),
		cmocka_unit_test(
		    many_that_move_make_nobody_forgotten_who_is_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
