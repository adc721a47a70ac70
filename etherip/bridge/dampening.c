/* etherip/bridge/dampening.c - see dampening.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bridge/dampening.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"

#define SETS	256u
#define WAYS	8u
#define PLACES	(SETS * WAYS)

struct restless {
	struct fdb_key	 key;		/* mac 0: free */
	unsigned	 count;		/* moves that are noted, at most as many as count */
	unsigned	 next;		/* the oldest of them, when the ring is full */
	mono_ns		 moves[DAMPENING_MOVES_MAX];
	mono_ns		 last;
	mono_ns		 until;		/* held; 0: not */
};

struct dampening {
	unsigned	 magic;
#define DAMPENING_MAGIC	0xda3b0001u
	struct dampening_config config;
	struct hash_key	 secret;
	unsigned	 held;
	mono_ns		 soonest;	/* nobody is to be released before */
	struct restless	 places[PLACES];
};

struct dampening *
dampening_new(const struct dampening_config *c)
{
	struct dampening *d = mem_zalloc(1, sizeof(*d));
	struct rand r;

	d->magic = DAMPENING_MAGIC;
	rand_seed(&r);
	hash_key_init(&d->secret, rand_u64(&r));
	dampening_set(d, c);
	return d;
}

void
dampening_free(struct dampening **pd)
{
	struct dampening *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, DAMPENING_MAGIC);
	d->magic = 0;
	free(d);
}

/* What was noted goes: a ring of another length reads otherwise. */
void
dampening_set(struct dampening *d, const struct dampening_config *c)
{
	assert(c->moves != 1 && c->moves <= DAMPENING_MOVES_MAX);
	if (d->config.moves != c->moves)
		for (unsigned i = 0; i < PLACES; i++)
			d->places[i].count = d->places[i].next = 0;
	d->config = *c;
}

/* The first place of its set. */
static unsigned
set_of(const struct dampening *d, const struct fdb_key *k)
{
	uint64_t key = (uint64_t)k->vlan << 48 | k->mac;

	return (unsigned)(hash_octets(&d->secret, &key, sizeof(key)) % SETS) *
	    WAYS;
}

/* Its place, or PLACES. */
static unsigned
find(const struct dampening *d, const struct fdb_key *k)
{
	unsigned first = set_of(d, k);

	for (unsigned i = first; i < first + WAYS; i++)
		if (d->places[i].key.mac == k->mac &&
		    d->places[i].key.vlan == k->vlan)
			return i;
	return PLACES;
}

/* Which of two places should rather be taken for another station? Free ones have moved last
 * at 0. */
static bool
is_better(const struct restless *a, const struct restless *b)
{
	return b->until != 0 || (a->until == 0 && a->last < b->last);
}

/* Its place, or one that becomes its own: a free one, or that of the one that moved longest
 * ago. NULL: all are held. */
static struct restless *
take(struct dampening *d, const struct fdb_key *k)
{
	unsigned first = set_of(d, k), at = find(d, k);

	if (at != PLACES)
		return &d->places[at];
	at = first;
	for (unsigned i = first + 1; i < first + WAYS; i++)
		if (is_better(&d->places[i], &d->places[at]))
			at = i;
	if (d->places[at].until != 0)
		return NULL;
	d->places[at] = (struct restless){ .key = *k };
	return &d->places[at];
}

bool
dampening_moved(struct dampening *d, const struct fdb_key *k, mono_ns now)
{
	const struct dampening_config *c = &d->config;
	struct restless *m;

	OBJ_CHECK(d, DAMPENING_MAGIC);
	if (c->moves == 0 || (m = take(d, k)) == NULL || m->until != 0)
		return false;
	m->last = m->moves[m->next] = now;
	m->next = (m->next + 1) % c->moves;
	if (m->count < c->moves)
		m->count++;
	/* The oldest of a full ring is the one that the next would overwrite. */
	if (m->count < c->moves || now - m->moves[m->next] > c->window_ns)
		return false;
	m->until = now + c->hold_ns;
	if (d->held++ == 0 || m->until < d->soonest)
		d->soonest = m->until;
	return true;
}

bool
dampening_holds(const struct dampening *d, const struct fdb_key *k)
{
	unsigned at = find(d, k);

	return at != PLACES && d->places[at].until != 0;
}

bool
dampening_release(struct dampening *d, mono_ns now, struct fdb_key *out)
{
	mono_ns soonest = UINT64_MAX;

	OBJ_CHECK(d, DAMPENING_MAGIC);
	if (d->held == 0 || now < d->soonest)
		return false;
	for (unsigned i = 0; i < PLACES; i++) {
		struct restless *m = &d->places[i];

		if (m->until == 0)
			continue;
		if (m->until <= now) {
			*out = m->key;
			*m = (struct restless){ .count = 0 };
			d->held--;
			return true;
		}
		if (m->until < soonest)
			soonest = m->until;
	}
	d->soonest = soonest;
	return false;
}

mono_ns
dampening_next(const struct dampening *d)
{
	return d->held > 0 ? d->soonest : UINT64_MAX;
}

void
dampening_forget(struct dampening *d, const struct fdb_key *k)
{
	unsigned at = find(d, k);

	if (at == PLACES)
		return;
	d->held -= d->places[at].until != 0;
	d->places[at] = (struct restless){ .count = 0 };
}
