/* tests/unit/core/rest/test_restheld.c - what is held is heard when it may be,
 * and keeps nobody else waiting.
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

#include "core/base/err.h"
#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "tests/unit/core/rest/serverkit.h"

static unsigned asked;

/* GET /held/7 is held until 7. */
static void
handle(void *arg, const struct restrequest *q, struct restreply *r)
{
	struct json *j = json_new_object();

	(void)arg;
	asked++;
	json_put_text(j, "target", q->target);
	restreply_json(r, 200, &j);
	if (strncmp(q->target, "/held/", 6) == 0)
		r->held = strtoull(q->target + 6, NULL, 10);
}

static int
setup(void **state)
{
	assert_int_equal(serverkit_setup(state), 0);
	serverkit_start(handle, 0);
	asked = 0;
	return 0;
}

static const char *
ask(int fd, const char *target)
{
	static char text[80];

	(void)snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n",
	    target);
	return serverkit_ask(fd, text);
}

static void
it_is_heard_when_it_is_on_disk(void **state)
{
	int a = serverkit_connect(), b = serverkit_connect();

	(void)state;
	assert_string_equal(ask(a, "/held/7"), "");
	assert_string_equal(ask(b, "/held/8"), "");
	restserver_settled(serverkit_server, 6, NULL);
	assert_string_equal(serverkit_hear(a, NULL), "");
	restserver_settled(serverkit_server, 7, NULL);
	serverkit_expect(serverkit_hear(a, NULL), 200);
	assert_string_equal(serverkit_hear(b, NULL), "");
	/* The connection goes on. */
	serverkit_expect(ask(a, "/now"), 200);
	restserver_settled(serverkit_server, 8, NULL);
	assert_non_null(strstr(serverkit_hear(b, NULL), "\"/held/8\""));
	assert_int_equal(asked, 3);
	assert_int_equal(restserver_answers(serverkit_server, 200), 3);
	(void)close(a);
	(void)close(b);
}

static void
others_are_answered_meanwhile(void **state)
{
	int a = serverkit_connect(), b = serverkit_connect();

	(void)state;
	assert_string_equal(ask(a, "/held/1"), "");
	for (int i = 0; i < 5; i++)
		serverkit_expect(ask(b, "/now"), 200);
	/* A second request behind it comes after it. */
	assert_string_equal(ask(a, "/now"), "");
	restserver_settled(serverkit_server, 1, NULL);
	assert_non_null(strstr(serverkit_hear(a, NULL), "\"/now\""));
	(void)close(a);
	(void)close(b);
}

static void
what_is_gone_is_answered_so(void **state)
{
	const struct err e = { ERR_NOSPACE, "journal: cannot sync" };
	int a = serverkit_connect(), b = serverkit_connect();
	const char *said;

	(void)state;
	assert_string_equal(ask(a, "/held/1"), "");
	assert_string_equal(ask(b, "/held/2"), "");
	restserver_settled(serverkit_server, 2, &e);
	said = serverkit_hear(a, NULL);
	serverkit_expect(said, 507);
	assert_non_null(strstr(said, "journal: cannot sync"));
	serverkit_expect(serverkit_hear(b, NULL), 507);
	serverkit_expect(ask(a, "/now"), 200);
	(void)close(a);
	(void)close(b);
}

static void
who_has_hung_up_is_forgotten(void **state)
{
	int a = serverkit_connect();

	(void)state;
	assert_string_equal(ask(a, "/held/1"), "");
	(void)close(a);
	serverkit_turn(0);
	restserver_settled(serverkit_server, 1, NULL);
	serverkit_turn(0);
	restserver_settled(serverkit_server, 1, NULL);
	a = serverkit_connect();
	serverkit_expect(ask(a, "/now"), 200);
	(void)close(a);
}

/* With one that is settled, which is still heard, and one that is not. */
static void
the_server_ends_with_what_it_holds(void **state)
{
	int a = serverkit_connect(), b = serverkit_connect();
	char text[400];
	ssize_t n;

	(void)state;
	assert_string_equal(ask(a, "/held/1"), "");
	assert_string_equal(ask(b, "/held/2"), "");
	restserver_settled(serverkit_server, 1, NULL);
	restserver_free(&serverkit_server);
	n = read(a, text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	serverkit_expect(text, 200);
	(void)close(a);
	(void)close(b);
}

static void
a_pause_and_a_successor_keep_nothing_back(void **state)
{
	int a = serverkit_connect();

	(void)state;
	assert_string_equal(ask(a, "/held/1"), "");
	restserver_pause(serverkit_server);
	restserver_settled(serverkit_server, 1, NULL);
	assert_string_equal(serverkit_hear(a, NULL), "");
	restserver_leave(serverkit_server);
	serverkit_expect(serverkit_hear(a, NULL), 200);
	serverkit_expect(ask(a, "/now"), 503);
	(void)close(a);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, \
	    serverkit_teardown)
	static const struct CMUnitTest tests[] = {
		RULE(it_is_heard_when_it_is_on_disk),
		RULE(others_are_answered_meanwhile),
		RULE(what_is_gone_is_answered_so),
		RULE(who_has_hung_up_is_forgotten),
		RULE(the_server_ends_with_what_it_holds),
		RULE(a_pause_and_a_successor_keep_nothing_back),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
