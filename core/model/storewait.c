/* core/model/storewait.c - see storewait.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/storewait.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/changeset.h"
#include "core/model/store_backend.h"

void
storewait_init(struct storewait *w, struct store_backend *b)
{
	*w = (struct storewait){ .backend = b };
}

void
storewait_fini(struct storewait *w)
{
	assert(!w->syncing && w->count == 0);
	free(w->v);
	w->v = NULL;
}

void
storewait_syncer(struct storewait *w, const struct store_syncer *y)
{
	storewait_settle(w);
	w->syncer = (struct store_syncer){ 0 };
	if (y != NULL && w->backend->ops->group != NULL)
		w->syncer = *y;
}

bool
storewait_is_grouped(const struct storewait *w)
{
	return w->syncer.start != NULL;
}

void
storewait_ready(struct storewait *w)
{
	if (w->syncing && w->backend->ops->group->must_settle(w->backend))
		storewait_settle(w);
}

static void
begin_sync(struct storewait *w)
{
	w->syncing = true;
	w->under_way = w->count;
	w->syncer.start(w->syncer.arg,
	    w->backend->ops->group->begin(w->backend));
}

/* The first begins a sync, those that come meanwhile share the next. */
const struct changeset *
storewait_add(struct storewait *w, struct changeset *c)
{
	w->last++;
	if (!storewait_is_grouped(w))
		return c;
	w->v = mem_grow(w->v, &w->room, w->count + 1, sizeof(w->v[0]));
	w->v[w->count++] = *c;
	*c = (struct changeset){ .count = 0 };
	if (!w->syncing)
		begin_sync(w);
	return &w->v[w->count - 1];
}

/* None of them was acknowledged. */
static void
take_all_back(struct storewait *w, storewait_back_fn *back, void *arg)
{
	struct changeset *v = w->v;
	size_t count = w->count;

	w->v = NULL;
	w->count = w->room = w->under_way = 0;
	w->goes_back = true;
	while (count > 0) {
		back(arg, &v[--count]);
		changeset_fini(&v[count]);
	}
	w->goes_back = false;
	free(v);
}

void
storewait_end(struct storewait *w, int sys_errno, storewait_back_fn *back,
    void *arg)
{
	const uint64_t upto = w->last - w->count + w->under_way;
	struct err e = { 0 };

	assert(w->syncing);
	w->syncing = false;
	if (w->backend->ops->group->end(w->backend, sys_errno, &e) != 0) {
		take_all_back(w, back, arg);
		w->syncer.settled(w->syncer.arg, w->last, &e);
		return;
	}
	for (size_t i = 0; i < w->under_way; i++)
		changeset_fini(&w->v[i]);
	w->count -= w->under_way;
	memmove(w->v, w->v + w->under_way, w->count * sizeof(w->v[0]));
	if (w->count > 0)
		begin_sync(w);
	w->syncer.settled(w->syncer.arg, upto, NULL);
}

void
storewait_settle(struct storewait *w)
{
	while (w->syncing)
		w->syncer.wait(w->syncer.arg);
}

uint64_t
storewait_number(const struct storewait *w)
{
	return w->count > 0 ? w->last : 0;
}
