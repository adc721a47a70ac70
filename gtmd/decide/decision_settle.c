/* gtmd/decide/decision_settle.c - the rules of selection. See the header.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/decision_settle.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/choose.h"

/* What one priority group adds to the number of active members. */
struct group {
	uint32_t	 priority;
	size_t		 active;
};

static int
by_priority_falling(const void *a, const void *b)
{
	uint32_t x = ((const struct group *)a)->priority;
	uint32_t y = ((const struct group *)b)->priority;

	return (x < y) - (x > y);
}

/*
 * Priority pool activation: the lowest priority that is let in, so that at
 * least need members are active, or all there are. Sorts the groups.
 */
static uint32_t
lowest_priority(struct group *g, size_t count, uint32_t need)
{
	size_t active = 0;

	if (need == 0)
		return 0;
	qsort(g, count, sizeof(*g), by_priority_falling);
	for (size_t i = 0; i < count; i++) {
		bool last_of_group = i + 1 == count ||
		    g[i + 1].priority != g[i].priority;

		active += g[i].active;
		if (last_of_group && active >= need)
			return g[i].priority;
	}
	return 0;
}

static size_t
available_members(const struct decision_spec_pool *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->member_count; i++)
		n += p->members[i].enabled && p->members[i].available;
	return n;
}

static uint32_t
lowest_member_priority(const struct decision_spec_pool *p)
{
	struct group *g;
	size_t count = 0;
	uint32_t lowest;

	if (p->min_active_members == 0)
		return 0;
	g = mem_zalloc(p->member_count + 1, sizeof(*g));
	for (size_t i = 0; i < p->member_count; i++) {
		const struct decision_spec_member *m = &p->members[i];

		if (m->enabled)
			g[count++] = (struct group){ m->priority_group,
			    m->available };
	}
	lowest = lowest_priority(g, count, p->min_active_members);
	free(g);
	return lowest;
}

static struct choose_item
item_of(const struct settle_stage *st, size_t member)
{
	const struct decision_spec_member *m = &st->pool->members[member];

	return (struct choose_item){ .ratio = m->ratio,
	    .key = m->key, .score = m->score[st->member_how],
	    .datacenter = m->datacenter, .qos = st->pool->qos };
}

/* A candidate and its score. */
struct ranked {
	uint64_t	 score;
	uint32_t	 member;
};

static int
by_score_falling(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return (x->member > y->member) - (x->member < y->member);
}

/* Best first; who is equal stays in order. */
static void
rank_candidates(struct settle_stage *st)
{
	struct ranked *r = mem_zalloc(st->count + 1, sizeof(*r));

	for (size_t i = 0; i < st->count; i++)
		r[i] = (struct ranked){ item_of(st, st->candidates[i]).score,
		    st->candidates[i] };
	qsort(r, st->count, sizeof(*r), by_score_falling);
	for (size_t i = 0; i < st->count; i++)
		st->candidates[i] = r[i].member;
	free(r);
}

/* The members that this stage's method chooses among. */
static void
find_candidates(struct settle_stage *st, bool ignore_availability)
{
	const struct decision_spec_pool *p = st->pool;
	uint32_t lowest = lowest_member_priority(p);
	uint32_t most = st->method->most != 0 ? st->method->most :
	    CHOOSE_CANDIDATES_MAX;

	st->candidates = mem_zalloc(p->member_count + 1, sizeof(uint32_t));
	for (size_t i = 0; i < p->member_count; i++) {
		const struct decision_spec_member *m = &p->members[i];
		struct choose_item item = item_of(st, i);

		if (!m->enabled || m->priority_group < lowest)
			continue;
		if (!m->available && !ignore_availability)
			continue;
		if (st->method->admits != NULL && !st->method->admits(&item))
			continue;
		if (st->count < most)
			st->candidates[st->count++] = (uint32_t)i;
	}
	if (st->method->score != NULL)
		rank_candidates(st);
}

static bool
has_fallback_ip(const struct decision_spec_pool *p)
{
	return (p->type == WIDE_A && p->fallback_ip.family == AF_INET) ||
	    (p->type == WIDE_AAAA && p->fallback_ip.family == AF_INET6);
}

/* Adds the stage if it can yield something. */
static void
chain_try(struct settle_chain *c, struct settle_stage st,
    bool ignore_availability)
{
	bool yields = true;

	switch (st.method->kind) {
	case CHOOSE_PICK:
		find_candidates(&st, ignore_availability &&
		    st.method->is_static);
		yields = st.count > 0;
		break;
	case CHOOSE_FALLBACK_IP:
		yields = has_fallback_ip(st.pool);
		break;
	case CHOOSE_SKIP:
		yields = false;
		break;
	case CHOOSE_RETURN_TO_DNS:
	case CHOOSE_DROP:
		break;
	}
	if (!yields) {
		free(st.candidates);
		return;
	}
	c->stages = mem_grow(c->stages, &c->room, c->count + 1, sizeof(st));
	c->stages[c->count++] = st;
}

bool
decision_settle_is_certain(const struct settle_chain *c)
{
	const struct choose_method *m;

	if (c->count == 0)
		return false;
	m = c->stages[c->count - 1].method;
	return m->kind != CHOOSE_PICK || !m->may_pass;
}

/* The members of this pool that a client may go back to. Ratios and priority
 * groups are for who comes anew. */
static void
chain_add_kept(struct settle_chain *c, const struct decision_spec_pool *p)
{
	struct settle_stage st = { .pool = p, .method = &choose_persistence,
	    .how = DECISION_PERSISTED, .member_how = DECISION_PREFERRED };

	st.candidates = mem_zalloc(p->member_count + 1, sizeof(uint32_t));
	for (size_t i = 0; i < p->member_count; i++) {
		const struct decision_spec_member *m = &p->members[i];

		if (m->enabled && (m->available || !p->verify) &&
		    st.count < CHOOSE_CANDIDATES_MAX)
			st.candidates[st.count++] = (uint32_t)i;
	}
	if (st.count == 0) {
		free(st.candidates);
		return;
	}
	c->stages = mem_grow(c->stages, &c->room, c->count + 1, sizeof(st));
	c->stages[c->count++] = st;
}

/* A disabled pool is drained: it keeps the clients it has. */
static void
find_kept(struct settle *s, const struct decision_spec *spec)
{
	for (size_t i = 0; i < spec->pool_count; i++) {
		const struct decision_spec_pool *p = &spec->pools[i];

		if (!p->below_min_up && (p->enabled || spec->drain))
			chain_add_kept(&s->kept, p);
	}
}

/* Preferred, then alternate, of one pool that may be down or disabled. */
static void
chain_add_pool(struct settle_chain *c, const struct decision_spec_pool *p,
    bool last_resort)
{
	const struct choose_method *const method[] = { p->preferred,
	    p->alternate };
	static const enum decision_how how[] = { DECISION_PREFERRED,
	    DECISION_ALTERNATE };

	if (!p->enabled || p->below_min_up || p->over_limit)
		return;
	for (size_t i = 0; i < 2 && !decision_settle_is_certain(c); i++)
		chain_try(c, (struct settle_stage){
		    .pool = p, .method = method[i], .member_how = how[i],
		    .how = last_resort ? DECISION_LAST_RESORT : how[i],
		}, !p->verify);
}

/* The fallback of the first enabled pool: static methods do not ask whether
 * members are up, unless respect-fallback-dependency says so. */
static void
chain_add_fallback(struct settle_chain *c, const struct decision_spec *spec)
{
	const struct decision_spec_pool *first = NULL;
	bool respect = spec->respect_fallback_dependency;

	for (size_t i = 0; i < spec->pool_count && first == NULL; i++)
		if (spec->pools[i].enabled)
			first = &spec->pools[i];
	if (first == NULL || (respect &&
	    (first->below_min_up || first->over_limit)))
		return;
	chain_try(c, (struct settle_stage){
	    .pool = first, .method = first->fallback,
	    .how = DECISION_FALLBACK, .member_how = DECISION_FALLBACK,
	}, !respect);
}

static void
chain_fini(struct settle_chain *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->stages[i].candidates);
	free(c->stages);
	*c = (struct settle_chain){ 0 };
}

/* All pools that can yield something and that the mode may choose. */
static void
find_pools(struct settle *s, const struct decision_spec *spec)
{
	s->pools = mem_zalloc(spec->pool_count + 1, sizeof(*s->pools));
	for (size_t i = 0; i < spec->pool_count; i++) {
		struct settle_pool *to = &s->pools[s->pool_count];
		struct choose_item item = { .ratio = spec->pools[i].ratio };

		if (spec->mode->admits != NULL && !spec->mode->admits(&item))
			continue;
		if (s->pool_count == CHOOSE_CANDIDATES_MAX)
			break;
		to->index = i;
		chain_add_pool(&to->chain, &spec->pools[i], false);
		if (to->chain.count > 0)
			s->pool_count++;
	}
}

/* Takes the pools out that priority pool activation leaves idle. A pool that
 * cannot be chosen is not in s any more and counts for nothing. */
static void
leave_idle(struct settle *s, const struct decision_spec *spec)
{
	struct group *g;
	size_t kept = 0;
	uint32_t lowest;

	if (spec->min_active_members == 0)
		return;
	g = mem_zalloc(s->pool_count + 1, sizeof(*g));
	for (size_t i = 0; i < s->pool_count; i++) {
		const struct decision_spec_pool *p =
		    &spec->pools[s->pools[i].index];

		g[i] = (struct group){ p->priority_group,
		    available_members(p) };
	}
	lowest = lowest_priority(g, s->pool_count, spec->min_active_members);
	free(g);
	for (size_t i = 0; i < s->pool_count; i++) {
		struct settle_pool *p = &s->pools[i];

		if (spec->pools[p->index].priority_group >= lowest)
			s->pools[kept++] = *p;
		else
			chain_fini(&p->chain);
	}
	s->pool_count = kept;
}

/* Is some pool certain to answer, whichever is chosen first? */
static bool
pools_are_certain(const struct settle *s, const struct decision_spec *spec)
{
	bool certain = false;

	for (size_t i = 0; i < s->pool_count; i++)
		certain = certain ||
		    decision_settle_is_certain(&s->pools[i].chain);
	return certain && !spec->mode->may_pass;
}

static uint32_t
smallest_ttl(const struct decision_spec *spec)
{
	uint32_t ttl_s = UINT32_MAX;

	for (size_t i = 0; i < spec->pool_count; i++)
		if (spec->pools[i].ttl_s < ttl_s)
			ttl_s = spec->pools[i].ttl_s;
	if (spec->pool_count == 0 && spec->last_resort != NULL)
		ttl_s = spec->last_resort->ttl_s;
	return ttl_s;
}

void
decision_settle(struct settle *s, const struct decision_spec *spec)
{
	*s = (struct settle){ .negative_ttl_s = smallest_ttl(spec) };
	find_pools(s, spec);
	leave_idle(s, spec);
	if (spec->persistence)
		find_kept(s, spec);
	if (pools_are_certain(s, spec))
		return;
	if (spec->last_resort != NULL)
		chain_add_pool(&s->rest, spec->last_resort, true);
	if (!decision_settle_is_certain(&s->rest))
		chain_add_fallback(&s->rest, spec);
}

void
decision_settle_fini(struct settle *s)
{
	for (size_t i = 0; i < s->pool_count; i++)
		chain_fini(&s->pools[i].chain);
	free(s->pools);
	chain_fini(&s->rest);
	chain_fini(&s->kept);
	*s = (struct settle){ 0 };
}

void
decision_settle_pool_items(const struct settle *s,
    const struct decision_spec *spec, struct choose_item *items)
{
	for (size_t i = 0; i < s->pool_count; i++)
		items[i] = (struct choose_item){
			.ratio = spec->pools[s->pools[i].index].ratio,
			.net = spec->net,
			.key = spec->pools[s->pools[i].index].key,
			.topology = spec->topology,
			.place = (uint32_t)s->pools[i].index,
			.client_subnet = spec->client_subnet,
		};
}

void
decision_settle_items(const struct settle_stage *st,
    const struct decision_spec *spec, struct choose_item *items)
{
	for (size_t i = 0; i < st->count; i++) {
		items[i] = item_of(st, st->candidates[i]);
		items[i].net = spec->net;
		items[i].topology = st->pool->topology;
		items[i].place = st->candidates[i];
		items[i].client_subnet = spec->client_subnet;
	}
}

void
decision_settle_pool_shares(const struct settle *s,
    const struct decision_spec *spec, double *out)
{
	struct choose_item *items = mem_zalloc(s->pool_count, sizeof(*items));

	decision_settle_pool_items(s, spec, items);
	spec->mode->shares(items, s->pool_count, out);
	free(items);
}

void
decision_settle_shares(const struct settle_stage *st,
    const struct decision_spec *spec, double *out)
{
	struct choose_item *items = mem_zalloc(st->count, sizeof(*items));

	decision_settle_items(st, spec, items);
	st->method->shares(items, st->count, out);
	free(items);
}
