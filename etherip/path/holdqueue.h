/* etherip/path/holdqueue.h - frames that wait for stations on their way from one site to the
 * other: of each so many, and none for longer than so long. Of the loop's thread.
 * Layer: etherip/path, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_HOLDQUEUE_H
#define ETHERIP_PATH_HOLDQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "core/base/list.h"
#include "etherip/bridge/fdb.h"

#define HOLDQUEUE_STATIONS	16u
#define HOLDQUEUE_FRAMES	256u
#define HOLDQUEUE_MS		500u

struct heldframe {
	struct list	 node;
	mono_ns		 at;		/* when it came */
	unsigned	 from;		/* the member that it came from, */
	unsigned	 via;		/* and the tunnel that it came across */
	size_t		 len;
	uint8_t		 octets[];
};

struct heldstation {
	struct fdb_key	 key;
	struct list	 frames;	/* oldest first */
	uint32_t	 count;
};

struct holdqueue {
	uint32_t	 most;		/* frames of one station */
	dur_ns		 patience;
	uint32_t	 count;
	struct heldstation station[HOLDQUEUE_STATIONS];
};

void holdqueue_init(struct holdqueue *q);
/* Frames are lost. */
void holdqueue_fini(struct holdqueue *q);
/* 0: HOLDQUEUE_FRAMES, HOLDQUEUE_MS. */
void holdqueue_limits(struct holdqueue *q, uint32_t frames, uint32_t ms);

/* That station is held from now on. False: too many are. */
bool holdqueue_start(struct holdqueue *q, const struct fdb_key *k);
/* No longer: calls fn for each frame that is not too old, oldest first; it may not call the
 * queue. Returns how many there were not: too old. */
size_t holdqueue_stop(struct holdqueue *q, const struct fdb_key *k, mono_ns now,
    void (*fn)(void *arg, struct heldframe *f), void *arg);

/* A frame for it has come, and is copied. False: there is no room, or it is not held. */
bool holdqueue_add(struct holdqueue *q, const struct fdb_key *k,
    const struct heldframe *like, const uint8_t *octets);

#endif
