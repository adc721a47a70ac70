/* gtmd/plan/plan_force.h - states that a question sets in the place of what the
 * monitors found: "what if this site were down?" Only a plan apart has any.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_FORCE_H
#define GTMD_PLAN_PLAN_FORCE_H

#include <stdbool.h>

#include "gtmd/plan/status.h"

struct draft;
struct err;
struct plan_find;
struct plan_force;
struct plan_member;
struct plan_vs;

/* What one is set on: exactly one of the first three, or pool and member. */
struct plan_force_on {
	const char	*datacenter, *server;	/* full paths: all that is below */
	const char	*virtual_server;	/* "/Common/server:vs" */
	const char	*pool, *member;		/* full path, key */
	const char	*pool_type;		/* "a"; of pool */
};

struct plan_force *plan_force_new(void);
void plan_force_free(struct plan_force **pf);

/* Sets what the draft has under this name up or down. 0, ERR_PARSE, or
 * ERR_NOTFOUND with its sentence. */
int plan_force_set(struct plan_force *f, const struct draft *d,
    const struct plan_force_on *on, bool up, struct err *e);

/* Adds the wide IPs that depend on what was set. */
void plan_force_find(const struct plan_force *f, struct plan_find *to);

/* STATUS_PROBE_UP or _DOWN, or _NONE where nothing is set. The closest to the
 * member decides. Without a force of the plan's: one test of a pointer. */
enum status_probe plan_force_of_vs(const struct plan_vs *vs);
enum status_probe plan_force_of_member(const struct plan_member *m);

#endif
