/* wom/link/sendhalf.c - see sendhalf.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/sendhalf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static struct senditem **
slot_of(struct sendhalf *h, uint64_t number)
{
	return &h->ring[number % SENDHALF_WINDOW];
}

static void
drop(struct sendhalf *h, uint64_t number)
{
	struct senditem **slot = slot_of(h, number);

	h->held -= sizeof(**slot) + (*slot)->len;
	h->unsent -= (*slot)->len - (*slot)->at;
	free(*slot);
	*slot = NULL;
}

/* In the place of `number`, with nothing of it sent. */
static struct senditem *
place(struct sendhalf *h, uint64_t number, const void *octets, size_t len)
{
	struct senditem *i = mem_resize(NULL, 1, sizeof(*i) + len);

	*i = (struct senditem){ .kind = LINKFRAME_FIN, .number = number,
	    .len = (uint32_t)len, .conn = SENDHALF_NOBODY };
	if (len > 0)
		memcpy(i->octets, octets, len);
	*slot_of(h, number) = i;
	h->held += sizeof(*i) + len;
	h->unsent += len;
	return i;
}

static struct senditem *
append(struct sendhalf *h, const void *octets, size_t len)
{
	assert(h->next - h->base < SENDHALF_WINDOW);
	return place(h, h->next++, octets, len);
}

void
sendhalf_open(struct sendhalf *h, const void *body, size_t len)
{
	assert(h->next == 0 && len > 0 && len <= LINKFRAME_BODY_MAX);
	append(h, body, len)->kind = LINKFRAME_OPEN;
}

static void
describe(struct senditem *i, const struct linkdata *d)
{
	i->kind = LINKFRAME_DATA;
	i->plain = d->plain;
	i->form = d->form;
}

uint64_t
sendhalf_put(struct sendhalf *h, const struct linkdata *d)
{
	struct senditem *i;

	assert(sendhalf_room(h) > 0 && d->plain > 0 && d->len > 0);
	i = append(h, d->octets, d->len);
	describe(i, d);
	h->put += d->plain;
	return i->number;
}

uint64_t
sendhalf_promise(struct sendhalf *h, const struct linkdata *d)
{
	struct senditem *i;

	assert(sendhalf_room(h) > 0 && d->plain > 0);
	i = append(h, NULL, 0);
	describe(i, d);
	h->put += d->plain;
	return i->number;
}

static bool
is_promised(const struct senditem *i)
{
	return i->kind == LINKFRAME_DATA && i->len == 0;
}

bool
sendhalf_fulfil(struct sendhalf *h, uint64_t number, const struct linkdata *d)
{
	struct senditem *i = sendhalf_find(h, number);

	if (i == NULL || !is_promised(i))
		return false;
	assert(d->plain == i->plain && d->len > 0);
	drop(h, number);
	describe(place(h, number, d->octets, d->len), d);
	return true;
}

void
sendhalf_finish(struct sendhalf *h)
{
	if (h->finished)
		return;
	h->finished = true;
	(void)append(h, NULL, 0);
}

bool
sendhalf_rewrite(struct sendhalf *h, uint64_t number, const struct linkdata *d)
{
	struct senditem *i = sendhalf_find(h, number);
	uint16_t edition;

	if (i == NULL || i->kind != LINKFRAME_DATA)
		return false;
	assert(d->plain == i->plain && d->len > 0);
	edition = (uint16_t)(i->edition + 1);
	drop(h, number);
	i = place(h, number, d->octets, d->len);
	describe(i, d);
	i->edition = edition;
	if (h->scan > number)
		h->scan = number;
	return true;
}

/* ---- sending ---- */

/* Nothing goes ahead of item 0. */
static bool
may_go(const struct sendhalf *h, const struct senditem *i, int conn)
{
	return h->base > 0 || i->number == 0 || h->ring[0]->conn == conn;
}

/* The part that conn has begun with, or else the first that nobody has. */
static struct senditem *
choose(const struct sendhalf *h, int conn)
{
	struct senditem *first = NULL;

	for (uint64_t n = h->scan; n < h->next; n++) {
		struct senditem *i = h->ring[n % SENDHALF_WINDOW];

		if (i->sent || !may_go(h, i, conn))
			continue;
		if (i->conn == conn)
			return i;
		if (is_promised(i))
			break;
		if (i->conn == SENDHALF_NOBODY && first == NULL)
			first = i;
	}
	return first;
}

struct senditem *
sendhalf_pick(struct sendhalf *h, int conn)
{
	return choose(h, conn);
}

bool
sendhalf_is_ready(const struct sendhalf *h, int conn)
{
	return choose(h, conn) != NULL;
}

void
sendhalf_given(struct sendhalf *h, struct senditem *i, int conn, uint32_t at)
{
	assert(i->conn == SENDHALF_NOBODY || i->conn == conn);
	i->conn = conn;
	h->unsent -= at - i->at;
	i->at = at;
	i->sent = i->kind != LINKFRAME_DATA || at == i->len;
	while (h->scan < h->next && (*slot_of(h, h->scan))->sent)
		h->scan++;
}

bool
sendhalf_lingers(const struct sendhalf *h)
{
	return h->scan < h->next &&
	    h->ring[(h->next - 1) % SENDHALF_WINDOW]->conn == SENDHALF_NOBODY;
}

void
sendhalf_broken(struct sendhalf *h, int conn)
{
	for (uint64_t n = h->next; n-- > h->base;) {
		struct senditem *i = *slot_of(h, n);

		if (i->conn != conn)
			continue;
		i->conn = SENDHALF_NOBODY;
		h->unsent += i->at;
		i->at = 0;
		i->sent = false;
		if (n < h->scan)
			h->scan = n;
	}
}

bool
sendhalf_nudge(struct sendhalf *h)
{
	struct senditem *fin;

	if (!h->finished || h->base == h->next)
		return false;
	fin = *slot_of(h, h->next - 1);
	if (!fin->sent)
		return false;
	fin->sent = false;
	fin->conn = SENDHALF_NOBODY;
	if (h->scan > fin->number)
		h->scan = fin->number;
	return true;
}

/* ---- what the peer says ---- */

bool
sendhalf_ack(struct sendhalf *h, uint64_t next, uint64_t written)
{
	if (next > h->next || written > h->put)
		return false;
	for (; h->base < next; h->base++)
		drop(h, h->base);
	if (h->scan < h->base)
		h->scan = h->base;
	if (written > h->written)
		h->written = written;
	return true;
}

struct senditem *
sendhalf_find(const struct sendhalf *h, uint64_t number)
{
	return number >= h->base && number < h->next ?
	    h->ring[number % SENDHALF_WINDOW] : NULL;
}

void
sendhalf_fini(struct sendhalf *h)
{
	for (; h->base < h->next; h->base++)
		drop(h, h->base);
	h->scan = h->base;
}
