/* wom/lan/lanaccept.h - takes connections from a listening socket, a few at a
 * time, and stands aside for a moment when no descriptor is left.
 *
 * The control loop's. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LAN_LANACCEPT_H
#define WOM_LAN_LANACCEPT_H

#include <stdint.h>

struct addrport;
struct lanaccept;
struct loop;

#define LANACCEPT_BURST		64	/* connections between other events */
#define LANACCEPT_PAUSE_MS	100	/* when descriptors have run out */

/* Takes fd, a non-blocking socket. from: the client's place. Stops no
 * listener. */
typedef void (*lanaccept_fn)(void *arg, int fd, const struct addrport *from);

/* Takes fd, which listens. starved (borrowed) grows by one for each time that
 * descriptors or memory have run out; those who wait stay in the backlog. */
struct lanaccept *lanaccept_start(struct loop *l, int fd, lanaccept_fn fn,
    void *arg, uint64_t *starved);
/* Closes the socket; no call comes after. Takes *ap; NULL is harmless. */
void lanaccept_stop(struct lanaccept **ap);
#endif
