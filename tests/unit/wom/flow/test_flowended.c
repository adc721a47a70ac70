/* tests/unit/wom/flow/test_flowended.c - the latest are remembered, the oldest go.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/base/mem.h"
#include "wom/flow/flowended.h"

static void
the_latest_are_there_and_no_others(void **state)
{
	struct flowended_ring *r = mem_zalloc(1, sizeof(*r));
	struct flowended one = { .open.application = "app" };
	uint64_t seen = 0;

	(void)state;
	for (uint64_t id = 1; id <= 3 * FLOWENDED_MAX / 2; id++) {
		one.id = id;
		one.counts.lan_in = id * 10;
		flowended_add(r, &one);
		assert_int_equal(r->count, id < FLOWENDED_MAX ? id :
		    FLOWENDED_MAX);
	}
	for (size_t i = 0; i < r->count; i++) {
		assert_true(r->v[i].id > FLOWENDED_MAX / 2);
		assert_int_equal(r->v[i].counts.lan_in, r->v[i].id * 10);
		assert_true(r->v[i].serial == r->v[i].id);
		assert_string_equal(r->v[i].open.application, "app");
		assert_int_equal(seen & (UINT64_C(1) << r->v[i].id % 64), 0);
		seen |= UINT64_C(1) << r->v[i].id % 64;
	}
	free(r);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_latest_are_there_and_no_others),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
