/* gtmd/migrate/migrelay.h - the relay of late connections at the old site: when it is to
 * be open, and what is on record of it.
 *
 * Connections that still arrive for the old virtual server are carried to the new site
 * by an application of the old site's womd. It is open from the phase relaying on, until
 * the run is closed, goes home or is given up, and not while the new site needs
 * rescue. That it may be open is on record before it is, so that whoever comes after
 * a crash shuts it. For migstep, migphase and migwhole; migrelay_wanted also for who does
 * it. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGRELAY_H
#define GTMD_MIGRATE_MIGRELAY_H

#include <stdbool.h>
#include <stdint.h>

struct migask;
struct migfold;
struct migstate;

/* Is it to be open? Where it is not, and has begun, it is to be shut. */
bool migrelay_wanted(const struct migstate *m);
/* What comes next for it. True with the event. */
bool migrelay_ask(struct migask *a);
/* Since when late connections have been few, all of which it has carried; 0: they have
 * not, or it is not open. */
int64_t migrelay_calm_since_ms(const struct migask *a);
/* Nothing is left of it: the run may end. force: or what there is could not be
 * reached. */
bool migrelay_is_gone(const struct migask *a, bool force);

/* The fold of its events. As migstate_fold. */
int migrelay_fold(struct migfold *f);

#endif
