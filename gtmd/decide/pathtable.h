/* gtmd/decide/pathtable.h - what is known of the paths between data centers and the
 * resolvers that ask: round trip time, hops, completion rate.
 *
 * One table for all threads, fixed in size and without a lock. The control loop
 * alone writes records, each read whole or not at all (a sequence number around
 * it, as in a seqlock); a thread that asks leaves the time of asking. A set of
 * four records that is full forgets what was asked for the longest ago. Who is
 * asked for and not known is noted (pathwant.h) when the path begins at home.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_PATHTABLE_H
#define GTMD_DECIDE_PATHTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/topology/clientnet.h"

#define PATHTABLE_RECORDS	65536	/* of a process: 4 MiB, touched as used */

/* What is known of a path, and what a method needs: bits. */
enum {
	PATHTABLE_RTT = 1, PATHTABLE_COMPLETION = 2, PATHTABLE_HOPS = 4
};

struct pathtable;
struct pathwant;

struct pathtable_figures {
	uint32_t	 known;		/* PATHTABLE_… */
	uint32_t	 rtt_us;
	uint32_t	 completion;	/* % of the probes that were answered */
	uint32_t	 hops;
};

/* From a data center (clientnet_key of its full path, never 0) to a resolver
 * (its whole address). */
struct pathtable_key {
	uint64_t	 datacenter;
	struct clientnet resolver;
};

/* records is 2^n and 4 at least. */
struct pathtable *pathtable_new(size_t records);
void pathtable_free(struct pathtable **pt);

/* ---- any thread ---- */

struct pathtable_ask {
	struct pathtable_key key;
	uint32_t	 now_s;		/* decision_keep_now */
	uint32_t	 needs;		/* PATHTABLE_… */
	bool		 proven;	/* the resolver's address is no lie */
	bool		 peeks;		/* leave no trace */
};

/* What is in force of the path. cost: two cache lines. */
void pathtable_ask(struct pathtable *t, const struct pathtable_ask *q,
    struct pathtable_figures *out);

/* ---- control loop ---- */

struct pathtable_record {
	struct pathtable_key key;
	struct pathtable_figures figures;
	uint32_t	 until_s;	/* of rtt and completion */
	uint32_t	 hops_until_s;
	uint32_t	 made_s;	/* when it was measured last; 0 = never */
	uint32_t	 asked_s;	/* when a method went by it last */
};

/* False: there is none. What has expired is told too. */
bool pathtable_find(const struct pathtable *t, const struct pathtable_key *key,
    struct pathtable_record *out);
/* In the place of what there was of this key. Whoever asked meanwhile counts:
 * the later of the two times stays. */
void pathtable_put(struct pathtable *t, const struct pathtable_record *r);
void pathtable_remove(struct pathtable *t, const struct pathtable_key *key);

/* Calls fn for each record. */
typedef void pathtable_fn(void *arg, const struct pathtable_record *r);
void pathtable_each(const struct pathtable *t, pathtable_fn *fn, void *arg);

/* Of the figures, those that are in force. */
uint32_t pathtable_in_force(const struct pathtable *t,
    const struct pathtable_record *r, uint32_t now_s);

/* The data center that this process measures from; 0 = none. */
void pathtable_set_home(struct pathtable *t, uint64_t datacenter);
uint64_t pathtable_home(const struct pathtable *t);
/* ignore-path-ttl: what has expired counts. */
void pathtable_set_old(struct pathtable *t, bool counts);

/* Whom the threads have asked for in vain. */
struct pathwant *pathtable_want(struct pathtable *t);

/* What the prober did, kept where it can be shown. */
struct pathtable_counts {
	uint64_t	 sent, answered;	/* probes */
	uint64_t	 paths;			/* that are measured from here */
	uint64_t	 full;			/* resolvers there was no room
						 * for */
	uint64_t	 unproven;		/* told off at the door */
};
/* For the prober to add to and for others to read. */
struct pathtable_counts *pathtable_counts(struct pathtable *t);

#endif
