/* tests/unit/core/io/test_sock.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/sock.h"

static struct addrport
at(const char *text)
{
	struct addrport ap;

	assert_int_equal(addr_parse_port(text, &ap), 0);
	return ap;
}

static int
option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	assert_int_equal(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

static void
udp_does_not_block_and_ignores_path_mtu(void **state)
{
	static const struct sock_options o = { .reuse_port = true,
	    .pktinfo = true };
	struct addrport local = at("127.0.0.1:0");
	int a = sock_open_udp(&local, &o, NULL), b;
	char c;

	(void)state;
	assert_true(a >= 0);
	assert_int_equal(recv(a, &c, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(fcntl(a, F_GETFD), FD_CLOEXEC);
	assert_int_equal(option(a, IPPROTO_IP, IP_MTU_DISCOVER),
	    IP_PMTUDISC_OMIT);
	assert_int_equal(option(a, IPPROTO_IP, IP_PKTINFO), 1);
	/* A second one shares the port; one that does not share cannot. */
	sock_local(a, &local);
	assert_int_not_equal(local.port, 0);
	b = sock_open_udp(&local, &o, NULL);
	assert_true(b >= 0);
	close(b);
	assert_int_equal(sock_open_udp(&local, NULL, NULL), ERR_IO);
	close(a);
}

static void
udp_over_ipv6_does_the_same(void **state)
{
	static const struct sock_options o = { .pktinfo = true,
	    .rcvbuf = 65536 };
	struct addrport local = at("[::1]:0");
	int a = sock_open_udp(&local, &o, NULL);

	(void)state;
	assert_true(a >= 0);
	assert_int_equal(option(a, IPPROTO_IPV6, IPV6_MTU_DISCOVER),
	    IPV6_PMTUDISC_OMIT);
	assert_int_equal(option(a, IPPROTO_IPV6, IPV6_RECVPKTINFO), 1);
	assert_int_equal(option(a, IPPROTO_IPV6, IPV6_V6ONLY), 1);
	assert_int_equal(option(a, SOL_SOCKET, SO_RCVBUF), 2 * 65536);
	close(a);
}

static void
both_families_stand_side_by_side(void **state)
{
	struct addrport four = at("0.0.0.0:0"), six = at("[::]:0");
	int a, b;

	(void)state;
	a = sock_listen_tcp(&four, NULL, NULL);
	assert_true(a >= 0);
	sock_local(a, &four);
	six.port = four.port;
	b = sock_listen_tcp(&six, NULL, NULL);
	assert_true(b >= 0);
	assert_int_equal(option(b, IPPROTO_IPV6, IPV6_V6ONLY), 1);
	close(a);
	close(b);
}

static void
refusal_names_protocol_address_and_reason(void **state)
{
	struct addrport local = at("192.0.2.1:53");
	struct err e;

	(void)state;
	assert_int_equal(sock_open_udp(&local, NULL, &e), ERR_IO);
	assert_non_null(strstr(e.text, "udp 192.0.2.1:53"));
	assert_non_null(strstr(e.text, strerror(EADDRNOTAVAIL)));
}

static void
connection_is_accepted_with_its_peer(void **state)
{
	struct addrport door = at("127.0.0.1:0"), ours, peer;
	int l = sock_listen_tcp(&door, NULL, NULL), c, a;
	struct pollfd p;

	(void)state;
	sock_local(l, &door);
	assert_int_equal(sock_accept(l, NULL), -1);
	assert_int_equal(errno, EAGAIN);
	c = sock_connect_tcp(&door);
	assert_true(c >= 0);
	p = (struct pollfd){ .fd = c, .events = POLLOUT };
	assert_int_equal(poll(&p, 1, 2000), 1);
	assert_int_equal(sock_error(c), 0);
	a = sock_accept(l, &peer);
	assert_true(a >= 0);
	assert_int_equal(fcntl(a, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	sock_local(c, &ours);
	assert_int_equal(peer.port, ours.port);
	assert_true(addr_equal(&peer.addr, &ours.addr));
	close(a);
	close(c);
	close(l);
}

static void
a_mark_is_on_the_socket_before_it_connects(void **state)
{
	static const enum sock_kind kinds[] = { SOCK_KIND_TCP,
	    SOCK_KIND_TCP_HALF, SOCK_KIND_UDP };
	struct addrport door = at("127.0.0.1:0");
	int l = sock_listen_tcp(&door, NULL, NULL), type;
	socklen_t len = sizeof(type);
	uint32_t mark;

	(void)state;
	sock_local(l, &door);
	for (size_t i = 0; i < 3; i++) {
		int c = sock_connect_marked(&door, kinds[i], 0x67000001);

		if (c == -1 && errno == EPERM && geteuid() != 0)
			skip();
		assert_true(c >= 0);
		len = sizeof(mark);
		assert_int_equal(getsockopt(c, SOL_SOCKET, SO_MARK, &mark,
		    &len), 0);
		assert_int_equal(mark, 0x67000001);
		len = sizeof(type);
		assert_int_equal(getsockopt(c, SOL_SOCKET, SO_TYPE, &type,
		    &len), 0);
		assert_int_equal(type, i == 2 ? SOCK_DGRAM : SOCK_STREAM);
		close(c);
	}
	close(l);
}

static void
refused_connection_tells_its_errno(void **state)
{
	struct addrport door = at("127.0.0.1:0");
	int l = sock_listen_tcp(&door, NULL, NULL), c;
	struct pollfd p;

	(void)state;
	sock_local(l, &door);
	close(l);
	c = sock_connect_tcp(&door);
	assert_true(c >= 0);
	p = (struct pollfd){ .fd = c, .events = POLLOUT };
	assert_int_equal(poll(&p, 1, 2000), 1);
	assert_int_equal(sock_error(c), ECONNREFUSED);
	close(c);
}

static void
wait_for(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	assert_int_equal(poll(&p, 1, 2000), 1);
}

/* One socket, two connections; each ends for the peer with a reset. */
static void
a_socket_is_connected_again_after_a_reset(void **state)
{
	struct addrport door[2] = { at("127.0.0.1:0"), at("127.0.0.2:0") };
	struct addrport peer;
	char c;
	int s = sock_open_tcp(AF_INET);

	(void)state;
	assert_true(s >= 0);
	assert_int_equal(fcntl(s, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	assert_int_equal(sock_connected(s), EINPROGRESS);
	for (int i = 0; i < 4; i++) {
		int l = sock_listen_tcp(&door[i % 2], NULL, NULL), a;

		sock_local(l, &peer);
		sock_speak_first(s, i >= 2);
		assert_int_equal(sock_connect(s, &peer), 0);
		wait_for(s, POLLOUT);
		assert_int_equal(sock_connected(s), 0);
		assert_int_equal(send(s, "x", 1, 0), 1);
		wait_for(l, POLLIN);
		a = sock_accept(l, NULL);
		assert_true(a >= 0);
		wait_for(a, POLLIN);
		assert_int_equal(recv(a, &c, 1, 0), 1);
		assert_int_equal(sock_disconnect(s), 0);
		assert_int_equal(recv(a, &c, 1, 0), -1);
		assert_int_equal(errno, ECONNRESET);
		close(a);
		close(l);
	}
	/* Nobody is at home any more. */
	assert_int_equal(sock_connect(s, &peer), 0);
	wait_for(s, POLLOUT);
	assert_int_equal(sock_connected(s), ECONNREFUSED);
	close(s);
	assert_int_equal(sock_connected(-1), EBADF);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(udp_does_not_block_and_ignores_path_mtu),
		cmocka_unit_test(udp_over_ipv6_does_the_same),
		cmocka_unit_test(both_families_stand_side_by_side),
		cmocka_unit_test(refusal_names_protocol_address_and_reason),
		cmocka_unit_test(connection_is_accepted_with_its_peer),
		cmocka_unit_test(refused_connection_tells_its_errno),
		cmocka_unit_test(a_socket_is_connected_again_after_a_reset),
		cmocka_unit_test(a_mark_is_on_the_socket_before_it_connects),
	};

	return cmocka_run_group_tests_name("sock", tests, NULL, NULL);
}
