/* monitors/board.c - blocks of atomic words behind board.h. A word is
 * since_s << 8 | code << 2 | state. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/board.h"

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

#define BLOCK_SLOTS	UINT32_C(1024)
#define BLOCKS_MAX	(BOARD_SLOTS_MAX / BLOCK_SLOTS)

struct block {
	_Atomic uint64_t word[BLOCK_SLOTS];
};

struct board {
	unsigned	 magic;
#define BOARD_MAGIC	0x0b0a4d00u
	uint32_t	 used;		/* slots ever taken */
	uint32_t	*spare;		/* slots given back */
	size_t		 spare_count, spare_room;
	_Atomic(struct block *) blocks[BLOCKS_MAX];
};

static _Atomic uint64_t *
word_of(const struct board *b, uint32_t slot)
{
	struct block *block = atomic_load_explicit(
	    &b->blocks[slot / BLOCK_SLOTS], memory_order_acquire);

	assert(block != NULL);
	return &block->word[slot % BLOCK_SLOTS];
}

struct board *
board_new(void)
{
	struct board *b = mem_zalloc(1, sizeof(*b));

	b->magic = BOARD_MAGIC;
	return b;
}

void
board_free(struct board **pb)
{
	struct board *b = *pb;

	*pb = NULL;
	if (b == NULL)
		return;
	OBJ_CHECK(b, BOARD_MAGIC);
	for (size_t i = 0; i < BLOCKS_MAX; i++)
		free(atomic_load(&b->blocks[i]));
	free(b->spare);
	b->magic = 0;
	free(b);
}

uint32_t
board_take(struct board *b, real_s now)
{
	struct board_entry en = { .since_s = now };
	uint32_t slot;

	OBJ_CHECK(b, BOARD_MAGIC);
	if (b->spare_count != 0) {
		slot = b->spare[--b->spare_count];
	} else {
		assert(b->used < BOARD_SLOTS_MAX);
		slot = b->used++;
		if (slot % BLOCK_SLOTS == 0)
			atomic_store_explicit(&b->blocks[slot / BLOCK_SLOTS],
			    mem_zalloc(1, sizeof(struct block)),
			    memory_order_release);
	}
	board_write(b, slot, &en);
	return slot;
}

void
board_give(struct board *b, uint32_t slot)
{
	assert(slot < b->used);
	b->spare = mem_grow(b->spare, &b->spare_room, b->spare_count + 1,
	    sizeof(*b->spare));
	b->spare[b->spare_count++] = slot;
}

void
board_write(struct board *b, uint32_t slot, const struct board_entry *en)
{
	uint64_t word = (uint64_t)en->since_s << 8 |
	    (uint64_t)en->last << 2 | (uint64_t)en->state;

	atomic_store_explicit(word_of(b, slot), word, memory_order_release);
}

struct board_entry
board_read(const struct board *b, uint32_t slot)
{
	uint64_t word = atomic_load_explicit(word_of(b, slot),
	    memory_order_acquire);

	return (struct board_entry){
		.state = (enum health_state)(word & 3),
		.last = (enum probe_code)(word >> 2 & 63),
		.since_s = (real_s)(word >> 8),
	};
}
