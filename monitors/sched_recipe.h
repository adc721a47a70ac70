/* monitors/sched_recipe.h - the scheduler's recipes: one for each effective monitor
 * that has another value. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_SCHED_RECIPE_H
#define MONITORS_SCHED_RECIPE_H

struct monitor;
struct recipe;
struct sched;

/* The recipe of a monitor, made if need be; a reference for the caller. */
struct recipe *sched_recipe_find(struct sched *s, struct monitor *m);
/* Gives a reference back; sets *pr to NULL. */
void sched_recipe_drop(struct sched *s, struct recipe **pr);

#endif
