/* gtmd/decide/persist.h - what clients were answered, for wide IPs with persistence.
 *
 * A client's queries come to any thread, so that there is one table for all of
 * them: fixed in size, without lock, and without a loser that waits. A record
 * is read whole or not at all (a sequence number around it, as in a seqlock);
 * of two threads that write one, the second leaves it. The table is divided
 * into sets of four records; a full set forgets the oldest.
 *
 * The table is memory that another process can have too: while one gtmd takes
 * the place of another both serve from it, and nothing is copied. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_PERSIST_H
#define GTMD_DECIDE_PERSIST_H

#include <stddef.h>
#include <stdint.h>

#include "gtmd/topology/clientnet.h"

#define PERSIST_RECORDS	131072	/* of a process: 6 MiB, touched as used */

struct err;
struct persist;

/* Whose answer: a wide IP (a key of its own) and the client's network. */
struct persist_key {
	uint64_t	 wide;		/* not 0 */
	struct clientnet net;
};

/* records is 2^n and 4 at least. */
struct persist *persist_new(size_t records);
/* The table of another process, whose persist_fd this was; takes fd, also when
 * it fails. NULL with a sentence in e when it is no table of so many records. */
struct persist *persist_adopt(int fd, size_t records, struct err *e);
/* What persist_adopt takes elsewhere; stays ours. */
int persist_fd(const struct persist *p);
void persist_free(struct persist **pp);

/* ---- any thread; one set, three cache lines ---- */

/* What was put, unless it has expired or was forgotten: then 0. */
uint64_t persist_find(const struct persist *p, const struct persist_key *key,
    uint32_t now_s);

/* Remembers target (not 0) for ttl_s seconds, in the place of what there was.
 * now_s counts from whenever, not from 0. */
void persist_put(struct persist *p, const struct persist_key *key,
    uint64_t target, uint32_t now_s, uint32_t ttl_s);

/* ---- control loop ---- */

struct persist_record {
	struct persist_key key;
	uint64_t	 target;
	uint32_t	 born_s, expires_s;
};

/* Calls fn for each live record. */
typedef void persist_fn(void *arg, const struct persist_record *r);
void persist_each(const struct persist *p, uint32_t now_s, persist_fn *fn,
    void *arg);

/* Forgets all; returns how many there were, expired ones too. */
size_t persist_clear(struct persist *p);

#endif
