/* tests/unit/etherip/path/test_wanroute.c - by which interfaces the other end may come in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/wanroute.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <net/if.h>

#include "core/base/addr.h"
#include "tests/unit/etherip/path/pathbed.h"

static bool possible;
static struct wanroute route;

static int
make_network(void **state)
{
	static const char *const words[] = {
		"ip link set la0 up", "ip link set lb0 up",
		"ip address add 203.0.113.1/24 dev la0",
		"ip address add 203.0.114.1/24 dev lb0",
		"ip address add 2001:db8:a::1/64 dev la0 nodad",
		"ip address add 2001:db8:b::1/64 dev lb0 nodad",
		"ip route add 198.51.100.1/32 via 203.0.114.9",
		"ip route add 198.51.100.2/32 nexthop via 203.0.113.9 "
		    "nexthop via 203.0.114.9",
		"ip route add 198.51.100.3/32 via inet6 2001:db8:b::9 dev lb0",
		"ip route add unreachable 198.51.100.4/32",
		"ip route add 2001:db8:c::1/128 via 2001:db8:b::9",
		"ip route add 2001:db8:c::2/128 nexthop via 2001:db8:a::9 "
		    "nexthop via 2001:db8:b::9",
	};

	(void)state;
	possible = pathbed_open();
	for (size_t i = 0; possible && i < sizeof(words) / sizeof(words[0]); i++)
		if (!pathbed_ip(words[i]))
			fail_msg("%s", words[i]);
	return 0;
}

#define NEED_NETWORK()	do { if (!possible) skip(); } while (0)

static int
find(const char *local, const char *remote)
{
	struct addr from, to;

	assert_int_equal(addr_parse(local, &from), 0);
	assert_int_equal(addr_parse(remote, &to), 0);
	return wanroute_find(&from, &to, &route);
}

static bool
has(const char *device)
{
	return wanroute_has(&route, if_nametoindex(device));
}

static void
a_route_has_one_interface(void **state)
{
	static const char *const ends[][2] = {
		{ "203.0.114.1", "203.0.114.9" },
		{ "203.0.113.1", "198.51.100.1" },
		{ "203.0.113.1", "198.51.100.3" },
		{ "2001:db8:b::1", "2001:db8:b::9" },
		{ "2001:db8:a::1", "2001:db8:c::1" },
	};

	(void)state;
	NEED_NETWORK();
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		assert_int_equal(find(ends[i][0], ends[i][1]), 0);
		assert_int_equal(route.count, 1);
		assert_true(has("lb0"));
	}
	assert_false(wanroute_has(&route, 0));
}

/* The other end may send by any of them. */
static void
or_one_for_each_of_its_ways(void **state)
{
	(void)state;
	NEED_NETWORK();
	for (int six = 0; six < 2; six++) {
		assert_int_equal(six ? find("2001:db8:a::1", "2001:db8:c::2") :
		    find("203.0.113.1", "198.51.100.2"), 0);
		assert_int_equal(route.count, 2);
		assert_true(has("la0") && has("lb0"));
	}
}

static void
what_is_ours_comes_by_the_loopback(void **state)
{
	(void)state;
	NEED_NETWORK();
	assert_int_equal(find("192.0.2.1", "203.0.113.1"), 0);
	assert_true(has("lo"));
	assert_false(has("lb0"));
	assert_int_equal(find("2001:db8::1", "2001:db8::2"), 0);
	assert_true(has("lo"));
}

/* Who asks keeps what he knew. */
static void
where_no_way_leads_nothing_is_told(void **state)
{
	static const char *const ends[][2] = {
		{ "203.0.114.1", "198.51.100.4" },
		{ "203.0.114.1", "10.9.9.9" },
		{ "2001:db8:b::1", "2001:db9::1" },
	};

	(void)state;
	NEED_NETWORK();
	assert_int_equal(find("203.0.114.1", "203.0.114.9"), 0);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		assert_int_not_equal(find(ends[i][0], ends[i][1]), 0);
		assert_true(route.count == 1 && has("lb0"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_route_has_one_interface),
		cmocka_unit_test(or_one_for_each_of_its_ways),
		cmocka_unit_test(what_is_ours_comes_by_the_loopback),
		cmocka_unit_test(where_no_way_leads_nothing_is_told),
	};

	return cmocka_run_group_tests(tests, make_network, NULL);
}
