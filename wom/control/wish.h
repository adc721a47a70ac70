/* wom/control/wish.h - what a configuration asks of the machine, as values: peers,
 * the door, applications. Made from a draft, so that what cannot be is said before
 * it counts; reads the files of certificates and opens nothing else.
 *
 * What is enabled only under a local endpoint with an address is decided here, and
 * how memory is shared out. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_WISH_H
#define WOM_CONTROL_WISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/prop.h"
#include "wom/flow/flowset.h"
#include "wom/lan/lanapps.h"
#include "wom/peer/hub.h"

struct diag;
struct draft;
struct routeset;
struct wish;

/* Where files are, and how our sockets are told from others; borrowed. */
struct wish_place {
	const char	*config_path;	/* names without "/" are beside it */
	const char	*state_dir;
	uint32_t	 mark;		/* SO_MARK; 0 = none */
};

struct wish_peer {
	struct peersetup *setup;
	bool		 tell_source;	/* far servers see who the client is */
};


struct wish {
	unsigned	 threads;	/* 1.. */
	struct wish_peer *peers;	/* by name */
	size_t		 peer_count;
	struct hub_door	 door;
	struct lanapp	*apps;		/* that are enabled, by name, */
	struct flow_rules *rules;	/* and what is done to each one's, */
	char		**domains;	/* apart from what; NULL = what has none */
	size_t		 app_count;
	char		*history_folder; /* of its own; NULL = there is none */
	bool		 drop;		/* what has no route is refused */
	struct strlist	 lan_vlans, wan_vlans;	/* interfaces; wan: what
					 * door.devices is */
	struct routeset	*ours;		/* networks of this side */
	struct addrport	*tunnels;	/* where tunnels end, here and there */
	size_t		 tunnel_count;
};

/* Findings go to out. NULL: there was an error. Each use of a profile of TLS reads
 * its files anew. */
struct wish *wish_new(const struct draft *d, const struct wish_place *p,
    struct diag *out);
/* Takes *pw; NULL is harmless. */
void wish_free(struct wish **pw);

/* By full path; NULL = there is none. */
const struct flow_rules *wish_find_rules(const struct wish *w,
    const char *app);
/* Its deduplication domain, "" when it has none. */
const char *wish_find_domain(const struct wish *w, const char *app);
const struct wish_peer *wish_find_peer(const struct wish *w, const char *name);
/* Does a tunnel end there, at the door or at a peer's? */
bool wish_has_endpoint(const struct wish *w, const struct addrport *at);

#endif
