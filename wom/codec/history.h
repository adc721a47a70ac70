/* wom/codec/history.h - the blocks that went over the WAN last, either way, as they
 * were: what both sites know and need not send again.
 *
 * A ring of octets: a new block takes the place of the oldest ones. A block is
 * found by its name, or read by its slot, a small number that is good until the
 * block has been overwritten; who keeps slots for longer (the index of anchors)
 * compares octets before it believes them. Which blocks the peer has, too, is
 * noted here, since it is lost with the block. One owner; no lock.
 *
 * It may stand in a file that outlives the process (historyfile.h; wom-store.md in
 * docs/notes says what it survives). What was there at the opening is believed
 * only when its octets have been found to have its name, the first time that they
 * are read; what has not is dropped. Where the file is encrypted, some of the blocks are at
 * hand in clear, in memory; others are fetched when they are read. Layer: wom/codec.
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
#define HISTORY_DOMAINS_MAX	256	/* further ones have nothing kept */

struct anchorindex;
struct err;
struct history;

/* Where a history is kept, and the key of its names, borrowed for its life. */
struct history_place {
	const char *path;
	size_t	 octets;	/* as of history_new; 1/64 more for heads */
	struct blockid_key *key;
	/* STORECIPHER_KEY octets under which it is encrypted, needed for the call
	 * alone; NULL: it is in clear, the system's page cache is its memory. */
	const uint8_t *disk_key;
	size_t	 memory;	/* octets, at least 4 blocks: encrypted, how much of it
				 * is at hand in clear */
};

/* What has become of what was kept in a file. */
struct history_counts {
	const char *anew;	/* why it began empty, the end of a sentence;
				 * NULL: it did not */
	uint32_t kept;		/* blocks that were found at the opening */
	uint32_t torn;		/* heads that were not whole, or of what has been
				 * overwritten since */
	uint64_t damaged;	/* blocks dropped, for they had not their name */
	uint64_t unwritten;	/* blocks that the file did not take */
	uint64_t fetched;	/* blocks that were read from an encrypted file */
	uint32_t faults;	/* octets that could not be read: the disk fails,
				 * or somebody has cut the file. To have all its
				 * room again the history must be opened anew. */
};

/* Room for octets (at least 4 blocks; taken from the system as it is used) and
 * as many blocks as fit when they are 4 KiB long, at most HISTORY_SLOTS_MAX.
 * NULL with errno: no such mapping. */
struct history *history_new(size_t octets);
/* One that is kept in a file, with what was there; where the file begins empty
 * history_counts says why. NULL with *e, as historyfile_open. Reads all heads:
 * some 50 ms for each million. */
struct history *history_open(const struct history_place *p, struct err *e);
/* Takes *ph; NULL is harmless. */
void history_free(struct history **ph);

/* What is added is of that domain from now on, and of no other one are octets given
 * out (dedupdomain.h, which is for calling it); 0 at first. */
void history_domain_set(struct history *h, uint64_t domain);

/* Takes a copy of data (1..HISTORY_BLOCK_MAX octets) and returns its slot; that
 * of the block that is there when the name is known already. HISTORY_NONE: its
 * file did not take it, or it is of one domain too many. */
uint32_t history_add(struct history *h, const struct blockid *id,
    const uint8_t *data, size_t len);
/* Where the next block will stand when it has len octets, so that it can be put together
 * there: history_add then need not copy it. What stood there is no longer found, but can
 * be read until it is written over. NULL: the ring is not ours to write. */
uint8_t *history_room(struct history *h, size_t len);
/* Its slot, or HISTORY_NONE. The octets need not be right: history_read. */
uint32_t history_find(const struct history *h, const struct blockid *id);
/* Its octets and how many; NULL: nothing is there, or what is there is another
 * domain's, or has not its name and is dropped; or an encrypted file's memory is full
 * of what has been read already. Good until the next history_add or history_rest;
 * should the file's disk fail meanwhile, zeros come in their place (faultguard.h), so
 * what is made of them is compared with its own name, as the decoder does. */
const uint8_t *history_read(struct history *h, uint32_t slot, size_t *len);
/* What history_read gave is not looked at any more. To be called now and then, such
 * as for each block that is encoded or decoded. */
void history_rest(struct history *h);
/* Of a slot that has been found or read since the last history_add. */
const struct blockid *history_id(const struct history *h, uint32_t slot);
/* True when it is among the older half of what the ring holds: soon gone. As
 * history_id. */
bool history_is_old(const struct history *h, uint32_t slot);

/* Does the peer have it? False until history_set_shared says so. */
bool history_is_shared(const struct history *h, uint32_t slot);
void history_set_shared(struct history *h, uint32_t slot, bool shared);

/* Slots of blocks from the newest to the oldest: the first, and the one behind
 * `slot`, or HISTORY_NONE. */
uint32_t history_newest(const struct history *h);
uint32_t history_older(const struct history *h, uint32_t slot);
/* How many places for blocks have been used since that one. As history_id. */
uint64_t history_age(const struct history *h, uint32_t slot);

/* Looks at blocks that were there at the opening, the newest first, for some
 * `octets` of them: those that have not their name are dropped, the anchors of the
 * others entered into the index where it has room. For idle time: some 0.9 GB a
 * CPU-second, or what the disk gives. True while there is more to do. */
bool history_check_step(struct history *h, struct anchorindex *ix,
    size_t octets);

/* Is there more to do for that? */
bool history_is_unchecked(const struct history *h);

/* Has some more octets of memory ready for what will come, so that no block waits for
 * it. For idle time. True while there is more to do; a file needs none. */
bool history_touch_step(struct history *h, size_t octets);

/* Blocks and octets that it holds. */
size_t history_count(const struct history *h);
size_t history_octets(const struct history *h);
/* Grows until the end, but for what the opening set; borrowed. All zero where
 * there is no file. */
const struct history_counts *history_counts(struct history *h);

#endif
