/* gtmd/control/control.h - the control socket: gtmd's branch of the REST tree.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_H
#define GTMD_CONTROL_CONTROL_H

#include <sys/types.h>

#include "core/rest/resttree.h"

struct control;
struct control_decisions;
struct daemonlife;
struct err;
struct gauges;
struct listeners;
struct movers;
struct plan;
struct restcommit;
struct sched;
struct world;

/* All borrowed for the control's life. */
struct control_config {
	struct daemonlife *life;
	int		 listening;	/* as in restserver_config; taken also
					 * when there will be no control */
	struct plan	*plan;
	const struct sched *sched;
	const pid_t	*prober;	/* the process that probes; 0 = none now */
	const struct gauges *gauges;	/* NULL: nothing is read off pages */
	const struct listeners *listeners;
	const struct world *world;
	const struct control_decisions *decisions;
	struct movers	*mover;		/* NULL: nothing moves */
};

/* What there is beside the objects: rows below /mgmt/tm, for the manual. */
extern const struct restroute control_routes[];

/* After the store's first load, before anybody is answered: takes up what is on
 * record, and reverts what was to be confirmed by now. NULL with a sentence in
 * e. */
struct control *control_new(const struct control_config *c, struct err *e);
/* Listens from here on. 0, or the code with a sentence in e. */
int control_listen(struct control *c, struct err *e);
/* As in restserver.h, which it does; while it listens. */
void control_pause(struct control *c);
void control_resume(struct control *c);
void control_leave(struct control *c);
int control_fd(const struct control *c);
/* How it makes changes count, for changes of our own. */
struct restcommit *control_changes(const struct control *c);
/* Before the loop and the store go. NULL is harmless. */
void control_free(struct control **pc);

#endif
