/* gtmd/query/slotmap.c - the writer's half of slotmap.h.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/slotmap.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"

#define SLOTS_MIN	16

char slotmap_gone;

static struct slotmap_index *
new_index(size_t slots)
{
	struct slotmap_index *x;

	x = mem_zalloc(1, sizeof(*x) + slots * sizeof(x->slots[0]));
	x->mask = slots - 1;
	return x;
}

void
slotmap_init(struct slotmap *m)
{
	*m = (struct slotmap){ .index = new_index(SLOTS_MIN) };
}

void
slotmap_fini(struct slotmap *m)
{
	free(m->index);
	*m = (struct slotmap){ 0 };
}

/* The first slot in the hash's row that was never used. */
static struct slotmap_slot *
free_slot(struct slotmap_index *x, uint64_t hash)
{
	uint64_t at = hash;

	while (x->slots[at & x->mask].item != NULL)
		at++;
	return &x->slots[at & x->mask];
}

static void
put(struct slotmap_slot *s, uint64_t hash, void *item)
{
	__atomic_store_n(&s->hash, hash, __ATOMIC_RELAXED);
	__atomic_store_n(&s->item, item, __ATOMIC_RELEASE);
}

/* A table of the size that the items ask for, without what is gone. */
static void
rebuild(struct slotmap *m)
{
	struct slotmap_index *old = m->index, *x;
	size_t slots = SLOTS_MIN;

	while (slots < m->count * 2 + 2)
		slots *= 2;
	x = new_index(slots);
	for (size_t i = 0; i <= old->mask; i++) {
		const struct slotmap_slot *s = &old->slots[i];

		if (s->item != NULL && s->item != &slotmap_gone)
			put(free_slot(x, s->hash), s->hash, s->item);
	}
	m->used = m->count;
	old = RCU_SWAP(m->index, x);
	rcu_defer(free, old);
}

void
slotmap_add(struct slotmap *m, uint64_t hash, void *item)
{
	assert(item != NULL);
	if ((m->used + 1) * 4 > (m->index->mask + 1) * 3)
		rebuild(m);
	put(free_slot(m->index, hash), hash, item);
	m->count++;
	m->used++;
}

void
slotmap_remove(struct slotmap *m, uint64_t hash, const void *item)
{
	uint64_t at = hash;

	while (m->index->slots[at & m->index->mask].item != item) {
		assert(m->index->slots[at & m->index->mask].item != NULL);
		at++;
	}
	__atomic_store_n(&m->index->slots[at & m->index->mask].item,
	    (void *)&slotmap_gone, __ATOMIC_RELEASE);
	m->count--;
	/* A table that has shrunk much gives memory back. */
	if (m->index->mask + 1 > SLOTS_MIN && m->count * 8 < m->index->mask)
		rebuild(m);
}

void *
slotmap_each(const struct slotmap *m, size_t *at)
{
	while (*at <= m->index->mask) {
		void *item = m->index->slots[(*at)++].item;

		if (item != NULL && item != &slotmap_gone)
			return item;
	}
	return NULL;
}
