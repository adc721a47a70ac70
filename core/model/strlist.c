/* core/model/strlist.c - see strlist.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/strlist.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* Where word is or belongs; *there says which. */
static size_t
find_place(const struct strlist *l, const char *word, bool *there)
{
	size_t lo = 0, hi = l->count;

	*there = false;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(l->v[mid], word);

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

bool
strlist_has(const struct strlist *l, const char *word)
{
	bool there;

	(void)find_place(l, word, &there);
	return there;
}

/* The array has room for the next power of two above count. */
static void
make_room(struct strlist *l)
{
	if ((l->count & (l->count - 1)) == 0)
		l->v = mem_resize(l->v, l->count == 0 ? 1 : l->count * 2,
		    sizeof(l->v[0]));
}

bool
strlist_add(struct strlist *l, const char *word)
{
	bool there;
	size_t at = find_place(l, word, &there);

	if (there)
		return false;
	make_room(l);
	memmove(l->v + at + 1, l->v + at, (l->count - at) * sizeof(l->v[0]));
	l->v[at] = mem_strdup(word);
	l->count++;
	return true;
}

bool
strlist_remove(struct strlist *l, const char *word)
{
	bool there;
	size_t at = find_place(l, word, &there);

	if (!there)
		return false;
	free(l->v[at]);
	l->count--;
	memmove(l->v + at, l->v + at + 1, (l->count - at) * sizeof(l->v[0]));
	if (l->count == 0)
		strlist_fini(l);
	return true;
}

void
strlist_fini(struct strlist *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->v[i]);
	free(l->v);
	l->v = NULL;
	l->count = 0;
}

void
strlist_copy(struct strlist *to, const struct strlist *from)
{
	for (size_t i = 0; i < from->count; i++)
		(void)strlist_add(to, from->v[i]);
}

bool
strlist_equal(const struct strlist *a, const struct strlist *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->v[i], b->v[i]) != 0)
			return false;
	return true;
}
