/* etherip/move/mover_search.h - a mover's search for stations that are frozen: they are asked
 * for, frames for them wait, and they are found, or thawed. Layer: etherip/move, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_MOVER_SEARCH_H
#define ETHERIP_MOVE_MOVER_SEARCH_H

#include "etherip/move/mover.h"

/* As mover_freeze. */
int mover_search_begin(struct mover *m, const struct mover_freeze *f,
    mono_ns now, struct mover_frozen *out, struct err *e);
/* Somebody says that it is frozen no more. False: it is not. */
bool mover_search_end(struct mover *m, const struct fdb_key *k, mono_ns now);

/* A frame of it came by that member. False: it is not frozen, and this is no news. */
bool mover_search_heard(struct mover *m, const struct fdb_key *k,
    unsigned member, mono_ns now);
/* Somebody says that it is there: learned, and for a moment not doubted; frames that wait go
 * there. *frozen_ns: how long it has been frozen, if it was. False: there is no room. */
bool mover_search_settle(struct mover *m, const struct fdb_key *k,
    unsigned at, mono_ns now, dur_ns *frozen_ns);

/* Does what is due. */
void mover_search_tick(struct mover *m, mono_ns now);

#endif
