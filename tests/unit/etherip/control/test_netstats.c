/* tests/unit/etherip/control/test_netstats.c - what is told of each type of object.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netstats.h"

#include <stdio.h>
#include <string.h>

#include "etherip/path/vgroup.h"
#include "tests/unit/etherip/control/netbed.h"

static void
says(const char *path, const char *key, const char *want)
{
	const char *got = netbed_stat(path, key);

	if (strcmp(got, want) != 0)
		fail_msg("%s of %s is \"%s\", not \"%s\"", key, path, got,
		    want);
}

static void
a_tunnel_tells_its_tier_and_every_reason_for_a_loss(void **state)
{
	char key[64];

	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP);
	says("tunnels/tunnel/eip", "status.availabilityState", "unknown");
	says("tunnels/tunnel/eip", "status.enabledState", "enabled");
	says("tunnels/tunnel/eip", "status.statusReason",
	    "nobody watches the other end");
	says("tunnels/tunnel/eip", "vlanGroup", "/Common/vg");
	says("tunnels/tunnel/eip", "device", "eip");
	assert_string_not_equal(netbed_stat("tunnels/tunnel/eip", "tier"), "");
	says("tunnels/tunnel/eip", "framesIn", "0");
	for (int i = 0; i < PATHDROPS; i++) {
		(void)snprintf(key, sizeof(key), "droppedIn.%s",
		    pathdrop_words[i]);
		says("tunnels/tunnel/eip", key, "0");
	}
}

static void
a_tunnel_that_is_not_carried_says_why(void **state)
{
	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP
	    "net tunnels tunnel /Common/a { local-address 10.133.64.245 "
	    "remote-address 192.0.2.7 }\n"
	    "net tunnels tunnel /Common/b { local-address 10.133.64.245 "
	    "remote-address 192.0.2.8 disabled }\n"
	    "net tunnels tunnel /Common/c { local-address 192.0.2.1 "
	    "remote-address 192.0.2.9 }\n"
	    "net vlan-group /Common/g { members { b c } }\n");
	says("tunnels/tunnel/a", "status.statusReason",
	    "it is in no VLAN group");
	says("tunnels/tunnel/b", "status.statusReason",
	    "disabled by configuration");
	says("tunnels/tunnel/b", "status.enabledState", "disabled");
	says("tunnels/tunnel/c", "status.availabilityState", "offline");
	assert_non_null(strstr(netbed_stat("tunnels/tunnel/c",
	    "status.statusReason"), "192.0.2.1"));
}

static void
a_watched_tunnel_tells_what_its_watch_says(void **state)
{
	(void)state;
	NETBED_NEEDED();
	netbed_start("net tunnels tunnel /Common/eip { local-address "
	    "10.133.64.245 remote-address 10.133.65.245 liveness bfd }\n"
	    "net vlan-group /Common/vg { members { eip } }\n");
	says("tunnels/tunnel/eip", "liveness", "bfd");
	says("tunnels/tunnel/eip", "livenessState", "unknown");
	says("tunnels/tunnel/eip", "status.availabilityState", "unknown");
	says("tunnels/tunnel/eip", "flaps", "0");
}

static void
groups_count_their_stations(void **state)
{
	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP
	    "net fdb tunnel /Common/eip { records { 02:00:00:00:00:07 { } "
	    "02:00:00:00:00:08 { } } }\n"
	    "net fdb vlan /Common/v { records { 02:00:00:00:00:09 { } } }\n");
	says("vlan-group/vg", "status.availabilityState", "available");
	says("vlan-group/vg", "stationsRemote", "2");
	says("vlan-group/vg", "stationsPinned", "3");
	says("vlan-group/vg", "device", "vg");
	/* One that is configured no more is known no more. */
	netbed_start(NETBED_GROUP
	    "net fdb tunnel /Common/eip { records { 02:00:00:00:00:08 { } } }\n");
	says("vlan-group/vg", "stationsRemote", "1");
	says("vlan-group/vg", "stationsPinned", "1");
}

static void
what_the_kernel_has_not_is_offline(void **state)
{
	(void)state;
	NETBED_NEEDED();
	netbed_start("net vlan /Common/w { interfaces { none0 { } } }\n"
	    "net vlan /Common/v { interfaces { lan0 { } } }\n"
	    "net self /Common/s { address 10.9.0.1/24 vlan w }\n"
	    "net self /Common/t { address 10.7.0.1/24 vlan v }\n"
	    "net route /Common/r { network 10.8.0.0/16 gw 10.9.0.7 }\n");
	says("vlan/w", "status.availabilityState", "offline");
	says("vlan/w", "status.statusReason", "there is no interface none0");
	says("vlan/v", "status.availabilityState", "available");
	says("self/s", "status.availabilityState", "offline");
	says("self/t", "status.availabilityState", "available");
	says("route/r", "status.availabilityState", "offline");
	says("route/r", "status.statusReason",
	    "gateway 10.9.0.7 is on no network of this system");
}

#define TEST(name)							\
	cmocka_unit_test_setup_teardown(name, netbed_setup, netbed_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_tunnel_tells_its_tier_and_every_reason_for_a_loss),
		TEST(a_tunnel_that_is_not_carried_says_why),
		TEST(a_watched_tunnel_tells_what_its_watch_says),
		TEST(groups_count_their_stations),
		TEST(what_the_kernel_has_not_is_offline),
	};

	return cmocka_run_group_tests_name("netstats", tests, netbed_network,
	    NULL);
}
