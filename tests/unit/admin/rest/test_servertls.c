/* tests/unit/admin/rest/test_servertls.c - a connection that is served, and
 * those that take too long or speak something else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "admin/rest/servertls.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/core/io/credentials.h"

#define LONG	((size_t)3 << 20)	/* more than any socket holds */

static struct credentials ours;
static struct servertls *server;

/* A client that says ping, reads all there is, and says whether a ticket came. */
struct client {
	int		 fd;
	pthread_t	 thread;
	size_t		 got;
	bool		 ticket;
};

static void *
run(void *arg)
{
	struct client *c = arg;
	SSL_CTX *ctx = credentials_client(0);
	SSL *ssl = SSL_new(ctx);
	char octets[16384];
	int n;

	(void)SSL_set_fd(ssl, c->fd);
	if (SSL_connect(ssl) == 1) {
		(void)SSL_write(ssl, "ping", 4);
		while ((n = SSL_read(ssl, octets, sizeof(octets))) > 0)
			c->got += (size_t)n;
		c->ticket = SSL_SESSION_has_ticket(SSL_get_session(ssl)) == 1;
		(void)SSL_shutdown(ssl);
	}
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	(void)close(c->fd);
	OPENSSL_thread_stop();
	return NULL;
}

static int
setup(void **state)
{
	char *cert, *key;
	struct err e;

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);		/* of the client */
	credentials_make(&ours, 30);
	cert = tempdir_read(ours.certificate, NULL);
	key = tempdir_read(ours.key, NULL);
	server = servertls_new(cert, key, &e);
	free(cert);
	free(key);
	return server != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	servertls_free(&server);
	servertls_free(&server);	/* NULL is harmless */
	credentials_remove(&ours);
	return 0;
}

static mono_ns
in_s(unsigned s)
{
	return clock_mono(&clock_system) + s * CLOCK_S;
}

static void
open_pair(int fds[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    fds), 0);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
}

static void
what_is_written_arrives_whole_and_no_ticket_with_it(void **state)
{
	char *octets = mem_zalloc(LONG, 1), text[16];
	struct client c = { .got = 0 };
	struct servertls_peer *p;
	int fds[2];

	(void)state;
	open_pair(fds);
	c.fd = fds[1];
	assert_int_equal(pthread_create(&c.thread, NULL, run, &c), 0);
	p = servertls_accept(server, fds[0], in_s(60));
	assert_non_null(p);
	assert_int_equal(servertls_read(p, text, sizeof(text), in_s(60)), 4);
	assert_memory_equal(text, "ping", 4);
	assert_true(servertls_write(p, octets, LONG, in_s(60)));
	servertls_free_peer(&p);
	assert_null(p);
	servertls_free_peer(&p);
	(void)close(fds[0]);
	assert_int_equal(pthread_join(c.thread, NULL), 0);
	assert_int_equal(c.got, LONG);
	assert_false(c.ticket);
	free(octets);
}

static void
nobody_is_waited_for_longer_than_said(void **state)
{
	int fds[2];

	(void)state;
	open_pair(fds);
	assert_null(servertls_accept(server, fds[0], 0));
	/* Begun, and not gone on with. */
	assert_int_equal(write(fds[1], "\x16\x03\x01", 3), 3);
	assert_null(servertls_accept(server, fds[0],
	    clock_mono(&clock_system) + 20 * CLOCK_MS));
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void
another_protocol_is_none(void **state)
{
	static const char text[] = "GET / HTTP/1.1\r\n\r\n";
	int fds[2];

	(void)state;
	open_pair(fds);
	assert_int_equal(write(fds[1], text, strlen(text)),
	    (ssize_t)strlen(text));
	assert_null(servertls_accept(server, fds[0], in_s(60)));
	(void)close(fds[1]);
	(void)close(fds[0]);
	open_pair(fds);
	(void)close(fds[1]);
	assert_null(servertls_accept(server, fds[0], in_s(60)));
	(void)close(fds[0]);
}

static void
credentials_that_do_not_fit_are_refused(void **state)
{
	struct credentials other;
	char *cert = tempdir_read(ours.certificate, NULL), *key;
	struct err e;

	(void)state;
	credentials_make(&other, 30);
	key = tempdir_read(other.key, NULL);
	assert_null(servertls_new(cert, key, &e));
	assert_int_equal(e.code, ERR_PARSE);
	assert_null(servertls_new("no PEM", key, &e));
	assert_null(servertls_new(cert, cert, &e));
	free(cert);
	free(key);
	credentials_remove(&other);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_is_written_arrives_whole_and_no_ticket_with_it),
		cmocka_unit_test(nobody_is_waited_for_longer_than_said),
		cmocka_unit_test(another_protocol_is_none),
		cmocka_unit_test(credentials_that_do_not_fit_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
