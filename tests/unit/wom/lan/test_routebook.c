/* tests/unit/wom/lan/test_routebook.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/addr.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "wom/lan/routebook.h"
#include "wom/link/linkhello.h"

#define PEERS	5
#define ROUTES	8

static const char *const names[PEERS] = { "a", "b", "c", "d", "e" };

/* What each peer has said. */
struct said {
	struct linkroute routes[ROUTES];
	size_t		 count;
	bool		 usable, there;
};

static struct linkroute
route(const char *dest, bool exclude, uint16_t metric)
{
	struct linkroute r = { .exclude = exclude, .metric = metric };

	assert_int_equal(addr_parse_prefix(dest, &r.dest), 0);
	return r;
}

static void
finds(const struct routebook *b, const char *dst, const char *peer)
{
	struct addr a;
	const char *got;

	assert_int_equal(addr_parse(dst, &a), 0);
	got = routebook_find(b, &a);
	if (peer == NULL)
		assert_null(got);
	else
		assert_string_equal(got != NULL ? got : "none", peer);
}

static void
say_anew(struct rand *rnd, struct said *s)
{
	s->there = rand_below(rnd, 5) > 0;
	s->usable = rand_below(rnd, 4) > 0;
	s->count = rand_below(rnd, ROUTES + 1);
	for (size_t i = 0; i < s->count; i++) {
		unsigned len = rand_below(rnd, 9);

		s->routes[i] = (struct linkroute){
		    .dest = { .len = (uint8_t)len,
			.addr.family = AF_INET },
		    .metric = (uint16_t)rand_below(rnd, 3),
		    .exclude = rand_below(rnd, 4) == 0 };
		s->routes[i].dest.addr.octets[0] = (uint8_t)
		    (rand_below(rnd, 256) & 0xff00u >> len);
	}
}

/* A peer's own say: the longest, of equals an exclusion, then the lowest metric. */
static const struct linkroute *
say_of(const struct said *s, const struct addr *a)
{
	const struct linkroute *best = NULL, *r;

	for (size_t i = 0; i < s->count; i++) {
		r = &s->routes[i];
		if (!addr_in_prefix(a, &r->dest))
			continue;
		if (best == NULL || r->dest.len > best->dest.len ||
		    (r->dest.len == best->dest.len && !best->exclude &&
		    (r->exclude || r->metric < best->metric)))
			best = r;
	}
	return best != NULL && !best->exclude ? best : NULL;
}

static const char *
oracle(const struct said said[PEERS], const struct addr *a)
{
	const struct linkroute *best = NULL, *r;
	const char *name = NULL;

	for (size_t i = 0; i < PEERS; i++) {
		if (!said[i].there || !said[i].usable)
			continue;
		r = say_of(&said[i], a);
		if (r == NULL)
			continue;
		if (best == NULL || r->dest.len > best->dest.len ||
		    (r->dest.len == best->dest.len && r->metric < best->metric)) {
			best = r;
			name = names[i];
		}
	}
	return name;
}

static void
mark(void *arg, const struct addr *first, const struct addr *last)
{
	bool *in = arg;

	for (unsigned i = 0; i < 256; i++) {
		struct addr a = { .family = AF_INET, .octets = { (uint8_t)i } };

		if (addr_compare(first, &a) <= 0 && addr_compare(&a, last) <= 0) {
			assert_false(in[i]);
			in[i] = true;
		}
	}
}

static void
check_all(const struct routebook *b, const struct said said[PEERS])
{
	bool in[256] = { 0 };

	routebook_each_range(b, AF_INET, mark, in);
	for (unsigned i = 0; i < 256; i++) {
		struct addr a = { .family = AF_INET, .octets = { (uint8_t)i } };
		const char *want = oracle(said, &a), *got = routebook_find(b, &a);

		assert_true((want == NULL) == (got == NULL));
		if (want != NULL)
			assert_string_equal(got, want);
		assert_int_equal(in[i], want != NULL);
	}
}

static void
any_history_of_peers_gives_what_they_say_now(void **state)
{
	struct routebook *b = routebook_new();
	struct said said[PEERS] = { 0 };
	struct rand rnd;

	(void)state;
	rand_seed_from(&rnd, 3);
	for (unsigned round = 0; round < 2000; round++) {
		unsigned i = rand_below(&rnd, PEERS);

		say_anew(&rnd, &said[i]);
		if (said[i].there)
			routebook_put(b, names[i], said[i].routes,
			    said[i].count, said[i].usable);
		else
			routebook_drop(b, names[i]);
		check_all(b, said);
	}
	routebook_free(&b);
}

static void
an_exclusion_leaves_it_to_others(void **state)
{
	struct linkroute a[] = {
		route("10.0.0.0/8", false, 0), route("10.1.0.0/16", true, 0),
	}, c[] = { route("10.0.0.0/8", false, 9) };
	struct routebook *b = routebook_new();

	(void)state;
	routebook_put(b, "a", a, OBJ_COUNT(a), true);
	finds(b, "10.1.0.1", NULL);
	routebook_put(b, "c", c, OBJ_COUNT(c), true);
	finds(b, "10.1.0.1", "c");
	finds(b, "10.2.0.1", "a");
	finds(b, "2001:db8::1", NULL);
	routebook_free(&b);
}

static void
another_takes_over_when_one_is_gone(void **state)
{
	struct linkroute a[] = { route("10.0.0.0/8", false, 0) },
	    c[] = { route("10.0.0.0/8", false, 9) };
	struct routebook *b = routebook_new();

	(void)state;
	routebook_put(b, "a", a, 1, true);
	routebook_put(b, "c", c, 1, true);
	finds(b, "10.1.0.1", "a");
	routebook_put(b, "a", a, 1, false);
	finds(b, "10.1.0.1", "c");
	routebook_drop(b, "c");
	finds(b, "10.1.0.1", NULL);
	routebook_free(&b);
}

static void
it_tells_whether_anything_is_another(void **state)
{
	struct linkroute a[] = { route("10.0.0.0/8", false, 0) },
	    c[] = { route("10.0.0.0/8", false, 1) };
	struct routebook *b = routebook_new();

	(void)state;
	assert_false(routebook_put(b, "a", a, 1, false));
	assert_true(routebook_put(b, "a", a, 1, true));
	assert_false(routebook_put(b, "a", a, 1, true));
	assert_true(routebook_put(b, "a", c, 1, true));
	assert_true(routebook_put(b, "a", NULL, 0, true));
	assert_false(routebook_drop(b, "a"));
	assert_false(routebook_drop(b, "a"));
	routebook_free(&b);
	routebook_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_history_of_peers_gives_what_they_say_now),
		cmocka_unit_test(an_exclusion_leaves_it_to_others),
		cmocka_unit_test(another_takes_over_when_one_is_gone),
		cmocka_unit_test(it_tells_whether_anything_is_another),
	};

	return cmocka_run_group_tests_name("routebook", tests, NULL, NULL);
}
