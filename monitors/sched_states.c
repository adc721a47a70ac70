/* monitors/sched_states.c - see sched_states.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/sched_states.h"

#include "core/base/obj.h"
#include "monitors/instance.h"
#include "monitors/lastknown.h"
#include "monitors/monitor.h"
#include "monitors/recipe.h"
#include "monitors/sched_inside.h"
#include "monitors/sched_instance.h"

static enum health_state seed_values[] = {
	HEALTH_UNKNOWN, HEALTH_UP, HEALTH_DOWN
};

void
sched_states_forget(struct sched *s)
{
	OBJ_CHECK(s, SCHED_MAGIC);
	map_fini(&s->seeds);
	map_init(&s->seeds);
	if (s->last != NULL)
		lastknown_forget(s->last);
}

void
sched_states_keep(struct sched *s, struct lastknown *last)
{
	struct instance *i;
	size_t at = 0;

	OBJ_CHECK(s, SCHED_MAGIC);
	s->last = last;
	while ((i = map_next(&s->instances, &at, NULL)) != NULL)
		for (; i != NULL; i = i->next)
			if (!i->is_control)
				instance_keep(i, last);
}

void
sched_states_seed(struct sched *s, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	char name[SCHED_INSTANCE_NAME];

	sched_instance_name(name, monitor, to);
	(void)map_put(&s->seeds, name, &seed_values[state]);
}

static struct instance *
find_otherwise(const struct sched *s, const char *name,
    enum health_state state)
{
	struct instance *i = map_find(&s->instances, name);

	while (i != NULL && i->health.state == state)
		i = i->next;
	return i;
}

void
sched_states_recall(struct sched *s, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	char name[SCHED_INSTANCE_NAME];
	struct instance *i;

	sched_instance_name(name, monitor, to);
	/* A watch that is told may close others: none is remembered. */
	while ((i = find_otherwise(s, name, state)) != NULL) {
		i->refs++;
		instance_recall(i, state, loop_clock(s->loop));
		if (s->afar != NULL)
			s->afar->recall(s->afar_arg, i);
		else if (instance_can_be_asked(i))
			sched_set_deadline(i);
		sched_leave(&i);
	}
}

void
sched_states_each(const struct sched *s, sched_states_fn fn, void *arg)
{
	struct instance *i;
	size_t at = 0;

	while ((i = map_next(&s->instances, &at, NULL)) != NULL) {
		if (i->health.state != HEALTH_UNKNOWN && !i->is_control)
			fn(arg, i->recipe->monitor->obj.name, &i->to,
			    i->health.state);
	}
}
