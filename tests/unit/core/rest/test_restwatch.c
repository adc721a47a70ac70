/* tests/unit/core/rest/test_restwatch.c - who watches hears each event once, as
 * long as he likes, and leaves room for requests.
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
#include <unistd.h>

#include "core/model/json.h"
#include "core/rest/restevents.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/restwatch.h"
#include "tests/unit/core/rest/serverkit.h"

#define WATCH	"GET /watch HTTP/1.1\r\nHost: x\r\n\r\n"

static struct restevents *events;

static void
handle(void *arg, const struct restrequest *q, struct restreply *r)
{
	(void)arg;
	if (strncmp(q->target, "/watch", 6) != 0)
		return;
	r->status = 200;
	r->events = events;
}

static int
setup(void **state)
{
	assert_int_equal(serverkit_setup(state), 0);
	events = restevents_new(1);
	serverkit_start(handle, 0);
	return 0;
}

static int
teardown(void **state)
{
	restserver_free(&serverkit_server);
	restevents_free(&events);
	return serverkit_teardown(state);
}

static void
happen(const char *kind, int n)
{
	struct json *j = json_new_object();

	json_put_int(j, "n", n);
	restevents_add(events, kind, &j);
}

static void
events_come_as_they_happen(void **state)
{
	int fd = serverkit_connect(), closed;
	const char *a = serverkit_ask(fd, WATCH);

	(void)state;
	serverkit_expect(a, 200);
	assert_non_null(strstr(a, "\r\nContent-Type: text/event-stream\r\n"));
	happen("commit", 1);
	happen("state", 2);
	a = serverkit_hear(fd, NULL);
	assert_non_null(strstr(a, "event: commit"));
	assert_non_null(strstr(a, "{\"n\":2}"));
	assert_null(strstr(serverkit_hear(fd, NULL), "{\"n\""));
	happen("commit", 3);
	assert_non_null(strstr(serverkit_hear(fd, &closed), "{\"n\":3}"));
	assert_false(closed);
	(void)close(fd);
}

static void
only_what_was_asked_for_comes(void **state)
{
	int fd = serverkit_connect();
	const char *a;

	(void)state;
	serverkit_expect(serverkit_ask(fd, "GET /watch?filter=state HTTP/1.1"
	    "\r\nHost: x\r\n\r\n"), 200);
	happen("commit", 1);
	happen("state", 2);
	a = serverkit_hear(fd, NULL);
	assert_null(strstr(a, "{\"n\":1}"));
	assert_non_null(strstr(a, "{\"n\":2}"));
	(void)close(fd);
}

/* Longer than any request may take: he is heard, and hears. */
static void
silence_is_broken_every_few_seconds(void **state)
{
	int fd = serverkit_connect(), closed;

	(void)state;
	(void)serverkit_ask(fd, WATCH);
	for (int i = 0; i < 10; i++) {
		serverkit_turn(5 * CLOCK_S);
		assert_non_null(strstr(serverkit_hear(fd, &closed), ":"));
		assert_false(closed);
	}
	happen("commit", 1);
	assert_non_null(strstr(serverkit_hear(fd, NULL), "{\"n\":1}"));
	(void)close(fd);
}

static void
one_too_many_is_told_and_the_next_has_a_place(void **state)
{
	int fds[RESTWATCH_MAX], more = serverkit_connect();

	(void)state;
	for (int i = 0; i < RESTWATCH_MAX; i++) {
		fds[i] = serverkit_connect();
		serverkit_expect(serverkit_ask(fds[i], WATCH), 200);
	}
	serverkit_expect(serverkit_ask(more, WATCH), 503);
	(void)close(more);
	more = serverkit_connect();
	serverkit_expect(serverkit_ask(more, "GET /x HTTP/1.1\r\nHost: x\r\n"
	    "\r\n"), 404);
	(void)close(fds[0]);
	/* It is missed at the next thing there is to say. */
	happen("commit", 1);
	for (int i = 1; i < RESTWATCH_MAX; i++)
		assert_non_null(strstr(serverkit_hear(fds[i], NULL),
		    "{\"n\":1}"));
	serverkit_expect(serverkit_ask(more, WATCH), 200);
	(void)close(more);
	for (int i = 1; i < RESTWATCH_MAX; i++)
		(void)close(fds[i]);
}

static void
who_leaves_ends_them_all(void **state)
{
	int fd = serverkit_connect(), closed;
	const char *a;

	(void)state;
	(void)serverkit_ask(fd, WATCH);
	happen("commit", 1);
	restserver_leave(serverkit_server);
	a = serverkit_hear(fd, &closed);
	/* Whole: its last chunk says that nothing is missing. */
	assert_non_null(strstr(a, "0\r\n\r\n"));
	(void)close(fd);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(events_come_as_they_happen),
		RULE(only_what_was_asked_for_comes),
		RULE(silence_is_broken_every_few_seconds),
		RULE(one_too_many_is_told_and_the_next_has_a_place),
		RULE(who_leaves_ends_them_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
