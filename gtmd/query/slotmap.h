/* gtmd/query/slotmap.h - hash table of pointers that is read while it is written.
 *
 * One writer, any number of readers without locks (RCU): slots are published
 * one by one, a table that has grown is published whole and its predecessor
 * freed after a grace period. Keys are the items' own business: a reader walks
 * the items that share a hash and compares. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_SLOTMAP_H
#define GTMD_QUERY_SLOTMAP_H

#include <stddef.h>
#include <stdint.h>

#include "core/io/rcu.h"

struct slotmap_slot {
	uint64_t	 hash;
	void		*item;	/* NULL = never used, ends a search */
};

struct slotmap_index {
	uint64_t		 mask;	/* slots - 1, a power of two */
	struct slotmap_slot	 slots[];
};

struct slotmap {
	struct slotmap_index	*index;	/* RCU */
	size_t			 count;	/* items */
	size_t			 used;	/* slots that are not NULL */
};

/* Stands where an item was removed. */
extern char slotmap_gone;

void slotmap_init(struct slotmap *m);
/* No reader is left. Items are the owner's to free. */
void slotmap_fini(struct slotmap *m);

/* The writer. An item stands for one hash, at most once. */
void slotmap_add(struct slotmap *m, uint64_t hash, void *item);
void slotmap_remove(struct slotmap *m, uint64_t hash, const void *item);
/* All items in no order: start with *at = 0; NULL at the end. Writer. */
void *slotmap_each(const struct slotmap *m, size_t *at);

/* A reader's walk over the items of one hash. */
struct slotmap_walk {
	const struct slotmap_index	*index;
	uint64_t			 hash, at;
};

static inline struct slotmap_walk
slotmap_walk(const struct slotmap *m, uint64_t hash)
{
	return (struct slotmap_walk){ RCU_GET(m->index), hash, hash };
}

/* The next item with this hash, or NULL. Probes are linear; a quarter of the
 * slots is never used, so that a miss is short too. */
static inline void *
slotmap_next(struct slotmap_walk *k)
{
	for (;;) {
		const struct slotmap_slot *s =
		    &k->index->slots[k->at++ & k->index->mask];
		void *item = __atomic_load_n(&s->item, __ATOMIC_ACQUIRE);

		if (item == NULL)
			return NULL;
		/* The hash may be a later tenant's by now: then the item found
		 * is leaving, and the caller compares its key. */
		if (item != &slotmap_gone &&
		    __atomic_load_n(&s->hash, __ATOMIC_RELAXED) == k->hash)
			return item;
	}
}

static inline void
slotmap_prefetch(const struct slotmap *m, uint64_t hash)
{
	const struct slotmap_index *x = RCU_GET(m->index);

	__builtin_prefetch(&x->slots[hash & x->mask]);
}

#endif
