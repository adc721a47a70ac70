/* gtmd/topology/topology_view.h - what topology says of some candidates: for each class
 * of clients, in which order they come.
 *
 * Made from the candidates that are configured, whatever their state, so that
 * a change of state costs a decision what a few orders cost, not a look at
 * every class; and shared by all decisions whose candidates topology cannot
 * tell apart. Immutable, counted. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_TOPOLOGY_VIEW_H
#define GTMD_TOPOLOGY_TOPOLOGY_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "gtmd/topology/prefixmap.h"

struct addr;
struct asker;
struct topology_dirty;
struct topology_table;

struct topology_view {
	unsigned	 magic;
#define TOPOLOGY_VIEW_MAGIC	0x70b0071eu
	unsigned	 refs;		/* atomic */
	struct prefixmap *ipv4, *ipv6;	/* from addresses to classes; these
					 * two: answering threads */
	struct topology_table *table;
	uint64_t	 generation;	/* of the table's, for server_of */
	bool		 allow_zero;	/* candidates of score 0 may be picked */
	bool		 scored;	/* ranks are the scores themselves, for
					 * who weighs them against others */
	uint32_t	 count;		/* candidates */
	uint32_t	*kind_of;	/* by candidate: which kind it is of */
	uint32_t	*server_of;	/* by kind: its class among servers */
	uint32_t	 kinds;
	uint32_t	 rankings;
	uint32_t	*ranks;		/* by ranking, kind: 0 = score 0, else
					 * the higher the better */
	uint32_t	*ranking_of;	/* by class of clients */
	size_t		 classes;	/* of clients, when it was made */
};

/* servers: topology_table_server's number of each candidate. scored: with more
 * rankings, as many as there are unlike scores. One reference, and one to the
 * table. Control loop. */
struct topology_view *topology_view_new(struct topology_table *t,
    const uint32_t *servers, size_t count, bool scored);

/*
 * topology_view_next - the view of the same candidates after edits of the
 * table, other than such that have servers be asked for anew.
 *
 * cost  a copy, and what the candidates' orders cost for each class that the
 *       edits told of
 */
struct topology_view *topology_view_next(const struct topology_view *v,
    const struct topology_dirty *d);
void topology_view_ref(struct topology_view *v);
/* Any thread. */
void topology_view_drop(struct topology_view **pv);

/* Answering threads: class and the bits that decided it. Family 0: class 0. */
struct prefixmap_found topology_view_find(const struct topology_view *v,
    const struct addr *a);

/* The ranking for whoever asks, by EDNS client subnet first if client says so
 * and one was given: then the scope grows by the bits that decided it.
 * Answering threads. */
uint32_t topology_view_ranking(const struct topology_view *v, struct asker *a,
    bool client);

/* The rank of a candidate in a ranking, or its score in a view of scores. */
static inline uint32_t
topology_view_rank(const struct topology_view *v, uint32_t ranking,
    uint32_t candidate)
{
	return v->ranks[(size_t)ranking * v->kinds + v->kind_of[candidate]];
}

/* Why: the record that gives this client's score of a candidate, or NULL when
 * none matches (score 0), or the table has changed since. Control loop. */
const char *topology_view_why(const struct topology_view *v,
    const struct addr *client, uint32_t candidate, uint32_t *score);

#endif
