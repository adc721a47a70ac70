/* tests/unit/core/io/test_pingsock.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/io/pingsock.h"

static int
option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	assert_int_equal(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

/* What a plain call says of this host and of our rights. */
static bool
may(int family, int type)
{
	int fd = socket(family, type, family == AF_INET ? (int)IPPROTO_ICMP :
	    (int)IPPROTO_ICMPV6);

	if (fd != -1)
		(void)close(fd);
	return fd != -1;
}

/* Raw where that may be, else a ping socket, else the errno. */
static int
open_as_expected(int family, bool *raw)
{
	int fd = pingsock_open((uint8_t)family, raw);

	assert_int_equal(*raw, may(family, SOCK_RAW));
	if (fd == -1) {
		assert_false(may(family, SOCK_DGRAM));
		assert_true(errno == EACCES || errno == EPERM ||
		    errno == EAFNOSUPPORT);
		return -1;
	}
	assert_int_equal(option(fd, SOL_SOCKET, SO_TYPE), *raw ? SOCK_RAW :
	    SOCK_DGRAM);
	assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	return fd;
}

static void
ipv4_is_raw_where_that_may_be_and_hears_echoes_only(void **state)
{
	bool raw;
	int fd = open_as_expected(AF_INET, &raw);

	(void)state;
	if (fd != -1 && raw)
		assert_int_equal((uint32_t)option(fd, SOL_RAW, ICMP_FILTER),
		    ~(1u << ICMP_ECHOREPLY | 1u << ICMP_DEST_UNREACH |
		    1u << ICMP_TIME_EXCEEDED));
	if (fd != -1)
		(void)close(fd);
}

static void
ipv6_does_the_same(void **state)
{
	struct icmp6_filter f;
	socklen_t len = sizeof(f);
	bool raw;
	int fd = open_as_expected(AF_INET6, &raw), passed = 0;

	(void)state;
	if (fd != -1 && raw) {
		assert_int_equal(getsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER,
		    &f, &len), 0);
		for (int type = 0; type < 256; type++)
			passed += ICMP6_FILTER_WILLPASS(type, &f) != 0;
		assert_int_equal(passed, 3);
		assert_true(ICMP6_FILTER_WILLPASS(ICMP6_ECHO_REPLY, &f));
		assert_true(ICMP6_FILTER_WILLPASS(ICMP6_DST_UNREACH, &f));
		assert_true(ICMP6_FILTER_WILLPASS(ICMP6_TIME_EXCEEDED, &f));
	}
	if (fd != -1)
		(void)close(fd);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    ipv4_is_raw_where_that_may_be_and_hears_echoes_only),
		cmocka_unit_test(ipv6_does_the_same),
	};

	return cmocka_run_group_tests_name("pingsock", tests, NULL, NULL);
}
