/* tests/unit/gtmd/query/test_wildset.c - patterns of a few suffixes come and go: the
 * best one is found, and what a reader goes by says no more than there is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/wildset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/io/rcu.h"
#include "gtmd/decide/decision.h"
#include "gtmd/query/wide.h"

static struct decision_slot slots[3];

struct stage {
	struct wildset	 set;
	struct wide	*com, *org;	/* example.com, three labels deep org */
};

static struct wide *
entry(const char *text)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(text, name);

	assert_true(len > 0);
	return wide_new(name, len);
}

static int
set_up(void **state)
{
	static struct stage s;

	wildset_init(&s.set);
	s.com = entry("example.com");
	s.org = entry("a.example.org");
	*state = &s;
	return 0;
}

/* Patterns go with the set, shapes with whoever owns the entries. */
static int
tear_down(void **state)
{
	struct stage *s = *state;

	wildset_fini(&s->set);
	rcu_drain();
	free(s->com->shapes);
	free(s->org->shapes);
	wide_free(s->com);
	wide_free(s->org);
	return 0;
}

static int
put(struct stage *s, struct wide *suffix, const char *text,
    enum wide_type type)
{
	uint8_t name[DNSNAME_MAX];

	assert_true(dnsname_parse(text, name) > 0);
	return wildset_put(&s->set, suffix, name, type, &slots[0]);
}

static bool
drop(struct stage *s, struct wide *suffix, const char *text,
    enum wide_type type)
{
	uint8_t name[DNSNAME_MAX];

	assert_true(dnsname_parse(text, name) > 0);
	return wildset_remove(&s->set, suffix, name, type);
}

static const struct wildset_pattern *
find(struct stage *s, struct wide *suffix, const char *before,
    const struct wildset_pattern *best)
{
	uint8_t name[DNSNAME_MAX], head[DNSNAME_MAX];
	struct wildset_head h = { .suffix = suffix, .text = head };

	assert_true(dnsname_parse(before, name) > 0);
	h.len = dnsname_len(name) - 1;
	wildname_head(name, h.len, head);
	return wildset_find(&s->set, &h, best);
}

/* want NULL = nothing. */
static void
expect(struct stage *s, struct wide *suffix, const char *before,
    const char *want)
{
	const struct wildset_pattern *p = find(s, suffix, before, NULL);
	uint8_t name[DNSNAME_MAX];

	if (want == NULL) {
		assert_null(p);
		return;
	}
	assert_true(dnsname_parse(want, name) > 0);
	if (p == NULL || !dnsname_equal(p->wide->name, name))
		fail_msg("%s: not %s", before, want);
}

static void
the_pattern_of_most_literals_is_found(void **state)
{
	struct stage *s = *state;
	const struct wildset_pattern *best;

	assert_false(wildset_has(&s->set));
	assert_int_equal(put(s, s->com, "*.example.com", WIDE_A), 1);
	assert_int_equal(put(s, s->com, "app-*-x.example.com", WIDE_A), 1);
	assert_int_equal(put(s, s->com, "app-?-y.example.com", WIDE_A), 1);
	assert_int_equal(put(s, s->com, "app-1*-x.example.com", WIDE_A), 1);
	assert_int_equal(put(s, s->org, "*.a.example.org", WIDE_A), 1);
	assert_true(wildset_has(&s->set));
	expect(s, s->com, "www", "*.example.com");
	expect(s, s->com, "app-7-x", "app-*-x.example.com");
	expect(s, s->com, "app-12-x", "app-1*-x.example.com");
	expect(s, s->com, "app-7-y", "app-?-y.example.com");
	expect(s, s->com, "app-77-y", "*.example.com");
	expect(s, s->com, "app-x", "*.example.com");	/* ends overlap */
	expect(s, s->org, "app-12-x", "*.a.example.org");
	/* One of another suffix that has more keeps its place. */
	best = find(s, s->com, "app-12-x", NULL);
	assert_ptr_equal(find(s, s->org, "www", best), best);
	best = find(s, s->com, "www", NULL);
	assert_ptr_not_equal(find(s, s->com, "app-12-x", best), best);
}

static void
types_of_one_pattern_come_and_go_alone(void **state)
{
	struct stage *s = *state;
	const struct wildset_pattern *p;

	assert_int_equal(put(s, s->com, "a*.example.com", WIDE_A), 1);
	assert_int_equal(put(s, s->com, "a*.example.com", WIDE_AAAA), 0);
	assert_int_equal(put(s, s->com, "a*.example.com", WIDE_A), ERR_EXISTS);
	p = find(s, s->com, "ab", NULL);
	assert_non_null(p);
	assert_ptr_equal(wide_slot(p->wide, WIDE_AAAA), &slots[0]);
	assert_false(drop(s, s->com, "a*.example.com", WIDE_A));
	assert_null(wide_slot(find(s, s->com, "ab", NULL)->wide, WIDE_A));
	assert_false(drop(s, s->com, "b*.example.com", WIDE_A));
	assert_true(drop(s, s->com, "a*.example.com", WIDE_AAAA));
	expect(s, s->com, "ab", NULL);
	assert_null(s->com->shapes);
}

static void
depths_are_those_of_suffixes_with_patterns(void **state)
{
	struct stage *s = *state;

	assert_int_equal(put(s, s->com, "a*.example.com", WIDE_A), 1);
	assert_int_equal(put(s, s->com, "bb*.example.com", WIDE_A), 1);
	assert_int_equal(put(s, s->org, "*.a.example.org", WIDE_A), 1);
	assert_true(wildset_has_depth(&s->set, 2));
	assert_true(wildset_has_depth(&s->set, 3));
	assert_false(wildset_has_depth(&s->set, 4));
	assert_true(drop(s, s->com, "a*.example.com", WIDE_A));
	assert_true(wildset_has_depth(&s->set, 2));	/* bb* is there */
	expect(s, s->com, "bbx", "bb*.example.com");
	assert_true(drop(s, s->com, "bb*.example.com", WIDE_A));
	assert_false(wildset_has_depth(&s->set, 2));
	assert_true(drop(s, s->org, "*.a.example.org", WIDE_A));
	assert_false(wildset_has(&s->set));
}

/* Each query would try them all. */
static void
patterns_that_are_alike_are_bounded(void **state)
{
	struct stage *s = *state;
	char text[64];
	int i;

	for (i = 0; i <= WIDETABLE_ALIKE_MAX; i++) {
		(void)snprintf(text, sizeof(text), "a*%03d*z.example.com", i);
		if (put(s, s->com, text, WIDE_A) != 1)
			break;
	}
	assert_int_equal(i, WIDETABLE_ALIKE_MAX);
	assert_int_equal(put(s, s->com, text, WIDE_A), ERR_RANGE);
	/* Of other ends there may be more, and a free place is one. */
	assert_int_equal(put(s, s->com, "b*1*z.example.com", WIDE_A), 1);
	assert_true(drop(s, s->com, "a*007*z.example.com", WIDE_A));
	assert_int_equal(put(s, s->com, text, WIDE_A), 1);
	expect(s, s->com, "ax064xz", text);
	expect(s, s->com, "a007z", NULL);
	for (i = 0; i <= WIDETABLE_ALIKE_MAX; i++) {
		(void)snprintf(text, sizeof(text), "a*%03d*z.example.com", i);
		assert_int_equal(drop(s, s->com, text, WIDE_A), i != 7);
	}
	assert_true(drop(s, s->com, "b*1*z.example.com", WIDE_A));
	assert_null(s->com->shapes);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_pattern_of_most_literals_is_found),
		T(types_of_one_pattern_come_and_go_alone),
		T(depths_are_those_of_suffixes_with_patterns),
		T(patterns_that_are_alike_are_bounded),
	};

	return cmocka_run_group_tests_name("wildset", tests, NULL, NULL);
}
