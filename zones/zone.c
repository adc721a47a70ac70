/* zones/zone.c - a zone's references; see zone.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/zone.h"

#include "core/base/obj.h"
#include "zones/block.h"

struct zone *
zone_hold(struct zone *z)
{
	OBJ_CHECK(z, ZONE_MAGIC);
	(void)atomic_fetch_add(&z->refs, 1);
	return z;
}

void
zone_free(struct zone **zp)
{
	struct zone *z = *zp;

	*zp = NULL;
	if (z == NULL)
		return;
	OBJ_CHECK(z, ZONE_MAGIC);
	if (atomic_fetch_sub(&z->refs, 1) > 1)
		return;
	z->magic = 0;
	block_free(z, z->mapped);
}
