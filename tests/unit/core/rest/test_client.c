/* tests/unit/core/rest/test_client.c - requests as they stand on the socket,
 * and what is made of answers, good and bad.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/rest/client.h"

/* A peer that takes one connection, reads a head and want_body octets, gives
 * its answer and hangs up. */
struct peer {
	char		 path[64];
	int		 fd;
	pthread_t	 thread;
	const char	*answer;
	size_t		 want_body;
	char		 seen[4096];
};

static void *
peer_run(void *arg)
{
	struct peer *p = arg;
	int fd = accept(p->fd, NULL, NULL);
	size_t len = 0;
	ssize_t n;
	char *end;

	for (;;) {
		n = read(fd, p->seen + len, sizeof(p->seen) - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		end = strstr(p->seen, "\r\n\r\n");
		if (end != NULL && len >= (size_t)(end + 4 - p->seen) +
		    p->want_body)
			break;
	}
	n = write(fd, p->answer, strlen(p->answer));
	(void)n;
	close(fd);
	return NULL;
}

static void
peer_start(struct peer *p, const char *answer, size_t want_body)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	memset(p, 0, sizeof(*p));
	p->answer = answer;
	p->want_body = want_body;
	(void)snprintf(p->path, sizeof(p->path), "/tmp/gtm-client-%ld.sock",
	    (long)getpid());
	(void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", p->path);
	(void)unlink(p->path);
	p->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(p->fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	assert_int_equal(listen(p->fd, 1), 0);
	assert_int_equal(pthread_create(&p->thread, NULL, peer_run, p), 0);
}

static void
peer_stop(struct peer *p)
{
	(void)pthread_join(p->thread, NULL);
	close(p->fd);
	(void)unlink(p->path);
}

static void
a_request_says_method_path_body_and_condition(void **state)
{
	struct peer p;
	struct client *c;
	struct client_reply r;
	struct err e;

	(void)state;
	peer_start(&p, "HTTP/1.1 200 OK\r\netag: \"7\"\r\n"
	    "Content-Length: 2\r\n\r\n{}", 9);
	c = client_new(p.path);
	assert_int_equal(client_call(c, &(struct client_request){
		.method = "PATCH", .path = "/mgmt/tm/gtm/x/../y%20z?a=b",
		.body = "{\"ttl\":1}", .if_match = "\"6\"" }, &r, &e), 0);
	peer_stop(&p);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "{}");
	assert_string_equal(r.etag, "\"7\"");
	client_reply_fini(&r);
	client_free(&c);
	assert_ptr_equal(strstr(p.seen,
	    "PATCH /mgmt/tm/gtm/x/../y%20z?a=b HTTP/1.1\r\n"), p.seen);
	assert_non_null(strstr(p.seen, "\r\nIf-Match: \"6\"\r\n"));
	assert_non_null(strstr(p.seen, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(p.seen, "\r\nContent-Length: 9\r\n"));
	assert_null(strstr(p.seen, "Expect"));
	assert_non_null(strstr(p.seen, "\r\n\r\n{\"ttl\":1}"));
}

static void
a_failing_status_is_an_answer_too(void **state)
{
	struct peer p;
	struct client *c;
	struct client_reply r;
	struct err e;

	(void)state;
	peer_start(&p, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 0);
	c = client_new(p.path);
	assert_int_equal(client_call(c, &(struct client_request){
		.method = "GET", .path = "/", .accept = "text/x-tmsh" }, &r,
		&e), 0);
	peer_stop(&p);
	assert_int_equal(r.status, 404);
	assert_int_equal(r.len, 0);
	assert_string_equal(r.body, "");
	assert_null(r.etag);
	client_reply_fini(&r);
	client_free(&c);
	assert_non_null(strstr(p.seen, "\r\nAccept: text/x-tmsh\r\n"));
}

static void
a_broken_answer_and_an_absent_server_are_told(void **state)
{
	struct peer p;
	struct client *c;
	struct client_reply r;
	struct err e;

	(void)state;
	peer_start(&p, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", 0);
	c = client_new(p.path);
	assert_int_equal(client_call(c, &(struct client_request){
		.method = "GET", .path = "/" }, &r, &e), ERR_IO);
	peer_stop(&p);
	assert_null(r.body);
	assert_int_equal(client_call(c, &(struct client_request){
		.method = "GET", .path = "/" }, &r, &e), ERR_IO);
	assert_non_null(strstr(e.text, p.path));
	client_free(&c);
	client_free(&c);
}

static void
a_name_becomes_one_part_of_a_path(void **state)
{
	static const struct { const char *name, *want; } step[] = {
		{ "/Common/x", "~Common~x" },
		{ "/Common/S:v s", "~Common~S:v%20s" },
		{ "a%?#~", "a%25%3F%23%7E" }, { "\xc3\xa9", "%C3%A9" }, { "", "" },
	};
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		strbuf_clear(&b);
		client_escape(&b, step[i].name);
		assert_string_equal(b.len > 0 ? b.text : "", step[i].want);
	}
	strbuf_fini(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_says_method_path_body_and_condition),
		cmocka_unit_test(a_failing_status_is_an_answer_too),
		cmocka_unit_test(a_broken_answer_and_an_absent_server_are_told),
		cmocka_unit_test(a_name_becomes_one_part_of_a_path),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
