/* tests/unit/gtmd/path/test_pathexcluded.c - whom the metrics exclusions name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/path/pathexcluded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/addr.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "gtmd/types/gtm.h"
#include "tests/unit/gtmd/types/modeltext.h"

#define EXCLUDED(networks)						\
	"gtm global-settings metrics-exclusions {\n    addresses { " networks " }\n}\n"

static void
say(struct model *m, const char *text)
{
	struct draft *d = modeltext_draft(m, text);

	modeltext_apply(m, &d);
}

static bool
has(const struct pathexcluded *x, const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return pathexcluded_has(x, &a);
}

static void
networks_of_both_families_exclude_who_is_in_them(void **state)
{
	struct model *m = model_new(&gtm_schema);
	struct pathexcluded x = { .count = 0 };

	(void)state;
	say(m, EXCLUDED("192.0.2.0/24 198.51.100.7/32 2001:db8::/32"));
	pathexcluded_read(&x, m);
	assert_int_equal(x.count, 3);
	assert_true(has(&x, "192.0.2.255"));
	assert_false(has(&x, "192.0.3.0"));
	assert_true(has(&x, "198.51.100.7"));
	assert_false(has(&x, "198.51.100.8"));
	assert_true(has(&x, "2001:db8:ffff::1"));
	assert_false(has(&x, "2001:db9::1"));
	pathexcluded_fini(&x);
	model_free(&m);
}

static void
what_is_read_anew_replaces_what_was(void **state)
{
	struct model *m = model_new(&gtm_schema);
	struct pathexcluded x = { .count = 0 };

	(void)state;
	assert_false(has(&x, "192.0.2.1"));
	say(m, EXCLUDED("192.0.2.0/24"));
	pathexcluded_read(&x, m);
	say(m, EXCLUDED("198.51.100.0/24"));
	assert_true(has(&x, "192.0.2.1"));
	pathexcluded_read(&x, m);
	assert_false(has(&x, "192.0.2.1"));
	assert_true(has(&x, "198.51.100.1"));
	pathexcluded_fini(&x);
	assert_false(has(&x, "198.51.100.1"));
	model_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_of_both_families_exclude_who_is_in_them),
		cmocka_unit_test(what_is_read_anew_replaces_what_was),
	};

	return cmocka_run_group_tests_name("pathexcluded", tests, NULL, NULL);
}
