/* tests/unit/core/rest/test_manualpage.c - each manual is made by its name, and
 * says whose it is. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rest/manualpage.h"
#include "core/rest/restman.h"
#include "core/rest/resttree.h"
#include "tests/unit/core/model/sample.h"

static const char *
help(const char *path)
{
	(void)path;
	return NULL;
}

static const struct restroute routes[] = { { .path = NULL } };
static const struct restman manual = { .daemon = "testd", .module = "test",
    .file = "testref.md", .openapi = "test.json", .schema = &sample_schema,
    .routes = routes, .help = help };

/* For the caller to free; NULL when it is refused. */
static char *
page(const char *what)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);
	int rc;

	assert_non_null(to);
	rc = manualpage_write(to, &manual, what);
	assert_int_equal(fclose(to), 0);
	if (rc == 0)
		return text;
	assert_int_equal(len, 0);
	free(text);
	return NULL;
}

static void
expect(const char *what, const char *part)
{
	char *text = page(what);

	if (text == NULL || strstr(text, part) == NULL)
		fail_msg("%s: %s is not in\n%s", what, part, text);
	free(text);
}

static void
each_page_is_of_this_daemon(void **state)
{
	(void)state;
	expect("reference", "## test site");
	expect("rest", "control socket of `testd`");
	expect("rest", "GET /mgmt/tm/test/openapi");
	expect("rest", "[test.json](test.json)");
	expect("rest", "(testref.md)");
	expect("rest", "see testd(8)");
	expect("openapi", "iControl REST of testd");
}

static void
what_there_is_not_is_refused(void **state)
{
	(void)state;
	assert_null(page(""));
	assert_null(page("references"));
}

static void
what_cannot_be_written_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(manualpage_write(full, &manual, "reference"), 1);
	(void)fclose(full);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_page_is_of_this_daemon),
		cmocka_unit_test(what_there_is_not_is_refused),
		cmocka_unit_test(what_cannot_be_written_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
