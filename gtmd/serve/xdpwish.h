/* gtmd/serve/xdpwish.h - what the UDP listeners ask of AF_XDP, and what that
 * means on one interface. Pure. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_XDPWISH_H
#define GTMD_SERVE_XDPWISH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"

struct listener;
struct xdpnet_interface;
struct xdpport_places;

/* One UDP listener. */
struct xdpwish {
	struct addrport	  local;
	bool		  on;		/* or it wants its sockets alone */
	char		**names;	/* owned: interfaces; none = those that
					 * have the address */
	size_t		  count;
	bool		  told;		/* that no interface will do */
};

/* All zero is empty. */
struct xdpwishes {
	struct xdpwish	*v;
	size_t		 count, room;
};

/* Copies what the listener says. */
void xdpwish_add(struct xdpwishes *w, const struct listener *cfg);
void xdpwish_fini(struct xdpwishes *w);

/* Does the listener want it here? With names: where it is named; without: where
 * its address is, or any of its family when it is a wildcard. */
bool xdpwish_is_here(const struct xdpwish *w,
    const struct xdpnet_interface *i);

/* Adds where DNS is to be served on the interface, by all wishes. A wildcard
 * stands for the interface's addresses, but for those that have a listener of
 * their own which does not want it. */
void xdpwish_places(const struct xdpwishes *w,
    const struct xdpnet_interface *i, struct xdpport_places *to);

#endif
