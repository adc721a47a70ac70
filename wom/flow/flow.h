/* wom/flow/flow.h - one stream and its LAN socket, and what the files of a set share.
 *
 * flowout.c is the way from the LAN to the peer, flowin.c the way back, flow.c the life of
 * both. A flow is stepped: each step moves at most one block each way, so that no
 * flow holds up the others of its thread. Who calls a step or one of the ends
 * looks at whether the flow is still there. Layer: wom/flow.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOW_H
#define WOM_FLOW_FLOW_H

#include "core/base/err.h"
#include "core/base/list.h"
#include "core/io/loop.h"
#include "wom/flow/flowapps.h"
#include "wom/flow/flowblocks.h"
#include "wom/flow/flowguess.h"
#include "wom/flow/flowpace.h"
#include "wom/flow/flowpack.h"
#include "wom/flow/flowset.h"

struct flowset {
	unsigned magic;
#define FLOWSET_MAGIC	0xf1075e77u
	struct flowset_config config;
	struct flowblocks blocks;
	struct flowpace pace;
	struct flowpack pack;
	bool	 paced;		/* it has begun with some flow's level */
	struct flowapps apps;
	struct list all;	/* flows */
	size_t	 count;
	struct flow *encoding;	/* whose blocks that are not taken are copied from */
	unsigned lost;		/* score of what the peer has lost: flowshare.h */
	struct list busy;	/* flows that have a step to make */
	struct loop_timer turn;	/* makes some of them */
	size_t	 moved;		/* octets in blocks since its last one began */
	size_t	 forming;	/* octets of buffers that wait to become fuller, as of
				 * their flows' last steps */
	bool	 held;		/* flowset_hold */
	unsigned depth;		/* of calls into the set */
	bool	 owes_wake, waking;
	uint64_t next_id;
	char	 refused[ERR_TEXT_MAX];
	uint8_t	*encoded;	/* a block on its way to the session */
};

struct flow {
	unsigned magic;
#define FLOW_MAGIC	0xf10f10f1u
	struct flowset *set;
	uint64_t id;
	struct linkopen open;	/* the stream's, which may be gone first */
	struct addr client;	/* family 0: the peer has not told */
	struct linkstream *stream;
	struct flow_rules rules;
	uint64_t domain;	/* that its blocks are of (encoder_enter) */
	struct flowapp *app;
	struct flow_counts counts;
	mono_ns	 since;
	struct list in_all, in_busy;

	int	 fd;
	struct loop_io *io;
	struct loop_timer patience;	/* while it connects */
	bool	 by_peer, bulk;
	bool	 connecting;
	bool	 readable, writable;	/* until the system says otherwise */

	/* LAN to peer */
	bool	 at_end;	/* the LAN has finished */
	bool	 finished;	/* the peer has been told */
	struct flowblock *forming;
	uint32_t formed;	/* octets of it that the set counts */
	struct list kept;	/* flowblocks that the peer has not taken */
	unsigned packing;	/* of these, that a helper has */
	uint32_t mean;		/* octets of its blocks, lately */
	struct flowguess guess;
	uint64_t waited_ns;	/* of counts.stall_room_ns, before its last block */
	mono_ns	 no_room_at;	/* since when; 0: there is room */

	/* peer to LAN */
	bool	 peer_at_end;	/* the LAN has been told that it has finished */
	struct flowblock *rest;	/* what the LAN has not taken */
	unsigned refusals;	/* of the block at hand */
	mono_ns	 no_reader_at;
};

enum flow_step {
	FLOW_STEP_RESTS,	/* until something happens */
	FLOW_STEP_MORE,
	FLOW_STEP_GONE		/* the flow is freed */
};

/* Around whatever comes from outside: the last one out tells the owner that the session
 * has something to send. */
void flowset_enter(struct flowset *fs);
void flowset_leave(struct flowset *fs);

/* A flow of a stream that takes fd. connecting: it has not been connected yet. It
 * watches fd; nothing is moved before its loop or a step. NULL with errno: the kernel
 * has no watch left, fd and stream are the caller's. */
struct flow *flow_new(struct flowset *fs, struct linkstream *st, int fd,
    bool connecting);

/* Moves what there is to move now, or puts the flow in its queue. */
void flow_run(struct flow *f);
/* One step each way. */
enum flow_step flow_step(struct flow *f);

/* Both ways have ended well. */
void flow_close(struct flow *f);
/* The stream is gone; so the LAN is reset. */
void flow_drop(struct flow *f, enum flowreason r);
/* Resets both. */
void flow_reset(struct flow *f, enum flowreason r);

/* Time that a stall has lasted is added when it is over: since is 0 then. */
void flow_stall(const struct flow *f, mono_ns *since);
void flow_unstall(const struct flow *f, mono_ns *since, uint64_t *sum);

#endif
