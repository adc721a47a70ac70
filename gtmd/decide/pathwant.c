/* gtmd/decide/pathwant.c - see pathwant.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/pathwant.h"

#include <stddef.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

#define PROVEN	UINT64_C(0x100)

struct slot {
	uint64_t	 sequence;	/* odd: being written */
	uint64_t	 high, low;
	uint64_t	 how;		/* needs | PROVEN; 0 = empty */
};

struct pathwant {
	unsigned	 magic;
#define PATHWANT_MAGIC	0x9a74a471u
	bool		 any;		/* may some slot be taken? */
	struct slot	 slots[PATHWANT_SLOTS];
};

struct pathwant *
pathwant_new(void)
{
	struct pathwant *w = mem_zalloc(1, sizeof(*w));

	w->magic = PATHWANT_MAGIC;
	return w;
}

void
pathwant_free(struct pathwant **pw)
{
	struct pathwant *w = *pw;

	*pw = NULL;
	if (w == NULL)
		return;
	OBJ_CHECK(w, PATHWANT_MAGIC);
	w->magic = 0;
	free(w);
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

/* False: somebody else is writing it. */
static bool
slot_write(struct slot *s, const struct clientnet *resolver, uint64_t how)
{
	uint64_t sequence = load(&s->sequence);

	if ((sequence & 1) != 0 || !__atomic_compare_exchange_n(&s->sequence,
	    &sequence, sequence + 1, false, __ATOMIC_ACQ_REL,
	    __ATOMIC_RELAXED))
		return false;
	store(&s->high, resolver->high);
	store(&s->low, resolver->low);
	store(&s->how, how);
	store(&s->sequence, sequence + 2);
	return true;
}

void
pathwant_note(struct pathwant *w, const struct clientnet *resolver,
    uint32_t needs, bool proven)
{
	struct slot *s = &w->slots[clientnet_point(resolver) &
	    (PATHWANT_SLOTS - 1)];
	uint64_t had = load(&s->how), how = (needs & 0xff) |
	    (proven ? PROVEN : 0);

	if (had != 0 && load(&s->high) == resolver->high &&
	    load(&s->low) == resolver->low) {
		if ((how & ~had) == 0)
			return;
		how |= had;
	} else if (had != 0 && (!proven || (had & PROVEN) != 0)) {
		return;
	}
	(void)slot_write(s, resolver, how);
	if (!__atomic_load_n(&w->any, __ATOMIC_RELAXED))
		__atomic_store_n(&w->any, true, __ATOMIC_RELEASE);
}

void
pathwant_take(struct pathwant *w, pathwant_fn *fn, void *arg)
{
	static const struct clientnet nobody;

	OBJ_CHECK(w, PATHWANT_MAGIC);
	if (!__atomic_exchange_n(&w->any, false, __ATOMIC_ACQ_REL))
		return;
	for (size_t i = 0; i < PATHWANT_SLOTS; i++) {
		struct slot *s = &w->slots[i];
		uint64_t sequence = load(&s->sequence), how = load(&s->how);
		struct clientnet who = { load(&s->high), load(&s->low) };

		if (how == 0)
			continue;
		/* Half written, it waits for the next time. */
		if ((sequence & 1) != 0 || load(&s->sequence) != sequence ||
		    !slot_write(s, &nobody, 0)) {
			__atomic_store_n(&w->any, true, __ATOMIC_RELEASE);
			continue;
		}
		fn(arg, &who, (uint32_t)(how & 0xff), (how & PROVEN) != 0);
	}
}
