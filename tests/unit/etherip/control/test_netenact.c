/* tests/unit/etherip/control/test_netenact.c - a configuration and what the kernel has of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netenact.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "etherip/control/groupwork.h"
#include "etherip/control/netplan.h"
#include "tests/unit/etherip/control/netbed.h"

#define LINK	"ip -o link"

static void
a_group_is_a_bridge_and_a_port_for_each_tunnel(void **state)
{
	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP);
	assert_true(netbed_shows(LINK, "vg:"));
	assert_true(netbed_shows("bridge link", "eip: "));
	assert_true(netbed_shows("bridge link", "lan0@"));
	assert_non_null(netenact_group(netbed.enact, "/Common/vg"));
	assert_ptr_equal(netenact_carrier(netbed.enact, "/Common/eip"),
	    netenact_group(netbed.enact, "/Common/vg"));
	assert_null(netenact_carrier(netbed.enact, "/Common/vg"));
	assert_true(netenact_is_active(netbed.enact));
}

static void
what_is_the_same_is_not_touched(void **state)
{
	struct groupwork *was;
	unsigned index;

	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP);
	was = netenact_group(netbed.enact, "/Common/vg");
	index = if_nametoindex("eip");
	assert_int_not_equal(index, 0);
	netbed_start(NETBED_GROUP "net tunnels tunnel /Common/b { local-address "
	    "10.133.64.245 remote-address 10.133.66.245 }\n"
	    "net vlan-group /Common/vh { members { b } }\n");
	assert_ptr_equal(netenact_group(netbed.enact, "/Common/vg"), was);
	assert_int_equal(if_nametoindex("eip"), index);
	assert_true(netbed_shows("bridge link", "b: "));
	netbed_start(NETBED_GROUP);
	assert_false(netbed_shows(LINK, " vh:"));
	assert_int_equal(if_nametoindex("eip"), index);
	assert_ptr_equal(netenact_group(netbed.enact, "/Common/vg"), was);
}

static void
addresses_of_a_group_are_on_its_bridge(void **state)
{
	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP "net self /Common/s { address 10.9.0.1/24 "
	    "vlan vg }\nnet route /Common/r { network 10.8.0.0/16 "
	    "gw 10.9.0.7 }\n");
	assert_true(netbed_shows("ip addr show vg", "10.9.0.1/24"));
	assert_true(netbed_shows("ip route", "10.8.0.0/16 via 10.9.0.7"));
	assert_true(netbed_shows("nft list ruleset", "10.9.0.1"));
	assert_string_equal(netenact_why(netbed.enact, "self /Common/s"), "");
	netbed_start(NETBED_GROUP);
	assert_false(netbed_shows("ip addr", "10.9.0.1"));
	assert_false(netbed_shows("ip route", "10.8.0.0/16"));
	assert_false(netbed_shows("nft list ruleset", "etheripd"));
}

static void
what_cannot_be_had_refuses_nothing_and_is_told(void **state)
{
	(void)state;
	NETBED_NEEDED();
	netbed_start("net vlan /Common/w { interfaces { none0 { } } }\n"
	    "net vlan-group /Common/g { members { w } }\n"
	    "net self /Common/s { address 10.9.0.1/24 vlan g }\n"
	    NETBED_GROUP);
	assert_string_equal(netenact_why(netbed.enact, "vlan /Common/w"),
	    "there is no interface none0");
	assert_non_null(strstr(groupwork_why(netenact_group(netbed.enact,
	    "/Common/g")), "none0"));
	assert_string_equal(groupwork_why(netenact_group(netbed.enact,
	    "/Common/vg")), "");
}

static void
what_is_refused_leaves_all_as_it_was(void **state)
{
	char *found;

	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP);
	assert_int_not_equal(netbed_load("net vlan /Common/v { tag 7 "
	    "interfaces { enp132s0f0np0x { tagged } } }\n", &found), 0);
	assert_non_null(strstr(found, "enp132s0f0np0x"));
	free(found);
	assert_true(netbed_shows("bridge link", "eip: "));
	assert_non_null(netplan_find_group(netenact_plan(netbed.enact),
	    "/Common/vg"));
}

static void
clearing_leaves_nothing(void **state)
{
	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP "net self /Common/s { address 10.9.0.1/24 "
	    "vlan vg }\n");
	netenact_free(&netbed.enact);
	/* The end of a process leaves what the next one takes over. */
	assert_true(netbed_shows("ip addr show vg", "10.9.0.1/24"));
	assert_int_equal(netenact_clear(NULL, NULL), 0);
	assert_false(netbed_shows(LINK, "vg:"));
	assert_false(netbed_shows(LINK, "eip:"));
	assert_false(netbed_shows("ip addr", "10.9.0.1"));
	assert_true(netbed_shows("ip addr", "10.133.64.245"));
	assert_false(netbed_shows("nft list ruleset", "etheripd"));
}

#define TEST(name)							\
	cmocka_unit_test_setup_teardown(name, netbed_setup, netbed_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_group_is_a_bridge_and_a_port_for_each_tunnel),
		TEST(what_is_the_same_is_not_touched),
		TEST(addresses_of_a_group_are_on_its_bridge),
		TEST(what_cannot_be_had_refuses_nothing_and_is_told),
		TEST(what_is_refused_leaves_all_as_it_was),
		TEST(clearing_leaves_nothing),
	};

	return cmocka_run_group_tests_name("netenact", tests, netbed_network,
	    NULL);
}
