/* gtmd/service_inside.h - the parts of the daemon, for the files that make it
 * up: service.c and service_replace.c. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVICE_INSIDE_H
#define GTMD_SERVICE_INSIDE_H

#include <stdbool.h>

#include "core/io/loop.h"
#include "core/rest/daemonlife.h"
#include "gtmd/query/world.h"
#include "gtmd/service_prober.h"

struct diag;
struct err;

struct service {
	struct daemonlife life;		/* first: as daemonlife.h has it */
	struct board	 *board;
	struct sched	 *sched;
	struct service_prober prober;	/* the child that probes, and what is */
	struct probelink *link;		/* said to it; NULL = we do ourselves */
	struct widetable *wides;
	struct world	  world;
	struct cookiekeep *cookies;
	struct zonekeep	 *zones;
	struct geokeep	 *geo;
	struct topology_table *checked;	/* by the load under way */
	struct listeners *listeners;
	struct memory	 *memory;
	struct measures	 *metrics;
	struct gauges	 *gauges;
	struct plan	 *plan;
	struct pathprobe *paths;
	struct control_decisions *decisions;
	struct control	 *control;
	struct movers	 *mover;
	/* from one process to another */
	struct taker	 *taker;	/* the one before us, NULL = none */
	struct giver	 *giver;	/* the one after us; NULL = none may */
	bool		  left;		/* that one has everything */
	bool		  reload_due;	/* asked for while all is lent */
	struct loop_timer linger;	/* for TCP clients, after that */
};

/* What the threads see of the settings is made anew. arg is the service. */
void service_publish(void *arg);
/* The control socket's tree; listening as in control_config. Not 0: e says
 * why. */
int service_open_control(struct service *s, int listening, struct err *e);
/* Migrations on record go on from here; findings go to out. */
void service_move(struct service *s, struct diag *out);

#endif
