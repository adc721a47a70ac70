/* gtmd/plan/plan.h - the running graph: from objects and health to decisions.
 *
 * Follows the store: each change of the configuration touches the nodes that
 * it names and what hangs on them, and nothing else. Follows health: a state
 * that changes goes from virtual server to members, pools, wide IPs and CNAME
 * members of other wide IPs. Each wide IP whose candidates changed gets a new
 * decision, published at once. All of it belongs to the control loop.
 *
 * Where F5 leaves it open: a state that no monitor knows is usable; a member
 * is what its virtual server (server's and own monitors) and its own monitors
 * (pool's and own) say together; verify-vs-availability yes does for every
 * pool what verify-member-availability enabled does for one.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_H
#define GTMD_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct draft;
struct measures;
struct geokeep;
struct model;
struct plan;
struct plan_force;
struct topology_table;
struct sched;
struct server;
struct status;
struct store;
struct store_change;
struct widetable;

/* All borrowed for the plan's life. */
struct plan_config {
	struct store	 *store;
	struct sched	 *sched;	/* where watches are opened */
	struct widetable *wides;	/* names are put here and removed */
	struct measures	 *metrics;	/* what was measured; NULL = nothing */
	struct geokeep	 *geo;		/* for topology; may be NULL */
	/* The server of the model that this process is; NULL = none. May be
	 * NULL. */
	const struct server *(*here)(const struct model *m);
	/* Something worth remembering over a restart has changed. May be
	 * NULL. */
	void		(*changed)(void *arg);
	void		 *arg;
	/* Of a plan apart (plan_apart.h), which nobody answers from: */
	bool		 apart;		/* what goes is freed at once */
	const struct draft *draft;	/* read in the place of the store */
	const struct plan_force *force;	/* may be NULL */
	const struct plan *live;	/* whose place it takes */
	/* An object ("pool-member …") went from one state to another, and why.
	 * May be NULL. */
	void		(*told)(void *arg, const char *object,
			    const struct status *was, const struct status *now,
			    const char *cause);
	void		 *told_arg;
};

/* An empty graph. free removes all names and decisions; it waits until no
 * reader holds one. */
struct plan *plan_new(const struct plan_config *c);
void plan_free(struct plan **pp);

/* Follows a commit or load; arg is the plan. For store_watch, the first load
 * included. */
void plan_on_change(void *arg, const struct store_change *changes,
    size_t count);

/* What a load has become true: its checks made this table, so that it need not be
 * made again. Takes *pt, which may be NULL; it is good until plan_withdraw, when
 * all changes of the load are known. */
void plan_offer(struct plan *p, struct topology_table **pt);
void plan_withdraw(struct plan *p);
/* The databases of plan_config.geo are others: with a change or a load that is the
 * model already, and before its changes are told, or plan_withdraw. */
void plan_on_geo(struct plan *p);

/* What it did since plan_new, and how much there is. */
struct plan_counts {
	uint64_t compiled;	/* decisions made */
	uint64_t updated;	/* nodes whose state was worked out */
	size_t	 servers, virtual_servers, pools, wides;
};

/* Fills out; costs nothing. */
void plan_counts(const struct plan *p, struct plan_counts *out);

#endif
