/* tests/unit/gtmd/plan/graph.h - a plan over a model that a test writes as text,
 * with health that the test decides.
 *
 * The test program includes tests/unit/gtmd/plan/fakes.h too.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_PLAN_GRAPH_H
#define TESTS_UNIT_GTMD_PLAN_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "gtmd/plan/plan_graph.h"

struct draft;
struct measures;
struct model;
struct tally;

struct graph {
	struct plan	*plan;
	struct widetable *wides;
	struct tally	*tally;
	unsigned	 remembered;	/* calls of plan_config.changed */
};

extern struct model *graph_model;
extern struct measures *graph_metrics;	/* of graphs to come; NULL = none */
extern const char *graph_here;	/* the server that the process is, or NULL */

void graph_init(struct graph *g);
void graph_fini(struct graph *g);
/* A second graph over the same model, told of all of it at once. */
void graph_init_beside(struct graph *g);
void graph_fini_beside(struct graph *g);

/* Commits the objects of a tmsh text: new ones, or in the place of old ones.
 * Asserts that the checks pass. */
void graph_put(struct graph *g, const char *text);
/* Commits that these are gone: "gtm pool a /Common/x". NULL at the end. */
void graph_delete(struct graph *g, const char *const *objects);
/* Both at once. */
void graph_change(struct graph *g, const char *text,
    const char *const *gone);
/* What a checked draft says, as the store does it: apply, then tell. */
void graph_commit(struct graph *g, struct draft *d);
/* Tells the plan alone of objects that no check has seen. */
void graph_tell(struct graph *g, struct object *const *objects, size_t count);

struct plan_wide *graph_wide(const struct graph *g, enum wide_type type,
    const char *name);
struct plan_pool *graph_pool(const struct graph *g, enum wide_type type,
    const char *name);
struct plan_member *graph_member(const struct graph *g, const char *pool,
    const char *key);

/* The answers of so many queries, as text: "10.0.0.1 10.0.0.2 nodata …". Cut
 * at cap. */
const char *graph_ask(const struct graph *g, enum wide_type type,
    const char *name, unsigned times);

#endif
