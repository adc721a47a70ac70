/* gtmd/plan/plan_health.h - the watches that one place is probed with, and what
 * they say together.
 *
 * A place (virtual server or member) has one address and two monitor rules:
 * what its parent demands and what it demands itself. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_HEALTH_H
#define GTMD_PLAN_PLAN_HEALTH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/base/list.h"
#include "gtmd/plan/status.h"

struct monitor;
struct monrule;
struct plan;
struct plan_monitor;
struct watch;

struct plan_probe {
	struct plan_health *health;
	struct plan_monitor *monitor;
	struct watch	*watch;
	struct list	 users;		/* in the monitor */
};

#define PLAN_HEALTH_RULES	2

struct plan_health {
	struct plan	*plan;
	void		(*changed)(void *owner);
	void		*owner;
	struct addrport	 place;		/* what the watches are on */
	struct plan_probe **probes;	/* owned, rule by rule */
	size_t		 count[PLAN_HEALTH_RULES];	/* probes of each rule */
	unsigned	 need[PLAN_HEALTH_RULES];	/* of them to be up */
	bool		 control;	/* a control target's */
	const char	*paused;	/* has rules, but is not probed: why */
};

/* changed is called on the control loop when a watch's state has changed. */
void plan_health_init(struct plan_health *h, struct plan *p,
    void (*changed)(void *), void *owner);
void plan_health_fini(struct plan_health *h);

/* What to be probed with from now on. New watches are opened before old ones
 * are closed, so that what stays does not flap. A rule may be NULL. paused: no
 * probes, no verdict, and these words for it, which stay; NULL = it is probed. */
void plan_health_set(struct plan_health *h, const struct addrport *place,
    const struct monrule *const rule[PLAN_HEALTH_RULES],
    const char *paused);

/* Why what is disabled is not probed. */
#define PLAN_HEALTH_DISABLED	"Not probed while disabled"

/* Every rule must be satisfied; one that can be no more decides. No verdict is
 * down where monitor-unknown says so. */
enum status_probe plan_health_probe(const struct plan_health *h);
/* Since when all its monitors are in their states; 0 = it has none. */
real_s plan_health_since(const struct plan_health *h);
/* The words of the monitor that decided. Returns text. */
const char *plan_health_reason(const struct plan_health *h, char *text,
    size_t cap);

/* The probe's monitor has new values: watch with those. */
void plan_health_reopen(struct plan_probe *pr);

#endif
