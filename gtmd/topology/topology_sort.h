/* gtmd/topology/topology_sort.h - topology records as values, and the order in which
 * they count: of those that match a candidate and a client, the first gives
 * the score. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_TOPOLOGY_SORT_H
#define GTMD_TOPOLOGY_TOPOLOGY_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "gtmd/types/topoterm.h"

struct topology_record {
	struct topoterm	 ldns, server;
	uint32_t	 order, score;
	const char	*name;		/* its object's */
	uint64_t	 key;		/* topology_sort_key's */
};

/*
 * topology_sort - sorts in place, and fills the keys in.
 *
 * longest_match: plain records first, then those with a "not" server, then
 * those with a "not" ldns, then those with a subnet of length 0 on a side;
 * then by the kind of ldns (subnets, longest prefix first; pools and data
 * centers; regions; ISPs; states; countries; continents), by the kind of
 * server in the same way, and by falling score. Otherwise by order. What is
 * still equal is sorted by name, so that the result is always the same.
 */
void topology_sort(struct topology_record *records, size_t count,
    bool longest_match);

/* The lower the sooner; of records with equal keys the name decides. */
uint64_t topology_sort_key(const struct topology_record *r,
    bool longest_match);

#endif
