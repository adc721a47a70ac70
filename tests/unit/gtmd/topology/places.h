/* tests/unit/gtmd/topology/places.h - topology configurations made at random, and the
 * obvious way to tell what they say: a walk over the sorted records.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_TOPOLOGY_PLACES_H
#define TESTS_UNIT_GTMD_TOPOLOGY_PLACES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/rand.h"
#include "gtmd/topology/topology_table.h"

#define RECORDS_MAX	60
#define REGIONS_MAX	6
#define MEMBERS_MAX	5
#define CANDIDATES	6

/* A configuration made at random; texts live as long as it. */
struct world {
	struct rand	 r;
	struct topology_record records[RECORDS_MAX];
	size_t		 record_count;
	size_t		 made;		/* records so far: their names */
	struct topology_region regions[REGIONS_MAX];
	struct topoterm	 members[REGIONS_MAX][MEMBERS_MAX];
	size_t		 region_count;
	struct topology_subject subjects[CANDIDATES];
	bool		 longest;
	bool		 scored;	/* what views are made of it */
};

static const char *const region_names[REGIONS_MAX] = { "/Common/r0",
    "/Common/r1", "/Common/r2", "/Common/r3", "/Common/r4", "/Common/r5" };
static const char *const pool_names[] = { "/Common/p0", "/Common/p1",
    "/Common/p2" };
static const char *const site_names[] = { "/Common/d0", "/Common/d1" };

/* Few networks, one in another, so that records meet. */
static inline void
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
static inline struct topoterm
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

static inline void
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

/* Owned; the name is its number. */
static inline struct topology_record
make_record(struct world *w)
{
	struct topology_record r = {
		.ldns = make_term(w, false, w->region_count),
		.server = make_term(w, true, w->region_count),
		.order = rand_below(&w->r, 20),
		.score = rand_below(&w->r, 6) * 10,
		.name = mem_printf("%zu", w->made++),
	};

	r.key = topology_sort_key(&r, w->longest);
	return r;
}

static inline void
record_fini(struct topology_record *r)
{
	topoterm_fini(&r->ldns);
	topoterm_fini(&r->server);
	free((char *)(uintptr_t)r->name);
}

static inline void
make_records(struct world *w)
{
	w->record_count = rand_below(&w->r, RECORDS_MAX + 1);
	for (size_t i = 0; i < w->record_count; i++)
		w->records[i] = make_record(w);
	topology_sort(w->records, w->record_count, w->longest);
}

static inline struct addr
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
static inline void
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

static inline void
world_init(struct world *w, uint64_t seed)
{
	*w = (struct world){ .longest = seed % 3 != 0,
	    .scored = seed % 2 == 0 };
	rand_seed_from(&w->r, seed);
	make_regions(w);
	make_records(w);
	make_subjects(w);
}

static inline void
world_fini(struct world *w)
{
	for (size_t i = 0; i < w->record_count; i++)
		record_fini(&w->records[i]);
	for (size_t i = 0; i < w->region_count; i++)
		for (size_t k = 0; k < w->regions[i].count; k++)
			topoterm_fini(&w->members[i][k]);
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
static inline bool
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

static inline bool
holds(const struct world *w, const struct topoterm *t,
    const struct topology_subject *s);

static inline bool
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

static inline bool
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

/* The first record that matches, or TOPOLOGY_NO_RECORD; met: those that do,
 * each marked, or NULL. */
static inline uint32_t
walk(const struct world *w, const struct addr *client,
    const struct topology_subject *s, bool *met)
{
	const struct topology_subject who = { .addr = *client };
	uint32_t first = TOPOLOGY_NO_RECORD;

	for (uint32_t i = 0; i < w->record_count; i++) {
		const struct topology_record *r = &w->records[i];

		if ((s->is_pool && !may_hold_pool(w, &r->server)) ||
		    !holds(w, &r->ldns, &who) || !holds(w, &r->server, s))
			continue;
		if (met != NULL)
			met[i] = true;
		if (first == TOPOLOGY_NO_RECORD)
			first = i;
	}
	return first;
}

static inline struct topology_table *
make_table(const struct world *w)
{
	const struct topology_input in = { .records = w->records,
	    .record_count = w->record_count, .regions = w->regions,
	    .region_count = w->region_count };

	return topology_table_new(&in);
}

#endif
