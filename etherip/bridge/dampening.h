/* etherip/bridge/dampening.h - stations that move all the time, as two that have one address do,
 * or a loop makes it look: after so many moves in so long a station is to be kept where it is for
 * a while (as RFC 7432 section 15.1).
 *
 * It counts and says when; to pin a station is the owner's. One fixed table: when there are more
 * stations that move than it holds, those that moved longest ago are forgotten. One thread's.
 * Layer: etherip/bridge, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BRIDGE_DAMPENING_H
#define ETHERIP_BRIDGE_DAMPENING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "etherip/bridge/fdb.h"

struct dampening;

#define DAMPENING_MOVES		5u
#define DAMPENING_MOVES_MAX	16u
#define DAMPENING_WINDOW_NS	(180 * CLOCK_S)
#define DAMPENING_HOLD_NS	(30 * CLOCK_S)

struct dampening_config {
	unsigned moves;		/* so many, 2..DAMPENING_MOVES_MAX; 0: never */
	dur_ns	 window_ns;	/* in so long */
	dur_ns	 hold_ns;	/* then it stays for so long */
};

struct dampening *dampening_new(const struct dampening_config *c);
/* Takes *pd; NULL is harmless. */
void dampening_free(struct dampening **pd);
/* From now on; those that are held stay so until their time has come. */
void dampening_set(struct dampening *d, const struct dampening_config *c);

/* It has moved. True: once too often, hold it where it is now. */
bool dampening_moved(struct dampening *d, const struct fdb_key *k,
    mono_ns now);
/* Is it held? */
bool dampening_holds(const struct dampening *d, const struct fdb_key *k);
/* One that was held long enough, which is not any more and has never moved; false: none.
 * To be called until it says so. */
bool dampening_release(struct dampening *d, mono_ns now, struct fdb_key *out);
/* When the next one is to be released; UINT64_MAX: none is held. */
mono_ns dampening_next(const struct dampening *d);
/* It is not held any more, and has never moved. */
void dampening_forget(struct dampening *d, const struct fdb_key *k);

#endif
