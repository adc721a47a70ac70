/* tests/unit/monitors/test_trouble.c - a line a minute, with figures.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/log.h"
#include "monitors/probe.h"
#include "monitors/trouble.h"

static int lines;	/* where the log goes */

static int
set_up(void **state)
{
	(void)state;
	lines = memfd_create("log", MFD_CLOEXEC);
	log_setup(&(struct log_config){ lines, LOG_WARNING, LOG_FORM_BARE });
	return lines == -1;
}

static int
tear_down(void **state)
{
	(void)state;
	log_setup(&(struct log_config){ STDERR_FILENO, LOG_ERROR,
	    LOG_FORM_BARE });
	return close(lines);
}

static void
expect(const char *want)
{
	char text[1024] = { 0 };

	assert_true(pread(lines, text, sizeof(text) - 1, 0) >= 0);
	assert_string_equal(text, want);
	assert_int_equal(ftruncate(lines, 0), 0);
	assert_int_equal(lseek(lines, 0, SEEK_SET), 0);
}

static void
abstentions_are_counted_between_lines(void **state)
{
	const struct probe_result r = { .outcome = PROBE_ABSTAIN,
	    .code = PROBE_LOCAL, .sys_errno = EMFILE };
	struct trouble t = { 0 };

	(void)state;
	trouble_abstained(&t, &r, CLOCK_S);
	expect("error monitor - abstain probes=1 "
	    "cause=\"cannot probe: Too many open files\"\n");
	for (int i = 0; i < 10; i++)
		trouble_abstained(&t, &r, 61 * CLOCK_S - 1);
	expect("");
	trouble_abstained(&t, &r, 61 * CLOCK_S);
	expect("error monitor - abstain probes=11 "
	    "cause=\"cannot probe: Too many open files\"\n");
}

static void
a_second_late_is_told_once_a_minute(void **state)
{
	const struct trouble_queue q = { 7, 8, 9 };
	struct trouble t = { 0 };

	(void)state;
	trouble_late(&t, 999999, &q, CLOCK_S);
	expect("");
	trouble_late(&t, 1000000, &q, CLOCK_S);
	expect("warning monitor - late ms=1000 waiting=7 under-way=8 most=9\n");
	trouble_late(&t, 5000000, &q, 61 * CLOCK_S - 1);
	expect("");
	trouble_late(&t, 5000999, &q, 61 * CLOCK_S);
	expect("warning monitor - late ms=5000 waiting=7 under-way=8 most=9\n");
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(abstentions_are_counted_between_lines),
		T(a_second_late_is_told_once_a_minute),
	};

	return cmocka_run_group_tests_name("trouble", tests, NULL, NULL);
}
