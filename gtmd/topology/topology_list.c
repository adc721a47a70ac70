/* gtmd/topology/topology_list.c - see topology_list.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_list.h"

#include <stdlib.h>

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
	for (size_t i = 0; i < from->count; i++)
		topology_list_add(to, from->v[i]);
}

void
topology_list_sort(struct topology_list *l)
{
	size_t kept = 0;

	if (l->count > 1)
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
