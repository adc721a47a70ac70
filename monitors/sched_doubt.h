/* monitors/sched_doubt.h - what the scheduler does not believe: its own sight
 * (suspect.h) and the time of day (wallclock.h). Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_SCHED_DOUBT_H
#define MONITORS_SCHED_DOUBT_H

#include <stdbool.h>

struct sched;
struct sched_config;

/* Its loop is set. */
void sched_doubt_init(struct sched *s, const struct sched_config *c);

/* Is the time of day one to judge certificates by? A leap is logged once. */
bool sched_doubt_clock(struct sched *s);

#endif
