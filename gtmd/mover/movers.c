/* gtmd/mover/movers.c - see movers.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/movers.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "gtmd/drive/driver.h"
#include "gtmd/mover/moverapart.h"
#include "gtmd/mover/moverbook.h"
#include "gtmd/mover/moverclock.h"
#include "gtmd/mover/moverdry.h"
#include "gtmd/mover/moverheld.h"
#include "gtmd/mover/moverkept.h"
#include "gtmd/mover/moverrun.h"
#include "gtmd/mover/moverspec.h"
#include "gtmd/types/migration.h"
#include "monitors/fetch.h"

#define TURN_MS	1000	/* for what time alone brings */

struct movers {
	unsigned	 magic;
#define MOVERS_MAGIC	0x403e7a01u
	struct movers_config config;
	struct moverbook book;
	struct moverclock clock;
	struct drivers	*drivers;
	struct fetcher	*fetcher;
	struct restcommit *changes;
	struct map	 runs;		/* struct moverrun by migration */
	struct moverop_means means;	/* of the rehearsal */
	struct moverdry	*dry;		/* the latest, and whose it is */
	char		*dry_of;
	struct loop_timer turn, soon;
	bool		 ours;
};

/* ---- turns ---- */

static void
turn_all(struct movers *m)
{
	struct moverrun *r;

	for (size_t at = 0; (r = map_next(&m->runs, &at, NULL)) != NULL;)
		moverrun_turn(r);
}

static void
on_soon(struct loop_timer *t, void *arg)
{
	struct movers *m = arg;

	(void)t;
	OBJ_CHECK(m, MOVERS_MAGIC);
	turn_all(m);
}

/* While nothing is under way, nobody minds that it goes back. */
static void
set_clock(struct movers *m)
{
	struct moverrun *r;
	bool busy = false;

	for (size_t at = 0; (r = map_next(&m->runs, &at, NULL)) != NULL;)
		busy = busy || migstate_under_way(moverrun_state(r));
	if (busy)
		moverclock_tune(&m->clock);
	else
		moverclock_init(&m->clock, m->clock.clock);
}

static void
on_turn(struct loop_timer *t, void *arg)
{
	struct movers *m = arg;

	(void)t;
	OBJ_CHECK(m, MOVERS_MAGIC);
	set_clock(m);
	turn_all(m);
}

static void
wake(void *arg)
{
	movers_wake(arg);
}

void
movers_wake(struct movers *m)
{
	OBJ_CHECK(m, MOVERS_MAGIC);
	if (m->ours && m->changes != NULL && !loop_timer_running(&m->soon))
		loop_timer_start(&m->soon, 0, 0);
}

void
movers_on_change(void *arg, const struct store_change *changes, size_t count)
{
	(void)changes;
	(void)count;
	movers_wake(arg);
}

/* ---- records ---- */

static struct moverrun_config
run_config(struct movers *m)
{
	return (struct moverrun_config){
		.means = m->means, .events = m->config.events, .changes = &m->changes,
		.wake = wake, .arg = m,
	};
}

struct load {
	struct movers	*m;
	struct moverrun_config config;
};

static enum moverbook_found
on_latest(void *arg, const struct moverbook_record *record, struct diag *out)
{
	const struct load *l = arg;
	struct moverrun *r = moverrun_open(&l->config, record->path, out);
	struct err e;

	if (r == NULL)
		return MOVERBOOK_UNREAD;
	if (moverrun_state(r)->spec == NULL) {
		moverrun_free(&r);
		return MOVERBOOK_EMPTY;
	}
	if (moverspec_check(moverrun_state(r)->spec, record->name, record->run,
	    &e) != 0) {
		(void)diag_err(out, NULL, &e);
		moverrun_free(&r);
		return MOVERBOOK_UNREAD;
	}
	(void)map_put(&l->m->runs, record->name, r);
	if (migstate_under_way(moverrun_state(r)))
		moverclock_reach(&l->m->clock, moverrun_state(r)->at_ms);
	return MOVERBOOK_RUN;
}

void
movers_load(struct movers *m, struct diag *out)
{
	struct load l = { m, run_config(m) };

	OBJ_CHECK(m, MOVERS_MAGIC);
	m->ours = true;
	moverbook_load(&m->book, on_latest, &l, out);
}

/* ---- one process, another process ---- */

void
movers_start(struct movers *m, struct restcommit *changes)
{
	OBJ_CHECK(m, MOVERS_MAGIC);
	m->changes = changes;
	if (!m->ours)
		return;
	loop_timer_start(&m->turn, TURN_MS, TURN_MS);
	movers_wake(m);
}

void
movers_lend(struct movers *m)
{
	struct moverrun *r;

	OBJ_CHECK(m, MOVERS_MAGIC);
	m->ours = false;
	loop_timer_stop(&m->turn);
	loop_timer_stop(&m->soon);
	moverdry_free(&m->dry);
	for (size_t at = 0; (r = map_next(&m->runs, &at, NULL)) != NULL;)
		moverrun_rest(r);
}

void
movers_own(struct movers *m)
{
	struct moverrun *r;

	OBJ_CHECK(m, MOVERS_MAGIC);
	m->ours = true;
	for (size_t at = 0; (r = map_next(&m->runs, &at, NULL)) != NULL;)
		moverrun_own(r);
	if (m->changes != NULL)
		movers_start(m, m->changes);
}

void
movers_leave(struct movers *m)
{
	struct moverrun *r;

	OBJ_CHECK(m, MOVERS_MAGIC);
	m->ours = false;
	loop_timer_stop(&m->turn);
	loop_timer_stop(&m->soon);
	for (size_t at = 0; (r = map_next(&m->runs, &at, NULL)) != NULL;)
		moverrun_leave(r);
}

/* ---- commands ---- */

static int
check_apart(const struct movers *m, const struct migspec *s, struct err *e)
{
	const struct model *model = store_model(m->config.store);
	struct moverrun *r;
	int rc = 0;

	for (size_t at = 0; rc == 0 &&
	    (r = map_next(&m->runs, &at, NULL)) != NULL;) {
		const struct migstate *other = moverrun_state(r);

		if (!migstate_under_way(other))
			continue;
		rc = moverapart_check(s, other->spec, e);
		if (rc == 0)
			rc = moverapart_ports(s, other->spec, model, e);
		if (rc == 0)
			rc = moverapart_relay(s, other->spec, model, e);
	}
	return rc;
}

/* What it is started on top of. Force is an operator's word that he knows. */
static int
check_start(const struct movers *m, const struct movers_ask *ask,
    const struct migspec *s, struct err *e)
{
	const char *why = moverbook_unread(&m->book, ask->name);
	int rc = check_apart(m, s, e);

	if (rc != 0 || ask->force)
		return rc;
	if (why != NULL)
		return err_set(e, ERR_CONFLICT, "where its hosts are is not "
		    "known: %s (force starts it all the same)", why);
	return moverapart_wides(s, store_model(m->config.store), e);
}

/* With an empty record. One that has something is not ours to write, or to remove, if
 * its number was not to be seen. NULL with a sentence. */
static struct moverrun *
open_new(struct movers *m, const char *path, struct err *e)
{
	const struct moverrun_config config = run_config(m);
	struct moverrun *r;
	struct diag out;

	diag_init(&out);
	r = moverrun_open(&config, path, &out);
	if (r == NULL)
		(void)err_set(e, ERR_IO, "%s", out.count > 0 ?
		    out.entries[0].text : path);
	diag_fini(&out);
	if (r == NULL || moverrun_state(r)->spec == NULL)
		return r;
	moverrun_free(&r);
	(void)err_set(e, ERR_CONFLICT, "%s: there is a record already", path);
	return NULL;
}

/* Takes *ps when it succeeds. */
static int
begin(struct movers *m, struct migcommand *c, struct migspec **ps,
    struct err *e)
{
	char *name = mem_strdup((*ps)->name);
	char *path = moverbook_make(&m->book, name, (*ps)->run, e);
	struct moverrun *r = path != NULL ? open_new(m, path, e) : NULL, *old;
	uint32_t run = (*ps)->run;
	int rc;

	moverdry_free(&m->dry);		/* what it said is of no interest any more */
	c->spec = ps;
	rc = r != NULL ? moverrun_command(r, c, e) : e->code;
	if (rc == 0) {
		old = map_put(&m->runs, name, r);
		moverrun_free(&old);
		moverbook_begun(&m->book, name, run);
	} else if (r != NULL) {
		moverrun_free(&r);
		moverbook_refused(&m->book, path);
	}
	free(path);
	free(name);
	return rc;
}

/* One at a time: the latest counts. Takes *ps. */
static void
rehearse(struct movers *m, const char *name, struct migspec **ps)
{
	moverdry_free(&m->dry);
	free(m->dry_of);
	m->dry_of = mem_strdup(name);
	m->dry = moverdry_new(&m->means, ps);
}

static int
start(struct movers *m, const struct movers_ask *ask, struct migcommand *c,
    struct err *e)
{
	const struct model *model = store_model(m->config.store);
	const struct migration *o = (const struct migration *)model_find(model,
	    &migration_type, ask->name);
	struct moverrun *r = movers_find(m, ask->name);
	struct migspec *s;
	int rc;

	if (r != NULL && migstate_under_way(moverrun_state(r)))
		return moverrun_command(r, c, e);	/* which says why not */
	if (m->book.folder == NULL)
		return err_set(e, ERR_DENIED, "there is no state directory for "
		    "its record");
	s = moverspec_new(o, model, moverbook_next(&m->book, ask->name), e);
	if (s == NULL)
		return e->code;
	rc = check_start(m, ask, s, e);
	if (rc == 0 && ask->dry_run)
		rehearse(m, ask->name, &s);
	else if (rc == 0)
		rc = begin(m, c, &s, e);
	migspec_free(&s);
	return rc;
}

int
movers_command(struct movers *m, const struct movers_ask *ask, struct err *e)
{
	struct migcommand c = { .verb = ask->verb, .user = ask->user,
	    .reason = ask->reason, .force = ask->force, .share = ask->share,
	    .host = ask->host };
	struct moverrun *r = movers_find(m, ask->name);

	OBJ_CHECK(m, MOVERS_MAGIC);
	if (!m->ours || m->changes == NULL)
		return err_set(e, ERR_BUSY, "another process takes over");
	if (migcommand_check(&c, e) != 0)
		return e->code;
	if (model_find(store_model(m->config.store), &migration_type,
	    ask->name) == NULL && (r == NULL || ask->verb == MIGCOMMAND_START))
		return err_set(e, ERR_NOTFOUND, "there is no migration %s",
		    ask->name);
	if (ask->verb == MIGCOMMAND_START)
		return start(m, ask, &c, e);
	if (r == NULL && moverbook_unread(&m->book, ask->name) != NULL)
		return err_set(e, ERR_CONFLICT, "%s", moverbook_unread(
		    &m->book, ask->name));
	if (r == NULL)
		return err_set(e, ERR_CONFLICT, "migration %s has not been "
		    "started", ask->name);
	return ask->dry_run ? moverrun_check(r, &c, e) :
	    moverrun_command(r, &c, e);
}

/* ---- the gate ---- */

int
movers_prepare(const struct movers *m, const struct draft *d, struct diag *out)
{
	struct moverrun *r;
	const struct model *model = store_model(m->config.store);
	int rc = 0;

	OBJ_CHECK(m, MOVERS_MAGIC);
	if (store_goes_back(m->config.store))
		return 0;	/* the disk did not take what is taken back */
	for (size_t at = 0; rc == 0 &&
	    (r = map_next(&m->runs, &at, NULL)) != NULL;) {
		const struct migstate *s = moverrun_state(r);

		if (!migstate_under_way(s))
			continue;
		rc = moverkept_check(model, d, s->spec, out);
		if (rc == 0)
			rc = moverheld_check(model, d, s, out);
	}
	return rc;
}

/* ---- looks ---- */

struct moverrun *
movers_find(const struct movers *m, const char *name)
{
	OBJ_CHECK(m, MOVERS_MAGIC);
	return map_find(&m->runs, name);
}

struct moverrun *
movers_next(const struct movers *m, size_t *at)
{
	OBJ_CHECK(m, MOVERS_MAGIC);
	return map_next(&m->runs, at, NULL);
}

char *
movers_path(const struct movers *m, const char *name, uint32_t run)
{
	const struct moverrun *r = movers_find(m, name);

	if (run == 0)
		return r != NULL ? mem_strdup(moverrun_path(r)) : NULL;
	return moverbook_path(&m->book, name, run);
}

struct json *
movers_json(const struct movers *m, const char *name)
{
	struct moverrun *r = movers_find(m, name);
	struct json *j = r != NULL ? moverrun_json(r) : json_new_object(), *dry;

	if (r == NULL)
		json_put_text(j, "phase",
		    migstate_phase_name(MIGSTATE_PLANNED));
	if (r == NULL && moverbook_unread(&m->book, name) != NULL)
		json_put_text(j, "line", moverbook_unread(&m->book, name));
	if (m->dry != NULL && strcmp(m->dry_of, name) == 0) {
		dry = moverdry_json(m->dry);
		json_put(j, "rehearsal", &dry);
	}
	return j;
}

/* ---- life ---- */

struct movers *
movers_new(const struct movers_config *c, struct err *e)
{
	struct movers *m = mem_zalloc(1, sizeof(*m));

	m->magic = MOVERS_MAGIC;
	m->config = *c;
	moverbook_init(&m->book, c->state_dir);
	moverclock_init(&m->clock, loop_clock(c->loop));
	map_init(&m->runs);
	loop_timer_init(&m->turn, c->loop, on_turn, m);
	loop_timer_init(&m->soon, c->loop, on_soon, m);
	m->drivers = driver_all_new(c->loop, c->drivers, e);
	m->fetcher = m->drivers != NULL ? fetch_engine_new(c->loop, e) : NULL;
	if (m->fetcher == NULL) {
		movers_free(&m);
		return NULL;
	}
	m->means = (struct moverop_means){
		.loop = c->loop, .store = c->store, .plan = c->plan,
		.drivers = m->drivers, .fetcher = m->fetcher,
		.ledger = c->ledger, .clock = &m->clock,
	};
	return m;
}

void
movers_free(struct movers **pm)
{
	struct movers *m = *pm;
	struct moverrun *r;

	*pm = NULL;
	if (m == NULL)
		return;
	OBJ_CHECK(m, MOVERS_MAGIC);
	loop_timer_stop(&m->turn);
	loop_timer_stop(&m->soon);
	moverdry_free(&m->dry);
	free(m->dry_of);
	for (size_t at = 0; (r = map_next(&m->runs, &at, NULL)) != NULL;)
		moverrun_free(&r);
	map_fini(&m->runs);
	if (m->fetcher != NULL)
		fetch_engine_free(&m->fetcher);
	driver_all_free(&m->drivers);
	moverbook_fini(&m->book);
	m->magic = 0;
	free(m);
}
