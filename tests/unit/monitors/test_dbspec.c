/* tests/unit/monitors/test_dbspec.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitors/dbspec.h"
#include "monitors/monitor_db.h"

static void
who_asks_is_the_monitors_user_or_ours(void **state)
{
	static const struct parley_spec parley = { .in_max = 77 };
	char name[] = "probe";
	struct monitor_db m = { .username = name };
	struct dbspec *s = dbspec_new(&m.base, &parley);
	void *spec = s;

	(void)state;
	assert_string_equal(s->user, "probe");
	assert_ptr_not_equal(s->user, name);	/* outlives the monitor */
	assert_int_equal(s->parley.in_max, 77);
	dbspec_free(&spec);
	assert_null(spec);
	dbspec_free(&spec);		/* harmless */
	m.username = NULL;
	s = dbspec_new(&m.base, &parley);
	spec = s;
	assert_string_equal(s->user, "gtmd");
	dbspec_free(&spec);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_asks_is_the_monitors_user_or_ours),
	};

	return cmocka_run_group_tests_name("dbspec", tests, NULL, NULL);
}
