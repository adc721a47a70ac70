/* monitors/sched_recipe.c - see sched_recipe.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/sched_recipe.h"

#include <assert.h>

#include "core/model/object.h"
#include "monitors/monitor.h"
#include "monitors/probe.h"
#include "monitors/recipe.h"
#include "monitors/sched_inside.h"

struct recipe *
sched_recipe_find(struct sched *s, struct monitor *m)
{
	struct recipe *first = map_find(&s->recipes, m->obj.name), *r;
	size_t k = 0;

	for (r = first; r != NULL; r = r->next) {
		if (r->monitor == m || object_equal(&r->monitor->obj, &m->obj))
			return recipe_ref(r);
	}
	while (s->types[k] != NULL && s->types[k]->object != m->obj.type)
		k++;
	assert(s->types[k] != NULL);	/* each monitor type has its probe */
	r = recipe_new(m, s->types[k], s->engines[k]);
	r->next = first;
	(void)map_put(&s->recipes, m->obj.name, r);
	return r;
}

void
sched_recipe_drop(struct sched *s, struct recipe **pr)
{
	struct recipe *r = *pr, *at = map_find(&s->recipes, r->monitor->obj.name);

	if (r->refs != 1) {
		recipe_unref(pr);
		return;
	}
	if (at == r && r->next != NULL)
		(void)map_put(&s->recipes, r->monitor->obj.name, r->next);
	else if (at == r)
		(void)map_remove(&s->recipes, r->monitor->obj.name);
	for (; at != r; at = at->next) {
		if (at->next == r) {
			at->next = r->next;
			break;
		}
	}
	recipe_unref(pr);
}
