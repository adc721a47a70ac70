/* wom/codec/plainring.c - see plainring.h.
 *
 * Pieces are kept in a queue, in the order in which the head will meet them: the
 * oldest one is the next that stands in its way. One that is to stay goes to the
 * queue's end and the head goes on behind it. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/plainring.h"

#include <sys/mman.h>

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

#define NOWHERE	UINT32_MAX
#define LAPS	3	/* one takes the marks of use off, one makes room; the
			 * first may begin anywhere */

struct piece {
	size_t	 at, len;	/* in whole PLAINRING_ALIGNs */
	uint32_t slot;		/* NOWHERE: forgotten */
	uint32_t turn;		/* when it was given out last */
	bool	 used;		/* since the head passed it */
};

struct plainring {
	unsigned magic;
#define PLAINRING_MAGIC	0x91a18216u
	uint8_t	*base;
	size_t	 size;
	size_t	 head;		/* where the next one goes, if there is room */
	struct piece *pieces;	/* a ring of cap; by number modulo cap */
	uint32_t cap;
	uint64_t first, next;	/* numbers: the oldest, the next to come */
	uint32_t *where;	/* by slot: place in pieces, or NOWHERE */
	uint32_t turn;
	bool	 full;		/* in this turn */
};

static struct piece *
oldest(const struct plainring *r)
{
	return r->first < r->next ? &r->pieces[r->first % r->cap] : NULL;
}

static void
put_last(struct plainring *r, const struct piece *p)
{
	uint32_t place = (uint32_t)(r->next++ % r->cap);

	assert(r->next - r->first <= r->cap);
	r->pieces[place] = *p;
	if (p->slot != NOWHERE)
		r->where[p->slot] = place;
}

/* It stands in the head's way: it goes, or the head passes it. */
static void
meet_oldest(struct plainring *r)
{
	struct piece p = *oldest(r);

	r->first++;
	if (p.slot != NOWHERE && (p.turn == r->turn || p.used)) {
		p.used = false;
		r->head = p.at + p.len;
		put_last(r, &p);
	} else if (p.slot != NOWHERE) {
		r->where[p.slot] = NOWHERE;
	}
}

/* Where len octets are free; false: nowhere. */
static bool
make_room(struct plainring *r, size_t len)
{
	for (int laps = 0; laps <= LAPS;) {
		const struct piece *p = oldest(r);
		bool ahead = p != NULL && p->at >= r->head;
		size_t end = ahead ? p->at : r->size;

		if (end - r->head >= len)
			return true;
		if (ahead) {
			meet_oldest(r);
		} else {
			r->head = 0;
			laps++;
		}
	}
	return false;
}

const uint8_t *
plainring_find(struct plainring *r, uint32_t slot)
{
	struct piece *p;

	OBJ_CHECK(r, PLAINRING_MAGIC);
	if (r->where[slot] == NOWHERE)
		return NULL;
	p = &r->pieces[r->where[slot]];
	p->turn = r->turn;
	p->used = true;
	return r->base + p->at;
}

uint8_t *
plainring_take(struct plainring *r, uint32_t slot, size_t len)
{
	struct piece p = { .slot = slot, .turn = r->turn };

	OBJ_CHECK(r, PLAINRING_MAGIC);
	assert(len > 0 && r->where[slot] == NOWHERE);
	p.len = (len + PLAINRING_ALIGN - 1) / PLAINRING_ALIGN *
	    PLAINRING_ALIGN;
	/* Who is refused once would look at all pieces in vain each time. */
	if (r->full || !make_room(r, p.len)) {
		r->full = true;
		return NULL;
	}
	p.at = r->head;
	r->head += p.len;
	put_last(r, &p);
	return r->base + p.at;
}

void
plainring_forget(struct plainring *r, uint32_t slot)
{
	if (r->where[slot] == NOWHERE)
		return;
	r->pieces[r->where[slot]].slot = NOWHERE;
	r->where[slot] = NOWHERE;
}

void
plainring_rest(struct plainring *r)
{
	r->turn++;
	r->full = false;
}

struct plainring *
plainring_new(size_t octets, uint32_t slots)
{
	struct plainring *r = mem_zalloc(1, sizeof(*r));
	void *base;

	r->magic = PLAINRING_MAGIC;
	r->size = octets / PLAINRING_ALIGN * PLAINRING_ALIGN;
	assert(r->size > 0 && r->size / PLAINRING_ALIGN < NOWHERE);
	r->cap = (uint32_t)(r->size / PLAINRING_ALIGN);
	r->pieces = mem_zalloc(r->cap, sizeof(*r->pieces));
	r->where = mem_zalloc(slots, sizeof(*r->where));
	memset(r->where, 0xff, slots * sizeof(*r->where));
	base = mmap(NULL, r->size, PROT_READ | PROT_WRITE, MAP_PRIVATE |
	    MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (base == MAP_FAILED) {
		plainring_free(&r);
		return NULL;
	}
	r->base = base;
	/* It is not to be on a disk, in clear, by way of a core file. */
	(void)madvise(base, r->size, MADV_DONTDUMP);
	return r;
}

void
plainring_free(struct plainring **pr)
{
	struct plainring *r = *pr;

	*pr = NULL;
	if (r == NULL)
		return;
	OBJ_CHECK(r, PLAINRING_MAGIC);
	if (r->base != NULL)
		(void)munmap(r->base, r->size);
	free(r->pieces);
	free(r->where);
	r->magic = 0;
	free(r);
}
