/* tests/unit/wom/flow/test_flowsocket.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <errno.h>
#include <unistd.h>

#include "core/io/sock.h"
#include "wom/flow/flowsocket.h"

static const struct addrport nowhere;
static struct addrport server = { { AF_INET, { 127, 0, 0, 1 } }, 0 };
static int listener;

static int
begin(void **state)
{
	(void)state;
	listener = sock_listen_tcp(&server, NULL, NULL);
	sock_local(listener, &server);
	return listener >= 0 ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	return close(listener);
}

/* Both ends of a connection to the server. */
static int
join(const struct addrport *source, struct addrport *from, int *fd)
{
	struct pollfd p = { .fd = listener, .events = POLLIN };

	*fd = flowsocket_connect(&server, source, 0);
	if (*fd == -1)
		return -1;
	assert_int_equal(poll(&p, 1, 5000), 1);
	return sock_accept(listener, from);
}

static void
it_connects_and_is_prepared(void **state)
{
	struct addrport from;
	int fd, lan = join(&nowhere, &from, &fd), on = 0;
	socklen_t len = sizeof(on);

	(void)state;
	assert_int_equal(sock_connected(fd), 0);
	flowsocket_prepare(fd);
	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);
	assert_int_equal(on, 1);
	on = 0;
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, &len),
	    0);
	assert_int_equal(on, 1);
	assert_true(flowsocket_rtt_us(fd) > 0);
	assert_int_equal(flowsocket_rtt_us(listener + 1000), 0);
	flowsocket_close(fd);
	(void)close(lan);
}

static void
die(int fd)
{
	(void)close(fd);	/* as the kernel does it for a process that is killed */
}

static void
it_ends_as_it_is_or_with_a_reset_also_when_nobody_says_so(void **state)
{
	static void (*const ends[])(int) = {
		flowsocket_close, flowsocket_reset, die
	};
	struct addrport from;
	struct pollfd p = { .events = POLLIN };
	char octet;

	(void)state;
	for (size_t hard = 0; hard < 3; hard++) {
		int fd;

		p.fd = join(&nowhere, &from, &fd);
		flowsocket_prepare(fd);
		ends[hard](fd);
		assert_int_equal(poll(&p, 1, 5000), 1);
		errno = 0;
		assert_int_equal(recv(p.fd, &octet, 1, 0), hard ? -1 : 0);
		assert_int_equal(errno, hard ? ECONNRESET : 0);
		(void)close(p.fd);
	}
}

/* The same port a second time while the first connection is not forgotten: another
 * one then, from the same address. */
static void
a_source_is_kept_and_its_port_if_it_can_be(void **state)
{
	struct addrport source = { { AF_INET, { 127, 0, 0, 9 } }, 40009 }, from;
	int fd[2], lan = join(&source, &from, &fd[0]), other;

	(void)state;
	if (lan == -1) {
		assert_int_equal(errno, EPERM);	/* as it is without privilege */
		return;
	}
	assert_true(addr_equal(&from.addr, &source.addr));
	assert_int_equal(from.port, source.port);
	other = join(&source, &from, &fd[1]);
	assert_true(other >= 0);
	assert_true(addr_equal(&from.addr, &source.addr));
	assert_int_not_equal(from.port, source.port);
	for (int i = 0; i < 2; i++)
		flowsocket_close(fd[i]);
	(void)close(lan);
	(void)close(other);
}

static void
a_source_of_another_family_is_none(void **state)
{
	struct addrport source = { { AF_INET6, { [15] = 1 } }, 0 };

	(void)state;
	assert_int_equal(flowsocket_connect(&server, &source, 0), -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_connects_and_is_prepared),
		cmocka_unit_test(
		    it_ends_as_it_is_or_with_a_reset_also_when_nobody_says_so),
		cmocka_unit_test(a_source_is_kept_and_its_port_if_it_can_be),
		cmocka_unit_test(a_source_of_another_family_is_none),
	};

	return cmocka_run_group_tests_name("flowsocket", tests, begin, end);
}
