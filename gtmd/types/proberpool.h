/* gtmd/types/proberpool.h - a prober pool: servers that may probe for others.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_PROBERPOOL_H
#define GTMD_TYPES_PROBERPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

struct proberpool {
	struct object	 obj;
	bool		 enabled;
	char		*description;
	struct objlist	 members;	/* struct proberpool_member */
};

struct proberpool_member {
	struct object	 obj;		/* key: full path of a server */
	bool		 enabled;
	char		*description;
	uint32_t	 order;		/* in lists */
};

extern const struct type proberpool_type;

/* Is this server (full path) an enabled member of the pool, and the pool
 * enabled? */
bool proberpool_has(const struct proberpool *p, const char *server);

#endif
