/* wom/lan/routebook.h - which peer a destination is reached by: what all of them
 * advertise, as one table.
 *
 * Peers' routes come by hub_watch; what a peer may ask of us is decided where the
 * peer is (routeset_admit). A peer takes part whose session is up and whose routes
 * may be used (allow-routing). For each of them its own longest prefix says
 * whether it takes the address; of those that do, the longest prefix wins, then
 * the lowest metric, then the name that sorts first. The control loop's. Pure.
 * Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LAN_ROUTEBOOK_H
#define WOM_LAN_ROUTEBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/link/routeset.h"

struct addr;
struct linkroute;
struct routebook;

struct routebook *routebook_new(void);
/* Takes *bp; NULL is harmless. */
void routebook_free(struct routebook **bp);

/* From here on peer (a remote endpoint's full path) advertises these, copied.
 * usable: it is up, and allow-routing. Returns whether the table is another one
 * now, so that what is intercepted has to change. O(all routes). */
bool routebook_put(struct routebook *b, const char *peer,
    const struct linkroute *routes, size_t count, bool usable);
/* It is gone; harmless when it was not there. Returns as routebook_put. */
bool routebook_drop(struct routebook *b, const char *peer);

/* The peer that dst is reached by, borrowed until the next change; NULL: none.
 * Cost: routeset_find for each peer. */
const char *routebook_find(const struct routebook *b, const struct addr *dst);

/* As routeset_each_range, of the addresses that a peer is found for.
 * O(n log n). */
void routebook_each_range(const struct routebook *b, uint8_t family,
    routeset_range_fn fn, void *arg);

#endif
