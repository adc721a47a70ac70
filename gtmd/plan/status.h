/* gtmd/plan/status.h - the state of an object in F5's words, and how states add up.
 *
 * Availability says what monitors know, enabled what operators want; neither
 * changes the other. Unknown is what no monitor watches or none has judged
 * yet: it counts as usable, as in F5, because a new object must answer before
 * its first probe has come back. (Where monitor-unknown says otherwise, what no
 * monitor has judged is offline.) Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_STATUS_H
#define GTMD_PLAN_STATUS_H

#include <stdbool.h>
#include <stdint.h>

enum status_availability {
	STATUS_UNKNOWN,		/* blue */
	STATUS_AVAILABLE,	/* green */
	STATUS_UNAVAILABLE,	/* yellow: over a limit */
	STATUS_OFFLINE,		/* red */
	STATUS_AVAILABILITIES
};

enum status_enabled {
	STATUS_ENABLED, STATUS_DISABLED, STATUS_DISABLED_BY_PARENT
};

struct status {
	enum status_availability availability : 8;
	enum status_enabled	 enabled : 8;
};

/* What the monitors of one place say together. */
enum status_probe {
	STATUS_PROBE_NONE,	/* there are none */
	STATUS_PROBE_UP,
	STATUS_PROBE_CHECKING,	/* no verdict yet */
	STATUS_PROBE_DOWN,
};

/* "available", "unavailable", "offline", "unknown" */
const char *status_availability_name(enum status_availability a);
/* "enabled", "disabled", "disabled-by-parent" */
const char *status_enabled_name(enum status_enabled e);

/* All monitors count: one that is down, else one without a verdict, decides. */
enum status_probe status_probe_both(enum status_probe a, enum status_probe b);
enum status_availability status_of_probe(enum status_probe p);

/* May it be handed out? */
static inline bool
status_is_usable(enum status_availability a)
{
	return a == STATUS_AVAILABLE || a == STATUS_UNKNOWN;
}

/* How many enabled children stand in which state: what a parent's own state
 * follows from, kept by differences so that one change costs the same under a
 * parent of ten and of 10,000. */
struct status_census {
	uint32_t	 n[STATUS_AVAILABILITIES];
};

/* A child went from was to now; NULL = was not there, is gone. */
void status_census_move(struct status_census *c, const struct status *was,
    const struct status *now);
/* Available if one is, else unknown if one is or there is none, else
 * unavailable if one is (back within its limit, it would answer), else
 * offline. */
enum status_availability status_of_census(const struct status_census *c);

#endif
