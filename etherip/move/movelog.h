/* etherip/move/movelog.h - the latest of what happened to stations: a ring, the oldest gives way.
 * Layer: etherip/move, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_MOVELOG_H
#define ETHERIP_MOVE_MOVELOG_H

#include <stddef.h>
#include <stdint.h>

#include "etherip/move/moveevent.h"

#define MOVELOG_MAX	512

/* All zero is an empty one. */
struct movelog {
	uint64_t	 count;		/* that ever came */
	struct moveevent v[MOVELOG_MAX];
};

/* One more. */
void movelog_add(struct movelog *l, const struct moveevent *e);
/* The one that came so many before the last (0: the last); NULL: not kept. */
const struct moveevent *movelog_get(const struct movelog *l, size_t back);

#endif
