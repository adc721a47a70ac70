/* tests/unit/gtmd/types/test_probing.c - what monitor rules may say.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/probing.h"

#include "tests/unit/gtmd/types/conf.h"

static void
rules_that_need_two_probers_are_refused(void **state)
{
	static const struct conf_case cases[] = {
#define P(rule)	"gtm pool a /Common/p {\nmonitor " rule "\n}\n"
		{ P("/Common/http"), NULL },
		{ P("http and tcp"), NULL },
		{ P("min 2 of { http tcp }"), NULL },
		{ P("min 1 of http tcp"), NULL },
		{ P("default"), NULL },
		{ P("none"), NULL },
		{ P("require 1 from 1 { http }"), NULL },
		{ P("require 2 from 3 http"), "1:1: error: pool /Common/p:"
		  " not supported yet: monitor: require 2 from 3: this program "
		  "is the only prober so far" },
		{ P("require 1 from 3 http"), "1:1: warning: pool /Common/p: "
		  "monitor: require 1 from 3: one prober is asked: this "
		  "program is the only prober so far" },
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
		{ P("http and ldap"), "not supported yet: monitor: "
		  "/Common/ldap: there is no probe of this type yet" },
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

static void
choices_of_probers_make_sense(void **state)
{
#define S(lines)	"gtm prober-pool /Common/pp {\nmembers { s { } }\n}\n"	\
	"gtm server /Common/n {\ndatacenter dc\n" lines "\n}\n"
#define D(lines)	"gtm datacenter /Common/d {\n" lines "\n}\n"
	static const struct conf_case cases[] = {
		{ S("prober-preference inside-datacenter\n"
		  "prober-fallback none"), NULL },
		{ S("prober-preference pool\nprober-pool pp"), NULL },
		{ S("prober-fallback pool\nprober-pool pp"), NULL },
		{ S("prober-pool nope"), "server /Common/n: prober-pool: there "
		  "is no gtm prober-pool /Common/nope" },
		{ S("prober-fallback pool"), "4:1: error: server /Common/n: "
		  "prober-fallback: pool, but prober-pool is none" },
		{ S("prober-preference pool"), "prober-preference: pool, but "
		  "prober-pool is none" },
		{ S("prober-preference outside-datacenter\nprober-fallback "
		  "outside-datacenter"), "prober-fallback: outside-datacenter "
		  "is the prober-preference, too" },
		{ S("prober-preference any-available"), "is none of inherit" },
		{ D("prober-fallback inside-datacenter"), "1:1: error: data "
		  "center /Common/d: prober-fallback: inside-datacenter is the "
		  "prober-preference, too" },
		{ D("prober-fallback inherit"), "is none of inside-datacenter" },
		{ D("prober-preference pool"), "data center /Common/d: "
		  "prober-preference: pool, but prober-pool is none" },
		{ D("prober-fallback none"), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_that_need_two_probers_are_refused),
		cmocka_unit_test(choices_of_probers_make_sense),
		cmocka_unit_test(built_in_monitors_that_we_lack_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
