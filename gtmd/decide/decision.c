/* gtmd/decide/decision.c - the query's side: choose, copy, count.
 *
 * Answering threads only. Each request costs one store for the wide IP, one
 * for the pool and one per member returned, all in the thread's own tally.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/decision.h"

#include <assert.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/wire/be16.h"
#include "core/wire/wbuf.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/decision_block.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/decide/decision_log.h"
#include "gtmd/decide/ledger.h"
#include "gtmd/decide/persist.h"
#include "gtmd/topology/asker.h"

/* Where records go, and who counts them; which stage gave them, and which of
 * its candidates came first. */
struct place {
	const struct decision_ask *ask;
	struct wbuf	*w;
	const struct decision_stage *stage;	/* NULL: none yet */
	uint32_t	 first;
};

static inline const struct decision_candidate *
candidate_at(const struct decision_stage *s, uint32_t i)
{
	return (const void *)(s->candidates + (size_t)i * s->stride);
}

static inline void
candidate_write(const struct decision_candidate *c,
    const struct decision_ask *ask, struct wbuf *w)
{
	uint8_t *to = wbuf_reserve(w, c->rr_len);

	tally_add(ask->tally, c->slot, 1);
	if (to == NULL)
		return;
	/* Known lengths become two or four moves instead of a call. */
	if (c->rr_len == RR_DATA + 4)
		memcpy(to, c->rr, RR_DATA + 4);
	else if (c->rr_len == RR_DATA + 16)
		memcpy(to, c->rr, RR_DATA + 16);
	else
		memcpy(to, c->rr, c->rr_len);
	to[0] = (uint8_t)(ask->owner >> 8);
	to[1] = (uint8_t)ask->owner;
}

/* The candidates behind the first one, around the circle, without those whose
 * data the answer has already: back <= step says that one was passed. */
static void
write_more(const struct decision_stage *s, uint32_t first,
    const struct place *p)
{
	uint32_t written = 1, at = first;

	for (uint32_t step = 1; step < s->count && written < s->max; step++) {
		const struct decision_candidate *c;

		at = at + 1 == s->count ? 0 : at + 1;
		c = candidate_at(s, at);
		if (c->back <= step)
			continue;
		candidate_write(c, p->ask, p->w);
		written++;
	}
}

/* Has the answer the data of this one already? */
static bool
is_written(const struct decision_stage *s, const uint32_t *have,
    uint32_t count, const struct decision_candidate *c)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct decision_candidate *w = candidate_at(s, have[i]);

		if (w->rr_len == c->rr_len &&
		    memcmp(w->rr + RR_DATA, c->rr + RR_DATA,
		    (size_t)c->rr_len - RR_DATA) == 0)
			return true;
	}
	return false;
}

#define ORDERED_MAX	500	/* records of one answer: max-answers-returned */

/* Those that the method puts behind the first one. Returns how many records
 * there are now. */
static uint32_t
write_ordered(const struct decision_stage *s, uint32_t first,
    const struct place *p)
{
	uint32_t have[ORDERED_MAX], written = 1, from;
	struct choose_order o;

	s->method->order(&(struct choose_weigh){ s->table, s->pick, s->count,
	    p->ask->asker }, &o);
	from = choose_order_tie(&o, first);
	have[0] = first;
	for (uint32_t n = 1; n < o.usable && written < s->max &&
	    written < ORDERED_MAX; n++) {
		uint32_t at = choose_order_at(&o, from, n);
		const struct decision_candidate *c = candidate_at(s, at);

		/* back says whether any other has the same data. */
		if (c->back != s->count && is_written(s, have, written, c))
			continue;
		candidate_write(c, p->ask, p->w);
		have[written++] = at;
	}
	return written;
}

/* Answers with this candidate, and those behind it where there are several. */
static inline void
stage_write(const struct decision_stage *s, uint32_t first, struct place *p,
    struct decision_out *out)
{
	tally_add(p->ask->tally, s->slot, 1);
	out->count = (uint16_t)s->max;
	if (s->is_cname) {
		out->target = candidate_at(s, first)->rr + RR_DATA;
		out->target_off = (uint16_t)(p->w->off + RR_DATA);
	}
	p->stage = s;
	p->first = first;
	candidate_write(candidate_at(s, first), p->ask, p->w);
	if (s->max > 1 && s->method->order != NULL)
		out->count = (uint16_t)write_ordered(s, first, p);
	else if (s->max > 1)
		write_more(s, first, p);
}

/* True when the stage has answered, false when its method passes. */
static bool
stage_answer(const struct decision *d, const struct decision_stage *s,
    struct place *p, struct decision_out *out)
{
	struct choose_query q = {
		.turn = p->ask->tally->cells[s->slot], .asker = p->ask->asker,
	};
	uint32_t first = 0;

	out->action = s->action;
	if (s->action != DECISION_ANSWER) {
		out->rcode = s->action == DECISION_RCODE ? d->rcode : 0;
		tally_add(p->ask->tally, s->slot, 1);
		p->stage = s;
		return true;
	}
	if (s->pick != NULL)
		first = s->pick(s->table, &q);
	if (first == CHOOSE_NONE)
		return false;
	stage_write(s, first, p, out);
	return true;
}

static bool
run_answer(const struct decision *d, const struct decision_run *r,
    struct place *p, struct decision_out *out)
{
	const struct decision_stage *s = d->stages + r->first;

	for (uint32_t i = 0; i < r->count; i++)
		if (stage_answer(d, &s[i], p, out))
			return true;
	return false;
}

/* The pools that the mode puts behind the first one, which has passed. */
static bool
ordered_answer(const struct decision *d, uint32_t first,
    struct place *p, struct decision_out *out)
{
	struct choose_order o;
	uint32_t from;

	d->mode->order(&(struct choose_weigh){ d->table, d->pick,
	    d->pool_count, p->ask->asker }, &o);
	from = choose_order_tie(&o, first);
	for (uint32_t n = 1; n < o.usable; n++)
		if (run_answer(d, &d->pools[choose_order_at(&o, from, n)], p,
		    out))
			return true;
	return false;
}

/* The pool of the mode's choice, then those behind it around the circle. */
static bool
pools_answer(const struct decision *d, const struct choose_query *q,
    struct place *p, struct decision_out *out)
{
	uint32_t at = 0;

	if (d->pick != NULL)
		at = d->pick(d->table, q);
	if (at == CHOOSE_NONE)
		return false;
	for (uint32_t i = 0; i < d->pool_count; i++) {
		if (run_answer(d, &d->pools[at], p, out))
			return true;
		if (i == 0 && d->pick != NULL && d->mode->order != NULL)
			return ordered_answer(d, at, p, out);
		at = at + 1 == d->pool_count ? 0 : at + 1;
	}
	return false;
}

static inline void
choose_answer(const struct decision *d, const struct choose_query *q,
    struct place *p, struct decision_out *out)
{
	if (pools_answer(d, q, p, out) || run_answer(d, &d->rest, p, out))
		return;
	tally_add(p->ask->tally, d->slot + DECISION_FAILED, 1);
	out->action = d->failure;
	out->rcode = d->rcode;
}

static void
keep_answer(const struct decision *d, const struct choose_query *q,
    struct place *p, struct decision_out *out)
{
	const struct asker *asker = q->asker;
	struct choose_query anew = *q;
	struct decision_keeper k;

	if (!decision_keep_find(d, asker, &k)) {
		/* Who comes anew takes the next turn, however many come back
		 * in between. */
		anew.turn -= p->ask->tally->cells[d->slot + DECISION_KEPT];
		choose_answer(d, &anew, p, out);
		if (p->stage != NULL && p->stage->targets != NULL &&
		    asker->records != NULL && asker->from != NULL &&
		    !asker->peeks)
			persist_put(asker->records, &k.key,
			    p->stage->targets[p->first], k.now_s,
			    d->kept->ttl_s);
		return;
	}
	tally_add(p->ask->tally, d->slot + DECISION_KEPT, 1);
	out->action = DECISION_ANSWER;
	stage_write(&d->stages[k.target->stage], k.target->candidate, p, out);
}

/* The bare facts: what they mean is said elsewhere, and later. */
static void
note(const struct decision *d, const struct place *p,
    const struct decision_out *out)
{
	const struct asker *asker = p->ask->asker;
	struct decision_log_record *r;

	if (asker->log == NULL || asker->peeks)
		return;
	r = decision_log_place(asker->log, d->log_one_of);
	if (r == NULL)
		return;
	*r = (struct decision_log_record){
		.when = clock_real(asker->clock), .wide = d->key,
		.made = d->made, .subnet = asker->client,
		.pool = DECISION_LOG_NOBODY, .member = DECISION_LOG_NOBODY,
		.count = out->count, .action = (uint8_t)out->action,
		.rcode = out->rcode,
	};
	asker_resolver(asker, &r->resolver);
	if (p->stage != NULL)
		r->pool = p->stage->slot;
	if (out->action == DECISION_ANSWER)
		r->member = candidate_at(p->stage, p->first)->slot;
	decision_log_put(asker->log);
}

/* Who may have what in its cache from now on. */
static void
enter(const struct decision *d, const struct place *p,
    const struct decision_out *out)
{
	const struct asker *asker = p->ask->asker;
	struct ledger_answer a = { .wide = d->key };
	const uint8_t *ttl;

	if (asker->ledger == NULL || asker->peeks ||
	    out->action != DECISION_ANSWER)
		return;
	ttl = candidate_at(p->stage, p->first)->rr + RR_TTL;
	a.ttl_s = (uint32_t)be16_get(ttl) << 16 | be16_get(ttl + 2);
	a.slot = p->stage->slot;
	ledger_client(asker->from, &asker->client, &a.client);
	ledger_note(asker->ledger, &a, decision_keep_now(asker->clock));
}

/* Out of line: most wide IPs are plain. */
__attribute__((noinline))
static void
whole_answer(const struct decision *d, const struct decision_ask *ask,
    struct wbuf *w, struct decision_out *out)
{
	struct place p = { .ask = ask, .w = w };
	struct choose_query q = {
		.turn = tally_next(ask->tally, d->slot + DECISION_REQUESTS),
		.asker = ask->asker,
	};

	if (d->kept != NULL)
		keep_answer(d, &q, &p, out);
	else
		choose_answer(d, &q, &p, out);
	if (d->log_one_of != 0)
		note(d, &p, out);
	if (d->ledger)
		enter(d, &p, out);
}

void
decision_answer(const struct decision *d, const struct decision_ask *ask,
    struct wbuf *w, struct decision_out *out)
{
	const struct decision_stage *s = d->plain;
	struct choose_query q;
	uint32_t at = 0;

	assert(d->magic == DECISION_MAGIC);
	*out = d->base;
	if (s == NULL) {
		whole_answer(d, ask, w, out);
		return;
	}
	tally_add(ask->tally, d->slot + DECISION_REQUESTS, 1);
	q.turn = tally_next(ask->tally, s->slot);
	q.asker = ask->asker;
	if (s->pick != NULL)
		at = s->pick(s->table, &q);
	out->action = DECISION_ANSWER;
	out->count = 1;
	candidate_write(candidate_at(s, at), ask, w);
}
