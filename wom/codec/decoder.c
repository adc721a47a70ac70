/* wom/codec/decoder.c - see decoder.h. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/decoder.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/codec/anchorindex.h"
#include "wom/codec/blockops.h"
#include "wom/codec/history.h"
#include "wom/codec/zpack.h"

/* What is learnt of a block that is kept: its new parts, those that are so close to each
 * other as one; all where so many others are in it that it is the better source. */
#define NEAR		1024	/* octets */
#define MANY_SOURCES	64

struct source {
	const uint8_t *octets;
	size_t	 len;
};

/* The block that is being put together. */
struct assembly {
	struct blockhead head;
	const uint8_t *ops, *literals;
	uint8_t	*plain;
	size_t	 made, literals_used;
	bool	 uses_old;	/* soon gone, and their anchors with them */
};

struct decoder {
	unsigned magic;
#define DECODER_MAGIC	0xdec0de22u
	struct encoder_config with;
	struct zpack *pack;
	struct source sources[BLOCKHEAD_SOURCES_MAX];
	struct blockid missing[BLOCKHEAD_SOURCES_MAX];
	size_t	 missing_count;
	uint8_t	 literals[HISTORY_BLOCK_MAX];
	uint8_t	 ops[HISTORY_BLOCK_MAX + 16];
	uint8_t	 plain[HISTORY_BLOCK_MAX];
};

/* Names to octets. */
static bool
find_sources(struct decoder *d, struct assembly *a, const uint8_t *names)
{
	d->missing_count = 0;
	for (uint16_t i = 0; i < a->head.sources; i++) {
		struct source *s = &d->sources[i];
		struct blockid id;
		uint32_t slot;

		memcpy(id.octets, names + i * BLOCKID_OCTETS, BLOCKID_OCTETS);
		slot = history_find(d->with.history, &id);
		s->octets = history_read(d->with.history, slot, &s->len);
		if (s->octets == NULL)
			d->missing[d->missing_count++] = id;
		else if (history_is_old(d->with.history, slot))
			a->uses_old = true;
	}
	return d->missing_count == 0;
}

/* Where `want` octets stand that follow as len: there, or unpacked to room. */
static const uint8_t *
unpack(struct decoder *d, const uint8_t *in, size_t len, uint8_t *room,
    size_t want)
{
	if (len == want)
		return in;
	return zpack_unpack(d->pack, in, len, room, want) ? room : NULL;
}

static bool
copy(const struct decoder *d, struct assembly *a, const struct blockop *op)
{
	const struct source *s;

	if (op->source >= a->head.sources)
		return false;
	s = &d->sources[op->source];
	if (op->offset > s->len || op->len > s->len - op->offset)
		return false;
	memcpy(a->plain + a->made, s->octets + op->offset, op->len);
	return true;
}

static bool
take_literals(struct assembly *a, size_t len)
{
	const uint8_t *from = a->literals + a->literals_used;
	uint8_t *to = a->plain + a->made;

	if (len > a->head.literals - a->literals_used)
		return false;
	/* They may have been unpacked there. */
	if (to != from)
		memmove(to, from, len);
	a->literals_used += len;
	return true;
}

static bool
apply(const struct decoder *d, struct assembly *a, const struct blockop *op)
{
	if (op->len > a->head.plain - a->made)
		return false;
	switch (op->kind) {
	case BLOCKOP_LITERAL:
		return take_literals(a, op->len);
	case BLOCKOP_COPY:
	case BLOCKOP_RESUME:
		return copy(d, a, op);
	case BLOCKOP_RUN:
		memset(a->plain + a->made, op->octet, op->len);
		return true;
	}
	return false;
}

static bool
assemble(const struct decoder *d, struct assembly *a)
{
	struct blockops state = { 0 };
	struct blockop op;

	for (size_t at = 0; at < a->head.ops;) {
		size_t n = blockops_read(&state, &op, a->ops + at,
		    a->head.ops - at);

		if (n == 0 || !apply(d, a, &op))
			return false;
		at += n;
		a->made += op.len;
	}
	return a->made == a->head.plain && a->literals_used == a->head.literals;
}

static bool
is_genuine(const struct decoder *d, const struct assembly *a)
{
	struct blockid id = blockid_of(d->with.key, a->plain, a->made);

	return blockid_equal(&id, &a->head.id);
}

/* A copy has its anchors where it was copied from, a run has none. */
static void
learn_literals(struct decoder *d, const struct assembly *a,
    const struct anchorindex_block *b)
{
	struct blockops state = { 0 };
	struct blockop op;
	size_t made = 0, from = 0, to = 0;

	for (size_t at = 0; at < a->head.ops; made += op.len) {
		at += blockops_read(&state, &op, a->ops + at, a->head.ops - at);
		if (op.kind != BLOCKOP_LITERAL)
			continue;
		if (made - to > NEAR) {
			anchorindex_learn_part(d->with.index, b, from, to);
			from = made;
		}
		to = made + op.len;
	}
	anchorindex_learn_part(d->with.index, b, from, to);
}

static void
learn(struct decoder *d, const struct assembly *a, uint32_t slot)
{
	const struct anchorindex_block b = { slot, a->plain, a->made };

	if (a->uses_old || a->head.sources > MANY_SOURCES)
		anchorindex_learn_part(d->with.index, &b, 0, b.len);
	else
		learn_literals(d, a, &b);
}

static void
keep(struct decoder *d, const struct assembly *a)
{
	uint32_t slot = history_add(d->with.history, &a->head.id, a->plain,
	    a->made);

	if (slot == HISTORY_NONE)
		return;
	history_set_shared(d->with.history, slot, true);
	learn(d, a, slot);
}

static bool
is_among_sources(const struct decoder *d, const struct assembly *a,
    const uint8_t *room)
{
	for (uint16_t i = 0; i < a->head.sources; i++)
		if (d->sources[i].octets < room + a->head.plain &&
		    room < d->sources[i].octets + d->sources[i].len)
			return true;
	return false;
}

/* Where it is put together: what is kept stands in the history then. */
static uint8_t *
choose_room(struct decoder *d, const struct assembly *a)
{
	uint8_t *room = NULL;

	if ((a->head.flags & BLOCKHEAD_KEEP) != 0)
		room = history_room(d->with.history, a->head.plain);
	return room != NULL && !is_among_sources(d, a, room) ? room : d->plain;
}

enum decoder_result
decoder_block(struct decoder *d, const uint8_t *in, size_t len,
    const uint8_t **plain, size_t *plain_len)
{
	struct assembly a = { .made = 0 };
	const uint8_t *at = in + BLOCKHEAD_OCTETS;

	OBJ_CHECK(d, DECODER_MAGIC);
	history_rest(d->with.history);
	if (!blockhead_read(&a.head, in, len))
		return DECODER_DAMAGED;
	if (!find_sources(d, &a, at))
		return DECODER_MISSING;
	at += a.head.sources * BLOCKID_OCTETS;
	a.plain = choose_room(d, &a);
	a.ops = unpack(d, at, a.head.packed_ops, d->ops, a.head.ops);
	at += a.head.packed_ops;
	a.literals = unpack(d, at, a.head.packed_literals,
	    a.head.literals == a.head.plain ? a.plain : d->literals,
	    a.head.literals);
	if (a.ops == NULL || a.literals == NULL || !assemble(d, &a) ||
	    !is_genuine(d, &a))
		return DECODER_DAMAGED;
	if ((a.head.flags & BLOCKHEAD_KEEP) != 0)
		keep(d, &a);
	*plain = a.plain;
	*plain_len = a.made;
	return DECODER_OK;
}

const struct blockid *
decoder_missing(const struct decoder *d, size_t *count)
{
	*count = d->missing_count;
	return d->missing;
}

struct decoder *
decoder_new(const struct encoder_config *c)
{
	struct decoder *d = mem_zalloc(1, sizeof(*d));

	d->magic = DECODER_MAGIC;
	d->with = *c;
	d->pack = zpack_new();
	return d;
}

void
decoder_free(struct decoder **pd)
{
	struct decoder *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, DECODER_MAGIC);
	zpack_free(&d->pack);
	d->magic = 0;
	free(d);
}
