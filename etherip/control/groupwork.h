/* etherip/control/groupwork.h - one VLAN group at work: its frames (etherip/path), who watches
 * the other ends of its tunnels (etherip/live), its stations that move (etherip/move), and how
 * the one heeds the other.
 *
 * Told the whole of what is wanted again and again; what is the same is not touched. What
 * could not be had is a sentence, and is tried again with the next call. A tunnel whose peer is
 * gone loses its carrier and what is known behind it; all that changes is an event. The
 * control loop's. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_GROUPWORK_H
#define ETHERIP_CONTROL_GROUPWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "etherip/control/netplan.h"

struct bpfhome;
struct groupmover;
struct groupwork;
struct moveroutes;
struct restevents;
struct tapkeeper;

/* Borrowed. */
struct groupwork_config {
	struct loop	*loop;
	struct liveness_table *live;
	struct restevents *events;	/* NULL: nobody is told */
	struct bpfhome	*home;		/* this and the next two: as vgroup_config has them */
	struct tapkeeper *keeper;
	const mono_ns	*until;
	struct moveroutes *moves;	/* who is asked of stations that move */
	int		 route_fd;	/* routesock_open, for the way to peers */
};

/* Nothing is there before the first groupwork_set. g names it. */
struct groupwork *groupwork_new(const struct groupwork_config *c,
    const struct netplan_group *g);
/* keep: as vgroup_free. Takes *pw; NULL is harmless. */
void groupwork_free(struct groupwork **pw, bool keep);

/* Makes it so; g is borrowed until the next call. active: floating addresses are this
 * unit's, and frames cross. False: something could not be had. */
bool groupwork_set(struct groupwork *w, const struct netplan_group *g,
    bool active);

/* What it was last told. */
const struct netplan_group *groupwork_plan(const struct groupwork *w);
struct vgroup *groupwork_path(const struct groupwork *w);
/* Who follows its stations. */
struct groupmover *groupwork_mover(const struct groupwork *w);
/* Why the group is not as it should be; "": it is. */
const char *groupwork_why(const struct groupwork *w);

struct groupwork_tunnel {
	unsigned	 member;	/* FDB_NONE: nothing carries it */
	const struct liveness *live;	/* NULL: nobody watches */
	const char	*why;		/* that is so; "": all is well */
};

/* Of a tunnel of the plan, by its full path. False: it has no such tunnel. */
bool groupwork_tunnel(const struct groupwork *w, const char *path,
    struct groupwork_tunnel *out);

#endif
