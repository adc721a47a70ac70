/* monitors/sched.h - when which probe starts, and what its outcome means.
 *
 * An instance is one monitor on one destination. A new one of unknown state is
 * probed at once; from then on it starts at its own phase of the interval, a
 * hash of its name, so that starts are spread evenly and stay where they are
 * over reloads and restarts. At most `limit` probes are in flight, others wait
 * in order of being due. Every step costs O(log instances); nothing ever walks
 * them. Owned by the control loop. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_SCHED_H
#define MONITORS_SCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "monitors/health.h"
#include "monitors/sight.h"
#include "monitors/suspect.h"

struct board;
struct err;
struct instance;
struct lastknown;
struct loop;
struct monitor;
struct probe_type;
struct probestat;
struct sched;

/* The probes of one instance, for people. */
struct sched_look {
	struct sight	sight;
	mono_ns		next_ns;	/* start of the next; 0 = none is due */
	bool		probing;	/* one is under way, or due */
};

/*
 * Probes that another process makes: its instances have states, watches and
 * words here, and no timers. It is told of each instance that comes, goes or
 * is given another state, and feeds instance_hear and sched_count.
 */
struct sched_afar {
	void	(*join)(void *arg, struct instance *i);
	void	(*leave)(void *arg, struct instance *i);
	void	(*recall)(void *arg, struct instance *i);
	/* What was seen of it; false when nothing is known. */
	bool	(*look)(void *arg, const struct instance *i,
		    struct sched_look *out);
};

/* What is told of doubts (suspect.h) has changed: see sched_stats. */
typedef void (*sched_doubt_fn)(void *arg);

/* After each outcome, and each time that a state changed for want of one. */
typedef void (*sched_heard_fn)(void *arg, struct instance *i);

struct sched_config {
	struct loop		*loop;
	struct board		*board;
	const struct probe_type *const *types;	/* probe_types */
	size_t			 limit;	/* probes in flight; 0 = 8,192, or half
					 * of the descriptors if that is less */
	const struct sched_afar	*afar;	/* NULL: probes are made here */
	void			*afar_arg;
	sched_heard_fn		 heard;	/* or NULL */
	void			*heard_arg;
	sched_doubt_fn		 doubt;	/* or NULL */
	void			*doubt_arg;
};

/* NULL with a sentence when an engine cannot start. */
struct sched *sched_new(const struct sched_config *c, struct err *e);
/* All watches are closed by now (asserted). Takes *ps; NULL is harmless. */
void sched_free(struct sched **ps);

/* For watch.c: the instance of an effective monitor on a destination, made if
 * need be, with one reference for the caller; and the way back, which ends it
 * with the last reference. A control is an instance of its own, whose state is
 * not kept. */
struct instance *sched_join(struct sched *s, struct monitor *m,
    const struct addrport *to, bool control);
void sched_leave(struct instance **pi);

/* What can be seen of an instance's probes at this moment. */
void sched_look(const struct instance *i, struct sched_look *out);

struct sched_stats {
	size_t	 instances, in_flight, waiting;
	uint64_t started;		/* probes since sched_new */
	uint64_t late_us_max;		/* longest wait for a start since then */
	uint64_t restarts;		/* of the process that probes */
	struct suspect_view doubt;	/* of itself */
};
/* Fills out with the numbers of this moment; cheap. */
void sched_stats(const struct sched *s, struct sched_stats *out);
/* What became of the probes since sched_new, a row for each type of the
 * configuration, in its order; count of them. */
const struct probestat *sched_probestats(const struct sched *s,
    size_t *count);

/* What another process counts: all of stats but instances, and the rows in the
 * order of the types, without their monitor. */
void sched_count(struct sched *s, const struct sched_stats *stats,
    const struct probestat *rows);

#endif
