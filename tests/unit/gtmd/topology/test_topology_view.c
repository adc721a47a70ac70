/* tests/unit/gtmd/topology/test_topology_view.c - what is compiled says of any client
 * and any candidate what a walk over the sorted records says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "gtmd/topology/topology_table.h"
#include "gtmd/topology/topology_view.h"

#define RECORDS_MAX	60
#define REGIONS_MAX	6
#define MEMBERS_MAX	5
#define CANDIDATES	6

/* A configuration made at random; texts live as long as it. */
struct world {
	struct rand	 r;
	struct topology_record records[RECORDS_MAX];
	size_t		 record_count;
	struct topology_region regions[REGIONS_MAX];
	struct topoterm	 members[REGIONS_MAX][MEMBERS_MAX];
	size_t		 region_count;
	struct topology_subject subjects[CANDIDATES];
	char		*text[2 * RECORDS_MAX];
	size_t		 text_count;
	bool		 longest;
};

static const char *const region_names[REGIONS_MAX] = { "/Common/r0",
    "/Common/r1", "/Common/r2", "/Common/r3", "/Common/r4", "/Common/r5" };
static const char *const pool_names[] = { "/Common/p0", "/Common/p1",
    "/Common/p2" };
static const char *const site_names[] = { "/Common/d0", "/Common/d1" };

/* Few networks, one in another, so that records meet. */
static void
make_subnet(struct world *w, char *text, size_t cap)
{
	unsigned a = rand_below(&w->r, 3), b = rand_below(&w->r, 3);

	switch (rand_below(&w->r, 9)) {
	case 0:
		(void)snprintf(text, cap, "subnet 0.0.0.0/0");
		break;
	case 1:
		(void)snprintf(text, cap, "subnet ::/0");
		break;
	case 2:
		(void)snprintf(text, cap, "subnet 10.0.0.0/8");
		break;
	case 3:
		(void)snprintf(text, cap, "subnet 10.%u.0.0/16", a);
		break;
	case 4:
		(void)snprintf(text, cap, "subnet 10.%u.%u.0/24", a, b);
		break;
	case 5:
		(void)snprintf(text, cap, "subnet 10.%u.%u.128/25", a, b);
		break;
	case 6:
		(void)snprintf(text, cap, "subnet 10.%u.%u.7/32", a, b);
		break;
	case 7:
		(void)snprintf(text, cap, "subnet 2001:db8:%u::/48", a);
		break;
	default:
		(void)snprintf(text, cap, "subnet 2001:db8:%u:%u::/64", a, b);
	}
}

/* regions: those below this number may be named. */
static struct topoterm
make_term(struct world *w, bool server, size_t regions)
{
	char text[80], whole[96];
	struct topoterm t;
	bool named = regions > 0 && rand_below(&w->r, 4) == 0;

	make_subnet(w, text, sizeof(text));
	if (named)
		(void)snprintf(text, sizeof(text), "region %s",
		    region_names[rand_below(&w->r, (uint32_t)regions)]);
	else if (server && rand_below(&w->r, 3) == 0)
		(void)snprintf(text, sizeof(text), "pool %s",
		    pool_names[rand_below(&w->r, 3)]);
	else if (server && rand_below(&w->r, 3) == 0)
		(void)snprintf(text, sizeof(text), "datacenter %s",
		    site_names[rand_below(&w->r, 2)]);
	(void)snprintf(whole, sizeof(whole), "%s%s",
	    rand_below(&w->r, 4) == 0 ? "not " : "", text);
	assert_int_equal(topoterm_parse(&t, whole, strlen(whole), NULL), 0);
	return t;
}

static void
make_regions(struct world *w)
{
	w->region_count = rand_below(&w->r, REGIONS_MAX + 1);
	for (size_t i = 0; i < w->region_count; i++) {
		size_t n = rand_below(&w->r, MEMBERS_MAX + 1);

		for (size_t k = 0; k < n; k++)
			w->members[i][k] = make_term(w,
			    rand_below(&w->r, 2) == 0, i);
		w->regions[i] = (struct topology_region){ region_names[i],
		    w->members[i], n };
	}
}

static void
make_records(struct world *w)
{
	w->record_count = rand_below(&w->r, RECORDS_MAX + 1);
	for (size_t i = 0; i < w->record_count; i++) {
		struct topology_record *r = &w->records[i];

		r->ldns = make_term(w, false, w->region_count);
		r->server = make_term(w, true, w->region_count);
		r->order = rand_below(&w->r, 20);
		r->score = rand_below(&w->r, 6) * 10;
		r->name = w->text[w->text_count++] = mem_printf("%zu", i);
	}
	topology_sort(w->records, w->record_count, w->longest);
}

static struct addr
make_addr(struct world *w)
{
	unsigned a = rand_below(&w->r, 4), b = rand_below(&w->r, 4);
	struct addr addr;
	char text[80];

	if (rand_below(&w->r, 3) == 0)
		(void)snprintf(text, sizeof(text), "2001:db8:%u:%u::%u", a, b,
		    rand_below(&w->r, 4));
	else if (rand_below(&w->r, 8) == 0)
		(void)snprintf(text, sizeof(text), "192.0.2.%u", a);
	else
		(void)snprintf(text, sizeof(text), "10.%u.%u.%u", a, b,
		    (unsigned[]){ 7, 1, 200, 128 }[rand_below(&w->r, 4)]);
	assert_int_equal(addr_parse(text, &addr), 0);
	return addr;
}

/* All pools, or all members, as they come in one decision. */
static void
make_subjects(struct world *w)
{
	bool pools = rand_below(&w->r, 2) == 0;

	for (int i = 0; i < CANDIDATES; i++) {
		struct topology_subject *s = &w->subjects[i];

		*s = (struct topology_subject){ .is_pool = pools,
		    .pool = pool_names[rand_below(&w->r, 3)] };
		if (pools)
			continue;
		s->datacenter = site_names[rand_below(&w->r, 2)];
		if (rand_below(&w->r, 5) != 0)
			s->addr = make_addr(w);
	}
}

static void
world_init(struct world *w, uint64_t seed)
{
	*w = (struct world){ .longest = seed % 3 != 0 };
	rand_seed_from(&w->r, seed);
	make_regions(w);
	make_records(w);
	make_subjects(w);
}

static void
world_fini(struct world *w)
{
	for (size_t i = 0; i < w->record_count; i++) {
		topoterm_fini(&w->records[i].ldns);
		topoterm_fini(&w->records[i].server);
	}
	for (size_t i = 0; i < w->region_count; i++)
		for (size_t k = 0; k < w->regions[i].count; k++)
			topoterm_fini(&w->members[i][k]);
	for (size_t i = 0; i < w->text_count; i++)
		free(w->text[i]);
}

/* ---- the obvious way ---- */

static const struct topology_region *
find_region(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->region_count; i++)
		if (strcmp(w->regions[i].name, name) == 0)
			return &w->regions[i];
	return NULL;
}

/* Is there a pool in it, however deep? */
static bool
may_hold_pool(const struct world *w, const struct topoterm *t)
{
	const struct topology_region *r;
	bool may = t->kind == TOPOTERM_POOL || topoterm_is_any(t);

	if (t->kind != TOPOTERM_REGION || (r = find_region(w, t->value)) == NULL)
		return may;
	for (size_t i = 0; i < r->count; i++)
		may |= may_hold_pool(w, &r->members[i]);
	return may;
}

static bool
holds(const struct world *w, const struct topoterm *t,
    const struct topology_subject *s);

static bool
region_holds(const struct world *w, const struct topology_region *r,
    const struct topology_subject *s)
{
	bool in = false, out = false, only_out = true;

	for (size_t i = 0; r != NULL && i < r->count; i++) {
		struct topoterm plain = r->members[i];

		plain.negate = false;
		only_out &= r->members[i].negate;
		if (!holds(w, &plain, s))
			continue;
		in |= !r->members[i].negate;
		out |= r->members[i].negate;
	}
	return r != NULL && r->count > 0 && !out && (in || only_out);
}

static bool
holds(const struct world *w, const struct topoterm *t,
    const struct topology_subject *s)
{
	bool is = false;

	switch (t->kind) {
	case TOPOTERM_SUBNET:
		is = topoterm_is_any(t) ||
		    (s->addr.family != 0 && addr_in_prefix(&s->addr, &t->prefix));
		break;
	case TOPOTERM_POOL:
		is = s->pool != NULL && strcmp(s->pool, t->value) == 0;
		break;
	case TOPOTERM_DATACENTER:
		is = s->datacenter != NULL &&
		    strcmp(s->datacenter, t->value) == 0;
		break;
	case TOPOTERM_REGION:
		is = region_holds(w, find_region(w, t->value), s);
		break;
	case TOPOTERM_ISP: case TOPOTERM_GEOIP_ISP: case TOPOTERM_STATE:
	case TOPOTERM_COUNTRY: case TOPOTERM_CONTINENT: case TOPOTERM_KINDS:
		fail_msg("no term of this test is of that kind");
	}
	return is != t->negate;
}

/* The first record that matches. */
static uint32_t
walk(const struct world *w, const struct addr *client,
    const struct topology_subject *s)
{
	const struct topology_subject who = { .addr = *client };

	for (size_t i = 0; i < w->record_count; i++) {
		const struct topology_record *r = &w->records[i];

		if (s->is_pool && !may_hold_pool(w, &r->server))
			continue;
		if (holds(w, &r->ldns, &who) && holds(w, &r->server, s))
			return r->score;
	}
	return 0;
}

/* ---- side by side ---- */

static struct topology_view *
compile(struct world *w)
{
	const struct topology_input in = { .records = w->records,
	    .record_count = w->record_count, .regions = w->regions,
	    .region_count = w->region_count };
	struct topology_table *t = topology_table_new(&in);
	uint32_t servers[CANDIDATES];
	struct topology_view *v;

	for (int i = 0; i < CANDIDATES; i++)
		servers[i] = topology_table_server(t, &w->subjects[i]);
	v = topology_view_new(t, servers, CANDIDATES);
	topology_table_drop(&t);
	return v;
}

static void
compare(struct world *w, const struct topology_view *v,
    const struct addr *client, uint64_t seed)
{
	struct prefixmap_found f = topology_table_find(v->table, client);
	uint32_t ranking = v->ranking_of[f.number], score[CANDIDATES];

	for (uint32_t i = 0; i < CANDIDATES; i++) {
		uint32_t told;

		score[i] = walk(w, client, &w->subjects[i]);
		(void)topology_view_why(v, client, i, &told);
		if (told != score[i])
			fail_msg("seed %llu, candidate %u: score %u, want %u",
			    (unsigned long long)seed, i, told, score[i]);
	}
	for (uint32_t i = 0; i < CANDIDATES; i++)
		for (uint32_t k = 0; k < CANDIDATES; k++) {
			uint32_t a = topology_view_rank(v, ranking, i);
			uint32_t b = topology_view_rank(v, ranking, k);

			if ((a < b) != (score[i] < score[k]) ||
			    (a == 0) != (score[i] == 0))
				fail_msg("seed %llu: ranks %u %u of scores "
				    "%u %u", (unsigned long long)seed, a, b,
				    score[i], score[k]);
		}
}

/* Every address that has the first bits of this one is of its class. */
static void
check_scope(struct world *w, const struct topology_view *v,
    const struct addr *client)
{
	struct prefixmap_found f = topology_table_find(v->table, client);
	unsigned bits = (unsigned)addr_len(client) * 8;

	for (int i = 0; i < 20 && f.bits < bits; i++) {
		struct addr other = *client;
		struct prefixmap_found g;

		for (unsigned b = f.bits; b < bits; b++)
			if (rand_below(&w->r, 2) == 0)
				other.octets[b / 8] ^=
				    (uint8_t)(0x80u >> b % 8);
		g = topology_table_find(v->table, &other);
		assert_int_equal(g.number, f.number);
		assert_int_equal(g.bits, f.bits);
	}
}

static void
the_compiled_form_is_the_walk_over_the_sorted_records(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 400; seed++) {
		struct topology_view *v;
		struct world w;

		world_init(&w, seed);
		v = compile(&w);
		for (int i = 0; i < 60; i++) {
			struct addr client = make_addr(&w);

			compare(&w, v, &client, seed);
			check_scope(&w, v, &client);
		}
		topology_view_drop(&v);
		world_fini(&w);
	}
}

/* The widest network that can be said: one bit less and somebody else is in
 * it, whoever that is. */
static void
the_bits_that_decided_are_as_few_as_can_be(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct topology_view *v;
		struct world w;

		world_init(&w, seed);
		v = compile(&w);
		for (int i = 0; i < 20; i++) {
			struct addr a = make_addr(&w), b;
			struct prefixmap_found f, g;

			f = topology_table_find(v->table, &a);
			if (f.bits == 0)
				continue;
			b = a;
			b.octets[(f.bits - 1) / 8] ^=
			    (uint8_t)(0x80u >> (f.bits - 1) % 8);
			g = topology_table_find(v->table, &b);
			/* Beside it lies another class, or more than one. */
			assert_true(g.number != f.number || g.bits > f.bits);
		}
		topology_view_drop(&v);
		world_fini(&w);
	}
}

static void
candidates_that_no_record_tells_apart_are_of_one_kind(void **state)
{
	const struct topology_subject s[] = {
		{ .datacenter = "/Common/d0", .pool = "/Common/p0" },
		{ .datacenter = "/Common/d0", .pool = "/Common/p1" },
		{ .datacenter = "/Common/d1", .pool = "/Common/p0" },
	};
	struct topology_record r = { .score = 5, .name = "r" };
	struct topology_input in = { .records = &r, .record_count = 1 };
	struct topology_table *t;
	uint32_t n[3];

	(void)state;
	assert_int_equal(topoterm_parse(&r.ldns, "subnet 10.0.0.0/8", 17,
	    NULL), 0);
	assert_int_equal(topoterm_parse(&r.server, "datacenter /Common/d0", 21,
	    NULL), 0);
	t = topology_table_new(&in);
	for (int i = 0; i < 3; i++)
		n[i] = topology_table_server(t, &s[i]);
	assert_int_equal(n[0], n[1]);
	assert_int_not_equal(n[0], n[2]);
	topology_table_drop(&t);
	topoterm_fini(&r.ldns);
	topoterm_fini(&r.server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_compiled_form_is_the_walk_over_the_sorted_records),
		cmocka_unit_test(the_bits_that_decided_are_as_few_as_can_be),
		cmocka_unit_test(
		    candidates_that_no_record_tells_apart_are_of_one_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
