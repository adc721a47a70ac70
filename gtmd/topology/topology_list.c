/* gtmd/topology/topology_list.c - see topology_list.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_list.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void
topology_list_add(struct topology_list *l, uint32_t n)
{
	l->v = mem_grow(l->v, &l->room, l->count + 1, sizeof(*l->v));
	l->v[l->count++] = n;
}

void
topology_list_copy(struct topology_list *to, const struct topology_list *from)
{
	if (from->count == 0)
		return;
	to->v = mem_grow(to->v, &to->room, to->count + from->count,
	    sizeof(*to->v));
	memcpy(to->v + to->count, from->v, from->count * sizeof(*to->v));
	to->count += from->count;
}

void
topology_list_insert(struct topology_list *l, size_t at, uint32_t n)
{
	assert(at <= l->count);
	topology_list_add(l, n);
	memmove(l->v + at + 1, l->v + at,
	    (l->count - 1 - at) * sizeof(*l->v));
	l->v[at] = n;
}

void
topology_list_cut(struct topology_list *l, size_t at)
{
	assert(at < l->count);
	l->count--;
	memmove(l->v + at, l->v + at + 1, (l->count - at) * sizeof(*l->v));
}

void
topology_list_remove(struct topology_list *l, uint32_t n)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->v[i] == n) {
			l->v[i] = l->v[--l->count];
			return;
		}
}

void
topology_list_sort(struct topology_list *l)
{
	size_t kept = 1;

	while (kept < l->count && l->v[kept - 1] < l->v[kept])
		kept++;
	if (kept >= l->count)
		return;		/* as most lists are */
	kept = 0;
	qsort(l->v, l->count, sizeof(*l->v), by_value);
	for (size_t i = 0; i < l->count; i++)
		if (kept == 0 || l->v[kept - 1] != l->v[i])
			l->v[kept++] = l->v[i];
	l->count = kept;
}

bool
topology_list_has(const struct topology_list *l, uint32_t n)
{
	return l->count > 0 && bsearch(&n, l->v, l->count, sizeof(*l->v),
	    by_value) != NULL;
}
