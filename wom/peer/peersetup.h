/* wom/peer/peersetup.h - what is configured of a remote endpoint, all that its
 * runtime goes by, as values.
 *
 * Who fills one in borrows from anywhere; the hub takes a copy. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_PEERSETUP_H
#define WOM_PEER_PEERSETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "wom/codec/storecipher.h"
#include "wom/flow/flowset.h"
#include "wom/link/linkhello.h"
#include "wom/tunnel/tunneltls.h"

struct peersetup {
	const char	*name;		/* "/Common/site-b": its identity here */
	bool		 enabled;	/* false: no tunnel is opened or taken */
	bool		 allow_routing;	/* false: it is not to be told, nor used
					 * for, connections of ours */

	/* Where it is, and from where we call. */
	struct addrport	 at;
	const struct addr *locals;	/* one of the same family as at is the
					 * source; none: whatever the system takes */
	size_t		 local_count;
	struct tunneltls *tls;		/* for calls; NULL: it has to call us */
	const struct tunneltls_print *prints;	/* its certificates, either way;
						 * none: whom TLS trusts */
	size_t		 print_count;
	uint32_t	 mark;		/* SO_MARK of our sockets; 0 = none */

	/* How many connections, and how they are. */
	unsigned	 connections;	/* 1..LINKSESSION_CONNS_MAX */
	const char	*congestion;	/* NULL = the system's own */
	dur_ns		 ping_ns, dead_ns;	/* of silence */
	dur_ns		 keep_ns;	/* that streams wait for a connection */

	/* What it may make us hold. */
	uint32_t	 stream_window;	/* octets, of a stream */
	uint64_t	 session_window; /* of all, above a floor for each */
	uint32_t	 streams_max;	/* that it may have open with us */

	/* What both remember. */
	size_t		 history_octets; /* 0 = nothing: no rule's dedup counts */
	const char	*history_path;	/* file; NULL = in memory */
	bool		 history_sealed; /* that is encrypted, */
	uint8_t		 disk_key[STORECIPHER_KEY]; /* under this, */
	size_t		 history_memory; /* with so many octets at hand in clear */
	struct flow_rules rules;	/* what is done to what we send on streams
					 * that it opens */
	const char	*domain;	/* trust domain, 1..64 octets, the same at
					 * both ends */

	/* The networks on this side that it may reach, which it is told. Nothing
	 * else is opened for it. */
	const struct linkroute *routes;
	size_t		 route_count;	/* at most LINKHELLO_ROUTES_MAX */
};

/* Copies all of it, tls shared; for peersetup_free. */
struct peersetup *peersetup_copy(const struct peersetup *s);
/* Takes *ps, a copy; NULL is harmless. */
void peersetup_free(struct peersetup **ps);

/* What differs, and so how deep a change goes. */
enum {
	PEERSETUP_ROUTES  = 0x01,	/* the peer is told anew */
	PEERSETUP_CALLS	  = 0x02,	/* connections are made anew, one session */
	PEERSETUP_SESSION = 0x04,	/* streams are reset, a new session */
	PEERSETUP_LIGHT	  = 0x08	/* goes on with what stands */
};
/* PEERSETUP_..., or'ed; 0: nothing. */
unsigned peersetup_differs(const struct peersetup *a,
    const struct peersetup *b);

#endif
