/* gtmd/decide/persist.c - see persist.h.
 *
 * A record's words are read with acquire and written with release, each
 * between two looks at the sequence: whoever sees one new word sees the odd
 * sequence too. That needs no fence, which thread sanitizers cannot see.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/persist.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

#define WAYS	4

struct record {
	uint64_t	 sequence;	/* odd: being written */
	uint64_t	 wide, high, low, target;
	uint64_t	 life;		/* born_s << 32 | expires_s; 0: empty */
};

struct persist {
	unsigned	 magic;
#define PERSIST_MAGIC	0x9e4515f1u
	size_t		 mask;		/* of sets */
	struct record	 records[];
};

struct persist *
persist_new(size_t records)
{
	struct persist *p;

	assert(records >= WAYS && (records & (records - 1)) == 0);
	p = mem_zalloc(1, sizeof(*p) + records * sizeof(p->records[0]));
	p->magic = PERSIST_MAGIC;
	p->mask = records / WAYS - 1;
	return p;
}

void
persist_free(struct persist **pp)
{
	struct persist *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, PERSIST_MAGIC);
	p->magic = 0;
	free(p);
}

static size_t
set_of(const struct persist *p, const struct persist_key *key)
{
	uint64_t point = clientnet_mix(clientnet_point(&key->net), key->wide);

	return ((size_t)point & p->mask) * WAYS;
}

static uint64_t
load(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void
store(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* False: somebody is writing it, or has meanwhile. */
static bool
record_read(const struct record *r, struct persist_record *to)
{
	uint64_t sequence = load(&r->sequence), life;

	to->key.wide = load(&r->wide);
	to->key.net.high = load(&r->high);
	to->key.net.low = load(&r->low);
	to->target = load(&r->target);
	life = load(&r->life);
	to->born_s = (uint32_t)(life >> 32);
	to->expires_s = (uint32_t)life;
	return (sequence & 1) == 0 && load(&r->sequence) == sequence;
}

/* False: somebody else is writing it. */
static bool
record_write(struct record *r, const struct persist_record *from)
{
	uint64_t sequence = load(&r->sequence);

	if ((sequence & 1) != 0 || !__atomic_compare_exchange_n(&r->sequence,
	    &sequence, sequence + 1, false, __ATOMIC_ACQ_REL,
	    __ATOMIC_RELAXED))
		return false;
	store(&r->wide, from->key.wide);
	store(&r->high, from->key.net.high);
	store(&r->low, from->key.net.low);
	store(&r->target, from->target);
	store(&r->life, (uint64_t)from->born_s << 32 | from->expires_s);
	store(&r->sequence, sequence + 2);
	return true;
}

static bool
is_key(const struct persist_record *r, const struct persist_key *key)
{
	return r->key.wide == key->wide && r->key.net.low == key->net.low &&
	    r->key.net.high == key->net.high;
}

uint64_t
persist_find(const struct persist *p, const struct persist_key *key,
    uint32_t now_s)
{
	const struct record *set = p->records + set_of(p, key);
	struct persist_record r;

	for (int i = 0; i < WAYS; i++) {
		if (load(&set[i].wide) == key->wide &&
		    record_read(&set[i], &r) && is_key(&r, key) &&
		    r.expires_s > now_s)
			return r.target;
	}
	return 0;
}

/* How much a record is to be kept: that of the key itself goes first, then
 * what is empty or expired, then the oldest. */
static uint32_t
worth(const struct persist_record *r, const struct persist_key *key,
    uint32_t now_s)
{
	if (is_key(r, key))
		return 0;
	return r->expires_s <= now_s ? 1 : r->born_s;
}

void
persist_put(struct persist *p, const struct persist_key *key, uint64_t target,
    uint32_t now_s, uint32_t ttl_s)
{
	struct record *set = p->records + set_of(p, key), *to = NULL;
	uint32_t least = UINT32_MAX, end = now_s + ttl_s;
	struct persist_record r;

	if (end < now_s)
		end = UINT32_MAX;
	for (int i = 0; i < WAYS; i++) {
		if (!record_read(&set[i], &r) ||
		    (to != NULL && worth(&r, key, now_s) >= least))
			continue;
		to = &set[i];
		least = worth(&r, key, now_s);
	}
	if (to != NULL)
		(void)record_write(to, &(struct persist_record){ *key, target,
		    now_s, end });
}

void
persist_each(const struct persist *p, uint32_t now_s, persist_fn *fn, void *arg)
{
	struct persist_record r;

	OBJ_CHECK(p, PERSIST_MAGIC);
	for (size_t i = 0; i < (p->mask + 1) * WAYS; i++)
		if (record_read(&p->records[i], &r) && r.expires_s > now_s)
			fn(arg, &r);
}

size_t
persist_clear(struct persist *p)
{
	static const struct persist_record none;
	size_t n = 0;

	OBJ_CHECK(p, PERSIST_MAGIC);
	for (size_t i = 0; i < (p->mask + 1) * WAYS; i++) {
		if (load(&p->records[i].life) == 0)
			continue;
		/* Who writes it is done within some nanoseconds. */
		while (!record_write(&p->records[i], &none))
			continue;
		n++;
	}
	return n;
}
