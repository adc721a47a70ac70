/* gtmd/plan/plan_monitor.c - effective monitors, shared. See the header.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_monitor.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "gtmd/plan/plan_graph.h"
#include "monitors/monitor.h"

static struct monitor *
effective_of(const struct plan *p, const char *name)
{
	const struct draft *d = p->config.draft;
	const struct model *m;
	const struct object *o;

	if (d != NULL) {
		o = draft_find_words(d, "gtm monitor", name);
		return monitor_effective_draft(d, o);
	}
	m = store_model(p->config.store);
	o = model_find_words(m, "gtm monitor", name);
	return o != NULL ? monitor_effective(m, o) : NULL;
}

static void
release(struct monitor **pm)
{
	struct object *o = *pm != NULL ? &(*pm)->obj : NULL;

	*pm = NULL;
	object_unref(&o);
}

struct plan_monitor *
plan_monitor_get(struct plan *p, const char *name)
{
	struct plan_monitor *m = map_find(&p->monitors, name);

	if (m != NULL)
		return m;
	m = mem_zalloc(1, sizeof(*m));
	m->name = mem_strdup(name);
	m->effective = effective_of(p, name);
	list_init(&m->users);
	map_put(&p->monitors, m->name, m);
	return m;
}

void
plan_monitor_drop(struct plan *p, struct plan_monitor *m)
{
	if (!list_empty(&m->users))
		return;
	map_remove(&p->monitors, m->name);
	release(&m->effective);
	free(m->name);
	free(m);
}

static void
refresh(struct plan *p, struct plan_monitor *m)
{
	struct monitor *next = effective_of(p, m->name);

	if (next == NULL || (m->effective != NULL &&
	    object_equal(&m->effective->obj, &next->obj))) {
		release(&next);
		return;
	}
	release(&m->effective);
	m->effective = next;
	LIST_EACH(&m->users, it)
		plan_health_reopen(OBJ_OF(it, struct plan_probe, users));
}

void
plan_monitor_refresh(struct plan *p)
{
	struct plan_monitor *m;

	for (size_t at = 0; (m = map_next(&p->monitors, &at, NULL)) != NULL;)
		refresh(p, m);
}
