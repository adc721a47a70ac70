/* monitors/probechild.h - the prober as a child process: born of this program's
 * own file, with one end of a socket pair and few privileges.
 *
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBECHILD_H
#define MONITORS_PROBECHILD_H

#include <stddef.h>
#include <sys/types.h>

struct err;

/* The child's end, and the memory that it shares (sightboard.h). */
#define PROBECHILD_FD		3
#define PROBECHILD_SIGHTS_FD	4

struct probechild {
	pid_t	pid;		/* 0 = none */
	int	fd;		/* our end, close-on-exec, not blocking */
	int	sights;		/* the memory's descriptor, borrowed */
};

/* Starts this program's file with these arguments, NULL at the end, argv[0]
 * included. ret 0, or ERR_IO with a sentence and no child. */
int probechild_start(struct probechild *c, char *const *argv, struct err *e);

/* Closes our end, at which it ends; kills it when it has not within half a
 * second. text tells how it ended: "signal=9", "exit=1". Returns text. */
const char *probechild_end(struct probechild *c, char *text, size_t cap);

/* In the child, first of all: gives up what probing does not need (ports below
 * 1024, and all else that only root may, but for raw sockets, for the ways of
 * transparent probes (CAP_NET_ADMIN) and for what external programs take: another
 * user, and an end), leaves signals of the
 * terminal and the service manager to the parent, whose end is its own. */
void probechild_settle(void);

#endif
