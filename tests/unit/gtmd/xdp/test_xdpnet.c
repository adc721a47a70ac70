/* tests/unit/gtmd/xdp/test_xdpnet.c - the machine's own interfaces, as far as they
 * are alike everywhere; the scene about XDP has some of its own making.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/xdp/xdpnet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/err.h"

static void
only_ethernet_is_listed_and_whole(void **state)
{
	struct xdpnet n;
	struct err e;

	(void)state;
	if (xdpnet_read(&n, &e) != 0)
		fail_msg("%s", e.text);
	assert_null(xdpnet_find(&n, "lo"));
	assert_null(xdpnet_find(&n, "no such name"));
	for (size_t i = 0; i < n.count; i++) {
		assert_int_equal(if_nametoindex(n.v[i].name), n.v[i].index);
		assert_ptr_equal(xdpnet_find(&n, n.v[i].name), &n.v[i]);
		assert_true(n.v[i].queues >= 1 && n.v[i].mtu > 0);
		for (size_t k = 0; k < n.v[i].count; k++)
			assert_true(xdpnet_has_address(&n.v[i],
			    &n.v[i].addresses[k]));
	}
	xdpnet_fini(&n);
	assert_null(n.v);
}

static void
addresses_are_compared_whole(void **state)
{
	struct addr has[2], other;
	const struct xdpnet_interface i = { .addresses = has, .count = 2 };

	(void)state;
	assert_int_equal(addr_parse("192.0.2.1", &has[0]), 0);
	assert_int_equal(addr_parse("2001:db8::1", &has[1]), 0);
	assert_true(xdpnet_has_address(&i, &has[1]));
	assert_int_equal(addr_parse("192.0.2.2", &other), 0);
	assert_false(xdpnet_has_address(&i, &other));
}

static void
a_watch_is_silent_until_something_changes(void **state)
{
	struct err e;
	int fd = xdpnet_watch(&e);
	char c;

	(void)state;
	assert_true(fd >= 0);
	xdpnet_hear(fd);
	assert_int_equal(recv(fd, &c, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(close(fd), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_ethernet_is_listed_and_whole),
		cmocka_unit_test(addresses_are_compared_whole),
		cmocka_unit_test(a_watch_is_silent_until_something_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
