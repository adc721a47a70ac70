/* gtmd/decide/pathtable.c - see pathtable.h.
 *
 * Words are read with acquire and written with release between two looks at
 * the sequence, as in persist.c; but there is one writer. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/pathtable.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/pathwant.h"
#include "gtmd/decide/seqrow.h"

#define WAYS	4
#define STALE_S	8	/* the time of asking is as fine as this */

/* figures: rtt_us << 32 | hops << 16 | completion << 8 | known */
struct record {
	uint64_t	 sequence;	/* odd: being written */
	uint64_t	 datacenter, high, low;	/* datacenter 0: empty */
	uint64_t	 figures;
	uint64_t	 life;		/* until_s << 32 | hops_until_s */
	uint64_t	 made_s;
	uint64_t	 asked_s;	/* by any thread, beside the sequence */
};

_Static_assert(sizeof(struct record) == 64, "a record is a cache line");

struct pathtable {
	unsigned	 magic;
#define PATHTABLE_MAGIC	0x9a7474b1u
	bool		 old_counts;	/* threads read these two */
	uint64_t	 home;
	struct pathwant	*want;
	struct pathtable_counts counts;
	size_t		 mask;		/* of sets */
	struct record	*records;
};

struct pathtable *
pathtable_new(size_t records)
{
	struct pathtable *t = mem_zalloc(1, sizeof(*t));

	assert(records >= WAYS && (records & (records - 1)) == 0);
	t->magic = PATHTABLE_MAGIC;
	t->mask = records / WAYS - 1;
	t->records = mem_zalloc(records, sizeof(t->records[0]));
	t->want = pathwant_new();
	return t;
}

void
pathtable_free(struct pathtable **pt)
{
	struct pathtable *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	OBJ_CHECK(t, PATHTABLE_MAGIC);
	pathwant_free(&t->want);
	free(t->records);
	t->magic = 0;
	free(t);
}

static struct record *
set_of(const struct pathtable *t, const struct pathtable_key *key)
{
	uint64_t point = clientnet_mix(clientnet_point(&key->resolver),
	    key->datacenter);

	return t->records + ((size_t)point & t->mask) * WAYS;
}

static void
unpack(uint64_t word, struct pathtable_figures *f)
{
	f->known = word & 0xff;
	f->completion = word >> 8 & 0xff;
	f->hops = word >> 16 & 0xffff;
	f->rtt_us = (uint32_t)(word >> 32);
}

static uint64_t
pack(const struct pathtable_figures *f)
{
	return (uint64_t)f->rtt_us << 32 | (uint64_t)(f->hops & 0xffff) << 16 |
	    (uint64_t)(f->completion & 0xff) << 8 | (f->known & 0xff);
}

/* False: it is being written. */
static bool
record_read(const struct record *r, struct pathtable_record *to)
{
	uint64_t sequence = seqrow_load(&r->sequence), life;

	to->key.datacenter = seqrow_load(&r->datacenter);
	to->key.resolver.high = seqrow_load(&r->high);
	to->key.resolver.low = seqrow_load(&r->low);
	unpack(seqrow_load(&r->figures), &to->figures);
	life = seqrow_load(&r->life);
	to->until_s = (uint32_t)(life >> 32);
	to->hops_until_s = (uint32_t)life;
	to->made_s = (uint32_t)seqrow_load(&r->made_s);
	to->asked_s = (uint32_t)seqrow_load(&r->asked_s);
	return seqrow_whole(&r->sequence, sequence);
}

static void
record_write(struct record *r, const struct pathtable_record *from)
{
	uint64_t sequence = seqrow_load(&r->sequence);

	seqrow_hold_own(&r->sequence, sequence);
	seqrow_store(&r->datacenter, from->key.datacenter);
	seqrow_store(&r->high, from->key.resolver.high);
	seqrow_store(&r->low, from->key.resolver.low);
	seqrow_store(&r->figures, pack(&from->figures));
	seqrow_store(&r->life, (uint64_t)from->until_s << 32 | from->hops_until_s);
	seqrow_store(&r->made_s, from->made_s);
	seqrow_store(&r->asked_s, from->asked_s);
	seqrow_release(&r->sequence, sequence);
}

static bool
same_key(const struct pathtable_key *a, const struct pathtable_key *b)
{
	return a->datacenter == b->datacenter &&
	    a->resolver.low == b->resolver.low &&
	    a->resolver.high == b->resolver.high;
}

static struct record *
look(const struct pathtable *t, const struct pathtable_key *key,
    struct pathtable_record *out)
{
	struct record *set = set_of(t, key);

	for (int i = 0; i < WAYS; i++)
		if (seqrow_load(&set[i].datacenter) == key->datacenter &&
		    record_read(&set[i], out) && same_key(&out->key, key))
			return &set[i];
	return NULL;
}

uint32_t
pathtable_in_force(const struct pathtable *t, const struct pathtable_record *r,
    uint32_t now_s)
{
	uint32_t known = r->figures.known;

	if (__atomic_load_n(&t->old_counts, __ATOMIC_RELAXED))
		return known;
	if (r->until_s <= now_s)
		known &= ~(uint32_t)(PATHTABLE_RTT | PATHTABLE_COMPLETION);
	if (r->hops_until_s <= now_s)
		known &= ~(uint32_t)PATHTABLE_HOPS;
	return known;
}

void
pathtable_ask(struct pathtable *t, const struct pathtable_ask *q,
    struct pathtable_figures *out)
{
	struct pathtable_record r;
	struct record *at = look(t, &q->key, &r);

	*out = (struct pathtable_figures){ .known = 0 };
	if (at != NULL) {
		*out = r.figures;
		out->known = pathtable_in_force(t, &r, q->now_s);
	}
	if (q->peeks)
		return;
	if (at != NULL && q->now_s - r.asked_s >= STALE_S)
		seqrow_store(&at->asked_s, q->now_s);
	if ((q->needs & ~out->known) != 0 &&
	    q->key.datacenter == pathtable_home(t))
		pathwant_note(t->want, &q->key.resolver, q->needs, q->proven);
}

bool
pathtable_find(const struct pathtable *t, const struct pathtable_key *key,
    struct pathtable_record *out)
{
	OBJ_CHECK(t, PATHTABLE_MAGIC);
	return look(t, key, out) != NULL;
}

/* How much a record is to be kept: that of the key itself goes first, then
 * what is empty, then who asked the longest ago. */
static uint64_t
worth(const struct pathtable_record *r, const struct pathtable_key *key)
{
	if (same_key(&r->key, key))
		return 0;
	return r->key.datacenter == 0 ? 1 : 2 + (uint64_t)r->asked_s;
}

void
pathtable_put(struct pathtable *t, const struct pathtable_record *r)
{
	struct record *set = set_of(t, &r->key), *to = NULL;
	struct pathtable_record was, next = *r;
	uint64_t least = UINT64_MAX;

	OBJ_CHECK(t, PATHTABLE_MAGIC);
	assert(r->key.datacenter != 0);
	for (int i = 0; i < WAYS; i++) {
		(void)record_read(&set[i], &was);
		if (worth(&was, &r->key) >= least)
			continue;
		to = &set[i];
		least = worth(&was, &r->key);
		next.asked_s = least == 0 && was.asked_s > r->asked_s ?
		    was.asked_s : r->asked_s;
	}
	record_write(to, &next);
}

void
pathtable_remove(struct pathtable *t, const struct pathtable_key *key)
{
	static const struct pathtable_record none;
	struct pathtable_record was;
	struct record *at = look(t, key, &was);

	OBJ_CHECK(t, PATHTABLE_MAGIC);
	if (at != NULL)
		record_write(at, &none);
}

void
pathtable_each(const struct pathtable *t, pathtable_fn *fn, void *arg)
{
	struct pathtable_record r;

	OBJ_CHECK(t, PATHTABLE_MAGIC);
	for (size_t i = 0; i < (t->mask + 1) * WAYS; i++)
		if (seqrow_load(&t->records[i].datacenter) != 0 &&
		    record_read(&t->records[i], &r))
			fn(arg, &r);
}

void
pathtable_set_home(struct pathtable *t, uint64_t datacenter)
{
	__atomic_store_n(&t->home, datacenter, __ATOMIC_RELAXED);
}

uint64_t
pathtable_home(const struct pathtable *t)
{
	return __atomic_load_n(&t->home, __ATOMIC_RELAXED);
}

void
pathtable_set_old(struct pathtable *t, bool counts)
{
	__atomic_store_n(&t->old_counts, counts, __ATOMIC_RELAXED);
}

struct pathwant *
pathtable_want(struct pathtable *t)
{
	return t->want;
}

struct pathtable_counts *
pathtable_counts(struct pathtable *t)
{
	return &t->counts;
}
