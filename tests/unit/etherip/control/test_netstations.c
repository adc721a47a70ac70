/* tests/unit/etherip/control/test_netstations.c - stations as they are asked for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netstations.h"

#include <stdio.h>

#include "tests/unit/core/rest/restkit.h"
#include "tests/unit/etherip/control/netbed.h"

#define STATIONS							\
	"net fdb tunnel /Common/eip { records { 02:00:00:00:00:07 { } } }\n" \
	"net fdb vlan /Common/v { records { 02:00:00:00:00:09 { } } }\n" \
	"net tunnels tunnel /Common/b { local-address 10.133.64.245 "	\
	"remote-address 10.133.66.245 }\n"				\
	"net fdb tunnel /Common/b { records { 02:00:00:00:00:0b { } } }\n" \
	"net vlan-group /Common/vh { members { b } }\n"

/* So many are told of with this query. */
static void
count(const char *query, long want)
{
	char target[128];

	(void)snprintf(target, sizeof(target), "/mgmt/tm/net/fdb%s", query);
	assert_int_equal(netbed_call("GET", target, NULL), 200);
	if (!restkit_counts(netbed.reply.body, "stations", want))
		fail_msg("%s: not %ld", query, want);
}

static void
what_is_asked_for_is_told(void **state)
{
	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP STATIONS);
	/* Bridges have stations of their own, beside those. */
	count("?tunnel=eip", 1);
	count("?tunnel=/Common/b", 1);
	count("?vlanGroup=vg&mac=02:00:00:00:00:07", 1);
	count("?vlanGroup=/Common/vh&mac=02:00:00:00:00:07", 0);
	count("?vlanGroup=/Common/vh&mac=02:00:00:00:00:0b", 1);
	count("?vlanGroup=none", 0);
	assert_int_equal(netbed_call("GET", "/mgmt/tm/net/fdb?limit=1", NULL),
	    200);
	assert_non_null(restkit_at(netbed.reply.body, "items/0"));
	assert_null(restkit_at(netbed.reply.body, "items/1"));
	count("?mac=02-00-00-00-00-0B", 1);
	assert_true(restkit_says(netbed.reply.body, "items/0/mac",
	    "02:00:00:00:00:0b"));
	assert_true(restkit_says(netbed.reply.body, "items/0/where",
	    "remote"));
	assert_true(restkit_says(netbed.reply.body, "items/0/tunnel",
	    "/Common/b"));
	assert_true(restkit_says(netbed.reply.body, "items/0/pins/0",
	    "static"));
	count("?mac=02:00:00:00:00:09", 1);
	assert_true(restkit_says(netbed.reply.body, "items/0/where",
	    "local"));
	assert_null(restkit_at(netbed.reply.body, "items/0/tunnel"));
}

static void
a_question_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = {
		"?limit=0", "?limit=-1", "?limit=x", "?limit=1048577",
		"?mac=1", "?mac=02:00:00:00:00",
	};
	char target[128];

	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(target, sizeof(target), "/mgmt/tm/net/fdb%s",
		    bad[i]);
		if (netbed_call("GET", target, NULL) != 400)
			fail_msg("taken: %s", bad[i]);
	}
}

#define TEST(name)							\
	cmocka_unit_test_setup_teardown(name, netbed_setup, netbed_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_asked_for_is_told),
		TEST(a_question_that_is_none_is_refused),
	};

	return cmocka_run_group_tests_name("netstations", tests,
	    netbed_network, NULL);
}
