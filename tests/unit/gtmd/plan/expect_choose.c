/* tests/unit/gtmd/plan/expect_choose.c - who may be chosen, and who comes behind; see
 * expect_inside.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/expect_inside.h"

#include <assert.h>
#include <math.h>

#include "gtmd/topology/clientnet.h"

static bool
is_measured(enum setup_lb lb)
{
	return lb >= SETUP_PACKETS && lb != SETUP_NONE;
}

/* ---- who may be chosen ---- */

uint32_t
expect_choose_lowest(const uint32_t *group, const size_t *active, size_t count,
    size_t need)
{
	for (uint32_t g = 3; need > 0 && g-- > 0;) {
		size_t sum = 0;

		for (size_t i = 0; i < count; i++)
			sum += group[i] >= g ? active[i] : 0;
		if (sum >= need)
			return g;
	}
	return 0;
}

static uint32_t
lowest_member_group(const struct setup *s, unsigned pool)
{
	const struct setup_pool *p = &s->pools[pool];
	uint32_t group[SETUP_MEMBERS];
	size_t active[SETUP_MEMBERS];

	for (size_t i = 0; i < p->member_count; i++) {
		group[i] = p->members[i].group;
		active[i] = expect_state_enabled(s, pool, &p->members[i]) &&
		    expect_state_available(s, pool, &p->members[i]);
	}
	return expect_choose_lowest(group, active, p->member_count, p->min_active);
}

enum way
expect_choose_way(const struct setup_pool *p, enum setup_lb lb)
{
	switch ((int)lb) {
	case SETUP_ROUND_ROBIN:
		return BY_TURN;
	case SETUP_RATIO:
		return p->cohort ? BY_POINT : BY_SHARE;
	case SETUP_GLOBAL:
		return BY_ORDER;
	case SETUP_STATIC:
		return BY_NAME;
	case SETUP_TOPOLOGY:
		return BY_PLACE;
	}
	if (p->dynamic)
		return BY_SHARE;
	return expect_state_weighs_place(p, lb) ? BY_QUALITY : BY_WORTH;
}

static struct candidate
member_candidate(const struct asked *a, unsigned pool, enum setup_lb lb,
    const struct setup_member *m)
{
	const struct setup *s = a->s;
	struct subject who = { .pool = pool, .site = -1 };
	struct candidate c = { .number = m->place, .weight = m->ratio };
	char text[32];

	c.key = clientnet_key(setup_member_key(pool, m->place, text));
	if (pool != SETUP_CNAME) {
		who.site = (int)s->servers[m->place / SETUP_PLACES].site;
		assert(addr_parse(setup_member_data(s, pool, m->place, text),
		    &who.addr) == 0);
	}
	c.score = expect_topology_score(s, &a->client, &who);
	if (is_measured(lb))
		c.weight = c.worth = expect_state_worth(s, &s->pools[pool], lb, m->place);
	if (expect_state_weighs_place(&s->pools[pool], lb))
		c.weight = c.worth = (c.worth == EXPECT_NEVER ? 0 : c.worth) +
		    s->pools[pool].qos[4] *
		    (10.0 * (c.score < 100 ? c.score : 100) / 100);
	return c;
}

size_t
expect_choose_in_order(const struct setup_pool *p,
    const struct setup_member **to)
{
	size_t n = 0;

	for (unsigned order = 0; order < 6; order++)
		for (size_t i = 0; i < p->member_count; i++)
			if (p->members[i].order == order)
				to[n++] = &p->members[i];
	return n;
}

/* Those that are measured stand best first. */
static void
add_candidate(struct choice *to, const struct candidate *c, bool by_worth)
{
	size_t at = to->count++;

	for (; by_worth && at > 0 && to->c[at - 1].worth < c->worth; at--)
		to->c[at] = to->c[at - 1];
	to->c[at] = *c;
}

void
expect_choose_members(const struct asked *a, unsigned pool, enum setup_lb lb,
    bool down_too, struct choice *to)
{
	const struct setup *s = a->s;
	const struct setup_member *m[SETUP_MEMBERS];
	size_t n = expect_choose_in_order(&s->pools[pool], m);

	*to = (struct choice){ .way = expect_choose_way(&s->pools[pool], lb),
	    .zero = s->allow_zero,
	    .placed = lb == SETUP_TOPOLOGY ||
	    expect_state_weighs_place(&s->pools[pool], lb) };
	for (size_t i = 0; i < n; i++) {
		struct candidate c = member_candidate(a, pool, lb, m[i]);

		if (!expect_state_enabled(s, pool, m[i]) ||
		    m[i]->group < lowest_member_group(s, pool))
			continue;
		if (!expect_state_available(s, pool, m[i]) &&
		    (!down_too || is_measured(lb)))
			continue;
		to->silent += lb == SETUP_QUALITY;
		if ((to->way == BY_SHARE || to->way == BY_POINT) &&
		    c.weight <= 0)
			continue;
		if (to->way == BY_WORTH && c.worth == EXPECT_NEVER)
			continue;
		add_candidate(to, &c, is_measured(lb));
	}
}

/* ---- choosing ---- */

static uint64_t
point_of(const struct expect_query *q, unsigned bits)
{
	struct clientnet n = clientnet_of(
	    (const struct sockaddr *)&q->resolver,
	    (struct clientnet_len){ (uint8_t)bits, 128 });

	return clientnet_point(&n);
}

/* Each cell of 4,096 has its own order of all names. */
static size_t
first_by_name(const struct choice *c, uint64_t point)
{
	uint64_t factor = clientnet_mix(point >> 52, 1) | 1, most = 0;
	size_t best = 0;

	for (size_t i = 0; i < c->count; i++)
		if (clientnet_fold(factor, c->c[i].key) > most) {
			most = clientnet_fold(factor, c->c[i].key);
			best = i;
		}
	return best;
}

/* Of arrivals at the rates of the ratios, the first one. */
static size_t
first_to_arrive(const struct choice *c, uint64_t point)
{
	double least = INFINITY;
	size_t best = 0;

	for (size_t i = 0; i < c->count; i++) {
		double u = ((double)(clientnet_fold(point | 1, c->c[i].key) >>
		    11) + 0.5) / 9007199254740992.0;

		if (-log(u) / c->c[i].weight < least) {
			least = -log(u) / c->c[i].weight;
			best = i;
		}
	}
	return best;
}

static double
height(const struct choice *c, size_t i)
{
	return c->way == BY_PLACE ? c->c[i].score : c->c[i].worth;
}

/* The places of the best ones; none when topology passes. */
static size_t
find_best(const struct choice *c, size_t *to)
{
	double most = 0;
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++)
		most = height(c, i) > most ? height(c, i) : most;
	if (c->way == BY_PLACE && most <= 0 && !c->zero)
		return 0;
	for (size_t i = 0; i < c->count; i++)
		if (height(c, i) == most)
			to[n++] = i;
	return n;
}

size_t
expect_choose_first(const struct asked *a, const struct choice *c,
    uint64_t turn, size_t *to)
{
	uint64_t point = point_of(a->q, a->s->static_bits);
	size_t n;

	switch (c->way) {
	case BY_TURN:
		to[0] = (size_t)(turn % c->count);
		return 1;
	case BY_ORDER:
		to[0] = 0;
		return 1;
	case BY_NAME:
		to[0] = first_by_name(c, point);
		return 1;
	case BY_POINT:
		to[0] = first_to_arrive(c, point);
		return 1;
	case BY_PLACE:
	case BY_QUALITY:
		return find_best(c, to);
	case BY_WORTH:
		n = find_best(c, to);
		to[0] = to[turn % n];
		return 1;
	case BY_SHARE:
		break;
	}
	for (size_t i = 0; i < c->count; i++)
		to[i] = i;
	return c->count;
}

size_t
expect_choose_order(const struct choice *c, size_t first, size_t *to)
{
	size_t best[SETUP_MEMBERS], ties, at = 0, n = 0;

	if (c->way != BY_PLACE && c->way != BY_WORTH && c->way != BY_QUALITY) {
		for (size_t i = 0; i < c->count; i++)
			to[n++] = (first + i) % c->count;
		return n;
	}
	ties = find_best(c, best);
	while (best[at] != first)
		at++;
	for (size_t i = 0; i < ties; i++)
		to[n++] = best[(at + i) % ties];
	while (n < c->count) {
		size_t next = c->count;

		for (size_t i = 0; i < c->count; i++) {
			bool had = false;

			for (size_t k = 0; k < n; k++)
				had = had || to[k] == i;
			if (!had && (next == c->count ||
			    height(c, i) > height(c, next)))
				next = i;
		}
		if (c->way == BY_PLACE && !c->zero && c->c[next].score == 0)
			break;
		to[n++] = next;
	}
	return n;
}
