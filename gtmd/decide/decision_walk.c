/* gtmd/decide/decision_walk.c - see decision_walk.h. Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/decision_walk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/decision_block.h"
#include "gtmd/decide/decision_keep.h"

/* What a choice among count things does with all its picks. */
struct picks {
	uint64_t	*weight;	/* owned */
	uint64_t	 total;
	uint64_t	 passed;	/* picks that choose nothing */
};

static struct picks
picks_of(const struct choose_method *m, const struct choose_weigh *c)
{
	struct picks p = { .weight = mem_zalloc(c->count, sizeof(*p.weight)),
	    .total = 1 };

	if (c->pick == NULL) {
		p.weight[0] = 1;	/* always the first */
		return p;
	}
	p.passed = p.total = m->weights(c, p.weight);
	for (size_t i = 0; i < c->count; i++)
		p.passed -= p.weight[i];
	return p;
}

static double
part(uint64_t weight, uint64_t total)
{
	return (double)weight / (double)total;
}

/* ---- how often each stage is reached ---- */

struct walk {
	const struct decision *d;
	struct asker	*asker;
	decision_walk_fn *fn;
	void		*arg;
	double		*reach;		/* by stage, owned */
	struct picks	 pools;
	double		 failed;
};

static struct picks
stage_picks(const struct walk *w, const struct decision_stage *s)
{
	return picks_of(s->method, &(struct choose_weigh){ s->table, s->pick,
	    s->count, w->asker });
}

/* The share of a stage's queries that its method passes on. */
static double
passing(const struct walk *w, const struct decision_stage *s)
{
	struct picks p;
	double rest;

	if (s->action != DECISION_ANSWER || s->pick == NULL)
		return 0;
	p = stage_picks(w, s);
	rest = part(p.passed, p.total);
	free(p.weight);
	return rest;
}

/* So many come to the run's first stage; returns those that leave its end. */
static double
flow_run(struct walk *w, const struct decision_run *r, double share)
{
	for (uint32_t i = 0; i < r->count && share > 0; i++) {
		w->reach[r->first + i] += share;
		share *= passing(w, &w->d->stages[r->first + i]);
	}
	return share;
}

/* From the chosen pool on around the circle. */
static double
flow_circle(struct walk *w, uint32_t first, double share)
{
	const struct decision *d = w->d;
	uint32_t at = first;

	for (uint32_t i = 0; i < d->pool_count && share > 0; i++) {
		share = flow_run(w, &d->pools[at], share);
		at = at + 1 == d->pool_count ? 0 : at + 1;
	}
	return share;
}

/* From the chosen pool on as the mode puts them. */
static double
flow_order(struct walk *w, const struct choose_order *o, uint32_t first,
    double share)
{
	uint32_t from = choose_order_tie(o, first);

	for (uint32_t n = 0; n < o->usable && share > 0; n++)
		share = flow_run(w, &w->d->pools[choose_order_at(o, from, n)],
		    share);
	return share;
}

/* As pools_answer of decision.c goes: the chosen pool, then those behind it. */
static void
flow(struct walk *w)
{
	const struct decision *d = w->d;
	double rest = d->pool_count == 0 ? 1 :
	    part(w->pools.passed, w->pools.total);
	bool ordered = d->pick != NULL && d->mode->order != NULL;
	struct choose_order o;

	if (ordered)
		d->mode->order(&(struct choose_weigh){ d->table, d->pick,
		    d->pool_count, w->asker }, &o);
	for (uint32_t first = 0; first < d->pool_count; first++) {
		double share = part(w->pools.weight[first], w->pools.total);

		if (share > 0)
			rest += ordered ? flow_order(w, &o, first, share) :
			    flow_circle(w, first, share);
	}
	w->failed = flow_run(w, &d->rest, rest);
}

/* ---- what a stage does with them ---- */

static const struct decision_candidate *
candidate_at(const struct decision_stage *s, uint32_t i)
{
	return (const void *)(s->candidates + (size_t)i * s->stride);
}

/* The picks whose reply holds each candidate: its own, and those after which
 * it is the next of the circle (write_more of decision.c). */
static void
count_present(const struct decision_stage *s, const uint64_t *weight,
    uint64_t *present)
{
	for (uint32_t first = 0; first < s->count; first++) {
		uint32_t written = 1, at = first;

		present[first] += weight[first];
		for (uint32_t step = 1; weight[first] > 0 && step < s->count &&
		    written < s->max; step++) {
			at = at + 1 == s->count ? 0 : at + 1;
			if (candidate_at(s, at)->back <= step)
				continue;
			present[at] += weight[first];
			written++;
		}
	}
}

static bool
same_data(const struct decision_candidate *a,
    const struct decision_candidate *b)
{
	return a->rr_len == b->rr_len && memcmp(a->rr + RR_DATA,
	    b->rr + RR_DATA, (size_t)a->rr_len - RR_DATA) == 0;
}

/* The same of a method that has an order (write_ordered of decision.c). */
static void
count_ordered(const struct walk *w, const struct decision_stage *s,
    const uint64_t *weight, uint64_t *present)
{
	uint32_t *have = mem_zalloc(s->max + 1, sizeof(*have));
	struct choose_order o;

	s->method->order(&(struct choose_weigh){ s->table, s->pick, s->count,
	    w->asker }, &o);
	for (uint32_t from = 0; from < o.ties; from++) {
		uint32_t written = 0;

		for (uint32_t n = 0; n < o.usable && written < s->max; n++) {
			uint32_t at = choose_order_at(&o, from, n), i = 0;

			while (i < written && !same_data(candidate_at(s, at),
			    candidate_at(s, have[i])))
				i++;
			if (i < written)
				continue;
			present[at] += weight[o.at[from]];
			have[written++] = at;
		}
	}
	free(have);
}

static uint32_t
u32_at(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static void
tell_candidate(struct walk *w, const struct decision_candidate *c,
    struct decision_outcome *o)
{
	o->member_slot = c->slot;
	o->type = (uint16_t)(c->rr[RR_TYPE] << 8 | c->rr[RR_TYPE + 1]);
	o->ttl_s = u32_at(c->rr + RR_TTL);
	o->data = c->rr + RR_DATA;
	o->data_len = (uint16_t)(c->rr_len - RR_DATA);
	w->fn(w->arg, o);
}

static void
tell_stage(struct walk *w, uint32_t number, struct decision_outcome *o)
{
	const struct decision_stage *s = &w->d->stages[number];
	double reach = w->reach[number];
	struct picks p;
	uint64_t *present;

	o->action = s->action;
	o->method = s->method;
	o->slot = s->slot;
	if (s->action != DECISION_ANSWER) {
		o->share = o->present = reach;
		w->fn(w->arg, o);
		return;
	}
	p = stage_picks(w, s);
	present = mem_zalloc(s->count, sizeof(*present));
	if (s->pick != NULL && s->method->order != NULL)
		count_ordered(w, s, p.weight, present);
	else
		count_present(s, p.weight, present);
	for (uint32_t i = 0; i < s->count; i++) {
		if (s->method->kind == CHOOSE_PICK) {
			o->weight = p.weight[i];
			o->total = p.total;
		}
		o->share = reach * part(p.weight[i], p.total);
		o->present = reach * part(present[i], p.total);
		tell_candidate(w, candidate_at(s, i), o);
	}
	free(present);
	free(p.weight);
}

static void
tell_run(struct walk *w, const struct decision_run *r, size_t pool)
{
	for (uint32_t i = 0; i < r->count; i++) {
		struct decision_outcome o = { .share = 0 };

		double own = 1;

		if (pool < w->d->pool_count) {
			o.pool_weight = w->pools.weight[pool];
			o.pool_total = w->pools.total;
			own = part(o.pool_weight, o.pool_total);
		}
		/* Nothing came here beside what the mode sent. */
		o.direct = w->reach[r->first + i] == own;
		tell_stage(w, r->first + i, &o);
	}
}

static void
tell_failure(struct walk *w)
{
	struct decision_outcome o = { .share = w->failed,
	    .present = w->failed, .action = w->d->failure,
	    .direct = w->failed == 1 };

	if (w->failed > 0)
		w->fn(w->arg, &o);
}

/* Persistence gives this client one answer, whatever the methods say. */
static void
tell_kept(struct walk *w, const struct decision_target *t)
{
	const struct decision_stage *s = &w->d->stages[t->stage];
	uint64_t *weight = mem_zalloc(s->count, sizeof(*weight));
	uint64_t *present = mem_zalloc(s->count, sizeof(*present));

	weight[t->candidate] = 1;
	count_present(s, weight, present);
	for (uint32_t i = 0; i < s->count; i++) {
		struct decision_outcome o = { .share = (double)weight[i],
		    .present = (double)present[i], .action = s->action,
		    .method = s->method, .slot = s->slot, .direct = true,
		    .weight = weight[i], .total = 1 };

		if (present[i] > 0)
			tell_candidate(w, candidate_at(s, i), &o);
	}
	free(weight);
	free(present);
}

static uint32_t
count_stages(const struct decision *d)
{
	uint32_t n = d->rest.count;

	for (uint32_t i = 0; i < d->pool_count; i++)
		n += d->pools[i].count;
	return n;
}

void
decision_walk(const struct decision *d, struct asker *asker,
    decision_walk_fn *fn, void *arg)
{
	struct walk w = { .d = d, .asker = asker, .fn = fn, .arg = arg };
	struct decision_keeper k;

	assert(d->magic == DECISION_MAGIC);
	w.reach = mem_zalloc(count_stages(d), sizeof(*w.reach));
	if (d->pool_count > 0)
		w.pools = picks_of(d->mode, &(struct choose_weigh){ d->table,
		    d->pick, d->pool_count, asker });
	if (d->kept != NULL && decision_keep_find(d, asker, &k))
		tell_kept(&w, k.target);
	else
		flow(&w);
	for (uint32_t i = 0; i < d->pool_count; i++)
		tell_run(&w, &d->pools[i], i);
	tell_run(&w, &d->rest, d->pool_count);
	tell_failure(&w);
	free(w.pools.weight);
	free(w.reach);
}
