/* tests/unit/monitors/test_judge.c - verdicts on replies, whole and in pieces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "monitors/judge.h"
#include "monitors/pattern.h"

#define H	"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"

static const struct row {
	const char	*octets;
	const char	*recv, *codes;
	bool		 http, reverse;
	enum judge_event last;
	enum probe_code	 want;
} row[] = {
	/* Any reply will do, and none will not. */
	{ "x", NULL, NULL, true, false, JUDGE_END, PROBE_OK },
	{ "x", NULL, NULL, true, false, JUDGE_TIME, PROBE_OK },
	{ "", NULL, NULL, true, false, JUDGE_END, PROBE_CLOSED },
	{ "", NULL, NULL, true, false, JUDGE_TIME, PROBE_TIMEOUT },
	{ "", "x", NULL, false, true, JUDGE_END, PROBE_CLOSED },
	/* recv, within the reply and not behind it. */
	{ H "hello", "hello", NULL, true, false, JUDGE_MORE, PROBE_OK },
	{ H "hello", "200 OK", NULL, true, false, JUDGE_MORE, PROBE_OK },
	{ H "hallo", "hello", NULL, true, false, JUDGE_MORE, PROBE_NO_MATCH },
	{ H "halloHTTP/1.1 hello", "hello", NULL, true, false, JUDGE_MORE,
	  PROBE_NO_MATCH },
	{ H "hel", "hello", NULL, true, false, JUDGE_END, PROBE_NO_MATCH },
	{ H "hel", "hello", NULL, true, false, JUDGE_TIME, PROBE_TIMEOUT },
	{ H "hello", "hello$", NULL, true, false, JUDGE_MORE, PROBE_OK },
	/* Without a length only the end, or the time, tells. */
	{ "plain text", "ext$", NULL, false, false, JUDGE_END, PROBE_OK },
	{ "plain text", "ext$", NULL, false, false, JUDGE_TIME, PROBE_OK },
	{ "plain text", "nope", NULL, false, false, JUDGE_END, PROBE_NO_MATCH },
	{ "plain text", "nope", NULL, false, false, JUDGE_TIME, PROBE_TIMEOUT },
	/* reverse */
	{ H "hello", "hello", NULL, true, true, JUDGE_MORE, PROBE_MATCH },
	{ H "hallo", "hello", NULL, true, true, JUDGE_MORE, PROBE_OK },
	{ "plain", "nope", NULL, false, true, JUDGE_TIME, PROBE_TIMEOUT },
	/* Status codes: alone, and together with recv. */
	{ H, NULL, "200 204", true, false, JUDGE_TIME, PROBE_OK },
	{ H, NULL, "204", true, false, JUDGE_TIME, PROBE_STATUS },
	{ "HTTP/1.1 20", NULL, "200", true, false, JUDGE_TIME, PROBE_TIMEOUT },
	{ "HTTP/1.1 20", NULL, "200", true, false, JUDGE_END, PROBE_STATUS },
	{ "<html>", NULL, "200", true, false, JUDGE_END, PROBE_STATUS },
	{ H "hello", "hello", "200", true, false, JUDGE_MORE, PROBE_OK },
	{ H "hello", "hello", "404", true, false, JUDGE_MORE, PROBE_STATUS },
	{ H "hello", "hello", "404", true, true, JUDGE_MORE, PROBE_STATUS },
	{ H "hallo", "hello", "200", true, false, JUDGE_MORE, PROBE_NO_MATCH },
	{ "HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 503 No\r\n\r\n", NULL, "100",
	  true, false, JUDGE_END, PROBE_STATUS },
};

static enum probe_outcome
outcome_of(enum probe_code code)
{
	return code == PROBE_OK ? PROBE_UP :
	    code == PROBE_TIMEOUT ? PROBE_SILENT : PROBE_DOWN;
}

static void
check(size_t i, size_t cut)
{
	struct judge_spec spec = { .http = row[i].http,
	    .reverse = row[i].reverse };
	const uint8_t *octets = (const uint8_t *)row[i].octets;
	size_t len = strlen(row[i].octets), at = 0;
	struct probe_result r = { 0 };
	struct judge j;
	bool done = false;

	assert_int_equal(judge_parse_codes(&spec, row[i].codes, NULL), 0);
	if (row[i].recv != NULL)
		spec.recv = pattern_new(row[i].recv, NULL);
	judge_init(&j, &spec);
	while (!done && at < len) {
		at = cut == 0 || len - at < cut ? len : at + cut;
		done = judge_push(&j, octets, at, JUDGE_MORE, &r);
	}
	if (!done && row[i].last != JUDGE_MORE)
		done = judge_push(&j, octets, at, row[i].last, &r);
	if (!done || r.code != row[i].want ||
	    r.outcome != outcome_of(row[i].want))
		fail_msg("row %zu by %zu: done %d, outcome %d, code %d, want %d",
		    i, cut, done, r.outcome, r.code, row[i].want);
	if (spec.recv != NULL)
		pattern_free(&spec.recv);
}

static void
verdict_is_the_same_however_the_reply_is_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		for (size_t cut = 0; cut < 12; cut++)
			check(i, cut);
	}
}

/* 64 KiB that come octet by octet: not 2 GiB of searching, under half a MiB;
 * yet a short reply is judged as soon as it matches. */
static void
drips_do_not_multiply_the_search(void **state)
{
	static uint8_t octets[JUDGE_REPLY_MAX + 1];
	struct judge_spec spec = { .recv = pattern_new("never", NULL) };
	struct probe_result r = { 0 };
	struct judge j;

	(void)state;
	memset(octets, 'x', JUDGE_REPLY_MAX);
	judge_init(&j, &spec);
	for (size_t len = 1; len < JUDGE_REPLY_MAX; len++) {
		assert_false(judge_push(&j, octets, len, JUDGE_MORE, &r));
		assert_true(len > 500 || j.searched == len);
	}
	assert_true(judge_push(&j, octets, JUDGE_REPLY_MAX, JUDGE_END, &r));
	assert_int_equal(r.code, PROBE_NO_MATCH);
	assert_true(j.work < 400000);
	pattern_free(&spec.recv);
}

/* What was judged is told: all that came, or all of the reply. */
static void
octets_are_those_that_were_judged(void **state)
{
	static const uint8_t more[] = H "halloHTTP/1.1 hello";
	struct judge_spec spec = { .http = true };
	struct probe_result r = { 0 };
	struct judge j;

	(void)state;
	spec.recv = pattern_new("hello", NULL);
	judge_init(&j, &spec);
	assert_false(judge_push(&j, more, 20, JUDGE_MORE, &r));
	assert_true(judge_push(&j, more, sizeof(more) - 1, JUDGE_MORE, &r));
	assert_int_equal(r.code, PROBE_NO_MATCH);
	assert_int_equal(r.octets, strlen(H "hallo"));
	judge_init(&j, &spec);
	assert_true(judge_push(&j, more, 20, JUDGE_TIME, &r));
	assert_int_equal(r.code, PROBE_TIMEOUT);
	assert_int_equal(r.octets, 20);
	pattern_free(&spec.recv);
}

static void
code_lists_are_checked(void **state)
{
	static const char *const bad[] = { "20", "2000", "200,204", "099",
	    "600", "ok", "200 2x4", "200;",
	    ("100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 "
	    "116") };
	struct judge_spec s = { 0 };
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		if (judge_parse_codes(&s, bad[i], &e) == 0)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_non_null(strstr(e.text, bad[i]));
	}
	assert_int_equal(judge_parse_codes(&s, "  200  599 ", &e), 0);
	assert_int_equal(s.code_count, 2);
	assert_int_equal(s.codes[1], 599);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdict_is_the_same_however_the_reply_is_cut),
		cmocka_unit_test(drips_do_not_multiply_the_search),
		cmocka_unit_test(octets_are_those_that_were_judged),
		cmocka_unit_test(code_lists_are_checked),
	};

	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
