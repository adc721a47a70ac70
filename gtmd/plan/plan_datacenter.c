/* gtmd/plan/plan_datacenter.c - data centers in the graph.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_datacenter.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_server.h"

struct plan_datacenter *
plan_datacenter_get(struct plan *p, const char *name)
{
	struct plan_datacenter *dc = map_find(&p->datacenters, name);

	if (dc != NULL)
		return dc;
	dc = mem_zalloc(1, sizeof(*dc));
	plan_node_init(&dc->node, p);
	dc->name = mem_strdup(name);
	dc->key = clientnet_key(name);
	list_init(&dc->servers);
	map_put(&p->datacenters, dc->name, dc);
	return dc;
}

void
plan_datacenter_drop(struct plan_datacenter *dc)
{
	if (dc->obj != NULL || !list_empty(&dc->servers))
		return;
	map_remove(&dc->node.plan->datacenters, dc->name);
	list_remove(&dc->node.touched);
	free(dc->name);
	free(dc);
}

static void
set_status(struct plan_datacenter *dc, const struct status *now)
{
	struct status was = dc->node.status;
	char object[PLAN_LABEL_MAX], why[PLAN_REASON_MAX];

	if (!plan_node_set(&dc->node, now))
		return;
	(void)snprintf(object, sizeof(object), "datacenter %s", dc->name);
	plan_node_log(&dc->node, object, &was,
	    plan_datacenter_reason(dc, why, sizeof(why)));
}

void
plan_datacenter_put(struct plan_datacenter *dc, const struct datacenter *obj)
{
	struct status now = dc->node.status;

	PLAN_HOLD(dc->obj, obj);
	if (obj == NULL) {
		plan_datacenter_drop(dc);
		return;
	}
	now.enabled = obj->enabled ? STATUS_ENABLED : STATUS_DISABLED;
	set_status(dc, &now);
	LIST_EACH(&dc->servers, it)
		plan_server_inherit(OBJ_OF(it, struct plan_server, siblings));
	plan_node_touch(&dc->node, &dc->node.plan->touched_datacenters);
}

void
plan_datacenter_update(struct plan_datacenter *dc)
{
	struct status now = { .enabled = dc->node.status.enabled,
	    .availability = status_of_census(&dc->census) };

	set_status(dc, &now);
}

const char *
plan_datacenter_reason(const struct plan_datacenter *dc, char *text,
    size_t cap)
{
	switch (dc->node.status.availability) {
	case STATUS_AVAILABLE:
		(void)snprintf(text, cap, "Available");
		break;
	case STATUS_UNKNOWN:
		(void)snprintf(text, cap, list_empty(&dc->servers) ?
		    "No servers" : "Checking");
		break;
	case STATUS_UNAVAILABLE:
	case STATUS_OFFLINE:
	case STATUS_AVAILABILITIES:
		(void)snprintf(text, cap, "No enabled server available");
		break;
	}
	return text;
}
