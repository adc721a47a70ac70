/* core/model/objlist.c - sub-objects of an object, sorted by key.
 * Layer: core/model. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/object.h"
#include "core/model/propkind.h"
#include "core/model/word.h"

/* Where key is or belongs; *there says which. Items that come in order, as
 * files have them, are found at the end at once. */
static size_t
find_place(const struct objlist *l, const char *key, bool *there)
{
	size_t lo = 0, hi = l->count;

	*there = false;
	if (hi > 0 && strcmp(l->v[hi - 1]->name, key) < 0)
		return hi;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(l->v[mid]->name, key);

		if (c == 0) {
			*there = true;
			return mid;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct object *
objlist_find(const struct objlist *l, const char *key)
{
	bool there;
	size_t at = find_place(l, key, &there);

	return there ? l->v[at] : NULL;
}

/* The array has room for the next power of two at or above count. */
static void
make_room(struct objlist *l)
{
	if ((l->count & (l->count - 1)) == 0)
		l->v = mem_resize(l->v, l->count == 0 ? 1 : l->count * 2,
		    sizeof(l->v[0]));
}

void
objlist_add(struct objlist *l, struct object **pitem)
{
	struct object *item = *pitem;
	bool there;
	size_t at;

	*pitem = NULL;
	at = find_place(l, item->name, &there);
	if (there) {
		object_unref(&l->v[at]);
		l->v[at] = item;
		return;
	}
	make_room(l);
	memmove(l->v + at + 1, l->v + at, (l->count - at) * sizeof(l->v[0]));
	l->v[at] = item;
	l->count++;
}

static void
fini_items(void *v)
{
	struct objlist *l = v;

	for (size_t i = 0; i < l->count; i++)
		object_unref(&l->v[i]);
	free(l->v);
	l->v = NULL;
	l->count = 0;
}

bool
objlist_remove(struct objlist *l, const char *key)
{
	bool there;
	size_t at = find_place(l, key, &there);

	if (!there)
		return false;
	object_unref(&l->v[at]);
	l->count--;
	memmove(l->v + at, l->v + at + 1, (l->count - at) * sizeof(l->v[0]));
	if (l->count == 0)
		fini_items(l);
	return true;
}

static void
format_keys(const struct prop *p, const void *v, struct strbuf *b)
{
	const struct objlist *l = v;

	(void)p;
	for (size_t i = 0; i < l->count; i++) {
		if (i > 0)
			strbuf_add_char(b, ' ');
		word_quote(b, l->v[i]->name);
	}
}

static bool
no_items(const void *v)
{
	return ((const struct objlist *)v)->count == 0;
}

static void
copy_items(void *to, const void *from)
{
	const struct objlist *l = from;

	for (size_t i = 0; i < l->count; i++) {
		struct object *item = object_clone(l->v[i]);

		objlist_add(to, &item);
	}
}

static bool
equal_items(const void *a, const void *b)
{
	const struct objlist *x = a, *y = b;

	if (x->count != y->count)
		return false;
	for (size_t i = 0; i < x->count; i++)
		if (!object_equal(x->v[i], y->v[i]))
			return false;
	return true;
}

const struct propkind objlist_propkind = {
	.title = "items", .size = sizeof(struct objlist),
	.format = format_keys, .empty = no_items, .copy = copy_items,
	.equal = equal_items, .fini = fini_items,
};
