/* wom/peer/hub_inner.h - what the files of the hub share.
 * Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_HUB_INNER_H
#define WOM_PEER_HUB_INNER_H

#include "core/base/list.h"
#include "core/base/map.h"
#include "core/io/loop.h"
#include "wom/peer/hub.h"

struct crew;
struct mailbox;
struct packcrew;
struct remote;
struct remote_letter;
struct tunneldoor;

/* A peer as the control loop knows it. */
struct hub_peer {
	struct list	 node;
	uint64_t	 id;
	unsigned	 worker;
	struct peersetup *setup;	/* a copy */
	struct remote	*remote;
	struct peerview	*view;		/* the latest; never NULL */
	bool		 up;		/* the watcher knows it as */
	unsigned	 routes_serial;	/* likewise */
};

/* A socket that listens. */
struct hub_sock {
	struct addrport	 at;
	char		*device;	/* NULL: any */
	int		 fd;
};

struct hub {
	unsigned	 magic;
#define HUB_MAGIC	0x40b40b00u
	struct hub_config config;
	struct crew	*crew;
	struct packcrew	*packs;		/* NULL: workers do it themselves */
	struct mailbox	*mailbox;
	struct list	 peers;
	struct map	 names;		/* of struct hub_peer */
	uint64_t	 last_id;
	unsigned	*loads;		/* peers of each worker */
	hub_watch_fn	*watch;
	void		*watch_arg;

	struct tunneldoor *door;
	struct hub_sock	*socks;
	size_t		 sock_count, sock_room;
	struct tunneltls *door_tls;	/* shared; NULL: closed */
	bool		 allow_nat;
	struct loop_timer door_due;	/* its rules have changed */
	struct hub_door_counts *door_counts;	/* of those that the hub refused */
	struct hub_door_counts *door_shown;	/* with the door's own */
	uint64_t	 door_refused;	/* by the door, when the hub did so last */
};

/* ---- hub_door.c ---- */

/* False, with a sentence, when there is no thread for it. */
bool hub_door_begin(struct hub *h, struct err *e);
void hub_door_end(struct hub *h);
/* Peers have come, gone or moved. */
void hub_door_due(struct hub *h);
/* As hub_prepare and hub_listen. */
int hub_door_prepare(struct hub *h, const struct hub_door *d, struct err *e);
int hub_door_listen(struct hub *h, const struct hub_door *d, struct err *e);
/* Somebody has come in; takes l->wire. */
void hub_door_arrived(struct hub *h, struct remote_letter *l);

#endif
