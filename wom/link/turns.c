/* wom/link/turns.c - see turns.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/turns.h"

#include <assert.h>

#include "core/base/obj.h"

void
turns_init(struct turns *t, int32_t quantum)
{
	assert(quantum > 0);
	list_init(&t->fresh);
	list_init(&t->rest);
	t->quantum = quantum;
}

void
turns_flow_init(struct turns_flow *f, bool bulk)
{
	*f = (struct turns_flow){ .bulk = bulk };
	list_init(&f->node);
}

static void
join(struct turns *t, struct turns_flow *f, bool fresh)
{
	list_append(fresh ? &t->fresh : &t->rest, &f->node);
	f->waits = true;
	f->fresh = fresh;
}

void
turns_add(struct turns *t, struct turns_flow *f)
{
	f->dry = false;
	if (f->waits)
		return;
	f->deficit = t->quantum;
	join(t, f, !f->bulk);
}

void
turns_remove(struct turns_flow *f)
{
	list_remove(&f->node);
	f->waits = false;
}

static void
to_rest(struct turns *t, struct turns_flow *f)
{
	list_remove(&f->node);
	join(t, f, false);
}

/* The first of a list that is ready and may still send in this turn. Those that
 * have used up theirs get the next one, behind the others; those that ran dry and
 * have got nothing since leave. */
static struct turns_flow *
first_of(struct turns *t, struct list *list, turns_ready_fn ready,
    const void *arg)
{
	LIST_EACH(list, it) {
		struct turns_flow *f = OBJ_OF(it, struct turns_flow, node);

		if (f->dry) {
			turns_remove(f);
			f->dry = false;
			continue;
		}
		if (!ready(f, arg))
			continue;
		if (f->deficit > 0)
			return f;
		f->deficit += t->quantum;
		to_rest(t, f);
	}
	return NULL;
}

static bool
any_ready(const struct list *list, turns_ready_fn ready, const void *arg)
{
	for (struct list *it = list->next; it != list; it = it->next)
		if (ready(OBJ_OF(it, struct turns_flow, node), arg))
			return true;
	return false;
}

struct turns_flow *
turns_next(struct turns *t, turns_ready_fn ready, const void *arg)
{
	struct turns_flow *f = first_of(t, &t->fresh, ready, arg);

	/* A frame is not much longer than a quantum: two rounds or so. */
	while (f == NULL && (f = first_of(t, &t->rest, ready, arg)) == NULL)
		if (!any_ready(&t->rest, ready, arg))
			return NULL;
	return f;
}

void
turns_charge(struct turns *t, struct turns_flow *f, uint32_t octets, bool more)
{
	assert(f->waits && octets <= INT32_MAX);
	f->deficit -= (int32_t)octets;
	if (more)
		return;
	if (f->fresh) {
		to_rest(t, f);
		f->dry = true;
	} else {
		turns_remove(f);
	}
}
