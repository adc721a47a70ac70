/* etherip/bridge/fdb.c - see fdb.h.
 *
 * A place is two words, a station and what is known of it. A place is taken by putting the
 * station into the first word of a free one, and given back by making the second word
 * VACANT, then the first 0; so whoever finds the station and then a second word reads a
 * member that was true, or VACANT, unless the place has been given to another station
 * meanwhile: then the first word is another one when it is looked at again. Two threads
 * that learn a new station may take two places for it; the one further back gives way.
 * A thread that sleeps between its look at a place and its change of it may, should the same
 * second word stand there then for another station, change that one's: it is where it was
 * seen again with its next frame.
 * Layer: etherip/bridge, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bridge/fdb.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"

#define WAYS	8u
/* Sets are a quarter full at the limit: then one of some 4,000 overflows. */
#define SPARE	4u

#define VACANT	UINT64_C(0)
#define TAKEN	(UINT64_C(1) << 63)	/* in the first word: not 0 */

/* The second word: seen_s << 32 | pins << 16 | member + 1. */
#define MEMBER_OF(w)	((unsigned)((w) & 0xff) - 1)
#define PINS_OF(w)	((unsigned)((w) >> 16) & 0xff)
#define SEEN_OF(w)	((uint32_t)((w) >> 32))

struct set {
	_Alignas(64) _Atomic uint64_t station[WAYS];
	_Atomic uint64_t known[WAYS];
};

struct fdb {
	unsigned	 magic;
#define FDB_MAGIC	0xfdb0fdb1u
	uint32_t	 limit;
	_Atomic uint32_t ageing_s;
	size_t		 mask;		/* of sets */
	size_t		 hand;		/* of the sweep */
	struct hash_key	 secret;
	struct set	*sets;
	_Atomic uint32_t count, behind[FDB_MEMBERS_MAX];
	_Atomic uint32_t member_limit[FDB_MEMBERS_MAX];
};

static uint64_t
known_word(unsigned member, unsigned pins, uint32_t seen_s)
{
	return (uint64_t)seen_s << 32 | (uint64_t)pins << 16 | (member + 1);
}

static uint64_t
station_word(const struct fdb_key *k)
{
	return TAKEN | (uint64_t)(k->vlan & 0xfff) << 48 |
	    (k->mac & UINT64_C(0xffffffffffff));
}

static struct fdb_key
key_of(uint64_t station)
{
	return (struct fdb_key){ station & UINT64_C(0xffffffffffff),
	    (uint16_t)(station >> 48 & 0xfff) };
}

static size_t
sets_for(uint32_t limit)
{
	size_t sets = 1;

	while (sets * WAYS < (size_t)limit * SPARE)
		sets *= 2;
	return sets;
}

struct fdb *
fdb_new(const struct fdb_config *c)
{
	struct fdb *f = mem_zalloc(1, sizeof(*f));
	struct rand r;
	size_t sets;

	assert(c->limit > 0 && c->limit <= FDB_LIMIT_MAX);
	sets = sets_for(c->limit);
	f->magic = FDB_MAGIC;
	f->limit = c->limit;
	atomic_init(&f->ageing_s, c->ageing_s);
	f->mask = sets - 1;
	rand_seed(&r);
	hash_key_init(&f->secret, rand_u64(&r));
	f->sets = mem_zalloc_lines(sets, sizeof(*f->sets));
	return f;
}

void
fdb_free(struct fdb **pf)
{
	struct fdb *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	OBJ_CHECK(f, FDB_MAGIC);
	free(f->sets);
	f->magic = 0;
	free(f);
}

void
fdb_set_member_limit(struct fdb *f, unsigned member, uint32_t limit)
{
	assert(member < FDB_MEMBERS_MAX);
	atomic_store_explicit(&f->member_limit[member], limit,
	    memory_order_relaxed);
}

void
fdb_set_ageing(struct fdb *f, uint32_t ageing_s)
{
	atomic_store_explicit(&f->ageing_s, ageing_s, memory_order_relaxed);
}

static struct set *
set_of(const struct fdb *f, uint64_t station)
{
	return &f->sets[hash_octets(&f->secret, &station, sizeof(station)) &
	    f->mask];
}

/* Pinned ones never are; the clock may be a second apart between threads. */
static bool
is_old(const struct fdb *f, uint64_t known, uint32_t now_s)
{
	uint32_t ageing = atomic_load_explicit(&f->ageing_s,
	    memory_order_relaxed);

	return ageing != 0 && PINS_OF(known) == 0 &&
	    (int64_t)now_s - SEEN_OF(known) >= (int64_t)ageing;
}

/* Its way, with what is known; or WAYS. */
static unsigned
way_of(const struct set *s, uint64_t station, uint64_t *known)
{
	for (unsigned i = 0; i < WAYS; i++) {
		if (atomic_load_explicit(&s->station[i],
		    memory_order_acquire) != station)
			continue;
		*known = atomic_load_explicit(&s->known[i],
		    memory_order_acquire);
		if (*known != VACANT && atomic_load_explicit(&s->station[i],
		    memory_order_acquire) == station)
			return i;
	}
	return WAYS;
}

unsigned
fdb_find(const struct fdb *f, const struct fdb_key *k, uint32_t now_s)
{
	uint64_t station = station_word(k), known;

	if (way_of(set_of(f, station), station, &known) == WAYS ||
	    is_old(f, known, now_s))
		return FDB_NONE;
	return MEMBER_OF(known);
}

bool
fdb_get(const struct fdb *f, const struct fdb_key *k, uint32_t now_s,
    struct fdb_station *out)
{
	uint64_t station = station_word(k), known;

	if (way_of(set_of(f, station), station, &known) == WAYS ||
	    is_old(f, known, now_s))
		return false;
	*out = (struct fdb_station){ key_of(station), MEMBER_OF(known),
	    PINS_OF(known), SEEN_OF(known) };
	return true;
}

/* ---- places ---- */

static void
count_in(struct fdb *f, unsigned member)
{
	atomic_fetch_add_explicit(&f->count, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&f->behind[member], 1,
	    memory_order_relaxed);
}

static void
count_out(struct fdb *f, unsigned member)
{
	atomic_fetch_sub_explicit(&f->count, 1, memory_order_relaxed);
	atomic_fetch_sub_explicit(&f->behind[member], 1,
	    memory_order_relaxed);
}

/* Gives a place back in which this was known; false: it is something else now. */
static bool
vacate(struct fdb *f, struct set *s, unsigned i, uint64_t known)
{
	if (!atomic_compare_exchange_strong_explicit(&s->known[i], &known,
	    VACANT, memory_order_acq_rel, memory_order_relaxed))
		return false;
	count_out(f, MEMBER_OF(known));
	atomic_store_explicit(&s->station[i], 0, memory_order_release);
	return true;
}

/* Has it a place further to the front? */
static bool
is_second(const struct set *s, unsigned way, uint64_t station)
{
	for (unsigned i = 0; i < way; i++)
		if (atomic_load_explicit(&s->station[i],
		    memory_order_acquire) == station)
			return true;
	return false;
}

/* Takes a free place. False: the set is full. Who gives way to another thread that does the
 * same has a place, too: that one's. */
static bool
occupy(struct fdb *f, struct set *s, uint64_t station, uint64_t known)
{
	for (unsigned i = 0; i < WAYS; i++) {
		uint64_t none = 0;

		if (atomic_load_explicit(&s->station[i],
		    memory_order_relaxed) != 0 ||
		    !atomic_compare_exchange_strong_explicit(&s->station[i],
		    &none, station, memory_order_seq_cst,
		    memory_order_relaxed))
			continue;
		count_in(f, MEMBER_OF(known));
		atomic_store_explicit(&s->known[i], known,
		    memory_order_seq_cst);
		if (is_second(s, i, station))
			(void)vacate(f, s, i, known);
		return true;
	}
	return false;
}

/* ---- learning ---- */

static bool
has_room(const struct fdb *f, unsigned member)
{
	uint32_t own = atomic_load_explicit(&f->member_limit[member],
	    memory_order_relaxed);

	return atomic_load_explicit(&f->count, memory_order_relaxed) <
	    f->limit && (own == 0 ||
	    atomic_load_explicit(&f->behind[member], memory_order_relaxed) <
	    own);
}

static enum fdb_seen
learn_new(struct fdb *f, struct set *s, uint64_t station, unsigned member,
    uint32_t now_s)
{
	if (!has_room(f, member) ||
	    !occupy(f, s, station, known_word(member, 0, now_s)))
		return FDB_FULL;
	return FDB_NEW;
}

/* What is told of a station that was known as known and is seen behind member. */
static enum fdb_seen
told(const struct fdb *f, uint64_t known, unsigned member, uint32_t now_s)
{
	if (MEMBER_OF(known) == member)
		return is_old(f, known, now_s) ? FDB_NEW : FDB_KNOWN;
	if (PINS_OF(known) != 0)
		return FDB_PINNED;
	return is_old(f, known, now_s) ? FDB_NEW : FDB_MOVED;
}

enum fdb_seen
fdb_learn(struct fdb *f, const struct fdb_key *k, unsigned member,
    uint32_t now_s, unsigned *was)
{
	uint64_t station = station_word(k), known, now;
	struct set *s = set_of(f, station);
	unsigned way = way_of(s, station, &known);
	enum fdb_seen seen;

	assert(member < FDB_MEMBERS_MAX);
	if (way == WAYS)
		return learn_new(f, s, station, member, now_s);
	seen = told(f, known, member, now_s);
	if (was != NULL)
		*was = MEMBER_OF(known);
	now = known_word(member, PINS_OF(known), now_s);
	/* The line stays where it is as long as the second is the same. */
	if (seen == FDB_PINNED || now == known)
		return seen;
	if (!atomic_compare_exchange_strong_explicit(&s->known[way], &known,
	    now, memory_order_acq_rel, memory_order_relaxed))
		return FDB_KNOWN;	/* another thread has just been here */
	if (MEMBER_OF(known) != member) {
		atomic_fetch_add_explicit(&f->behind[member], 1,
		    memory_order_relaxed);
		atomic_fetch_sub_explicit(&f->behind[MEMBER_OF(known)], 1,
		    memory_order_relaxed);
	}
	return seen;
}

/* ---- by command ---- */

/* Makes a station's second word another one, whoever learns meanwhile. */
static bool
change(struct fdb *f, struct set *s, uint64_t station,
    uint64_t (*make)(uint64_t known, const void *arg), const void *arg)
{
	uint64_t known;
	unsigned way;

	while ((way = way_of(s, station, &known)) != WAYS) {
		uint64_t now = make(known, arg);

		if (!atomic_compare_exchange_strong_explicit(&s->known[way],
		    &known, now, memory_order_acq_rel, memory_order_relaxed))
			continue;
		atomic_fetch_add_explicit(&f->behind[MEMBER_OF(now)], 1,
		    memory_order_relaxed);
		atomic_fetch_sub_explicit(&f->behind[MEMBER_OF(known)], 1,
		    memory_order_relaxed);
		return true;
	}
	return false;
}

static uint64_t
as_given(uint64_t known, const void *arg)
{
	(void)known;
	return *(const uint64_t *)arg;
}

bool
fdb_put(struct fdb *f, const struct fdb_key *k, unsigned member,
    unsigned pins, uint32_t now_s)
{
	uint64_t station = station_word(k);
	uint64_t given = known_word(member, pins, now_s);
	struct set *s = set_of(f, station);

	assert(member < FDB_MEMBERS_MAX);
	return change(f, s, station, as_given, &given) ||
	    (occupy(f, s, station, given) &&
	    change(f, s, station, as_given, &given));
}

struct pins {
	unsigned add, take;
};

static uint64_t
with_pins(uint64_t known, const void *arg)
{
	const struct pins *p = arg;

	return known_word(MEMBER_OF(known),
	    (PINS_OF(known) & ~p->take) | p->add, SEEN_OF(known));
}

bool
fdb_pin(struct fdb *f, const struct fdb_key *k, unsigned add, unsigned take)
{
	uint64_t station = station_word(k);
	const struct pins p = { add, take };

	return change(f, set_of(f, station), station, with_pins, &p);
}

bool
fdb_remove(struct fdb *f, const struct fdb_key *k)
{
	uint64_t station = station_word(k), known;
	struct set *s = set_of(f, station);
	bool was = false;
	unsigned way;

	/* To the last: there may be a second place. */
	while ((way = way_of(s, station, &known)) != WAYS)
		was |= vacate(f, s, way, known);
	return was;
}

/* ---- rounds ---- */

typedef bool goes_fn(const struct fdb *f, uint64_t known, uint32_t arg);

/* Gives back the places of a set that goes says; who is refreshed meanwhile stays. */
static size_t
clear_set(struct fdb *f, struct set *s, goes_fn *goes, uint32_t arg)
{
	size_t gone = 0;

	for (unsigned i = 0; i < WAYS; i++) {
		uint64_t known = atomic_load_explicit(&s->known[i],
		    memory_order_acquire);

		if (known != VACANT && goes(f, known, arg) &&
		    vacate(f, s, i, known))
			gone++;
	}
	return gone;
}

static bool
is_behind(const struct fdb *f, uint64_t known, uint32_t member)
{
	(void)f;
	return (PINS_OF(known) & FDB_STATIC) == 0 &&
	    (member == FDB_NONE || MEMBER_OF(known) == member);
}

size_t
fdb_flush(struct fdb *f, unsigned member)
{
	size_t gone = 0;

	for (size_t i = 0; i <= f->mask; i++)
		gone += clear_set(f, &f->sets[i], is_behind, member);
	return gone;
}

size_t
fdb_sweep(struct fdb *f, size_t sets, uint32_t now_s)
{
	size_t gone = 0;

	while (sets-- > 0) {
		gone += clear_set(f, &f->sets[f->hand], is_old, now_s);
		f->hand = (f->hand + 1) & f->mask;
	}
	return gone;
}

size_t
fdb_sets(const struct fdb *f)
{
	return f->mask + 1;
}

static void
each_of_set(const struct fdb *f, const struct set *s, uint32_t now_s,
    void (*fn)(void *arg, const struct fdb_station *), void *arg)
{
	for (unsigned i = 0; i < WAYS; i++) {
		struct fdb_station t;
		uint64_t known, station = atomic_load_explicit(
		    &s->station[i], memory_order_acquire);

		/* The first of two places, should there be two. */
		if (station == 0 || way_of(s, station, &known) != i ||
		    is_old(f, known, now_s))
			continue;
		t = (struct fdb_station){ key_of(station), MEMBER_OF(known),
		    PINS_OF(known), SEEN_OF(known) };
		fn(arg, &t);
	}
}

void
fdb_each(const struct fdb *f, uint32_t now_s,
    void (*fn)(void *arg, const struct fdb_station *), void *arg)
{
	for (size_t i = 0; i <= f->mask; i++)
		each_of_set(f, &f->sets[i], now_s, fn, arg);
}

uint32_t
fdb_count(const struct fdb *f, unsigned member)
{
	return atomic_load_explicit(member == FDB_NONE ? &f->count :
	    &f->behind[member], memory_order_relaxed);
}
