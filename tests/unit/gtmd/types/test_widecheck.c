/* tests/unit/gtmd/types/test_widecheck.c - the rules of wide IPs across
 * properties and objects. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/widecheck.h"

#include "core/base/err.h"
#include "gtmd/types/settings.h"
#include "gtmd/types/wideip.h"
#include "tests/unit/gtmd/types/conf.h"

#define ONE	"gtm pool a /Common/p {\nmembers {\ns:a { }\n}\n}\n"	\
	"gtm pool cname /Common/c { }\n"
#define WIDE(type, name, lines)						\
	"gtm wideip " type " " name " {\n" lines "\n}\n"
#define P	"pools { /Common/p { } }\n"
#define C	"pools { /Common/c { } }\n"

/* One finding, at the second, whatever the partition or the letters' case. */
static void
a_name_of_a_type_has_one_owner(void **state)
{
	static const struct conf_case cases[] = {
		{ ONE WIDE("a", "/Common/w.x.com", P)
		  WIDE("a", "/tenant/app/W.x.com", P), "11:1: error: wide IP "
		  "/tenant/app/W.x.com: W.x.com is also a name of gtm wideip a "
		  "/Common/w.x.com" },
		{ ONE WIDE("a", "/Common/w.x.com", P)
		  WIDE("a", "/Common/v.x.com", P "aliases { w.x.com }"),
		  "11:1: error: wide IP /Common/v.x.com: aliases: w.x.com is "
		  "also a name of gtm wideip a /Common/w.x.com" },
		{ ONE WIDE("a", "/Common/w.x.com", P "aliases { u.x.com }")
		  WIDE("a", "/Common/v.x.com", P "aliases { U.x.com. }"),
		  "aliases: U.x.com. is also a name of" },
		{ ONE WIDE("a", "/Common/w.x.com", P "aliases { \\?.x.com }")
		  WIDE("a", "/Common/v.x.com", P "aliases { \\?.X.com }"),
		  "aliases: ?.X.com is also a name of" },
		/* Different patterns may well match one name. */
		{ ONE WIDE("a", "/Common/w.x.com", P "aliases { *.x.com }")
		  WIDE("a", "/Common/v.x.com", P "aliases { ?.x.com }"),
		  NULL },
		{ ONE WIDE("a", "/Common/w.x.com", P "aliases { w.x.com }"),
		  NULL },
		{ ONE "gtm pool aaaa /Common/p { }\n"
		  WIDE("a", "/Common/w.x.com", P)
		  WIDE("aaaa", "/Common/w.x.com", P), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

/* RFC 2181 section 10.1 */
static void
a_cname_stands_alone(void **state)
{
	static const struct conf_case cases[] = {
		{ ONE WIDE("a", "/Common/w.x.com", P)
		  WIDE("cname", "/Common/w.x.com", C), "11:1: error: wide IP "
		  "/Common/w.x.com: w.x.com is also a name of gtm wideip a "
		  "/Common/w.x.com: a CNAME stands alone at its name (RFC 2181 "
		  "section 10.1)" },
		{ ONE WIDE("cname", "/Common/w.x.com", C)
		  WIDE("a", "/Common/w.x.com", P), "is also a name of gtm "
		  "wideip cname /Common/w.x.com: a CNAME stands alone" },
		{ ONE WIDE("cname", "/Common/w.x.com", C)
		  WIDE("cname", "/t/w.x.com", C), "is also a name of gtm wideip "
		  "cname /Common/w.x.com" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

/* Nothing in a file: a later change against what is there already. */
static void
a_change_is_held_against_all_there_is(void **state)
{
	static const char text[] = ONE WIDE("a", "/Common/w.x.com", P);
	struct object *o;
	struct conf c;
	char *found;

	(void)state;
	conf_open_clean(&c, text);
	o = object_new(&wideip_type_a, "/Common/W.X.com");
	draft_put(c.d, &o);
	assert_int_equal(draft_check(c.d, &c.diag), ERR_CONFLICT);
	found = conf_findings(&c);
	assert_non_null(strstr(found, "wide IP /Common/W.X.com: W.X.com is "
	    "also a name of gtm wideip a /Common/w.x.com"));
	free(found);
	conf_close(&c);
}

static void
names_are_checked_when_the_rule_changes(void **state)
{
	static const char text[] = ONE WIDE("a", "/Common/_w.x.com", P);
	struct object *g;
	struct err e;
	struct conf c;

	(void)state;
	conf_open_clean(&c, text);
	g = draft_edit(c.d, &settings_general_type, "");
	assert_non_null(g);
	assert_int_equal(prop_set(prop_find(g->type->props,
	    "domain-name-check", NULL), g, "strict", &e), 0);
	assert_int_equal(draft_check(c.d, &c.diag), ERR_RANGE);
	conf_close(&c);
}

static void
what_hardly_was_meant_is_warned_of(void **state)
{
	static const struct conf_case cases[] = {
		{ ONE WIDE("a", "/Common/w.x.com", ""), "7:1: warning: wide IP "
		  "/Common/w.x.com: pools: there are none: the zones answer at "
		  "its name" },
		{ ONE WIDE("a", "/Common/w.x.com", "last-resort-pool a p"),
		  NULL },
		{ ONE WIDE("a", "/Common/Local_pool", P), "warning: wide IP "
		  "/Common/Local_pool: \"Local_pool\" is a single label: is "
		  "the domain missing?" },
		{ ONE WIDE("a", "/Common/w.x.com", "pool-lb-mode ratio\n"
		  "pools { p { ratio 0 } }"), "warning: wide IP "
		  "/Common/w.x.com: pools: all have ratio 0: method ratio never "
		  "picks one" },
		{ ONE WIDE("a", "/Common/w.x.com", "pools { p { ratio 0 } }"),
		  NULL },
		{ ONE WIDE("a", "/Common/w.x.com",
		  "pools {\np {\npriority-group 5\n}\n}"), "9:1: warning: "
		  "wide IP /Common/w.x.com: pool /Common/p: priority-group: it "
		  "has no effect while the wide IP's min-active-members is 0" },
		{ ONE WIDE("a", "/Common/w.x.com", P "min-active-members 2"),
		  "warning: wide IP /Common/w.x.com: min-active-members: 2 is "
		  "more than the 1 members of its pools: all priority groups "
		  "always serve" },
		{ ONE WIDE("a", "/Common/w.x.com", P "min-active-members 1"),
		  NULL },
		{ ONE WIDE("a", "/Common/w.x.com", P "last-resort-pool a p"),
		  "warning: wide IP /Common/w.x.com: last-resort-pool: "
		  "/Common/p is one of its pools: it will have been tried "
		  "before" },
		{ ONE WIDE("a", "/Common/w.x.com", P
		  "last-resort-pool cname c"), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
pools_are_of_the_wide_ips_type(void **state)
{
	static const struct conf_case cases[] = {
		{ ONE WIDE("a", "/Common/w.x.com", "pools {\np { }\n}"), NULL },
		{ ONE WIDE("aaaa", "/Common/w.x.com", "pools {\np { }\n}"),
		  "9:1: error: wide IP /Common/w.x.com: pool /Common/p: there "
		  "is no gtm pool aaaa /Common/p" },
		{ ONE WIDE("a", "/Common/w.x.com", "pools { c { } }"),
		  "there is no gtm pool a /Common/c" },
		{ ONE WIDE("a", "/Common/w.x.com",
		  "pools {\np { }\n/Common/p { }\n}"), "pool p: /Common/p "
		  "is there twice" },
		{ ONE WIDE("a", "/Common/w.x.com", P
		  "last-resort-pool a /Common/q"), "last-resort-pool: there is "
		  "no gtm pool a /Common/q" },
		{ ONE WIDE("a", "/Common/w.x.com", P
		  "last-resort-pool mx /Common/q"), "last-resort-pool: a pool "
		  "of type mx cannot answer for a wide IP of type a" },
		{ ONE WIDE("cname", "/Common/w.x.com", C
		  "last-resort-pool a /Common/p"), "a pool of type a cannot "
		  "answer for a wide IP of type cname" },
		{ ONE WIDE("a", "/Common/a..b", P), "7:14: error: gtm wideip "
		  "a: \"a..b\" is not a domain name" },
		{ ONE WIDE("a", "/Common/w.x.com", P "aliases { a..b }"),
		  "aliases: \"a..b\" is not a domain name" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_of_a_type_has_one_owner),
		cmocka_unit_test(a_cname_stands_alone),
		cmocka_unit_test(a_change_is_held_against_all_there_is),
		cmocka_unit_test(names_are_checked_when_the_rule_changes),
		cmocka_unit_test(what_hardly_was_meant_is_warned_of),
		cmocka_unit_test(pools_are_of_the_wide_ips_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
