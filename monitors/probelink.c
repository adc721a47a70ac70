/* monitors/probelink.c - see probelink.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probelink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/tmos_write.h"
#include "core/model/type.h"
#include "monitors/board.h"
#include "monitors/instance.h"
#include "monitors/monitor.h"
#include "monitors/probepipe.h"
#include "monitors/probewire.h"
#include "monitors/recipe.h"
#include "monitors/sched.h"
#include "monitors/sightboard.h"

#define UNREAD_MAX	(UINT32_C(256) << 20)	/* then it does not read at all */
#define AGAIN_MS	100	/* first pause before another start; */
#define AGAIN_MAX_MS	10000	/* doubled up to this */
#define STEADY_NS	(10 * CLOCK_S)	/* lived so long: the pause is short again */
#define PULSE_MS	1000
#define SILENT_MAX	15	/* pulses; it says something each second */
#define END_TEXT	64

_Static_assert(BOARD_SLOTS_MAX <= PROBEWIRE_SLOTS_MAX, "slots are told");

struct probelink {
	unsigned	 magic;
#define PROBELINK_MAGIC	0x9e0be11eu
	struct loop	*loop;
	struct sched	*sched;
	struct probelink_child child;
	const struct sightboard *sights;	/* borrowed */
	struct probepipe pipe;		/* closed: there is no child */
	bool		 posted;	/* a flush comes */
	struct instance	**instances;	/* by slot; NULL = none */
	size_t		 instance_room;
	uint32_t	 turn, number;	/* last ones given */
	struct loop_timer pulse, again;
	unsigned	 silent;	/* pulses without a word */
	mono_ns		 start_ns;
	uint64_t	 pause_ms;
	/* What all children before counted, and what this one does. */
	struct sched_stats was, now;
	struct probestat *was_rows, *now_rows, *sum_rows;
	size_t		 row_count;
	struct probelink_guest guest;	/* hear NULL = none */
};

static void lose(struct probelink *l, const char *why);

/* ---- telling ---- */

static void
flush(void *arg)
{
	struct probelink *l = arg;

	OBJ_CHECK(l, PROBELINK_MAGIC);
	l->posted = false;
	if (l->pipe.fd == -1)
		return;
	(void)probepipe_write(&l->pipe);
	probepipe_mind(&l->pipe);
}

/* Whatever this turn of the loop has to say goes at once. */
static void
flush_soon(struct probelink *l)
{
	if (l->posted)
		return;
	l->posted = true;
	loop_post(l->loop, flush, l);
}

uint32_t
probelink_say_monitor(struct probelink *l, const struct object *o)
{
	struct probewire_monitor m = { .words = o->type->words,
	    .name = o->name, .number = ++l->number };
	struct strbuf text;

	strbuf_init(&text);
	tmos_write_object(&text, o, true);
	m.text = text.text;
	m.text_len = text.len;
	probewire_put_monitor(&l->pipe.out, &m);
	strbuf_fini(&text);
	return m.number;
}

static void
say_join(struct probelink *l, struct instance *i)
{
	struct probewire_join j = { .token = i->token, .to = i->to,
	    .control = i->is_control };

	instance_report(i, &j.known);
	if (i->recipe->users++ == 0)
		i->recipe->number = probelink_say_monitor(l,
		    &i->recipe->monitor->obj);
	j.monitor = i->recipe->number;
	probewire_put_join(&l->pipe.out, &j);
	flush_soon(l);
}

/* ---- the scheduler's side ---- */

static void
on_join(void *arg, struct instance *i)
{
	struct probelink *l = arg;
	size_t had = l->instance_room;

	OBJ_CHECK(l, PROBELINK_MAGIC);
	if (i->slot >= had) {
		l->instances = mem_grow(l->instances, &l->instance_room,
		    i->slot + 1, sizeof(struct instance *));
		memset(l->instances + had, 0, (l->instance_room - had) *
		    sizeof(struct instance *));
	}
	l->instances[i->slot] = i;
	i->token = (uint64_t)++l->turn << 32 | i->slot;
	if (l->pipe.fd != -1)
		say_join(l, i);
}

static void
on_leave(void *arg, struct instance *i)
{
	struct probelink *l = arg;

	OBJ_CHECK(l, PROBELINK_MAGIC);
	l->instances[i->slot] = NULL;
	if (l->pipe.fd == -1)
		return;
	probewire_put_leave(&l->pipe.out, i->token);
	if (--i->recipe->users == 0)
		probewire_put_forget(&l->pipe.out, i->recipe->number);
	flush_soon(l);
}

static void
on_recall(void *arg, struct instance *i)
{
	struct probelink *l = arg;

	OBJ_CHECK(l, PROBELINK_MAGIC);
	if (l->pipe.fd == -1)
		return;
	probewire_put_recall(&l->pipe.out, i->token, i->health.state);
	flush_soon(l);
}

static bool
on_look(void *arg, const struct instance *i, struct sched_look *out)
{
	const struct probelink *l = arg;
	struct sightboard_entry en;

	OBJ_CHECK(l, PROBELINK_MAGIC);
	if (!sightboard_read(l->sights, i->token, &en))
		return false;
	*out = (struct sched_look){ .sight = en.sight, .next_ns = en.next_ns,
	    .probing = en.next_ns != 0 && l->pipe.fd != -1 &&
	    en.next_ns <= loop_now_ns(l->loop) };
	return true;
}

const struct sched_afar probelink_afar = {
	on_join, on_leave, on_recall, on_look
};

/* ---- counts ---- */

static void
add_histogram(struct histogram *to, const struct histogram *h)
{
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		to->n[i] += h->n[i];
	to->sum_us += h->sum_us;
}

static void
add_row(struct probestat *to, const struct probestat *p)
{
	to->started += p->started;
	for (size_t i = 0; i < PROBESTAT_CODES; i++)
		to->results[i] += p->results[i];
	add_histogram(&to->duration, &p->duration);
	add_histogram(&to->delay, &p->delay);
}

/* Counters of all children together. */
static void
publish_counts(struct probelink *l)
{
	struct sched_stats sum = l->now;

	if (l->sched == NULL)
		return;
	sum.started += l->was.started;
	sum.restarts = l->was.restarts;
	sum.doubt.withheld += l->was.doubt.withheld;
	if (l->was.late_us_max > sum.late_us_max)
		sum.late_us_max = l->was.late_us_max;
	for (size_t k = 0; k < l->row_count; k++) {
		l->sum_rows[k] = l->was_rows[k];
		add_row(&l->sum_rows[k], &l->now_rows[k]);
	}
	sched_count(l->sched, &sum, l->sum_rows);
}

/* The child's counters end with it, what it had in hand as well. */
static void
bury_counts(struct probelink *l)
{
	l->was.started += l->now.started;
	l->was.doubt.withheld += l->now.doubt.withheld;
	if (l->now.late_us_max > l->was.late_us_max)
		l->was.late_us_max = l->now.late_us_max;
	l->now = (struct sched_stats){ 0 };
	for (size_t k = 0; k < l->row_count; k++) {
		add_row(&l->was_rows[k], &l->now_rows[k]);
		l->now_rows[k] = (struct probestat){ 0 };
	}
	publish_counts(l);
}

static bool
hear_counts(struct probelink *l, const struct probewire_frame *f)
{
	struct probewire_counts c = { .row_count = l->row_count,
	    .rows = l->now_rows };

	if (l->sched == NULL || !probewire_get_counts(f, &c))
		return false;
	l->now = (struct sched_stats){
		.started = c.started, .late_us_max = c.late_us_max,
		.in_flight = c.in_flight, .waiting = c.waiting,
		.doubt = c.doubt,
	};
	publish_counts(l);
	return true;
}

/* ---- being told ---- */

static bool
hear_report(struct probelink *l, const struct probewire_frame *f)
{
	struct probereport r;
	struct instance *i;
	uint64_t token;

	if (!probewire_get_report(f, &token, &r))
		return false;
	i = (uint32_t)token < l->instance_room ?
	    l->instances[(uint32_t)token] : NULL;
	if (i == NULL || i->token != token)
		return true;		/* it has left meanwhile */
	i->refs++;
	instance_hear(i, &r, loop_clock(l->loop));
	sched_leave(&i);
	return true;
}

static bool
hear_frame(void *arg, const struct probewire_frame *f)
{
	struct probelink *l = arg;

	l->silent = 0;
	switch (f->kind) {
	case PROBEWIRE_REPORT:
		return hear_report(l, f);
	case PROBEWIRE_COUNTS:
		return hear_counts(l, f);
	case PROBEWIRE_GAUGE:
		return l->guest.hear != NULL &&
		    l->guest.hear(l->guest.arg, f->body, f->len);
	case PROBEWIRE_MONITOR:
	case PROBEWIRE_FORGET:
	case PROBEWIRE_JOIN:
	case PROBEWIRE_LEAVE:
	case PROBEWIRE_RECALL:
		return false;
	}
	return false;
}

static void
on_io(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct probelink *l = arg;

	(void)io;
	(void)fd;
	if (events & LOOP_WRITE)
		flush(l);
	if ((events & LOOP_READ) == 0)
		return;
	switch (probepipe_read(&l->pipe, hear_frame, l)) {
	case PROBEPIPE_OPEN:
		break;
	case PROBEPIPE_ENDED:
		lose(l, "ended");
		break;
	case PROBEPIPE_BAD:
		lose(l, "bad-frame");
		break;
	}
}

/* ---- the child ---- */

/* It is told all there is, with what is known. */
static void
tell_all(struct probelink *l)
{
	for (size_t k = 0; k < l->instance_room; k++)
		if (l->instances[k] != NULL)
			l->instances[k]->recipe->users = 0;
	for (size_t k = 0; k < l->instance_room; k++)
		if (l->instances[k] != NULL)
			say_join(l, l->instances[k]);
	if (l->guest.begin != NULL)
		l->guest.begin(l->guest.arg);
}

/* 0, or not, with the sentence in e and no child. */
static int
start(struct probelink *l, struct err *e)
{
	char text[END_TEXT];
	int fd = l->child.start(l->child.arg, e);

	if (fd < 0)
		return fd;
	if (probepipe_open(&l->pipe, l->loop, fd, on_io, l) == -1) {
		(void)err_set(e, ERR_IO, "prober: %s", strerror(errno));
		(void)l->child.end(l->child.arg, text, sizeof(text));
		return ERR_IO;
	}
	l->silent = 0;
	l->start_ns = loop_now_ns(l->loop);
	loop_timer_start(&l->pulse, PULSE_MS, PULSE_MS);
	tell_all(l);
	return 0;
}

static void
plan_start(struct probelink *l)
{
	loop_timer_start(&l->again, l->pause_ms, 0);
	l->pause_ms = l->pause_ms * 2 < AGAIN_MAX_MS ? l->pause_ms * 2 :
	    AGAIN_MAX_MS;
}

static void
on_again(struct loop_timer *timer, void *arg)
{
	struct probelink *l = arg;
	char quoted[ERR_TEXT_MAX];
	struct err e = { 0 };

	(void)timer;
	OBJ_CHECK(l, PROBELINK_MAGIC);
	if (start(l, &e) == 0) {
		log_at(LOG_NOTICE, "gtmd", "prober", "restarted", "%s", "");
		return;
	}
	log_at(LOG_ERROR, "gtmd", "prober", "not-started", "cause=%s",
	    log_quote(e.text, quoted, sizeof(quoted)));
	plan_start(l);
}

static void
hang_up(struct probelink *l, char *text, size_t cap)
{
	loop_timer_stop(&l->pulse);
	probepipe_close(&l->pipe);
	(void)l->child.end(l->child.arg, text, cap);
	bury_counts(l);
}

/* States stay; another child is started soon, later and later when they end
 * young. */
static void
lose(struct probelink *l, const char *why)
{
	char text[END_TEXT];

	if (loop_now_ns(l->loop) - l->start_ns > STEADY_NS)
		l->pause_ms = AGAIN_MS;
	l->was.restarts++;
	hang_up(l, text, sizeof(text));
	log_at(LOG_ERROR, "gtmd", "prober", why, "%s again_ms=%llu "
	    "states=kept", text, (unsigned long long)l->pause_ms);
	plan_start(l);
}

static void
on_pulse(struct loop_timer *timer, void *arg)
{
	struct probelink *l = arg;

	(void)timer;
	OBJ_CHECK(l, PROBELINK_MAGIC);
	if (++l->silent > SILENT_MAX || l->pipe.out.len > UNREAD_MAX)
		lose(l, "hangs");
}

/* ---- life ---- */

struct probelink *
probelink_new(struct loop *loop, const struct probelink_child *child,
    const struct sightboard *sights, struct err *e)
{
	struct probelink *l = mem_zalloc(1, sizeof(*l));

	l->magic = PROBELINK_MAGIC;
	l->loop = loop;
	l->child = *child;
	l->sights = sights;
	l->pause_ms = AGAIN_MS;
	probepipe_init(&l->pipe);
	loop_timer_init(&l->pulse, loop, on_pulse, l);
	loop_timer_init(&l->again, loop, on_again, l);
	if (start(l, e) != 0)
		probelink_free(&l);
	return l;
}

void
probelink_serve(struct probelink *l, struct sched *s)
{
	OBJ_CHECK(l, PROBELINK_MAGIC);
	l->sched = s;
	(void)sched_probestats(s, &l->row_count);
	l->was_rows = mem_zalloc(l->row_count + 1, sizeof(*l->was_rows));
	l->now_rows = mem_zalloc(l->row_count + 1, sizeof(*l->now_rows));
	l->sum_rows = mem_zalloc(l->row_count + 1, sizeof(*l->sum_rows));
}

void
probelink_host(struct probelink *l, const struct probelink_guest *g)
{
	OBJ_CHECK(l, PROBELINK_MAGIC);
	l->guest = g != NULL ? *g : (struct probelink_guest){ .hear = NULL };
}

struct strbuf *
probelink_say(struct probelink *l)
{
	OBJ_CHECK(l, PROBELINK_MAGIC);
	if (l->pipe.fd == -1)
		return NULL;
	flush_soon(l);
	return &l->pipe.out;
}

void
probelink_stop(struct probelink *l)
{
	char text[END_TEXT];

	OBJ_CHECK(l, PROBELINK_MAGIC);
	loop_timer_stop(&l->again);
	if (l->pipe.fd != -1)
		hang_up(l, text, sizeof(text));
	l->sched = NULL;
}

void
probelink_free(struct probelink **pl)
{
	struct probelink *l = *pl;

	*pl = NULL;
	if (l == NULL)
		return;
	probelink_stop(l);
	free(l->instances);
	free(l->was_rows);
	free(l->now_rows);
	free(l->sum_rows);
	probepipe_fini(&l->pipe);
	l->magic = 0;
	free(l);
}
