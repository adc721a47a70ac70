/* gtmd/plan/plan_metrics.h - measurements in the graph: whose they are, what they
 * are worth, and who is over a limit. Layer: gtmd.
 *
 * A member is used as its virtual server is; a server by what is measured of it
 * itself, else by the sum over its virtual servers; a pool by the sum over its
 * enabled members.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_METRICS_H
#define GTMD_PLAN_PLAN_METRICS_H

#include <stdbool.h>
#include <stdint.h>

struct decision_spec_member;
struct metric_values;
struct measures_row;
struct plan_member;
struct plan_pool;
struct plan_server;
struct plan_vs;
struct pool;

/* For measures_watch: works out what hangs on the row, no more; arg is the
 * plan. */
void plan_metrics_on_change(void *arg, const struct measures_row *row,
    uint32_t changed);

/* The rows that these keep from now on: they have an object. */
void plan_metrics_take_server(struct plan_server *s);
void plan_metrics_take_vs(struct plan_vs *vs);

/* What is in use. A virtual server's has its server's CPU and memory too. */
void plan_metrics_of_server(const struct plan_server *s,
    struct metric_values *out);
void plan_metrics_of_vs(const struct plan_vs *vs, struct metric_values *out);
void plan_metrics_of_pool(const struct plan_pool *pool,
    struct metric_values *out);

/* Does the pool depend on measurements of its members? */
bool plan_metrics_concern(const struct pool *obj);
/* The member's scores by its pool's methods. */
void plan_metrics_score(const struct plan_member *m,
    struct decision_spec_member *to);

/* Takes up what is in use now. True when it came over its limits, or back. */
bool plan_metrics_limit_server(struct plan_server *s);
bool plan_metrics_limit_vs(struct plan_vs *vs);
bool plan_metrics_limit_member(struct plan_member *m);
bool plan_metrics_limit_pool(struct plan_pool *pool);
/* A plan apart begins where the live one stands: who is over a limit is so
 * until he is well below. */
void plan_metrics_recall_server(struct plan_server *s);
void plan_metrics_recall_vs(struct plan_vs *vs);
void plan_metrics_recall_pool(struct plan_pool *pool);

#endif
