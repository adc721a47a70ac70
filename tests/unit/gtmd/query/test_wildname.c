/* tests/unit/gtmd/query/test_wildname.c - where patterns are cut, and what they
 * match: beside the obvious recursion over short texts of few letters.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/wildname.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/rand.h"

static const uint8_t *
wire(const char *text)
{
	static uint8_t name[DNSNAME_MAX];

	assert_true(dnsname_parse(text, name) > 0);
	return name;
}

/* Head text and its end: all labels of a name are a head. */
static size_t
head_of(const char *text, uint8_t head[DNSNAME_MAX])
{
	const uint8_t *name = wire(text);
	size_t len = dnsname_len(name) - 1;

	wildname_head(name, len, head);
	return len;
}

static void
a_pattern_is_cut_before_its_literal_suffix(void **state)
{
	static const struct {
		const char *pattern, *head;
		unsigned prefix, tail, literals;
	} row[] = {
		{ "app-*-x.example.com", "app-*-x.", 4, 3, 19 },
		{ "*.example.com", "*.", 0, 1, 13 },
		{ "*", "*.", 0, 1, 1 },
		{ "a.?b.*.org", "a.?b.*.", 2, 1, 9 },
		{ "*.a.*", "*.a.*.", 0, 1, 4 },
		{ "www?.example.com", "www?.", 3, 1, 16 },
	};
	struct wildname p;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		wildname_init(&p, wire(row[i].pattern));
		if (p.head_len != strlen(row[i].head) ||
		    memcmp(p.head, row[i].head, p.head_len) != 0)
			fail_msg("%s: head %.*s", row[i].pattern, p.head_len,
			    (const char *)p.head);
		assert_int_equal(p.suffix_at, p.head_len);
		assert_int_equal(p.prefix_len, row[i].prefix);
		assert_int_equal(p.tail_len, row[i].tail);
		if (p.literals != row[i].literals)
			fail_msg("%s: %u literals", row[i].pattern,
			    p.literals);
	}
}

static void
names_without_wildcards_are_no_patterns(void **state)
{
	(void)state;
	assert_false(wildname_check(wire("www.example.com")));
	assert_int_equal(wildname_suffix(wire("www.example.com")), 0);
	assert_false(wildname_check(wire(".")));
	assert_true(wildname_check(wire("www.exam*le.com")));
	assert_int_equal(wildname_suffix(wire("www.exam*le.com")), 12);
	assert_true(wildname_check(wire("www.example.co?")));
}

static bool
matches(const char *pattern, const char *text)
{
	uint8_t head[DNSNAME_MAX];
	struct wildname p;
	size_t len;

	wildname_init(&p, wire(pattern));
	len = head_of(text, head);
	return wildname_match(&p, head, len);
}

static void
wildcards_pass_dots_and_whole_texts_count(void **state)
{
	(void)state;
	assert_true(matches("*.x", "a"));	/* x is the suffix */
	assert_true(matches("*.x", "a.b.c"));
	assert_true(matches("a*.x", "a"));	/* any run, none too */
	assert_true(matches("a?c.x", "a.c"));
	assert_false(matches("a?.x", "a"));
	assert_false(matches("a*.x", "ba"));
	assert_false(matches("*a.x", "ab"));
	assert_true(matches("*aab.x", "aaab"));	/* the star takes one more */
	assert_false(matches("a?c.x", "abbc"));
}

/* A dot that is in a label is not the end of one. */
static void
an_escaped_dot_is_no_end_of_a_label(void **state)
{
	uint8_t head[DNSNAME_MAX];
	size_t len = head_of("a\\.b", head);

	(void)state;
	assert_int_equal(len, 4);
	assert_int_equal(head[3], '.');
	assert_int_equal(head[1], 1);
	assert_false(matches("a.*.x", "a\\.b"));
	assert_true(matches("a.*.x", "a.b"));
	assert_true(matches("a?b.x", "a\\.b"));
}

static bool
obvious(const uint8_t *p, size_t plen, const uint8_t *t, size_t tlen)
{
	if (plen == 0)
		return tlen == 0;
	if (*p == '*')
		return obvious(p + 1, plen - 1, t, tlen) ||
		    (tlen > 0 && obvious(p, plen, t + 1, tlen - 1));
	return tlen > 0 && (*p == '?' || *p == *t) &&
	    obvious(p + 1, plen - 1, t + 1, tlen - 1);
}

static void
make(struct rand *r, const char *letters, char *text, unsigned max)
{
	unsigned n = 1 + rand_below(r, max);

	for (unsigned i = 0; i < n; i++)
		text[i] = letters[rand_below(r, (uint32_t)strlen(letters))];
	text[n] = '\0';
}

static void
it_matches_what_the_obvious_way_matches(void **state)
{
	unsigned good = 0, made = 0;
	struct rand r;

	(void)state;
	rand_seed_from(&r, 5);
	for (int i = 0; i < 50000; i++) {
		char pattern[16], text[16];
		uint8_t head[DNSNAME_MAX], name[DNSNAME_MAX];
		struct wildname p;
		size_t len;
		bool want;

		make(&r, "ab.*?", pattern, 8);
		make(&r, "ab.", text, 10);
		if (dnsname_parse(pattern, name) == 0 ||
		    !wildname_check(name))
			continue;
		wildname_init(&p, name);
		if (dnsname_parse(text, name) == 0)
			continue;
		len = head_of(text, head);
		want = obvious(p.head, p.head_len, head, len);
		if (wildname_match(&p, head, len) != want)
			fail_msg("%s, %s: not %d", pattern, text, want);
		good += want;
		made++;
	}
	assert_true(made > 5000 && good > 500 && good < made / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_is_cut_before_its_literal_suffix),
		cmocka_unit_test(names_without_wildcards_are_no_patterns),
		cmocka_unit_test(wildcards_pass_dots_and_whole_texts_count),
		cmocka_unit_test(an_escaped_dot_is_no_end_of_a_label),
		cmocka_unit_test(it_matches_what_the_obvious_way_matches),
	};

	return cmocka_run_group_tests_name("wildname", tests, NULL, NULL);
}
