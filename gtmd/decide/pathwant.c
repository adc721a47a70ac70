/* gtmd/decide/pathwant.c - see pathwant.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/pathwant.h"

#include <stddef.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/seqrow.h"

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

/* False: somebody else is writing it. */
static bool
slot_write(struct slot *s, const struct clientnet *resolver, uint64_t how)
{
	uint64_t sequence = seqrow_load(&s->sequence);

	if ((sequence & 1) != 0 || !seqrow_hold(&s->sequence, &sequence))
		return false;
	seqrow_store(&s->high, resolver->high);
	seqrow_store(&s->low, resolver->low);
	seqrow_store(&s->how, how);
	seqrow_release(&s->sequence, sequence);
	return true;
}

void
pathwant_note(struct pathwant *w, const struct clientnet *resolver,
    uint32_t needs, bool proven)
{
	struct slot *s = &w->slots[clientnet_point(resolver) &
	    (PATHWANT_SLOTS - 1)];
	uint64_t had = seqrow_load(&s->how), how = (needs & 0xff) |
	    (proven ? PROVEN : 0);

	if (had != 0 && seqrow_load(&s->high) == resolver->high &&
	    seqrow_load(&s->low) == resolver->low) {
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
		uint64_t sequence = seqrow_load(&s->sequence), how = seqrow_load(&s->how);
		struct clientnet who = { seqrow_load(&s->high), seqrow_load(&s->low) };

		if (how == 0)
			continue;
		/* Half written, it waits for the next time. */
		if (!seqrow_whole(&s->sequence, sequence) ||
		    !slot_write(s, &nobody, 0)) {
			__atomic_store_n(&w->any, true, __ATOMIC_RELEASE);
			continue;
		}
		fn(arg, &who, (uint32_t)(how & 0xff), (how & PROVEN) != 0);
	}
}
