/* gtmd/plan/plan_monitor.h - effective monitors, shared by all that is probed with
 * them. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_MONITOR_H
#define GTMD_PLAN_PLAN_MONITOR_H

#include "core/base/list.h"

struct monitor;
struct plan;

struct plan_monitor {
	char		*name;
	struct monitor	*effective;	/* held; NULL = gone from the model */
	struct list	 users;		/* plan_probe.users */
};

/* The monitor of this full path; made when it is asked for first. */
struct plan_monitor *plan_monitor_get(struct plan *p, const char *name);
/* Frees it when nobody uses it any more. */
void plan_monitor_drop(struct plan *p, struct plan_monitor *m);

/* Monitor objects changed: effective values are worked out anew, and what is
 * probed with a changed one goes over to its new values. For all changes of a
 * commit at once, because monitors inherit from one another. */
void plan_monitor_refresh(struct plan *p);

#endif
