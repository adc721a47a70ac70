/* tests/unit/core/rest/test_restserver.c - what comes over the socket and is
 * let in, what is refused, and how a server waits and leaves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "tests/unit/core/rest/serverkit.h"

#define HEAD	"Host: x\r\nContent-Type: application/json\r\n"
#define GET	"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

/* What the handler saw last. */
static struct {
	unsigned	 count;
	enum restrequest_method method;
	char		 target[64];
	bool		 trusted;
	enum restpeer_role role;
	char		 user[RESTPEER_TEXT_MAX];
	int64_t		 n;		/* of the body */
	unsigned	 pieces;	/* of a stream, still to be made */
	unsigned	 freed;
} seen;

static bool
more(void *arg, struct strbuf *out)
{
	(void)arg;
	for (int i = 0; i < 1000; i++)
		strbuf_add(out, "0123456789");
	return --seen.pieces > 0;
}

static void
on_free(void *arg)
{
	(void)arg;
	seen.freed++;
}

static void
handle(void *arg, const struct restrequest *q, struct restreply *r)
{
	struct restreply_stream s = { more, on_free, NULL };
	struct json *j;

	(void)arg;
	seen.count++;
	seen.method = q->method;
	(void)snprintf(seen.target, sizeof(seen.target), "%.60s", q->target);
	seen.trusted = q->peer.trusted;
	seen.role = q->peer.role;
	(void)snprintf(seen.user, sizeof(seen.user), "%s", q->peer.user);
	seen.n = json_get_int(json_find(q->body, "n"));
	if (strcmp(q->target, "/silent") == 0)
		return;
	if (strcmp(q->target, "/long") == 0) {
		restreply_stream(r, "text/plain", &s);
		return;
	}
	j = json_new_object();
	json_put_int(j, "n", seen.n);
	restreply_json(r, 200, &j);
	(void)snprintf(r->etag, sizeof(r->etag), "\"7\"");
}

static int
setup(void **state)
{
	memset(&seen, 0, sizeof(seen));
	if (serverkit_setup(state) != 0)
		return -1;
	serverkit_start(handle, 0);
	return 0;
}

static void
a_request_is_a_value_and_its_answer_comes_back(void **state)
{
	int fd = serverkit_connect();
	const char *a;
	struct stat st;

	(void)state;
	assert_int_equal(stat(serverkit_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	a = serverkit_ask(fd, "PATCH /a%20b?c=1 HTTP/1.1\r\n" HEAD
	    "X-Gtm-User: eve\r\nX-Gtm-Role: operator\r\n"
	    "Content-Length: 8\r\n\r\n{\"n\":42}");
	serverkit_expect(a, 200);
	assert_non_null(strstr(a, "\r\nETag: \"7\"\r\n"));
	assert_non_null(strstr(a, "\r\nCache-Control: no-store\r\n"));
	assert_non_null(strstr(a, "application/json"));
	assert_non_null(strstr(a, "\r\n\r\n{\"n\":42}"));
	assert_int_equal(seen.method, RESTREQUEST_PATCH);
	assert_string_equal(seen.target, "/a%20b?c=1");
	assert_true(seen.trusted);
	assert_int_equal(seen.role, RESTPEER_OPERATOR);
	assert_string_equal(seen.user, "eve");
	/* The connection stays. */
	serverkit_expect(serverkit_ask(fd, GET), 200);
	assert_int_equal(seen.role, RESTPEER_ADMIN);
	serverkit_expect(serverkit_ask(fd, "GET /silent HTTP/1.1\r\n"
	    "Host: x\r\n\r\n"), 404);
	assert_int_equal(seen.count, 3);
	assert_int_equal(restserver_answers(serverkit_server, 200), 2);
	assert_int_equal(restserver_answers(serverkit_server, 404), 1);
	(void)close(fd);
}

static void
what_is_no_clear_request_reaches_nobody(void **state)
{
	static const struct { const char *text; int status; } row[] = {
		{ "POST /a HTTP/1.1\r\n" HEAD "Content-Length: 2\r\n"
		  "Transfer-Encoding: chunked\r\n\r\n{}", 400 },
		{ "POST /a HTTP/1.1\r\n" HEAD "Content-Length: 2\r\n"
		  "Content-Length: 3\r\n\r\n{}", 400 },
		{ "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
		  "\r\n{}", 415 },
		{ "POST /a HTTP/1.1\r\n" HEAD "Content-Length: 2\r\n\r\n[]",
		  400 },
		{ "GET /a//b HTTP/1.1\r\nHost: x\r\n\r\n", 400 },
		{ "TRACE /a HTTP/1.1\r\nHost: x\r\n\r\n", 405 },
		{ "POST /a HTTP/1.1\r\n" HEAD "Content-Length: 1048577\r\n"
		  "\r\n", 413 },
		{ "POST /roomy HTTP/1.1\r\n" HEAD "Content-Length: 3145729\r\n"
		  "\r\n", 413 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		int fd = serverkit_connect();
		const char *a = serverkit_ask(fd, row[i].text);

		serverkit_expect(a, row[i].status);
		if (row[i].status == 405)
			assert_non_null(strstr(a, "\r\nAllow: GET, "));
		(void)close(fd);
	}
	assert_int_equal(seen.count, 0);
}

static void
a_body_is_taken_up_to_the_bound_of_its_path(void **state)
{
	static const char head[] = "POST /%s HTTP/1.1\r\n" HEAD
	    "Content-Length: %d\r\n\r\n";
	size_t len = 2 << 20;
	char *body = mem_zalloc(1, len + 1), line[200];
	int fd = serverkit_connect();

	(void)state;
	memset(body, ' ', len);
	memcpy(body, "{\"n\":5", 6);
	body[len - 1] = '}';
	(void)snprintf(line, sizeof(line), head, "roomy", (int)len);
	serverkit_send(fd, line, strlen(line));
	serverkit_send(fd, body, len);
	serverkit_expect(serverkit_hear(fd, NULL), 200);
	assert_int_equal(seen.n, 5);
	/* In pieces that tell no length; the fifth octet over is too much. */
	(void)snprintf(line, sizeof(line), "POST /a HTTP/1.1\r\n" HEAD
	    "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", len);
	serverkit_send(fd, line, strlen(line));
	serverkit_send(fd, body, len);
	serverkit_expect(serverkit_ask(fd, "\r\n0\r\n\r\n"), 413);
	assert_int_equal(seen.count, 1);
	free(body);
	(void)close(fd);
}

static void
a_long_answer_is_made_as_it_is_read(void **state)
{
	int fd = serverkit_connect();
	const char *a;
	size_t digits = 0;

	(void)state;
	seen.pieces = 100;
	a = serverkit_ask(fd, "GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
	serverkit_expect(a, 200);
	assert_non_null(strstr(a, "\r\nContent-Type: text/plain\r\n"));
	/* All, and the sizes of chunks between them. */
	for (a = strstr(a, "\r\n\r\n"); *a != '\0'; a++)
		digits += *a >= '0' && *a <= '9';
	assert_in_range(digits, 1000000, 1001000);
	assert_int_equal(seen.pieces, 0);
	assert_int_equal(seen.freed, 1);
	(void)close(fd);
}

static void
who_drips_is_cut_and_who_asks_in_time_is_not(void **state)
{
	int slow = serverkit_connect(), good = serverkit_connect(), closed;

	(void)state;
	serverkit_send(slow, "GET /a HT", 9);
	for (int i = 0; i < 4; i++) {
		serverkit_expect(serverkit_ask(good, GET), 200);
		serverkit_turn(9 * CLOCK_S);
		serverkit_send(slow, "T", i < 3);
	}
	(void)serverkit_hear(slow, &closed);
	assert_true(closed);
	serverkit_expect(serverkit_ask(good, GET), 200);
	(void)close(slow);
	(void)close(good);
}

static void
what_waits_is_answered_later_and_not_cut(void **state)
{
	int fd = serverkit_connect(), closed;

	(void)state;
	serverkit_expect(serverkit_ask(fd, GET), 200);
	restserver_pause(serverkit_server);
	serverkit_send(fd, GET, strlen(GET));
	serverkit_turn(100 * CLOCK_S);
	assert_string_equal(serverkit_hear(fd, &closed), "");
	assert_false(closed);
	restserver_resume(serverkit_server);
	serverkit_expect(serverkit_hear(fd, NULL), 200);
	assert_int_equal(seen.count, 2);
	(void)close(fd);
}

static void
who_has_left_says_so_and_keeps_the_socket_for_the_heir(void **state)
{
	int fd = serverkit_connect(), heir = dup(restserver_fd(
	    serverkit_server)), closed;

	(void)state;
	serverkit_expect(serverkit_ask(fd, GET), 200);
	restserver_leave(serverkit_server);
	serverkit_send(fd, GET, strlen(GET));
	serverkit_expect(serverkit_hear(fd, &closed), 503);
	assert_true(closed);
	(void)close(fd);
	restserver_free(&serverkit_server);
	assert_int_equal(access(serverkit_path, F_OK), 0);
	/* The same descriptor serves its next owner. */
	serverkit_start(handle, heir);
	fd = serverkit_connect();
	serverkit_expect(serverkit_ask(fd, GET), 200);
	(void)close(fd);
	restserver_free(&serverkit_server);
	assert_int_equal(access(serverkit_path, F_OK), -1);
}

static void
a_place_that_is_taken_is_named(void **state)
{
	const struct restserver_config c = { .loop = serverkit_loop,
	    .path = serverkit_path, .handle = handle };
	char want[200];
	struct err e;

	(void)state;
	assert_null(restserver_new(&c, &e));
	assert_int_equal(e.code, ERR_BUSY);
	(void)snprintf(want, sizeof(want), "control socket: %s: somebody "
	    "listens there", serverkit_path);
	assert_string_equal(e.text, want);
	/* And the one who listens still does. */
	assert_int_equal(access(serverkit_path, F_OK), 0);
}

int
main(void)
{
#define RULE(name) \
	cmocka_unit_test_setup_teardown(name, setup, serverkit_teardown)
	static const struct CMUnitTest tests[] = {
		RULE(a_request_is_a_value_and_its_answer_comes_back),
		RULE(what_is_no_clear_request_reaches_nobody),
		RULE(a_body_is_taken_up_to_the_bound_of_its_path),
		RULE(a_long_answer_is_made_as_it_is_read),
		RULE(who_drips_is_cut_and_who_asks_in_time_is_not),
		RULE(what_waits_is_answered_later_and_not_cut),
		RULE(who_has_left_says_so_and_keeps_the_socket_for_the_heir),
		RULE(a_place_that_is_taken_is_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
