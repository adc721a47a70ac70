/* gtmd/types/region.h - a region: a named set of places, for topology records.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_REGION_H
#define GTMD_TYPES_REGION_H

#include "core/model/object.h"
#include "core/model/prop.h"

struct diag;
struct draft;
struct topoterm;
struct type;

#define REGION_DEPTH_MAX	16	/* regions in regions */

struct region {
	struct object	 obj;
	char		*description;
	struct objlist	 members;	/* struct region_member */
};

/* All of it is in its name, a canonical term. */
struct region_member {
	struct object	 obj;
};

extern const struct type region_type;

/* What a term refers to must be there: regions and data centers are told by
 * the model, pools and the meaning of the rest here. item may be NULL. */
void region_check_term(const struct object *o, const struct object *item,
    const struct topoterm *t, const struct draft *d, struct diag *out);

#endif
