/* tests/unit/gtmd/companion/test_companion.c - daemons of all moods behind a control
 * socket. SPDX-License-Identifier: Apache-2.0
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

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "gtmd/companion/companion.h"
#include "monitors/fetch.h"
#include "tests/unit/monitors/peer.h"

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct fetcher	*fetcher;
	struct peer	 peer;
	char		 dir[32], path[64];
	unsigned	 done;
	int		 status;
	char		*text, *body;	/* of the last answer */
};

static int
set_up(void **state)
{
	static struct stage t;

	memset(&t, 0, sizeof(t));
	clock_fake_init(&t.clk, 1000 * CLOCK_S, 1700000000);
	t.loop = loop_new(&t.clk, NULL);
	t.fetcher = fetch_engine_new(t.loop, NULL);
	assert_non_null(t.fetcher);
	(void)snprintf(t.dir, sizeof(t.dir), "/tmp/companion.XXXXXX");
	assert_non_null(mkdtemp(t.dir));
	(void)snprintf(t.path, sizeof(t.path), "%s/control.sock", t.dir);
	peer_open_socket(&t.peer, t.loop, t.path);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	fetch_engine_free(&t->fetcher);
	peer_shut(&t->peer);
	loop_poll(t->loop);
	loop_free(&t->loop);
	(void)unlink(t->path);
	(void)rmdir(t->dir);
	free(t->text);
	free(t->body);
	return 0;
}

static void
on_done(void *arg, const struct companion_answer *a)
{
	struct stage *t = arg;

	t->done++;
	t->status = a->status;
	free(t->text);
	free(t->body);
	t->text = mem_strdup(a->text);
	t->body = a->body != NULL ? json_line(a->body) : NULL;
}

static struct companion_call *
call(struct stage *t, const char *method, const char *body)
{
	const struct companion_owner owner = { on_done, t };
	struct companion_ask a = { method, mem_strdup("/mgmt/tm/net/where"),
	    body != NULL ? mem_strdup(body) : NULL };
	struct companion_call *c;

	t->done = 0;
	companion_param(&a, "station", "02:00:00:00:00:01");
	companion_param(&a, "vlanGroup", "/Common/a b&c");
	c = companion_call(t->fetcher, t->path, &a, 5 * CLOCK_S, &owner);
	companion_ask_fini(&a);
	companion_ask_fini(&a);
	assert_int_equal(t->done, 0);		/* never out of the call */
	return c;
}

static void
expect(struct stage *t, const char *answer, int status, const char *text)
{
	t->peer.text = answer;
	(void)call(t, "POST", "{\"a\":1}");
	for (int i = 0; t->done == 0; i++) {
		if (i == 1000000)
			fail_msg("the call does not end");
		loop_advance(t->loop, &t->clk, CLOCK_MS / 10);
	}
	assert_int_equal(t->done, 1);
	assert_int_equal(t->status, status);
	if (strstr(t->text, text) == NULL || (*text == '\0' && *t->text != '\0'))
		fail_msg("\"%s\", want \"%s\"", t->text, text);
}

static void
a_question_comes_as_it_was_meant(void **state)
{
	struct stage *t = *state;

	expect(t, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{\"b\": 2}",
	    200, "");
	assert_string_equal(t->body, "{\"b\":2}");
	assert_non_null(strstr(t->peer.heard, "POST /mgmt/tm/net/where?"
	    "station=02:00:00:00:00:01&vlanGroup=/Common/a%20b%26c HTTP/1.1\r\n"));
	assert_non_null(strstr(t->peer.heard, "\r\n\r\n{\"a\":1}"));
	t->peer.text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	(void)call(t, "DELETE", NULL);
	while (t->done == 0)
		loop_advance(t->loop, &t->clk, CLOCK_MS / 10);
	assert_non_null(strstr(t->peer.heard, "DELETE /mgmt/tm/net/where?"));
	assert_null(t->body);
}

static void
a_refusal_is_the_daemons_sentence(void **state)
{
	struct stage *t = *state;

	expect(t, "HTTP/1.1 409 Conflict\r\n\r\n"
	    "{\"code\": 409, \"message\": \"it is damped\"}", 409,
	    "it is damped");
	expect(t, "HTTP/1.1 500 No\r\n\r\nsorry", 500, "control.sock: status 500");
	assert_null(t->body);
	expect(t, "HTTP/1.1 200 OK\r\n\r\n[1]", 200, "");
	assert_null(t->body);
}

static void
no_answer_has_its_reason(void **state)
{
	struct stage *t = *state;

	t->peer.mood = PEER_HANG;
	expect(t, "", 0, "control.sock: timed out");
	t->peer.mood = PEER_CLOSE;
	expect(t, "", 0, "control.sock: connection broken, or not HTTP");
	t->peer.mood = PEER_ANSWER;
	expect(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", 0,
	    "control.sock: connection broken, or not HTTP");
	t->peer.mood = PEER_ENDLESS;
	t->peer.fill = "{\"a\": \"and so on for ever\"}";
	expect(t, "HTTP/1.1 200 OK\r\n\r\n", 0, "too large");
	peer_close_door(&t->peer);
	expect(t, "", 0, "control.sock: connection refused");
	(void)unlink(t->path);
	expect(t, "", 0, "control.sock: ");
}

static void
who_stops_hears_nothing(void **state)
{
	struct stage *t = *state;
	struct companion_call *c;

	t->peer.text = "HTTP/1.1 200 OK\r\n\r\n{}";
	c = call(t, "GET", NULL);
	loop_poll(t->loop);
	companion_stop(&c);
	assert_null(c);
	companion_stop(&c);
	loop_advance(t->loop, &t->clk, 10 * CLOCK_S);
	assert_int_equal(t->done, 0);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_question_comes_as_it_was_meant),
		TEST(a_refusal_is_the_daemons_sentence),
		TEST(no_answer_has_its_reason),
		TEST(who_stops_hears_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
