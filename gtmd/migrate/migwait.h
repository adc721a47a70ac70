/* gtmd/migrate/migwait.h - what a run waits for that nobody does: time, as a sentence.
 * Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGWAIT_H
#define GTMD_MIGRATE_MIGWAIT_H

#include <stdint.h>

#include "gtmd/migrate/migstate.h"

/* "answers for the old site may be in caches until 07:54:20Z"; "" when something is
 * being done, or an operator is waited for. An end is the latest there can be. */
void migwait_say(const struct migstate *m, char text[MIGEVENT_TEXT_MAX]);

#endif
