/* monitors/sched_instance.h - the scheduler's instances: what they are called, what
 * one begins with, and its end.
 *
 * Instances of one monitor and place have one name, in every process; their
 * recipes tell them apart. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_SCHED_INSTANCE_H
#define MONITORS_SCHED_INSTANCE_H

#include <stdbool.h>

#include "core/base/addr.h"

struct instance;
struct recipe;
struct sched;

#define SCHED_INSTANCE_NAME	(255 + 1 + ADDR_TEXT_MAX)	/* path, blank, pair */

/* What instances of this monitor and place are called. */
void sched_instance_name(char name[SCHED_INSTANCE_NAME], const char *monitor,
    const struct addrport *to);
/* With what is known of its name, or of just this monitor and place; it is asked
 * from now on. Takes the recipe. */
struct instance *sched_instance_new(struct sched *s, struct recipe *r,
    const char *name, const struct addrport *to, bool control);
/* Nobody refers to it any more. Takes *pi. */
void sched_instance_free(struct instance **pi);

#endif
