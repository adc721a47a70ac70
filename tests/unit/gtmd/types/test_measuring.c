/* tests/unit/gtmd/types/test_measuring.c - what measures is refused where it is
 * asked what is up. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/measuring.h"

#include "tests/unit/gtmd/types/conf.h"

#define SAYS	"monitor: /Common/metrics measures, it does not say what is "	\
		"up: its place is metrics-monitor"

static void
a_rule_says_what_is_up(void **state)
{
	static const struct conf_case cases[] = {
		{ "gtm server /Common/n {\ndatacenter dc\n"
		  "monitor http and metrics\n}\n",
		  "1:1: error: server /Common/n: " SAYS },
		{ "gtm server /Common/n {\ndatacenter dc\nvirtual-servers {\n"
		  "v {\ndestination 10.0.0.7:80\nmonitor metrics\n}\n}\n}\n",
		  "virtual server v: " SAYS },
		{ "gtm pool a /Common/p {\n"
		  "monitor min 1 of { http metrics }\n}\n", SAYS },
		{ "gtm pool a /Common/p {\nmembers {\ns:a {\nmonitor metrics\n"
		  "}\n}\n}\n", "pool member /Common/s:a: " SAYS },
		{ "gtm server /Common/n {\ndatacenter dc\n"
		  "metrics-monitor metrics\n}\n", NULL },
		/* What is used as a whole or a part of something has none. */
		{ "gtm pool a /Common/p {\nmetrics-monitor metrics\n}\n",
		  "not supported yet: metrics-monitor: a pool is used as its "
		  "virtual servers are: give it to those or to their server" },
		{ "gtm pool a /Common/p {\nmembers {\ns:a {\n"
		  "metrics-monitor metrics\n}\n}\n}\n", "members are used as their" },
		/* And what says what is up does not measure. */
		{ "gtm server /Common/n {\ndatacenter dc\n"
		  "metrics-monitor http\n}\n", "metrics-monitor" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_says_what_is_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
