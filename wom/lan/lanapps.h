/* wom/lan/lanapps.h - the applications that are in force, as the LAN side looks them
 * up: by the listener that a connection was made to, by the port of one that
 * was intercepted.
 *
 * A value that is made whole and not changed. Pure. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LAN_LANAPPS_H
#define WOM_LAN_LANAPPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "wom/lan/portmap.h"
#include "wom/types/portrange.h"

struct err;
struct lanapps;

/* One application that is enabled. */
struct lanapp {
	const char	*name;		/* full path */
	bool		 transparent;
	bool		 takeover;	/* not transparent; listen is no socket of
					 * ours: the kernel takes what goes there, to
					 * port 0 whatever goes to the address */
	struct addrport	 listen;	/* but transparent */
	struct addrport	 destination;	/* but transparent */
	const struct portrange *ports;	/* transparent */
	size_t		 port_count;
};

/* A copy of count applications, names and ports too. */
struct lanapps *lanapps_new(const struct lanapp *apps, size_t count);
/* Takes *ap; NULL is harmless. */
void lanapps_free(struct lanapps **ap);

/* One after the other, 0..lanapps_count() - 1, as they were given. */
size_t lanapps_count(const struct lanapps *a);
/* Borrowed. */
const struct lanapp *lanapps_at(const struct lanapps *a, size_t i);

/* The one, explicit or takeover, with exactly this place to listen at, or NULL. */
const struct lanapp *lanapps_of_listener(const struct lanapps *a,
    const struct addrport *listen);
/* The takeover that takes what goes there, and where that goes to, which may be the
 * same room; or NULL. */
const struct lanapp *lanapps_takeover(const struct lanapps *a,
    const struct addrport *to, struct addrport *destination);
/* The transparent one that has this port, or NULL. */
const struct lanapp *lanapps_of_port(const struct lanapps *a, uint16_t port);
/* Ports of transparent ones, as portmap_each. */
void lanapps_each_port(const struct lanapps *a, portmap_range_fn fn,
    void *arg);

/* Is this an address of this host? */
typedef bool (*lanapps_local_fn)(void *arg, const struct addr *a);

/* The explicit or takeover application that a connection to this place would
 * come to, or NULL. is_local is asked only where a listener has all addresses. */
const struct lanapp *lanapps_reached(const struct lanapps *a,
    const struct addrport *to, lanapps_local_fn is_local, void *arg);

/* 0, or ERR_CONFLICT: what an application's destination leads to is, by
 * listeners of this host, that application's own listener. */
int lanapps_check_loops(const struct lanapps *a, lanapps_local_fn is_local,
    void *arg, struct err *e);

#endif
