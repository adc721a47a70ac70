/* tests/unit/core/rest/test_procmetrics.c - a process is told of as long as
 * there is one. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "core/base/strbuf.h"
#include "core/rest/procmetrics.h"

static const struct procmetrics other = PROCMETRICS("other", " of another");

static void
this_process_and_its_release_are_told(void **state)
{
	static const char *const parts[] = {
		"gtm_build_info{version=\"", "\nprocess_cpu_seconds_total ",
		"\nprocess_resident_memory_bytes ", "\nprocess_open_fds ",
		"\nprocess_max_fds ", "CPU time of all threads.\n"
	};
	struct strbuf b = { 0 };

	(void)state;
	procmetrics_own(&b);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strstr(b.text, parts[i]) == NULL)
			fail_msg("%s is not in\n%s", parts[i], b.text);
	strbuf_fini(&b);
}

static void
another_goes_by_its_own_names(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	procmetrics_write(&b, &other, getpid());
	assert_non_null(strstr(b.text, "\nother_cpu_seconds_total "));
	assert_non_null(strstr(b.text, "Memory in use of another.\n"));
	assert_null(strstr(b.text, "process_"));
	strbuf_fini(&b);
}

/* Ids of processes end at 4194304 (proc(5), pid_max). */
static void
who_is_gone_has_no_numbers(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	procmetrics_write(&b, &other, 0x7ffffff0);
	assert_int_equal(b.len, 0);
	strbuf_fini(&b);
}

static void
without_a_socket_nothing_was_answered(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	procmetrics_rest(&b, NULL);
	assert_non_null(strstr(b.text,
	    "# TYPE gtm_rest_requests_total counter\n"));
	assert_null(strstr(b.text, "code="));
	strbuf_fini(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_process_and_its_release_are_told),
		cmocka_unit_test(another_goes_by_its_own_names),
		cmocka_unit_test(who_is_gone_has_no_numbers),
		cmocka_unit_test(without_a_socket_nothing_was_answered),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
