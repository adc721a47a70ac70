/* wom/codec/history_ring.h - what history.c and history_load.c know of a history,
 * and nobody else. Layer: wom/codec. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_HISTORY_RING_H
#define WOM_CODEC_HISTORY_RING_H

#include <stdatomic.h>

#include "wom/codec/history.h"

struct historyfile;
struct plainring;

struct block {
	struct blockid id;	/* stays when the block has gone */
	size_t	 at;		/* in the ring */
	uint32_t len;		/* 0: the slot is empty */
	bool	 shared;
	bool	 trusted;	/* its octets have its name */
	uint16_t domain;	/* place in history.domains */
};

#define HISTORY_NO_DOMAIN	UINT16_MAX

struct history {
	unsigned magic;
#define HISTORY_MAGIC	0x815702e5u
	const uint8_t *ring;	/* NULL: the file is encrypted */
	uint8_t	*memory;	/* the ring, when it is ours to write */
	size_t	 touched;	/* of it: is there, not only promised */
	size_t	 size;		/* of the ring */
	size_t	 align;		/* of blocks in it */
	size_t	 head;		/* where the next block goes */
	struct block *blocks;	/* by slot */
	uint32_t slots;		/* of them */
	uint64_t first, next;	/* numbers: the oldest, the next to come */
	size_t	 count, octets;
	uint64_t domains[HISTORY_DOMAINS_MAX];	/* numbers; the first is 0 */
	uint16_t domain_count;
	uint16_t domain;	/* at hand; HISTORY_NO_DOMAIN: nothing of it is here, */
	uint64_t domain_number;	/* and it is this */
	uint32_t *table;	/* slots, or HISTORY_NONE */
	uint32_t mask;		/* of the table */
	/* In a file: */
	struct historyfile *file;
	struct blockid_key *key;
	const atomic_uint *faults;
	unsigned faults_seen;
	uint64_t to_check;	/* numbers below it are for history_check_step */
	struct history_counts counts;
	/* In one that is encrypted: */
	struct plainring *plain;	/* what is at hand */
	uint8_t	*scratch;		/* room for a block */
};

static inline uint32_t
history_slot_of(const struct history *h, uint64_t number)
{
	return (uint32_t)(number % h->slots);
}

/* Of the block in a slot. */
static inline uint64_t
history_number_of(const struct history *h, uint32_t slot)
{
	return h->first + (slot + h->slots - history_slot_of(h, h->first)) %
	    h->slots;
}

/* The next block goes behind one that ends there. */
void history_set_head(struct history *h, size_t end);
/* The block in that slot is found by its name from now on, and counted. */
void history_enter(struct history *h, uint32_t slot);
/* The place of a domain, a new one when it is not here; HISTORY_NO_DOMAIN: there
 * is none. */
uint16_t history_domain_place(struct history *h, uint64_t number);
/* What the file of a history that is empty so far holds. */
void history_load(struct history *h);

#endif
