/* gtmd/decide/choose_path.h - the methods that go by the path between a member's data
 * center and the resolver that asks: lowest-round-trip-time, completion-rate,
 * fewest-hops, and quality-of-service where it weighs one of these, or topology.
 *
 * A pick looks each data center's path up (pathtable.h) and scores the members
 * of the moment: one look for each data center, a few operations for each
 * member. Without a path for any of them the method passes. Members of equal
 * worth take turns. A path is the resolver's alone, so that the scope of EDNS
 * client subnet does not grow by it; by topology it does as in choose_topology.
 * Topology always has a word: where no record matches, a score of 0.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_CHOOSE_PATH_H
#define GTMD_DECIDE_CHOOSE_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "gtmd/types/pool.h"

struct choose_method;
struct pathtable_figures;

/* The row of this value with these weights of the pool, best or (spread) in
 * proportion; NULL when all askers are alike to the method. With a weight of
 * topology it takes items of a view of scores (topology_view.scored). */
const struct choose_method *choose_path_find(enum pool_lb lb,
    const uint32_t qos[POOL_QOS_TERMS], bool spread);

/* Does it go by paths at all, so that resolvers are to be probed? */
bool choose_path_asks(enum pool_lb lb, const uint32_t qos[POOL_QOS_TERMS]);

/* Has it a row here? Its members' data centers count then. */
bool choose_path_is(const struct choose_method *m);

/* What a path is worth: CHOOSE_UNMEASURED when what it needs is not known. */
uint64_t choose_path_score_rtt(const struct pathtable_figures *f);
uint64_t choose_path_score_hops(const struct pathtable_figures *f);
uint64_t choose_path_score_completion(const struct pathtable_figures *f);
/* What the path adds to a sum of quality-of-service; nothing for what is not
 * known. base: that sum, or CHOOSE_UNMEASURED, as the result may be. */
uint64_t choose_path_score_quality(const struct pathtable_figures *f,
    const uint32_t qos[POOL_QOS_TERMS], uint64_t base);
/* The same of topology's score, which is always known. */
uint64_t choose_path_score_topology(uint32_t score, uint32_t weight,
    uint64_t base);

#endif
