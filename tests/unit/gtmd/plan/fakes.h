/* tests/unit/gtmd/plan/fakes.h - stands in for the store and for the watches of
 * monitors, so that nothing is probed and no time passes: the test says what
 * is up. Defines store_model and watch_*: for one source file of a program.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_PLAN_FAKES_H
#define TESTS_UNIT_GTMD_PLAN_FAKES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "monitors/monitor.h"
#include "monitors/watch.h"
#include "tests/unit/gtmd/plan/graph.h"

/* ---- the store ---- */

const struct model *
store_model(const struct store *s)
{
	(void)s;
	return graph_model;
}

/* ---- watches ---- */

struct watch {
	struct list	 all;
	struct monitor	*monitor;
	struct addrport	 place;
	enum health_state state;
	bool		 news;		/* fn is still to be told */
	watch_fn	 fn;
	void		*arg;
};

static struct list watches = { &watches, &watches };

struct verdict {
	char		 where[400];
	enum health_state state;
};
static struct verdict verdicts[256];
static size_t verdict_count;

static void
where_of(const struct monitor *m, const struct addrport *place,
    char text[400])
{
	char addr[ADDR_TEXT_MAX];

	(void)snprintf(text, 400, "%s %s", strrchr(m->obj.name, '/') + 1,
	    addr_format_port(place, addr));
}

struct watch *
watch_open(struct sched *s, struct monitor *m, const struct addrport *vs,
    watch_fn fn, void *arg)
{
	struct watch *w = mem_zalloc(1, sizeof(*w));
	char where[400];

	(void)s;
	w->monitor = m;
	(void)object_ref(&m->obj);
	w->place = monitor_target(m, vs);
	w->fn = fn;
	w->arg = arg;
	where_of(m, &w->place, where);
	for (size_t i = 0; i < verdict_count; i++)
		if (strcmp(verdicts[i].where, where) == 0)
			w->state = verdicts[i].state;
	list_append(&watches, &w->all);
	return w;
}

static size_t fakes_controls;

struct watch *
watch_open_control(struct sched *s, struct monitor *m,
    const struct addrport *to, void *arg)
{
	fakes_controls++;
	return watch_open(s, m, to, NULL, arg);
}

void
watch_close(struct watch **wp)
{
	struct watch *w = *wp;
	struct object *o;

	*wp = NULL;
	if (w == NULL)
		return;
	o = &w->monitor->obj;
	object_unref(&o);
	list_remove(&w->all);
	free(w);
}

enum health_state
watch_state(const struct watch *w)
{
	return w->state;
}

#define FAKES_SINCE	1700000000

real_s
watch_since(const struct watch *w)
{
	(void)w;
	return FAKES_SINCE;
}

const char *
watch_reason(const struct watch *w, char *text, size_t cap)
{
	(void)snprintf(text, cap, " Monitor %s : %s", w->monitor->obj.name,
	    health_name(w->state));
	return text;
}

/* What shares a monitor and a place is one probe: the first watch of it has the
 * place on the board. */
uint32_t
watch_slot(const struct watch *w)
{
	uint32_t slot = 0;

	LIST_EACH(&watches, it) {
		const struct watch *other = OBJ_OF(it, struct watch, all);

		if (other->monitor == w->monitor &&
		    other->place.port == w->place.port &&
		    addr_equal(&other->place.addr, &w->place.addr))
			break;
		slot++;
	}
	return slot;
}

/* What any watch sees of its probes. */
static struct sight fakes_sight;

void
watch_look(const struct watch *w, struct watch_view *out)
{
	*out = (struct watch_view){ .monitor = w->monitor, .to = w->place,
	    .state = w->state, .since_s = FAKES_SINCE,
	    .next_ns = 7 * CLOCK_S, .sight = fakes_sight };
}

/* The state that a monitor ("http" for /Common/http) has at "address:port":
 * remembered for watches to come, told to those there are. */
static inline void
fakes_health(const char *monitor, const char *place, enum health_state s)
{
	char where[400], other[400];
	size_t i = 0;

	(void)snprintf(where, sizeof(where), "%s %s", monitor, place);
	while (i < verdict_count && strcmp(verdicts[i].where, where) != 0)
		i++;
	assert_true(i < OBJ_COUNT(verdicts));
	verdict_count = i == verdict_count ? i + 1 : verdict_count;
	memcpy(verdicts[i].where, where, sizeof(where));
	verdicts[i].state = s;
	LIST_EACH(&watches, it) {
		struct watch *w = OBJ_OF(it, struct watch, all);

		where_of(w->monitor, &w->place, other);
		w->news = strcmp(where, other) == 0 && w->state != s;
		w->state = w->news ? s : w->state;
	}
	/* All of them are of one instance: none has an old state by now. */
	LIST_EACH(&watches, it) {
		struct watch *w = OBJ_OF(it, struct watch, all);

		if (!w->news)
			continue;
		w->news = false;
		w->fn(w, w->arg);
	}
}

/* Watches open now of this monitor and place; and all there are. */
static inline size_t
fakes_watches(const char *monitor, const char *place)
{
	char where[400], other[400];
	size_t n = 0;

	(void)snprintf(where, sizeof(where), "%s %s", monitor, place);
	LIST_EACH(&watches, it) {
		struct watch *w = OBJ_OF(it, struct watch, all);

		where_of(w->monitor, &w->place, other);
		n += strcmp(where, other) == 0;
	}
	return n;
}

/* Nothing is known of any place. */
static inline void
fakes_forget(void)
{
	verdict_count = 0;
}

/* The interval of such a watch, 0 when there is none. */
static inline unsigned
fakes_interval(const char *monitor, const char *place)
{
	char where[400], other[400];

	(void)snprintf(where, sizeof(where), "%s %s", monitor, place);
	LIST_EACH(&watches, it) {
		struct watch *w = OBJ_OF(it, struct watch, all);

		where_of(w->monitor, &w->place, other);
		if (strcmp(where, other) == 0)
			return w->monitor->interval_s;
	}
	return 0;
}

static inline size_t
fakes_watches_all(void)
{
	size_t n = 0;

	LIST_EACH(&watches, it)
		n++;
	return n;
}

#endif
