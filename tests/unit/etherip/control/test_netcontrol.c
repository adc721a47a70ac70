/* tests/unit/etherip/control/test_netcontrol.c - the tree that the control socket serves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netcontrol.h"

#include <string.h>

#include "core/rest/restman.h"
#include "core/rest/resttree.h"
#include "tests/unit/core/rest/restkit.h"
#include "tests/unit/etherip/control/netbed.h"

static void
each_route_is_told_of(void **state)
{
	const struct restman *m = &netcontrol_manual;

	(void)state;
	for (size_t i = 0; m->routes[i].path != NULL; i++)
		if (m->help(m->routes[i].path) == NULL)
			fail_msg("nothing is said of %s", m->routes[i].path);
}

static void
objects_are_made_and_count(void **state)
{
	(void)state;
	NETBED_NEEDED();
	netbed_start("net vlan /Common/v { interfaces { lan0 { } } }\n");
	assert_int_equal(netbed_call("POST", "/mgmt/tm/net/vlan-group",
	    "{\"name\":\"vg\",\"members\":[\"v\"]}"), 200);
	assert_true(netbed_shows("bridge link", "master vg"));
	assert_int_equal(netbed_call("PATCH", "/mgmt/tm/net/vlan-group/vg",
	    "{\"members\":[\"none\"]}"), 400);
	assert_int_equal(netbed_call("DELETE", "/mgmt/tm/net/vlan-group/vg",
	    NULL), 200);
	assert_false(netbed_shows("bridge link", "master vg"));
}

static void
stations_that_move_are_asked_for(void **state)
{
	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP
	    "net fdb vlan /Common/v { records { 02:00:00:00:00:09 { } } }\n");
	assert_int_equal(netbed_call("GET", "/mgmt/tm/net/where?station="
	    "02:00:00:00:00:09", NULL), 200);
	assert_true(restkit_says(netbed.reply.body, "items/0/where",
	    "local"));
	assert_int_equal(netbed_call("GET", "/mgmt/tm/net/moves", NULL), 200);
	assert_int_equal(netbed_call("POST", "/mgmt/tm/net/freeze",
	    "{\"station\":\"nobody\"}"), 400);
	assert_int_equal(netbed_call("GET", "/mgmt/tm/net/freeze", NULL),
	    405);
}

#define TEST(name)							\
	cmocka_unit_test_setup_teardown(name, netbed_setup, netbed_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_route_is_told_of),
		TEST(objects_are_made_and_count),
		TEST(stations_that_move_are_asked_for),
	};

	return cmocka_run_group_tests_name("netcontrol", tests,
	    netbed_network, NULL);
}
