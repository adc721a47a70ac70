/* gtmd/decide/measures.c - see measures.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/measures.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"

#define ROUND_NS	(CLOCK_S / MEASURES_ROUNDS_S)

struct measures {
	unsigned	 magic;
#define MEASURES_MAGIC	0x3e7a11c5u
	struct loop	*loop;
	struct map	 rows;
	struct list	 dirty;		/* measures_row.dirty */
	struct loop_timer round;
	mono_ns		 next;		/* no round before that */
	measures_fn	*fn;
	void		*arg;
};

/* ---- rounds ---- */

void
measures_tell(struct measures *m)
{
	OBJ_CHECK(m, MEASURES_MAGIC);
	m->next = loop_now_ns(m->loop) + ROUND_NS;
	while (!list_empty(&m->dirty)) {
		struct measures_row *r = OBJ_OF(m->dirty.next,
		    struct measures_row, dirty);
		uint32_t changed = r->changed;

		list_remove(&r->dirty);
		r->changed = 0;
		if (m->fn != NULL)
			m->fn(m->arg, r, changed);
	}
}

static void
on_round(struct loop_timer *t, void *arg)
{
	(void)t;
	measures_tell(arg);
}

static void
note(struct measures_row *r, enum metric which)
{
	struct measures *m = r->metrics;
	mono_ns now = loop_now_ns(m->loop);

	r->changed |= UINT32_C(1) << which;
	if (list_empty(&r->dirty))
		list_append(&m->dirty, &r->dirty);
	if (!loop_timer_running(&m->round))
		loop_timer_start_at(&m->round, m->next > now ? m->next : now);
}

/* ---- values ---- */

/* A timer that comes too early looks again: values that are put anew every
 * second would otherwise move it every second. */
static void
on_end(struct loop_timer *t, void *arg)
{
	struct measures_row *r = arg;
	mono_ns now = loop_now_ns(r->metrics->loop), first = UINT64_MAX;

	for (int i = 0; i < METRICS; i++) {
		if (!metric_is_known(&r->now, (enum metric)i))
			continue;
		if (r->until[i] <= now)
			measures_forget(r, (enum metric)i);
		else if (r->until[i] < first)
			first = r->until[i];
	}
	if (first != UINT64_MAX)
		loop_timer_start_at(t, first);
}

static void
end_at(struct measures_row *r, mono_ns until)
{
	if (!loop_timer_running(&r->end) || r->end.node.at > until)
		loop_timer_start_at(&r->end, until);
}

void
measures_restore(struct measures_row *r, enum metric which, uint64_t value,
    mono_ns at, mono_ns until)
{
	bool same = metric_is_known(&r->now, which) &&
	    r->now.v[which] == value;

	if (until <= loop_now_ns(r->metrics->loop))
		return;
	r->at[which] = at;
	r->until[which] = until;
	end_at(r, until);
	metric_set(&r->now, which, value);
	if (!same)
		note(r, which);
}

void
measures_set(struct measures_row *r, enum metric which, uint64_t value,
    uint32_t ttl_s)
{
	mono_ns now = loop_now_ns(r->metrics->loop);

	measures_restore(r, which, value, now, now + ttl_s * CLOCK_S);
}

void
measures_forget(struct measures_row *r, enum metric which)
{
	if (!metric_is_known(&r->now, which))
		return;
	r->now.known &= ~(UINT32_C(1) << which);
	note(r, which);
}

/* ---- rows ---- */

mono_ns
measures_now(const struct measures_row *r)
{
	return loop_now_ns(r->metrics->loop);
}

struct measures_row *
measures_row_get(struct measures *m, const char *key)
{
	struct measures_row *r;

	if (m == NULL)
		return NULL;
	OBJ_CHECK(m, MEASURES_MAGIC);
	r = map_find(&m->rows, key);
	if (r == NULL) {
		r = mem_zalloc(1, sizeof(*r));
		r->metrics = m;
		r->key = mem_strdup(key);
		list_init(&r->dirty);
		loop_timer_init(&r->end, m->loop, on_end, r);
		map_put(&m->rows, r->key, r);
	}
	r->users++;
	return r;
}

void
measures_row_drop(struct measures_row **pr)
{
	struct measures_row *r = *pr;

	*pr = NULL;
	if (r == NULL || --r->users > 0)
		return;
	list_remove(&r->dirty);
	loop_timer_stop(&r->end);
	map_remove(&r->metrics->rows, r->key);
	free(r->key);
	free(r);
}

/* ---- life ---- */

void
measures_watch(struct measures *m, measures_fn *fn, void *arg)
{
	m->fn = fn;
	m->arg = arg;
}

struct measures *
measures_new(struct loop *l)
{
	struct measures *m = mem_zalloc(1, sizeof(*m));

	m->magic = MEASURES_MAGIC;
	m->loop = l;
	list_init(&m->dirty);
	loop_timer_init(&m->round, l, on_round, m);
	return m;
}

void
measures_free(struct measures **pm)
{
	struct measures *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	OBJ_CHECK(m, MEASURES_MAGIC);
	assert(m->rows.count == 0);
	loop_timer_stop(&m->round);
	map_fini(&m->rows);
	m->magic = 0;
	free(m);
}
