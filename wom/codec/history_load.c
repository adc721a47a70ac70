/* wom/codec/history_load.c - what of a file's blocks can be gone on with: the ring
 * as it was, from its heads alone. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "core/base/mem.h"
#include "wom/codec/history_ring.h"
#include "wom/codec/historyfile.h"

/* All heads that are whole, to their slots; seqs[slot] is the number of each.
 * Returns the highest, or 0. */
static uint64_t
read_heads(struct history *h, uint64_t *seqs)
{
	struct historyfile_head head;
	uint64_t newest = 0;
	uint16_t domain;

	for (uint32_t slot = 0; slot < h->slots; slot++)
		switch (historyfile_read(h->file, slot, &head)) {
		case HISTORYFILE_EMPTY:
			break;
		case HISTORYFILE_TORN:
			h->counts.torn++;
			break;
		case HISTORYFILE_WHOLE:
			domain = history_domain_place(h, head.domain);
			if (domain == HISTORY_NO_DOMAIN)
				break;
			h->blocks[slot] = (struct block){ .id = head.id,
			    .at = (size_t)head.at, .len = head.len,
			    .domain = domain };
			seqs[slot] = head.seq;
			if (head.seq > newest)
				newest = head.seq;
			break;
		}
	return newest;
}

/* Does it stand behind (older than) what reaches so many octets back from the
 * head? Then that reaches to its beginning. */
static bool
stands_behind(const struct history *h, const struct block *b, size_t *reach)
{
	size_t back = h->head > b->at ? h->head - b->at :
	    h->head + h->size - b->at;

	if (back < *reach || back - *reach < b->len)
		return false;
	*reach = back;
	return true;
}

/* A head may have outlived its octets, or the other way round, or come back after
 * its erasure, when the power went. From the newest on: those of the numbers that
 * come next, where none newer stands. */
static void
take_heads(struct history *h, const uint64_t *seqs, uint64_t newest)
{
	const struct block *last = &h->blocks[history_slot_of(h, newest)];
	size_t reach = 0;

	history_set_head(h, last->at + last->len);
	h->first = h->next = newest + 1;
	for (uint64_t n = newest; n > 0 && newest - n < h->slots; n--) {
		uint32_t slot = history_slot_of(h, n);
		struct block *b = &h->blocks[slot];

		if (b->len == 0)
			continue;
		if (seqs[slot] != n || !stands_behind(h, b, &reach) ||
		    history_find(h, &b->id) != HISTORY_NONE) {
			b->len = 0;
			h->counts.torn++;
			continue;
		}
		history_enter(h, slot);
		h->first = n;
	}
	h->counts.kept = (uint32_t)h->count;
	h->to_check = h->next;
}

void
history_load(struct history *h)
{
	uint64_t *seqs = mem_zalloc(h->slots, sizeof(*seqs)), newest;

	newest = read_heads(h, seqs);
	if (newest > 0)
		take_heads(h, seqs, newest);
	free(seqs);
}
