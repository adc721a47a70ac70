/* tests/unit/etherip/move/test_places.c - where stations have been since when, and whom a full
 * table forgets. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "etherip/move/places.h"

static const struct fdb_key station = { .mac = 0x020000000001 };

static void
moves_are_counted_from_where_it_came(void **state)
{
	struct places *p = places_new();
	const struct places_place *place;

	(void)state;
	assert_null(places_find(p, &station));
	places_came(p, &station, 0, 5);
	place = places_find(p, &station);
	assert_int_equal(place->member, 0);
	assert_int_equal(place->before, FDB_NONE);
	assert_int_equal(place->moves, 0);
	assert_int_equal(place->since, 5);
	places_moved(p, &station, 0, 2, 9);
	places_moved(p, &station, 2, 1, 12);
	place = places_find(p, &station);
	assert_int_equal(place->member, 1);
	assert_int_equal(place->before, 2);
	assert_int_equal(place->moves, 2);
	assert_int_equal(place->since, 12);
	places_free(&p);
	assert_null(p);
	places_free(&p);
}

static void
who_moved_is_remembered_longer(void **state)
{
	struct places *p = places_new();
	struct fdb_key k = station;

	(void)state;
	places_moved(p, &station, 0, 1, 1);
	for (uint64_t i = 1; i < 100000; i++) {
		k.mac = station.mac + i;
		places_came(p, &k, 0, 1 + i);
	}
	assert_non_null(places_find(p, &station));
	assert_non_null(places_find(p, &k));
	for (uint64_t i = 1; i < 100000; i++) {
		k.mac = station.mac + i;
		places_moved(p, &k, 0, 1, 100000 + i);
	}
	assert_null(places_find(p, &station));
	places_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_are_counted_from_where_it_came),
		cmocka_unit_test(who_moved_is_remembered_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
