/* tests/unit/core/rest/test_restevents.c - each reader has its place in the
 * ring, and none holds it up.
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

#include "core/base/mem.h"
#include "core/model/json.h"
#include "core/rest/restevents.h"

static unsigned woken;

static void
on_wake(void *arg)
{
	(void)arg;
	woken++;
}

static void
add(struct restevents *ev, const char *kind, const char *text)
{
	struct json *j = json_new_object();

	json_put_text(j, "t", text);
	restevents_add(ev, kind, &j);
	assert_null(j);
}

static void
expect(struct restevents_reader *r, const char *want)
{
	char buf[4096];
	ssize_t n = restevents_read(r, buf, sizeof(buf) - 1);

	assert_true(n >= 0);
	buf[n] = '\0';
	assert_string_equal(buf, want);
}

static void
readers_get_what_comes_and_resume_where_they_were(void **state)
{
	struct restevents *ev = restevents_new(1000);
	struct restevents_reader a = { .wake = on_wake }, b = { 0 };

	(void)state;
	add(ev, "state", "before");
	restevents_open(ev, &a, NULL, NULL);
	restevents_open(ev, &b, "1000.1", "commit");
	expect(&a, "retry: 2000\n\n");
	expect(&a, "");
	woken = 0;
	add(ev, "state", "x");
	add(ev, "commit", "y");
	assert_int_equal(woken, 1);
	expect(&a, "id: 1000.2\nevent: state\ndata: {\"t\":\"x\"}\n\n"
	    "id: 1000.3\nevent: commit\ndata: {\"t\":\"y\"}\n\n");
	expect(&b, "retry: 2000\n\n"
	    "id: 1000.3\nevent: commit\ndata: {\"t\":\"y\"}\n\n");
	restevents_beat(&a);
	assert_int_equal(woken, 2);
	expect(&a, ":\n\n");
	restevents_close(&a);
	restevents_open(ev, &a, "1000.2", NULL);
	expect(&a, "retry: 2000\n\n"
	    "id: 1000.3\nevent: commit\ndata: {\"t\":\"y\"}\n\n");
	restevents_close(&a);
	restevents_close(&b);
	restevents_free(&ev);
}

/* Ids of another run, of the future, and nonsense. */
static void
who_cannot_resume_hears_that_it_lost_something(void **state)
{
	static const char *const last[] = { "999.1", "1000.2", "1000.", "x",
	    "1000.1x", "1000.18446744073709551615", "1000.-1" };
	struct restevents *ev = restevents_new(1000);

	(void)state;
	add(ev, "state", "x");
	for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++) {
		struct restevents_reader r = { 0 };

		restevents_open(ev, &r, last[i], NULL);
		expect(&r, "retry: 2000\n\nevent: lost\ndata: {}\n\n");
		restevents_close(&r);
	}
	restevents_free(&ev);
}

/* Octet by octet, while the ring goes on. */
static void
a_slow_reader_is_passed_and_told(void **state)
{
	struct restevents *ev = restevents_new(1);
	struct restevents_reader r = { 0 };
	char buf[64], *big = mem_zalloc(1, 9000), got[64] = "";

	(void)state;
	memset(big, 'x', 8999);
	restevents_open(ev, &r, NULL, NULL);
	expect(&r, "retry: 2000\n\n");
	add(ev, "k", "v");
	for (size_t i = 0; i < 34; i++) {
		assert_int_equal(restevents_read(&r, buf, 1), 1);
		got[i] = buf[0];
	}
	assert_string_equal(got, "id: 1.1\nevent: k\ndata: {\"t\":\"v\"}\n\n");
	assert_int_equal(restevents_read(&r, buf, 1), 0);
	for (int i = 0; i < 200; i++)
		add(ev, "k", big);
	assert_int_equal(restevents_read(&r, buf, sizeof(buf)), -1);
	restevents_close(&r);
	restevents_open(ev, &r, "1.1", NULL);
	expect(&r, "retry: 2000\n\nevent: lost\ndata: {}\n\n");
	for (int i = 0; i < 2 * RESTEVENTS_RING; i++)
		add(ev, "k", "v");
	assert_int_equal(restevents_read(&r, buf, sizeof(buf)), -1);
	restevents_close(&r);
	restevents_free(&ev);
	free(big);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    readers_get_what_comes_and_resume_where_they_were),
		cmocka_unit_test(
		    who_cannot_resume_hears_that_it_lost_something),
		cmocka_unit_test(a_slow_reader_is_passed_and_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
