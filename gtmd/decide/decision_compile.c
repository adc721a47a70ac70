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
#include "core/wire/dnsname.h"
#include "core/wire/wbuf.h"
#include "gtmd/decide/decision_block.h"
#include "gtmd/decide/decision_settle.h"
#include "gtmd/topology/topology_view.h"
#include "gtmd/types/recordtype.h"

#define CLASS_IN	1	/* RFC 1035 3.2.4 */

/* The block while it grows. With base NULL it only measures. */
struct build {
	const struct decision_spec *spec;
	const struct settle *settle;
	uint8_t		*base;
	size_t		 len;
};

static size_t
aligned(size_t len)
{
	return (len + 7) & ~(size_t)7;
}

/* The next len octets of the block, zero; NULL while measuring. */
static void *
build_take(struct build *b, size_t len)
{
	size_t at = b->len;

	b->len += aligned(len);
	return b->base != NULL ? b->base + at : NULL;
}

/* What a member's record says. */
struct data {
	const uint8_t	*octets;
	size_t		 len;
};

static struct data
data_of(const struct settle_stage *st, const struct decision_spec_member *m)
{
	switch (st->pool->type) {
	case WIDE_A:
		return (struct data){ m->addr.octets, 4 };
	case WIDE_AAAA:
		return (struct data){ m->addr.octets, 16 };
	case WIDE_CNAME:
		return (struct data){ m->target, dnsname_len(m->target) };
	case WIDE_MX:
	case WIDE_SRV:
	case WIDE_NAPTR:
	case WIDE_HTTPS:
	case WIDE_SVCB:
	case WIDE_TXT:
		return (struct data){ m->data, m->data_len };
	case WIDE_TYPES:
		break;
	}
	assert(!"no pool has this type");
	return (struct data){ NULL, 0 };
}

static const struct decision_spec_member *
settled_member(const struct settle_stage *st, size_t i)
{
	return &st->pool->members[st->candidates[i]];
}

static struct data
settled_data(const struct settle_stage *st, size_t i)
{
	return data_of(st, settled_member(st, i));
}

static int
compare_data(const struct settle_stage *st, size_t i, size_t j)
{
	struct data a = settled_data(st, i), b = settled_data(st, j);
	size_t len = a.len < b.len ? a.len : b.len;
	int order = memcmp(a.octets, b.octets, len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* ---- candidates ---- */

static void
write_rr(struct decision_candidate *c, const struct decision_spec_pool *p,
    const void *data, size_t len)
{
	struct wbuf w;

	c->rr_len = (uint16_t)(RR_DATA + len);
	wbuf_init(&w, c->rr, c->rr_len);
	wbuf_u16(&w, 0);
	wbuf_u16(&w, recordtype_rows[p->type].rrtype);
	wbuf_u16(&w, CLASS_IN);
	wbuf_u32(&w, p->ttl_s);
	wbuf_u16(&w, (uint16_t)len);
	wbuf_octets(&w, data, len);
	assert(!w.bad && w.off == w.cap);
}

static void
write_member(struct decision_candidate *c, const struct settle_stage *st,
    size_t i)
{
	const struct decision_spec_member *m = settled_member(st, i);
	struct data data = data_of(st, m);

	assert(data.len <= UINT16_MAX - RR_DATA);
	c->slot = m->slot + st->member_how;
	write_rr(c, st->pool, data.octets, data.len);
}

/* A candidate by its data, for finding equals. */
struct datum {
	const struct settle_stage *st;
	size_t		 i;
};

static int
by_data(const void *pa, const void *pb)
{
	const struct datum *a = pa, *b = pb;
	int order = compare_data(a->st, a->i, b->i);

	return order != 0 ? order : (a->i > b->i) - (a->i < b->i);
}

/* Writes how far back, around the circle, each candidate's data stands
 * before; returns the number of distinct data. */
static uint32_t
find_equals(const struct settle_stage *st, uint16_t *back)
{
	size_t n = st->count, first = 0;
	struct datum *d = mem_zalloc(n, sizeof(*d));
	uint32_t distinct = 0;

	for (size_t i = 0; i < n; i++)
		d[i] = (struct datum){ st, i };
	qsort(d, n, sizeof(*d), by_data);
	for (size_t i = 0; i < n; i++) {
		bool last = i + 1 == n ||
		    compare_data(st, d[i].i, d[i + 1].i) != 0;

		if (i > first)
			back[d[i].i] = (uint16_t)(d[i].i - d[i - 1].i);
		if (!last)
			continue;
		/* around the circle, from the first equal to the last one */
		back[d[first].i] = (uint16_t)(d[first].i + n - d[i].i);
		first = i + 1;
		distinct++;
	}
	free(d);
	return distinct;
}

static void
write_candidates(struct build *b, struct decision_stage *to,
    const struct settle_stage *st)
{
	bool alike = st->pool->type == WIDE_A || st->pool->type == WIDE_AAAA;
	size_t longest = settled_data(st, 0).len;
	uint8_t *room;

	for (size_t i = 1; i < st->count && !alike; i++) {
		size_t len = settled_data(st, i).len;

		longest = len > longest ? len : longest;
	}
	longest = (sizeof(struct decision_candidate) + RR_DATA + longest + 3) &
	    ~(size_t)3;
	room = build_take(b, longest * st->count);
	if (room == NULL)
		return;
	to->candidates = room;
	to->stride = (uint32_t)longest;
	to->count = (uint32_t)st->count;
	for (size_t i = 0; i < st->count; i++)
		write_member((void *)(room + i * longest), st, i);
}

/* More than one answer: no data twice, and a CNAME alone (RFC 2181 10.1). */
static void
allow_answers(struct decision_stage *to, const struct settle_stage *st)
{
	uint32_t distinct, max = st->pool->max_answers;
	uint8_t *room = (uint8_t *)(uintptr_t)to->candidates;
	uint16_t *back;

	to->max = 1;
	if (max <= 1 || to->count <= 1 || to->is_cname)
		return;
	back = mem_zalloc(st->count, sizeof(*back));
	distinct = find_equals(st, back);
	to->max = max < distinct ? max : distinct;
	for (size_t i = 0; i < st->count; i++) {
		struct decision_candidate *c = (void *)(room + i * to->stride);

		c->back = back[i];
	}
	free(back);
}

/* What is remembered of each candidate: not where it stands today. */
static void
write_targets(struct build *b, struct decision_stage *to,
    const struct settle_stage *st)
{
	uint64_t *target;

	if (!b->spec->persistence || (st->how != DECISION_PREFERRED &&
	    st->how != DECISION_ALTERNATE && st->how != DECISION_PERSISTED))
		return;
	target = build_take(b, st->count * sizeof(*target));
	to->targets = target;
	for (size_t i = 0; target != NULL && i < st->count; i++)
		target[i] = decision_spec_target(st->pool->key,
		    settled_member(st, i)->key);
}

/* ---- stages ---- */

static choose_pick_fn *
compile_table(struct build *b, const struct choose_method *m,
    const struct choose_item *items, size_t count, const void **table)
{
	void *room = NULL;

	if (m->room != NULL)
		room = build_take(b, m->room(items, count));
	if (b->base == NULL || m->compile == NULL)
		return NULL;
	*table = room;
	return m->compile(room, items, count);
}

static void
build_pick(struct build *b, struct decision_stage *to,
    const struct settle_stage *st)
{
	struct choose_item *items = mem_zalloc(st->count, sizeof(*items));

	decision_settle_items(st, b->spec, items);
	to->action = DECISION_ANSWER;
	to->is_cname = st->pool->type == WIDE_CNAME;
	to->pick = compile_table(b, st->method, items, st->count, &to->table);
	free(items);
	write_candidates(b, to, st);
	write_targets(b, to, st);
	if (b->base != NULL)
		allow_answers(to, st);
}

/* The one record of a stage that has no choice to make. */
static void
build_fallback_ip(struct build *b, struct decision_stage *to,
    const struct settle_stage *st)
{
	const struct addr *ip = &st->pool->fallback_ip;
	struct decision_candidate *c = build_take(b,
	    sizeof(struct decision_candidate) + RR_DATA + addr_len(ip));

	to->action = DECISION_ANSWER;
	to->count = to->max = 1;
	if (c == NULL)
		return;
	c->slot = st->pool->slot + DECISION_FALLBACK_IP;
	write_rr(c, st->pool, ip->octets, addr_len(ip));
	to->candidates = (const uint8_t *)c;
}

static void
build_stage(struct build *b, struct decision_stage *to,
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
build_run(struct build *b, struct decision_stage *stages, uint32_t *used,
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
build_mode(struct build *b, struct decision *d)
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
build_kept(struct build *b, const struct decision_stage *stages,
    const struct decision_run *run)
{
	const struct settle_chain *c = &b->settle->kept;
	struct decision_kept *k;
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++)
		count += c->stages[i].count;
	k = build_take(b, sizeof(*k) + count * sizeof(k->targets[0]));
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

/* A reference to each view that some table may point into. */
static void
build_views(struct build *b, struct decision *d)
{
	const struct decision_spec *s = b->spec;
	struct topology_view **v = build_take(b, (s->pool_count + 2) *
	    sizeof(struct topology_view *));

	if (d == NULL)
		return;
	d->views = v;
	if (s->topology != NULL)
		v[d->view_count++] = s->topology;
	for (size_t i = 0; i < s->pool_count; i++)
		if (s->pools[i].topology != NULL)
			v[d->view_count++] = s->pools[i].topology;
	if (s->last_resort != NULL && s->last_resort->topology != NULL)
		v[d->view_count++] = s->last_resort->topology;
	for (uint32_t i = 0; i < d->view_count; i++)
		topology_view_ref(v[i]);
}

/* One pass: with b->base NULL it measures b->len, else it writes. */
static void
build_all(struct build *b)
{
	const struct settle *s = b->settle;
	struct decision *d = build_take(b, sizeof(*d));
	struct decision_run *runs = build_take(b,
	    s->pool_count * sizeof(*runs)), rest, kept_run;
	struct decision_stage *stages = build_take(b,
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
	d->aside = kept != NULL || d->log_one_of != 0;
	d->key = b->spec->key;
	d->made = b->spec->made;
	build_failure(d, b->spec, s->negative_ttl_s);
}

struct decision *
decision_compile(const struct decision_spec *spec)
{
	struct settle s;
	struct build b = { .spec = spec, .settle = &s };
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
