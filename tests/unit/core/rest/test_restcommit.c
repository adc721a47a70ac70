/* tests/unit/core/rest/test_restcommit.c - what belongs to a change: its line,
 * its number, the word to who watches; and what a refused one leaves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/store.h"
#include "core/rest/restevents.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/model/storekit.h"
#include "tests/unit/core/rest/commitkit.h"

/* All events since the reader was opened, as they go over the wire. */
static const char *
told(struct restevents_reader *r)
{
	static char text[8192];
	ssize_t n = restevents_read(r, text, sizeof(text) - 1);

	assert_true(n >= 0);
	text[n] = '\0';
	return text;
}

static void
a_change_is_on_record_and_told(void **state)
{
	struct restevents_reader r = { .events = NULL };
	const char *text;

	(void)state;
	restevents_open(commitkit_events, &r, NULL, NULL);
	(void)told(&r);
	assert_int_equal(commitkit_set("s1", "new", ""), 200);
	assert_int_equal(commitkit_audited("\n"), 1);
	assert_int_equal(commitkit_audited("\"user\":\"eve\""), 1);
	assert_int_equal(commitkit_audited("\"path\":"
	    "\"/mgmt/tm/test/site/s1\""), 1);
	assert_int_equal(commitkit_audited("\"result\":200"), 1);
	assert_int_equal(commitkit_audited("\"change\":1,"), 1);
	text = told(&r);
	assert_non_null(strstr(text, "event: commit"));
	assert_non_null(strstr(text, "\"change\":1,"));
	assert_non_null(strstr(text, "\"user\":\"eve\""));
	restevents_close(&r);
}

static void
what_changes_nothing_has_a_line_and_no_number(void **state)
{
	struct restevents_reader r = { .events = NULL };

	(void)state;
	restevents_open(commitkit_events, &r, NULL, NULL);
	(void)told(&r);
	assert_int_equal(commitkit_set("s2", "two", ""), 200);
	assert_int_equal(commitkit_audited("\n"), 1);
	assert_int_equal(commitkit_audited("\"change\":1"), 0);
	assert_int_equal(commitkit_delete("s1"), 400);	/* in use */
	assert_int_equal(commitkit_audited("\n"), 2);
	assert_int_equal(commitkit_audited("\"result\":400"), 1);
	assert_int_equal(commitkit_audited("in use"), 1);
	assert_string_equal(told(&r), "");
	assert_int_equal(commitkit_set("s2", "three", ""), 200);
	assert_int_equal(commitkit_audited("\"change\":1,"), 1);
	restevents_close(&r);
}

/* What the operator edits in the file is nobody's request, and told as well. */
static void
an_edit_of_the_file_is_told_and_is_no_change_of_ours(void **state)
{
	struct restevents_reader r = { .events = NULL };
	const char *text;

	(void)state;
	restevents_open(commitkit_events, &r, NULL, NULL);
	(void)told(&r);
	storekit_write("test site s1 { note hand }\n");
	storekit_load(commitkit_store, 0, "");
	text = told(&r);
	assert_non_null(strstr(text, "\"method\":\"LOAD\""));
	assert_int_equal(commitkit_audited("\n"), 0);
	assert_int_equal(commitkit_set("s1", "new", ""), 200);
	assert_int_equal(commitkit_audited("\"change\":1,"), 1);
	restevents_close(&r);
}

static void
the_time_to_confirm_is_a_number_of_seconds(void **state)
{
	static const char *const bad[] = { "0", "86401", "-1", "", "1x", " 1",
	    "00000001", "99999999999" };
	char query[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(query, sizeof(query), "?confirm-within=%s",
		    strcmp(bad[i], " 1") == 0 ? "%201" : bad[i]);
		assert_int_equal(commitkit_set("s1", "new", query), 400);
		assert_non_null(strstr(commitkit_said(), "is not a number of "
		    "seconds, 1..86400"));
	}
	commitkit_expect("s1", NULL);
	assert_int_equal(commitkit_set("s1", "a", "?confirm-within=86400"),
	    200);
	commitkit_pass(86399 * CLOCK_S);
	commitkit_expect("s1", "a");
	commitkit_pass(2 * CLOCK_S);
	commitkit_expect("s1", NULL);
}

/* For who tells findings with their places. */
static void
findings_are_told_as_they_are(void **state)
{
	const struct restrequest plain = restkit_request("POST", "/x", NULL);
	const struct restrequest bad = restkit_request("POST",
	    "/x?confirm-within=no", NULL);
	struct restcommit_ask ask = { .q = &plain, .role = RESTPEER_ADMIN };
	struct restrequest gone[] = { plain, bad };
	struct draft *d = store_draft(commitkit_store);
	struct diag out;

	(void)state;
	diag_init(&out);
	assert_int_equal(draft_delete(d, &sample_site, "/Common/s1", NULL), 0);
	assert_int_equal(restcommit_make_told(commitkit, &d, &ask, &out),
	    ERR_REF);
	assert_null(d);
	assert_int_equal(out.errors, 1);
	ask.q = &bad;
	d = store_draft(commitkit_store);
	assert_int_equal(restcommit_make_told(commitkit, &d, &ask, &out),
	    ERR_RANGE);
	assert_null(d);
	assert_non_null(strstr(out.entries[1].text, "confirm-within: \"no\""));
	diag_fini(&out);
	restrequest_fini(&gone[0]);
	restrequest_fini(&gone[1]);
}

/* The store goes on without it, and tells it nothing. */
static void
who_has_ended_is_not_in_the_way(void **state)
{
	struct store *s = commitkit_store;

	(void)state;
	restcommit_free(&commitkit);
	storekit_set_note(s, "/Common/s1", "alone");
	commitkit_expect("s1", "alone");
	assert_int_equal(commitkit_audited("\n"), 0);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, \
	commitkit_setup, commitkit_teardown)
	static const struct CMUnitTest tests[] = {
		RULE(a_change_is_on_record_and_told),
		RULE(what_changes_nothing_has_a_line_and_no_number),
		RULE(an_edit_of_the_file_is_told_and_is_no_change_of_ours),
		RULE(the_time_to_confirm_is_a_number_of_seconds),
		RULE(findings_are_told_as_they_are),
		RULE(who_has_ended_is_not_in_the_way),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
