/* tests/unit/wom/tunnel/test_tunneldoor.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/sock.h"
#include "tests/unit/wom/tunnel/certs.h"
#include "wom/tunnel/tunneldoor.h"
#include "wom/tunnel/tunnelsock.h"
#include "wom/tunnel/tunnelwire.h"

#define PATIENCE_MS	20000

static struct certs certs;
static struct tunneldoor *door;
static struct tunneltls *tls;
static struct addrport at;
static struct addr peers[1];
static int listener;

/* What has arrived. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;
static struct tunnelwire *arrived;

static void
on_arrived(void *arg, struct tunnelwire *wire)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	tunnelwire_free(&arrived);
	arrived = wire;
	pthread_cond_signal(&bell);
	pthread_mutex_unlock(&lock);
}

static struct tunneldoor_rules
rules(bool strangers)
{
	return (struct tunneldoor_rules){ .fds = &listener, .fd_count = 1,
	    .tls = tls, .peers = peers, .peer_count = 1,
	    .strangers = strangers };
}

static int
begin(void **state)
{
	const struct tunneldoor_config c = { .arrived = on_arrived };
	struct err e = { .code = 0 };

	(void)state;
	certs_init(&certs);
	certs_make(&certs, &(struct certs_wish){ .name = "a" });
	certs_make(&certs, &(struct certs_wish){ .name = "b" });
	tls = certs_need(&certs, "b", true);
	assert_int_equal(addr_parse_port("127.0.0.1:0", &at), 0);
	assert_int_equal(addr_parse("127.0.0.2", &peers[0]), 0);
	listener = tunnelsock_listen(&at, NULL, &e);
	assert_true(listener >= 0);
	sock_local(listener, &at);
	door = tunneldoor_new(&c, &e);
	assert_non_null(door);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	tunneldoor_free(&door);
	tunnelwire_free(&arrived);
	tunneltls_free(&tls);
	(void)close(listener);
	certs_fini(&certs);
	return 0;
}

/* From 127.0.0.host; connected. */
static int
call(uint8_t host)
{
	struct addr from = { .family = AF_INET, .octets = { 127, 0, 0, host } };
	int fd = tunnelsock_connect(&at, &from, 0);
	struct pollfd f = { .fd = fd, .events = POLLOUT };

	assert_true(fd >= 0);
	assert_int_equal(poll(&f, 1, PATIENCE_MS), 1);
	assert_int_equal(sock_connected(fd), 0);
	return fd;
}

/* The other end has closed it. */
static bool
is_closed(int fd)
{
	struct pollfd f = { .fd = fd, .events = POLLIN };
	char octet;

	return poll(&f, 1, PATIENCE_MS) == 1 && recv(fd, &octet, 1, 0) <= 0;
}

static struct tunneldoor_counts
counts(void)
{
	struct tunneldoor_counts c;

	tunneldoor_read_counts(door, &c);
	return c;
}

/* ---- rules ---- */

static void
who_proves_himself_arrives(void **state)
{
	struct tunneldoor_rules r = rules(false);
	struct tunneltls *calls = certs_need(&certs, "a", false);
	struct tunnelwire *w;

	(void)state;
	tunneldoor_set(door, &r);
	w = tunnelwire_new(calls, call(2), &at);
	for (int rc = 0; rc != 1;) {
		struct pollfd f = { .fd = tunnelwire_fd(w) };

		rc = tunnelwire_shake(w);
		assert_int_not_equal(rc, TLS_BROKEN);
		f.events = rc == TLS_WANT_READ ? POLLIN : POLLOUT;
		if (rc != 1)
			assert_int_equal(poll(&f, 1, PATIENCE_MS), 1);
	}
	pthread_mutex_lock(&lock);
	while (arrived == NULL)
		pthread_cond_wait(&bell, &lock);
	assert_string_equal(tunnelwire_subject(arrived), "/CN=a");
	assert_int_equal(tunnelwire_remote(arrived)->addr.octets[3], 2);
	pthread_mutex_unlock(&lock);
	assert_int_equal(counts().arrived, 1);
	assert_int_equal(counts().shaking, 0);
	tunnelwire_free(&w);
	tunneltls_free(&calls);
}

static void
strangers_are_turned_away_where_they_may_not_try(void **state)
{
	struct tunneldoor_rules r = rules(false);
	int fd;

	(void)state;
	tunneldoor_set(door, &r);
	fd = call(7);
	assert_int_equal(send(fd, "x", 1, MSG_NOSIGNAL), 1);
	assert_true(is_closed(fd));
	assert_int_equal(counts().strangers, 1);
	assert_int_equal(counts().refused[TUNNELTLS_STRANGER], 1);
	assert_non_null(strstr(counts().last, "127.0.0.7"));
	(void)close(fd);
}

/* Each says an octet, which is no handshake yet: 22 begins one. */
static void
crowd(uint8_t host, int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fds[i] = call(host);
		assert_int_equal(send(fds[i], "\x16", 1, MSG_NOSIGNAL), 1);
	}
}

static void
a_crowd_of_strangers_leaves_room_for_others(void **state)
{
	struct tunneldoor_rules r = rules(true);
	int fds[TUNNELDOOR_OF_STRANGER + 1], other, peer;

	(void)state;
	tunneldoor_set(door, &r);
	crowd(7, fds, TUNNELDOOR_OF_STRANGER + 1);
	/* One of them, and only one, is too many. */
	assert_true(is_closed(fds[TUNNELDOOR_OF_STRANGER]));
	assert_int_equal(counts().crowded, 1);
	crowd(8, &other, 1);
	crowd(2, &peer, 1);
	/* What is no TLS at all ends both of these. */
	assert_int_equal(send(other, "GET /", 5, MSG_NOSIGNAL), 5);
	assert_int_equal(send(peer, "GET /", 5, MSG_NOSIGNAL), 5);
	assert_true(is_closed(other) && is_closed(peer));
	assert_int_equal(counts().crowded, 1);
	assert_int_equal(counts().refused[TUNNELTLS_NOT_TLS], 2);
	for (size_t i = 0; i <= TUNNELDOOR_OF_STRANGER; i++)
		(void)close(fds[i]);
	(void)close(other);
	(void)close(peer);
}

static void
who_is_silent_is_not_waited_for(void **state)
{
	struct tunneldoor_rules r = rules(true);
	char ca[CERTS_PATH];
	const struct tunneltls_config quick = { .server = true,
	    .ca_file = certs_path(&certs, "ca.pem", ca),
	    .handshake_ns = 50 * CLOCK_MS };
	struct tunneltls *t = certs_tls(&certs, "b", &quick, NULL);
	int fd;

	(void)state;
	r.tls = t;
	tunneldoor_set(door, &r);
	crowd(2, &fd, 1);
	assert_true(is_closed(fd));
	assert_int_equal(counts().refused[TUNNELTLS_SILENT], 1);
	(void)close(fd);
	tunneltls_free(&t);
}

static void
without_tls_nobody_is_let_in(void **state)
{
	struct tunneldoor_rules r = rules(true);
	struct pollfd f = { .events = POLLIN };

	(void)state;
	r.tls = NULL;
	tunneldoor_set(door, &r);
	f.fd = call(2);
	assert_int_equal(send(f.fd, "x", 1, MSG_NOSIGNAL), 1);
	assert_int_equal(poll(&f, 1, 50), 0);
	tunneldoor_free(&door);
	assert_null(door);
	(void)close(f.fd);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(who_proves_himself_arrives),
		TEST(strangers_are_turned_away_where_they_may_not_try),
		TEST(a_crowd_of_strangers_leaves_room_for_others),
		TEST(who_is_silent_is_not_waited_for),
		TEST(without_tls_nobody_is_let_in),
	};

	return cmocka_run_group_tests_name("tunneldoor", tests, NULL, NULL);
}
