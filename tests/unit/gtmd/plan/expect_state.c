/* tests/unit/gtmd/plan/expect_state.c - who is up, and what it is worth; see
 * expect_inside.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/expect_inside.h"

#include "core/base/obj.h"

/* ---- state ---- */

static const struct setup_place *
place_of(const struct setup *s, unsigned place)
{
	return &s->servers[place / SETUP_PLACES].places[place % SETUP_PLACES];
}

void
expect_limits(struct setup *s)
{
	for (unsigned i = 0; i < SETUP_MEMBERS; i++) {
		struct setup_place *p = &s->servers[i / SETUP_PLACES].
		    places[i % SETUP_PLACES];
		uint64_t at = p->over ? p->limit - p->limit / 10 : p->limit;

		p->over = p->limit > 0 && p->known[METRIC_CONNECTIONS] &&
		    p->value[METRIC_CONNECTIONS] > at;
	}
}

bool
expect_state_enabled(const struct setup *s, unsigned pool,
    const struct setup_member *m)
{
	const struct setup_server *server;

	if (pool == SETUP_CNAME)
		return m->enabled;
	server = &s->servers[m->place / SETUP_PLACES];
	return m->enabled && place_of(s, m->place)->enabled &&
	    server->enabled && s->sites[server->site];
}

bool
expect_state_available(const struct setup *s, unsigned pool,
    const struct setup_member *m)
{
	const struct setup_place *p;

	if (pool == SETUP_CNAME)
		return true;
	p = place_of(s, m->place);
	return !p->over && !(p->monitored && p->health == SETUP_DOWN);
}

size_t
expect_state_up(const struct setup *s, unsigned pool)
{
	const struct setup_pool *p = &s->pools[pool];
	size_t up = 0;

	for (size_t i = 0; i < p->member_count; i++)
		up += expect_state_enabled(s, pool, &p->members[i]) &&
		    expect_state_available(s, pool, &p->members[i]);
	return up;
}

bool
expect_state_too_few(const struct setup *s, unsigned pool)
{
	const struct setup_pool *p = &s->pools[pool];
	size_t up = expect_state_up(s, pool);

	if (p->min_up_mode == 1)
		return up < p->min_up;
	return p->min_up_mode == 2 && up * 100 < p->min_up * p->member_count;
}

/* ---- what is measured ---- */

static double
quality_part(const struct setup_place *p, enum metric m, uint64_t upper,
    bool low)
{
	uint64_t v = p->value[m] < upper ? p->value[m] : upper;
	double part = 10.0 * (double)v / (double)upper;

	return low ? 10 - part : part;
}

static double
quality_of(const struct setup_place *p, const unsigned *qos)
{
	static const struct { enum metric m; uint64_t upper; bool low; }
	    term[] = {
		{ METRIC_PACKETS, 700, true }, { METRIC_BITS, 120000000, true },
		{ METRIC_CAPACITY, 20, false }, { METRIC_SCORE, 100, false },
	};
	double sum = EXPECT_NEVER;

	for (size_t i = 0; i < OBJ_COUNT(term); i++)
		if (qos[i] > 0 && p->known[term[i].m])
			sum = (sum < 0 ? 0 : sum) + qos[i] * quality_part(p,
			    term[i].m, term[i].upper, term[i].low);
	return sum;
}

static double
low_is_good(bool known, uint64_t v)
{
	return known ? 1.0 / (double)(v + 1) : EXPECT_NEVER;
}

bool
expect_state_weighs_place(const struct setup_pool *pool, enum setup_lb lb)
{
	return lb == SETUP_QUALITY && pool->qos[4] > 0;
}

double
expect_state_worth(const struct setup *s, const struct setup_pool *pool,
    enum setup_lb lb, unsigned place)
{
	const struct setup_server *server = &s->servers[place / SETUP_PLACES];
	const struct setup_place *p = place_of(s, place);

	switch ((int)lb) {
	case SETUP_PACKETS:
		return low_is_good(p->known[METRIC_PACKETS],
		    p->value[METRIC_PACKETS]);
	case SETUP_CONNECTIONS:
		return low_is_good(p->known[METRIC_CONNECTIONS],
		    p->value[METRIC_CONNECTIONS]);
	case SETUP_KILOBYTES:
		return low_is_good(p->known[METRIC_BITS],
		    p->value[METRIC_BITS] / 8000);
	case SETUP_CPU:
		return low_is_good(server->cpu_known, server->cpu);
	case SETUP_CAPACITY:
		return p->known[METRIC_CAPACITY] ?
		    (double)p->value[METRIC_CAPACITY] : EXPECT_NEVER;
	case SETUP_SCORE:
		return p->known[METRIC_SCORE] ?
		    (double)p->value[METRIC_SCORE] : EXPECT_NEVER;
	}
	return quality_of(p, pool->qos);
}
