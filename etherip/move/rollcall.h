/* etherip/move/rollcall.h - a tunnel has come up, and its other end is told who is here: which
 * stations, and when each. Not at once, since the other end may see it come up a little later;
 * and one a millisecond at most, so that a group of thousands is no storm.
 * Layer: etherip/move, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_ROLLCALL_H
#define ETHERIP_MOVE_ROLLCALL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/clock.h"
#include "etherip/bridge/fdb.h"

#define ROLLCALL_DELAY_NS	CLOCK_S
#define ROLLCALL_PACE_NS	CLOCK_MS
/* The roll is called anew after this: what was said may have been lost, or said too soon, and
 * who was silent then may have been heard since. */
#define ROLLCALL_AGAIN_NS	(5 * CLOCK_S)

struct rollcall_entry {
	struct fdb_key	key;
	unsigned	member;		/* that is to be told */
};

/* All zero: nobody is to be told anything. */
struct rollcall {
	struct rollcall_entry *v;
	size_t	 count, next, room;
	mono_ns	 at;		/* when the next one is due */
};

void rollcall_fini(struct rollcall *r);
/* One more, behind those that are there; the first is due after the delay. */
void rollcall_add(struct rollcall *r, const struct rollcall_entry *e,
    mono_ns now);
/* That member is to be told nothing any more. */
void rollcall_cancel(struct rollcall *r, unsigned member);
/* The next, if its time has come. */
bool rollcall_due(struct rollcall *r, mono_ns now,
    struct rollcall_entry *out);
/* When it has; UINT64_MAX: there is none. */
mono_ns rollcall_next(const struct rollcall *r);

#endif
