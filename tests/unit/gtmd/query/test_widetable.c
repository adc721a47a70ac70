/* tests/unit/gtmd/query/test_widetable.c - names, ancestors and patterns, against a
 * slow and obvious model, and under readers.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/rand.h"
#include "core/io/rcu.h"
#include "core/io/worker.h"
#include "gtmd/decide/decision.h"
#include "gtmd/query/wide.h"
#include "gtmd/query/widetable.h"

static struct decision_slot slots[4];

static const struct wide *
find(const struct widetable *t, const char *text)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(text, name);

	assert_true(len > 0);
	return widetable_find(t, name, len, dnsname_hash(name, len));
}

static bool
is_ancestor(const struct widetable *t, const char *text)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(text, name);

	return widetable_is_ancestor(t, name, len, dnsname_hash(name, len));
}

static void
check_found(const struct widetable *t, const char *text, const char *want)
{
	const struct wide *e = find(t, text);
	char buf[DNSNAME_TEXT_MAX];
	const char *got = e == NULL ? "nothing" : dnsname_format(e->name, buf);

	/* '?' is escaped in text. */
	if (want == NULL)
		want = "nothing";
	if (strcmp(got, want) != 0)
		fail_msg("%s: %s, want %s", text, got, want);
}

static void
put(struct widetable *t, const char *domain)
{
	struct err e;

	if (widetable_put(t, domain, WIDE_A, &slots[0], &e) != 0)
		fail_msg("%s: %s", domain, e.text);
}

static void
a_name_leads_to_its_slots(void **state)
{
	struct widetable *t = widetable_new();
	struct err e;

	(void)state;
	check_found(t, "www.example.com", NULL);
	put(t, "www.Example.com");
	check_found(t, "www.example.com", "www.example.com");
	assert_ptr_equal(wide_slot(find(t, "www.example.com"), WIDE_A), &slots[0]);
	assert_null(wide_slot(find(t, "www.example.com"), WIDE_AAAA));
	assert_int_equal(widetable_put(t, "www.example.com", WIDE_AAAA,
	    &slots[1], &e), 0);
	assert_int_equal(widetable_put(t, "www.example.com.", WIDE_A,
	    &slots[1], &e), ERR_EXISTS);
	assert_int_equal(widetable_put(t, "www..com", WIDE_A, &slots[1], &e),
	    ERR_PARSE);
	widetable_remove(t, "www.example.com", WIDE_A);
	assert_ptr_equal(wide_slot(find(t, "www.example.com"), WIDE_AAAA), &slots[1]);
	assert_null(wide_slot(find(t, "www.example.com"), WIDE_A));
	widetable_remove(t, "www.example.com", WIDE_AAAA);
	widetable_remove(t, "www.example.com", WIDE_AAAA);
	check_found(t, "www.example.com", NULL);
	widetable_free(&t);
}

/* RFC 8020: what lies between a name and the root exists, as long as the name
 * does. */
static void
ancestors_come_and_go_with_their_names(void **state)
{
	struct widetable *t = widetable_new();

	(void)state;
	put(t, "a.b.c.test");
	put(t, "x.b.c.test");
	assert_true(is_ancestor(t, "b.c.test"));
	assert_true(is_ancestor(t, "c.test"));
	assert_true(is_ancestor(t, "test"));
	assert_false(is_ancestor(t, "."));
	assert_false(is_ancestor(t, "a.b.c.test"));
	assert_false(is_ancestor(t, "q.c.test"));
	check_found(t, "b.c.test", NULL);
	put(t, "b.c.test");
	assert_false(is_ancestor(t, "b.c.test"));
	check_found(t, "b.c.test", "b.c.test");
	widetable_remove(t, "a.b.c.test", WIDE_A);
	widetable_remove(t, "b.c.test", WIDE_A);
	assert_true(is_ancestor(t, "b.c.test"));
	widetable_remove(t, "x.b.c.test", WIDE_A);
	assert_false(is_ancestor(t, "b.c.test"));
	assert_false(is_ancestor(t, "test"));
	put(t, "*.p.test");
	assert_true(is_ancestor(t, "p.test"));
	assert_true(is_ancestor(t, "test"));
	widetable_remove(t, "*.p.test", WIDE_A);
	assert_false(is_ancestor(t, "p.test"));
	assert_false(is_ancestor(t, "test"));
	widetable_free(&t);
}

static void
the_closest_name_is_the_apex(void **state)
{
	static const struct { const char *name; size_t want; } rows[] = {
		{ "www.app.test", 10 }, { "app.test", 10 }, { "test", 0 },
		{ "a.b.deep.app.test", 15 }, { "deep.app.test", 15 },
		{ "x.y.pat.test", 10 }, { "pat.test", 10 }, { "other", 0 },
	};
	struct widetable *t = widetable_new();

	(void)state;
	put(t, "app.test");
	put(t, "deep.app.test");
	put(t, "*.pat.test");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t name[DNSNAME_MAX];
		size_t len = dnsname_parse(rows[i].name, name);

		if (widetable_find_apex(t, name, len) != rows[i].want)
			fail_msg("%s: %zu", rows[i].name,
			    widetable_find_apex(t, name, len));
	}
	widetable_free(&t);
}

static void
the_most_specific_pattern_wins(void **state)
{
	struct widetable *t = widetable_new();

	(void)state;
	put(t, "*.example.com");
	put(t, "www*.example.com");
	put(t, "*-eu.example.com");
	put(t, "www*-eu.example.com");
	put(t, "a.*.example.com");
	put(t, "*a*a*.example.com");
	put(t, "exact.example.com");
	put(t, "long-host-name*.com");
	check_found(t, "x.example.com", "*.example.com");
	check_found(t, "www1.example.com", "www*.example.com");
	check_found(t, "w-eu.example.com", "*-eu.example.com");
	check_found(t, "www-eu.example.com", "www*-eu.example.com");
	check_found(t, "www.x.example.com", "www*.example.com");
	check_found(t, "a.b.c.example.com", "a.*.example.com");
	check_found(t, "xaxax.example.com", "*a*a*.example.com");
	check_found(t, "exact.example.com", "exact.example.com");
	check_found(t, "example.com", NULL);
	check_found(t, "xexample.com", NULL);
	check_found(t, "long-host-name.example.com", "long-host-name*.com");
	widetable_remove(t, "www*-eu.example.com", WIDE_A);
	check_found(t, "www-eu.example.com", "www*.example.com");
	widetable_remove(t, "exact.example.com", WIDE_A);
	check_found(t, "exact.example.com", "*.example.com");
	widetable_free(&t);
}

static void
wildcards_mean_what_they_say(void **state)
{
	static const struct { const char *pattern, *name; bool want; } rows[] = {
		{ "*", "anything.at.all", true }, { "*", "x", true },
		{ "*", ".", false },
		{ "*.com", "a.com", true }, { "*.com", "a.b.com", true },
		{ "*.com", "com", false }, { "*com", "com", true },
		{ "*com", "telecom", true }, { "*com", "a.com", true },
		{ "?.com", "a.com", true }, { "?.com", "ab.com", false },
		{ "a?b.com", "a.b.com", true }, { "a?b.com", "axb.com", true },
		{ "a?b.com", "ab.com", false },
		{ "www.*", "www.com", true }, { "www.*", "www", false },
		{ "www.*", "x.www.com", false },
		{ "a*", "a", true }, { "a*", "ab.c", true },
		{ "*a*b*.x", "cacbc.x", true }, { "*a*b*.x", "cbcac.x", false },
		{ "**.x", "y.x", true }, { "*?.x", "y.x", true },
		{ "a.*.b.*.c", "a.1.b.2.c", true },
		{ "a.*.b.*.c", "a.b.b.c", false },
		/* A dot within a label ends none. */
		{ "*.b.c", "a\\.b.c", false },
		{ "a?b.c", "a\\.b.c", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct widetable *t = widetable_new();

		put(t, rows[i].pattern);
		if ((find(t, rows[i].name) != NULL) != rows[i].want)
			fail_msg("%s and %s", rows[i].pattern, rows[i].name);
		widetable_remove(t, rows[i].pattern, WIDE_A);
		assert_null(find(t, rows[i].name));
		widetable_free(&t);
	}
}

static void
look_alikes_are_bounded(void **state)
{
	struct widetable *t = widetable_new();
	char domain[64];
	struct err e;

	(void)state;
	for (unsigned i = 0; i < WIDETABLE_ALIKE_MAX; i++) {
		(void)snprintf(domain, sizeof(domain), "*m%u*.test", i);
		put(t, domain);
	}
	assert_int_equal(widetable_put(t, "*more*.test", WIDE_A, &slots[0], &e),
	    ERR_RANGE);
	/* Another type of one that is there takes no place. */
	assert_int_equal(widetable_put(t, "*m7*.test", WIDE_AAAA, &slots[0],
	    &e), 0);
	put(t, "x*more*.test");
	widetable_remove(t, "*m3*.test", WIDE_A);
	put(t, "*more*.test");
	widetable_free(&t);
}

/* ---- against a model --------------------------------------------------------- */

#define MODEL_MAX	64

struct model {
	char	domain[MODEL_MAX][64];
	size_t	count;
};

static void
random_domain(struct rand *r, char *p, bool pattern)
{
	static const char plain[] = "ab.ab-b", wild[] = "ab.*?*-";
	const char *set = pattern ? wild : plain;
	size_t len = 1 + rand_below(r, 8);

	for (size_t i = 0; i < len; i++) {
		char c = set[rand_below(r, 7)];

		/* No empty label. */
		if (c == '.' && (i == 0 || p[-1] == '.'))
			c = 'a';
		*p++ = c;
	}
	if (p[-1] == '.')
		p[-1] = 'b';
	memcpy(p, rand_below(r, 2) == 0 ? ".t" : "\0\0", 3);
}

static size_t
literals(const char *domain)
{
	size_t n = 0;

	for (; *domain != '\0'; domain++)
		n += *domain != '*' && *domain != '?';
	return n;
}

static bool
is_pattern(const char *domain)
{
	return strpbrk(domain, "*?") != NULL;
}

/* Literals of the best match; SIZE_MAX for an exact one, 0 for none found is
 * told apart by *any. */
static size_t
model_best(const struct model *m, const char *name, bool *any)
{
	size_t best = 0;

	*any = false;
	for (size_t i = 0; i < m->count; i++) {
		const char *d = m->domain[i];

		if (strcmp(d, name) == 0 && !is_pattern(d)) {
			*any = true;
			return SIZE_MAX;
		}
		if (is_pattern(d) && fnmatch(d, name, FNM_NOESCAPE) == 0) {
			*any = true;
			if (literals(d) > best)
				best = literals(d);
		}
	}
	return best;
}

static bool
model_has(const struct model *m, const char *domain)
{
	for (size_t i = 0; i < m->count; i++) {
		if (strcmp(m->domain[i], domain) == 0)
			return true;
	}
	return false;
}

static void
check_model(const struct widetable *t, const struct model *m, struct rand *r)
{
	char name[80], buf[DNSNAME_TEXT_MAX], *p, *to;
	const struct wide *e;
	size_t best;
	bool any;

	random_domain(r, name, false);
	best = model_best(m, name, &any);
	e = find(t, name);
	if ((e != NULL) != any)
		fail_msg("%s: found %d, want %d", name, e != NULL, any);
	if (e == NULL)
		return;
	dnsname_format(e->name, buf);
	for (p = to = buf; *p != '\0'; p++) {
		if (*p != '\\')
			*to++ = *p;
	}
	*to = '\0';
	if ((strcmp(buf, name) == 0 ? SIZE_MAX : literals(buf)) != best)
		fail_msg("%s: found %s", name, buf);
}

static void
random_tables_match_a_model(void **state)
{
	struct model *m = calloc(1, sizeof(*m));
	struct rand r;

	(void)state;
	rand_seed_from(&r, 42);
	for (unsigned round = 0; round < 60; round++) {
		struct widetable *t = widetable_new();

		m->count = 0;
		for (unsigned step = 0; step < 300; step++) {
			char *d = m->domain[m->count];

			if (m->count < MODEL_MAX - 1 && rand_below(&r, 2)) {
				random_domain(&r, d, rand_below(&r, 2));
				if (!model_has(m, d)) {
					put(t, d);
					m->count++;
				}
			} else if (m->count > 0 && rand_below(&r, 3) == 0) {
				size_t i = rand_below(&r,
				    (uint32_t)m->count);

				widetable_remove(t, m->domain[i], WIDE_A);
				memmove(m->domain[i], m->domain[--m->count],
				    sizeof(m->domain[0]));
			}
			for (unsigned i = 0; i < 8; i++)
				check_model(t, m, &r);
		}
		while (m->count > 0)
			widetable_remove(t, m->domain[--m->count], WIDE_A);
		assert_false(is_ancestor(t, "t"));
		widetable_free(&t);
	}
	free(m);
}

/* ---- under readers ----------------------------------------------------------- */

#define STABLE	50

static struct widetable *shared;
static unsigned lost;

/* Names that stay must be found at every moment, whatever else changes. */
static void
read_stable(struct worker *w, void *arg)
{
	unsigned misses = 0;

	(void)arg;
	while (!worker_stopping(w)) {
		for (unsigned i = 0; i < STABLE; i++) {
			uint8_t name[DNSNAME_MAX];
			char text[64];
			size_t len;

			(void)snprintf(text, sizeof(text), i % 2 == 0 ?
			    "stay%u.test" : "any.stay%u.test", i);
			len = dnsname_parse(text, name);
			misses += widetable_find(shared, name, len,
			    dnsname_hash(name, len)) == NULL;
		}
		rcu_quiescent();
	}
	__atomic_add_fetch(&lost, misses, __ATOMIC_RELAXED);
}

static void
churn(unsigned i, bool in)
{
	char name[64], pattern[64];
	struct err e;

	(void)snprintf(name, sizeof(name), "go%u.x%u.test", i, i % 7);
	(void)snprintf(pattern, sizeof(pattern), "*.go%u*%u.test", i % 50, i);
	if (in) {
		assert_int_equal(widetable_put(shared, name, WIDE_A, &slots[0],
		    &e), 0);
		assert_int_equal(widetable_put(shared, pattern, WIDE_A,
		    &slots[0], &e), 0);
	} else {
		widetable_remove(shared, name, WIDE_A);
		widetable_remove(shared, pattern, WIDE_A);
	}
}

static void
readers_never_miss_what_stays(void **state)
{
	struct worker_config c = {
		.name = "reader", .cpu = WORKER_ANY_CPU, .run = read_stable
	};
	struct worker *w;
	char domain[64];
	struct err e;

	(void)state;
	shared = widetable_new();
	for (unsigned i = 0; i < STABLE; i++) {
		(void)snprintf(domain, sizeof(domain), i % 2 == 0 ?
		    "stay%u.test" : "*.stay%u.test", i);
		put(shared, domain);
	}
	w = worker_start(&c, &e);
	assert_non_null(w);
	for (unsigned turn = 0; turn < 4; turn++) {
		for (unsigned i = 0; i < 1000; i++)
			churn(i, true);
		for (unsigned i = 0; i < 1000; i++)
			churn(i, false);
	}
	worker_stop(w);
	worker_join(&w);
	rcu_drain();
	widetable_free(&shared);
	assert_int_equal(lost, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_leads_to_its_slots),
		cmocka_unit_test(ancestors_come_and_go_with_their_names),
		cmocka_unit_test(the_closest_name_is_the_apex),
		cmocka_unit_test(the_most_specific_pattern_wins),
		cmocka_unit_test(wildcards_mean_what_they_say),
		cmocka_unit_test(look_alikes_are_bounded),
		cmocka_unit_test(random_tables_match_a_model),
		cmocka_unit_test(readers_never_miss_what_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
