/* wom/flow/flowblocks.h - octets of streams on their way: buffers in a few sizes, used
 * again and again.
 *
 * What a connection has read goes from here to the codec and stays until the peer has
 * taken it. A block that turns out short moves to a smaller buffer, so that no buffer
 * that stays is more than twice as long as what is in it (and 1 KiB). Layer: wom/flow, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWBLOCKS_H
#define WOM_FLOW_FLOWBLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/list.h"
#include "wom/codec/blockid.h"

#define FLOWBLOCKS_SIZES	11	/* 1 KiB, 2, 4, ... 1 MiB */
#define FLOWBLOCKS_MAX		((size_t)1024 << (FLOWBLOCKS_SIZES - 1))

struct flowblock {
	struct list node;	/* the owner's; in no list when it comes */
	uint64_t number;	/* the owner's, */
	struct blockid name;	/* as this is, when */
	bool	 named;
	uint32_t cap;
	uint32_t at, len;	/* what counts begins at, ends at; 0, 0 at first */
	uint8_t	 octets[];
};

struct flowblocks {
	struct list spare[FLOWBLOCKS_SIZES];
	size_t	used, idle;	/* octets of buffers that are out, that are here */
	size_t	idle_max;	/* more go back to the system */
};

void flowblocks_init(struct flowblocks *p, size_t idle_max);
/* All blocks are back. */
void flowblocks_fini(struct flowblocks *p);
/* An empty one with room for cap octets, at most FLOWBLOCKS_MAX. */
struct flowblock *flowblocks_get(struct flowblocks *p, size_t cap);
/* Takes *pb, which is in no list any more; NULL is harmless. */
void flowblocks_put(struct flowblocks *p, struct flowblock **pb);
/* *pb becomes a smaller buffer, with the same octets, when these fit one. */
void flowblocks_fit(struct flowblocks *p, struct flowblock **pb);
/* *pb becomes one with room for cap octets, with the same octets; NULL is an empty
 * one. */
void flowblocks_grow(struct flowblocks *p, struct flowblock **pb, size_t cap);

#endif
