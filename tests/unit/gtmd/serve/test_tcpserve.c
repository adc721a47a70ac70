/* tests/unit/gtmd/serve/test_tcpserve.c - TCP clients of every kind, on a clock that
 * stands still until it is moved.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/io/loop.h"
#include "core/io/sock.h"
#include "gtmd/serve/tcpserve.h"
#include "gtmd/serve/tcpstream.h"
#include "tests/unit/gtmd/query/stage.h"

static const char *const zones[] = {
	"example.com",
	"@ 3600 IN SOA ns1 hostmaster 1 3600 900 86400 300\n"
	"@ 3600 IN NS ns1\n"
	"ns1 3600 IN A 192.0.2.1\n"
	"www 600 IN A 192.0.2.80\n",
	NULL, NULL
};

struct scene {
	struct stage	 stage;
	struct clock	 clock;
	struct loop	*loop;
	struct tcpserve	 serve;
	struct tcpmanner manner;
	int		 listener;
	struct addrport	 local;
};

static int
open_scene(void **state)
{
	struct scene *s = mem_zalloc(1, sizeof(*s));
	struct err e;

	stage_open(&s->stage, zones);
	clock_fake_init(&s->clock, 1000 * CLOCK_S, 0);
	s->loop = loop_new(&s->clock, &e);
	tcpserve_init(&s->serve, s->loop, &s->stage.world);
	assert_int_equal(addr_parse("127.0.0.1", &s->local.addr), 0);
	s->listener = sock_listen_tcp(&s->local, NULL, &e);
	assert_true(s->listener >= 0);
	sock_local(s->listener, &s->local);
	tcpserve_add(&s->serve, s->listener, &s->manner);
	*state = s;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *s = *state;

	tcpserve_fini(&s->serve);
	loop_poll(s->loop);
	loop_free(&s->loop);
	stage_close(&s->stage);
	free(s);
	return 0;
}

static void
poll_some(struct scene *s)
{
	for (int i = 0; i < 6; i++)
		loop_poll(s->loop);
}

static int
client(struct scene *s)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&s->local.addr, s->local.port, &ss);
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	/* Each send is a segment now, not when the last one is confirmed. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), 0);
	poll_some(s);
	return fd;
}

/* Length and message of a query for www.example.com. Returns the octets. */
static size_t
query(uint8_t *p, uint16_t id)
{
	static const struct stage_query q = {
		.name = "www.example.com", .type = 1
	};
	size_t n = stage_write(&q, p + 2, 500);

	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
	p[2] = (uint8_t)(id >> 8);
	p[3] = (uint8_t)id;
	return n + 2;
}

static void
put(int fd, const uint8_t *p, size_t len)
{
	assert_int_equal(send(fd, p, len, MSG_NOSIGNAL), len);
}

/* Takes count replies in order of their ids from first on. */
static void
expect_replies(struct scene *s, int fd, uint16_t first, unsigned count)
{
	uint8_t p[65536];
	size_t have = 0;

	while (count > 0) {
		ssize_t n;
		size_t len;

		poll_some(s);
		n = recv(fd, p + have, sizeof(p) - have, MSG_DONTWAIT);
		if (n <= 0)
			fail_msg("no reply %u: %s", first, strerror(errno));
		have += (size_t)n;
		while (count > 0 && have >= 2 &&
		    have >= (len = (size_t)p[0] << 8 | p[1]) + 2) {
			assert_int_equal(p[2] << 8 | p[3], first);
			assert_int_equal(p[5] & 0x0f, 0);
			assert_int_equal(p[9], 1);
			memmove(p, p + len + 2, have - len - 2);
			have -= len + 2;
			first++;
			count--;
		}
	}
	assert_int_equal(have, 0);
}

/* Open: nothing to read, and no end. */
static bool
is_open(struct scene *s, int fd)
{
	uint8_t c;
	ssize_t n;

	poll_some(s);
	n = recv(fd, &c, 1, MSG_DONTWAIT);
	if (n > 0)
		fail_msg("an octet that nobody asked for");
	return n < 0 && errno == EAGAIN;
}

static void
one_query_one_reply(void **state)
{
	struct scene *s = *state;
	int fd = client(s);
	uint8_t p[512];

	put(fd, p, query(p, 7));
	expect_replies(s, fd, 7, 1);
	put(fd, p, query(p, 8));
	expect_replies(s, fd, 8, 1);
	(void)close(fd);
	poll_some(s);
	assert_int_equal(s->serve.conn_count, 0);
}

/* RFC 7766 6.2.1.1: many at once, replies to all, in order here. */
static void
pipelined_queries_are_all_answered(void **state)
{
	struct scene *s = *state;
	uint8_t *p = malloc(1 << 20);
	int fd = client(s);
	size_t len = 0;

	for (uint16_t i = 0; i < 1000; i++)
		len += query(p + len, i);
	put(fd, p, len);
	expect_replies(s, fd, 0, 1000);
	(void)close(fd);
	free(p);
}

static void
octets_may_come_one_by_one(void **state)
{
	struct scene *s = *state;
	int fd = client(s);
	uint8_t p[512];
	size_t len = query(p, 9);

	for (size_t i = 0; i < len; i++) {
		assert_true(is_open(s, fd));
		put(fd, p + i, 1);
	}
	expect_replies(s, fd, 9, 1);
	(void)close(fd);
}

static void
half_close_gets_its_replies(void **state)
{
	struct scene *s = *state;
	int fd = client(s);
	uint8_t p[1024];
	size_t len = query(p, 1);

	len += query(p + len, 2);
	put(fd, p, len);
	(void)shutdown(fd, SHUT_WR);
	expect_replies(s, fd, 1, 2);
	assert_false(is_open(s, fd));
	assert_int_equal(s->serve.conn_count, 0);
	(void)close(fd);
}

static void
idle_clients_are_closed(void **state)
{
	struct scene *s = *state;
	int fd = client(s);
	uint8_t p[512];

	loop_advance(s->loop, &s->clock, 9 * CLOCK_S);
	assert_true(is_open(s, fd));
	put(fd, p, query(p, 1));
	expect_replies(s, fd, 1, 1);
	loop_advance(s->loop, &s->clock, 9 * CLOCK_S);
	assert_true(is_open(s, fd));
	loop_advance(s->loop, &s->clock, 2 * CLOCK_S);
	assert_false(is_open(s, fd));
	(void)close(fd);
}

/* Slowloris: an octet now and then does not keep a message open. */
static void
a_message_has_its_time(void **state)
{
	struct scene *s = *state;
	int fd = client(s);
	uint8_t p[512];
	size_t len = query(p, 1);

	for (size_t i = 0; i < 4; i++) {
		put(fd, p + i, 1);
		assert_true(is_open(s, fd));
		loop_advance(s->loop, &s->clock, CLOCK_S / 5);
	}
	put(fd, p + 4, len - 4 - 1);
	assert_true(is_open(s, fd));
	loop_advance(s->loop, &s->clock, CLOCK_S / 4);
	assert_false(is_open(s, fd));
	(void)close(fd);
}

/* The limit is eight here: the ninth takes the place of who has rested most. */
static void
the_oldest_makes_room(void **state)
{
	struct scene *s = *state;
	int fd[10];
	uint8_t p[512];

	for (int i = 0; i < 8; i++)
		fd[i] = client(s);
	assert_int_equal(s->serve.conn_count, 8);
	put(fd[0], p, query(p, 1));
	expect_replies(s, fd[0], 1, 1);
	fd[8] = client(s);
	assert_int_equal(s->serve.conn_count, 8);
	assert_true(is_open(s, fd[0]));
	assert_false(is_open(s, fd[1]));
	assert_true(is_open(s, fd[2]));
	put(fd[8], p, query(p, 2));
	expect_replies(s, fd[8], 2, 1);
	for (int i = 0; i < 9; i++)
		(void)close(fd[i]);
}

static void
rest_is_shorter_when_places_are_few(void **state)
{
	struct scene *s = *state;
	int fd[6];

	for (int i = 0; i < 6; i++)
		fd[i] = client(s);
	loop_advance(s->loop, &s->clock, 3 * CLOCK_S);
	/* The sixth came when it was busy; the fifth did not. */
	assert_true(is_open(s, fd[4]));
	assert_false(is_open(s, fd[5]));
	for (int i = 0; i < 6; i++)
		(void)close(fd[i]);
}

/* CVE-2024-0760: a client that asks and never reads. */
static void
who_does_not_read_is_not_read_from(void **state)
{
	struct scene *s = *state;
	uint8_t *p = malloc(1 << 20);
	int small = 4096, fd = client(s);
	size_t len = 0, sent = 0;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	for (uint16_t i = 0; i < 2000; i++)
		len += query(p + len, i);
	/* Until neither side takes more. */
	for (int idle = 0; idle < 50; idle++) {
		ssize_t n = send(fd, p + sent % len, len - sent % len,
		    MSG_DONTWAIT | MSG_NOSIGNAL);

		poll_some(s);
		if (n > 0) {
			sent += (size_t)n;
			idle = 0;
		}
		if (sent > 100u << 20)
			fail_msg("%zu octets taken of who never reads", sent);
	}
	assert_int_equal(s->serve.conn_count, 1);
	loop_advance(s->loop, &s->clock, 11 * CLOCK_S);
	assert_int_equal(s->serve.conn_count, 0);
	(void)close(fd);
	free(p);
}

static void
an_overlong_message_is_a_format_error(void **state)
{
	struct scene *s = *state;
	int fd = client(s);
	uint8_t *p = calloc(1, 70000), reply[512];
	size_t len = query(p, 5);

	/* A good query with 60,000 octets of nothing behind it. */
	len = len - 2 + 60000;
	p[0] = (uint8_t)(len >> 8);
	p[1] = (uint8_t)len;
	len += 2;
	len += query(p + len, 6);
	for (size_t at = 0; at < len; at += 5000) {
		put(fd, p + at, len - at < 5000 ? len - at : 5000);
		poll_some(s);
	}
	assert_int_equal(recv(fd, reply, 2 + 33, 0), 2 + 33);
	assert_int_equal(reply[5] & 0x0f, 1);
	expect_replies(s, fd, 6, 1);
	(void)close(fd);
	free(p);
}

static void
keepalive_is_told(void **state)
{
	static const struct stage_query q = {
		.name = "www.example.com", .type = 1, .payload = 1232,
		.options = "000b 0000",
	};
	struct scene *s = *state;
	int fd = client(s);
	uint8_t p[512];
	size_t n = stage_write(&q, p + 2, 500);
	/* 10 s in units of 100 ms. */
	static const uint8_t want[] = { 0, 11, 0, 2, 0, 100 };

	p[0] = 0;
	p[1] = (uint8_t)n;
	put(fd, p, n + 2);
	poll_some(s);
	n = (size_t)recv(fd, p, sizeof(p), MSG_DONTWAIT);
	assert_true(n > 60 && n < 100);
	assert_memory_equal(p + n - sizeof(want), want, sizeof(want));
	(void)close(fd);
}

static void
resets_leave_nothing(void **state)
{
	struct scene *s = *state;
	struct linger now = { .l_onoff = 1 };
	uint8_t p[512];

	for (int i = 0; i < 20; i++) {
		int fd = client(s);

		put(fd, p, query(p, 1) - (size_t)(i % 3));
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		(void)close(fd);
	}
	poll_some(s);
	assert_int_equal(s->serve.conn_count, 0);
}

/* No descriptor is left: the client waits, and nothing spins. */
static void
out_of_descriptors_is_survived(void **state)
{
	struct scene *s = *state;
	struct rlimit was, none;
	uint8_t p[512];
	int fd, next;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = was;
	next = dup(0);
	(void)close(next);
	/* One more for the client's end, none for ours. */
	none.rlim_cur = (rlim_t)next + 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	fd = client(s);
	assert_int_equal(s->serve.conn_count, 0);
	assert_true(loop_timer_running(&s->serve.pause));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	loop_advance(s->loop, &s->clock, CLOCK_S / 5);
	put(fd, p, query(p, 1));
	expect_replies(s, fd, 1, 1);
	(void)close(fd);
}

static void
a_listener_leaves_its_connections(void **state)
{
	struct scene *s = *state;
	int fd = client(s);
	uint8_t p[512];

	tcpserve_remove(&s->serve, s->listener);
	put(fd, p, query(p, 3));
	expect_replies(s, fd, 3, 1);
	(void)close(fd);
}

static void
count_call(void *arg)
{
	++*(unsigned *)arg;
}

static void
who_leaves_lets_its_clients_end(void **state)
{
	struct scene *s = *state;
	int resting = client(s), asking = client(s);
	unsigned gone = 0;
	uint8_t p[512];
	size_t n = query(p, 3);

	loop_advance(s->loop, &s->clock, CLOCK_S * 3 / 2);
	put(asking, p, n / 2);
	poll_some(s);
	tcpserve_leave(&s->serve, count_call, &gone);
	loop_advance(s->loop, &s->clock, CLOCK_S * 4 / 5);
	assert_int_equal(s->serve.conn_count, 1);
	put(asking, p + n / 2, n - n / 2);
	expect_replies(s, asking, 3, 1);
	assert_int_equal(gone, 0);
	loop_advance(s->loop, &s->clock, 5 * CLOCK_S / 2);
	assert_int_equal(s->serve.conn_count, 0);
	assert_int_equal(gone, 1);
	(void)close(resting);
	(void)close(asking);
}

static void
who_leaves_without_clients_is_gone_at_once(void **state)
{
	struct scene *s = *state;
	unsigned gone = 0;
	int keep = dup(s->listener), fd;

	/* Another process has the listener, too. */
	tcpserve_leave(&s->serve, count_call, &gone);
	assert_int_equal(gone, 1);
	fd = client(s);
	poll_some(s);
	assert_int_equal(s->serve.conn_count, 0);
	(void)close(keep);
	(void)close(fd);
}

#define SCENE(f)	cmocka_unit_test_setup_teardown(f, open_scene, close_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(one_query_one_reply),
		SCENE(pipelined_queries_are_all_answered),
		SCENE(octets_may_come_one_by_one),
		SCENE(half_close_gets_its_replies),
		SCENE(idle_clients_are_closed),
		SCENE(a_message_has_its_time),
		SCENE(the_oldest_makes_room),
		SCENE(rest_is_shorter_when_places_are_few),
		SCENE(who_does_not_read_is_not_read_from),
		SCENE(an_overlong_message_is_a_format_error),
		SCENE(keepalive_is_told),
		SCENE(resets_leave_nothing),
		SCENE(out_of_descriptors_is_survived),
		SCENE(a_listener_leaves_its_connections),
		SCENE(who_leaves_lets_its_clients_end),
		SCENE(who_leaves_without_clients_is_gone_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
