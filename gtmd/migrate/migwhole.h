/* gtmd/migrate/migwhole.h - what an event makes of a migration as a whole. For migstate
 * alone. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGWHOLE_H
#define GTMD_MIGRATE_MIGWHOLE_H

#include <stdbool.h>

#include "gtmd/migrate/migevent.h"

struct migfold;

/* One event, of a run that has begun unless it is BEGUN, and is not over. ret 0, or
 * ERR_CONFLICT with a sentence and nothing changed. */
int migwhole_fold(struct migfold *f);
/* Is it an event that only tells something, and changes no state? */
bool migwhole_tells(enum migevent_kind k);

#endif
