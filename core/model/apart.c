/* core/model/apart.c - see apart.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/apart.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"

static struct apart **
place_of(struct object *o)
{
	return (struct apart **)(void *)((char *)o + o->type->apart);
}

static struct apart *
block_of(const struct object *o)
{
	return *(struct apart *const *)(const void *)((const char *)o +
	    o->type->apart);
}

void
apart_new(struct object *o)
{
	struct apart *b;

	if (o->type->apart == 0)
		return;
	assert(o->type->apart_size >= sizeof(*b));
	b = mem_zalloc(1, o->type->apart_size);
	b->refs = 1;
	*place_of(o) = b;
}

void
apart_share(struct object *to, const struct object *from)
{
	if (from->type->apart == 0)
		return;
	*place_of(to) = block_of(from);
	(void)__atomic_fetch_add(&block_of(to)->refs, 1, __ATOMIC_RELAXED);
}

/* Frees a block that nobody holds, of objects like o. */
static void
free_block(const struct object *like, struct apart *b)
{
	struct object *o = mem_dup(like, like->type->size);

	b->refs = 1;
	*place_of(o) = b;
	for (const struct prop *p = o->type->props; p->name != NULL; p++)
		if (p->flags & PROP_APART)
			prop_fini(p, o);
	free(b);
	free(o);
}

static void
release(const struct object *like, struct apart *b)
{
	if (__atomic_sub_fetch(&b->refs, 1, __ATOMIC_ACQ_REL) == 0)
		free_block(like, b);
}

void
apart_drop(struct object *o)
{
	if (o->type->apart == 0)
		return;
	release(o, block_of(o));
	*place_of(o) = NULL;
}

bool
apart_same(const struct object *a, const struct object *b)
{
	return a->type->apart != 0 && block_of(a) == block_of(b);
}

const void *
apart_get(const struct object *o)
{
	assert(o->type->apart != 0);
	return block_of(o);
}

void *
apart_own(struct object *o)
{
	struct object *copy;
	struct apart *shared;

	assert(o->type->apart != 0);
	shared = block_of(o);
	if (__atomic_load_n(&shared->refs, __ATOMIC_ACQUIRE) == 1)
		return shared;
	/* The values are copied from an object that still has the old block. */
	copy = mem_dup(o, o->type->size);
	apart_new(o);
	for (const struct prop *p = o->type->props; p->name != NULL; p++)
		if (p->flags & PROP_APART)
			prop_copy(p, o, copy);
	free(copy);
	release(o, shared);
	return block_of(o);
}
