/* tests/unit/wom/control/test_womcontrol.c - the tree has what womd adds to it, told
 * by a sentence each. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/wom/control/wombed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/model/json.h"
#include "core/rest/restman.h"
#include "core/rest/resttree.h"
#include "tests/unit/core/rest/restkit.h"
#include "wom/control/womcontrol.h"

#define PEER	"wom remote-endpoint r {\naddress 192.0.2.1\nendpoint "	\
	"disabled\n}\n"

static void
has(const char *part)
{
	char *text = wombed_text();

	if (strstr(text, part) == NULL)
		fail_msg("%s is not in %s", part, text);
	free(text);
}

static void
every_route_has_its_sentence(void **state)
{
	const struct restman *m = &womcontrol_manual;

	(void)state;
	for (const struct restroute *r = m->routes; r->path != NULL; r++)
		if (m->help(r->path) == NULL)
			fail_msg("%s has none", r->path);
	assert_null(m->help("wom/other"));
}

static void
pages_are_there_for_what_is_counted(void **state)
{
	static const char *const counted[] = {
		"remote-endpoint/r", "local-endpoint", "deduplication",
		"optimized-application/http"
	};
	char path[200];

	(void)state;
	wombed_start(PEER "wom optimized-application http { }\n");
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
		(void)snprintf(path, sizeof(path), "/mgmt/tm/wom/%s/stats",
		    counted[i]);
		assert_int_equal(wombed_call("GET", path, NULL), 200);
		has("status.availabilityState");
	}
}

static void
a_disabled_peer_is_unknown_and_says_so(void **state)
{
	(void)state;
	wombed_start(PEER);
	assert_int_equal(wombed_call("GET", "/mgmt/tm/wom/remote-endpoint/r/"
	    "stats", NULL), 200);
	has("\"status.availabilityState\":{\"description\":\"unknown\"}");
	has("\"status.enabledState\":{\"description\":\"disabled\"}");
	has("disabled by configuration");
	has("\"savedPercent\":{\"value\":0}");
}

static void
streams_are_listed_within_their_limit(void **state)
{
	(void)state;
	wombed_start(PEER);
	assert_int_equal(wombed_call("GET", "/mgmt/tm/wom/stream", NULL),
	    200);
	assert_true(restkit_counts(wombed.reply.body, "streams", 0));
	assert_int_equal(wombed_call("GET", "/mgmt/tm/wom/stream?limit=0",
	    NULL), 400);
	assert_int_equal(wombed_call("GET", "/mgmt/tm/wom/stream?limit=x",
	    NULL), 400);
}

static void
the_quick_start_is_one_change(void **state)
{
	(void)state;
	wombed_start("");
	assert_int_equal(wombed_call("POST", "/mgmt/tm/wom/quick-start",
	    "{}"), 400);
	assert_non_null(strstr(wombed_said(), "wan-self-ip"));
	assert_int_equal(wombed_call("POST", "/mgmt/tm/wom/quick-start",
	    "{\"wanSelfIp\":\"127.0.0.1\",\"cert\":\"/no/c\",\"key\":\"/no/k\","
	    "\"caFile\":\"/no/ca\",\"applications\":\"http\"}"), 400);
	assert_int_equal(wombed_call("GET",
	    "/mgmt/tm/wom/optimized-application/http", NULL), 404);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, wombed_setup, \
    wombed_teardown)
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_has_its_sentence),
		RULE(pages_are_there_for_what_is_counted),
		RULE(a_disabled_peer_is_unknown_and_says_so),
		RULE(streams_are_listed_within_their_limit),
		RULE(the_quick_start_is_one_change),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
