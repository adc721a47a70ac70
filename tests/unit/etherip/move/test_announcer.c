/* tests/unit/etherip/move/test_announcer.c - what is said after a move, and when.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "etherip/move/announcer.h"

static const struct fdb_key station = { .mac = 0x020000000001 };

/* The rounds at these milliseconds, and nothing between or after. */
static void
goes_like(unsigned parts, const unsigned (*want)[2], size_t count)
{
	struct announcer *a = announcer_new();
	mono_ns start = 7 * CLOCK_S;
	struct fdb_key out;

	announcer_start(a, &station, parts, start);
	for (size_t i = 0; i < count; i++) {
		mono_ns at = start + want[i][0] * CLOCK_MS;

		assert_int_equal(announcer_next(a), at);
		assert_int_equal(announcer_due(a, at - 1, &out), 0);
		assert_int_equal(announcer_due(a, at, &out), want[i][1]);
		assert_true(fdb_key_equal(&out, &station));
		assert_int_equal(announcer_due(a, at, &out), 0);
	}
	assert_int_equal(announcer_next(a), UINT64_MAX);
	announcer_free(&a);
	assert_null(a);
	announcer_free(&a);
}

static void
rounds_are_spaced(void **state)
{
	static const unsigned both[][2] = {
		{ 0, ANNOUNCER_TELL }, { 50, ANNOUNCER_TELL | ANNOUNCER_ASK },
		{ 150, ANNOUNCER_TELL },
		{ 450, ANNOUNCER_TELL | ANNOUNCER_ASK },
		{ 1050, ANNOUNCER_TELL }, { 2050, ANNOUNCER_ASK },
	};
	static const unsigned ask[][2] = {
		{ 50, ANNOUNCER_ASK | ANNOUNCER_ALOUD },
		{ 450, ANNOUNCER_ASK | ANNOUNCER_ALOUD },
		{ 2050, ANNOUNCER_ASK | ANNOUNCER_ALOUD },
	};

	(void)state;
	goes_like(ANNOUNCER_TELL | ANNOUNCER_ASK, both, OBJ_COUNT(both));
	goes_like(ANNOUNCER_TELL, (const unsigned[][2]){
	    { 0, ANNOUNCER_TELL }, { 50, ANNOUNCER_TELL },
	    { 150, ANNOUNCER_TELL }, { 450, ANNOUNCER_TELL },
	    { 1050, ANNOUNCER_TELL } }, 5);
	goes_like(ANNOUNCER_ASK | ANNOUNCER_ALOUD, ask, OBJ_COUNT(ask));
	goes_like(0, NULL, 0);
}

static void
a_new_move_begins_anew(void **state)
{
	struct announcer *a = announcer_new();
	struct fdb_key out;

	(void)state;
	announcer_start(a, &station, ANNOUNCER_TELL, CLOCK_S);
	assert_int_equal(announcer_due(a, CLOCK_S, &out), ANNOUNCER_TELL);
	announcer_start(a, &station, ANNOUNCER_TELL, CLOCK_S + 1);
	assert_int_equal(announcer_due(a, CLOCK_S + 1, &out), ANNOUNCER_TELL);
	announcer_stop(a, &station);
	announcer_stop(a, &station);
	assert_int_equal(announcer_next(a), UINT64_MAX);
	assert_int_equal(announcer_due(a, 9 * CLOCK_S, &out), 0);
	announcer_free(&a);
}

static void
many_at_once_are_each_told(void **state)
{
	struct announcer *a = announcer_new();
	struct fdb_key k = station, out;
	unsigned told = 0;

	(void)state;
	for (unsigned i = 0; i < ANNOUNCER_MAX + 10; i++, k.mac++)
		announcer_start(a, &k, ANNOUNCER_TELL, CLOCK_S + i);
	while (announcer_due(a, CLOCK_S + 5000, &out) != 0) {
		assert_true(out.mac >= station.mac + 10);
		told++;
	}
	assert_int_equal(told, ANNOUNCER_MAX);
	while (announcer_due(a, 60 * CLOCK_S, &out) != 0)
		told++;
	assert_int_equal(told, ANNOUNCER_MAX * 5);
	assert_int_equal(announcer_next(a), UINT64_MAX);
	announcer_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounds_are_spaced),
		cmocka_unit_test(a_new_move_begins_anew),
		cmocka_unit_test(many_at_once_are_each_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
