/* wom/link/seenids.c - see seenids.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/seenids.h"

static uint64_t *
word_of(struct seenids *s, uint64_t id)
{
	return &s->bits[id % SEENIDS_WINDOW / 64];
}

static uint64_t
bit_of(uint64_t id)
{
	return UINT64_C(1) << id % 64;
}

void
seenids_init(struct seenids *s)
{
	*s = (struct seenids){ .base = 1 };
}

bool
seenids_has(const struct seenids *s, uint64_t id)
{
	if (id < s->base)
		return true;
	return id - s->base < SEENIDS_WINDOW &&
	    (s->bits[id % SEENIDS_WINDOW / 64] & bit_of(id)) != 0;
}

bool
seenids_put(struct seenids *s, uint64_t id)
{
	if (id < s->base)
		return true;
	if (id - s->base >= SEENIDS_WINDOW)
		return false;
	*word_of(s, id) |= bit_of(id);
	for (; (*word_of(s, s->base) & bit_of(s->base)) != 0; s->base++)
		*word_of(s, s->base) &= ~bit_of(s->base);
	return true;
}
