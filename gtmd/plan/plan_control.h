/* gtmd/plan/plan_control.h - the control targets of the general settings: what a
 * prober reaches as long as it reaches anything (monitors/doubt.h).
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_CONTROL_H
#define GTMD_PLAN_PLAN_CONTROL_H

#include <stddef.h>

struct plan;
struct plan_health;
struct settings_general;

/* Part of a plan. */
struct plan_control {
	struct plan_health **v;		/* one each; owned */
	size_t		 count;
};

/* The settings are these: what stays goes on, what is new is probed. NULL: there
 * are none. */
void plan_control_set(struct plan *p, const struct settings_general *g);

#endif
