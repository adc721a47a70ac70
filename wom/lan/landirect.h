/* wom/lan/landirect.h - connections that no tunnel is there for, made all the same:
 * to where they go, past the tunnels, octets as they are.
 *
 * The kernel moves them (splice(2)): each has two pipes of it and no memory here. Ends
 * are kept apart, so that one side may finish and the other go on; one that breaks
 * resets the other. The control loop's; what one event moves is bounded, so that
 * bulk that is here delays nobody. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LAN_LANDIRECT_H
#define WOM_LAN_LANDIRECT_H

#include <stddef.h>
#include <stdint.h>

struct addrport;
struct landirect;
struct loop;

#define LANDIRECT_MAX		1024	/* connections; six descriptors each */
#define LANDIRECT_PATIENCE_MS	30000	/* with a destination */

struct landirect *landirect_new(struct loop *l);
/* Resets all of them. Takes *dp; NULL is harmless. */
void landirect_free(struct landirect **dp);

/*
 * landirect_adopt - connect a client to where it wants to go.
 *
 * in   client  its socket, non-blocking; taken, also on failure (then reset)
 *      dest    where to
 *      source  the address that the destination is to see, though it is another
 *              host's; NULL: ours
 *      mark    of the new socket's packets, 0: none
 * ret  0, or the errno: there are LANDIRECT_MAX (EBUSY), no descriptor is left,
 *      it is refused at once
 */
int landirect_adopt(struct landirect *d, int client,
    const struct addrport *dest, const struct addrport *source,
    uint32_t mark);

/* Connections there are, those being made among them. */
size_t landirect_count(const struct landirect *d);

#endif
