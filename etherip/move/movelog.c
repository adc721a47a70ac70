/* etherip/move/movelog.c - see movelog.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/move/movelog.h"

void
movelog_add(struct movelog *l, const struct moveevent *e)
{
	l->v[l->count++ % MOVELOG_MAX] = *e;
}

const struct moveevent *
movelog_get(const struct movelog *l, size_t back)
{
	if (back >= l->count || back >= MOVELOG_MAX)
		return NULL;
	return &l->v[(l->count - 1 - back) % MOVELOG_MAX];
}
