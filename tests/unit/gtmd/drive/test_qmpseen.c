/* tests/unit/gtmd/drive/test_qmpseen.c - what is seen of QEMU's answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "gtmd/drive/qmpseen.h"

static struct qmpseen seen;
static struct err err;

static int
take(enum qmpseen_question q, const char *text)
{
	struct json *j = json_parse(text, strlen(text), NULL);
	int rc = qmpseen_take(&seen, q, j, &err);

	json_free(&j);
	return rc;
}

static void
states_are_told_apart(void **state)
{
	static const struct {
		const char	 *word;
		enum qmpseen_state is;
	} cases[] = {
		{ "running", QMPSEEN_RUNS }, { "inmigrate", QMPSEEN_WAITS },
		{ "finish-migrate", QMPSEEN_LEAVES },
		{ "postmigrate", QMPSEEN_LEFT }, { "paused", QMPSEEN_STANDS },
		{ "prelaunch", QMPSEEN_STANDS }, { "new", QMPSEEN_STANDS }
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		char text[80];

		(void)snprintf(text, sizeof(text), "{\"status\": \"%s\"}",
		    cases[i].word);
		assert_int_equal(take(QMPSEEN_STATUS, text), 0);
		assert_int_equal(seen.state, cases[i].is);
		assert_string_equal(seen.word, cases[i].word);
	}
	assert_int_equal(take(QMPSEEN_STATUS, "{}"), ERR_PARSE);
	qmpseen_gone(&seen, "refused");
	assert_int_equal(seen.state, QMPSEEN_GONE);
	assert_string_equal(seen.why, "refused");
}

static void
moves_are_told_apart(void **state)
{
	static const struct {
		const char	*word;
		enum qmpseen_move is;
	} cases[] = {
		{ "none", QMPSEEN_NONE }, { "setup", QMPSEEN_MOVING },
		{ "active", QMPSEEN_MOVING }, { "device", QMPSEEN_MOVING },
		{ "cancelling", QMPSEEN_MOVING }, { "new", QMPSEEN_MOVING },
		{ "pre-switchover", QMPSEEN_AT_SWITCH },
		{ "completed", QMPSEEN_MOVED }, { "failed", QMPSEEN_FAILED },
		{ "cancelled", QMPSEEN_CANCELLED }
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		char text[160];

		(void)snprintf(text, sizeof(text), "{\"status\": \"%s\", "
		    "\"error-desc\": \"why\", \"downtime\": 12, \"ram\": "
		    "{\"total\": 100, \"remaining\": 30}}", cases[i].word);
		assert_int_equal(take(QMPSEEN_MIGRATE, text), 0);
		assert_int_equal(seen.move, cases[i].is);
		assert_int_equal(seen.ram_total - seen.ram_left, 70);
		assert_int_equal(seen.stood_ms, 12);
		assert_false(seen.listens);
	}
	assert_int_equal(take(QMPSEEN_MIGRATE, "{\"socket-address\": []}"), 0);
	assert_int_equal(seen.move, QMPSEEN_NONE);
	assert_true(seen.listens);
	assert_int_equal(seen.ram_total, 0);
}

#define DISK(device, qdev, node, ro) "{\"device\": \"" device "\", \"qdev\": \"" \
	qdev "\", \"inserted\": {\"node-name\": \"" node "\", \"ro\": " ro ", "	\
	"\"image\": {\"virtual-size\": 512}}}"

static void
disks_are_known_by_what_they_hang_on(void **state)
{
	(void)state;
	assert_int_equal(take(QMPSEEN_DISKS, "["
	    DISK("disk0", "/machine/q", "#block1", "false") ","
	    DISK("", "/machine/peripheral/d[1]/virtio-backend", "n2", "false")
	    "," DISK("", "", "n3", "false") ","
	    DISK("cd", "", "n4", "true") ",{\"device\": \"floppy\"}]"), 0);
	assert_int_equal(seen.disk_count, 3);
	assert_string_equal(seen.disks[0].node, "#block1");
	assert_int_equal(seen.disks[0].size, 512);
	assert_non_null(qmpseen_disk(&seen, "gtm-disk0"));
	assert_non_null(qmpseen_disk(&seen,
	    "gtm-_machine_peripheral_d_1__virtio-backend"));
	assert_non_null(qmpseen_disk(&seen, "gtm-n3"));
	assert_null(qmpseen_disk(&seen, "gtm-cd"));
	assert_int_equal(take(QMPSEEN_DISKS, "["
	    DISK("a/b", "", "1", "false") "," DISK("a_b", "", "2", "false")
	    "]"), ERR_CONFLICT);
}

static void
jobs_and_exports_are_seen(void **state)
{
	(void)state;
	assert_int_equal(take(QMPSEEN_JOBS, "[{\"device\": \"gtm-a\", \"ready\""
	    ": true, \"offset\": 5, \"len\": 9}, {\"device\": \"own\"}]"), 0);
	assert_int_equal(seen.job_count, 2);
	assert_true(qmpseen_job(&seen, "gtm-a")->ready);
	assert_int_equal(qmpseen_job(&seen, "gtm-a")->total, 9);
	assert_false(qmpseen_job(&seen, "own")->ready);
	assert_null(qmpseen_job(&seen, "gtm-b"));
	assert_false(qmpseen_job(&seen, "own")->ended);
	assert_int_equal(take(QMPSEEN_JOBS, "[{\"device\": \"gtm-a\", "
	    "\"status\": \"concluded\", \"error\": \"full\"}]"), 0);
	assert_true(seen.jobs[0].ended && seen.jobs[0].failed);
	assert_string_equal(seen.jobs[0].why, "full");
	assert_int_equal(take(QMPSEEN_EXPORTS, "[{\"id\": \"gtm-a\"}]"), 0);
	assert_true(qmpseen_exports(&seen, "gtm-a"));
	assert_false(qmpseen_exports(&seen, "gtm-b"));
}

static void
what_has_not_its_form_is_told(void **state)
{
	static const enum qmpseen_question all[] = { QMPSEEN_STATUS,
	    QMPSEEN_MIGRATE, QMPSEEN_JOBS, QMPSEEN_DISKS, QMPSEEN_EXPORTS };
	struct strbuf b;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(all); i++) {
		assert_int_equal(take(all[i], "7"), ERR_PARSE);
		assert_int_equal(take(all[i], all[i] < QMPSEEN_JOBS ? "[]" :
		    "{}"), ERR_PARSE);
		assert_non_null(strstr(err.text, qmpseen_command(all[i])));
	}
	assert_int_equal(take(QMPSEEN_JOBS, "[1]"), 0);
	strbuf_init(&b);
	for (int i = 0; i <= QMPSEEN_MAX; i++)
		strbuf_printf(&b, "%s{\"id\": \"e%d\", \"device\": \"d%d\", "
		    "\"inserted\": {\"node-name\": \"n%d\"}}", i > 0 ? "," :
		    "[", i, i, i);
	strbuf_add(&b, "]");
	for (size_t i = 2; i < OBJ_COUNT(all); i++)
		assert_int_equal(take(all[i], b.text), ERR_RANGE);
	strbuf_clear(&b);
	strbuf_printf(&b, "[{\"device\": \"%0200d\", \"id\": \"%0200d\", "
	    "\"inserted\": {}}]", 1, 2);
	for (size_t i = 2; i < OBJ_COUNT(all); i++)
		assert_int_equal(take(all[i], b.text), ERR_RANGE);
	strbuf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_are_told_apart),
		cmocka_unit_test(moves_are_told_apart),
		cmocka_unit_test(disks_are_known_by_what_they_hang_on),
		cmocka_unit_test(jobs_and_exports_are_seen),
		cmocka_unit_test(what_has_not_its_form_is_told),
	};

	return cmocka_run_group_tests_name("qmpseen", tests, NULL, NULL);
}
