/* gtmd/plan/plan_node.c - what all nodes of the graph do: wait to be worked out,
 * have a state, and tell when it changes. See plan_graph.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_graph.h"

#include "core/base/list.h"
#include "core/base/log.h"

void
plan_node_init(struct plan_node *n, struct plan *p)
{
	n->plan = p;
	n->born = (uint32_t)p->serial;
	list_init(&n->touched);
}

void
plan_node_touch(struct plan_node *n, struct list *queue)
{
	if (list_empty(&n->touched))
		list_append(queue, &n->touched);
}

bool
plan_node_set(struct plan_node *n, const struct status *now)
{
	if (n->status.availability == now->availability &&
	    n->status.enabled == now->enabled)
		return false;
	n->status = *now;
	return true;
}

void
plan_node_log(const struct plan_node *n, const char *object,
    const struct status *was, const char *cause)
{
	char quoted[2 * PLAN_REASON_MAX];

	if (n->born == (uint32_t)n->plan->serial)
		return;
	if (n->plan->config.told != NULL)
		n->plan->config.told(n->plan->config.told_arg, object, was,
		    &n->status, cause);
	if (was->availability != n->status.availability)
		log_at(LOG_NOTICE, "gtm", object, "state",
		    "from=%s to=%s cause=%s",
		    status_availability_name(was->availability),
		    status_availability_name(n->status.availability),
		    log_quote(cause, quoted, sizeof(quoted)));
	if (was->enabled != n->status.enabled)
		log_at(LOG_NOTICE, "gtm", object, "enabled-state",
		    "from=%s to=%s", status_enabled_name(was->enabled),
		    status_enabled_name(n->status.enabled));
}
