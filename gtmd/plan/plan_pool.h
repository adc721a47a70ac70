/* gtmd/plan/plan_pool.h - pools in the graph.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_POOL_H
#define GTMD_PLAN_PLAN_POOL_H

#include <stddef.h>

#include "gtmd/query/widetable.h"

struct plan;
struct plan_member;
struct plan_pool;
struct pool;

/* The node of this type and full path; made, without an object, when a wide
 * IP names it first. Dropped when it has no object and no wide IP. */
struct plan_pool *plan_pool_get(struct plan *p, enum wide_type type,
    const char *name);
void plan_pool_drop(struct plan_pool *pool);

/* The object as it is now; NULL takes it away. Members that stay keep their
 * state, counters and holds. */
void plan_pool_put(struct plan_pool *pool, const struct pool *obj);
/* Works its state out anew. */
void plan_pool_update(struct plan_pool *pool);
/* The member with this key, or NULL. */
struct plan_member *plan_pool_find_member(const struct plan_pool *pool,
    const char *key);
const char *plan_pool_reason(const struct plan_pool *pool, char *text,
    size_t cap);

#endif
