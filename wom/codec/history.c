/* wom/codec/history.c - see history.h.
 *
 * Blocks stand in the ring in the order they came; their slots do, too, so that
 * the oldest is always the slot behind the newest. Names are found through a
 * table of slots with open addressing. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/history.h"

#include <sys/mman.h>

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

#define TYPICAL	4096		/* octets of a block, when slots are counted */
#define ALIGN	64

struct block {
	struct blockid id;
	size_t	 at;		/* in the ring */
	uint32_t len;		/* 0: the slot is empty */
	bool	 shared;
};

struct history {
	unsigned magic;
#define HISTORY_MAGIC	0x815702e5u
	uint8_t	*ring;
	size_t	 size;		/* of the ring */
	size_t	 head;		/* where the next block goes */
	struct block *blocks;	/* by slot */
	uint32_t slots;		/* of them */
	uint32_t oldest, next;	/* slots; equal: none or all are taken */
	size_t	 count, octets;
	uint32_t *table;	/* slots, or HISTORY_NONE */
	uint32_t mask;		/* of the table */
};

/* ---- names ---- */

/* A name is a hash already. */
static uint32_t
home_of(const struct history *h, const struct blockid *id)
{
	uint32_t v;

	memcpy(&v, id->octets, sizeof(v));
	return v & h->mask;
}

/* Its place in the table, or the empty one where it would go. */
static uint32_t
place_of(const struct history *h, const struct blockid *id)
{
	uint32_t at = home_of(h, id);

	while (h->table[at] != HISTORY_NONE &&
	    !blockid_equal(&h->blocks[h->table[at]].id, id))
		at = (at + 1) & h->mask;
	return at;
}

/* The names behind it that it had displaced move up. */
static void
forget_name(struct history *h, const struct blockid *id)
{
	uint32_t gap = place_of(h, id);

	assert(h->table[gap] != HISTORY_NONE);
	for (uint32_t at = gap;;) {
		uint32_t home;

		at = (at + 1) & h->mask;
		if (h->table[at] == HISTORY_NONE)
			break;
		home = home_of(h, &h->blocks[h->table[at]].id);
		if (((at - home) & h->mask) < ((at - gap) & h->mask))
			continue;	/* it may stand behind the gap only */
		h->table[gap] = h->table[at];
		gap = at;
	}
	h->table[gap] = HISTORY_NONE;
}

/* ---- the ring ---- */

static void
drop_oldest(struct history *h)
{
	struct block *b = &h->blocks[h->oldest];

	assert(h->count > 0 && b->len > 0);
	forget_name(h, &b->id);
	h->count--;
	h->octets -= b->len;
	b->len = 0;
	h->oldest = (h->oldest + 1) % h->slots;
}

/* Blocks that stand in [at, at + len) go. They are the oldest ones. */
static void
clear(struct history *h, size_t at, size_t len)
{
	while (h->count > 0) {
		const struct block *b = &h->blocks[h->oldest];

		if (b->at >= at + len || b->at + b->len <= at)
			return;
		drop_oldest(h);
	}
}

/* Room for len octets in one piece. */
static size_t
make_room(struct history *h, size_t len)
{
	size_t at = h->head;

	if (h->size - at < len) {
		clear(h, at, h->size - at);
		at = 0;
	}
	clear(h, at, len);
	if (h->count == h->slots)
		drop_oldest(h);
	h->head = (at + len + ALIGN - 1) / ALIGN * ALIGN;
	if (h->head >= h->size)
		h->head = 0;
	return at;
}

uint32_t
history_add(struct history *h, const struct blockid *id, const uint8_t *data,
    size_t len)
{
	uint32_t slot = history_find(h, id);
	size_t at;

	assert(len > 0 && len <= HISTORY_BLOCK_MAX);
	if (slot != HISTORY_NONE)
		return slot;
	at = make_room(h, len);
	memcpy(h->ring + at, data, len);
	slot = h->next;
	h->blocks[slot] = (struct block){
		.id = *id, .at = at, .len = (uint32_t)len,
	};
	h->next = (slot + 1) % h->slots;
	h->count++;
	h->octets += len;
	h->table[place_of(h, id)] = slot;
	return slot;
}

/* ---- looking ---- */

uint32_t
history_find(const struct history *h, const struct blockid *id)
{
	OBJ_CHECK(h, HISTORY_MAGIC);
	return h->table[place_of(h, id)];
}

const uint8_t *
history_read(const struct history *h, uint32_t slot, size_t *len)
{
	const struct block *b;

	if (slot >= h->slots)
		return NULL;
	b = &h->blocks[slot];
	*len = b->len;
	return b->len > 0 ? h->ring + b->at : NULL;
}

const struct blockid *
history_id(const struct history *h, uint32_t slot)
{
	assert(slot < h->slots && h->blocks[slot].len > 0);
	return &h->blocks[slot].id;
}

bool
history_is_old(const struct history *h, uint32_t slot)
{
	size_t ahead;

	assert(slot < h->slots && h->blocks[slot].len > 0);
	/* How far the head has to go to reach it. */
	ahead = (h->blocks[slot].at + h->size - h->head) % h->size;
	return ahead < h->size / 2 && h->octets > h->size / 2;
}

bool
history_is_shared(const struct history *h, uint32_t slot)
{
	assert(slot < h->slots);
	return h->blocks[slot].len > 0 && h->blocks[slot].shared;
}

void
history_set_shared(struct history *h, uint32_t slot, bool shared)
{
	assert(slot < h->slots && h->blocks[slot].len > 0);
	h->blocks[slot].shared = shared;
}

size_t
history_count(const struct history *h)
{
	return h->count;
}

size_t
history_octets(const struct history *h)
{
	return h->octets;
}

/* ---- birth and end ---- */

/* A power of two, at least twice as many as there are slots. */
static uint32_t
table_size(uint32_t slots)
{
	uint32_t n = 4;

	while (n < 2 * slots)
		n *= 2;
	return n;
}

struct history *
history_new(size_t octets)
{
	struct history *h;
	void *ring;
	size_t size = octets / ALIGN * ALIGN;

	assert(size >= 4 * (size_t)HISTORY_BLOCK_MAX);
	ring = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (ring == MAP_FAILED)
		return NULL;
	h = mem_zalloc(1, sizeof(*h));
	h->magic = HISTORY_MAGIC;
	h->ring = ring;
	h->size = size;
	h->slots = size / TYPICAL < HISTORY_SLOTS_MAX ?
	    (uint32_t)(size / TYPICAL) : HISTORY_SLOTS_MAX;
	h->blocks = mem_zalloc(h->slots, sizeof(*h->blocks));
	h->mask = table_size(h->slots) - 1;
	h->table = mem_zalloc(h->mask + 1, sizeof(*h->table));
	memset(h->table, 0xff, (h->mask + 1) * sizeof(*h->table));
	return h;
}

void
history_free(struct history **ph)
{
	struct history *h = *ph;

	*ph = NULL;
	if (h == NULL)
		return;
	OBJ_CHECK(h, HISTORY_MAGIC);
	(void)munmap(h->ring, h->size);
	free(h->blocks);
	free(h->table);
	h->magic = 0;
	free(h);
}
