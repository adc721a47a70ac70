/* etherip/control/groupmover.h - the mover of one group on the loop: its clock, its names, and
 * who hears what happened (the log, the events of the control socket).
 *
 * Its owner passes on what the group's path sees. The control loop's. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_GROUPMOVER_H
#define ETHERIP_CONTROL_GROUPMOVER_H

#include <stdbool.h>

#include "core/base/clock.h"
#include "etherip/move/movepath.h"

struct groupmover;
struct loop;
struct mover;
struct restevents;
struct tracering;

/* All borrowed for its life but the name. */
struct groupmover_config {
	struct loop	*loop;
	struct restevents *events;	/* may be NULL */
	const char	*name;		/* of the group, in full */
	const struct movepath *path;	/* who hears of events stays NULL, */
	void		*path_arg;
	/* The name of a tunnel in full, borrowed; NULL: there is none. */
	const char	*(*tunnel)(const void *arg, unsigned member);
	const void	*arg;
	struct tracering *trace;	/* of the path; may be NULL: else the path is to be told
					 * that it watches another station */
	void		(*retrace)(void *path_arg);
};

struct groupmover *groupmover_new(const struct groupmover_config *c,
    const struct movepath_settings *s);
/* Takes *pg; NULL is harmless. */
void groupmover_free(struct groupmover **pg);
/* As mover_set. */
void groupmover_set(struct groupmover *g, const struct movepath_settings *s);

/* As mover_came, mover_moved and mover_snooped, now. */
void groupmover_came(struct groupmover *g, const struct fdb_key *k,
    unsigned member);
void groupmover_moved(struct groupmover *g, const struct fdb_key *k,
    unsigned from, unsigned to);
void groupmover_snooped(struct groupmover *g, const struct snoop_fact *f);

/* Borrowed. Who asks something of it calls groupmover_wake behind it, which does what is due and
 * sees to it that the rest is done in time. */
struct mover *groupmover_mover(struct groupmover *g);
void groupmover_wake(struct groupmover *g);

/* Frames of that station are noted for so long from now. False: nobody notes any here. */
bool groupmover_trace(struct groupmover *g, const struct fdb_key *k,
    dur_ns for_ns);
/* NULL: nobody notes any. Borrowed. */
const struct tracering *groupmover_tracering(const struct groupmover *g);

/* Borrowed. */
const char *groupmover_name(const struct groupmover *g);
/* The tunnel's name, or NULL for the LAN and what is none. */
const char *groupmover_tunnel(const struct groupmover *g, unsigned member);
/* "local", "remote" where there is one tunnel, or a tunnel's name, perhaps without its folder;
 * FDB_NONE: no member is meant, or not one alone. */
unsigned groupmover_member(const struct groupmover *g, const char *word);

#endif
