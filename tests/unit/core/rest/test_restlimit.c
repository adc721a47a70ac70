/* tests/unit/core/rest/test_restlimit.c - how many rows are asked for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "core/base/err.h"
#include "core/rest/restlimit.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"

static int
read_target(const char *target, size_t *limit)
{
	struct restrequest q = { .segment_count = 0 };
	struct restreply r = { .status = 0 };
	struct err e = { 0 };
	int rc;

	assert_int_equal(restrequest_parse_target(&q, target, &e), 0);
	rc = restlimit_read(&q, limit, &r);
	assert_int_equal(rc, r.status);
	restrequest_fini(&q);
	restreply_fini(&r);
	return rc;
}

static void
what_nobody_says_stays(void **state)
{
	size_t limit = 77;

	(void)state;
	assert_int_equal(read_target("/mgmt/tm/x", &limit), 0);
	assert_int_equal(limit, 77);
	assert_int_equal(read_target("/mgmt/tm/x?limit=1", &limit), 0);
	assert_int_equal(limit, 1);
	assert_int_equal(read_target("/mgmt/tm/x?limit=1048576", &limit), 0);
	assert_int_equal(limit, RESTLIMIT_MAX);
}

static void
what_is_no_number_of_rows_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "0", "-1", "+1", "1x", "%201", "1048577", "18446744073709551617",
		"999999999999999999999999"
	};
	char target[64];
	size_t limit = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		(void)snprintf(target, sizeof(target), "/mgmt/tm/x?limit=%s",
		    bad[i]);
		assert_int_equal(read_target(target, &limit), 400);
		assert_int_equal(limit, 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_nobody_says_stays),
		cmocka_unit_test(what_is_no_number_of_rows_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
