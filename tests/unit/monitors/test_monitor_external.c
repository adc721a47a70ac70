/* tests/unit/monitors/test_monitor_external.c - what an external monitor may
 * be told to run, and with what. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/tmos_bind.h"
#include "core/model/type.h"
#include "monitors/monitor_external.h"

static const struct schema schema = {
	.types = monitor_types, .builtin = monitor_builtin,
};

/* All findings about one monitor with these lines. */
static struct diag
findings(const char *lines)
{
	struct draft *d = draft_new(&schema, NULL);
	struct diag_pos pos = { .file = "t" };
	struct diag out;
	struct tmos_bind b = { .schema = &schema, .out = &out };
	char text[4000];

	diag_init(&out);
	(void)snprintf(text, sizeof(text), "gtm monitor external x {\n"
	    "defaults-from external\n%s\n}\n", lines);
	(void)tmos_bind_text(&b, d, text, strlen(text), &pos);
	(void)draft_check(d, &out);
	draft_free(&d);
	return out;
}

static void
expect(const char *lines, enum diag_level level, const char *words)
{
	struct diag out = findings(lines);

	if (out.count != 1 || out.entries[0].level != level ||
	    strstr(out.entries[0].text, words) == NULL)
		fail_msg("%s: %zu findings, %s", lines, out.count,
		    out.count > 0 ? out.entries[0].text : "");
	diag_fini(&out);
}

static void
programs_come_from_one_folder(void **state)
{
	(void)state;
	expect("run /bin/sh", DIAG_ERROR, "run: /bin/sh is not in "
	    "/etc/gtm/monitors");
	expect("run ../sh", DIAG_ERROR, "run: \"../sh\"");
	expect("run /Common/no-such-program", DIAG_WARNING,
	    "run: /etc/gtm");
	expect("interval 30", DIAG_WARNING, "run: none");
}

static void
args_and_times_are_checked(void **state)
{
	struct diag out = findings("args \"a \\\"b\"\nrun x");

	(void)state;
	assert_int_equal(out.errors, 1);
	assert_non_null(strstr(out.entries[0].text, "args: a quote"));
	diag_fini(&out);
	out = findings("interval 120\nrun x");
	assert_int_equal(out.errors, 1);
	diag_fini(&out);
}

static void
variables_make_no_other_program_of_it(void **state)
{
	static const char *const bad[] = {
		"LD_PRELOAD", "LD_LIBRARY_PATH", "PATH", "IFS", "ENV",
		"BASH_ENV", "SHELLOPTS", "PYTHONPATH", "PERL5LIB",
		"GCONV_PATH", "HOME", "NODE_IP", "MON_TMPL_NAME",
	}, *const no_names[] = { "1A", "a-b", "a.b", "\"a b\"" };
	char line[80];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		struct diag out;

		(void)snprintf(line, sizeof(line), "user-defined %s x\nrun x",
		    bad[i]);
		out = findings(line);
		if (out.errors != 1 || out.entries[0].code != ERR_RANGE)
			fail_msg("%s is taken", bad[i]);
		diag_fini(&out);
	}
	for (size_t i = 0; i < OBJ_COUNT(no_names); i++) {
		struct diag out;

		(void)snprintf(line, sizeof(line), "user-defined %s x\nrun x",
		    no_names[i]);
		out = findings(line);
		if (out.errors != 1 || out.entries[0].code != ERR_PARSE)
			fail_msg("%s is taken", no_names[i]);
		diag_fini(&out);
	}
	expect("run x\nuser-defined PATHS x\nuser-defined _a1 y",
	    DIAG_WARNING, "run: ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_come_from_one_folder),
		cmocka_unit_test(args_and_times_are_checked),
		cmocka_unit_test(variables_make_no_other_program_of_it),
	};

	return cmocka_run_group_tests_name("monitor_external", tests, NULL,
	    NULL);
}
