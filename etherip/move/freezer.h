/* etherip/move/freezer.h - stations that are about to appear somewhere: when each is asked for,
 * what it means that one was heard, and when nobody waits for it any longer.
 *
 * A station that is looked for is found when it is heard by another member than where it was.
 * Where it was it may go on talking until it is stopped there; if it is heard there after a
 * silence it has stayed. One that was found settles: for a moment what comes from elsewhere are
 * frames that were under way, and count for nothing. Asking, pinning and telling is mover.h's.
 * Layer: etherip/move, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_FREEZER_H
#define ETHERIP_MOVE_FREEZER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "etherip/bridge/fdb.h"

struct freezer;

#define FREEZER_MAX		64	/* stations at a time */
#define FREEZER_ADDRESSES	4	/* that one is asked for by */
#define FREEZER_ASK_NS		(50 * CLOCK_MS)
#define FREEZER_SILENT_NS	(150 * CLOCK_MS)	/* three questions unanswered */
#define FREEZER_SETTLE_NS	(250 * CLOCK_MS)

struct freezer_station {
	struct fdb_key	key;
	unsigned	from;		/* where it was; FDB_NONE: not known */
	unsigned	to;		/* where it was found; FDB_NONE: it is looked for */
	mono_ns		since, until;
	mono_ns		next;		/* when it is asked for again */
	mono_ns		heard;		/* where it was, last */
	unsigned	rounds;		/* it was asked for */
	bool		hold;		/* frames for it are to wait while it is silent */
	bool		held;		/* the owner's: they do */
	/* Addresses that it was told to have, beside those that are known. */
	struct addr	ips[FREEZER_ADDRESSES];
	size_t		ip_count;
};

struct freezer *freezer_new(void);
/* Takes *pz; NULL is harmless. */
void freezer_free(struct freezer **pz);

/* Looks for one from now on, until s->until; key, from, until, ips, hold and held are taken from s.
 * What it was before is forgotten. False: there are too many. */
bool freezer_add(struct freezer *z, const struct freezer_station *s,
    mono_ns now);
/* It is known where it is: it settles there. False: there are too many. */
bool freezer_settle(struct freezer *z, const struct fdb_key *k, unsigned to,
    mono_ns now);
/* Borrowed until the next call; NULL: it is not here. */
const struct freezer_station *freezer_find(const struct freezer *z,
    const struct fdb_key *k);
/* The station at this place; NULL: there are no more. */
const struct freezer_station *freezer_at(const struct freezer *z, size_t i);
/* Frames for it wait now, or do not. */
void freezer_set_held(struct freezer *z, const struct fdb_key *k, bool held);
/* It is no longer here. Harmless if it was not. */
void freezer_remove(struct freezer *z, const struct fdb_key *k);

enum freezer_word {
	FREEZER_STRANGER,	/* it is not here */
	FREEZER_NO_NEWS,
	FREEZER_TALKS,		/* it is still where it was */
	FREEZER_FOUND,		/* there: it has moved */
	FREEZER_STAYED,		/* it was silent, and is where it was */
	FREEZER_STRAY		/* it has settled elsewhere, this was under way */
};

/* A frame of a station came by that member. Changes no more than when it was heard. */
enum freezer_word freezer_heard(struct freezer *z, const struct fdb_key *k,
    unsigned member, mono_ns now);

enum freezer_due {
	FREEZER_NOTHING,
	FREEZER_ASK,		/* it is to be asked for */
	FREEZER_OVER,		/* nobody heard it; it is no longer here */
	FREEZER_SETTLED		/* it has; it is no longer here */
};

/* What is to be done now, for *out; to be called until it is nothing. */
enum freezer_due freezer_due(struct freezer *z, mono_ns now,
    struct freezer_station *out);
/* When there will be something; UINT64_MAX: never. */
mono_ns freezer_next(const struct freezer *z);

#endif
