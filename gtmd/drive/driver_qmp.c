/* gtmd/drive/driver_qmp.c - a step done by two QEMUs, by their machine protocol.
 *
 * In rounds: all questions, then one command, as qmpmove says. A round begins a
 * quarter of a second after the last one, or as soon as an event says that
 * something has changed. A QEMU that is gone is looked for again in each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/driver_inside.h"

#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "gtmd/drive/qmplink.h"
#include "gtmd/drive/qmpmove.h"
#include "gtmd/drive/qmpwire.h"

#define TICK_MS		250
#define SIDES		2

struct work;

struct side {
	struct work	*work;
	char		*path;
	struct qmplink	*link;		/* NULL: gone */
	bool		 ready;
};

struct work {
	unsigned	 magic;
#define WORK_MAGIC	0x6c1fc8b7u
	struct driver_job *job;
	struct qmpmove	 move;
	struct side	 sides[SIDES];
	struct loop_timer tick;
	enum { RESTS, CONNECTS, ASKS, COMMANDS } state;
	size_t		 question;
	enum qmpstep_side asked;	/* who is to answer, of ASKS, COMMANDS */
	struct qmpstep step;	/* the last; arguments are gone */
	bool		 hurry;		/* an event came in the middle */
	bool		 again;		/* step was sent since the last tick */
};

/* ---- what it takes ---- */

/* The path of a machine's socket; NULL with a sentence. */
static char *
socket_path(const struct driver_place *p, const char *host, struct err *e)
{
	const char *form = p->qmp_socket != NULL ? p->qmp_socket : "";
	struct strbuf b;

	strbuf_init(&b);
	for (const char *c = form; *c != '\0'; c++) {
		if (*c != '%') {
			strbuf_add_char(&b, *c);
		} else if (c[1] == 'h' || c[1] == '%') {
			strbuf_add(&b, *++c == 'h' ? host : "%");
		} else {
			strbuf_clear(&b);
			break;
		}
	}
	if (b.len > 0 && b.text[0] == '/' &&
	    b.len < sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return strbuf_take(&b);
	(void)err_set(e, ERR_RANGE, "hypervisor %s: qmp-socket: \"%.200s\" is "
	    "no absolute path of at most %zu octets with %%h for the machine",
	    p->name, form, sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1);
	strbuf_fini(&b);
	return NULL;
}

static int
check(const struct drivers *all, const struct driver_place *p, struct err *e)
{
	char *path = socket_path(p, "h", e);

	assert(all->magic == DRIVERS_MAGIC);
	if (path == NULL)
		return e->code;
	free(path);
	return 0;
}

/* ---- rounds ---- */


static void
rest(struct work *w)
{
	w->state = RESTS;
	loop_timer_start(&w->tick, w->hurry ? 0 : TICK_MS, 0);
	w->hurry = false;
}

/* Said twice in a row, a command has to wait for what the first one does. */
static bool
is_repeated(const struct work *w, const struct qmpstep *s)
{
	return w->again && s->may_fail && w->step.side == s->side &&
	    strcmp(w->step.command, s->command) == 0;
}

static void
command(struct work *w, struct qmpstep *s)
{
	struct side *side = &w->sides[s->side];

	if (side->link == NULL || is_repeated(w, s)) {
		json_free(&s->arguments);
		rest(w);
		return;
	}
	w->state = COMMANDS;
	w->asked = s->side;
	w->again = true;
	qmplink_send(side->link, s->command, &s->arguments);
	w->step = *s;
}

static void
decide(struct work *w)
{
	struct qmpstep s;

	qmpmove_next(&w->move, &s);
	switch (s.what) {
	case QMPSTEP_SEND:
		command(w, &s);
		return;
	case QMPSTEP_WAIT:
		driver_report(w->job, s.octets, s.total, s.e.text);
		rest(w);
		return;
	case QMPSTEP_END:
		driver_end(w->job, s.e.code, s.retry, s.e.text);
		return;
	}
}

/* The next question that somebody is there for; after the last, what to do. */
static void
ask(struct work *w)
{
	struct json *none = NULL;
	enum qmpstep_side side;
	enum qmpseen_question q;

	w->state = ASKS;
	for (; qmpmove_question(&w->move, w->question, &side, &q);
	    w->question++)
		if (w->sides[side].link != NULL) {
			w->asked = side;
			qmplink_send(w->sides[side].link, qmpseen_command(q),
			    &none);
			return;
		}
	decide(w);
}

/* Once each side is ready, or gone. */
static void
settle(struct work *w)
{
	for (size_t i = 0; i < SIDES; i++)
		if (w->sides[i].link != NULL && !w->sides[i].ready)
			return;
	w->question = 0;
	ask(w);
}

/* ---- news of the links ---- */

static void
on_ready(void *arg)
{
	struct side *side = arg;

	OBJ_CHECK(side->work, WORK_MAGIC);
	side->ready = true;
	settle(side->work);
}

static void
on_return(struct work *w, const struct qmpwire_msg *m)
{
	enum qmpseen_question q;
	struct err e;

	if (w->state == COMMANDS) {
		w->question = 0;
		ask(w);
		return;
	}
	(void)qmpmove_question(&w->move, w->question, &w->asked, &q);
	if (qmpseen_take(&w->move.at[w->asked], q, m->value, &e) != 0) {
		driver_end(w->job, e.code, false, e.text);
		return;
	}
	w->question++;
	ask(w);
}

static void
on_answer(void *arg, const struct qmpwire_msg *m)
{
	struct side *side = arg;
	struct work *w = side->work;
	struct err e;

	OBJ_CHECK(w, WORK_MAGIC);
	if (m->kind == QMPWIRE_RETURN) {
		on_return(w, m);
	} else if (w->state == COMMANDS && w->step.may_fail) {
		w->question = 0;
		ask(w);
	} else {
		(void)err_set(&e, ERR_IO, "QEMU at %s refuses %s: %s",
		    w->asked == QMPSTEP_FROM ? w->move.order->from->name :
		    w->move.order->to->name,
		    w->state == COMMANDS ? w->step.command : "a question",
		    m->text);
		driver_end(w->job, e.code, true, e.text);
	}
}

static void
on_event(void *arg, const struct qmpwire_msg *m)
{
	struct side *side = arg;
	struct work *w = side->work;

	OBJ_CHECK(w, WORK_MAGIC);
	if (!qmpmove_event(m->text))
		return;
	if (w->state == RESTS)
		loop_timer_start(&w->tick, 0, 0);
	else
		w->hurry = true;
}

/* What it was asked is not known then, and asked again. */
static void
on_lost(void *arg, const char *why)
{
	struct side *side = arg;
	struct work *w = side->work;
	enum qmpstep_side i = side == &w->sides[QMPSTEP_TO] ? QMPSTEP_TO :
	    QMPSTEP_FROM;

	OBJ_CHECK(w, WORK_MAGIC);
	qmplink_stop(&side->link);
	side->ready = false;
	qmpseen_gone(&w->move.at[i], why);
	qmpmove_forget(&w->move);
	if (w->state == CONNECTS)
		settle(w);
	else if (w->state != RESTS && w->asked == i)
		rest(w);
}

static void
on_tick(struct loop_timer *t, void *arg)
{
	struct work *w = arg;
	bool settled = true;

	OBJ_CHECK(w, WORK_MAGIC);
	assert(t == &w->tick);
	w->state = CONNECTS;
	w->again = false;
	for (size_t i = 0; i < SIDES; i++) {
		struct side *side = &w->sides[i];
		const struct qmplink_owner owner = { on_ready, on_answer,
		    on_event, on_lost, side };

		if (side->link == NULL)
			side->link = qmplink_start(w->job->all->loop,
			    side->path, &owner);
		settled = settled && side->ready;
	}
	if (settled)
		settle(w);
}

/* ---- life ---- */

static void
stop(void **pwork)
{
	struct work *w = *pwork;

	*pwork = NULL;
	OBJ_CHECK(w, WORK_MAGIC);
	loop_timer_stop(&w->tick);
	for (size_t i = 0; i < SIDES; i++) {
		qmplink_stop(&w->sides[i].link);
		free(w->sides[i].path);
	}
	w->magic = 0;
	free(w);
}

static int
prepare(struct work *w, const struct driver_order *o, struct err *e)
{
	const struct driver_place *places[SIDES] = {
		[QMPSTEP_FROM] = o->from, [QMPSTEP_TO] = o->to
	};

	for (size_t i = 0; i < SIDES; i++) {
		w->sides[i].work = w;
		w->sides[i].path = socket_path(places[i], o->host->name, e);
		if (w->sides[i].path == NULL)
			return e->code;
	}
	if (strcmp(w->sides[0].path, w->sides[1].path) == 0)
		return err_set(e, ERR_CONFLICT, "hypervisors %s and %s have "
		    "the same qmp-socket for %s", o->from->name, o->to->name,
		    o->host->name);
	return qmpmove_init(&w->move, o, e);
}

static void *
start(struct driver_job *job, struct err *e)
{
	struct work *w = mem_zalloc(1, sizeof(*w));
	void *own = w;

	w->magic = WORK_MAGIC;
	w->job = job;
	loop_timer_init(&w->tick, job->all->loop, on_tick, w);
	loop_timer_start(&w->tick, 0, 0);
	if (prepare(w, &job->copy.order, e) != 0)
		stop(&own);
	return own;
}

const struct driver_kind_row driver_qmp_row = {
	.check = check, .start = start, .stop = stop,
};
