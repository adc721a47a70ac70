/* wom/codec/encoder.c - see encoder.h. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/encoder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/codec/dedupdomain.h"
#include "wom/codec/encoder_work.h"
#include "wom/codec/zpack.h"

#define KEEP_MIN	4096	/* octets of a block that is kept */
#define KEEP_FRESH	64	/* so many times its literals, or fewer, */
#define KEEP_SOURCES	16	/* or of more sources: it is kept */

/* ---- what is sent ---- */

static uint32_t
put_packed(struct zpack *z, const uint8_t *octets, size_t len, uint8_t *out)
{
	size_t n = z != NULL && len > 0 ? zpack_pack(z, octets, len, out) : 0;

	if (n > 0)
		return (uint32_t)n;
	memcpy(out, octets, len);
	return (uint32_t)len;
}

/* Everything literal: when operations would only add to it. */
static void
start_over(struct encoder *e)
{
	struct work *w = &e->w;

	w->state = (struct blockops){ 0 };
	w->ops_len = w->literals_len = 0;
	w->sources = 0;
	w->literal_from = 0;
	encoder_say_literal(e, w->len);
}

static size_t
put_block(struct encoder *e, struct blockhead *h, uint8_t *out)
{
	struct work *w = &e->w;
	uint8_t *at = out + BLOCKHEAD_OCTETS;

	if (w->ops_len + w->literals_len + w->sources * BLOCKID_OCTETS >
	    w->len)
		start_over(e);
	h->sources = w->sources;
	h->plain = w->len;
	for (uint16_t i = 0; i < w->sources; i++) {
		memcpy(at, history_id(e->with.history, w->slots[i])->octets,
		    BLOCKID_OCTETS);
		at += BLOCKID_OCTETS;
	}
	h->ops = (uint32_t)w->ops_len;
	h->packed_ops = put_packed(e->ops_pack, e->ops, w->ops_len, at);
	at += h->packed_ops;
	h->literals = (uint32_t)w->literals_len;
	e->left = e->packs && e->least > 0 && w->literals_len >= e->least ?
	    w->literals_len : 0;
	h->packed_literals = put_packed(e->packs && e->left == 0 ?
	    e->literal_pack : NULL, e->literals, w->literals_len, at);
	at += h->packed_literals;
	blockhead_write(h, out);
	e->counts.literal += w->literals_len;
	e->counts.packed += h->packed_literals;
	return (size_t)(at - out);
}

static bool
uses_old(const struct encoder *e)
{
	for (uint16_t i = 0; i < e->w.sources; i++)
		if (history_is_old(e->with.history, e->w.slots[i]))
			return true;
	return false;
}

static bool
is_worth_keeping(const struct encoder *e)
{
	const struct work *w = &e->w;

	return e->keeps && w->len >= KEEP_MIN &&
	    (w->literals_len * KEEP_FRESH > w->len ||
	    w->sources > KEEP_SOURCES || uses_old(e));
}

/* Anchors in what was copied stay where they are, unless that goes soon. */
static void
learn(struct encoder *e, uint32_t slot)
{
	const struct work *w = &e->w;

	if (w->alone || uses_old(e)) {
		anchorindex_learn(e->with.index, slot, w->plain, w->len);
		return;
	}
	for (uint32_t i = 0; i < w->anchors; i++)
		anchorindex_put(e->with.index, e->hashes[i], slot,
		    e->places[i]);
}

static void
keep(struct encoder *e, const struct blockid *id)
{
	uint32_t slot = history_add(e->with.history, id, e->w.plain, e->w.len);

	if (slot == HISTORY_NONE)
		return;
	history_set_shared(e->with.history, slot, true);
	learn(e, slot);
}

static void
look(struct encoder *e, const struct blockid *id)
{
	struct work *w = &e->w;
	uint32_t slot = w->alone ? HISTORY_NONE :
	    history_find(e->with.history, id);

	if (slot != HISTORY_NONE &&
	    history_is_shared(e->with.history, slot) &&
	    encoder_say_copy(e, 0, (struct anchorindex_place){ slot, 0 }, w->len)) {
		e->counts.whole++;
		return;
	}
	if (!w->alone)
		encoder_find_copies(e);
	encoder_find_runs(e, w->len);
	encoder_say_literal(e, w->len);
}

static size_t
encode(struct encoder *e, const uint8_t *plain, size_t len, uint8_t *out)
{
	struct work *w = &e->w;
	struct blockhead h = { 0 };
	size_t n;
	bool kept;

	OBJ_CHECK(e, ENCODER_MAGIC);
	assert(len > 0 && len <= HISTORY_BLOCK_MAX);
	history_rest(e->with.history);
	w->plain = plain;
	w->len = (uint32_t)len;
	w->at = w->literal_from = w->run_at = 0;
	w->scanned = w->anchors = w->next = 0;
	w->state = (struct blockops){ 0 };
	w->ops_len = w->literals_len = 0;
	w->sources = 0;
	h.id = blockid_of(e->with.key, plain, len);
	look(e, &h.id);
	kept = is_worth_keeping(e);
	h.flags = kept ? BLOCKHEAD_KEEP : 0;
	n = put_block(e, &h, out);
	if (kept)
		keep(e, &h.id);
	e->counts.blocks++;
	e->counts.plain += len;
	e->counts.encoded += n;
	return n;
}

size_t
encoder_block(struct encoder *e, const uint8_t *plain, size_t len,
    uint8_t *out)
{
	e->w.alone = false;
	return encode(e, plain, len, out);
}

size_t
encoder_alone(struct encoder *e, const uint8_t *plain, size_t len,
    uint8_t *out)
{
	e->w.alone = true;
	return encode(e, plain, len, out);
}

/* ---- birth and end ---- */

struct encoder *
encoder_new(const struct encoder_config *c)
{
	struct encoder *e = mem_zalloc(1, sizeof(*e));

	e->magic = ENCODER_MAGIC;
	e->with = *c;
	e->literal_pack = zpack_new();
	e->ops_pack = zpack_new();
	e->keeps = e->packs = true;
	e->follow.slot = HISTORY_NONE;
	return e;
}

void
encoder_free(struct encoder **pe)
{
	struct encoder *e = *pe;

	*pe = NULL;
	if (e == NULL)
		return;
	OBJ_CHECK(e, ENCODER_MAGIC);
	zpack_free(&e->literal_pack);
	zpack_free(&e->ops_pack);
	e->magic = 0;
	free(e);
}

void
encoder_set_level(struct encoder *e, int level)
{
	zpack_set_level(e->literal_pack, level);
}

void
encoder_allow(struct encoder *e, bool keep, bool pack)
{
	e->keeps = keep;
	e->packs = pack;
}

void
encoder_leave(struct encoder *e, size_t least)
{
	e->least = least;
}

size_t
encoder_left(const struct encoder *e)
{
	return e->left;
}

void
encoder_packed(struct encoder *e, size_t left, size_t packed)
{
	assert(packed <= left);
	e->counts.packed -= left - packed;
	e->counts.encoded -= left - packed;
}

uint64_t
encoder_domain(const struct encoder *e, const char *name)
{
	return dedupdomain_of(e->with.key, name);
}

void
encoder_enter(struct encoder *e, uint64_t domain)
{
	dedupdomain_enter(&e->with, domain);
}

const struct encoder_counts *
encoder_counts(const struct encoder *e)
{
	return &e->counts;
}
