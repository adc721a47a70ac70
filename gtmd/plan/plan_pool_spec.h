/* gtmd/plan/plan_pool_spec.h - what the rules of selection have to know of a pool,
 * shared by all wide IPs that use it. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_POOL_SPEC_H
#define GTMD_PLAN_PLAN_POOL_SPEC_H

#include <stdint.h>

struct decision_spec_member;
struct decision_spec_pool;
struct plan_pool;

/* All that its decisions are made from, but for what the edge says. members has
 * room for all of its; out points there. The topology view stays the pool's. */
void plan_pool_spec(const struct plan_pool *pool,
    struct decision_spec_pool *out, struct decision_spec_member *members);
/* The same as long as that is the same. */
uint64_t plan_pool_spec_digest(const struct plan_pool *pool);

#endif
