/* tests/unit/etherip/pair/test_takeover.c - SPDX-License-Identifier: Apache-2.0 */
#include "etherip/pair/takeover.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct takeover *t;
static mono_ns now;
static unsigned announced, reversed, reversed_before;
static uint64_t next_mac;

static void
on_announce(void *arg, const struct takeover_address *a)
{
	(void)arg;
	assert_int_equal(a->device[0], 'e');
	if (announced++ < 2)
		reversed_before = reversed;
}

static void
on_reverse(void *arg, const struct takeover_station *s)
{
	(void)arg;
	assert_int_equal(s->key.mac, next_mac++);
	reversed++;
}

static int
set_up(void **state)
{
	const struct takeover_config c = { on_announce, on_reverse, NULL };

	(void)state;
	t = takeover_new(&c);
	now = CLOCK_S;
	announced = reversed = 0;
	next_mac = 1;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	takeover_free(&t);
	return 0;
}

static void
begin(size_t stations)
{
	static const struct takeover_address v[] = {
		{ .device = "eth0" }, { .device = "eth1" }
	};

	takeover_begin(t, v, 2, now);
	for (size_t i = 0; i < stations; i++)
		takeover_add(t, &(struct takeover_station){
		    .key = { 1 + i, 0 } });
}

static void
run(dur_ns span)
{
	mono_ns end = now + span;

	while (takeover_due(t) <= end) {
		now = takeover_due(t) > now ? takeover_due(t) : now;
		takeover_tick(t, now);
	}
	now = end;
}

static void
addresses_come_first_and_thrice(void **state)
{
	(void)state;
	begin(500);
	run(0);
	assert_int_equal(announced, 2);
	assert_int_equal(reversed_before, 0);
	run(999 * CLOCK_MS);
	assert_int_equal(announced, 2);
	run(CLOCK_MS);
	assert_int_equal(announced, 4);
	run(10 * CLOCK_S);
	assert_int_equal(announced, 6);
	assert_int_equal(takeover_due(t), UINT64_MAX);
}

static void
stations_are_told_at_a_thousand_a_second(void **state)
{
	(void)state;
	begin(5000);
	for (unsigned s = 1; s <= 4; s++) {
		run(CLOCK_S);
		assert_in_range(reversed, s * 1000, s * 1000 + 10);
	}
	run(2 * CLOCK_S);
	assert_int_equal(reversed, 5000);
	/* After a pause there is no burst. */
	begin(5000);
	next_mac = 1;
	reversed = 0;
	now += 3 * CLOCK_S;
	takeover_tick(t, now);
	takeover_tick(t, now);
	assert_int_equal(reversed, 10);
}

static void
who_is_active_no_longer_is_silent(void **state)
{
	(void)state;
	begin(5000);
	run(100 * CLOCK_MS);
	takeover_stop(t);
	assert_int_equal(takeover_due(t), UINT64_MAX);
	announced = reversed = 0;
	takeover_tick(t, now + CLOCK_S);
	assert_int_equal(announced + reversed, 0);
}

int
main(void)
{
#define ROW(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(addresses_come_first_and_thrice),
		ROW(stations_are_told_at_a_thousand_a_second),
		ROW(who_is_active_no_longer_is_silent),
	};

	return cmocka_run_group_tests_name("takeover", tests, NULL, NULL);
}
