/* gtmd/decide/decision_compile.c - turns what the rules settled into ready octets.
 *
 * Measures first, then writes everything into one block. What may be chosen is
 * decision_settle's business, how it is chosen the methods'.
 * Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/decision_block.h"
#include "gtmd/decide/decision_build.h"
#include "gtmd/decide/decision_candidates.h"
#include "gtmd/decide/decision_settle.h"
#include "gtmd/topology/topology_view.h"

/* ---- stages ---- */

static choose_pick_fn *
compile_table(struct decision_build *b, const struct choose_method *m,
    const struct choose_item *items, size_t count, const void **table)
{
	void *room = NULL;

	if (m->room != NULL)
		room = decision_build_take(b, m->room(items, count));
	if (b->base == NULL || m->compile == NULL)
		return NULL;
	*table = room;
	return m->compile(room, items, count);
}

static void
build_pick(struct decision_build *b, struct decision_stage *to,
    const struct settle_stage *st)
{
	struct choose_item *items = mem_zalloc(st->count, sizeof(*items));

	decision_settle_items(st, b->spec, items);
	to->action = DECISION_ANSWER;
	to->is_cname = st->pool->type == WIDE_CNAME;
	to->pick = compile_table(b, st->method, items, st->count, &to->table);
	free(items);
	decision_candidates_write(b, to, st);
}

/* The one record of a stage that has no choice to make. */
static void
build_fallback_ip(struct decision_build *b, struct decision_stage *to,
    const struct settle_stage *st)
{
	const struct addr *ip = &st->pool->fallback_ip;

	to->action = DECISION_ANSWER;
	decision_candidates_write_one(b, to, st->pool, ip);
}

static void
build_stage(struct decision_build *b, struct decision_stage *to,
    const struct settle_stage *st)
{
	to->slot = st->pool->slot + st->how;
	to->method = st->method;
	switch (st->method->kind) {
	case CHOOSE_PICK:
		build_pick(b, to, st);
		break;
	case CHOOSE_FALLBACK_IP:
		build_fallback_ip(b, to, st);
		break;
	case CHOOSE_RETURN_TO_DNS:
		to->slot = st->pool->slot + DECISION_RETURNED;
		to->action = b->spec->failure_rcode_response ?
		    DECISION_RCODE : DECISION_ZONE;
		break;
	case CHOOSE_DROP:
		to->slot = st->pool->slot + DECISION_DROPPED;
		to->action = DECISION_DROP;
		break;
	case CHOOSE_SKIP:
		assert(!"settled stages yield something");
		break;
	}
}

static struct decision_run
build_run(struct decision_build *b, struct decision_stage *stages, uint32_t *used,
    const struct settle_chain *c)
{
	struct decision_run r = { *used, (uint32_t)c->count };

	for (size_t i = 0; i < c->count; i++) {
		struct decision_stage measured = { 0 };
		struct decision_stage *to = &measured;

		if (stages != NULL)
			to = &stages[*used];
		build_stage(b, to, &c->stages[i]);
		(*used)++;
	}
	return r;
}

/* ---- the whole ---- */

static void
build_failure(struct decision *d, const struct decision_spec *spec,
    uint32_t negative_ttl_s)
{
	d->base.minimal = spec->minimal;
	d->base.action_else = DECISION_NODATA;
	d->base.negative_ttl_s = negative_ttl_s;
	d->failure = DECISION_NODATA;
	if (!spec->failure_rcode_response)
		return;
	d->failure = DECISION_RCODE;
	d->rcode = spec->failure_rcode;
	/* 0 NOERROR, 3 NXDOMAIN (RFC 2308): others are not cached that way */
	d->base.negative_ttl_s = d->rcode == 0 || d->rcode == 3 ?
	    spec->failure_rcode_ttl_s : 0;
}

static void
build_mode(struct decision_build *b, struct decision *d)
{
	const struct settle *s = b->settle;
	struct choose_item *items;
	choose_pick_fn *pick;
	const void *table = NULL;

	if (s->pool_count <= 1 && !b->spec->mode->may_pass)
		return;
	if (s->pool_count == 0)
		return;
	items = mem_zalloc(s->pool_count, sizeof(*items));
	decision_settle_pool_items(s, b->spec, items);
	pick = compile_table(b, b->spec->mode, items, s->pool_count, &table);
	free(items);
	if (d == NULL)
		return;
	d->pick = pick;
	d->table = table;
}

static int
by_target(const void *a, const void *b)
{
	const struct decision_target *x = a, *y = b;

	return (x->target > y->target) - (x->target < y->target);
}

/* Of the stages that run holds, which are written. */
static const struct decision_kept *
build_kept(struct decision_build *b, const struct decision_stage *stages,
    const struct decision_run *run)
{
	const struct settle_chain *c = &b->settle->kept;
	struct decision_kept *k;
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++)
		count += c->stages[i].count;
	k = decision_build_take(b, sizeof(*k) + count * sizeof(k->targets[0]));
	if (k == NULL)
		return NULL;
	k->wide = b->spec->key;
	k->net = b->spec->persist_net;
	k->ttl_s = b->spec->persist_ttl_s;
	for (uint32_t i = 0; i < run->count; i++) {
		const struct decision_stage *s = &stages[run->first + i];

		for (uint32_t n = 0; n < s->count; n++)
			k->targets[k->count++] = (struct decision_target){
			    s->targets[n], run->first + i, n };
	}
	qsort(k->targets, k->count, sizeof(k->targets[0]), by_target);
	return k;
}

static size_t
count_stages(const struct settle *s)
{
	size_t n = s->rest.count + s->kept.count;

	for (size_t i = 0; i < s->pool_count; i++)
		n += s->pools[i].chain.count;
	return n;
}

/* The next view of a spec from place *at on, or NULL. */
static struct topology_view *
next_view(const struct decision_spec *s, size_t *at)
{
	struct topology_view *v = NULL;

	while (v == NULL && *at < s->pool_count + 2) {
		size_t i = (*at)++;

		if (i < s->pool_count)
			v = s->pools[i].topology;
		else if (i == s->pool_count)
			v = s->topology;
		else if (s->last_resort != NULL)
			v = s->last_resort->topology;
	}
	return v;
}

/* A reference to each view that some table may point into. */
static void
build_views(struct decision_build *b, struct decision *d)
{
	struct topology_view **views, *v;
	size_t count = 0, at = 0;

	while (next_view(b->spec, &at) != NULL)
		count++;
	views = decision_build_take(b, count * sizeof(struct topology_view *));
	if (d == NULL)
		return;
	d->views = views;
	for (at = 0; (v = next_view(b->spec, &at)) != NULL;) {
		topology_view_ref(v);
		views[d->view_count++] = v;
	}
}

/* See decision.plain. */
static const struct decision_stage *
find_plain(const struct decision *d)
{
	const struct decision_stage *s;

	if (d->pool_count != 1 || d->pick != NULL || d->kept != NULL ||
	    d->log_one_of != 0 || d->ledger || d->pools[0].count == 0)
		return NULL;
	s = &d->stages[d->pools[0].first];
	if (s->action != DECISION_ANSWER || s->max != 1 || s->is_cname ||
	    (s->pick != NULL && s->method->may_pass))
		return NULL;
	return s;
}

/* One pass: with b->base NULL it measures b->len, else it writes. */
static void
build_all(struct decision_build *b)
{
	const struct settle *s = b->settle;
	struct decision *d = decision_build_take(b, sizeof(*d));
	struct decision_run *runs = decision_build_take(b,
	    s->pool_count * sizeof(*runs)), rest, kept_run;
	struct decision_stage *stages = decision_build_take(b,
	    count_stages(s) * sizeof(*stages));
	const struct decision_kept *kept = NULL;
	uint32_t used = 0;

	build_mode(b, d);
	for (size_t i = 0; i < s->pool_count; i++) {
		struct decision_run r;

		r = build_run(b, stages, &used, &s->pools[i].chain);
		if (runs != NULL)
			runs[i] = r;
	}
	rest = build_run(b, stages, &used, &s->rest);
	build_views(b, d);
	kept_run = build_run(b, stages, &used, &s->kept);
	if (b->spec->persistence)
		kept = build_kept(b, stages, &kept_run);
	if (d == NULL)
		return;
	d->magic = DECISION_MAGIC;
	d->slot = b->spec->slot;
	d->mode = b->spec->mode;
	d->pools = runs;
	d->stages = stages;
	d->pool_count = (uint32_t)s->pool_count;
	d->rest = rest;
	d->kept = kept;
	d->log_one_of = b->spec->log_one_of;
	d->ledger = b->spec->ledger;
	d->key = b->spec->key;
	d->made = b->spec->made;
	d->plain = find_plain(d);
	build_failure(d, b->spec, s->negative_ttl_s);
}

struct decision *
decision_compile(const struct decision_spec *spec)
{
	struct settle s;
	struct decision_build b = { .spec = spec, .settle = &s };
	size_t len;

	decision_settle(&s, spec);
	build_all(&b);
	len = b.len;
	b.base = mem_zalloc(1, len);
	b.len = 0;
	build_all(&b);
	assert(b.len == len);
	decision_settle_fini(&s);
	return (struct decision *)(void *)b.base;
}

void
decision_compile_free(struct decision **pd)
{
	struct decision *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, DECISION_MAGIC);
	for (uint32_t i = 0; i < d->view_count; i++)
		topology_view_drop(&d->views[i]);
	d->magic = 0;
	free(d);
}
