/* tests/unit/gtmd/types/test_wideip.c - the tables of wide IPs and their pools.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/wideip.h"

#include "tests/unit/gtmd/types/conf.h"

#define POOLS	"gtm pool a p { }\ngtm pool a q { }\n"
#define A(line)	"gtm pool a p { }\n"					\
	"gtm wideip a /Common/w.x.com {\npools { p { } }\n" line "\n}\n"

static void
every_property_is_read(void **state)
{
	static const char text[] = POOLS "gtm pool a r { }\n"
	    "gtm pool cname c { }\n"
	    "gtm wideip a /Common/vmhttp.siterequest.com {\n"
	    "    aliases {\n"
	    "        \\?.siterequest.com\n"
	    "        *.app.siterequest.com\n"
	    "    }\n"
	    "    description \"the application\"\n"
	    "    disabled\n"
	    "    failure-rcode nxdomain\n"
	    "    failure-rcode-response enabled\n"
	    "    failure-rcode-ttl 60\n"
	    "    last-resort-pool a /Common/r\n"
	    "    min-active-members 0\n"
	    "    load-balancing-decision-log-verbosity {\n"
	    "        pool-member-traversal pool-selection }\n"
	    "    minimal-response disabled\n"
	    "    persist-cidr-ipv4 24\n"
	    "    persist-cidr-ipv6 64\n"
	    "    persistence enabled\n"
	    "    pool-lb-mode ratio\n"
	    "    pools {\n"
	    "        /Common/q {\n"
	    "            order 4\n"
	    "            ratio 3\n"
	    "        }\n"
	    "        p { }\n"
	    "    }\n"
	    "    ratio-cohort yes\n"
	    "    resolver-ledger enabled\n"
	    "    pools-cname {\n"
	    "        c { order 2 }\n"
	    "    }\n"
	    "    topology-prefer-edns0-client-subnet enabled\n"
	    "    ttl-persistence 4294967295\n"
	    "}\n";
	static const struct conf_value wide[] = {
		{ "aliases", "*.app.siterequest.com \\?.siterequest.com" },
		{ "description", "the application" },
		{ "enabled", "disabled" }, { "failure-rcode", "nxdomain" },
		{ "failure-rcode-response", "enabled" },
		{ "failure-rcode-ttl", "60" },
		{ "last-resort-pool", "a /Common/r" },
		{ "load-balancing-decision-log-verbosity",
		  "pool-selection pool-member-traversal" },
		{ "min-active-members", "0" },
		{ "minimal-response", "disabled" },
		{ "persist-cidr-ipv4", "24" }, { "persist-cidr-ipv6", "64" },
		{ "persistence", "enabled" }, { "pool-lb-mode", "ratio" },
		{ "pools", "/Common/p /Common/q" },
		{ "ratio-cohort", "yes" }, { "resolver-ledger", "enabled" },
		{ "ttl-persistence", "4294967295" },
		{ "pools-cname", "/Common/c" },
		{ "topology-prefer-edns0-client-subnet", "enabled" },
	};
	static const struct conf_value pool[] = {
		{ "order", "4" }, { "priority-group", "0" }, { "ratio", "3" },
	};
	const struct wideip *w;
	struct conf c;

	(void)state;
	conf_open_clean(&c, text);
	w = (const struct wideip *)draft_find(c.d, &wideip_type_a,
	    "/Common/vmhttp.siterequest.com");
	CONF_VALUES(&w->obj, wide);
	CONF_VALUES(w->pools.v[1], pool);
	assert_int_equal(((const struct wideip_pool *)w->pools.v[0])->order,
	    1);
	assert_int_equal(((const struct wideip_pool *)
	    w->pools_cname.v[0])->order, 2);
	assert_string_equal(wideip_domain(w), "vmhttp.siterequest.com");
	/* What threads read are the RCODEs themselves (RFC 1035 4.1.1). */
	assert_int_equal(w->rare->failure_rcode, 3);
	conf_close(&c);
}

static void
defaults_are_those_of_f5(void **state)
{
	static const struct conf_value wide[] = {
		{ "aliases", "" }, { "description", "none" },
		{ "enabled", "enabled" }, { "failure-rcode", "noerror" },
		{ "failure-rcode-response", "disabled" },
		{ "failure-rcode-ttl", "0" }, { "last-resort-pool", "none" },
		{ "load-balancing-decision-log-verbosity", "" },
		{ "min-active-members", "0" },
		{ "minimal-response", "enabled" },
		{ "persist-cidr-ipv4", "32" }, { "persist-cidr-ipv6", "128" },
		{ "persistence", "disabled" },
		{ "pool-lb-mode", "round-robin" }, { "pools", "/Common/p" },
		{ "ratio-cohort", "no" }, { "resolver-ledger", "disabled" },
		{ "ttl-persistence", "3600" },
		{ "pools-cname", "" },
		{ "topology-prefer-edns0-client-subnet", "disabled" },
	};

	(void)state;
	CONF_HOLDS(A(""), &wideip_type_a, "/Common/w.x.com", wide);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
	static const struct conf_case cases[] = {
		{ A("pool-lb-mode random"), "4:1: error: wide IP "
		  "/Common/w.x.com: not supported yet: pool-lb-mode: random: "
		  "write round-robin" },
		{ A("pool-lb-mode static-persistence"), "is none of round-" },
		{ A("rules { /Common/r }"),
		  "not supported yet: rules: rules are not run yet" },
		{ A("persist-cidr-ipv4 33"), "33 is outside 0..32 bits" },
		{ A("persist-cidr-ipv6 129"), "129 is outside 0..128 bits" },
		{ A("load-balancing-decision-log-verbosity { pools }"),
		  "load-balancing-decision-log-verbosity: \"pools\" is " },
		{ A("ipv6-no-error-response enabled"),
		  "write a wideip aaaa with failure-rcode-response" },
		{ A("ipv6-no-error-neg-ttl 60"),
		  "write a wideip aaaa with failure-rcode-ttl" },
		{ A("metadata { a { value b } }"), "not supported yet: meta" },
		{ A("failure-rcode-ttl 2147483648"), "failure-rcode-ttl: "
		  "2147483648 is outside 0..2147483647 s" },
		{ A("failure-rcode yxdomain"), "failure-rcode: \"yxdomain\" is "
		  "none of noerror, formerr, servfail, nxdomain, notimpl, "
		  "refused" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
a_name_is_answered_by_name_alias_or_pattern(void **state)
{
	static const char text[] = POOLS
	    "gtm wideip a w.x.com {\npools { p { } }\n"
	    "aliases { v.x.com *.y.com }\n}\n"
	    "gtm wideip a \"*.z.com\" { pools { q { } } }\n";
	static const struct { const char *name; bool want; } cases[] = {
		{ "w.x.com", true }, { "v.x.com", true }, { "a.y.com", true },
		{ "a.b.z.com", true }, { "x.com", false }, { "y.com", false },
		{ "u.x.com", false },
	};
	struct conf c;

	(void)state;
	conf_open_clean(&c, text);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (wideip_answers(c.d, cases[i].name) != cases[i].want)
			fail_msg("%s", cases[i].name);
	conf_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(defaults_are_those_of_f5),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
		cmocka_unit_test(a_name_is_answered_by_name_alias_or_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
