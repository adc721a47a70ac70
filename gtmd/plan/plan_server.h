/* gtmd/plan/plan_server.h - servers in the graph.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_SERVER_H
#define GTMD_PLAN_PLAN_SERVER_H

#include <stddef.h>

struct plan;
struct plan_server;
struct server;

/* The object as it is now, with its virtual servers; created if it is new. */
void plan_server_put(struct plan *p, const struct server *obj);
void plan_server_remove(struct plan *p, const char *name);
/* The data center's enabled state may have changed. */
void plan_server_inherit(struct plan_server *s);
/* Works its state out anew. */
void plan_server_update(struct plan_server *s);
const char *plan_server_reason(const struct plan_server *s, char *text,
    size_t cap);

#endif
