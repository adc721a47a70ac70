/* gtmd/mover/movertell.h - what has happened in a run, told: to the log, and to who
 * follows events. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERTELL_H
#define GTMD_MOVER_MOVERTELL_H

struct migevent;
struct migstate;
struct restevents;

/* ev is on record, and folded into m; a sample is not told. NULL for events: nobody
 * follows. */
void movertell_event(struct restevents *events, const struct migstate *m,
    const struct migevent *ev);

#endif
