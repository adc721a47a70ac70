/* gtmd/migrate/migphase.h - what ends a phase of a migration. For migstep alone.
 *
 * Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGPHASE_H
#define GTMD_MIGRATE_MIGPHASE_H

#include <stdbool.h>

struct migask;

/* Has it come to an end before its time, by an operator's word? */
bool migphase_ask_end(struct migask *a);
/* Is the phase of now over, or what is next in it? True with the event. */
bool migphase_ask(struct migask *a);

#endif
