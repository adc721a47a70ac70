/* wom/codec/history.h - the blocks that went over the WAN last, either way, as they
 * were: what both sites know and need not send again.
 *
 * A ring of octets: a new block takes the place of the oldest ones. A block is
 * found by its name, or read by its slot, a small number that is good until the
 * block has been overwritten; who keeps slots for longer (the index of anchors)
 * compares octets before it believes them. Which blocks the peer has, too, is
 * noted here, since it is lost with the block. One owner; no lock.
 * Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_HISTORY_H
#define WOM_CODEC_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/codec/blockid.h"

#define HISTORY_BLOCK_MAX	(UINT32_C(1) << 20)	/* octets of a block */
#define HISTORY_SLOTS_MAX	(UINT32_C(1) << 22)
#define HISTORY_NONE		UINT32_MAX		/* no slot */

struct history;

/* Room for octets (at least 4 blocks; taken from the system as it is used) and
 * as many blocks as fit when they are 4 KiB long, at most HISTORY_SLOTS_MAX.
 * NULL with errno: no such mapping. */
struct history *history_new(size_t octets);
/* Takes *ph; NULL is harmless. */
void history_free(struct history **ph);

/* Takes a copy of data (1..HISTORY_BLOCK_MAX octets) and returns its slot; that
 * of the block that is there when the name is known already. */
uint32_t history_add(struct history *h, const struct blockid *id,
    const uint8_t *data, size_t len);
/* Its slot, or HISTORY_NONE. */
uint32_t history_find(const struct history *h, const struct blockid *id);
/* Its octets and how many; NULL: nothing is there. */
const uint8_t *history_read(const struct history *h, uint32_t slot,
    size_t *len);
/* Of a slot that history_read reads. */
const struct blockid *history_id(const struct history *h, uint32_t slot);
/* True when it is among the older half of what the ring holds: soon gone. */
bool history_is_old(const struct history *h, uint32_t slot);

/* Does the peer have it? False until history_set_shared says so. */
bool history_is_shared(const struct history *h, uint32_t slot);
void history_set_shared(struct history *h, uint32_t slot, bool shared);

/* Blocks and octets that it holds. */
size_t history_count(const struct history *h);
size_t history_octets(const struct history *h);

#endif
