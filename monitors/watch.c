/* monitors/watch.c - the face of monitoring; see watch.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/watch.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "monitors/instance.h"
#include "monitors/monitor.h"
#include "monitors/recipe.h"
#include "monitors/sched.h"

static struct watch *
open_watch(struct sched *s, struct monitor *m, const struct addrport *vs,
    bool control)
{
	struct addrport to = monitor_target(m, vs);
	struct watch *w = mem_zalloc(1, sizeof(*w));

	w->magic = WATCH_MAGIC;
	w->instance = sched_join(s, m, &to, control);
	list_append(&w->instance->watches, &w->node);
	return w;
}

struct watch *
watch_open(struct sched *s, struct monitor *m, const struct addrport *vs,
    watch_fn fn, void *arg)
{
	struct watch *w = open_watch(s, m, vs, false);

	w->fn = fn;
	w->arg = arg;
	return w;
}

struct watch *
watch_open_control(struct sched *s, struct monitor *m,
    const struct addrport *to, void *arg)
{
	struct watch *w = open_watch(s, m, to, true);

	w->arg = arg;
	return w;
}

void
watch_close(struct watch **wp)
{
	struct watch *w = *wp;

	*wp = NULL;
	if (w == NULL)
		return;
	OBJ_CHECK(w, WATCH_MAGIC);
	list_remove(&w->node);
	sched_leave(&w->instance);
	w->magic = 0;
	free(w);
}

enum health_state
watch_state(const struct watch *w)
{
	OBJ_CHECK(w, WATCH_MAGIC);
	return w->instance->health.state;
}

uint32_t
watch_slot(const struct watch *w)
{
	OBJ_CHECK(w, WATCH_MAGIC);
	return w->instance->slot;
}

real_s
watch_since(const struct watch *w)
{
	OBJ_CHECK(w, WATCH_MAGIC);
	return w->instance->since_s;
}

void
watch_look(const struct watch *w, struct watch_view *out)
{
	const struct instance *i = w->instance;
	struct sched_look look;

	OBJ_CHECK(w, WATCH_MAGIC);
	sched_look(i, &look);
	*out = (struct watch_view){
		.monitor = i->recipe->monitor, .to = i->to,
		.state = i->health.state, .since_s = i->since_s,
		.control = i->is_control,
		.probing = look.probing, .next_ns = look.next_ns,
		.sight = look.sight,
		.held = health_is_held(&i->health),
		.flap_penalty = damp_penalty(&i->health.damp,
		    &i->recipe->policy.damp, clock_mono(i->clock)),
	};
}

const char *
watch_reason(const struct watch *w, char *text, size_t cap)
{
	OBJ_CHECK(w, WATCH_MAGIC);
	return instance_reason(w->instance, text, cap);
}
