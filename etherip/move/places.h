/* etherip/move/places.h - since when a station is where it is, and how often it has moved: what
 * the forwarding database has no room for.
 *
 * One fixed table; when more stations come than it holds, those that never moved are forgotten
 * first, then those that moved longest ago. Layer: etherip/move, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_PLACES_H
#define ETHERIP_MOVE_PLACES_H

#include <stdint.h>

#include "core/base/clock.h"
#include "etherip/bridge/fdb.h"

struct places;

struct places_place {
	struct fdb_key	key;
	unsigned	member, before;	/* before: FDB_NONE, it never moved */
	uint32_t	moves;
	mono_ns		since;
};

struct places *places_new(void);
/* Takes *pp; NULL is harmless. */
void places_free(struct places **pp);

/* It is there since now, and was not known before. */
void places_came(struct places *p, const struct fdb_key *k, unsigned member,
    mono_ns now);
/* It moved there. */
void places_moved(struct places *p, const struct fdb_key *k, unsigned from,
    unsigned to, mono_ns now);
/* NULL: nothing is known of it. Until the next call. */
const struct places_place *places_find(const struct places *p,
    const struct fdb_key *k);

#endif
