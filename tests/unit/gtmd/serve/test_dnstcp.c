/* tests/unit/gtmd/serve/test_dnstcp.c - the thread around tcpserve: listeners come
 * and go while it runs.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gtmd/serve/dnstcp.h"
#include "tests/unit/gtmd/query/stage.h"

static const char *const zones[] = {
	"example.com",
	"@ 3600 IN SOA ns1 hostmaster 1 3600 900 86400 300\n"
	"@ 3600 IN NS ns1\n"
	"ns1 3600 IN A 192.0.2.1\n",
	NULL, NULL
};

static int
connect_to(const struct addrport *to)
{
	struct timeval wait = { .tv_sec = 5 };
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&to->addr, to->port, &ss);
	int fd = socket(ss.ss_family, SOCK_STREAM, 0);

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait,
	    sizeof(wait)), 0);
	if (connect(fd, (struct sockaddr *)&ss, len) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static void
ask(int fd)
{
	static const struct stage_query q = {
		.name = "ns1.example.com", .type = 1
	};
	uint8_t p[512];
	size_t n = stage_write(&q, p + 2, 500);

	p[0] = 0;
	p[1] = (uint8_t)n;
	assert_int_equal(send(fd, p, n + 2, MSG_NOSIGNAL), n + 2);
	assert_int_equal(recv(fd, p, n + 2 + 16, MSG_WAITALL), n + 2 + 16);
	assert_int_equal(p[1], n + 16);
	assert_int_equal(p[9], 1);
}

static void
listeners_come_and_go(void **state)
{
	struct addrport first = { 0 }, second = { 0 };
	struct stage s;
	struct dnstcp *d;
	struct err e;
	int a, b;

	(void)state;
	stage_open(&s, zones);
	assert_int_equal(addr_parse("127.0.0.1", &first.addr), 0);
	second = first;
	d = dnstcp_new(&s.world, &e);
	assert_non_null(d);
	assert_int_equal(dnstcp_listen(d, &first, NULL, &e), 0);
	assert_true(first.port != 0);
	assert_int_not_equal(dnstcp_listen(d, &first, NULL, &e), 0);
	/* The kernel queues who comes before the start. */
	a = connect_to(&first);
	assert_int_equal(dnstcp_start(d, &e), 0);
	ask(a);
	assert_int_equal(dnstcp_listen(d, &second, NULL, &e), 0);
	b = connect_to(&second);
	ask(b);
	dnstcp_unlisten(d, &first);
	assert_int_equal(connect_to(&first), -1);
	assert_int_equal(errno, ECONNREFUSED);
	ask(a);
	ask(b);
	dnstcp_close(&d);
	assert_null(d);
	assert_int_equal(recv(a, &e, 1, 0), 0);
	(void)close(a);
	(void)close(b);
	stage_close(&s);
}

static void
never_started_is_closed_too(void **state)
{
	struct addrport local = { 0 };
	struct world w = { 0 };
	struct dnstcp *d = dnstcp_new(&w, NULL);

	(void)state;
	assert_int_equal(addr_parse("127.0.0.1", &local.addr), 0);
	assert_int_equal(dnstcp_listen(d, &local, NULL, NULL), 0);
	dnstcp_close(&d);
	assert_int_equal(connect_to(&local), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listeners_come_and_go),
		cmocka_unit_test(never_started_is_closed_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
