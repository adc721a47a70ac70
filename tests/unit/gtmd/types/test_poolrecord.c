/* tests/unit/gtmd/types/test_poolrecord.c - the tables of members that spell
 * out a record, and what a pool of them may hold.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/poolrecord.h"

#include "tests/unit/gtmd/types/conf.h"

#define POOL(t, members)	"gtm pool " t " p {\nmembers {\n" members "\n}\n}\n"
#define ST	"static-target yes "

#define MEMBER_DEFAULTS							\
	{ "description", "none" }, { "enabled", "enabled" },		\
	{ "member-order", "0" }, { "priority-group", "0" },		\
	{ "ratio", "1" }
#define NAME_DEFAULTS	MEMBER_DEFAULTS, { "static-target", "yes" }

static void
expect_member(const char *text, const struct type *pool,
    const struct conf_value *v, size_t count)
{
	struct conf c;

	conf_open_clean(&c, text);
	conf_values(((const struct pool *)draft_find(c.d, pool,
	    "/Common/p"))->members.v[0], v, count);
	conf_close(&c);
}

static void
defaults_are_those_of_f5_and_the_rfcs(void **state)
{
	static const struct conf_value mx[] = { NAME_DEFAULTS,
		{ "priority", "10" } };
	static const struct conf_value srv[] = { NAME_DEFAULTS,
		{ "port", "0" }, { "priority", "10" }, { "weight", "10" } };
	static const struct conf_value naptr[] = { NAME_DEFAULTS,
		{ "flags", "none" }, { "order", "10" }, { "preference", "0" },
		{ "service", "none" } };
	static const struct conf_value https[] = { NAME_DEFAULTS,
		{ "alpn", "" }, { "ipv4hint", "" }, { "ipv6hint", "" },
		{ "no-default-alpn", "no" }, { "port", "0" },
		{ "svc-priority", "1" } };
	static const struct conf_value txt[] = { MEMBER_DEFAULTS,
		{ "text", "a b" } };

	(void)state;
	expect_member(POOL("mx", "a.b { " ST "}"), &pool_type_mx, mx,
	    OBJ_COUNT(mx));
	expect_member(POOL("srv", "a.b { " ST "}"), &pool_type_srv, srv,
	    OBJ_COUNT(srv));
	expect_member(POOL("naptr", "a.b { " ST "}"), &pool_type_naptr, naptr,
	    OBJ_COUNT(naptr));
	expect_member(POOL("https", "a.b { " ST "}"), &pool_type_https, https,
	    OBJ_COUNT(https));
	expect_member(POOL("svcb", "a.b { " ST "}"), &pool_type_svcb, https,
	    OBJ_COUNT(https));
	expect_member(POOL("txt", "any { text \"a b\" }"), &pool_type_txt, txt,
	    OBJ_COUNT(txt));
}

static void
values_that_the_wire_cannot_carry_are_refused(void **state)
{
	static const struct conf_case cases[] = {
		{ POOL("mx", "a.b { " ST "priority 65536 }"),
		  "priority: 65536 is outside 0..65535" },
		{ POOL("srv", "a.b { " ST "weight 65536 }"), "0..65535" },
		{ POOL("naptr", "a.b { " ST "flags u }"), "flags: \"u\" is "
		  "neither a nor s: a member is a replacement, without a "
		  "regexp" },
		{ POOL("naptr", "a.b { " ST "flags A }"), NULL },
		{ POOL("https", "a.b { " ST "ipv4hint { 2001:db8::1 } }"),
		  "ipv4hint: \"2001:db8::1\" is not an IPv4 address" },
		{ POOL("https", "a.b { " ST "ipv6hint { 192.0.2.1 } }"),
		  "ipv6hint: \"192.0.2.1\" is not an IPv6 address" },
		{ POOL("https", "a.b { " ST "ipv4hint { 224.0.0.1 } }"),
		  "it is a multicast address" },
		{ POOL("svcb", "a.b { " ST "ech AEX }"), "not supported yet: "
		  "ech: keys of encrypted client hello are not looked after "
		  "yet" },
		{ POOL("txt", "a { }"), "text" },
		{ POOL("mx", "*.b { " ST "}"), "*.b" },
		{ POOL("mx", "a.b { " ST "} A.B { " ST "}"),
		  "is the same name" },
		{ POOL("https", "a.b { " ST "svc-priority 0 port 1 }"),
		  "svc-priority: with 0 it is an alias, which has no "
		  "parameters (RFC 9460 section 2.4.2)" },
		{ POOL("https", "a.b { " ST "svc-priority 0 }"), NULL },
		{ POOL("https", "a.b { " ST "no-default-alpn yes }"),
		  "no-default-alpn: alpn must name a protocol" },
		{ "gtm pool https p { max-answers-returned 2 members {\n"
		  "a.b { " ST "svc-priority 0 } c.d { " ST "} } }\n",
		  "clients then overlook the other records" },
		{ "gtm pool mx p { fallback-mode fallback-ip }\n",
		  "fallback-ip is for pools of type a and aaaa" },
		{ "gtm pool mx p { monitor /Common/tcp }\n",
		  "unknown property monitor" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

/* Otherwise the answer would be truncated over TCP as well. */
static void
an_answer_must_fit_a_message(void **state)
{
	struct strbuf b;
	char *text;

	(void)state;
	strbuf_init(&b);
	strbuf_add(&b, "gtm pool txt p { max-answers-returned 20 members {\n");
	for (int i = 0; i < 20; i++) {
		strbuf_printf(&b, "m%d { text %d", i, i);
		for (int k = 0; k < 3900; k++)
			strbuf_add_char(&b, 'x');
		strbuf_add(&b, " }\n");
	}
	strbuf_add(&b, "} }\n");
	text = strbuf_take(&b);
	conf_expect(&(struct conf_case){ text, "max-answers-returned: 20 "
	    "records may have 78" });
	memcpy(strstr(text, "returned 20") + 9, "16", 2);
	conf_expect(&(struct conf_case){ text, NULL });
	free(text);
}

static void
what_is_asked_for_at_the_target_must_be_answered(void **state)
{
	static const struct conf_case cases[] = {
		{ POOL("mx", "a.b { }"), "no wide IP of type a, aaaa or cname "
		  "answers for this name: give static-target yes when it lies "
		  "elsewhere" },
		{ POOL("naptr", "a.b { flags s }"),
		  "no wide IP of type srv answers" },
		{ POOL("naptr", "a.b { }"), "no wide IP of type naptr" },
		{ POOL("https", "a.b { svc-priority 0 }"),
		  "no wide IP of type a, aaaa, cname or https answers" },
	};
	char text[512];

	(void)state;
	CONF_EXPECT_ALL(cases);
	/* A wide IP of another type does not help. */
	(void)snprintf(text, sizeof(text), "%s", POOL("mx", "a.b { }")
	    POOL("txt", "t { text x }")
	    "gtm wideip txt a.b { pools { p { } } }\n");
	conf_expect(&(struct conf_case){ text, "no wide IP of type a, " });
	(void)snprintf(text, sizeof(text), "%s", POOL("mx", "a.b { }")
	    "gtm pool a p { }\ngtm wideip a a.b { pools { p { } } }\n");
	conf_expect(&(struct conf_case){ text, NULL });
	(void)snprintf(text, sizeof(text), "%s", POOL("mx", "a.b { }")
	    POOL("cname", "c.d { " ST "}")
	    "gtm wideip cname a.b { pools { p { } } }\n");
	conf_expect(&(struct conf_case){ text, "the target of an MX record "
	    "must not be an alias" });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_f5_and_the_rfcs),
		cmocka_unit_test(values_that_the_wire_cannot_carry_are_refused),
		cmocka_unit_test(an_answer_must_fit_a_message),
		cmocka_unit_test(
		    what_is_asked_for_at_the_target_must_be_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
