/* tests/unit/gtmd/drive/test_qmpstep.c - commands as QEMU takes them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/model/json.h"
#include "gtmd/drive/qmpseen.h"
#include "gtmd/drive/qmpstep.h"

static struct qmpstep step;

/* The step is this command to that side; its arguments are gone then. */
static void
is(enum qmpstep_side side, const char *command, const char *arguments)
{
	char *line = step.arguments != NULL ? json_line(step.arguments) : NULL;

	assert_int_equal(step.what, QMPSTEP_SEND);
	assert_int_equal(step.side, side);
	assert_string_equal(step.command, command);
	if (arguments == NULL)
		assert_null(line);
	else
		assert_string_equal(line, arguments);
	free(line);
	json_free(&step.arguments);
}

static struct addrport
at(const char *text)
{
	struct addrport ap;

	assert_int_equal(addr_parse_port(text, &ap), 0);
	return ap;
}

static void
a_move_is_asked_for_at_an_address(void **state)
{
	struct addrport four = at("192.0.2.1:8002"), six = at("2001:db8::1.8002");
	struct addrport any = at("*:8002");

	(void)state;
	qmpstep_uri(&step, QMPSTEP_FROM, "migrate", &four);
	assert_false(step.may_fail);
	is(QMPSTEP_FROM, "migrate", "{\"uri\":\"tcp:192.0.2.1:8002\"}");
	qmpstep_uri(&step, QMPSTEP_FROM, "migrate", &six);
	is(QMPSTEP_FROM, "migrate", "{\"uri\":\"tcp:[2001:db8::1]:8002\"}");
	qmpstep_uri(&step, QMPSTEP_TO, "migrate-incoming", &any);
	is(QMPSTEP_TO, "migrate-incoming", "{\"uri\":\"tcp::8002\"}");
	qmpstep_prepare(&step, true);
	is(QMPSTEP_FROM, "migrate-set-capabilities", "{\"capabilities\":["
	    "{\"capability\":\"events\",\"state\":true},{\"capability\":"
	    "\"pause-before-switchover\",\"state\":true}]}");
	qmpstep_go_on(&step);
	assert_true(step.may_fail);
	is(QMPSTEP_FROM, "migrate-continue", "{\"state\":\"pre-switchover\"}");
	qmpstep_plain(&step, QMPSTEP_FROM, "quit");
	is(QMPSTEP_FROM, "quit", NULL);
}

static void
disks_are_exported_mirrored_and_let_go(void **state)
{
	const struct qmpseen_disk d = { .name = "gtm-d0", .node = "#block7" };
	const struct qmpseen_job job = { .name = "gtm-d0" };
	struct addrport six = at("2001:db8::1.10809");

	(void)state;
	qmpstep_nbd(&step, &six);
	assert_true(step.may_fail);
	is(QMPSTEP_TO, "nbd-server-start", "{\"addr\":{\"type\":\"inet\","
	    "\"data\":{\"host\":\"2001:db8::1\",\"port\":\"10809\"}}}");
	qmpstep_export(&step, &d);
	is(QMPSTEP_TO, "block-export-add", "{\"type\":\"nbd\",\"id\":\"gtm-d0\""
	    ",\"node-name\":\"#block7\",\"name\":\"gtm-d0\",\"writable\":"
	    "true}");
	qmpstep_mirror(&step, &d, &six);
	assert_false(step.may_fail);
	is(QMPSTEP_FROM, "drive-mirror", "{\"job-id\":\"gtm-d0\",\"device\":"
	    "\"#block7\",\"target\":\"nbd://[2001:db8::1]:10809/gtm-d0\","
	    "\"format\":\"raw\",\"mode\":\"existing\",\"sync\":\"full\","
	    "\"auto-dismiss\":false}");
	qmpstep_let_go(&step, &job, false);
	is(QMPSTEP_FROM, "block-job-cancel", "{\"device\":\"gtm-d0\"}");
	qmpstep_let_go(&step, &job, true);
	is(QMPSTEP_FROM, "block-job-cancel", "{\"device\":\"gtm-d0\",\"force\":"
	    "true}");
	qmpstep_dismiss(&step, &job);
	is(QMPSTEP_FROM, "job-dismiss", "{\"id\":\"gtm-d0\"}");
}

static void
waits_and_ends_have_sentences(void **state)
{
	(void)state;
	qmpstep_wait(&step, "memory is copied");
	assert_int_equal(step.what, QMPSTEP_WAIT);
	assert_string_equal(step.e.text, "memory is copied");
	qmpstep_end(&step, ERR_IO, true, "%s is gone", "vm");
	assert_int_equal(step.what, QMPSTEP_END);
	assert_int_equal(step.e.code, ERR_IO);
	assert_true(step.retry);
	assert_string_equal(step.e.text, "vm is gone");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_move_is_asked_for_at_an_address),
		cmocka_unit_test(disks_are_exported_mirrored_and_let_go),
		cmocka_unit_test(waits_and_ends_have_sentences),
	};

	return cmocka_run_group_tests_name("qmpstep", tests, NULL, NULL);
}
