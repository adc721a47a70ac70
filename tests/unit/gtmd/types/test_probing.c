/* tests/unit/gtmd/types/test_probing.c - what monitor rules may say.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/probing.h"

#include "tests/unit/gtmd/types/conf.h"

static void
rules_that_count_probers_are_refused(void **state)
{
	static const struct conf_case cases[] = {
#define P(rule)	"gtm pool a /Common/p {\nmonitor " rule "\n}\n"
		{ P("/Common/http"), NULL },
		{ P("http and tcp"), NULL },
		{ P("min 2 of { http tcp }"), NULL },
		{ P("min 1 of http tcp"), NULL },
		{ P("default"), NULL },
		{ P("none"), NULL },
		{ P("require 1 from 1 { http }"), "1:1: error: pool /Common/p:"
		  " not supported yet: monitor: require 1 from 1: this program "
		  "is the only prober so far" },
		{ P("require 2 from 3 http"), "require 2 from 3" },
		{ P("min 0 of { http }"), "0 is outside 1.." },
		{ P("http or tcp"), "monitor: \"and\" expected" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

/* Each row that takes a rule tells it; one of another partition, or one that
 * is simply not there, is told as missing. */
static void
built_in_monitors_that_we_lack_are_told_apart(void **state)
{
#define LACK	"not supported yet: monitor: /Common/bigip: there is no "	\
	"probe of this type yet"
	static const struct conf_case cases[] = {
		{ P("bigip"), "2:1: error: pool /Common/p: " LACK },
		{ P("http and https"), "not supported yet: monitor: "
		  "/Common/https: there is no probe of this type yet" },
		{ P("min 1 of { http imap }"), "not supported yet" },
		{ "gtm server /Common/n {\ndatacenter dc\n"
		  "monitor /Common/bigip \n}\n",
		  "3:1: error: server /Common/n: " LACK },
		{ "gtm server /Common/n {\ndatacenter dc\nvirtual-servers {\n"
		  "v {\ndestination 10.0.0.7:80\nmonitor bigip\n}\n}\n}\n",
		  "6:1: error: server /Common/n: virtual server v: " LACK },
		{ "gtm pool a /Common/p {\nmembers {\ns:a {\nmonitor bigip\n"
		  "}\n}\n}\n", "pool member s:a: " LACK },
		{ P("/t/bigip"), "there is no gtm monitor /t/bigip" },
		{ P("/Common/mine"), "there is no gtm monitor /Common/mine" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_that_count_probers_are_refused),
		cmocka_unit_test(built_in_monitors_that_we_lack_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
