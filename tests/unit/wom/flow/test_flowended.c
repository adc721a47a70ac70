/* tests/unit/wom/flow/test_flowended.c - flows that have ended are there once, in their order,
 * however many; what is too much is counted. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "wom/flow/flowended.h"

#define START	UINT64_C(1000)

static void
add(struct flowended_list *l, uint64_t first, size_t count)
{
	struct flowended one = { .open.application = "app" };

	for (uint64_t id = first; id < first + count; id++) {
		one.id = id;
		one.counts.lan_in = id * 10;
		flowended_add(l, &one);
	}
}

/* Takes what is there: count from first on, each behind the one before. */
static void
expect(struct flowended_list *l, uint64_t first, size_t count,
    uint64_t missed)
{
	uint64_t missing, serial = 0;
	struct flowended *v;
	size_t n;

	v = flowended_take(l, &n, &missing);
	assert_int_equal(n, count);
	assert_int_equal(missing, missed);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(v[i].id, first + i);
		assert_int_equal(v[i].counts.lan_in, v[i].id * 10);
		assert_string_equal(v[i].open.application, "app");
		assert_true(v[i].serial > serial && v[i].serial > START);
		serial = v[i].serial;
	}
	assert_int_equal(l->count, 0);
	free(v);
}

static void
each_is_taken_once(void **state)
{
	struct flowended_list l;

	(void)state;
	flowended_init(&l, START);
	expect(&l, 0, 0, 0);
	add(&l, 1, 3000);
	expect(&l, 1, 3000, 0);
	expect(&l, 0, 0, 0);
	add(&l, 3001, 7);
	assert_int_equal(l.serial, START + 3007);
	expect(&l, 3001, 7, 0);
	add(&l, 1, 1);
	flowended_fini(&l);
	assert_null(l.v);
	flowended_fini(&l);
}

static void
what_is_too_much_is_counted(void **state)
{
	struct flowended_list l;

	(void)state;
	flowended_init(&l, START);
	add(&l, 1, FLOWENDED_MAX + 5);
	expect(&l, 1, FLOWENDED_MAX, 5);
	add(&l, 9, 1);
	expect(&l, 9, 1, 0);
	flowended_fini(&l);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_taken_once),
		cmocka_unit_test(what_is_too_much_is_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
