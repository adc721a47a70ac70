/* etherip/bridge/snoop.c - see snoop.h.
 *
 * A place is four words, written by one thread between two steps of its set's serial, which is
 * odd meanwhile; who reads takes the words, then looks whether the serial is still what it was.
 * Places of a station are a chain that only the writer knows, by the number of the place.
 * Layer: etherip/bridge, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bridge/snoop.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "etherip/bridge/snoop_words.h"
#include "etherip/frame/macaddr.h"

#define WAYS	8u
#define SPARE	4u	/* sets are a quarter full at the limit */
#define NOWHERE	UINT32_MAX
#define TRIES	64	/* of a reader, while the writer is at work */

struct set {
	_Alignas(64) _Atomic uint32_t serial;
	_Atomic uint64_t words[WAYS][SNOOP_WORDS];
};

struct snoop {
	unsigned	 magic;
#define SNOOP_MAGIC	0x5100b001u
	uint32_t	 limit;
	_Atomic uint32_t ageing_s;
	uint32_t	 count;
	size_t		 mask;		/* of sets, and of chains */
	size_t		 hand;		/* of the sweep */
	struct hash_key	 secret;
	struct set	*sets;
	uint32_t	*first;		/* place of a chain, by station */
	uint32_t	*next;		/* place behind a place */
};

struct snoop *
snoop_new(const struct snoop_config *c)
{
	struct snoop *s = mem_zalloc(1, sizeof(*s));
	struct rand r;
	size_t sets = 1;

	assert(c->limit > 0 && c->limit <= SNOOP_LIMIT_MAX);
	while (sets * WAYS < (size_t)c->limit * SPARE)
		sets *= 2;
	s->magic = SNOOP_MAGIC;
	s->limit = c->limit;
	atomic_init(&s->ageing_s, c->ageing_s);
	s->mask = sets - 1;
	rand_seed(&r);
	hash_key_init(&s->secret, rand_u64(&r));
	s->sets = mem_zalloc_lines(sets, sizeof(*s->sets));
	s->first = mem_zalloc(sets, sizeof(*s->first));
	s->next = mem_zalloc(sets * WAYS, sizeof(*s->next));
	memset(s->first, 0xff, sets * sizeof(*s->first));
	return s;
}

void
snoop_free(struct snoop **ps)
{
	struct snoop *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, SNOOP_MAGIC);
	free(s->next);
	free(s->first);
	free(s->sets);
	s->magic = 0;
	free(s);
}

void
snoop_set_ageing(struct snoop *s, uint32_t ageing_s)
{
	atomic_store_explicit(&s->ageing_s, ageing_s, memory_order_relaxed);
}

/* ---- places ---- */

static struct set *
set_of(const struct snoop *s, const uint64_t words[SNOOP_WORDS])
{
	uint64_t key[3] = { words[0], words[1],
	    words[2] & SNOOP_WORDS_SAME };

	return &s->sets[hash_octets(&s->secret, key, sizeof(key)) & s->mask];
}

static bool
is_old(const struct snoop *s, const uint64_t words[SNOOP_WORDS],
    uint32_t now_s)
{
	uint32_t ageing = atomic_load_explicit(&s->ageing_s,
	    memory_order_relaxed);

	return ageing != 0 && (int64_t)now_s - snoop_words_seen(words) >=
	    (int64_t)ageing;
}

static void
load(const struct set *set, unsigned way, uint64_t words[SNOOP_WORDS])
{
	for (int i = 0; i < SNOOP_WORDS; i++)
		words[i] = atomic_load_explicit(&set->words[way][i],
		    memory_order_acquire);
}

static bool
is_same(const uint64_t a[SNOOP_WORDS], const uint64_t b[SNOOP_WORDS])
{
	return a[0] == b[0] && a[1] == b[1] &&
	    ((a[2] ^ b[2]) & SNOOP_WORDS_SAME) == 0;
}

/* Its way with all its words, or WAYS. */
static unsigned
way_of(const struct set *set, const uint64_t key[SNOOP_WORDS],
    uint64_t words[SNOOP_WORDS])
{
	unsigned way;

	for (way = 0; way < WAYS; way++) {
		load(set, way, words);
		if (is_same(words, key))
			break;
	}
	return way;
}

bool
snoop_find(const struct snoop *s, const struct addr *ip, uint16_t vlan,
    uint32_t now_s, struct snoop_fact *out)
{
	const struct snoop_fact wanted = { .ip = *ip, .vlan = vlan };
	uint64_t key[SNOOP_WORDS], words[SNOOP_WORDS];
	const struct set *set;
	unsigned way;

	snoop_words_write(key, &wanted);
	set = set_of(s, key);
	for (int i = 0; i < TRIES; i++) {
		uint32_t serial = atomic_load_explicit(&set->serial,
		    memory_order_acquire);

		if (serial % 2 != 0)
			continue;
		way = way_of(set, key, words);
		if (atomic_load_explicit(&set->serial,
		    memory_order_relaxed) != serial)
			continue;
		if (way == WAYS || is_old(s, words, now_s))
			return false;
		snoop_words_read(out, words);
		return true;
	}
	return false;
}

/* NULL words: nothing is there any more. */
static void
store(struct set *set, unsigned way, const uint64_t *words)
{
	uint32_t serial = atomic_load_explicit(&set->serial,
	    memory_order_relaxed);

	atomic_store_explicit(&set->serial, serial + 1, memory_order_relaxed);
	for (int i = 0; i < SNOOP_WORDS; i++)
		atomic_store_explicit(&set->words[way][i],
		    words != NULL ? words[i] : 0, memory_order_release);
	atomic_store_explicit(&set->serial, serial + 2, memory_order_release);
}

/* ---- chains ---- */

static uint32_t
place_of(const struct snoop *s, const struct set *set, unsigned way)
{
	return (uint32_t)((size_t)(set - s->sets) * WAYS + way);
}

static uint32_t *
chain_of(const struct snoop *s, uint64_t mac, uint16_t vlan)
{
	uint64_t key = (uint64_t)vlan << 48 | mac;

	return &s->first[hash_octets(&s->secret, &key, sizeof(key)) &
	    s->mask];
}

static void
fact_at(const struct snoop *s, uint32_t place, struct snoop_fact *out)
{
	uint64_t words[SNOOP_WORDS];

	load(&s->sets[place / WAYS], place % WAYS, words);
	snoop_words_read(out, words);
}

static void
link_in(struct snoop *s, uint32_t place, const struct snoop_fact *f)
{
	uint32_t *first = chain_of(s, f->mac, f->vlan);

	s->next[place] = *first;
	*first = place;
}

static void
link_out(struct snoop *s, uint32_t place)
{
	struct snoop_fact f;
	uint32_t *at;

	fact_at(s, place, &f);
	for (at = chain_of(s, f.mac, f.vlan); *at != place; at = &s->next[*at])
		assert(*at != NOWHERE);
	*at = s->next[place];
}

static void
drop(struct snoop *s, uint32_t place)
{
	link_out(s, place);
	store(&s->sets[place / WAYS], place % WAYS, NULL);
	s->count--;
}

/* ---- learning ---- */

/* An address that one station has. */
static bool
is_sound(const struct snoop_fact *f)
{
	const uint8_t *o = f->ip.octets;

	if (!macaddr_is_station(f->mac) || addr_is_any(&f->ip))
		return false;
	if (f->ip.family == AF_INET)
		return o[0] != 0 && o[0] != 127 && o[0] < 224;
	return f->ip.family == AF_INET6 && o[0] != 0xff;
}

/* The place that gives way when the station has as many as it may, or NOWHERE. */
static uint32_t
oldest_of(const struct snoop *s, const struct snoop_fact *like)
{
	uint32_t oldest = NOWHERE, oldest_s = 0, place;
	unsigned count = 0;
	struct snoop_fact f;

	for (place = *chain_of(s, like->mac, like->vlan); place != NOWHERE;
	    place = s->next[place]) {
		fact_at(s, place, &f);
		if (f.mac != like->mac || f.vlan != like->vlan)
			continue;
		count++;
		if (oldest == NOWHERE || f.seen_s < oldest_s) {
			oldest = place;
			oldest_s = f.seen_s;
		}
	}
	return count < SNOOP_OF_MAX ? NOWHERE : oldest;
}

static enum snoop_seen
learn_new(struct snoop *s, struct set *set, const struct snoop_fact *f)
{
	uint64_t words[SNOOP_WORDS];
	uint32_t oldest = oldest_of(s, f);
	unsigned way;

	if (oldest != NOWHERE)
		drop(s, oldest);
	if (s->count >= s->limit)
		return SNOOP_FULL;
	for (way = 0; way < WAYS; way++) {
		load(set, way, words);
		if (words[2] == 0)
			break;
		if (is_old(s, words, f->seen_s)) {
			drop(s, place_of(s, set, way));
			break;
		}
	}
	if (way == WAYS)
		return SNOOP_FULL;
	snoop_words_write(words, f);
	store(set, way, words);
	link_in(s, place_of(s, set, way), f);
	s->count++;
	return SNOOP_NEW;
}

enum snoop_seen
snoop_learn(struct snoop *s, const struct snoop_fact *f, uint64_t *was)
{
	uint64_t now[SNOOP_WORDS], words[SNOOP_WORDS];
	struct snoop_fact before;
	struct set *set;
	unsigned way;

	OBJ_CHECK(s, SNOOP_MAGIC);
	if (!is_sound(f))
		return SNOOP_NO_FACT;
	snoop_words_write(now, f);
	set = set_of(s, now);
	way = way_of(set, now, words);
	if (way == WAYS)
		return learn_new(s, set, f);
	snoop_words_read(&before, words);
	/* A question does not say that its sender is no router. */
	now[2] |= before.mac == f->mac ? words[2] & SNOOP_WORDS_ROUTER : 0;
	if (before.mac == f->mac) {
		store(set, way, now);
		return is_old(s, words, f->seen_s) ? SNOOP_NEW : SNOOP_KNOWN;
	}
	link_out(s, place_of(s, set, way));
	store(set, way, now);
	link_in(s, place_of(s, set, way), f);
	if (was != NULL)
		*was = before.mac;
	return is_old(s, words, f->seen_s) ? SNOOP_NEW : SNOOP_CHANGED;
}

/* ---- told and forgotten ---- */

/* The latest first; the oldest falls out at the end. */
static size_t
put_in_order(struct snoop_fact *out, size_t count, size_t cap,
    const struct snoop_fact *f)
{
	size_t at = count;

	while (at > 0 && out[at - 1].seen_s < f->seen_s)
		at--;
	if (at == cap)
		return count;
	if (count == cap)
		count--;
	memmove(out + at + 1, out + at, (count - at) * sizeof(*out));
	out[at] = *f;
	return count + 1;
}

size_t
snoop_of(const struct snoop *s, const struct fdb_key *k, uint32_t now_s,
    struct snoop_fact *out, size_t cap)
{
	uint64_t words[SNOOP_WORDS];
	struct snoop_fact f;
	size_t count = 0;
	uint32_t place;

	OBJ_CHECK(s, SNOOP_MAGIC);
	for (place = *chain_of(s, k->mac, k->vlan); place != NOWHERE;
	    place = s->next[place]) {
		load(&s->sets[place / WAYS], place % WAYS, words);
		snoop_words_read(&f, words);
		if (f.mac == k->mac && f.vlan == k->vlan &&
		    !is_old(s, words, now_s))
			count = put_in_order(out, count, cap, &f);
	}
	return count;
}

size_t
snoop_forget(struct snoop *s, const struct fdb_key *k)
{
	uint32_t place, next;
	struct snoop_fact f;
	size_t count = 0;

	OBJ_CHECK(s, SNOOP_MAGIC);
	for (place = *chain_of(s, k->mac, k->vlan); place != NOWHERE;
	    place = next) {
		next = s->next[place];
		fact_at(s, place, &f);
		if (f.mac != k->mac || f.vlan != k->vlan)
			continue;
		drop(s, place);
		count++;
	}
	return count;
}

size_t
snoop_sweep(struct snoop *s, size_t sets, uint32_t now_s)
{
	uint64_t words[SNOOP_WORDS];
	size_t count = 0;

	OBJ_CHECK(s, SNOOP_MAGIC);
	for (; sets > 0; sets--) {
		struct set *set = &s->sets[s->hand++ & s->mask];

		for (unsigned way = 0; way < WAYS; way++) {
			load(set, way, words);
			if (words[2] == 0 || !is_old(s, words, now_s))
				continue;
			drop(s, place_of(s, set, way));
			count++;
		}
	}
	return count;
}

size_t
snoop_sets(const struct snoop *s)
{
	return s->mask + 1;
}

void
snoop_each(const struct snoop *s, uint32_t now_s,
    void (*fn)(void *arg, const struct snoop_fact *f), void *arg)
{
	uint64_t words[SNOOP_WORDS];
	struct snoop_fact f;

	OBJ_CHECK(s, SNOOP_MAGIC);
	for (size_t place = 0; place <= s->mask * WAYS + WAYS - 1; place++) {
		load(&s->sets[place / WAYS], place % WAYS, words);
		if (words[2] == 0 || is_old(s, words, now_s))
			continue;
		snoop_words_read(&f, words);
		fn(arg, &f);
	}
}

uint32_t
snoop_count(const struct snoop *s)
{
	return s->count;
}
