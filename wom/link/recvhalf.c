/* wom/link/recvhalf.c - see recvhalf.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/recvhalf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static struct recvitem **
slot_of(struct recvhalf *h, uint64_t number)
{
	return &h->ring[number % RECVHALF_WINDOW];
}

/* Its octets; what it is stays. */
static void
empty(struct recvhalf *h, struct recvitem *i)
{
	if (i->octets != NULL)
		h->held -= i->len;
	free(i->octets);
	i->octets = NULL;
	i->len = i->have = 0;
}

static void
drop(struct recvhalf *h, struct recvitem **slot)
{
	if (*slot == NULL)
		return;
	empty(h, *slot);
	h->held -= sizeof(**slot);
	free(*slot);
	*slot = NULL;
}

static struct recvitem *
begin(struct recvhalf *h, uint64_t number, uint32_t plain)
{
	struct recvitem *i = mem_zalloc(1, sizeof(*i));

	i->plain = plain;
	*slot_of(h, number) = i;
	h->held += sizeof(*i);
	h->received += plain;
	return i;
}

/* Room for this edition of it. */
static void
reserve(struct recvhalf *h, struct recvitem *i, const struct linkdata *d)
{
	i->octets = mem_resize(NULL, d->total, 1);
	i->len = d->total;
	i->form = d->form;
	h->held += i->len;
}

static enum recvhalf_result
add_piece(struct recvitem *i, const struct linkdata *d)
{
	size_t skip;

	if (d->offset > i->have)
		return RECVHALF_WRONG;
	skip = i->have - d->offset;
	if (skip >= d->len)
		return RECVHALF_DUPLICATE;
	memcpy(i->octets + i->have, d->octets + skip, d->len - skip);
	i->have += (uint32_t)(d->len - skip);
	return RECVHALF_KEPT;
}

enum recvhalf_result
recvhalf_data(struct recvhalf *h, uint64_t number, const struct linkdata *d,
    uint64_t window)
{
	struct recvitem *i;

	if (number < h->next)
		return RECVHALF_DUPLICATE;
	if (number == 0 || number - h->next >= RECVHALF_WINDOW ||
	    (h->fin != 0 && number >= h->fin))
		return RECVHALF_WRONG;
	i = *slot_of(h, number);
	if (i == NULL) {
		if (d->plain > window || d->edition != 0 || d->offset != 0)
			return RECVHALF_WRONG;
		i = begin(h, number, d->plain);
	}
	if (d->edition < i->edition)
		return RECVHALF_DUPLICATE;
	if (d->edition > i->edition || d->plain != i->plain)
		return RECVHALF_WRONG;
	if (i->octets == NULL)
		reserve(h, i, d);
	else if (d->total != i->len || d->form != i->form)
		return RECVHALF_WRONG;
	return add_piece(i, d);
}

enum recvhalf_result
recvhalf_finish(struct recvhalf *h, uint64_t number)
{
	if (h->fin != 0)
		return number == h->fin ? RECVHALF_DUPLICATE : RECVHALF_WRONG;
	if (number < h->next || number == 0 ||
	    number - h->next >= RECVHALF_WINDOW)
		return RECVHALF_WRONG;
	for (uint64_t n = number; n < h->next + RECVHALF_WINDOW; n++)
		if (*slot_of(h, n) != NULL)
			return RECVHALF_WRONG;
	h->fin = number;
	return RECVHALF_KEPT;
}

const struct recvitem *
recvhalf_peek(const struct recvhalf *h)
{
	const struct recvitem *i = h->ring[h->next % RECVHALF_WINDOW];

	return i != NULL && i->octets != NULL && i->have == i->len ? i : NULL;
}

void
recvhalf_take(struct recvhalf *h)
{
	assert(h->next == 0 || recvhalf_is_finished(h) ||
	    recvhalf_peek(h) != NULL);
	drop(h, slot_of(h, h->next));
	h->next++;
}

uint16_t
recvhalf_refuse(struct recvhalf *h)
{
	struct recvitem *i = *slot_of(h, h->next);

	assert(recvhalf_peek(h) != NULL);
	if (i->edition == RECVHALF_EDITIONS_MAX)
		return 0;
	empty(h, i);
	return ++i->edition;
}

void
recvhalf_wrote(struct recvhalf *h, uint64_t octets)
{
	assert(octets <= recvhalf_in_flight(h));
	h->written += octets;
}

void
recvhalf_fini(struct recvhalf *h)
{
	for (size_t n = 0; n < RECVHALF_WINDOW; n++)
		drop(h, &h->ring[n]);
}
