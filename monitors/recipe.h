/* monitors/recipe.h - a monitor made ready for probing: its type's spec and
 * its times, compiled once and shared by all its instances.
 * Control loop only. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_RECIPE_H
#define MONITORS_RECIPE_H

#include <stddef.h>

#include "core/base/clock.h"
#include "monitors/health.h"
#include "monitors/staterecord.h"

struct monitor;
struct probe_type;

struct recipe {
	unsigned		 magic;
#define RECIPE_MAGIC		0x4ec17e00u
	unsigned		 refs;
	struct recipe		*next;		/* of the same name */
	struct monitor		*monitor;	/* effective; a reference */
	const struct probe_type *type;
	void			*engine;	/* borrowed */
	void			*spec;		/* owned, of type */
	dur_ns			 interval_ns, probe_timeout_ns;
	struct health_policy	 policy;
	struct staterecord_key	 identity;	/* of what it asks, and how */
	/* The prober's, of whoever speaks to it: what it knows this by (0 = not
	 * told), and how many of its instances it knows. */
	uint32_t		 number, users;
};

/* One reference. m stays the caller's, too. */
struct recipe *recipe_new(struct monitor *m, const struct probe_type *type,
    void *engine);
struct recipe *recipe_ref(struct recipe *r);
/* Drops a reference and sets *pr to NULL; the last one frees. */
void recipe_unref(struct recipe **pr);

#endif
