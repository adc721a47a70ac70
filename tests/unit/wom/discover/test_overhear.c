/* tests/unit/wom/discover/test_overhear.c - on the loopback of a network namespace of its
 * own. SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/addr.h"
#include "core/base/obj.h"
#include "core/io/sock.h"
#include "wom/discover/ippacket.h"
#include "wom/discover/overhear.h"

/* A namespace whose loopback is up. */
static void
set_up(void)
{
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWNET) != 0)
		skip();
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &r), 0);
	(void)close(fd);
}

/* SYN and its answer are seen, from the IP header on, and nothing else of what a
 * connection says. */
static void
only_openings_are_heard(void **state)
{
	static const char *const places[] = { "127.0.0.1:0", "[::1]:0" };

	(void)state;
	set_up();
	for (size_t i = 0; i < OBJ_COUNT(places); i++) {
		struct ippacket_opening o[2];
		struct addrport at;
		uint8_t octets[OVERHEAR_MAX];
		unsigned interface;
		ssize_t n;
		int ear, door, near, far;

		assert_int_equal(addr_parse_port(places[i], &at), 0);
		ear = overhear_open(at.addr.family, OVERHEAR_OPENINGS);
		assert_true(ear >= 0);
		door = sock_listen_tcp(&at, NULL, NULL);
		sock_local(door, &at);
		near = sock_connect_tcp(&at);
		far = sock_accept(door, NULL);
		assert_int_equal(send(near, "hello", 5, 0), 5);
		(void)close(near);
		(void)close(far);
		for (unsigned k = 0; k < 2; k++) {
			n = overhear_read(ear, octets, &interface);
			assert_true(n > 0);
			assert_int_equal(interface, if_nametoindex("lo"));
			assert_true(ippacket_read_opening(&o[k], octets,
			    (size_t)n));
		}
		assert_int_equal(o[0].dest.port, at.port);
		assert_false(o[0].answer);
		assert_int_equal(o[1].source.port, at.port);
		assert_true(o[1].answer);
		assert_int_equal(overhear_read(ear, octets, &interface), -1);
		assert_int_equal(errno, EAGAIN);
		(void)close(ear);
		(void)close(door);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_openings_are_heard),
	};

	return cmocka_run_group_tests_name("overhear", tests, NULL, NULL);
}
