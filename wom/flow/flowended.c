/* wom/flow/flowended.c - see flowended.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/flow/flowended.h"

#include <stdlib.h>

#include "core/base/mem.h"

void
flowended_init(struct flowended_list *l, uint64_t serial)
{
	*l = (struct flowended_list){ .serial = serial };
}

void
flowended_fini(struct flowended_list *l)
{
	free(l->v);
	*l = (struct flowended_list){ .serial = l->serial };
}

void
flowended_add(struct flowended_list *l, const struct flowended *one)
{
	if (l->count == FLOWENDED_MAX) {
		l->missed++;
		return;
	}
	l->v = mem_grow(l->v, &l->room, l->count + 1, sizeof(*l->v));
	l->v[l->count] = *one;
	l->v[l->count++].serial = ++l->serial;
}

struct flowended *
flowended_take(struct flowended_list *l, size_t *count, uint64_t *missed)
{
	struct flowended *v = l->v;

	*count = l->count;
	*missed = l->missed;
	flowended_init(l, l->serial);
	return v;
}
