/* tests/unit/gtmd/types/test_pool.c - the tables of pools and members, and the
 * places where each method may stand. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/pool.h"

#include "tests/unit/gtmd/types/conf.h"

#define A(line)		"gtm pool a /Common/p {\n" line "\n}\n"
#define AAAA(line)	"gtm pool aaaa /Common/p {\n" line "\n}\n"
#define CNAME(line)	"gtm pool cname /Common/p {\n" line "\n}\n"

static const char all_of_pool[] =
    "gtm pool a /Common/p {\n"
    "    alternate-mode global-availability\n"
    "    description \"the pool\"\n"
    "    disabled\n"
    "    dynamic-ratio enabled\n"
    "    fallback-ip 192.0.2.1\n"
    "    fallback-mode fallback-ip\n"
    "    limit-max-bps 8000\n"
    "    limit-max-bps-status enabled\n"
    "    load-balancing-mode ratio\n"
    "    manual-resume enabled\n"
    "    max-answers-returned 500\n"
    "    members {\n"
    "        /Common/s:b {\n"
    "            description one\n"
    "            disabled\n"
    "            limit-max-pps 9\n"
    "            limit-max-pps-status enabled\n"
    "            member-order 7\n"
    "            monitor /Common/tcp\n"
    "            priority-group 10\n"
    "            ratio 0\n"
    "        }\n"
    "        /Common/s:a { ratio 65535 }\n"
    "    }\n"
    "    min-active-members 2\n"
    "    min-members-up-mode percent\n"
    "    min-members-up-value 50\n"
    "    monitor min 1 of { /Common/http /Common/tcp }\n"
    "    qos-hit-ratio 6\n"
    "    qos-hops 2\n"
    "    qos-kilobytes-second 4\n"
    "    qos-packet-rate 0\n"
    "    qos-topology 9\n"
    "    qos-vs-capacity 7\n"
    "    qos-vs-score 8\n"
    "    qos-rtt 49\n"
    "    ratio-cohort yes\n"
    "    ttl 2147483647\n"
    "    verify-member-availability disabled\n"
    "}\n";
static const struct conf_value pool_values[] = {
	{ "alternate-mode", "global-availability" },
	{ "description", "the pool" }, { "enabled", "disabled" },
	{ "dynamic-ratio", "enabled" }, { "limit-max-bps", "8000" },
	{ "limit-max-bps-status", "enabled" },
	{ "limit-max-connections", "0" },
	{ "limit-max-connections-status", "disabled" },
	{ "limit-max-pps", "0" }, { "limit-max-pps-status", "disabled" },
	{ "qos-kilobytes-second", "4" }, { "qos-packet-rate", "0" },
	{ "qos-vs-capacity", "7" }, { "qos-vs-score", "8" },
	{ "qos-hit-ratio", "6" }, { "qos-hops", "2" }, { "qos-rtt", "49" },
	{ "qos-topology", "9" },
	{ "fallback-ip", "192.0.2.1" },
	{ "fallback-mode", "fallback-ip" },
	{ "load-balancing-mode", "ratio" },
	{ "manual-resume", "enabled" },
	{ "max-answers-returned", "500" },
	{ "members", "/Common/s:a /Common/s:b" },
	{ "min-active-members", "2" },
	{ "min-members-up-mode", "percent" },
	{ "min-members-up-value", "50" },
	{ "monitor", "min 1 of { /Common/http /Common/tcp }" },
	{ "ratio-cohort", "yes" }, { "ttl", "2147483647" },
	{ "verify-member-availability", "disabled" },
};
static const struct conf_value member_values[] = {
	{ "description", "one" }, { "enabled", "disabled" },
	{ "limit-max-bps", "0" }, { "limit-max-bps-status", "disabled" },
	{ "limit-max-connections", "0" },
	{ "limit-max-connections-status", "disabled" },
	{ "limit-max-pps", "9" }, { "limit-max-pps-status", "enabled" },
	{ "member-order", "7" }, { "monitor", "/Common/tcp" },
	{ "priority-group", "10" }, { "ratio", "0" },
};

static void
every_property_of_an_address_pool_is_read(void **state)
{
	const struct pool *p;
	struct conf c;

	(void)state;
	conf_open_clean(&c, all_of_pool);
	p = (const struct pool *)draft_find(c.d, &pool_type_a, "/Common/p");
	CONF_VALUES(&p->obj, pool_values);
	CONF_VALUES(p->members.v[1], member_values);
	/* Not given: its place among the members, counted from 0. */
	assert_int_equal(((const struct pool_member *)
	    p->members.v[0])->order, 1);
	conf_close(&c);
}

static void
defaults_are_those_of_f5(void **state)
{
	static const struct conf_value a[] = {
		{ "alternate-mode", "round-robin" }, { "description", "none" },
		{ "enabled", "enabled" }, { "fallback-ip", "any" },
		{ "fallback-mode", "return-to-dns" },
		{ "load-balancing-mode", "round-robin" },
		{ "manual-resume", "disabled" },
		{ "max-answers-returned", "1" }, { "members", "" },
		{ "min-active-members", "0" },
		{ "min-members-up-mode", "off" },
		{ "min-members-up-value", "0" }, { "monitor", "default" },
		{ "ratio-cohort", "no" }, { "ttl", "30" },
		{ "verify-member-availability", "enabled" },
		{ "dynamic-ratio", "disabled" }, { "limit-max-bps", "0" },
		{ "limit-max-bps-status", "disabled" },
		{ "limit-max-connections", "0" },
		{ "limit-max-connections-status", "disabled" },
		{ "limit-max-pps", "0" }, { "limit-max-pps-status", "disabled" },
		{ "qos-kilobytes-second", "3" }, { "qos-packet-rate", "1" },
		{ "qos-vs-capacity", "0" }, { "qos-vs-score", "0" },
		{ "qos-hit-ratio", "5" }, { "qos-hops", "0" },
		{ "qos-rtt", "50" },
	{ "qos-topology", "0" },
	};
	static const struct conf_value cname[] = {
		{ "alternate-mode", "round-robin" }, { "description", "none" },
		{ "enabled", "enabled" }, { "fallback-mode", "return-to-dns" },
		{ "load-balancing-mode", "round-robin" },
		{ "manual-resume", "disabled" }, { "members", "" },
		{ "min-active-members", "0" },
		{ "min-members-up-mode", "off" },
		{ "min-members-up-value", "0" }, { "ratio-cohort", "no" },
		{ "ttl", "30" },
		{ "verify-member-availability", "enabled" },
	};
	struct conf c;
	char *ip;

	(void)state;
	conf_open_clean(&c, "gtm pool a p { }\ngtm pool aaaa p { }\n"
	    "gtm pool cname p { }\n");
	CONF_VALUES(draft_find(c.d, &pool_type_a, "/Common/p"), a);
	CONF_VALUES(draft_find(c.d, &pool_type_cname, "/Common/p"), cname);
	ip = prop_format(prop_find(pool_type_aaaa.props, "fallback-ip", NULL),
	    draft_find(c.d, &pool_type_aaaa, "/Common/p"));
	assert_string_equal(ip, "any6");
	free(ip);
	conf_close(&c);
}

static void
each_method_stands_where_f5_lets_it(void **state)
{
	static const struct conf_case cases[] = {
		{ A("load-balancing-mode none"), "2:1: error: pool /Common/p: "
		  "load-balancing-mode: none may only be alternate-mode or "
		  "fallback-mode" },
		{ A("alternate-mode none"), NULL },
		{ A("fallback-mode none"), NULL },
		{ A("load-balancing-mode return-to-dns"), NULL },
		{ A("alternate-mode drop-packet"), NULL },
		{ A("fallback-mode drop-packet"), NULL },
		{ A("load-balancing-mode fallback-ip\nfallback-ip 192.0.2.1"),
		  NULL },
		{ AAAA("fallback-mode fallback-ip\n"
		  "fallback-ip 2001:db8::1"), NULL },
		{ A("alternate-mode cpu"), "alternate-mode: cpu may only be "
		  "load-balancing-mode or fallback-mode" },
		{ A("alternate-mode least-connections"), "may only be" },
		{ A("alternate-mode quality-of-service"), "may only be" },
		{ A("load-balancing-mode topology\nalternate-mode topology\n"
		  "fallback-mode topology"), NULL },
		{ A("alternate-mode static-persistence"), NULL },
		{ A("load-balancing-mode ratio\nratio-cohort yes"), NULL },
		{ A("fallback-mode virtual-server-score"), NULL },
		{ A("alternate-mode packet-rate"), NULL },
		{ A("alternate-mode virtual-server-capacity"), NULL },
		{ A("load-balancing-mode kilobytes-per-second"), NULL },
		{ A("load-balancing-mode quality-of-service"), NULL },
		{ AAAA("load-balancing-mode least-connections"), NULL },
		{ A("fallback-mode cpu"), NULL },
		{ A("load-balancing-mode completion-rate"), NULL },
		{ AAAA("load-balancing-mode lowest-round-trip-time"), NULL },
		{ A("fallback-mode fewest-hops"), NULL },
		{ A("alternate-mode fewest-hops"), "alternate-mode: "
		  "fewest-hops may only be load-balancing-mode or fallback-" },
		{ CNAME("load-balancing-mode fewest-hops"), "names are not" },
		{ A("load-balancing-mode random"), "load-balancing-mode: "
		  "\"random\" is none of round-robin, ratio, global-" },
		{ CNAME("fallback-mode fallback-ip"), "fallback-mode: "
		  "fallback-ip is for pools of type a and aaaa" },
		{ CNAME("load-balancing-mode none"), "may only be" },
		{ CNAME("alternate-mode cpu"), "names are not measured" },
		{ CNAME("fallback-mode topology"), NULL },
		{ CNAME("load-balancing-mode least-connections"), "not "
		  "supported yet: load-balancing-mode: least-connections: names "
		  "are not measured" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
numbers_have_their_ranges(void **state)
{
	static const struct conf_case cases[] = {
		{ A("ttl 0"), NULL },
		{ A("ttl 4294967295"), "pool /Common/p: ttl: 4294967295 is "
		  "outside 0..2147483647 s" },
		{ A("max-answers-returned 0"), "0 is outside 1..500" },
		{ A("max-answers-returned 501"), "501 is outside 1..500" },
		{ A("min-members-up-value -1"), "-1 is outside 0..65535" },
		{ A("members { s:a { ratio 65536 } }"), "pool member s:a: "
		  "ratio: 65536 is outside 0..65535" },
		{ A("members { s:a { member-order 65536 } }"), "outside" },
		{ A("members { s:a { priority-group 65536 } }"), "outside" },
		{ A("fallback-ip 2001:db8::1"), "pool /Common/p: fallback-ip: "
		  "2001:db8::1 is not an IPv4 address" },
		{ AAAA("fallback-ip 192.0.2.1"), "fallback-ip: 192.0.2.1 is "
		  "not an IPv6 address" },
		{ A("limit-max-bps 9223372036854775807"), NULL },
		{ A("limit-max-bps 9223372036854775808"), "limit-max-bps" },
		{ A("limit-max-connections-status enabled"), NULL },
		{ A("qos-packet-rate 4294967295"), NULL },
		{ A("qos-vs-score 4294967296"), "qos-vs-score: 4294967296 is "
		  "outside 0..4294967295" },
		{ A("fallback-ip 224.0.0.1"), "cannot be an answer" },
		{ AAAA("fallback-ip ff02::1"), "cannot be an answer" },
		{ AAAA("fallback-ip any6"), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
	static const struct conf_case cases[] = {
		{ A("fallback-ipv4 192.0.2.1"),
		  "not supported yet: fallback-ipv4: write fallback-ip" },
		{ A("fallback-ipv6 2001:db8::1"), "write fallback-ip" },
		{ A("max-addresses-returned 2"), "not supported yet: "
		  "max-addresses-returned: write max-answers-returned" },
		{ A("metadata { a { value b } }"), "not supported yet: meta" },
		{ A("qos-lcs 0"), "not supported yet: qos-lcs" },
		{ A("qos-topology 1"), NULL },
		{ CNAME("qos-topology 1"), "not supported yet: qos-topology: "
		  "names are not measured" },
		{ A("members { s:a { depends-on { s:b { } } } }"), "pool "
		  "member s:a: not supported yet: depends-on: give depends-on "
		  "to the virtual server, where it takes effect" },
		{ CNAME("dynamic-ratio disabled"), NULL },
		{ CNAME("dynamic-ratio enabled"), "not supported yet: "
		  "dynamic-ratio: names are not measured" },
		{ CNAME("qos-kilobytes-second 4"), "names are not measured" },
		{ CNAME("qos-packet-rate 0"), "names are not measured" },
		{ CNAME("qos-vs-capacity 1"), "names are not measured" },
		{ CNAME("qos-vs-score 1"), "names are not measured" },
		{ CNAME("monitor /Common/http"), "unknown property monitor" },
		{ CNAME("max-answers-returned 2"), "unknown property max" },
		{ A("members { s:a { static-target yes } }"), "unknown prop" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
every_property_of_a_cname_member_is_read(void **state)
{
	static const char text[] =
	    "gtm pool cname /Common/p {\n"
	    "    members {\n"
	    "        www.example.net {\n"
	    "            description d\n"
	    "            disabled\n"
	    "            member-order 3\n"
	    "            priority-group 1\n"
	    "            ratio 2\n"
	    "            static-target yes\n"
	    "        }\n"
	    "        /Common/other.example.net { static-target yes }\n"
	    "    }\n"
	    "    min-active-members 1\n"
	    "}\n";
	static const struct conf_value member[] = {
		{ "description", "d" }, { "enabled", "disabled" },
		{ "member-order", "3" }, { "priority-group", "1" },
		{ "ratio", "2" }, { "static-target", "yes" },
	};
	const struct pool *p;
	struct conf c;

	(void)state;
	conf_open_clean(&c, text);
	p = (const struct pool *)draft_find(c.d, &pool_type_cname,
	    "/Common/p");
	CONF_VALUES(objlist_find(&p->members, "www.example.net"), member);
	assert_string_equal(pool_member_domain((const struct pool_member *)
	    p->members.v[0]), "other.example.net");
	assert_string_equal(pool_member_domain((const struct pool_member *)
	    p->members.v[1]), "www.example.net");
	conf_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_of_an_address_pool_is_read),
		cmocka_unit_test(defaults_are_those_of_f5),
		cmocka_unit_test(each_method_stands_where_f5_lets_it),
		cmocka_unit_test(numbers_have_their_ranges),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
		cmocka_unit_test(every_property_of_a_cname_member_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
