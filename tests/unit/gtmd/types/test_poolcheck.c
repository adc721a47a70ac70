/* tests/unit/gtmd/types/test_poolcheck.c - the rules of pools across properties
 * and objects. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/poolcheck.h"

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/model.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/wideip.h"
#include "tests/unit/gtmd/types/conf.h"
#include "tests/unit/gtmd/types/modeltext.h"

#define A(lines)	"gtm pool a /Common/p {\n" lines "\n}\n"
#define AAAA(lines)	"gtm pool aaaa /Common/p {\n" lines "\n}\n"
#define CNAME(lines)	"gtm pool cname /Common/p {\n" lines "\n}\n"

static void
members_are_of_the_pools_family(void **state)
{
	static const struct conf_case cases[] = {
		{ A("members {\n/Common/s:six { }\n}"), "3:1: error: pool "
		  "/Common/p: pool member /Common/s:six: its destination "
		  "2001:db8::1.80 is not an IPv4 address" },
		{ AAAA("members {\n/Common/s:a { }\n}"), "its destination "
		  "10.0.0.1:80 is not an IPv6 address" },
		{ AAAA("members { /Common/s:six { } }"), NULL },
		{ A("members {\n/Common/s:a { monitor require 3 from 3 { http "
		  "} }\n}"), "3:1: error: pool /Common/p: pool member "
		  "/Common/s:a: not supported yet: monitor: require 3 from 3" },
		{ A("monitor require 2 from 3 { http }"), "pool /Common/p: "
		  "not supported yet: monitor: require 2 from 3: this program "
		  "is the only prober so far" },
		{ A("monitor min 3 of { http tcp }"), "min 3 is outside 1..2" },
		{ A("monitor /Common/nope"), "pool /Common/p: monitor: there "
		  "is no gtm monitor /Common/nope" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

/* Only what something watches can be seen down. */
static void
a_fallback_that_ignores_health_is_warned_of(void **state)
{
#define WARNING	"1:1: warning: pool /Common/p: fallback-mode: it may answer "	\
	"with members that are down (global-settings load-balancing "	\
	"respect-fallback-dependency is no)"
	static const struct conf_case cases[] = {
		{ A("fallback-mode ratio\nmonitor http\n"
		  "members { s:a { } }"), WARNING },
		{ A("fallback-mode round-robin\n"
		  "members { s:a { monitor tcp } }"), WARNING },
		{ A("fallback-mode global-availability\nmembers { w:v { } }")
		  "gtm server w {\ndatacenter dc\nmonitor http\n"
		  "virtual-servers { v { destination 10.7.0.1:80 } }\n}\n",
		  WARNING },
		{ A("fallback-mode round-robin\nmembers { w:v { } }")
		  "gtm server w {\ndatacenter dc\nvirtual-servers { v {\n"
		  "destination 10.7.0.1:80\nmonitor http\n} }\n}\n", WARNING },
		{ A("fallback-mode round-robin\nmembers { w:v { } }")
		  "gtm server w {\ndatacenter dc\nvirtual-servers { v {\n"
		  "destination 10.7.0.1:80\ndepends-on { s:a { } }\n} }\n}\n",
		  WARNING },
		{ A("fallback-mode round-robin\nmembers { s:a { } }"), NULL },
		{ A("fallback-mode return-to-dns\nmonitor http\n"
		  "members { s:a { } }"), NULL },
		{ A("fallback-mode none\nmonitor http\n"
		  "members { s:a { } }"), NULL },
		{ A("fallback-mode ratio\nmonitor http\nmembers { s:a { } }")
		  "gtm global-settings load-balancing {\n"
		  "respect-fallback-dependency yes\n}\n", NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
a_method_that_cannot_pick_is_told(void **state)
{
	static const struct conf_case cases[] = {
		{ A("fallback-mode fallback-ip"), "1:1: error: pool /Common/p:"
		  " fallback-ip: a method is fallback-ip, but there is none" },
		{ A("load-balancing-mode fallback-ip"), "but there is none" },
		{ A("alternate-mode fallback-ip"), "but there is none" },
		{ A("alternate-mode ratio\nmembers {\ns:a { ratio 0 }\n"
		  "/Common/s:b { ratio 0 }\n}"), "1:1: warning: pool /Common/p"
		  ": members: all have ratio 0: method ratio never picks one" },
		{ A("alternate-mode ratio\nmembers {\ns:a { ratio 0 }\n"
		  "/Common/s:b { ratio 1 }\n}"), NULL },
		{ A("members {\ns:a { ratio 0 }\n}"), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
counts_are_held_against_the_members(void **state)
{
	static const struct conf_case cases[] = {
		{ A("min-members-up-mode number\nmin-members-up-value 2\n"
		  "members { s:a { } }"), "1:1: warning: pool /Common/p: "
		  "min-members-up-value: 2 of 1 members can never be up: the "
		  "pool is always unavailable" },
		{ A("min-members-up-mode number\nmin-members-up-value 1\n"
		  "members { s:a { } }"), NULL },
		{ A("min-members-up-mode percent\nmin-members-up-value 101"),
		  "min-members-up-value: 101% is outside 0..100" },
		{ A("min-members-up-mode percent\nmin-members-up-value 100"),
		  NULL },
		{ A("min-members-up-value 200"), NULL },
		{ A("min-active-members 2\nmembers { s:a { } }"), "1:1: "
		  "warning: pool /Common/p: min-active-members: 2 is more than "
		  "the 1 members: all priority groups always serve" },
		{ A("min-active-members 1\nmembers { s:a { } }"), NULL },
		{ A("members {\ns:a { priority-group 5 }\n}"), "3:1: warning: "
		  "pool /Common/p: pool member /Common/s:a: priority-group: it "
		  "has no effect while the pool's min-active-members is 0" },
		{ A("min-active-members 1\n"
		  "members {\ns:a { priority-group 5 }\n}"), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
a_cname_target_is_a_name_that_somebody_answers_for(void **state)
{
#define WIDE	"gtm pool a /Common/q { }\n"				\
	"gtm wideip a /Common/www.example.com {\naliases {\n"		\
	"w.example.com\n\"*.app.example.com\"\n}\npools { q { } }\n}\n"
	static const struct conf_case cases[] = {
		{ CNAME("members { www.example.com { } }") WIDE, NULL },
		{ CNAME("members { WWW.Example.COM { } }") WIDE, NULL },
		{ CNAME("members { /Common/www.example.com { } }") WIDE, NULL },
		{ CNAME("members { w.example.com { } }") WIDE, NULL },
		{ CNAME("members { x.app.example.com { } }") WIDE, NULL },
		{ CNAME("members {\nwww.example.net { }\n}") WIDE, "3:1: error:"
		  " pool /Common/p: pool member www.example.net: no wide IP "
		  "answers for this name: give static-target yes when it lies "
		  "elsewhere" },
		{ CNAME("members { www.example.net { static-target yes } }"),
		  NULL },
		{ CNAME("members { a..b { static-target yes } }"), "\"a..b\" is "
		  "not a domain name: labels are 1 to 63 octets" },
		{ CNAME("members { \"*.example.net\" { static-target yes } }"),
		  "\"*.example.net\" is not a domain name: labels hold letters,"
		  " digits, underscores and inner hyphens" },
		{ CNAME("members {\nx.net { static-target yes }\n"
		  "X.net { static-target yes }\n}"), "is the same name" },
		{ CNAME("members {\nx.net { static-target yes }\n"
		  "x.net. { static-target yes }\n}"), "is the same name" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

/* ---- what a wide IP takes away ---- */

/* A change of a model that has WIDE's wide IP and pools of its targets. */
struct loss {
	const char	*why;
	const char	*members;	/* of the cname pool */
	const char	*aliases;	/* that the wide IP keeps; NULL: it goes */
	bool		 with_pool;	/* goes in the same change */
	bool		 refused;
};

static struct draft *
lose(struct model *m, const struct loss *l)
{
	struct draft *d = draft_new(&gtm_schema, m);
	struct wideip *w;
	struct err e = { 0 };

	if (l->with_pool)
		assert_int_equal(draft_delete(d, &pool_type_cname,
		    "/Common/p", &e), 0);
	if (l->aliases == NULL) {
		assert_int_equal(draft_delete(d, &wideip_type_a,
		    "/Common/www.example.com", &e), 0);
		return d;
	}
	w = (struct wideip *)draft_edit(d, &wideip_type_a,
	    "/Common/www.example.com");
	assert_int_equal(prop_set(prop_find(w->obj.type->props, "aliases",
	    NULL), w, l->aliases, &e), 0);
	return d;
}

static void
expect_loss(const struct loss *l)
{
	struct model *m = model_new(&gtm_schema);
	char *text = mem_printf(WIDE "gtm pool cname /Common/p {\n"
	    "members { %s }\n}\n", l->members);
	struct draft *d = modeltext_draft(NULL, text);
	struct diag found;

	modeltext_apply(m, &d);
	d = lose(m, l);
	diag_init(&found);
	if ((draft_check(d, &found) != 0) != l->refused)
		fail_msg("%s", l->why);
	if (l->refused)
		assert_non_null(strstr(found.entries[0].text,
		    "no wide IP answers for this name"));
	diag_fini(&found);
	draft_free(&d);
	model_free(&m);
	free(text);
}

/* The pool itself is in no draft here: the wide IP's loss finds it. */
static void
a_name_that_a_cname_pool_counts_on_cannot_go(void **state)
{
#define ALL	"w.example.com *.app.example.com"
	static const struct loss losses[] = {
		{ "its name", "www.example.com { }", NULL, false, true },
		{ "its name, written otherwise", "/Common/WWW.example.com { }",
		  NULL, false, true },
		{ "its alias", "w.example.com { }", NULL, false, true },
		{ "its pattern", "x.app.example.com { }", NULL, false, true },
		{ "an alias alone", "w.example.com { }", "*.app.example.com",
		  false, true },
		{ "a pattern alone", "x.app.example.com { }", "w.example.com",
		  false, true },
		{ "another alias", "www.example.com { }", "w.example.com",
		  false, false },
		{ "nothing", "x.app.example.com { }", ALL, false, false },
		{ "a target that needs nobody",
		  "www.example.com { static-target yes }", NULL, false, false },
		{ "both at once", "www.example.com { }", NULL, true, false },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(losses); i++)
		expect_loss(&losses[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_of_the_pools_family),
		cmocka_unit_test(a_fallback_that_ignores_health_is_warned_of),
		cmocka_unit_test(a_method_that_cannot_pick_is_told),
		cmocka_unit_test(counts_are_held_against_the_members),
		cmocka_unit_test(
		    a_cname_target_is_a_name_that_somebody_answers_for),
		cmocka_unit_test(a_name_that_a_cname_pool_counts_on_cannot_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
