/* tests/unit/etherip/bpf/test_bpfway.c - routes and neighbours of a network of our own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfway.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "tests/unit/etherip/bpf/bpflab.h"

static int ways = -1, watch = -1;

static int
make_network(void **state)
{
	static const char *const lines[] = {
		"ip link add wa address 02:00:00:00:00:0a type veth peer name wb",
		"ip link set lo up", "ip link set wa up", "ip link set wb up",
		"ip addr add 192.0.2.1/24 dev wa",
		"ip addr add 2001:db8::1/64 dev wa nodad",
		"ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:99 dev wa",
		"ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:96 dev wa",
		"ip route add 198.51.100.0/24 via 192.0.2.9 mtu 1400",
		"ip route add 203.0.113.0/24 via inet6 2001:db8::9", NULL
	};

	(void)state;
	if (unshare(CLONE_NEWNET) != 0)
		return 0;
	for (int i = 0; lines[i] != NULL; i++)
		if (!bpflab_run(lines[i]))
			return 0;
	ways = bpfway_open();
	watch = bpfway_watch();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	if (ways != -1)
		(void)close(ways);
	if (watch != -1)
		(void)close(watch);
	return 0;
}

#define NEED_NETWORK()	do { if (ways == -1) skip(); } while (0)

static int
find(const char *local, const char *remote, struct bpfway *out)
{
	struct bpfway_ends ends;

	assert_int_equal(addr_parse(local, &ends.local), 0);
	assert_int_equal(addr_parse(remote, &ends.remote), 0);
	return bpfway_find(ways, &ends, out);
}

static void
a_gateway_is_the_next_station(void **state)
{
	static const uint8_t own[6] = { 2, 0, 0, 0, 0, 0x0a };
	static const uint8_t hop[6] = { 2, 0, 0, 0, 0, 0x99 };
	struct bpfway w;

	(void)state;
	NEED_NETWORK();
	assert_int_equal(find("192.0.2.1", "198.51.100.7", &w), 0);
	assert_int_equal(w.ifindex, if_nametoindex("wa"));
	assert_true(w.known);
	assert_memory_equal(w.mac, own, 6);
	assert_memory_equal(w.hop, hop, 6);
	assert_int_equal(w.mtu, 1400);
}

/* RFC 8950 and the like. */
static void
it_may_be_of_the_other_family(void **state)
{
	static const uint8_t hop[6] = { 2, 0, 0, 0, 0, 0x96 };
	struct bpfway w;

	(void)state;
	NEED_NETWORK();
	assert_int_equal(find("192.0.2.1", "203.0.113.7", &w), 0);
	assert_true(w.known);
	assert_memory_equal(w.hop, hop, 6);
	assert_int_equal(w.mtu, 1500);
	assert_int_equal(find("2001:db8::1", "2001:db8::9", &w), 0);
	assert_memory_equal(w.hop, hop, 6);
}

static void
who_does_not_answer_is_not_known(void **state)
{
	struct bpfway w;

	(void)state;
	NEED_NETWORK();
	assert_int_equal(find("192.0.2.1", "192.0.2.77", &w), 0);
	assert_false(w.known);
	assert_int_equal(w.ifindex, if_nametoindex("wa"));
}

static void
where_there_is_no_way_it_is_said(void **state)
{
	struct bpfway w;

	(void)state;
	NEED_NETWORK();
	assert_int_not_equal(find("192.0.2.1", "10.9.9.9", &w), 0);
	assert_int_not_equal(find("192.0.2.1", "192.0.2.1", &w), 0);
}

static void
changes_are_heard(void **state)
{
	(void)state;
	NEED_NETWORK();
	while (bpfway_drain(watch))
		;
	assert_true(bpflab_run("ip neigh change 192.0.2.9 lladdr "
	    "02:00:00:00:00:9a dev wa"));
	assert_true(bpfway_drain(watch));
	assert_true(bpflab_run("ip route add 10.0.0.0/8 dev wa"));
	assert_true(bpfway_drain(watch));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gateway_is_the_next_station),
		cmocka_unit_test(it_may_be_of_the_other_family),
		cmocka_unit_test(who_does_not_answer_is_not_known),
		cmocka_unit_test(where_there_is_no_way_it_is_said),
		cmocka_unit_test(changes_are_heard),
	};

	return cmocka_run_group_tests_name("bpfway", tests, make_network, end);
}
