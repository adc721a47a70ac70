/* gtmd/mover/moverfreeze.h - a station stays frozen for as long as its memory is moved.
 *
 * etheripd takes a freeze for ten minutes at most, and has forgotten it when it is
 * started anew: so both sites are told again once a minute. What comes of it counts
 * for nothing, as with the first time: the machine is announced when it is there.
 * Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERFREEZE_H
#define GTMD_MOVER_MOVERFREEZE_H

struct moverfreeze;
struct moverop_means;
struct moverplace_way;

#define MOVERFREEZE_AGAIN_MS	60000

/* Begins with the next time; means and way's spec are borrowed until it is
 * stopped. Never NULL. */
struct moverfreeze *moverfreeze_start(const struct moverop_means *means,
    const struct moverplace_way *way);
/* Takes *pf; NULL is harmless. */
void moverfreeze_stop(struct moverfreeze **pf);

#endif
