/* etherip/bridge/tracering.c - see tracering.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bridge/tracering.h"

#include <stdlib.h>

#include "core/base/mem.h"

struct tracering *
tracering_new(void)
{
	return mem_zalloc_lines(1, sizeof(struct tracering));
}

void
tracering_free(struct tracering **pt)
{
	free(*pt);
	*pt = NULL;
}

static void
write_words(uint64_t w[TRACERING_WORDS], const struct tracering_record *r)
{
	w[0] = r->at;
	w[1] = r->dst | (uint64_t)r->type << 48;
	w[2] = r->src | (uint64_t)r->vlan << 48;
	w[3] = (uint64_t)r->len << 32 | (uint64_t)r->from << 8 | r->why;
	w[4] = r->to;
}

static void
read_words(struct tracering_record *r, const uint64_t w[TRACERING_WORDS])
{
	const uint64_t mac = UINT64_C(0xffffffffffff);

	*r = (struct tracering_record){ .at = w[0], .dst = w[1] & mac,
	    .type = (uint16_t)(w[1] >> 48), .src = w[2] & mac,
	    .vlan = (uint16_t)(w[2] >> 48), .len = (uint32_t)(w[3] >> 32),
	    .from = (uint8_t)(w[3] >> 8), .why = (uint8_t)w[3], .to = w[4] };
}

void
tracering_note(struct tracering *t, const struct tracering_record *r)
{
	uint64_t place = atomic_fetch_add_explicit(&t->head, 1,
	    memory_order_relaxed) % TRACERING_MAX;
	uint64_t words[TRACERING_WORDS], serial;

	serial = atomic_load_explicit(&t->v[place].serial,
	    memory_order_relaxed);
	if (serial % 2 != 0 ||
	    !atomic_compare_exchange_strong_explicit(&t->v[place].serial,
	    &serial, serial + 1, memory_order_acquire,
	    memory_order_relaxed)) {
		atomic_fetch_add_explicit(&t->lost, 1, memory_order_relaxed);
		return;
	}
	write_words(words, r);
	for (int i = 0; i < TRACERING_WORDS; i++)
		atomic_store_explicit(&t->v[place].words[i], words[i],
		    memory_order_release);
	atomic_store_explicit(&t->v[place].serial, serial + 2,
	    memory_order_release);
}

/* A thread that noted something for the last station may still do so after this. */
static void
forget(struct tracering *t)
{
	const struct tracering_record nothing = { .at = 0 };

	for (unsigned i = 0; i < TRACERING_MAX; i++)
		tracering_note(t, &nothing);
	atomic_store_explicit(&t->lost, 0, memory_order_relaxed);
}

void
tracering_watch(struct tracering *t, const struct fdb_key *k)
{
	atomic_store_explicit(&t->station, 0, memory_order_relaxed);
	if (k == NULL)
		return;
	forget(t);
	atomic_store_explicit(&t->station, TRACERING_ANY |
	    (uint64_t)k->vlan << 48 | k->mac, memory_order_relaxed);
}

bool
tracering_watched(const struct tracering *t, struct fdb_key *out)
{
	uint64_t station = atomic_load_explicit(&t->station,
	    memory_order_relaxed);

	*out = (struct fdb_key){ station & UINT64_C(0xffffffffffff),
	    (uint16_t)(station >> 48 & 0xfff) };
	return station != 0;
}

/* False: nothing is there, or it is being written. */
static bool
read_place(const struct tracering *t, size_t place,
    struct tracering_record *r)
{
	uint64_t words[TRACERING_WORDS];
	uint64_t serial = atomic_load_explicit(&t->v[place].serial,
	    memory_order_acquire);

	for (int i = 0; i < TRACERING_WORDS; i++)
		words[i] = atomic_load_explicit(&t->v[place].words[i],
		    memory_order_acquire);
	read_words(r, words);
	return r->at != 0 && serial % 2 == 0 &&
	    atomic_load_explicit(&t->v[place].serial,
	    memory_order_relaxed) == serial;
}

uint64_t
tracering_each(const struct tracering *t,
    void (*fn)(void *arg, const struct tracering_record *r), void *arg)
{
	uint64_t head = atomic_load_explicit(&t->head, memory_order_acquire);
	struct tracering_record r;

	for (size_t i = 0; i < TRACERING_MAX; i++)
		if (read_place(t, (head + i) % TRACERING_MAX, &r))
			fn(arg, &r);
	return atomic_load_explicit(&t->lost, memory_order_relaxed);
}
