/* monitors/probeserve.c - see probeserve.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probeserve.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/list.h"
#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/draft.h"
#include "core/model/tmos_bind.h"
#include "core/model/type.h"
#include "monitors/board.h"
#include "monitors/gaugeserve.h"
#include "monitors/instance.h"
#include "monitors/monitor.h"
#include "monitors/probepipe.h"
#include "monitors/probewire.h"
#include "monitors/recipe.h"
#include "monitors/sched.h"
#include "monitors/sched_states.h"
#include "monitors/sightboard.h"
#include "monitors/watch.h"

#define COUNTS_MS	1000	/* between two messages of counters, */
#define COUNTS_NEWS_MS	10	/* and after news */
#define NUMBER_TEXT	12

/* One place that we were asked to watch. */
struct target {
	uint64_t	 token;
	struct watch	*watch;
	struct list	 unsaid;	/* while there is news */
	struct probereport said;
};

struct probeserve {
	unsigned	 magic;
#define PROBESERVE_MAGIC 0x9e0be5e0u
	struct loop	*loop;
	struct schema	 schema;
	struct board	*board;
	struct sched	*sched;
	struct sightboard *sights;
	struct probepipe pipe;
	struct loop_timer counts, counts_soon;
	struct map	 monitors;	/* number as text -> effective monitor */
	struct target	**targets;	/* by slot; NULL = none */
	size_t		 target_room;
	struct list	 unsaid;
	struct gaugeserve *gauges;
};

/* ---- telling ---- */

/* Fills the buffer with news. What waits is a place, not a message, so that a
 * peer who is slow to read gets less and newer news. */
static void
fill(struct probeserve *s)
{
	while (s->pipe.out.len < PROBEPIPE_READ_MAX && !list_empty(&s->unsaid)) {
		struct target *t = OBJ_OF(s->unsaid.next, struct target, unsaid);

		list_remove(&t->unsaid);
		instance_report(t->watch->instance, &t->said);
		probewire_put_report(&s->pipe.out, t->token, &t->said);
	}
}

static void
flush(struct probeserve *s)
{
	do {
		if (s->pipe.out.len == 0)
			fill(s);
	} while (s->pipe.out.len > 0 && probepipe_write(&s->pipe));
	probepipe_mind(&s->pipe);
}

/* A streak that may change the state, if it goes on. */
static bool
is_leading(const struct health *was, const struct health *h)
{
	return (h->state != HEALTH_DOWN && was->bad != h->bad) ||
	    (h->state != HEALTH_UP && was->good != h->good);
}

/* Would anybody see a difference, or the next prober miss it? */
static bool
is_news(const struct probereport *was, const struct instance *i)
{
	return is_leading(&was->health, &i->health) ||
	    was->health.state != i->health.state ||
	    was->health.found != i->health.found || was->newest != i->newest ||
	    was->cause.outcome != i->cause.outcome ||
	    was->cause.code != i->cause.code ||
	    was->cause.sys_errno != i->cause.sys_errno ||
	    was->cause.status != i->cause.status ||
	    was->expiring != i->expiring || was->days_left != i->days_left ||
	    !addr_equal(&was->from, &i->from);
}

/* For whoever looks. */
static void
show(struct probeserve *s, const struct target *t, const struct instance *i)
{
	struct sightboard_entry en = { .token = t->token, .sight = i->sight };

	if (loop_timer_running(&i->next_start))
		en.next_ns = loop_timer_due(&i->next_start);
	sightboard_write(s->sights, &en);
}

static void
on_heard(void *arg, struct instance *i)
{
	struct probeserve *s = arg;
	bool news = false;

	LIST_EACH(&i->watches, n) {
		struct target *t = OBJ_OF(n, struct watch, node)->arg;

		show(s, t, i);
		if (!list_empty(&t->unsaid) || !is_news(&t->said, i))
			continue;
		list_append(&s->unsaid, &t->unsaid);
		news = true;
	}
	if (!news)
		return;
	flush(s);
	if (!loop_timer_running(&s->counts_soon))
		loop_timer_start(&s->counts_soon, COUNTS_NEWS_MS, 0);
}

static void
on_doubt(void *arg)
{
	struct probeserve *s = arg;

	if (!loop_timer_running(&s->counts_soon))
		loop_timer_start(&s->counts_soon, COUNTS_NEWS_MS, 0);
}

static void
on_counts(struct loop_timer *timer, void *arg)
{
	struct probeserve *s = arg;
	struct probewire_counts c = { 0 };
	struct sched_stats st;

	(void)timer;
	if (s->pipe.out.len > PROBEPIPE_READ_MAX)
		return;
	sched_stats(s->sched, &st);
	c.started = st.started;
	c.late_us_max = st.late_us_max;
	c.in_flight = (uint32_t)st.in_flight;
	c.waiting = (uint32_t)st.waiting;
	c.doubt = st.doubt;
	c.rows = (struct probestat *)(uintptr_t)sched_probestats(s->sched,
	    &c.row_count);
	probewire_put_counts(&s->pipe.out, &c);
	flush(s);
}

/* ---- being told ---- */

static void
drop_target(struct probeserve *s, struct target *t)
{
	s->targets[(uint32_t)t->token] = NULL;
	list_remove(&t->unsaid);
	watch_close(&t->watch);
	free(t);
}

/* The target of a token, or NULL when there is none or its slot has got
 * another one. */
static struct target *
find_target(const struct probeserve *s, uint64_t token)
{
	const uint32_t slot = (uint32_t)token;
	struct target *t = slot < s->target_room ? s->targets[slot] : NULL;

	return t != NULL && t->token == token ? t : NULL;
}

/* The object that a stanza describes, with a reference; NULL when it does
 * not. */
static struct object *
read_monitor(struct probeserve *s, const struct probewire_monitor *m)
{
	const struct diag_pos pos = { .file = "monitor", .line = 1 };
	const struct type *type = schema_find(&s->schema, m->words);
	struct draft *d = draft_new(&s->schema, NULL);
	struct object *o = NULL;
	struct diag out;
	struct tmos_bind b = { .schema = &s->schema, .out = &out };

	diag_init(&out);
	if (type != NULL && tmos_bind_text(&b, d, m->text, m->text_len,
	    &pos) == 0)
		o = draft_edit(d, type, m->name);
	if (o != NULL)
		(void)object_ref(o);
	log_diag("prober", &out);
	diag_fini(&out);
	draft_free(&d);
	return o;
}

static bool
on_monitor(struct probeserve *s, const struct probewire_frame *f)
{
	struct probewire_monitor m;
	char key[NUMBER_TEXT];
	struct object *o, *was;

	if (!probewire_get_monitor(f, &m) || (o = read_monitor(s, &m)) == NULL)
		return false;
	(void)snprintf(key, sizeof(key), "%u", m.number);
	was = map_put(&s->monitors, key, o);
	object_unref(&was);
	return true;
}

static bool
on_forget(struct probeserve *s, const struct probewire_frame *f)
{
	char key[NUMBER_TEXT];
	struct object *o;
	uint32_t number;

	if (!probewire_get_forget(f, &number))
		return false;
	(void)snprintf(key, sizeof(key), "%u", number);
	o = map_remove(&s->monitors, key);
	object_unref(&o);
	return true;
}

/* Where the prober before left off, if there was one. */
static void
resume(struct probeserve *s, struct target *t, const struct probereport *known)
{
	struct instance *i = t->watch->instance;
	struct sightboard_entry en;

	if (i->sight.results == 0 &&
	    sightboard_read(s->sights, t->token, &en))
		i->sight = en.sight;
	instance_resume(i, known, loop_clock(s->loop));
}

static bool
on_join(struct probeserve *s, const struct probewire_frame *f)
{
	struct probewire_join j;
	struct monitor *m;
	struct target *t;
	char key[NUMBER_TEXT];
	uint32_t slot;

	if (!probewire_get_join(f, &j))
		return false;
	(void)snprintf(key, sizeof(key), "%u", j.monitor);
	m = map_find(&s->monitors, key);
	slot = (uint32_t)j.token;
	if (m == NULL || (slot < s->target_room && s->targets[slot] != NULL))
		return false;
	while (slot >= s->target_room) {
		size_t had = s->target_room;

		s->targets = mem_grow(s->targets, &s->target_room, had + 1,
		    sizeof(*s->targets));
		memset(s->targets + had, 0, (s->target_room - had) *
		    sizeof(struct target *));
	}
	t = mem_zalloc(1, sizeof(*t));
	t->token = j.token;
	t->said = j.known;
	list_init(&t->unsaid);
	s->targets[slot] = t;
	sched_states_seed(s->sched, m->obj.name, &j.to, j.known.health.state);
	t->watch = j.control ? watch_open_control(s->sched, m, &j.to, t) :
	    watch_open(s->sched, m, &j.to, NULL, t);
	resume(s, t, &j.known);
	on_heard(s, t->watch->instance);	/* it may know more by now */
	return true;
}

static bool
on_leave(struct probeserve *s, const struct probewire_frame *f)
{
	struct target *t;
	uint64_t token;

	if (!probewire_get_leave(f, &token) ||
	    (t = find_target(s, token)) == NULL)
		return false;
	drop_target(s, t);
	return true;
}

static bool
on_recall(struct probeserve *s, const struct probewire_frame *f)
{
	struct instance *i;
	enum health_state state;
	struct target *t;
	uint64_t token;

	if (!probewire_get_recall(f, &token, &state) ||
	    (t = find_target(s, token)) == NULL)
		return false;
	i = t->watch->instance;
	sched_states_recall(s->sched, i->recipe->monitor->obj.name, &i->to, state);
	t->said.health.state = t->said.health.found = state;
	return true;
}

static bool
on_frame(void *arg, const struct probewire_frame *f)
{
	struct probeserve *s = arg;

	switch (f->kind) {
	case PROBEWIRE_MONITOR:
		return on_monitor(s, f);
	case PROBEWIRE_FORGET:
		return on_forget(s, f);
	case PROBEWIRE_JOIN:
		return on_join(s, f);
	case PROBEWIRE_LEAVE:
		return on_leave(s, f);
	case PROBEWIRE_RECALL:
		return on_recall(s, f);
	case PROBEWIRE_GAUGE:
		return gaugeserve_hear(s->gauges, f->body, f->len);
	case PROBEWIRE_REPORT:
	case PROBEWIRE_COUNTS:
		return false;
	}
	return false;
}

static void
on_io(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct probeserve *s = arg;

	(void)io;
	(void)fd;
	if (events & LOOP_WRITE)
		flush(s);
	if ((events & LOOP_READ) == 0)
		return;
	switch (probepipe_read(&s->pipe, on_frame, s)) {
	case PROBEPIPE_OPEN:
		break;
	case PROBEPIPE_BAD:
		log_at(LOG_ERROR, "prober", "-", "bad-frame", "%s", "");
		loop_stop(s->loop);
		break;
	case PROBEPIPE_ENDED:
		loop_stop(s->loop);
		break;
	}
}

/* ---- pages of numbers ---- */

static struct object *
on_gauge_monitor(void *arg, unsigned number)
{
	const struct probeserve *s = arg;
	char key[NUMBER_TEXT];

	(void)snprintf(key, sizeof(key), "%u", number);
	return map_find(&s->monitors, key);
}

static void
on_gauge_flush(void *arg)
{
	struct probeserve *s = arg;

	OBJ_CHECK(s, PROBESERVE_MAGIC);
	flush(s);
}

static int
open_gauges(struct probeserve *s, struct err *e)
{
	const struct gaugeserve_config c = { .loop = s->loop, .out = &s->pipe.out,
	    .monitor = on_gauge_monitor, .flush = on_gauge_flush, .arg = s };

	s->gauges = gaugeserve_new(&c, e);
	return s->gauges != NULL ? 0 : e->code;
}

/* ---- life ---- */

struct probeserve *
probeserve_new(const struct probeserve_config *c, struct err *e)
{
	struct probeserve *s = mem_zalloc(1, sizeof(*s));
	const struct sched_config sc = {
		.loop = c->loop, .board = s->board = board_new(),
		.types = c->probes, .heard = on_heard, .heard_arg = s,
		.doubt = on_doubt, .doubt_arg = s,
	};

	s->magic = PROBESERVE_MAGIC;
	s->loop = c->loop;
	s->schema.types = c->monitors;
	s->sights = c->sights;
	list_init(&s->unsaid);
	probepipe_init(&s->pipe);
	loop_timer_init(&s->counts, c->loop, on_counts, s);
	loop_timer_init(&s->counts_soon, c->loop, on_counts, s);
	s->sched = sched_new(&sc, e);
	if (s->sched != NULL && open_gauges(s, e) == 0 &&
	    probepipe_open(&s->pipe, c->loop, c->fd, on_io, s) == -1)
		(void)err_set(e, ERR_IO, "prober: %s", strerror(errno));
	if (s->pipe.fd == -1) {
		probeserve_free(&s);
		return NULL;
	}
	loop_timer_start(&s->counts, COUNTS_MS, COUNTS_MS);
	return s;
}

void
probeserve_free(struct probeserve **ps)
{
	struct probeserve *s = *ps;
	struct object *o;
	size_t at = 0;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, PROBESERVE_MAGIC);
	loop_timer_stop(&s->counts);
	loop_timer_stop(&s->counts_soon);
	probepipe_close(&s->pipe);
	for (size_t i = 0; i < s->target_room; i++)
		if (s->targets[i] != NULL)
			drop_target(s, s->targets[i]);
	free(s->targets);
	while ((o = map_next(&s->monitors, &at, NULL)) != NULL)
		object_unref(&o);
	map_fini(&s->monitors);
	gaugeserve_free(&s->gauges);
	sched_free(&s->sched);
	board_free(&s->board);
	probepipe_fini(&s->pipe);
	s->magic = 0;
	free(s);
}
