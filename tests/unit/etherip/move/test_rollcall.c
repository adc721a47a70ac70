/* tests/unit/etherip/move/test_rollcall.c - who is told of whom, and how fast.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "etherip/move/rollcall.h"

static void
add(struct rollcall *r, uint64_t mac, unsigned member, mono_ns now)
{
	const struct rollcall_entry e = { { mac, 0 }, member };

	rollcall_add(r, &e, now);
}

static void
one_a_millisecond_in_their_order(void **state)
{
	struct rollcall r = { 0 };
	struct rollcall_entry e;
	mono_ns now = CLOCK_S;

	(void)state;
	assert_true(rollcall_next(&r) == UINT64_MAX);
	for (uint64_t i = 1; i <= 3; i++)
		add(&r, i, 7, now);
	now += ROLLCALL_DELAY_NS;
	for (uint64_t i = 1; i <= 3; i++) {
		assert_true(rollcall_next(&r) == now);
		assert_true(rollcall_due(&r, now, &e));
		assert_true(e.key.mac == i);
		assert_int_equal(e.member, 7);
		assert_false(rollcall_due(&r, now, &e));
		now += ROLLCALL_PACE_NS;
	}
	assert_true(rollcall_next(&r) == UINT64_MAX);
	assert_false(rollcall_due(&r, now, &e));
	rollcall_fini(&r);
}

static void
who_is_gone_is_told_nothing(void **state)
{
	struct rollcall r = { 0 };
	struct rollcall_entry e;
	mono_ns now = CLOCK_S;

	(void)state;
	add(&r, 1, 1, now);
	add(&r, 2, 2, now);
	add(&r, 3, 1, now);
	now += ROLLCALL_DELAY_NS;
	assert_true(rollcall_due(&r, now, &e));
	rollcall_cancel(&r, 1);
	assert_false(rollcall_due(&r, now, &e));
	assert_true(rollcall_due(&r, now + ROLLCALL_PACE_NS, &e));
	assert_true(e.key.mac == 2);
	assert_true(rollcall_next(&r) == UINT64_MAX);
	add(&r, 4, 1, now);
	assert_true(rollcall_next(&r) == now + ROLLCALL_DELAY_NS);
	rollcall_fini(&r);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_a_millisecond_in_their_order),
		cmocka_unit_test(who_is_gone_is_told_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
