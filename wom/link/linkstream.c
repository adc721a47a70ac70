/* wom/link/linkstream.c - see linkstream.h, and the end of linksession.h.
 * Layer: wom/link, pure. SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/linkstream.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

struct linkstream *
linkstream_new(bool by_peer, uint64_t index, const struct linkopen *o)
{
	struct linkstream *st = mem_zalloc(1, sizeof(*st));

	st->magic = LINKSTREAM_MAGIC;
	st->by_peer = by_peer;
	st->index = index;
	st->open = *o;
	list_init(&st->in_bucket);
	list_init(&st->in_all);
	list_init(&st->in_news);
	list_init(&st->in_tell);
	list_init(&st->in_unseen);
	list_init(&st->in_waiting);
	turns_flow_init(&st->flow, o->bulk);
	return st;
}

void
linkstream_free(struct linkstream **pst)
{
	struct linkstream *st = *pst;

	*pst = NULL;
	OBJ_CHECK(st, LINKSTREAM_MAGIC);
	assert(list_empty(&st->in_all) && list_empty(&st->in_news) &&
	    list_empty(&st->in_tell) && !st->flow.waits);
	sendhalf_fini(&st->send);
	recvhalf_fini(&st->recv);
	free(st->wish.names);
	free(st->asked.names);
	st->magic = 0;
	free(st);
}

void
linkstream_forget_wish(struct linkwish *w)
{
	free(w->names);
	*w = (struct linkwish){ .number = 0 };
}

void
linkstream_set_wish(struct linkwish *w, const struct linkwish *from,
    const void *names)
{
	linkstream_forget_wish(w);
	*w = *from;
	w->names = w->count == 0 ? NULL :
	    mem_dup(names, w->count * sizeof(*w->names));
}

const struct recvitem *
linkstream_peek(const struct linkstream *st)
{
	return st->state == LINKSTREAM_LIVE ? recvhalf_peek(&st->recv) : NULL;
}

bool
linkstream_at_end(const struct linkstream *st)
{
	return st->state == LINKSTREAM_LIVE && recvhalf_is_finished(&st->recv);
}

uint64_t
linkstream_taken(const struct linkstream *st)
{
	return st->send.base;
}

uint64_t
linkstream_asked(const struct linkstream *st, const struct blockid **names,
    size_t *count)
{
	*names = st->asked.names;
	*count = st->asked.count;
	return st->asked.number;
}

void
linkstream_watch(struct linkstream *st)
{
	st->watched = true;
}

void
linkstream_set_bulk(struct linkstream *st, bool bulk)
{
	st->flow.bulk = bulk;
}

const struct linkopen *
linkstream_open(const struct linkstream *st)
{
	return &st->open;
}

void
linkstream_set_user(struct linkstream *st, void *user)
{
	st->user = user;
}

void *
linkstream_user(const struct linkstream *st)
{
	return st->user;
}
