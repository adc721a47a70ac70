/* gtmd/plan/plan_vs.h - virtual servers in the graph.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_VS_H
#define GTMD_PLAN_PLAN_VS_H

#include <stddef.h>

struct plan;
struct plan_server;
struct plan_vs;
struct server_vs;

/* The node of "server:vs", of which server_len octets are the server's name;
 * made, without an object, when something names it first. Dropped when it has
 * no object and nothing names it. */
struct plan_vs *plan_vs_get(struct plan *p, const char *key,
    size_t server_len);
void plan_vs_drop(struct plan_vs *vs);

/* The key by which the plan's map and the table of metrics have it, for the
 * caller to free: both halves may hold ':', no name holds a newline. */
char *plan_vs_key(const char *key, size_t server_len);

/* The virtual server as its server has it now. */
void plan_vs_put(struct plan_server *s, const struct server_vs *obj);
/* Its server has it no more. */
void plan_vs_remove(struct plan_vs *vs);
/* Works its state out anew, and says which others to. */
void plan_vs_update(struct plan_vs *vs);
const char *plan_vs_reason(const struct plan_vs *vs, char *text, size_t cap);

#endif
