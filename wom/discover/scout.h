/* wom/discover/scout.h - finds what nobody configured: peers (wom endpoint-discovery)
 * and networks on this side (wom server-discovery), from the connections that pass.
 *
 * Looks at the first segments of TCP connections. Those of the LAN to ports of
 * applications that no peer has a route for are a reason to ask for a peer
 * (seeker.h); those from elsewhere that servers of the LAN answer tell where servers are
 * (serverbook.h). What is made of it is not decided here. The control loop's.
 * Layer: wom/discover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_DISCOVER_SCOUT_H
#define WOM_DISCOVER_SCOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "wom/discover/askwire.h"

struct discovery_endpoint;
struct discovery_server;
struct err;
struct loop;
struct scout;
struct strlist;

struct scout_config {
	struct loop	*loop;
	uint8_t		 site[ASKWIRE_SITE];
	/* Does a transparent application have this port; a peer a route there? */
	bool		(*selected)(void *arg, uint16_t port);
	bool		(*routed)(void *arg, const struct addr *to);
	/* Not from within a call of scout's but scout_set and scout_keep. */
	void		(*peer)(void *arg, const struct addrport *at,
			    const struct addr *to);
	void		(*came)(void *arg, const struct addr_prefix *network);
	void		(*went)(void *arg, const struct addr_prefix *network);
	void		*arg;
};

struct scout_setup {
	bool		 enabled;	/* the local endpoint is */
	const struct discovery_endpoint *endpoints;
	const struct discovery_server *servers;
	const struct strlist *lan, *wan;	/* interfaces */
	const struct strlist *addresses;	/* of the local endpoint */
	uint16_t	 port;			/* of it */
};

struct scout *scout_new(const struct scout_config *c);
/* Takes *sp; NULL is harmless. */
void scout_free(struct scout **sp);

/* From here on; all of it is copied. 0, or ERR_DENIED without CAP_NET_RAW, ERR_IO:
 * what needs it does not work. */
int scout_set(struct scout *s, const struct scout_setup *setup,
    struct err *e);

/* A connection goes there without a tunnel, which nobody could have seen pass. */
void scout_want(struct scout *s, const struct addr *to);
/* A network that was found by an earlier process. */
void scout_keep(struct scout *s, const struct addr_prefix *network);

#endif
