/* gtmd/mover/moverop.c - see moverop.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverop.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/store.h"
#include "gtmd/drive/driver.h"
#include "gtmd/migrate/migshow.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migtraffic.h"
#include "gtmd/mover/movercall.h"
#include "gtmd/mover/moverclock.h"
#include "gtmd/mover/moverfreeze.h"
#include "gtmd/mover/moverpace.h"
#include "gtmd/mover/moverpage.h"
#include "gtmd/mover/moverpart.h"
#include "gtmd/mover/moverplace.h"
#include "gtmd/mover/moverrelay.h"
#include "gtmd/mover/moverview.h"
#include "gtmd/types/pageurl.h"
#include "monitors/fetch.h"

#define SLOTS		MIGSTEP_CHECKS_AT_ONCE	/* parts under way at a time */
#define AGAIN_MS	500

/* A part under way. */
struct slot {
	struct moverop	*op;
	const struct moverpart *part;	/* NULL = free */
	struct driver_job *job;
	struct moverfreeze *freeze;	/* while the driver moves memory */
	struct fetch	*fetch;
	struct movercall *call;
	struct loop_timer again;
};

struct moverop {
	unsigned	 magic;
#define MOVEROP_MAGIC	0x0be7a710u
	struct moverop_config config;
	struct migstep_op what;
	struct moverpart_list parts;
	size_t		 next, running;
	struct slot	 slots[SLOTS];
	struct loop_timer deadline, tell;
	bool		 over, told;	/* known how it ended; has said so */
	bool		 pumping;
	struct migstep_end end;
	char		 text[MIGEVENT_TEXT_MAX];
	struct moverpace pace;
	uint64_t	 wire_octets;
};

static void pump(struct moverop *op);

static struct moverop *
of(void *arg)
{
	struct slot *s = arg;

	OBJ_CHECK(s->op, MOVEROP_MAGIC);
	return s->op;
}

/* ---- its end ---- */

static void
free_slot(struct slot *s)
{
	driver_stop(&s->job);
	moverfreeze_stop(&s->freeze);
	fetch_stop(&s->fetch);
	movercall_stop(&s->call);
	loop_timer_stop(&s->again);
	s->op->running -= s->part != NULL;
	s->part = NULL;
}

static void
finish(struct moverop *op, bool ok, bool retry)
{
	if (op->over)
		return;
	op->over = true;
	op->end = (struct migstep_end){ .ok = ok, .retry = retry,
	    .text = op->text, .octets = op->pace.progress.octets,
	    .wire_octets = op->wire_octets };
	loop_timer_stop(&op->deadline);
	for (size_t i = 0; i < SLOTS; i++)
		free_slot(&op->slots[i]);
	loop_timer_start(&op->tell, 0, 0);
}

static void
on_tell(struct loop_timer *t, void *arg)
{
	struct moverop *op = arg;

	(void)t;
	OBJ_CHECK(op, MOVEROP_MAGIC);
	op->told = true;
	op->config.done(op->config.arg, op, &op->end);
}

/* Text is that of a part of a host; where there are several, it is named. */
static void
say(struct moverop *op, const struct moverpart *part, const char *text)
{
	if (op->what.kind == MIGSTEP_PREPARE &&
	    part->kind != MOVERPART_DESTINATION &&
	    part->kind != MOVERPART_RELAY_READY)
		(void)snprintf(op->text, sizeof(op->text), "host %s: %.400s",
		    op->config.spec->hosts[part->host].name, text);
	else
		(void)snprintf(op->text, sizeof(op->text), "%s", text);
}

static void
fail(struct moverop *op, const struct moverpart *part, const char *text,
    bool retry)
{
	say(op, part, text);
	finish(op, false, retry);
}

static void
part_done(struct slot *s, const char *text)
{
	struct moverop *op = s->op;

	if (text != NULL)
		say(op, s->part, text);
	free_slot(s);
	if (!op->pumping)
		pump(op);
}

static void
on_deadline(struct loop_timer *t, void *arg)
{
	struct moverop *op = arg;
	char was[MOVERPACE_NOTE_MAX];

	(void)t;
	OBJ_CHECK(op, MOVEROP_MAGIC);
	(void)snprintf(was, sizeof(was), "%.*s", MOVERPACE_NOTE_MAX - 1,
	    op->text[0] != '\0' ? op->text : op->pace.note);
	(void)snprintf(op->text, sizeof(op->text), "out of time%s%s",
	    was[0] != '\0' ? ": " : "", was);
	finish(op, false, true);
}

/* ---- drivers ---- */

static void
on_progress(void *arg, uint64_t octets, uint64_t total, const char *note)
{
	struct moverop *op = of(arg);

	if (op->what.kind != MIGSTEP_HOST)
		return;
	moverpace_tell(&op->pace, loop_now_ns(op->config.means->loop), octets,
	    total);
	if (note != NULL)
		moverpace_note(&op->pace, note);
}

static void
on_driven(void *arg, const struct driver_result *r)
{
	struct slot *s = arg;
	struct moverop *op = of(arg);

	s->job = NULL;
	if (r->code == 0)
		part_done(s, r->text);
	else
		fail(op, s->part, r->text != NULL ? r->text :
		    "the driver gives no reason", r->retry);
}

static dur_ns
time_left(const struct moverop *op)
{
	int64_t now = moverclock_ms(op->config.means->clock);

	if (op->what.deadline_ms == 0)
		return 0;
	return op->what.deadline_ms > now ?
	    (dur_ns)(op->what.deadline_ms - now) * CLOCK_MS : CLOCK_MS;
}

/* One check that hangs is not to take the time of all that come behind it. */
static dur_ns
driver_time(const struct moverop *op)
{
	dur_ns left = time_left(op);
	dur_ns own = (dur_ns)op->config.spec->verify_timeout_s * CLOCK_S;

	return op->what.kind == MIGSTEP_PREPARE && own != 0 && left > own ? own :
	    left;
}

static struct moverplace_way
way_of(const struct slot *s)
{
	return (struct moverplace_way){ s->op->config.spec, s->part->host,
	    s->op->what.back };
}

/* False: it has failed. */
static bool
find_place(struct slot *s, struct moverplace *at)
{
	const struct moverplace_way way = way_of(s);
	struct moverop *op = s->op;
	struct err e;

	if (moverplace_find(store_model(op->config.means->store), &way, at,
	    &e) == 0)
		return true;
	fail(op, s->part, e.text, false);
	return false;
}

static void
drive(struct slot *s)
{
	struct moverop *op = s->op;
	const struct moverop_means *means = op->config.means;
	const struct driver_owner owner = { on_progress, on_driven, s };
	struct driver_order order = { .action = s->part->action,
	    .dry_run = op->config.dry_run, .deadline = driver_time(op) };
	const struct moverplace_way way = way_of(s);
	char id[MIGSTEP_ID_MAX + 80];
	struct moverplace at;

	if (!find_place(s, &at))
		return;
	(void)snprintf(id, sizeof(id), "%s%s%s", op->what.id,
	    op->what.kind == MIGSTEP_PREPARE ? "/" : "",
	    op->what.kind == MIGSTEP_PREPARE ? at.host.name : "");
	order.id = id;
	order.from = &at.from_place;
	order.to = &at.to_place;
	order.host = &at.host;
	s->job = driver_start(means->drivers, &order, &owner);
	if (order.action == DRIVER_MEMORY && !order.dry_run)
		s->freeze = moverfreeze_start(means, &way);
}

/* ---- pages ---- */

static void begin(struct slot *s);

static void
on_again(struct loop_timer *t, void *arg)
{
	(void)t;
	begin(arg);
}

/* It may still be coming up: until the time is over, what is not so yet is asked
 * again. */
static void
again(struct slot *s)
{
	if (s->op->what.deadline_ms == 0)
		finish(s->op, false, true);
	else
		loop_timer_start(&s->again, AGAIN_MS, 0);
}

static void
on_page(void *arg, const struct fetch_result *r)
{
	struct slot *s = arg;
	struct moverop *op = of(arg);
	char words[80];

	s->fetch = NULL;
	if (r->code == FETCH_OK) {
		part_done(s, NULL);
		return;
	}
	(void)snprintf(op->text, sizeof(op->text), "check-url: %s",
	    fetch_words(r, words, sizeof(words)));
	again(s);
}

static void
ask_page(struct slot *s)
{
	struct moverop *op = s->op;
	const char *url = op->config.spec->hosts[s->part->host].check_url;
	const struct fetch_owner owner = { NULL, on_page, s };
	struct pageurl u;
	struct err e;

	if (url == NULL || op->config.dry_run) {
		part_done(s, NULL);
		return;
	}
	if (pageurl_parse(url, &u, &e) != 0) {
		fail(op, s->part, e.text, false);
		return;
	}
	s->fetch = moverpage_start(op->config.means->fetcher, &u, NULL, &owner);
}

/* ---- companions ---- */

static void
on_called(void *arg, const struct movercall_result *r)
{
	struct slot *s = arg;
	struct moverop *op = of(arg);

	s->call = NULL;
	if (r->wire_octets > 0)
		op->wire_octets = r->wire_octets;
	if (r->end == MOVERCALL_FAILED) {
		fail(op, s->part, r->text, true);
	} else if (r->end == MOVERCALL_AGAIN) {
		say(op, s->part, r->text);
		again(s);
	} else {
		part_done(s, r->text);
	}
}

/* At the migration's own from-hypervisor, wherever its hosts are. */
static void
find_relay(const struct moverop *op, struct moverplace *at,
    char job[MIGSTEP_ID_MAX])
{
	struct moverrelay_place relay;

	job[0] = '\0';
	if (!moverrelay_find(store_model(op->config.means->store),
	    op->config.spec, &relay))
		return;
	at->from = relay.hypervisor;
	(void)snprintf(job, MIGSTEP_ID_MAX, "%s", relay.application);
	moverrelay_place_fini(&relay);
}

/* The job counts what crosses for the host in all of the run. */
static void
call(struct slot *s)
{
	struct moverop *op = s->op;
	const struct migspec *spec = op->config.spec;
	const struct movercall_owner owner = { on_called, s };
	char job[MIGSTEP_ID_MAX];
	struct moverplace at;
	const struct movercall_ask ask = { s->part->kind, &at, job,
	    op->config.dry_run };

	if (!find_place(s, &at))
		return;
	if (s->part->kind != MOVERPART_RELAY_READY)
		(void)snprintf(job, sizeof(job), "%s/%" PRIu32 "/%s",
		    spec->name, spec->run, at.host.name);
	else
		find_relay(op, &at, job);
	s->call = movercall_start(op->config.means->fetcher, &ask, &owner);
	if (s->call == NULL)
		part_done(s, NULL);
}

/* ---- the rest ---- */

/* A pool that is disabled is probed only since this began: what is not known yet is
 * no failure. */
static void
ask_destination(struct slot *s)
{
	struct moverop *op = s->op;
	const struct plan *plan = op->config.means->plan;
	struct migtraffic_view seen;
	char why[MIGEVENT_TEXT_MAX];

	moverview_look(op->config.view, plan, &seen);
	if (moverview_destination(op->config.view, plan, why, sizeof(why))) {
		part_done(s, NULL);
	} else if (!seen.known) {
		say(op, s->part, why);
		again(s);
	} else {
		fail(op, s->part, why, true);
	}
}

static void
begin(struct slot *s)
{
	switch (s->part->kind) {
	case MOVERPART_DESTINATION:
		ask_destination(s);
		break;
	case MOVERPART_DRIVER:
		drive(s);
		break;
	case MOVERPART_PAGE:
		ask_page(s);
		break;
	case MOVERPART_EIP_READY:
	case MOVERPART_WOM_READY:
	case MOVERPART_RELAY_READY:
	case MOVERPART_EIP_FREEZE:
	case MOVERPART_EIP_THAW:
	case MOVERPART_EIP_ANNOUNCE:
	case MOVERPART_EIP_WHERE:
	case MOVERPART_JOB_OPEN:
	case MOVERPART_JOB_LOOK:
	case MOVERPART_JOB_CLOSE:
		call(s);
		break;
	}
}

static struct slot *
free_one(struct moverop *op)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (op->slots[i].part == NULL)
			return &op->slots[i];
	return NULL;
}

/* Parts that are nothing to do end at once. */
static void
pump(struct moverop *op)
{
	op->pumping = true;
	while (!op->over && op->next < op->parts.count &&
	    op->running < op->parts.at_once) {
		struct slot *s = free_one(op);

		s->part = &op->parts.v[op->next++];
		op->running++;
		begin(s);
	}
	op->pumping = false;
	if (!op->over && op->next == op->parts.count && op->running == 0)
		finish(op, true, false);
}

/* ---- life ---- */

struct moverop *
moverop_start(const struct moverop_config *c, const struct migstep_op *what)
{
	struct moverop *op = mem_zalloc(1, sizeof(*op));

	op->magic = MOVEROP_MAGIC;
	op->config = *c;
	op->what = *what;
	moverpart_list_init(&op->parts, c->spec, what);
	loop_timer_init(&op->deadline, c->means->loop, on_deadline, op);
	loop_timer_init(&op->tell, c->means->loop, on_tell, op);
	for (size_t i = 0; i < SLOTS; i++) {
		op->slots[i].op = op;
		loop_timer_init(&op->slots[i].again, c->means->loop, on_again,
		    &op->slots[i]);
	}
	if (what->deadline_ms != 0)
		loop_timer_start(&op->deadline, time_left(op) / CLOCK_MS, 0);
	pump(op);
	return op;
}

void
moverop_stop(struct moverop **pop)
{
	struct moverop *op = *pop;

	*pop = NULL;
	if (op == NULL)
		return;
	OBJ_CHECK(op, MOVEROP_MAGIC);
	for (size_t i = 0; i < SLOTS; i++)
		free_slot(&op->slots[i]);
	loop_timer_stop(&op->deadline);
	loop_timer_stop(&op->tell);
	moverpart_list_fini(&op->parts);
	op->magic = 0;
	free(op);
}

const struct migstep_op *
moverop_what(const struct moverop *op)
{
	OBJ_CHECK(op, MOVEROP_MAGIC);
	return &op->what;
}

bool
moverop_ended(const struct moverop *op)
{
	OBJ_CHECK(op, MOVEROP_MAGIC);
	return op->told;
}

const struct migstep_end *
moverop_end(const struct moverop *op)
{
	OBJ_CHECK(op, MOVEROP_MAGIC);
	return op->told ? &op->end : NULL;
}

const struct migshow_progress *
moverop_progress(const struct moverop *op)
{
	OBJ_CHECK(op, MOVEROP_MAGIC);
	return &op->pace.progress;
}
