/* tests/unit/wom/link/test_routeset.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "wom/link/linkhello.h"
#include "wom/link/linkopen.h"
#include "wom/link/routeset.h"

static struct linkroute
route(const char *dest, bool exclude, uint16_t metric)
{
	struct linkroute r = { .exclude = exclude, .metric = metric };

	assert_int_equal(addr_parse_prefix(dest, &r.dest), 0);
	return r;
}

static struct addr
host(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

/* Few bits, so that networks nest and meet; both families. */
static struct linkroute
random_route(struct rand *rnd)
{
	static const uint8_t lens[] = { 0, 4, 5, 6, 7, 8, 128 };
	struct linkroute r = { 0 };
	bool six = rand_below(rnd, 4) == 0;
	unsigned len = lens[rand_below(rnd, 7)];

	if (!six && len == 128)
		len = 32;
	r.dest.addr.family = six ? AF_INET6 : AF_INET;
	r.dest.len = (uint8_t)len;
	if (len > 0)
		r.dest.addr.octets[0] = (uint8_t)(rand_below(rnd, 256) &
		    (len >= 8 ? 0xffu : 0xff00u >> len));
	r.exclude = rand_below(rnd, 3) == 0;
	r.metric = (uint16_t)rand_below(rnd, 3);
	return r;
}

/* All there is to know, slowly. */
static const struct linkroute *
oracle(const struct linkroute *v, size_t count, const struct addr *a)
{
	const struct linkroute *best = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct linkroute *r = &v[i];

		if (!addr_in_prefix(a, &r->dest))
			continue;
		if (best == NULL || r->dest.len > best->dest.len ||
		    (r->dest.len == best->dest.len && !best->exclude &&
		    (r->exclude || r->metric < best->metric)))
			best = r;
	}
	return best != NULL && !best->exclude ? best : NULL;
}

static void
the_longest_decides_for_any_routes(void **state)
{
	struct rand rnd;

	(void)state;
	rand_seed_from(&rnd, 7);
	for (unsigned round = 0; round < 400; round++) {
		struct linkroute v[24];
		size_t count = rand_below(&rnd, OBJ_COUNT(v) + 1);
		struct routeset *s;

		for (size_t i = 0; i < count; i++)
			v[i] = random_route(&rnd);
		s = routeset_new(v, count);
		for (unsigned i = 0; i < 512; i++) {
			struct addr a = { .family = i < 256 ? AF_INET :
			    AF_INET6, .octets = { (uint8_t)i } };
			const struct linkroute *want = oracle(v, count, &a),
			    *got = routeset_find(s, &a);

			assert_true((want == NULL) == (got == NULL));
			if (got != NULL) {
				assert_int_equal(got->dest.len, want->dest.len);
				assert_int_equal(got->metric, want->metric);
			}
		}
		routeset_free(&s);
	}
}

/* ---- ranges ---- */

struct seen {
	bool	    in[256];	/* by the first octet, of x.0.0.0 */
	struct addr last;
	size_t	    count;
};

static void
see(void *arg, const struct addr *first, const struct addr *last)
{
	struct seen *s = arg;

	assert_true(addr_compare(first, last) <= 0);
	if (s->count++ > 0)
		assert_true(addr_compare(&s->last, first) < 0);
	s->last = *last;
	for (unsigned i = 0; i < 256; i++) {
		struct addr a = { .family = first->family,
		    .octets = { (uint8_t)i } };

		if (addr_compare(first, &a) <= 0 && addr_compare(&a, last) <= 0)
			s->in[i] = true;
	}
}

static void
ranges_are_what_is_found(void **state)
{
	struct rand rnd;

	(void)state;
	rand_seed_from(&rnd, 11);
	for (unsigned round = 0; round < 400; round++) {
		uint8_t family = round % 2 ? AF_INET : AF_INET6;
		struct linkroute v[24];
		size_t count = 1 + rand_below(&rnd, OBJ_COUNT(v));
		struct seen seen = { 0 };
		struct routeset *s;

		for (size_t i = 0; i < count; i++)
			v[i] = random_route(&rnd);
		s = routeset_new(v, count);
		routeset_each_range(s, family, see, &seen);
		for (unsigned i = 0; i < 256; i++) {
			struct addr a = { .family = family,
			    .octets = { (uint8_t)i } };

			assert_int_equal(seen.in[i],
			    routeset_find(s, &a) != NULL);
		}
		routeset_free(&s);
	}
}

static void
ranges_end_where_addresses_end(void **state)
{
	struct linkroute v[] = {
		route("0.0.0.0/0", false, 0), route("10.0.0.0/8", true, 0),
		route("10.1.2.3/32", false, 0),
	};
	struct routeset *s = routeset_new(v, OBJ_COUNT(v));
	struct seen seen = { 0 };
	struct addr end = host("255.255.255.255");

	(void)state;
	routeset_each_range(s, AF_INET, see, &seen);
	assert_int_equal(seen.count, 3);
	assert_true(addr_equal(&seen.last, &end));
	assert_true(seen.in[0] && seen.in[9] && !seen.in[10] && seen.in[11]);
	routeset_free(&s);
}

/* ---- what a peer may ask ---- */

static void
only_what_both_advertise_is_admitted(void **state)
{
	static const struct {
		const char *dest, *source, *why;
	} row[] = {
		{ "10.1.0.9:8000", NULL, NULL },
		{ "10.1.0.9:8000", "10.2.0.4:1", NULL },
		{ "[2001:db8:1::9]:902", "[2001:db8:2::9]:1", NULL },
		{ "10.1.9.9:8000", NULL, "on no network that the peer is told" },
		{ "10.3.0.1:8000", NULL, "on no network that the peer is told" },
		{ "10.1.0.9:0", NULL, "no place to connect to" },
		{ "127.0.0.1:22", NULL, NULL },
		{ "[::1]:22", NULL, "on no network that the peer is told" },
		{ "169.254.1.1:80", NULL, "no place to connect to" },
		{ "10.1.0.9:8000", "10.3.0.4:1", "the peer advertises" },
		{ "10.1.0.9:8000", "127.0.0.1:1", "the peer advertises" },
		{ "10.1.0.9:8000", "[2001:db8:2::9]:1", "cannot be" },
	};
	struct linkroute ours[] = {
		route("10.1.0.0/16", false, 0), route("10.1.9.0/24", true, 0),
		route("2001:db8:1::/48", false, 0), route("127.0.0.0/8", false, 0),
		route("::/0", false, 0), route("2001:db8:9::/48", true, 0),
	}, theirs[] = {
		route("10.2.0.0/16", false, 0), route("2001:db8:2::/48", false, 0),
		route("127.0.0.0/8", false, 0),
	};
	struct routeset *a = routeset_new(ours, OBJ_COUNT(ours)),
	    *b = routeset_new(theirs, OBJ_COUNT(theirs));

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		struct linkopen o = { 0 };
		struct err e = { 0 };
		int rc;

		assert_int_equal(addr_parse_port(row[i].dest, &o.dest), 0);
		if (row[i].source != NULL)
			assert_int_equal(addr_parse_port(row[i].source,
			    &o.source), 0);
		rc = routeset_admit(a, b, &o, &e);
		assert_int_equal(rc, row[i].why != NULL ? ERR_DENIED : 0);
		if (row[i].why != NULL && strstr(e.text, row[i].why) == NULL)
			fail_msg("row %zu: %s", i, e.text);
	}
	routeset_free(&a);
	routeset_free(&b);
}

static void
what_is_no_host_is_none(void **state)
{
	static const char *const none[] = {
		"0.0.0.0", "0.1.2.3", "127.0.0.1", "169.254.1.1", "224.0.0.1",
		"240.0.0.1", "255.255.255.255", "::", "::1", "::10.0.0.1",
		"::ffff:10.0.0.1", "fe80::1", "ff02::1",
	}, *const some[] = { "1.0.0.1", "10.0.0.1", "223.9.9.9", "2001:db8::1",
		"fd00::1", "64:ff9b::1" };
	struct addr a = { 0 };

	(void)state;
	assert_false(routeset_is_host(&a));
	for (size_t i = 0; i < OBJ_COUNT(none); i++) {
		a = host(none[i]);
		if (routeset_is_host(&a))
			fail_msg("%s", none[i]);
	}
	for (size_t i = 0; i < OBJ_COUNT(some); i++) {
		a = host(some[i]);
		if (!routeset_is_host(&a))
			fail_msg("%s", some[i]);
	}
}

static void
without_routes_there_is_no_way(void **state)
{
	struct addr a = host("10.0.0.1");
	struct routeset *s = routeset_new(NULL, 0);

	(void)state;
	assert_null(routeset_find(s, &a));
	assert_null(routeset_find(NULL, &a));
	routeset_free(&s);
	routeset_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_decides_for_any_routes),
		cmocka_unit_test(ranges_are_what_is_found),
		cmocka_unit_test(ranges_end_where_addresses_end),
		cmocka_unit_test(only_what_both_advertise_is_admitted),
		cmocka_unit_test(what_is_no_host_is_none),
		cmocka_unit_test(without_routes_there_is_no_way),
	};

	return cmocka_run_group_tests_name("routeset", tests, NULL, NULL);
}
