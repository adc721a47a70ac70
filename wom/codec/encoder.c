/* wom/codec/encoder.c - see encoder.h. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/encoder.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/codec/anchor.h"
#include "wom/codec/anchorindex.h"
#include "wom/codec/blockops.h"
#include "wom/codec/history.h"
#include "wom/codec/match.h"
#include "wom/codec/zpack.h"

#define KEEP_MIN	4096	/* octets of a block that is kept */
#define KEEP_FRESH	64	/* so many times its literals, or fewer, */
#define KEEP_SOURCES	16	/* or of more sources: it is kept */
#define RESUME_AHEAD	512	/* octets of difference that are looked past */
#define RESUME_MIN	16	/* octets that are worth an operation */
#define SOURCE_WAYS	1024	/* of the table of sources */
#define SCANNED		16	/* anchors that are looked up ahead */

struct place {
	uint32_t slot, offset;
};

/* The block at hand. */
struct work {
	const uint8_t *plain;
	uint32_t len;
	uint32_t at;		/* all before is said, or noted as literal */
	uint32_t literal_from;	/* up to at: literals not said yet */
	uint32_t run_at;	/* runs were looked for up to here */
	bool	 alone;
	struct blockops state;
	size_t	 ops_len, literals_len;
	uint32_t slots[BLOCKHEAD_SOURCES_MAX];
	uint16_t sources;
	uint16_t source_of[SOURCE_WAYS];	/* by slot; a guess */
};

struct encoder {
	unsigned magic;
#define ENCODER_MAGIC	0xe0c0de11u
	struct encoder_config with;
	struct encoder_counts counts;
	struct zpack *literal_pack, *ops_pack;
	bool	 keeps, packs;	/* encoder_allow */
	struct place follow;	/* where the block before left off */
	struct work w;
	uint32_t places[ANCHOR_MAX(HISTORY_BLOCK_MAX)];
	uint64_t hashes[ANCHOR_MAX(HISTORY_BLOCK_MAX)];
	uint8_t	 literals[HISTORY_BLOCK_MAX];
	uint8_t	 ops[HISTORY_BLOCK_MAX + 4 * BLOCKOPS_MAX];
};

/* ---- what is said ---- */

/* Operations take up as much as they may: the rest is literal. */
static bool
is_full(const struct encoder *e)
{
	return e->w.ops_len > e->w.len;
}

static void
say(struct encoder *e, const struct blockop *op)
{
	struct work *w = &e->w;

	w->ops_len += blockops_write(&w->state, op, e->ops + w->ops_len);
}

/* What stands between the last operation and end. */
static void
say_literal(struct encoder *e, uint32_t end)
{
	struct work *w = &e->w;
	struct blockop op = { .kind = BLOCKOP_LITERAL,
	    .len = end - w->literal_from };

	if (op.len == 0)
		return;
	memcpy(e->literals + w->literals_len, w->plain + w->literal_from,
	    op.len);
	w->literals_len += op.len;
	say(e, &op);
	w->literal_from = end;
}

static void
say_run(struct encoder *e, uint32_t from, uint32_t len)
{
	struct blockop op = { .kind = BLOCKOP_RUN, .len = len,
	    .octet = e->w.plain[from] };

	say_literal(e, from);
	say(e, &op);
	e->w.at = e->w.literal_from = from + len;
	e->counts.run += len;
}

/* Its number among this block's sources; false: there is no room for more. */
static bool
source_number(struct work *w, uint32_t slot, uint32_t *number)
{
	uint16_t *guess = &w->source_of[slot % SOURCE_WAYS];

	if (*guess >= w->sources || w->slots[*guess] != slot) {
		if (w->sources == BLOCKHEAD_SOURCES_MAX)
			return false;
		*guess = w->sources;
		w->slots[w->sources++] = slot;
	}
	*number = *guess;
	return true;
}

static bool
say_copy(struct encoder *e, uint32_t from, struct place p, uint32_t len)
{
	struct blockop op = { .kind = BLOCKOP_COPY, .len = len,
	    .offset = p.offset };

	if (is_full(e) || !source_number(&e->w, p.slot, &op.source))
		return false;
	say_literal(e, from);
	say(e, &op);
	e->w.at = e->w.literal_from = from + len;
	e->follow = (struct place){ p.slot, p.offset + len };
	e->counts.copied += len;
	return true;
}

/* ---- what is looked for ---- */

/* The octets at a place that the peer has, too, and how many; or NULL. */
static const uint8_t *
read_place(const struct encoder *e, struct place p, uint32_t *len)
{
	size_t all;
	const uint8_t *block = history_read(e->with.history, p.slot, &all);

	if (block == NULL || p.offset >= all ||
	    !history_is_shared(e->with.history, p.slot))
		return NULL;
	*len = (uint32_t)all - p.offset;
	return block + p.offset;
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Is what stands at w->at the same as at p, for `least` octets or more? Then it
 * is said. */
static bool
copy_on(struct encoder *e, struct place p, uint32_t least)
{
	struct work *w = &e->w;
	uint32_t there, left = w->len - w->at, n;
	const uint8_t *known = read_place(e, p, &there);

	if (known == NULL)
		return false;
	n = (uint32_t)match_forwards(known, w->plain + w->at,
	    smaller(there, left));
	return n > 0 && n >= smaller(least, left) && say_copy(e, w->at, p, n);
}

/* Past a difference, at the same distance. */
static bool
resume(struct encoder *e)
{
	struct work *w = &e->w;
	const uint32_t from = w->at;
	struct place p = e->follow;
	uint32_t there, max;
	const uint8_t *known = read_place(e, p, &there),
	    *plain = w->plain + from;

	if (known == NULL)
		return false;
	max = smaller(smaller(there, w->len - from), RESUME_AHEAD);
	for (uint32_t d = 8; d + RESUME_MIN <= max; d += 8) {
		uint32_t back;

		if (match_load(known + d) != match_load(plain + d))
			continue;
		back = (uint32_t)match_backwards(known + d, plain + d, 8);
		w->at = from + d - back;
		p.offset = e->follow.offset + d - back;
		if (copy_on(e, p, RESUME_MIN)) {
			e->counts.resumed += w->at - (from + d - back);
			return true;
		}
	}
	w->at = from;
	return false;
}

/* A copy has ended: in the block behind its source, or past a difference, it may
 * go on, and so on. */
static void
go_on(struct encoder *e)
{
	struct work *w = &e->w;

	while (w->at < w->len && !is_full(e)) {
		struct place next = { e->follow.slot + 1, 0 };
		uint32_t there;

		if (read_place(e, e->follow, &there) == NULL) {
			if (!copy_on(e, next, ANCHOR_REACH))
				return;
		} else if (!resume(e)) {
			return;
		}
	}
}

/* Runs that begin before end. */
static void
find_runs(struct encoder *e, uint32_t end)
{
	struct work *w = &e->w;
	uint32_t at = w->run_at > w->at ? w->run_at :
	    (w->at + MATCH_RUN - 1) / MATCH_RUN * MATCH_RUN;

	while (at < end && at + MATCH_RUN <= w->len && !is_full(e)) {
		uint32_t from = at, n;

		at += MATCH_RUN;
		if (!match_is_run(w->plain + from))
			continue;
		n = (uint32_t)match_forwards(w->plain + from,
		    w->plain + from + 1, w->len - from - 1) + 1;
		while (from > w->at && w->plain[from - 1] == w->plain[from]) {
			from--;
			n++;
		}
		say_run(e, from, n);
		at = (w->at + MATCH_RUN - 1) / MATCH_RUN * MATCH_RUN;
	}
	w->run_at = at;
}

/* The anchor at `place`, if the history has it. */
static void
try_anchor(struct encoder *e, uint32_t place, uint64_t hash)
{
	struct work *w = &e->w;
	struct place p;
	uint32_t there, back, n;
	const uint8_t *known;

	if (!anchorindex_get(e->with.index, hash, &p.slot, &p.offset))
		return;
	known = read_place(e, p, &there);
	if (known == NULL || there < ANCHOR_REACH ||
	    memcmp(known, w->plain + place, ANCHOR_REACH) != 0)
		return;
	back = (uint32_t)match_backwards(known, w->plain + place,
	    smaller(p.offset, place - w->at));
	n = (uint32_t)match_forwards(known, w->plain + place,
	    smaller(there, w->len - place));
	p.offset -= back;
	if (say_copy(e, place - back, p, back + n))
		go_on(e);
}

static size_t
find_anchors(struct encoder *e)
{
	const struct work *w = &e->w;
	size_t n = anchor_find(w->plain, w->len, e->places);

	for (size_t i = 0; i < n; i++)
		e->hashes[i] = anchor_hash(w->plain + e->places[i]);
	return n;
}

static void
find_copies(struct encoder *e, size_t anchors)
{
	struct work *w = &e->w;

	if (copy_on(e, e->follow, ANCHOR_REACH))
		go_on(e);
	for (size_t i = 0; i < anchors; i++) {
		if (i + SCANNED < anchors)
			anchorindex_prefetch(e->with.index,
			    e->hashes[i + SCANNED]);
		if (e->places[i] < w->at)
			continue;
		find_runs(e, e->places[i]);
		if (e->places[i] >= w->at)
			try_anchor(e, e->places[i], e->hashes[i]);
	}
}

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
	say_literal(e, w->len);
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
	h->packed_literals = put_packed(e->packs ? e->literal_pack : NULL,
	    e->literals, w->literals_len, at);
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

static void
keep(struct encoder *e, const struct blockid *id, size_t anchors)
{
	uint32_t slot = history_add(e->with.history, id, e->w.plain, e->w.len);

	if (slot == HISTORY_NONE)
		return;
	history_set_shared(e->with.history, slot, true);
	for (size_t i = 0; i < anchors; i++)
		anchorindex_put(e->with.index, e->hashes[i], slot,
		    e->places[i]);
}

static void
look(struct encoder *e, const struct blockid *id, size_t anchors)
{
	struct work *w = &e->w;
	uint32_t slot = w->alone ? HISTORY_NONE :
	    history_find(e->with.history, id);

	if (slot != HISTORY_NONE &&
	    history_is_shared(e->with.history, slot) &&
	    say_copy(e, 0, (struct place){ slot, 0 }, w->len)) {
		e->counts.whole++;
		return;
	}
	if (!w->alone)
		find_copies(e, anchors);
	find_runs(e, w->len);
	say_literal(e, w->len);
}

static size_t
encode(struct encoder *e, const uint8_t *plain, size_t len, uint8_t *out)
{
	struct work *w = &e->w;
	struct blockhead h = { 0 };
	size_t anchors, n;
	bool kept;

	OBJ_CHECK(e, ENCODER_MAGIC);
	assert(len > 0 && len <= HISTORY_BLOCK_MAX);
	history_rest(e->with.history);
	w->plain = plain;
	w->len = (uint32_t)len;
	w->at = w->literal_from = w->run_at = 0;
	w->state = (struct blockops){ 0 };
	w->ops_len = w->literals_len = 0;
	w->sources = 0;
	h.id = blockid_of(e->with.key, plain, len);
	anchors = find_anchors(e);
	look(e, &h.id, anchors);
	kept = is_worth_keeping(e);
	h.flags = kept ? BLOCKHEAD_KEEP : 0;
	n = put_block(e, &h, out);
	if (kept)
		keep(e, &h.id, anchors);
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

const struct encoder_counts *
encoder_counts(const struct encoder *e)
{
	return &e->counts;
}
