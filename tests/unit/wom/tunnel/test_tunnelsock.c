/* tests/unit/wom/tunnel/test_tunnelsock.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/sock.h"
#include "wom/tunnel/tunnelsock.h"

static int
option(int fd, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	assert_int_equal(getsockopt(fd, IPPROTO_TCP, name, &value, &len), 0);
	return value;
}

static void
calls_come_from_the_address_that_is_asked_for(void **state)
{
	struct addrport at, from, seen;
	struct tunnelsock_info i;
	struct pollfd f = { .events = POLLIN };
	int call, conn;

	(void)state;
	assert_int_equal(addr_parse_port("127.0.0.1:0", &at), 0);
	assert_int_equal(addr_parse("127.0.0.9", &from.addr), 0);
	f.fd = tunnelsock_listen(&at, NULL, NULL);
	assert_true(f.fd >= 0);
	sock_local(f.fd, &at);
	call = tunnelsock_connect(&at, &from.addr, 0);
	assert_true(call >= 0);
	assert_int_equal(poll(&f, 1, 10000), 1);
	conn = sock_accept(f.fd, &seen);
	assert_true(conn >= 0);
	assert_true(addr_equal(&seen.addr, &from.addr));
	assert_true(tunnelsock_tune(call, NULL));
	assert_int_equal(option(call, TCP_NODELAY), 1);
	assert_true(option(call, TCP_NOTSENT_LOWAT) > 0);
	tunnelsock_read_info(call, &i);
	assert_true(strlen(i.congestion) > 0);
	assert_true(tunnelsock_tune(call, i.congestion));
	assert_false(tunnelsock_tune(call, "no_such_thing"));
	tunnelsock_read_info(-1, &i);
	assert_int_equal(i.rtt_us + strlen(i.congestion), 0);
	(void)close(call);
	(void)close(conn);
	(void)close(f.fd);
}

static void
what_waits_in_a_socket_follows_its_rate(void **state)
{
	int fd = sock_open_tcp(AF_INET), slow, fast;

	(void)state;
	tunnelsock_keep_short(fd, 1);
	slow = option(fd, TCP_NOTSENT_LOWAT);
	tunnelsock_keep_short(fd, UINT64_C(100000000));
	fast = option(fd, TCP_NOTSENT_LOWAT);
	assert_in_range(fast, slow + 1, 100000);
	tunnelsock_keep_short(fd, UINT64_C(1) << 60);
	assert_in_range(option(fd, TCP_NOTSENT_LOWAT), fast, 1 << 20);
	(void)close(fd);
}

static void
what_cannot_be_listened_at_is_told(void **state)
{
	struct err e = { .code = 0 };
	struct addrport at;
	int fd;

	(void)state;
	assert_int_equal(addr_parse_port("192.0.2.77:1", &at), 0);
	assert_true(tunnelsock_listen(&at, NULL, &e) < 0);
	assert_non_null(strstr(e.text, "192.0.2.77:1"));
	assert_int_equal(addr_parse_port("127.0.0.1:0", &at), 0);
	assert_true(tunnelsock_listen(&at, "no-such-device", &e) < 0);
	assert_non_null(strstr(e.text, "no-such-device"));
	fd = tunnelsock_listen(&at, NULL, NULL);
	assert_true(fd >= 0);
	sock_local(fd, &at);
	assert_true(tunnelsock_listen(&at, NULL, &e) < 0);
	(void)close(fd);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_come_from_the_address_that_is_asked_for),
		cmocka_unit_test(what_waits_in_a_socket_follows_its_rate),
		cmocka_unit_test(what_cannot_be_listened_at_is_told),
	};

	return cmocka_run_group_tests_name("tunnelsock", tests, NULL, NULL);
}
