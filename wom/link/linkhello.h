/* wom/link/linkhello.h - who is at this end of a connection: the body of HELLO.
 *
 * Both ends say it first thing, without waiting for each other. A site's boot is
 * a number that its process has drawn; a life begins whenever it has forgotten
 * all streams of a session. Who names a life of the peer's that is over
 * has missed that. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_LINKHELLO_H
#define WOM_LINK_LINKHELLO_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/wire/wbuf.h"
#include "wom/link/linkframe.h"

#define LINKHELLO_VERSION	1	/* that is spoken here */
#define LINKHELLO_SITE		16	/* octets */
#define LINKHELLO_DOMAIN_MAX	64	/* octets of a trust domain's name */
#define LINKHELLO_ROUTES_MAX	512

/* Features, of which both ends need to know for one to be used. */
#define LINKHELLO_KNOWN_SETS	UINT32_C(0x00000001)	/* KNOWN frames */

/* A network that the site can reach. */
struct linkroute {
	struct addr_prefix dest;
	uint16_t metric;	/* less is better */
	bool	 exclude;	/* not by way of it, though a wider one says so */
};

/* One life of a site in a session; boot 0: none. */
struct linklife {
	uint64_t boot;
	uint32_t count;		/* of this boot, 1.. */
};

struct linkhello {
	uint8_t	 version_min, version_max;
	uint32_t features;
	uint8_t	 site[LINKHELLO_SITE];
	struct linklife self;
	struct linklife peer;	/* the receiver's that it knows; or none */
	uint32_t stream_window;	/* octets that it holds for a stream */
	uint32_t floor;		/* of these, beside the session's window */
	uint64_t session_window; /* octets that it holds for all */
	uint32_t streams_max;	/* that the receiver may have open */
	uint64_t store, blocks;	/* which history, how many blocks are in it */
	char	 domain[LINKHELLO_DOMAIN_MAX + 1];
	uint16_t route_count;
	struct linkroute routes[LINKHELLO_ROUTES_MAX];
};

static inline bool
linklife_equal(const struct linklife *a, const struct linklife *b)
{
	return a->boot == b->boot && a->count == b->count;
}

/* Reads the body of HELLO. Fails with a sentence: ERR_PARSE when it makes no
 * sense, ERR_UNSUPPORTED when no version is spoken at both ends (later ones may
 * look otherwise behind the versions). */
int linkhello_read(struct linkhello *h, const struct linkframe *f,
    struct err *e);
/* Writes it as a frame; w->bad when there is no room (LINKFRAME_MAX is enough). */
void linkhello_write(const struct linkhello *h, struct wbuf *w);

#endif
