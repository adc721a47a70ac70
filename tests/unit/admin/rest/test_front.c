/* tests/unit/admin/rest/test_front.c - silence and numbers keep nobody out.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "admin/rest/front.h"
#include "admin/rest/setup.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/sock.h"
#include "tests/unit/admin/rest/gatebed.h"

#define LONG_MS	20000

struct stand {
	struct gatebed	 bed;
	struct front	*front;
	struct addrport	 at;
};

static void
make(struct stand *s)
{
	struct front_config c = { .fd = -1, .patience = 60 * CLOCK_S };
	struct setup_tls tls;
	struct err e;
	char *cert, *key;

	gatebed_make(&s->bed, true);
	cert = mem_printf("%s/cert", s->bed.dir.path);
	key = mem_printf("%s/key", s->bed.dir.path);
	assert_int_equal(setup_read_tls(&tls, cert, key, true, &e), 0);
	assert_int_equal(addr_parse_port("127.0.0.1:0", &s->at), 0);
	c.fd = sock_listen_tcp(&s->at, NULL, &e);
	assert_true(c.fd >= 0);
	sock_local(c.fd, &s->at);
	c.cert = tls.cert;
	c.key = tls.key;
	c.gate = &s->bed.gate;
	s->front = front_new(&c, &e);
	assert_non_null(s->front);
	setup_tls_fini(&tls);
	free(cert);
	free(key);
}

/* A connection that says nothing, from 127.0.0.N. */
static int
come(const struct stand *s, int n)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_port = htons(s->at.port) };
	struct sockaddr_in from = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(0x7f000001);
	from.sin_addr.s_addr = htonl(0x7f000000 + (unsigned)n);
	assert_int_equal(bind(fd, (void *)&from, sizeof(from)), 0);
	assert_int_equal(connect(fd, (void *)&to, sizeof(to)), 0);
	return fd;
}

/* Was it sent away within that time? */
static bool
is_gone(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1;
}

static void
the_oldest_of_a_source_makes_place_for_its_next(void **state)
{
	int fds[FRONT_SOURCE_MAX + 3], other;
	struct stand s;

	(void)state;
	make(&s);
	other = come(&s, 2);
	for (int i = 0; i < FRONT_SOURCE_MAX + 3; i++)
		fds[i] = come(&s, 1);
	for (int i = 0; i < 3; i++)
		assert_true(is_gone(fds[i], LONG_MS));
	assert_false(is_gone(fds[3], 0));
	assert_false(is_gone(fds[FRONT_SOURCE_MAX + 2], 0));
	assert_false(is_gone(other, 0));
	front_free(&s.front);
	assert_null(s.front);
	assert_true(is_gone(other, LONG_MS));
	for (int i = 0; i < FRONT_SOURCE_MAX + 3; i++)
		(void)close(fds[i]);
	(void)close(other);
	gatebed_clear(&s.bed);
}

/* Full by many sources: whoever has most gives one. */
static void
a_full_house_takes_from_who_has_most(void **state)
{
	int fds[FRONT_MAX], greedy[2], next;
	struct stand s;

	(void)state;
	make(&s);
	greedy[0] = come(&s, 200);
	greedy[1] = come(&s, 200);
	for (int i = 0; i < FRONT_MAX - 2; i++)
		fds[i] = come(&s, 1 + i);
	next = come(&s, 201);
	assert_true(is_gone(greedy[0], LONG_MS));
	assert_false(is_gone(greedy[1], 0));
	assert_false(is_gone(fds[0], 0));
	assert_false(is_gone(next, 0));
	front_free(&s.front);
	for (int i = 0; i < FRONT_MAX - 2; i++)
		(void)close(fds[i]);
	(void)close(greedy[0]);
	(void)close(greedy[1]);
	(void)close(next);
	gatebed_clear(&s.bed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_oldest_of_a_source_makes_place_for_its_next),
		cmocka_unit_test(a_full_house_takes_from_who_has_most),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("front", tests, NULL, NULL);
}
