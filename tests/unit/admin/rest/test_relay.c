/* tests/unit/admin/rest/test_relay.c - what the daemon is told of who asks, and
 * that nothing else of his reaches it.
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

#include "admin/rest/budget.h"
#include "admin/rest/gate.h"
#include "admin/rest/relay.h"
#include "admin/rest/response.h"
#include "admin/rest/upstream.h"
#include "core/base/mem.h"
#include "tests/unit/core/base/tempdir.h"

/* A daemon that takes one request and answers as it was told. */
struct bed {
	struct tempdir	 dir;
	struct upstream	*upstream;
	char		*path;
	int		 fd;
	pthread_t	 thread;
	const char	*answer;
	char		 seen[4096];
	struct ask	 ask;
	char		 url[64];
	struct budget	 budget;
	struct response	 r;
	char		 taken[64];
	int		 takes;		/* so many before it is enough */
};

static void *
run(void *arg)
{
	struct bed *b = arg;
	int fd = accept(b->fd, NULL, NULL);
	size_t len = 0;
	ssize_t n;

	while (strstr(b->seen, "\r\n\r\n") == NULL &&
	    (n = read(fd, b->seen + len, sizeof(b->seen) - 1 - len)) > 0)
		len += (size_t)n;
	n = write(fd, b->answer, strlen(b->answer));
	(void)n;
	(void)close(fd);
	return NULL;
}

static void
make(struct bed *b, const char *answer)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	*b = (struct bed){ .answer = answer, .budget = { .limit = 1 << 20 } };
	tempdir_make(&b->dir);
	b->path = mem_strdup(tempdir_file(&b->dir, "sock"));
	(void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", b->path);
	b->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(b->fd, (void *)&sun, sizeof(sun)), 0);
	assert_int_equal(listen(b->fd, 1), 0);
	assert_int_equal(pthread_create(&b->thread, NULL, run, b), 0);
	b->upstream = upstream_new(b->path);
	b->r.budget = &b->budget;
	(void)snprintf(b->url, sizeof(b->url), "/mgmt/tm/gtm/events");
	b->ask = (struct ask){ .method = "GET", .path = b->url,
	    .user = "joe", .role = ROLES_OPERATOR };
	assert_int_equal(addr_parse("192.0.2.7", &b->ask.from), 0);
}

static void
clear(struct bed *b)
{
	(void)pthread_join(b->thread, NULL);
	(void)close(b->fd);
	response_fini(&b->r);
	assert_int_equal(atomic_load(&b->budget.used), 0);
	upstream_free(&b->upstream);
	free(b->path);
	tempdir_remove(&b->dir);
}

static bool
take(void *arg, const char *octets, size_t len)
{
	struct bed *b = arg;

	strncat(b->taken, octets, len);
	return --b->takes > 0;
}

static void
stream(struct bed *b, bool (*still)(void *arg))
{
	relay_stream(b->upstream, &b->ask, &(struct relay_sink){ take, still,
	    b }, &b->r);
}

static void
who_asks_is_told_in_words_of_ours(void **state)
{
	static const char *const want[] = {
		"GET /mgmt/tm/gtm/events?filter=commit HTTP/1.1\r\n",
		"\r\nX-Gtm-User: joe\r\n", "\r\nX-Gtm-Role: operator\r\n",
		"\r\nX-Gtm-From: 192.0.2.7\r\n",
		"\r\nX-F5-REST-Coordination-Id: 17\r\n",
		"\r\nLast-Event-ID: 1700000000.17\r\n",
	};
	char query[] = "filter=commit";
	struct bed b;

	(void)state;
	make(&b, "HTTP/1.1 200 OK\r\nETag: \"3\"\r\nContent-Length: 2\r\n\r\n{}");
	b.ask.query = query;
	b.ask.transaction = "17";
	b.ask.token = "secret";
	b.ask.authorization = "secret";
	b.ask.last_event = "1700000000.17";
	relay_call(b.upstream, &b.ask, NULL, &b.r);
	assert_int_equal(b.r.status, 200);
	assert_string_equal(b.r.body, "{}");
	assert_string_equal(b.r.etag, "\"3\"");
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		if (strstr(b.seen, want[i]) == NULL)
			fail_msg("no %s in %s", want[i], b.seen);
	assert_null(strstr(b.seen, "secret"));
	clear(&b);
}

static void
what_is_no_event_id_stays_here(void **state)
{
	static const char *const odd[] = { "x", "1.2\tX: y", "1,2",
	    "-1.2", ("11111111111111111111111111111111111111111111111111"
	    "111111111111111111111111") };
	struct bed b;

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		make(&b, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
		b.ask.last_event = odd[i];
		relay_call(b.upstream, &b.ask, NULL, &b.r);
		if (strstr(b.seen, "Last-Event-ID") != NULL)
			fail_msg("%zu: %s", i, b.seen);
		clear(&b);
	}
}

static void
a_stream_goes_to_its_sink_until_it_has_enough(void **state)
{
	struct bed b;

	(void)state;
	make(&b, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "3\r\nabc\r\n");
	b.takes = 1;
	stream(&b, NULL);
	assert_string_equal(b.taken, "abc");
	assert_int_equal(b.r.status, 200);
	clear(&b);
}

static void
a_refusal_is_an_answer_and_no_stream(void **state)
{
	struct bed b;

	(void)state;
	make(&b, "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nfull");
	stream(&b, NULL);
	assert_string_equal(b.taken, "");
	assert_int_equal(b.r.status, 503);
	assert_string_equal(b.r.body, "full");
	clear(&b);
}

static bool
never(void *arg)
{
	(void)arg;
	return false;
}

static void
a_watcher_that_may_no_more_ends_it(void **state)
{
	struct bed b;

	(void)state;
	make(&b, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	b.takes = 100;
	stream(&b, never);
	assert_string_equal(b.taken, "");
	/* It hung up at once: the daemon's thread may still wait for it. */
	assert_int_equal(shutdown(b.fd, SHUT_RDWR), 0);
	clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_asks_is_told_in_words_of_ours),
		cmocka_unit_test(what_is_no_event_id_stays_here),
		cmocka_unit_test(
		    a_stream_goes_to_its_sink_until_it_has_enough),
		cmocka_unit_test(a_refusal_is_an_answer_and_no_stream),
		cmocka_unit_test(a_watcher_that_may_no_more_ends_it),
	};

	return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
