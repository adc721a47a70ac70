/* tests/unit/gtmd/types/test_domain.c - which names may be answered for, and
 * which patterns match them. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/domain.h"

#include "core/base/err.h"
#include "tests/unit/gtmd/types/conf.h"

/* 0, or the code, for the rules strict, underscore, idn, any. */
static void
each_rule_lets_its_octets_through(void **state)
{
	static const struct { const char *text; int want[4]; } cases[] = {
		{ "www.example.com", { 0, 0, 0, 0 } },
		{ "WWW.Example.com.", { 0, 0, 0, 0 } },
		{ "1.a-b.x", { 0, 0, 0, 0 } },
		{ "_sip.example.com", { ERR_RANGE, 0, ERR_RANGE, 0 } },
		{ "-a.x", { ERR_RANGE, ERR_RANGE, ERR_RANGE, 0 } },
		{ "a-.x", { ERR_RANGE, ERR_RANGE, ERR_RANGE, 0 } },
		{ "b\303\274cher.x", { ERR_RANGE, ERR_RANGE, 0, 0 } },
		{ "a b.x", { ERR_RANGE, ERR_RANGE, ERR_RANGE, 0 } },
		{ "*.x", { ERR_RANGE, ERR_RANGE, ERR_RANGE, 0 } },
		{ "", { ERR_PARSE, ERR_PARSE, ERR_PARSE, ERR_PARSE } },
		{ ".", { ERR_PARSE, ERR_PARSE, ERR_PARSE, ERR_PARSE } },
		{ "a..b", { ERR_PARSE, ERR_PARSE, ERR_PARSE, ERR_PARSE } },
		{ "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"
		  "abcd.x", { ERR_PARSE, ERR_PARSE, ERR_PARSE, ERR_PARSE } },
		{ "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"
		  "abc.x", { 0, 0, 0, 0 } },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int r = DOMAIN_STRICT; r <= DOMAIN_ANY; r++)
			if (domain_check(cases[i].text, (enum domain_rule)r,
			    DOMAIN_NAME, &e) != cases[i].want[r])
				fail_msg("\"%s\" under rule %d", cases[i].text,
				    r);
}

static void
patterns_may_hold_stars_and_question_marks(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(domain_check("*.e?.com", DOMAIN_STRICT,
	    DOMAIN_PATTERN, &e), 0);
	assert_int_equal(domain_check("www-*.x", DOMAIN_STRICT,
	    DOMAIN_PATTERN, &e), 0);
	assert_true(domain_is_pattern("a?c"));
	assert_true(domain_is_pattern("*"));
	assert_false(domain_is_pattern("abc"));
}

static void
one_name_has_one_canonical_text(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "WWW.Example.COM", "www.example.com" },
		{ "www.example.com.", "www.example.com" },
		{ "\\119ww.x", "www.x" },
		{ "?a?.X", "?a?.x" },
		{ "*.X", "*.x" },
		{ "a..b", "" },
	};
	char buf[DNSNAME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(domain_canonical(cases[i].text, buf),
		    cases[i].want);
}

static void
a_star_stands_for_any_run(void **state)
{
	static const struct { const char *pattern, *name; bool want; } c[] = {
		{ "www.x", "www.x", true }, { "www.x", "www.y", false },
		{ "*.x", "a.x", true }, { "*.x", "a.b.x", true },
		{ "*.x", "x", false }, { "*", "anything.at.all", true },
		{ "w*.x", "w.x", true }, { "w*w.x", "wbw.x", true },
		{ "w*w.x", "w.x", false }, { "*a*b*", "xxaxxbxx", true },
		{ "*a*b*", "xxbxxaxx", false }, { "?.x", "a.x", true },
		{ "?.x", "ab.x", false }, { "?.x", ".x", false },
		{ "*ab", "aab", true }, { "*aab", "aaaab", true },
		{ "", "", true }, { "*", "", true }, { "?", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		if (domain_matches(c[i].pattern, c[i].name) != c[i].want)
			fail_msg("%s against %s", c[i].pattern, c[i].name);
}

/* The rule is the global settings' word. */
static void
domain_name_check_says_which_rule(void **state)
{
#define RULE(word, name)						\
	"gtm global-settings general {\ndomain-name-check " word "\n}\n"	\
	"gtm pool a /Common/q { }\n"					\
	"gtm wideip a /Common/" name " {\npools { q { } }\n}\n"
	static const struct conf_case cases[] = {
		{ RULE("strict", "_a.example.com"), "5:1: error: wide IP "
		  "/Common/_a.example.com: \"_a.example.com\" is not a domain "
		  "name: labels hold letters, digits and inner hyphens "
		  "(global-settings general domain-name-check)" },
		{ RULE("allow-underscore", "_a.example.com"), NULL },
		{ RULE("idn-compatible", "_a.example.com"), "letters (of any" },
		{ RULE("none", "-a:b.example.com"), NULL },
		{ RULE("allow-underscore", "-a.example.com"), "is not a" },
		{ RULE("loose", "a.example.com"), "\"loose\" is none of strict"
		  ", allow-underscore, idn-compatible, none" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_lets_its_octets_through),
		cmocka_unit_test(patterns_may_hold_stars_and_question_marks),
		cmocka_unit_test(one_name_has_one_canonical_text),
		cmocka_unit_test(a_star_stands_for_any_run),
		cmocka_unit_test(domain_name_check_says_which_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
