/* gtmd/plan/plan_hold.h - members that manual-resume holds down: seen up, gone
 * down, and so to stay until an operator says otherwise. Disabling and
 * enabling the member, or taking manual-resume from the pool, ends it too.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_HOLD_H
#define GTMD_PLAN_PLAN_HOLD_H

#include <stdbool.h>

struct err;
struct plan;
struct plan_pool;

/*
 * plan_hold_end - an operator says that a member held down by manual-resume may
 * serve again.
 *
 * in     type  "a" or "aaaa" (or "cname", whose members are never held)
 *        pool, member  full path and key
 * ret    0, also when it was not held; ERR_NOTFOUND
 */
int plan_hold_end(struct plan *p, const char *type, const char *pool,
    const char *member, struct err *e);

/* A member that a former run held down: before the first load. One that is
 * not there or whose pool has no manual-resume by then is forgotten. */
void plan_hold(struct plan *p, const char *type, const char *pool,
    const char *member);

/* Calls fn for each member that is held down, in no order. */
typedef void plan_held_fn(void *arg, const char *type, const char *pool,
    const char *member);
void plan_hold_each(const struct plan *p, plan_held_fn *fn, void *arg);

/* Was this member held down by a former run? Answers once. For plan_pool. */
bool plan_hold_take(const struct plan_pool *pool, const char *member);

#endif
