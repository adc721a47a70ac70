/* tests/unit/gtmd/serve/test_coalesce.c - waiting starts and ends with the load.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gtmd/serve/coalesce.h"

#define LONGEST	60000u	/* ns that a query may wait */

struct load {
	unsigned rate, n;	/* queries a second, and in each batch */
	uint32_t late_ns;	/* sleeps end so much after their time */
};

/* What a machine's wake-ups and timers cost, ns of processor time; and what an
 * answer does. */
struct machine {
	uint32_t wake, timer, answer;
};

static const struct machine metal = { 5000, 1500, 3000 };
static const struct machine hypervised = { 5000, 26000, 3000 };

/* How many of the last 2,048 of 5,000 batches are followed by a sleep. By then
 * it is known how late they end, and none is longer than it may be. */
static unsigned
naps_on(const struct machine *m, struct coalesce *c, mono_ns *now,
    struct load l)
{
	unsigned count = 0, arrived = l.n;
	static dur_ns cpu;	/* a thread's own never goes back */

	for (unsigned i = 0; i < 5000; i++) {
		uint32_t ns;

		*now += CLOCK_S / l.rate * l.n;
		cpu += m->answer * arrived;
		ns = coalesce_nap(c, l.n, *now, LONGEST);
		if (coalesce_is_due(c))
			coalesce_weigh(c, cpu);
		cpu += ns > 0 ? m->timer : m->wake * arrived;
		if (ns == 0)
			continue;
		coalesce_woke(c, *now + ns + l.late_ns);
		count += i >= 5000 - 2048;
		if (i >= 5000 - 2048)
			assert_in_range(ns + l.late_ns, LONGEST / 2,
			    LONGEST + 1000);
	}
	return count;
}

static unsigned
naps(struct coalesce *c, mono_ns *now, unsigned rate, unsigned n,
    uint32_t late_ns)
{
	return naps_on(&metal, c, now, (struct load){ rate, n, late_ns });
}

/* All but a trial of the other manner, and what one costs at the edges. */
static void
nearly_all(unsigned count)
{
	assert_in_range(count, 2048 - 3 * COALESCE_WINDOW, 2048);
}

static void
hardly_any(unsigned count)
{
	assert_in_range(count, COALESCE_WINDOW, 3 * COALESCE_WINDOW);
}

static void
waiting_follows_the_load(void **state)
{
	struct coalesce c = { 0 };
	mono_ns now = CLOCK_S;

	(void)state;
	assert_int_equal(naps(&c, &now, 100, 1, 0), 0);
	assert_int_equal(naps(&c, &now, 10000, 1, 0), 0);
	nearly_all(naps(&c, &now, 50000, 1, 0));
	nearly_all(naps(&c, &now, 150000, 7, 0));
	/* Full enough: nothing to wait for. */
	assert_int_equal(naps(&c, &now, 300000, 8, 0), 0);
	assert_int_equal(naps(&c, &now, 300000, 32, 0), 0);
	assert_int_equal(naps(&c, &now, 1000, 1, 0), 0);
}

static void
a_timer_that_costs_more_than_it_saves_is_hardly_used(void **state)
{
	struct load l = { 50000, 1, 20000 };
	struct coalesce c = { 0 };
	mono_ns now = CLOCK_S;

	(void)state;
	hardly_any(naps_on(&hypervised, &c, &now, l));
	/* The guest moves to a better host, which some trials show. */
	(void)naps_on(&metal, &c, &now, l);
	nearly_all(naps_on(&metal, &c, &now, l));
	hardly_any(naps_on(&hypervised, &c, &now, l));
}

static void
a_first_query_and_one_after_silence_are_not_held(void **state)
{
	struct coalesce c = { 0 };
	mono_ns now = 5;

	(void)state;
	c.gap_ns = UINT32_MAX;
	c.wait = true;
	assert_int_equal(coalesce_nap(&c, 1, now, LONGEST), 0);
	c = (struct coalesce){ 0 };
	nearly_all(naps(&c, &now, 20000, 1, 0));
	now += 3600 * CLOCK_S;
	for (unsigned i = 0; i < 3; i++) {
		now += CLOCK_S;
		assert_int_equal(coalesce_nap(&c, 1, now, LONGEST), 0);
		assert_false(coalesce_is_due(&c));
	}
}

/* naps checks that what was asked and the lateness stay within the longest. */
static void
a_late_timer_does_not_lengthen_the_wait(void **state)
{
	struct coalesce c = { 0 };
	mono_ns now = CLOCK_S;

	(void)state;
	nearly_all(naps(&c, &now, 50000, 1, 30000));
	assert_in_range(c.late_ns, 29000, 31000);
	nearly_all(naps(&c, &now, 50000, 1, 2000));
	assert_in_range(c.late_ns, 1000, 3000);
}

static void
one_long_delay_among_many_changes_little(void **state)
{
	struct coalesce c = { 0 };
	mono_ns now = CLOCK_S;
	uint32_t before, ns;

	(void)state;
	nearly_all(naps(&c, &now, 50000, 1, 10000));
	before = c.late_ns;
	now += 20000;
	c.wait = true;
	ns = coalesce_nap(&c, 1, now, LONGEST);
	assert_int_not_equal(ns, 0);
	coalesce_woke(&c, now + ns + 100 * CLOCK_MS);
	assert_in_range(c.late_ns, before, before + 1000);
}

/* ... but it is tried again, since that may pass. */
static void
a_timer_that_is_too_late_is_not_used(void **state)
{
	struct coalesce c = { .wait = true };
	mono_ns now = CLOCK_S;
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		uint32_t ns;

		now += 20000;
		ns = coalesce_nap(&c, 1, now, LONGEST);
		if (ns > 0)
			coalesce_woke(&c, now + ns + 200000);
		count += i >= 5000 && ns > 0;
	}
	assert_in_range(count, 1, 50);
}

static void
no_time_no_wait(void **state)
{
	struct coalesce c = { .wait = true };
	mono_ns now = CLOCK_S;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(coalesce_nap(&c, 1, now += 20000, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting_follows_the_load),
		cmocka_unit_test(
		    a_timer_that_costs_more_than_it_saves_is_hardly_used),
		cmocka_unit_test(a_first_query_and_one_after_silence_are_not_held),
		cmocka_unit_test(a_late_timer_does_not_lengthen_the_wait),
		cmocka_unit_test(one_long_delay_among_many_changes_little),
		cmocka_unit_test(a_timer_that_is_too_late_is_not_used),
		cmocka_unit_test(no_time_no_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
