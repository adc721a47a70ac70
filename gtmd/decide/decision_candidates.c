/* gtmd/decide/decision_candidates.c - see decision_candidates.h. Layer: gtmd, pure but
 * for memory. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/decision_candidates.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/wire/dnsname.h"
#include "core/wire/wbuf.h"
#include "gtmd/decide/decision_block.h"
#include "gtmd/decide/decision_build.h"
#include "gtmd/decide/decision_settle.h"
#include "gtmd/types/recordtype.h"

#define CLASS_IN	1	/* RFC 1035 3.2.4 */

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

/* False while measuring. */
static bool
write_records(struct decision_build *b, struct decision_stage *to,
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
	room = decision_build_take(b, longest * st->count);
	if (room == NULL)
		return false;
	to->candidates = room;
	to->stride = (uint32_t)longest;
	to->count = (uint32_t)st->count;
	for (size_t i = 0; i < st->count; i++)
		write_member((void *)(room + i * longest), st, i);
	return true;
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
write_targets(struct decision_build *b, struct decision_stage *to,
    const struct settle_stage *st)
{
	uint64_t *target;

	if (!b->spec->persistence || (st->how != DECISION_PREFERRED &&
	    st->how != DECISION_ALTERNATE && st->how != DECISION_PERSISTED))
		return;
	target = decision_build_take(b, st->count * sizeof(*target));
	to->targets = target;
	for (size_t i = 0; target != NULL && i < st->count; i++)
		target[i] = decision_spec_target(st->pool->key,
		    settled_member(st, i)->key);
}

void
decision_candidates_write(struct decision_build *b, struct decision_stage *to,
    const struct settle_stage *st)
{
	bool written = write_records(b, to, st);

	write_targets(b, to, st);
	if (written)
		allow_answers(to, st);
}

void
decision_candidates_write_one(struct decision_build *b,
    struct decision_stage *to, const struct decision_spec_pool *pool,
    const struct addr *ip)
{
	struct decision_candidate *c = decision_build_take(b,
	    sizeof(struct decision_candidate) + RR_DATA + addr_len(ip));

	to->count = to->max = 1;
	if (c == NULL)
		return;
	c->slot = pool->slot + DECISION_FALLBACK_IP;
	write_rr(c, pool, ip->octets, addr_len(ip));
	to->candidates = (const uint8_t *)c;
}
