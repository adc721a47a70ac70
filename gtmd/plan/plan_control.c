/* gtmd/plan/plan_control.c - see plan_control.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_control.h"

#include <stdlib.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "core/model/prop.h"
#include "gtmd/plan/plan_graph.h"

/* Nothing in the graph hangs on them. */
static void
on_change(void *owner)
{
	(void)owner;
}

static struct plan_health *
open_one(struct plan *p, const char *target, const struct monrule *rule)
{
	const struct monrule *const rules[PLAN_HEALTH_RULES] = { rule };
	struct plan_health *h = mem_zalloc(1, sizeof(*h));
	struct addrport to = { .port = 0 };

	/* What is no pair is an address: it was checked. */
	if (addr_parse_port(target, &to) != 0)
		(void)addr_parse(target, &to.addr);
	plan_health_init(h, p, on_change, h);
	h->control = true;
	plan_health_set(h, &to, rules, NULL);
	return h;
}

/* New ones first, so that an instance that stays is not begun anew. */
void
plan_control_set(struct plan *p, const struct settings_general *g)
{
	struct plan_control was = p->control, *now = &p->control;
	char *monitor = g != NULL ? g->control_monitor : NULL;
	const struct monrule rule = { .kind = MONRULE_ALL,
	    .monitors = { .v = &monitor, .count = 1 } };

	*now = (struct plan_control){ .v = NULL };
	if (monitor != NULL && !p->config.apart && g->control_targets.count > 0) {
		now->v = mem_zalloc(g->control_targets.count, sizeof(*now->v));
		while (now->count < g->control_targets.count) {
			now->v[now->count] = open_one(p,
			    g->control_targets.v[now->count], &rule);
			now->count++;
		}
	}
	for (size_t i = 0; i < was.count; i++) {
		plan_health_fini(was.v[i]);
		free(was.v[i]);
	}
	free(was.v);
}
