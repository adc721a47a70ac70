/* etherip/move/moveevent.h - what happened to a station, as a value. Layer: etherip/move, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_MOVEEVENT_H
#define ETHERIP_MOVE_MOVEEVENT_H

#include "core/base/clock.h"
#include "etherip/bridge/fdb.h"

enum moveevent_what {
	MOVEEVENT_MOVED,	/* it is behind another member */
	MOVEEVENT_FROZEN,	/* it is looked for on all sides */
	MOVEEVENT_THAWED,	/* no more: where it was, as far as anybody knows */
	MOVEEVENT_DAMPED,	/* it moved too often, and stays where it is for a while */
	MOVEEVENT_RELEASED	/* that while is over */
};

/* How it is known. */
enum moveevent_how {
	MOVEEVENT_SEEN,		/* a frame of its own came from there */
	MOVEEVENT_FOUND,	/* the same, while it was looked for */
	MOVEEVENT_TOLD,		/* somebody said so */
	MOVEEVENT_TIME		/* nothing happened until it was over */
};

struct moveevent {
	enum moveevent_what what;
	enum moveevent_how how;
	struct fdb_key key;
	unsigned from, to;	/* members; FDB_NONE: not known */
	mono_ns	 at;
	dur_ns	 frozen_ns;	/* it was looked for so long; 0: it was not */
};

/* For each a word: "moved", …; "seen", … */
extern const char *const moveevent_whats[];
extern const char *const moveevent_hows[];

#endif
