/* etherip/move/herald.h - the frames of a mover: who is told where a station is, and where it is
 * asked for. Layer: etherip/move, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_HERALD_H
#define ETHERIP_MOVE_HERALD_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "etherip/move/movepath.h"

struct freezer_station;
struct snoop;

/* Embedded in the mover, whose these are. */
struct herald {
	const struct movepath *path;
	void		*arg;
	const struct movepath_settings *settings;
	const struct snoop *snoop;
	uint64_t	 asked, told;	/* questions, news: not counted by side */
};

/* Where a station is, to the sides where it is not: its addresses, and that it is here. */
void herald_tell(struct herald *h, const struct fdb_key *k, unsigned at,
    mono_ns now);
/* The same to one side alone. */
void herald_tell_one(struct herald *h, const struct fdb_key *k, unsigned at,
    unsigned member, mono_ns now);
/* A station where it is, whether it still has its addresses; aloud: everybody there. */
void herald_ask(struct herald *h, const struct fdb_key *k, unsigned at,
    bool aloud, mono_ns now);
/* The same of one that is looked for, on all sides: itself, and in every other round everybody,
 * for the sake of switches that believe it to be on the side that asks. */
void herald_seek(struct herald *h, const struct freezer_station *s,
    mono_ns now);
/* Addresses that it would be asked for by. */
size_t herald_addresses(const struct herald *h,
    const struct freezer_station *s, mono_ns now);

#endif
