/* tests/unit/core/rest/test_restrecovery.c - no change without its line in the
 * audit file, whatever came between the two.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/rest/restconfirm.h"
#include "tests/unit/core/model/storekit.h"
#include "tests/unit/core/rest/commitkit.h"

/* Leaves just so many lines in the audit file, as a crash does. */
static void
lose_lines_behind(unsigned count)
{
	char *text = commitkit_read_audit(), *end = text;

	while (count-- > 0)
		end = strchr(end, '\n') + 1;
	tempdir_write(commitkit_audit, text, (size_t)(end - text));
	free(text);
}

static void
lines_that_a_crash_kept_from_the_file_come_with_the_start(void **state)
{
	char *whole, *again;

	(void)state;
	assert_int_equal(commitkit_set("s1", "a", ""), 200);
	assert_int_equal(commitkit_set("s1", "b", "?confirm-within=60"), 200);
	assert_int_equal(commitkit_post(restconfirm_post, NULL), 200);
	assert_int_equal(commitkit_set("s2", "c", ""), 200);
	whole = commitkit_read_audit();
	for (unsigned kept = 0; kept < 4; kept++) {
		commitkit_stop();
		lose_lines_behind(kept);
		commitkit_start();
		again = commitkit_read_audit();
		assert_string_equal(again, whole);
		free(again);
	}
	free(whole);
	/* Numbers go on behind all of them. */
	assert_int_equal(commitkit_set("s2", "d", ""), 200);
	assert_int_equal(commitkit_audited("\"change\":5,"), 1);
}

/* A file that cannot grow: what is known answers, and nothing is changed
 * until the line of what was changed before is written. */
static void
while_the_file_lacks_lines_nothing_is_changed(void **state)
{
	struct rlimit was, now;

	(void)state;
	assert_int_equal(commitkit_set("s1", "a", ""), 200);
	commitkit_stop();
	lose_lines_behind(0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	now = was;
	now.rlim_cur = 8;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	commitkit_start();
	commitkit_expect("s1", "a");
	assert_int_equal(commitkit_set("s1", "b", ""), 507);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	commitkit_expect("s1", "a");
	assert_int_equal(commitkit_set("s1", "c", ""), 200);
	commitkit_expect("s1", "c");
	assert_int_equal(commitkit_audited("\"change\":1,"), 1);
	assert_int_equal(commitkit_audited("\"change\":2,"), 1);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, \
	commitkit_setup, commitkit_teardown)
	static const struct CMUnitTest tests[] = {
		RULE(lines_that_a_crash_kept_from_the_file_come_with_the_start),
		RULE(while_the_file_lacks_lines_nothing_is_changed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
