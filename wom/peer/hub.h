/* wom/peer/hub.h - the peers of this end, seen from the control loop: which there are
 * by configuration, how they fare, and where a LAN connection is handed over.
 *
 * Each peer lives in one of the worker threads, whole; the door that takes tunnels has
 * a thread of its own. The hub talks with them by messages and keeps what they told
 * last, so that no call here waits for anybody. All of it, the watcher too, belongs
 * to the control loop. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_HUB_H
#define WOM_PEER_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "wom/peer/peersetup.h"
#include "wom/peer/peerview.h"
#include "wom/peer/site.h"

struct err;
struct flow_rules;	/* wom/flow/flowset.h */
struct hub;
struct linkopen;
struct loop;
struct tunneltls;

#define HUB_DOORS_MAX	16

struct hub_config {
	struct loop	*loop;		/* the control loop */
	unsigned	 threads;	/* workers, 1.., and with each but the first
					 * one that packs for all (packcrew.h) */
	struct site	 site;
};

/* Starts the threads. NULL with a sentence when the system refuses them. */
struct hub *hub_new(const struct hub_config *c, struct err *e);
/* Ends all tunnels and threads, and waits for that. Takes *ph; NULL is harmless. */
void hub_free(struct hub **ph);

/* ---- peers ---- */

/* A peer that is new, or is to be as s says from now on; only what differs is
 * touched. s is copied. */
void hub_put(struct hub *h, const struct peersetup *s);
/* No longer a peer: its streams are reset, its view is gone with this call. */
void hub_drop(struct hub *h, const char *name);

/* The latest view, good until the loop goes on; NULL: no such peer. */
const struct peerview *hub_view(const struct hub *h, const char *name);
/* Each peer, in the order of names. */
typedef void hub_each_fn(void *arg, const char *name,
    const struct peerview *v);
void hub_each(const struct hub *h, hub_each_fn *fn, void *arg);

/* What has happened to a peer. */
enum {
	HUB_UP		= 0x1,	/* streams can be opened; its routes are known */
	HUB_DOWN	= 0x2,	/* they cannot any more, and not since just now */
	HUB_ROUTES	= 0x4,	/* it has told others while it is up */
	HUB_VIEW	= 0x8	/* there is a newer view */
};
typedef void hub_watch_fn(void *arg, const char *name,
    const struct peerview *v, unsigned what);
/* One watcher; NULL: none. Told of changes from now on. */
void hub_watch(struct hub *h, hub_watch_fn *fn, void *arg);

/* A LAN connection goes to a peer as stream o, treated by r. Takes fd in any case;
 * where the stream cannot be opened (by then) it is closed with a reset. */
void hub_adopt(struct hub *h, const char *peer, int fd,
    const struct linkopen *o, const struct flow_rules *r);

/* Forgets what is remembered with a peer ("": with all), at both ends as they meet. */
void hub_forget(struct hub *h, const char *peer);

/* ---- the door: tunnels that peers open ---- */

struct hub_door {
	struct addrport	 at[HUB_DOORS_MAX];
	size_t		 count;		/* 0: nobody comes in */
	struct tunneltls *tls;		/* NULL: the same */
	bool		 allow_nat;	/* peers may come from other addresses than
					 * their own, and are known by certificate */
	const char *const *devices;	/* interfaces that they may come in by; */
	size_t		 device_count;	/* none: any */
};

/* Opens the sockets that d needs beside those that are open, so that a change that
 * cannot be is refused before it counts. 0, or negative with a sentence and
 * nothing opened. */
int hub_prepare(struct hub *h, const struct hub_door *d, struct err *e);
/* From now on as d says: sockets that it does not name are closed, those that
 * hub_prepare has opened are used. One that could not be opened is told by the
 * return, as above; the others work. Tunnels that stand go on. */
int hub_listen(struct hub *h, const struct hub_door *d, struct err *e);

/* What came to the door. */
struct hub_door_counts {
	uint64_t accepted, admitted;
	uint64_t refused[TUNNELTLS_REFUSALS];
	uint64_t crowded;	/* closed at once: too many shake hands */
	unsigned shaking;	/* hands, at this moment */
	char	 last[256];	/* the last refusal, a sentence; "" */
};
/* As they are now; good until the next call. */
const struct hub_door_counts *hub_door_counts(const struct hub *h);

#endif
