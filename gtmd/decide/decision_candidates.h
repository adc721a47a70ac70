/* gtmd/decide/decision_candidates.h - the records that a stage may answer with, ready
 * to be copied; which of them say the same, and what persistence calls them.
 * Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_DECISION_CANDIDATES_H
#define GTMD_DECIDE_DECISION_CANDIDATES_H

struct addr;
struct decision_build;
struct decision_spec_pool;
struct decision_stage;
struct settle_stage;

/* Those that were settled, and how many of them one answer may have: no data
 * twice, and a CNAME alone (RFC 2181 10.1). Sets all of *to that is about
 * candidates. Cost: n log n where an answer may have several, else linear. */
void decision_candidates_write(struct decision_build *b,
    struct decision_stage *to, const struct settle_stage *st);

/* The one of a stage that has no choice to make: the pool's fallback-ip. */
void decision_candidates_write_one(struct decision_build *b,
    struct decision_stage *to, const struct decision_spec_pool *pool,
    const struct addr *ip);

#endif
