/* wom/control/wishpeer.h - a remote endpoint, with all that counts for it, as the
 * hub wants it. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_WISHPEER_H
#define WOM_CONTROL_WISHPEER_H

#include <stdbool.h>
#include <stddef.h>

#include "wom/flow/flowset.h"

struct draft;
struct peersetup;
struct remoteendpoint;
struct routeset;
struct tunneltls;
struct wish_place;

/* What is shared out among all. */
struct wishpeer_share {
	size_t		 peers;		/* that are enabled, at least 1 */
	bool		 remembers;	/* this one has part in what is kept */
	bool		 enabled;	/* the local endpoint has tunnels */
	const uint8_t	*disk_key;	/* of stores in files; NULL = in clear */
};

/* For peersetup_free. tls: for calls, shared; NULL = there is none. */
struct peersetup *wishpeer_make(const struct remoteendpoint *r,
    const struct draft *d, const struct wish_place *p,
    const struct wishpeer_share *s, struct tunneltls *tls);

/* Do far servers see the client's address, when it is known here? */
bool wishpeer_tells_source(const struct remoteendpoint *r,
    const struct draft *d);

/* What a profile (its full path; NULL = the built-in isession) has done to a
 * stream. */
struct flow_rules wishpeer_rules(const struct draft *d, const char *profile);

/* Does that profile take connections at all, or leave them be? */
bool wishpeer_takes(const struct draft *d, const char *profile);
/* The deduplication domain of a profile, for free(); NULL: it has none. */
char *wishpeer_domain(const struct draft *d, const char *profile);

/* The networks of this side that any peer is told; for routeset_free. */
struct routeset *wishpeer_routes(const struct draft *d);

#endif
