/* tests/unit/etherip/move/test_movelog.c - the latest are kept, the oldest go.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "etherip/move/movelog.h"

#include <stdlib.h>

static void
the_latest_are_kept(void **state)
{
	struct movelog *l = mem_zalloc(1, sizeof(*l));

	(void)state;
	assert_null(movelog_get(l, 0));
	for (uint64_t i = 1; i <= MOVELOG_MAX + 5; i++)
		movelog_add(l, &(struct moveevent){ .at = i });
	assert_int_equal(movelog_get(l, 0)->at, MOVELOG_MAX + 5);
	assert_int_equal(movelog_get(l, MOVELOG_MAX - 1)->at, 6);
	assert_null(movelog_get(l, MOVELOG_MAX));
	assert_string_equal(moveevent_whats[MOVEEVENT_RELEASED], "released");
	assert_string_equal(moveevent_hows[MOVEEVENT_TIME], "time");
	free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_latest_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
