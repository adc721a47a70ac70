/* gtmd/types/itempaths.h - sub-objects whose keys are paths of other objects.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_ITEMPATHS_H
#define GTMD_TYPES_ITEMPATHS_H

struct diag;
struct object;
struct objlist;

/* For struct type's settle: the keys of o's items become full paths. One that
 * cannot, or is then there twice, is told and dropped. */
void itempaths_settle(struct object *o, struct objlist *items,
    struct diag *out);

#endif
