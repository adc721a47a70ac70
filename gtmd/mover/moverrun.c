/* gtmd/mover/moverrun.c - see moverrun.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverrun.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "gtmd/migrate/migjournal.h"
#include "gtmd/migrate/migshow.h"
#include "gtmd/mover/moverclock.h"
#include "gtmd/mover/moverset.h"
#include "gtmd/mover/movertell.h"
#include "gtmd/mover/moverwatch.h"

#define AGAIN_MS	1000	/* a commit or a record that failed is tried again */
#define NEWS_MAX	256	/* events that one turn concludes */

struct moverrun {
	unsigned	 magic;
#define MOVERRUN_MAGIC	0x2147be0fu
	struct moverrun_config config;
	char		*path;
	struct migjournal *journal;	/* NULL: it is over, or left */
	struct migstate	*state;
	bool		 ours;		/* to write, and to act on */
	bool		 stuck;		/* the record could not be written; said */
	struct moverwatch *watch;	/* while it is under way */
	struct moverop	*ops[MIGSTEP_OPS_MAX];	/* those under way, in front */
	size_t		 op_count;
	char		 why[MIGEVENT_TEXT_MAX];	/* of the latest decision */
	unsigned	 news;		/* events of this turn */
	int64_t		 commit_after_ms;	/* not before */
	char		 refused[MIGEVENT_TEXT_MAX];	/* why, as was said */
	char		 by_hand[MIGEVENT_TEXT_MAX];	/* what others have set */
	int64_t		 sampled_ms;
	struct migevent_sample sampled;	/* then; good if there was one */
};

static int64_t
now_of(const struct moverrun *r)
{
	return moverclock_ms(r->config.means.clock);
}

/* ---- the record ---- */

/* What of an event on record is remembered beside the state. */
static void
note(struct moverrun *r, const struct migevent *ev)
{
	if (ev->kind == MIGEVENT_SAMPLE) {
		r->sampled_ms = ev->at_ms;
		r->sampled = ev->sample;
	} else if (ev->kind == MIGEVENT_DECIDED || ev->kind == MIGEVENT_CORRECTED)
		(void)snprintf(r->why, sizeof(r->why), "%s", ev->text);
}

/* On disk, folded and told; or none of it, which is said once. */
static int
put(struct moverrun *r, struct migevent *ev, struct err *e)
{
	struct err own = { 0 };
	int rc;

	if (e == NULL)
		e = &own;
	ev->at_ms = now_of(r);
	rc = migjournal_put(r->journal, r->state, ev, e);
	if (rc == 0) {
		r->stuck = false;
		note(r, ev);
		movertell_event(r->config.events, r->state, ev);
		return 0;
	}
	if (!r->stuck)
		log_at(LOG_ERROR, "gtm migration", r->path, "record", "%s",
		    e->text);
	r->stuck = true;
	return rc;
}

/* Follows a run that is over, or begins. */
static void
follow(struct moverrun *r)
{
	bool busy = r->ours && migstate_under_way(r->state);
	const struct moverwatch_config c = {
		.means = &r->config.means, .spec = r->state->spec,
	};

	if (busy && r->watch == NULL)
		r->watch = moverwatch_new(&c);
	if (!busy)
		moverwatch_free(&r->watch);
}

/* ---- operations ---- */

static void
drop_op(struct moverrun *r, size_t i)
{
	moverop_stop(&r->ops[i]);
	r->ops[i] = r->ops[--r->op_count];
	r->ops[r->op_count] = NULL;
}

static void
drop_ops(struct moverrun *r)
{
	while (r->op_count > 0)
		drop_op(r, r->op_count - 1);
}

/* How operations ended, on record. False when the record fails: then they are kept,
 * and told another time; nothing is asked again for that. */
static bool
record_ends(struct moverrun *r)
{
	for (size_t i = 0; i < r->op_count; i++) {
		const struct migstep_end *end = moverop_end(r->ops[i]);
		struct migevent ev;
		int rc;

		if (end == NULL || !migstep_ended(r->state,
		    moverop_what(r->ops[i]), end, now_of(r), &ev))
			continue;
		rc = put(r, &ev, NULL);
		migevent_fini(&ev);
		if (rc != 0)
			return false;
	}
	return true;
}

static void
on_op(void *arg, struct moverop *op, const struct migstep_end *end)
{
	struct moverrun *r = arg;

	(void)op;
	(void)end;
	OBJ_CHECK(r, MOVERRUN_MAGIC);
	(void)record_ends(r);
	r->config.wake(r->config.arg);
}

static bool
same_op(const struct migstep_op *a, const struct migstep_op *b)
{
	return a->kind == b->kind && a->host == b->host && a->step == b->step &&
	    a->back == b->back && a->attempt == b->attempt;
}

static void
start_op(struct moverrun *r, const struct migstep_op *what)
{
	const struct moverop_config c = {
		.means = &r->config.means, .spec = r->state->spec,
		.view = moverwatch_view(r->watch), .done = on_op, .arg = r,
	};

	for (size_t i = 0; i < r->op_count; i++)
		if (same_op(moverop_what(r->ops[i]), what))
			return;
	r->ops[r->op_count++] = moverop_start(&c, what);
}

/* A refusal is on record once, in its words. */
static void
tell_refused(struct moverrun *r, const char *text)
{
	struct migevent ev;

	if (strcmp(r->refused, text) == 0)
		return;
	migevent_init(&ev, MIGEVENT_NOTE);
	migevent_say(&ev, "the pools could not be set: %s", text);
	(void)put(r, &ev, NULL);
	(void)snprintf(r->refused, sizeof(r->refused), "%s", text);
	migevent_fini(&ev);
}

/* What is measured now, on record. */
static void
sample(struct moverrun *r)
{
	struct migevent ev;

	migevent_init(&ev, MIGEVENT_SAMPLE);
	moverwatch_sample(r->watch, r->state, now_of(r), &ev.sample);
	for (size_t i = 0; i < r->op_count &&
	    ev.sample.flow_count < MIGEVENT_FLOWS_MAX; i++) {
		const struct migshow_progress *p = moverop_progress(r->ops[i]);
		int host = moverop_what(r->ops[i])->host;

		if (host >= 0 && p->octets > 0)
			ev.sample.flows[ev.sample.flow_count++] =
			    (struct migevent_flow){ (uint16_t)host, p->octets,
			    p->total };
	}
	(void)put(r, &ev, NULL);
	migevent_fini(&ev);
}

/* True when it is done, and on record, with a sample in which it shows. */
static bool
set_pools(struct moverrun *r, const struct migstep_op *op)
{
	const struct moverset s = { r->config.means.store, *r->config.changes,
	    r->state->spec, r->why, r->refused };
	struct migstep_end end = { .ok = true };
	struct migevent ev;
	struct err e = { 0 };
	bool done;

	if (s.changes == NULL || now_of(r) < r->commit_after_ms)
		return false;
	if (moverset_apply(&s, &op->setting, &e) != 0) {
		tell_refused(r, e.text);
		r->commit_after_ms = now_of(r) + AGAIN_MS;
		return false;
	}
	r->refused[0] = '\0';
	if (!migstep_ended(r->state, op, &end, now_of(r), &ev))
		return false;
	done = put(r, &ev, NULL) == 0;
	migevent_fini(&ev);
	if (done)
		sample(r);
	return done;
}

/* What is wanted no more is stopped, what is and does not run is started. True
 * when that has put something on record. */
static bool
match_ops(struct moverrun *r)
{
	struct migstep_op *want = mem_zalloc(r->state->spec->host_count +
	    MIGSTEP_OPS_MAX - MIGSPEC_HOSTS_MAX, sizeof(*want));
	size_t count = migstep_wants(r->state, want);
	bool more = false;

	for (size_t i = r->op_count; i > 0; i--) {
		bool wanted = false;

		for (size_t k = 0; k < count; k++)
			wanted = wanted || same_op(&want[k],
			    moverop_what(r->ops[i - 1]));
		if (!wanted || moverop_ended(r->ops[i - 1]))
			drop_op(r, i - 1);
	}
	for (size_t k = 0; k < count; k++) {
		if (want[k].kind == MIGSTEP_COMMIT)
			more = set_pools(r, &want[k]) || more;
		else
			start_op(r, &want[k]);
	}
	free(want);
	return more;
}

/* ---- the turn ---- */

/* What was found since the last turn; and a sample, when it is time. */
static void
look_around(struct moverrun *r)
{
	struct migevent ev;

	while (moverwatch_refused(r->watch, &ev) ||
	    moverwatch_late(r->watch, &ev)) {
		(void)put(r, &ev, NULL);
		migevent_fini(&ev);
	}
	if (migstep_sample_due(r->state, r->sampled_ms, now_of(r)))
		sample(r);
}

/* What is seen of a run; of one that is not under way, nothing. */
static void
look(struct moverrun *r, struct migstep_seen *seen)
{
	*seen = (struct migstep_seen){ .verdict = MIGEVENT_FINE };
	if (r->watch == NULL)
		return;
	moverwatch_look(r->watch, r->state, now_of(r), seen);
	if (moverset_strays(store_model(r->config.means.store), r->state,
	    r->by_hand))
		seen->differs = r->by_hand;
}

/* No turn has so much to say: whatever does goes on a second later, so that neither
 * loop nor disk are its own. */
static bool
may_say_more(struct moverrun *r, const struct migevent *ev)
{
	if (r->news++ < NEWS_MAX)
		return true;
	log_at(LOG_ERROR, "gtm migration", r->state->spec->name, "endless",
	    "%s %s", migevent_name(ev->kind), ev->text);
	return false;
}

/* Puts on record all that comes next; false when the record fails. */
static bool
advance(struct moverrun *r)
{
	struct migstep_seen seen;
	struct migevent ev;
	int rc;

	for (;;) {
		follow(r);
		if (r->watch == NULL)
			return true;
		look(r, &seen);
		if (!migstep_next(r->state, &seen, now_of(r), &ev))
			return true;
		rc = may_say_more(r, &ev) ? put(r, &ev, NULL) : ERR_RANGE;
		migevent_fini(&ev);
		if (rc != 0)
			return false;
	}
}

void
moverrun_turn(struct moverrun *r)
{
	OBJ_CHECK(r, MOVERRUN_MAGIC);
	if (!r->ours || r->state->spec == NULL || r->journal == NULL)
		return;
	r->news = 0;
	do {
		if (!record_ends(r) || !advance(r))
			return;
	} while (match_ops(r));
	if (r->watch != NULL) {
		look_around(r);
		return;
	}
	drop_ops(r);
	if (r->journal != NULL && migstate_final(r->state))
		migjournal_close(&r->journal);
}

/* ---- commands ---- */

int
moverrun_command(struct moverrun *r, const struct migcommand *c, struct err *e)
{
	struct migstep_seen seen;
	const struct migcommand_turn turn = { r->state, &seen, now_of(r) };
	struct migevent ev;
	int rc;

	OBJ_CHECK(r, MOVERRUN_MAGIC);
	if (!r->ours)
		return err_set(e, ERR_BUSY, "another process has the record");
	look(r, &seen);
	rc = migcommand_event(&turn, c, &ev, e);
	if (rc != 0)
		return rc;
	if (r->journal == NULL)
		rc = err_set(e, ERR_CONFLICT, "it is over");
	else
		rc = put(r, &ev, e);
	migevent_fini(&ev);
	if (rc == 0)
		moverrun_turn(r);
	return rc;
}

int
moverrun_check(struct moverrun *r, const struct migcommand *c, struct err *e)
{
	struct migstep_seen seen;
	const struct migcommand_turn turn = { r->state, &seen, now_of(r) };
	struct migevent ev;
	int rc;

	OBJ_CHECK(r, MOVERRUN_MAGIC);
	look(r, &seen);
	rc = migcommand_event(&turn, c, &ev, e);
	if (rc == 0)
		migevent_fini(&ev);
	return rc;
}

/* ---- life ---- */

static void
on_record(void *arg, const struct migstate *m, const struct migevent *ev,
    uint64_t number)
{
	(void)m;
	(void)number;
	note(arg, ev);
}

struct moverrun *
moverrun_open(const struct moverrun_config *c, const char *path,
    struct diag *out)
{
	struct moverrun *r = mem_zalloc(1, sizeof(*r));
	const struct migjournal_reader reader = { on_record, r };

	r->magic = MOVERRUN_MAGIC;
	r->config = *c;
	r->path = mem_strdup(path);
	r->ours = true;
	if (migjournal_open(path, &reader, &r->journal, &r->state, out) != 0)
		moverrun_free(&r);
	return r;
}

void
moverrun_free(struct moverrun **pr)
{
	struct moverrun *r = *pr;

	*pr = NULL;
	if (r == NULL)
		return;
	OBJ_CHECK(r, MOVERRUN_MAGIC);
	drop_ops(r);
	moverwatch_free(&r->watch);
	if (r->ours)
		migjournal_close(&r->journal);
	else
		migjournal_leave(&r->journal);
	migstate_free(&r->state);
	free(r->path);
	r->magic = 0;
	free(r);
}

void
moverrun_rest(struct moverrun *r)
{
	struct err e = { 0 };

	OBJ_CHECK(r, MOVERRUN_MAGIC);
	drop_ops(r);
	if (r->journal != NULL && r->ours && migjournal_settle(r->journal,
	    &e) != 0)
		log_at(LOG_ERROR, "gtm migration", r->path, "record", "%s",
		    e.text);
	r->ours = false;
	follow(r);
}

void
moverrun_own(struct moverrun *r)
{
	OBJ_CHECK(r, MOVERRUN_MAGIC);
	r->ours = true;
}

void
moverrun_leave(struct moverrun *r)
{
	OBJ_CHECK(r, MOVERRUN_MAGIC);
	moverrun_rest(r);
	migjournal_leave(&r->journal);
}

const struct migstate *
moverrun_state(const struct moverrun *r)
{
	OBJ_CHECK(r, MOVERRUN_MAGIC);
	return r->state;
}

const char *
moverrun_path(const struct moverrun *r)
{
	OBJ_CHECK(r, MOVERRUN_MAGIC);
	return r->path;
}

struct json *
moverrun_json(struct moverrun *r)
{
	struct migshow_progress *p;
	struct json *j;

	OBJ_CHECK(r, MOVERRUN_MAGIC);
	if (r->state->spec == NULL)
		return json_new_object();
	p = mem_zalloc(r->state->spec->host_count, sizeof(*p));
	for (size_t i = 0; i < r->op_count; i++)
		if (moverop_what(r->ops[i])->host >= 0)
			p[moverop_what(r->ops[i])->host] =
			    *moverop_progress(r->ops[i]);
	j = migshow_json(r->state, p, now_of(r));
	free(p);
	if (r->watch != NULL)
		moverwatch_show(r->watch, j);
	if (r->sampled_ms != 0)
		migshow_put_sample(j, &r->sampled, r->sampled_ms);
	if (moverset_strays(store_model(r->config.means.store), r->state,
	    r->by_hand))
		json_put_text(j, "byHand", r->by_hand);
	return j;
}
