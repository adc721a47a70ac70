/* gtmd/mover/moverpulse.h - which hosts of a run work: check-url of each is asked again
 * and again while the run is under way, wherever the host is.
 *
 * A host is dead once MOVERPULSE_FALL answers in a row were missed, and lives again with
 * the next one; a host without check-url is taken to live. While it moves it stands
 * still: what it misses then says nothing. Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERPULSE_H
#define GTMD_MOVER_MOVERPULSE_H

#include <stdbool.h>

struct fetcher;
struct loop;
struct migspec;
struct migstate;
struct moverpulse;

#define MOVERPULSE_FALL		3
#define MOVERPULSE_EVERY_MS	2000

/* All borrowed for its life. NULL when no host has a page. */
struct moverpulse *moverpulse_new(struct loop *l, struct fetcher *f,
    const struct migspec *s);
/* Takes *pp; NULL is harmless. */
void moverpulse_free(struct moverpulse **pp);

/* [host]: it does not work; good until the next call. NULL when p is. */
const bool *moverpulse_dead(struct moverpulse *p, const struct migstate *m);

#endif
