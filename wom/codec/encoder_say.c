/* wom/codec/encoder_say.c - operations, literals and the list of sources grow as
 * the encoder gets on in a block; see encoder_work.h. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/encoder_work.h"

#include <string.h>

static void
say(struct encoder *e, const struct blockop *op)
{
	struct work *w = &e->w;

	w->ops_len += blockops_write(&w->state, op, e->ops + w->ops_len);
}

void
encoder_say_literal(struct encoder *e, uint32_t end)
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

void
encoder_say_run(struct encoder *e, uint32_t from, uint32_t len)
{
	struct blockop op = { .kind = BLOCKOP_RUN, .len = len,
	    .octet = e->w.plain[from] };

	encoder_say_literal(e, from);
	say(e, &op);
	e->w.at = e->w.literal_from = from + len;
	e->counts.run += len;
}

/* Its number among this block's sources; false: there is no room for more. */
static bool
source_number(struct work *w, uint32_t slot, uint32_t *number)
{
	uint16_t *guess = &w->source_of[slot % ENCODER_SOURCE_WAYS];

	if (*guess >= w->sources || w->slots[*guess] != slot) {
		if (w->sources == BLOCKHEAD_SOURCES_MAX)
			return false;
		*guess = w->sources;
		w->slots[w->sources++] = slot;
	}
	*number = *guess;
	return true;
}

bool
encoder_say_copy(struct encoder *e, uint32_t from, struct anchorindex_place p, uint32_t len)
{
	struct blockop op = { .kind = BLOCKOP_COPY, .len = len,
	    .offset = p.offset };

	if (encoder_is_full(e) || !source_number(&e->w, p.slot, &op.source))
		return false;
	encoder_say_literal(e, from);
	say(e, &op);
	e->w.at = e->w.literal_from = from + len;
	e->follow = (struct anchorindex_place){ p.slot, p.offset + len };
	e->counts.copied += len;
	return true;
}
