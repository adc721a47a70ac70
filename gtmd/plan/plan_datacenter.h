/* gtmd/plan/plan_datacenter.h - data centers in the graph.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_DATACENTER_H
#define GTMD_PLAN_PLAN_DATACENTER_H

#include <stddef.h>

struct datacenter;
struct plan;
struct plan_datacenter;

/* The node of this full path; made, without an object, when a server names
 * it first. Dropped when it has neither object nor servers. */
struct plan_datacenter *plan_datacenter_get(struct plan *p, const char *name);
void plan_datacenter_drop(struct plan_datacenter *dc);

/* The object as it is now; NULL takes it away. */
void plan_datacenter_put(struct plan_datacenter *dc,
    const struct datacenter *obj);
/* Works its state out anew. */
void plan_datacenter_update(struct plan_datacenter *dc);
const char *plan_datacenter_reason(const struct plan_datacenter *dc,
    char *text, size_t cap);

#endif
