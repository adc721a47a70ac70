/* gtmd/mover/movercall.h - a part of an operation that companions are asked for:
 * womd and etheripd of one site or both.
 *
 * What only makes a move smoother or is counted beside it never stops one; that a
 * tunnel is up, and where a station is, does. Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERCALL_H
#define GTMD_MOVER_MOVERCALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/mover/moverpart.h"

struct fetcher;
struct movercall;
struct moverplace;

enum movercall_end {
	MOVERCALL_DONE,
	MOVERCALL_AGAIN,	/* not yet so: to be asked again soon */
	MOVERCALL_FAILED	/* might go well another time */
};

struct movercall_result {
	enum movercall_end end;
	const char	*text;		/* borrowed; NULL = nothing to say */
	uint64_t	 wire_octets;	/* of JOB_LOOK; 0 = not known */
};

/* Borrowed until start returns. */
struct movercall_ask {
	enum moverpart_kind kind;
	const struct moverplace *at;
	const char	*job;		/* name of the host's job; of RELAY_READY,
					 * the application at at->from's womd */
	bool		 dry_run;	/* nothing is changed */
};

struct movercall_owner {
	/* Once, never from within start; the call is gone then. */
	void	(*done)(void *arg, const struct movercall_result *r);
	void	*arg;
};

/* NULL: there is nobody to ask, or nothing to ask for. */
struct movercall *movercall_start(struct fetcher *f,
    const struct movercall_ask *ask, const struct movercall_owner *owner);
/* No answer any more. Takes *pc; NULL is harmless. */
void movercall_stop(struct movercall **pc);

#endif
