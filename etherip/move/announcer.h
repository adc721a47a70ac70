/* etherip/move/announcer.h - what is said more than once after a move, since a frame may get
 * lost and a switch may come late: when it is time for which round.
 *
 * A station's place is told at once, then 50, 150, 450 and 1,050 ms after the move; the station
 * is asked for where it is 50, 450 and 2,050 ms after it, so that a quiet one speaks.
 * Layer: etherip/move, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_ANNOUNCER_H
#define ETHERIP_MOVE_ANNOUNCER_H

#include <stddef.h>

#include "core/base/clock.h"
#include "etherip/bridge/fdb.h"

struct announcer;

#define ANNOUNCER_MAX	1024	/* stations; of more those that began first go */

enum {
	ANNOUNCER_TELL	= 0x1,	/* others where it is, */
	ANNOUNCER_ASK	= 0x2,	/* it to say something, */
	ANNOUNCER_ALOUD	= 0x4	/* with a question to everybody */
};

struct announcer *announcer_new(void);
/* Takes *pa; NULL is harmless. */
void announcer_free(struct announcer **pa);

/* From now on, for this station; what was still to be said of it is not. parts: or'ed. */
void announcer_start(struct announcer *a, const struct fdb_key *k,
    unsigned parts, mono_ns now);
/* No more of it. Harmless if there is nothing. */
void announcer_stop(struct announcer *a, const struct fdb_key *k);
/* What is to be said now: the parts, for *out; 0: nothing. To be called until then. */
unsigned announcer_due(struct announcer *a, mono_ns now, struct fdb_key *out);
/* When there will be something; UINT64_MAX: never. */
mono_ns announcer_next(const struct announcer *a);

#endif
