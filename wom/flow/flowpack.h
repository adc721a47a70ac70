/* wom/flow/flowpack.h - blocks of a set whose literals another thread packs.
 *
 * A block is encoded into one of a few slots, promised to the session and given to the
 * crew (packcrew.h); when it comes back it is fulfilled, in whatever order: the session
 * keeps that of the stream. Nobody waits: with no slot left, or enough that waits in the
 * crew, a flow packs its block itself. What a helper works on belongs to the slot
 * alone, so that flows may end, blocks be taken and the history go on meanwhile.
 * Layer: wom/flow. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWPACK_H
#define WOM_FLOW_FLOWPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/flow/flowpace.h"
#include "wom/flow/packcrew.h"

struct flow;
struct flowset;
struct loop_io;

#define FLOWPACK_SLOTS	16
#define FLOWPACK_LEAST	((size_t)16 << 10)	/* octets of literals; fewer are packed
						 * in less time than two threads need to
						 * hear of each other */

struct flowpack_slot {
	struct packcrew_job job;
	bool	 taken;
	struct flow *flow;	/* NULL: it is gone */
	uint64_t number;	/* of the block in its stream */
	size_t	 left;		/* octets of literals */
	struct flowpace_block cost;	/* so far */
	uint8_t	*encoded;	/* where the block goes; NULL: not used yet */
	uint8_t	*packed;
};

struct flowpack {
	struct packcrew *crew;	/* NULL: none */
	struct packcrew_line line;
	struct loop_io *io;
	unsigned slots;		/* that there may be */
	size_t	 held;		/* octets of their buffers */
	struct flowpack_slot slot[FLOWPACK_SLOTS];
};

/* With fs->config.crew, which may be NULL. Where the system has no descriptor left it is
 * as without. */
void flowpack_init(struct flowset *fs);
/* Waits for what a helper is at. */
void flowpack_fini(struct flowset *fs);

/* A slot for the next block, to be encoded to its `encoded`, or NULL: it is packed here.
 * It is free as before unless flowpack_give is called. */
struct flowpack_slot *flowpack_find(struct flowset *fs);
/* A block of f's, len octets in s, is packed at a level; then flowout_packed is
 * called. number, left and cost are set. */
void flowpack_give(struct flow *f, struct flowpack_slot *s, size_t len,
    int level);
/* f is no more. */
void flowpack_forget(struct flow *f);
/* The set has no flow any more: buffers go back to the system. */
void flowpack_rest(struct flowset *fs);

#endif
