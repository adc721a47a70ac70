/* gtmd/plan/plan_member.h - pool members in the graph.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_MEMBER_H
#define GTMD_PLAN_PLAN_MEMBER_H

#include <stdbool.h>
#include <stddef.h>

struct plan_member;
struct plan_pool;
struct pool_member;
struct decision_spec_member;

/* A member of this key, in no pool's array yet and without links. */
struct plan_member *plan_member_new(struct plan_pool *pool,
    const struct pool_member *obj);
void plan_member_free(struct plan_member **pm);

/* The member as its pool has it now; links it to what its key names. */
void plan_member_put(struct plan_member *m, const struct pool_member *obj);
/* Works its state out anew. */
void plan_member_update(struct plan_member *m);
/* Ends a hold by manual-resume; false if there was none. */
bool plan_member_resume(struct plan_member *m);
/* What the rules of selection have to know of it. */
void plan_member_spec(const struct plan_member *m,
    struct decision_spec_member *to);
const char *plan_member_reason(const struct plan_member *m, char *text,
    size_t cap);

#endif
