/* monitors/instance.h - one monitor on one destination: its debounced state,
 * whom to tell, and the words for it.
 *
 * Knows outcomes, not probes: the scheduler decides when to ask and feeds the
 * answers. Control loop only. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_INSTANCE_H
#define MONITORS_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/list.h"
#include "core/io/loop.h"
#include "monitors/doubt.h"
#include "monitors/health.h"
#include "monitors/probe.h"
#include "monitors/sight.h"
#include "monitors/staterecord.h"
#include "monitors/watch.h"

struct board;
struct lastknown;
struct probereport;
struct recipe;
struct sched;

struct instance {
	unsigned	 magic;
#define INSTANCE_MAGIC	0x145ca4ceu
	unsigned	 refs;		/* watches, and whoever is in a callback */
	struct sched	*sched;
	struct recipe	*recipe;	/* a reference */
	char		*name;		/* "/Common/http 10.0.0.1:80" */
	struct instance	*next;		/* of the same name */
	struct addrport	 to;		/* probed, or the way to what is */
	bool		 is_control;	/* shows whether anything is in sight */
	struct list	 watches;

	struct board	*board;
	uint32_t	 slot;
	struct lastknown *last;		/* keeps the state; NULL = nobody does */
	uint32_t	 place;		/* there; or LASTKNOWN_NONE, */
	enum health_state kept;		/* what stands there */
	uint64_t	 token;		/* what the prober knows it by */
	struct health	 health;
	const struct clock *clock;	/* of the last start */
	real_s		 since_s;	/* last change of state */
	enum probe_code	 newest;	/* code of the newest result */
	struct probe_result cause;	/* newest result that was not a success */
	struct addr	 from;		/* our address in the last connection */
	uint32_t	 rtt_us;	/* of the last success */
	struct sight	 sight;
	bool		 expiring;	/* as in its result, */
	int32_t		 days_left;	/* likewise */

	/* The scheduler's. */
	enum instance_step {
		INSTANCE_IDLE, INSTANCE_WAITING, INSTANCE_RUNNING
	} step;
	struct list	 queue;		/* while WAITING */
	mono_ns		 due_ns;	/* when it began to wait */
	dur_ns		 phase_ns;
	struct probe	*probe;		/* while RUNNING */
	struct gateway	*gateway;	/* transparent monitors; else NULL */
	bool		 excused;	/* it ran while we stood still */
	bool		 owed;		/* it ran when the next was due */
	struct list	 suspect;	/* among the controls, or while parked, */
	struct probe_result parked;	/* with this, */
	bool		 parked_result;	/* or with none */
	struct doubt_control control;
	struct doubt_target target;
	struct loop_timer next_start;
	struct loop_timer deadline;
};

struct watch {
	unsigned	 magic;
#define WATCH_MAGIC	0x3a7c4e00u
	struct instance	*instance;	/* a reference */
	struct list	 node;		/* in instance->watches */
	watch_fn	 fn;
	void		*arg;
};

/* No references yet, state as given. recipe: takes the caller's reference. */
struct instance *instance_new(struct recipe *recipe, const char *name,
    const struct addrport *to, struct board *board);
void instance_free(struct instance **pi);
/* Starts from a remembered state; before the first result. */
void instance_start(struct instance *i, enum health_state state,
    const struct clock *clk);
/* The remembered state has been so since then, if that was before now. */
void instance_since(struct instance *i, real_s since);

/* The state, and each one after it, is kept in a file from here on; NULL: no
 * more. */
void instance_keep(struct instance *i, struct lastknown *last);
/* Under which it is kept. */
struct staterecord_key instance_key(const struct instance *i);

/* Another process has found this; the watches are told if it is another state:
 * the caller holds a reference. */
void instance_recall(struct instance *i, enum health_state state,
    const struct clock *clk);

/* A probe's result; an abstention changes no state. Then, in both, the watches
 * are told if the state changed: the caller holds a reference. */
void instance_push(struct instance *i, const struct probe_result *r,
    const struct clock *clk);
/* The time without success may be over. */
void instance_expire(struct instance *i, const struct clock *clk);

/* Is there a port, where one is needed? */
bool instance_can_be_asked(const struct instance *i);

/* What is known, for another process; and what another process knows, of which
 * the watches are told if the state changed: the caller holds a reference. */
void instance_report(const struct instance *i, struct probereport *r);
void instance_hear(struct instance *i, const struct probereport *r,
    const struct clock *clk);
/* A new instance goes on where another process has left off, if it has the
 * same state and has heard nothing yet. */
void instance_resume(struct instance *i, const struct probereport *r,
    const struct clock *clk);

/* The sentence of watch_reason. */
const char *instance_reason(const struct instance *i, char *text, size_t cap);

#endif
