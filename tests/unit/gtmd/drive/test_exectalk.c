/* tests/unit/gtmd/drive/test_exectalk.c - what a program is told, and what it
 * may say. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/drive/driver.h"
#include "gtmd/drive/exectalk.h"

static struct exectalk talk;
static struct err err;

/* Heard in pieces of step octets, from the beginning. */
static int
hear(const char *text, size_t step)
{
	size_t len = strlen(text);
	int rc = 0;

	exectalk_init(&talk);
	for (size_t at = 0; rc == 0 && at < len; at += step)
		rc = exectalk_hear(&talk, text + at,
		    len - at < step ? len - at : step, &err);
	return rc != 0 ? rc : exectalk_end(&talk, &err);
}

static void
the_order_says_all_that_is_known(void **state)
{
	const char *addresses[] = { "10.0.0.1", "2001:db8::1" };
	const struct driver_place from = { .name = "/Common/esx-a",
	    .datacenter = "/Common/Local" }, to = { .name = "/Common/b" };
	const struct driver_host host = { .name = "vm1",
	    .station = "02:00:00:00:00:01", .addresses = addresses,
	    .address_count = 2, .storage_octets = 5 << 20 };
	const struct driver_order order = { .id = "m/1/vm1/storage/2",
	    .action = DRIVER_STORAGE, .from = &from, .to = &to, .host = &host,
	    .dry_run = true, .deadline = 2500 * CLOCK_MS };
	char *line = exectalk_order(&order);

	(void)state;
	assert_string_equal(line, "{\"version\":1,\"id\":\"m/1/vm1/storage/2\","
	    "\"action\":\"storage\",\"dryRun\":true,\"deadline\":3,\"host\":{"
	    "\"name\":\"vm1\",\"station\":\"02:00:00:00:00:01\",\"addresses\":"
	    "[\"10.0.0.1\",\"2001:db8::1\"],\"storage\":5242880},\"from\":{"
	    "\"name\":\"/Common/esx-a\",\"datacenter\":\"/Common/Local\"},"
	    "\"to\":{\"name\":\"/Common/b\"}}");
	free(line);
}

static void
words_are_heard_however_they_are_cut(void **state)
{
	static const char text[] = "{\"progress\":10,\"total\":200}\n\r\n"
	    "{\"note\":\"half\",\"progress\":1e2,\"later\":[1]}\n"
	    "{\"result\":\"failed\",\"reason\":\"full\",\"retry\":true}";

	(void)state;
	for (size_t step = 1; step <= sizeof(text); step++) {
		assert_int_equal(hear(text, step), 0);
		assert_true(talk.fresh);
		assert_int_equal(talk.octets, 100);
		assert_int_equal(talk.of, 200);
		assert_string_equal(talk.note.text, "half");
		assert_int_equal(talk.result, EXECTALK_FAILED);
		assert_true(talk.retry);
		assert_string_equal(talk.reason.text, "full");
	}
}

static void
nothing_counts_after_the_result(void **state)
{
	(void)state;
	assert_int_equal(hear("{\"result\":\"done\"}\nbye\n"
	    "{\"result\":\"failed\"}\n", 7), 0);
	assert_int_equal(talk.result, EXECTALK_DONE);
	assert_false(talk.fresh);
	assert_int_equal(hear("{\"result\":\"moved\"}\n", 7), 0);
	assert_int_equal(talk.result, EXECTALK_MOVED);
}

static void
what_is_no_word_of_the_contract_is_told(void **state)
{
	static const struct {
		const char *said, *told;
	} cases[] = {
		{ "{\"note\":\"a\"}\nhello\n", "line 2 of its output is no "
		    "JSON object: hello" },
		{ "[1]\n", "line 1 of its output is no JSON object: [1]" },
		{ "{\"progress\":\"x\"}\n", "line 1 of its output: progress is "
		    "no number of octets" },
		{ "{\"progress\":-1}\n", "line 1 of its output: progress is "
		    "no number of octets" },
		{ "{\"progress\":1,\"total\":null}\n", "line 1 of its output: "
		    "total is no number of octets" },
		{ "{\"progress\":1e300}\n", "line 1 of its output: progress is "
		    "no number of octets" },
		{ "{\"note\":1}\n", "line 1 of its output: note is no text" },
		{ "{\"result\":true}\n", "line 1 of its output: result is "
		    "neither done, failed nor moved" },
		{ "{\"result\":\"ok\"}\n", "line 1 of its output: result is "
		    "neither done, failed nor moved" },
		{ "{\"result\":\"failed\",\"retry\":1}\n", "line 1 of its "
		    "output: retry is neither true nor false" },
		{ "{\"result\":\"failed\",\"reason\":1}\n", "line 1 of its "
		    "output: reason is no text" },
		{ "{\"result\":\"done\"", "line 1 of its output is no JSON "
		    "object: {\"result\":\"done\"" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		assert_int_equal(hear(cases[i].said, 5), ERR_PARSE);
		assert_string_equal(err.text, cases[i].told);
	}
}

/* Depth as well: it is json_parse that keeps it. */
static void
lines_levels_and_the_whole_have_bounds(void **state)
{
	char *text = malloc(EXECTALK_LINE_MAX + 1);

	(void)state;
	assert_non_null(text);
	memset(text, '[', EXECTALK_LINE_MAX);
	text[EXECTALK_LINE_MAX] = '\0';
	assert_int_equal(hear(text, 4096), ERR_RANGE);
	assert_string_equal(err.text, "line 1 of its output has more than 8191 "
	    "octets");
	text[EXECTALK_LINE_MAX - 1] = '\0';
	assert_int_equal(hear(text, 4096), ERR_PARSE);
	memset(text, '\n', EXECTALK_LINE_MAX);
	exectalk_init(&talk);
	for (size_t n = 0; n < EXECTALK_TOTAL_MAX; n += EXECTALK_LINE_MAX)
		assert_int_equal(exectalk_hear(&talk, text, EXECTALK_LINE_MAX,
		    &err), 0);
	assert_int_equal(exectalk_hear(&talk, text, 1, &err), ERR_RANGE);
	free(text);
}

/* Who tells each second how far it is may do so for days. */
static void
as_much_may_come_each_minute(void **state)
{
	static char text[EXECTALK_TOTAL_MAX / 4];
	struct exectalk_last last = { .total = 7 };

	(void)state;
	memset(text, '\n', sizeof(text));
	exectalk_init(&talk);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(exectalk_hear(&talk, text, sizeof(text), &err), 0);
		if (i == 3)
			exectalk_minute(&talk, &last);
	}
	assert_int_equal(last.total, 0);
	assert_int_equal(exectalk_hear(&talk, text, 1, &err), ERR_RANGE);
}

static const char *
last_of(const char *text, size_t step)
{
	struct exectalk_last l = { .len = 0 };

	for (size_t at = 0; text[at] != '\0'; at += strnlen(text + at, step))
		exectalk_keep(&l, text + at, strnlen(text + at, step));
	exectalk_last_text(&l, ERR_IO, "nothing", &err);
	return err.text;
}

static void
the_last_lines_of_errors_are_kept(void **state)
{
	char *long_text = malloc(5001);

	(void)state;
	assert_non_null(long_text);
	for (size_t step = 1; step < 9; step++) {
		assert_string_equal(last_of("a\nb\n\nc\nd\n", step), "b; c; d");
		assert_string_equal(last_of("one", step), "one");
		assert_string_equal(last_of("one\n\n\n", step), "one");
		assert_string_equal(last_of("\n\n", step), "nothing");
		assert_string_equal(last_of("", step), "nothing");
		assert_string_equal(last_of("\na\033b\n", step), "a?b");
	}
	memset(long_text, 'x', 5000);
	strncpy(long_text + 4990, "\nthe end\n", 11);
	assert_non_null(strstr(last_of(long_text, 333), "xxx"));
	memset(long_text, '\n', 4990);
	assert_string_equal(last_of(long_text, 4999), "the end");
	free(long_text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_says_all_that_is_known),
		cmocka_unit_test(words_are_heard_however_they_are_cut),
		cmocka_unit_test(nothing_counts_after_the_result),
		cmocka_unit_test(what_is_no_word_of_the_contract_is_told),
		cmocka_unit_test(lines_levels_and_the_whole_have_bounds),
		cmocka_unit_test(as_much_may_come_each_minute),
		cmocka_unit_test(the_last_lines_of_errors_are_kept),
	};

	return cmocka_run_group_tests_name("exectalk", tests, NULL, NULL);
}
