/* wom/codec/history.c - see history.h.
 *
 * Blocks are numbered as they come, and stand in the ring in that order; the slot
 * of one is its number modulo slots. Between the first and the next number some may
 * be gone (their octets were not right), but what is behind a block in the ring is
 * always older. Names are found through a table of slots with open addressing.
 * Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/history.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/codec/anchorindex.h"
#include "wom/codec/bigmem.h"
#include "wom/codec/history_ring.h"
#include "wom/codec/historyfile.h"
#include "wom/codec/plainring.h"

#define TYPICAL	4096		/* octets of a block, when slots are counted */
#define ALIGN	64		/* of blocks in memory */
#define LOOK	64		/* octets that looking at a slot counts for */

static const atomic_uint no_faults;

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
drop(struct history *h, uint32_t slot)
{
	struct block *b = &h->blocks[slot];

	assert(h->count > 0 && b->len > 0);
	forget_name(h, &b->id);
	h->count--;
	h->octets -= b->len;
	b->len = 0;
	b->shared = false;
	if (h->plain != NULL)
		plainring_forget(h->plain, slot);
	if (h->file != NULL)
		historyfile_erase(h->file, slot);
}

static void
drop_oldest(struct history *h)
{
	uint32_t slot = history_slot_of(h, h->first);

	assert(h->first < h->next);
	if (h->blocks[slot].len > 0)
		drop(h, slot);
	h->first++;
}

/* Blocks that stand in [at, at + len) go. They are the oldest ones. */
static void
clear(struct history *h, size_t at, size_t len)
{
	while (h->first < h->next) {
		const struct block *b =
		    &h->blocks[history_slot_of(h, h->first)];

		if (b->len > 0 && (b->at >= at + len || b->at + b->len <= at))
			return;
		drop_oldest(h);
	}
}

void
history_set_head(struct history *h, size_t end)
{
	h->head = (end + h->align - 1) / h->align * h->align;
	if (h->head >= h->size)
		h->head = 0;
}

void
history_enter(struct history *h, uint32_t slot)
{
	const struct block *b = &h->blocks[slot];

	h->count++;
	h->octets += b->len;
	h->table[place_of(h, &b->id)] = slot;
}

/* Room for len octets in one piece, where nothing stands any more. */
static size_t
clear_room(struct history *h, size_t len)
{
	size_t at = h->head;

	if (h->size - at < len) {
		clear(h, at, h->size - at);
		at = 0;
	}
	clear(h, at, len);
	return at;
}

uint8_t *
history_room(struct history *h, size_t len)
{
	return h->memory != NULL ? h->memory + clear_room(h, len) : NULL;
}

static size_t
make_room(struct history *h, size_t len)
{
	size_t at = clear_room(h, len);

	if (h->next - h->first == h->slots)
		drop_oldest(h);
	history_set_head(h, at + len);
	return at;
}

static bool
put(struct history *h, const struct block *b, const uint8_t *data)
{
	struct historyfile_head head = { .seq = h->next, .at = b->at,
	    .len = b->len, .id = b->id, .domain = h->domains[b->domain] };

	if (h->file != NULL)
		return historyfile_write(h->file, &head, data);
	if (data != h->memory + b->at)
		memcpy(h->memory + b->at, data, b->len);
	return true;
}

/* A block that is in the file is at hand, too. */
static void
put_at_hand(struct history *h, uint32_t slot, const uint8_t *data, size_t len)
{
	uint8_t *room = plainring_take(h->plain, slot, len);

	if (room != NULL)
		memcpy(room, data, len);
}

uint32_t
history_add(struct history *h, const struct blockid *id, const uint8_t *data,
    size_t len)
{
	uint32_t slot = history_find(h, id);
	struct block b = { .id = *id, .len = (uint32_t)len };

	assert(len > 0 && len <= HISTORY_BLOCK_MAX);
	history_rest(h);
	if (slot != HISTORY_NONE)
		return slot;
	if (h->domain == HISTORY_NO_DOMAIN)
		h->domain = history_domain_place(h, h->domain_number);
	if (h->domain == HISTORY_NO_DOMAIN)
		return HISTORY_NONE;
	b.domain = h->domain;
	b.at = make_room(h, len);
	/* In a ring with holes what was written may read otherwise. */
	b.trusted = atomic_load_explicit(h->faults, memory_order_relaxed) == 0;
	if (!put(h, &b, data)) {
		h->head = b.at;
		h->counts.unwritten++;
		return HISTORY_NONE;
	}
	slot = history_slot_of(h, h->next++);
	h->blocks[slot] = b;
	history_enter(h, slot);
	if (h->plain != NULL)
		put_at_hand(h, slot, data, len);
	return slot;
}

/* ---- looking ---- */

uint32_t
history_find(const struct history *h, const struct blockid *id)
{
	OBJ_CHECK(h, HISTORY_MAGIC);
	return h->table[place_of(h, id)];
}

/* Something cannot be read any more: anything may be what it was. */
static void
doubt_all(struct history *h, unsigned faults)
{
	h->faults_seen = faults;
	for (uint64_t n = h->first; n < h->next; n++)
		h->blocks[history_slot_of(h, n)].trusted = false;
}

/* From an encrypted file. What cannot be read is zero, as in a mapped one. */
static void
fetch(struct history *h, uint32_t slot, uint8_t *out)
{
	const struct block *b = &h->blocks[slot];
	const struct historyfile_head head = { .at = b->at, .len = b->len,
	    .seq = history_number_of(h, slot) };

	h->counts.fetched++;
	if (historyfile_fetch(h->file, &head, out))
		return;
	memset(out, 0, b->len);
	h->counts.faults++;
}

/* Where its octets are, right or not; NULL: there is no room to fetch them. */
static const uint8_t *
octets_of(struct history *h, uint32_t slot)
{
	struct block *b = &h->blocks[slot];
	const uint8_t *here;
	uint8_t *room;

	if (h->plain == NULL)
		return h->ring + b->at;
	here = plainring_find(h->plain, slot);
	if (here != NULL)
		return here;
	room = plainring_take(h->plain, slot, b->len);
	if (room != NULL) {
		b->trusted = false;
		fetch(h, slot, room);
	}
	return room;
}

/* These octets are looked at, unless they have been; false: the block was dropped. */
static bool
is_right(struct history *h, uint32_t slot, const uint8_t *octets)
{
	struct block *b = &h->blocks[slot];
	unsigned faults = atomic_load_explicit(h->faults, memory_order_relaxed);
	struct blockid id;

	if (faults != h->faults_seen)
		doubt_all(h, faults);
	if (b->trusted)
		return true;
	id = blockid_in(h->key, h->domains[b->domain], octets, b->len);
	b->trusted = blockid_equal(&id, &b->id);
	if (!b->trusted) {
		drop(h, slot);
		h->counts.damaged++;
	}
	return b->trusted;
}

/* Of whatever domain. */
static const uint8_t *
read_any(struct history *h, uint32_t slot, size_t *len)
{
	const uint8_t *octets;

	*len = 0;
	if (slot >= h->slots || h->blocks[slot].len == 0)
		return NULL;
	octets = octets_of(h, slot);
	if (octets == NULL || !is_right(h, slot, octets))
		return NULL;
	*len = h->blocks[slot].len;
	return octets;
}

const uint8_t *
history_read(struct history *h, uint32_t slot, size_t *len)
{
	*len = 0;
	if (slot >= h->slots || h->blocks[slot].domain != h->domain)
		return NULL;
	return read_any(h, slot, len);
}

void
history_rest(struct history *h)
{
	if (h->plain != NULL)
		plainring_rest(h->plain);
}

const struct blockid *
history_id(const struct history *h, uint32_t slot)
{
	assert(slot < h->slots);
	return &h->blocks[slot].id;
}

bool
history_is_old(const struct history *h, uint32_t slot)
{
	size_t ahead;

	assert(slot < h->slots);
	/* How far the head has to go to reach it. */
	ahead = (h->blocks[slot].at + h->size - h->head) % h->size;
	return ahead < h->size / 2 && h->octets > h->size / 2;
}

bool
history_is_shared(const struct history *h, uint32_t slot)
{
	assert(slot < h->slots);
	return h->blocks[slot].shared;
}

void
history_set_shared(struct history *h, uint32_t slot, bool shared)
{
	assert(slot < h->slots);
	h->blocks[slot].shared = shared && h->blocks[slot].len > 0;
}

/* The newest block of a number below n. */
static uint32_t
newest_below(const struct history *h, uint64_t n)
{
	while (n-- > h->first)
		if (h->blocks[history_slot_of(h, n)].len > 0)
			return history_slot_of(h, n);
	return HISTORY_NONE;
}

uint32_t
history_newest(const struct history *h)
{
	return newest_below(h, h->next);
}

uint32_t
history_older(const struct history *h, uint32_t slot)
{
	assert(slot < h->slots);
	return newest_below(h, history_number_of(h, slot));
}

uint64_t
history_age(const struct history *h, uint32_t slot)
{
	assert(slot < h->slots);
	return h->next - 1 - history_number_of(h, slot);
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

const struct history_counts *
history_counts(struct history *h)
{
	if (h->plain == NULL)
		h->counts.faults = atomic_load(h->faults);
	return &h->counts;
}

/* As read_any, without a place among what is at hand, for one look. */
static const uint8_t *
look_at(struct history *h, uint32_t slot, size_t *len)
{
	struct block *b = &h->blocks[slot];

	if (h->plain == NULL || b->len == 0 ||
	    plainring_find(h->plain, slot) != NULL)
		return read_any(h, slot, len);
	*len = b->len;
	fetch(h, slot, h->scratch);
	b->trusted = false;
	return is_right(h, slot, h->scratch) ? h->scratch : NULL;
}

bool
history_check_step(struct history *h, struct anchorindex *ix, size_t octets)
{
	while (octets > 0 && h->to_check > h->first) {
		uint32_t slot = history_slot_of(h, --h->to_check);
		const struct block *next =
		    &h->blocks[history_slot_of(h, h->to_check - 1)];
		const uint8_t *data;
		size_t len;

		if (h->to_check > h->first && next->len > 0)
			historyfile_expect(h->file, next->at, next->len);
		data = look_at(h, slot, &len);
		if (data != NULL) {
			anchorindex_enter(ix,
			    h->domains[h->blocks[slot].domain]);
			anchorindex_learn_older(ix, slot, data, len);
		}
		len += LOOK;
		octets -= len < octets ? len : octets;
	}
	anchorindex_enter(ix, h->domain_number);
	return history_is_unchecked(h);
}

bool
history_is_unchecked(const struct history *h)
{
	return h->to_check > h->first;
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

/* Of a ring of so many octets, which is still to come. */
static struct history *
make(size_t octets, size_t align)
{
	struct history *h = mem_zalloc(1, sizeof(*h));

	h->magic = HISTORY_MAGIC;
	h->align = align;
	h->size = octets / align * align;
	assert(h->size >= 4 * (size_t)HISTORY_BLOCK_MAX);
	h->slots = h->size / TYPICAL < HISTORY_SLOTS_MAX ?
	    (uint32_t)(h->size / TYPICAL) : HISTORY_SLOTS_MAX;
	h->blocks = mem_zalloc(h->slots, sizeof(*h->blocks));
	h->mask = table_size(h->slots) - 1;
	h->table = mem_zalloc(h->mask + 1, sizeof(*h->table));
	memset(h->table, 0xff, (h->mask + 1) * sizeof(*h->table));
	h->first = h->next = 1;
	h->domain_count = 1;
	h->faults = &no_faults;
	return h;
}

struct history *
history_new(size_t octets)
{
	struct history *h = make(octets, ALIGN);

	h->ring = h->memory = bigmem_new(h->size);
	if (h->memory == NULL)
		history_free(&h);
	return h;
}

bool
history_touch_step(struct history *h, size_t octets)
{
	return h->memory != NULL &&
	    bigmem_touch(h->memory, h->size, &h->touched, octets);
}

/* Where its octets are read: in the file's mapping, or, when that is encrypted, in
 * memory of ours. */
static bool
make_readable(struct history *h, const struct history_place *p, struct err *e)
{
	size_t memory = p->memory < h->size ? p->memory : h->size;

	if (p->disk_key == NULL) {
		h->ring = historyfile_ring(h->file);
		h->faults = historyfile_faults(h->file);
		return true;
	}
	assert(memory >= 4 * (size_t)HISTORY_BLOCK_MAX);
	h->scratch = mem_zalloc(HISTORY_BLOCK_MAX, 1);
	h->plain = plainring_new(memory, h->slots);
	if (h->plain == NULL)
		(void)err_sys(e, errno, "store %s: no memory for %zu octets",
		    p->path, memory);
	return h->plain != NULL;
}

struct history *
history_open(const struct history_place *p, struct err *e)
{
	static const char label[] = "what a store is held for";
	struct history *h = make(p->octets, HISTORYFILE_ALIGN);
	struct historyfile_form form = { h->size, h->slots,
	    blockid_in(p->key, 0, label, sizeof(label)), p->disk_key };

	h->key = p->key;
	h->file = historyfile_open(p->path, &form, e);
	if (h->file == NULL || !make_readable(h, p, e)) {
		history_free(&h);
		return NULL;
	}
	h->counts.anew = historyfile_anew(h->file);
	history_load(h);
	return h;
}

void
history_free(struct history **ph)
{
	struct history *h = *ph;
	void *memory;

	*ph = NULL;
	if (h == NULL)
		return;
	OBJ_CHECK(h, HISTORY_MAGIC);
	historyfile_close(&h->file);
	plainring_free(&h->plain);
	free(h->scratch);
	memory = h->memory;
	bigmem_free(&memory, h->size);
	free(h->blocks);
	free(h->table);
	h->magic = 0;
	free(h);
}
