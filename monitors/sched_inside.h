/* monitors/sched_inside.h - the scheduler, for the files that make it up: sched.c,
 * sched_doubt.c, sched_instance.c, sched_recipe.c, sched_states.c. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_SCHED_INSIDE_H
#define MONITORS_SCHED_INSIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/clock.h"
#include "core/base/list.h"
#include "core/base/map.h"
#include "core/io/loop.h"
#include "monitors/sched.h"
#include "monitors/suspect.h"
#include "monitors/trouble.h"
#include "monitors/wallclock.h"

struct gateways;
struct probe_result;

struct sched {
	unsigned	 magic;
#define SCHED_MAGIC	0x5c4ed000u
	struct loop	*loop;
	struct board	*board;
	const struct probe_type *const *types;
	const struct sched_afar *afar;	/* NULL: probes are made here */
	void		*afar_arg;
	sched_heard_fn	 heard;
	void		*heard_arg;
	void		**engines;	/* in the order of types */
	size_t		 limit;
	struct map	 instances;	/* name -> first of that name */
	struct map	 recipes;	/* monitor's name -> first of that name */
	struct map	 seeds;		/* name -> &seed_values[state] */
	struct lastknown *last;		/* keeps states; NULL = nobody does */
	struct list	 queue;		/* instances that wait for a start */
	struct trouble	 trouble;
	struct suspect	 suspect;
	struct wallclock wall;
	bool		 wall_odd;	/* it has leapt, and is not believed */
	sched_doubt_fn	 doubt;
	void		*doubt_arg;
	struct loop_timer pulse;
	mono_ns		 pulse_ns;	/* the latest one */
	struct sched_stats stats;
	struct probestat *probestats;	/* in the order of types */
	size_t		 type_count;
	struct gateways	*gateways;
};

/* A new instance's timers; then it is asked from here on, at once while nothing is
 * known of it. */
void sched_prepare(struct instance *i);
void sched_begin(struct instance *i);
/* Sees to it that it falls when no result comes for too long. */
void sched_set_deadline(struct instance *i);
/* Those that wait start, as many as there is room for. */
void sched_pump(struct sched *s);
/* i starts to wait for its turn; starts at once, waiting or not. */
void sched_enqueue(struct sched *s, struct instance *i);
void sched_start(struct sched *s, struct instance *i);
/* A result counts, or with NULL the time that has passed; the result is seen,
 * and says nothing of the target. */
void sched_deliver(struct instance *i, const struct probe_result *r);
void sched_withhold(struct instance *i, const struct probe_result *r);

#endif
