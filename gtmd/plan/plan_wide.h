/* gtmd/plan/plan_wide.h - wide IPs in the graph: their names, pools and decisions.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_WIDE_H
#define GTMD_PLAN_PLAN_WIDE_H

#include <stddef.h>

#include "gtmd/decide/decision_spec.h"

struct plan;
struct plan_wide;
struct wideip;

/* The object as it is now; created if it is new. Names that it has no more
 * must have been taken back before, so that another may have them. */
void plan_wide_put(struct plan *p, enum wide_type type,
    const struct wideip *obj);
/* Takes back the names that obj (NULL: nobody) has no more. */
void plan_wide_drop_names(struct plan_wide *w, const struct wideip *obj);
void plan_wide_remove(struct plan_wide *w);
/* Works its state out anew; a new decision if it is stale. */
void plan_wide_update(struct plan_wide *w);
/* Global settings have changed: all decisions are made anew. */
void plan_wide_touch_all(struct plan *p);

/* The spec that its decision is made from. Pools are in *pools, which the
 * caller frees, and spec->topology is referred to, for the caller to drop
 * (topology_view_drop); valid until the graph changes. False: no decision, since it is
 * disabled or has no pools. */
bool plan_wide_spec(const struct plan_wide *w, struct decision_spec *spec,
    struct decision_spec_pool **pools);
const char *plan_wide_reason(const struct plan_wide *w, char *text,
    size_t cap);

#endif
