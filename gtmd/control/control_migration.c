/* gtmd/control/control_migration.c - see control_migration.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_migration.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/path.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/reststats.h"
#include "gtmd/migrate/migevent.h"
#include "gtmd/migrate/migjournal.h"
#include "gtmd/migrate/migstate.h"
#include "gtmd/mover/movers.h"
#include "gtmd/mover/moverrun.h"

/* ---- commands ---- */

/* A member of the body that has to be of a kind, where it is. */
static int
check_member(const struct json *body, const char *key, enum json_kind kind,
    struct restreply *r)
{
	const struct json *v = json_find(body, key);

	if (v == NULL || json_kind_of(v) == kind)
		return 0;
	return restreply_error(r, 400, "%s: it is %s", key,
	    kind == JSON_KIND_BOOL ? "true or false" :
	    kind == JSON_KIND_INT ? "a whole number" : "a text");
}

static int
check_body(const struct json *body, struct restreply *r)
{
	static const struct { const char *key; enum json_kind kind; } members[] = {
		{ "migration", JSON_KIND_TEXT }, { "command", JSON_KIND_TEXT },
		{ "reason", JSON_KIND_TEXT }, { "share", JSON_KIND_INT },
		{ "force", JSON_KIND_BOOL }, { "dryRun", JSON_KIND_BOOL },
		{ "host", JSON_KIND_TEXT },
	};
	const size_t count = sizeof(members) / sizeof(members[0]);
	const char *key;
	void *at = NULL;
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = check_member(body, members[i].key, members[i].kind, r);
	while (rc == 0 && json_next(body, &at, &key) != NULL) {
		size_t i = 0;

		while (i < count && strcmp(members[i].key, key) != 0)
			i++;
		if (i == count)
			rc = restreply_error(r, 400, "\"%.80s\" is unknown: "
			    "migration, command, share, host, force, "
			    "dryRun and reason can be said", key);
	}
	return rc;
}

static char *
name_of(const char *text, struct restreply *r)
{
	struct err e;
	char *name;

	if (text == NULL) {
		(void)restreply_error(r, 400, "migration: which one is meant");
		return NULL;
	}
	name = path_absolute(text, &e);
	if (name == NULL)
		(void)restreply_error(r, 400, "migration: %s", e.text);
	return name;
}

static int
read_ask(const struct json *body, struct movers_ask *ask, struct restreply *r)
{
	const struct json *share = json_find(body, "share");
	const char *command = json_get_text(json_find(body, "command"));
	struct err e;
	int64_t n;

	if (command == NULL)
		return restreply_error(r, 400, "command: start, pause, resume, "
		    "abort, roll-back, advance, skip, retry or close");
	if (migcommand_parse(command, &ask->verb, &e) != 0)
		return restreply_error(r, 400, "command: %s", e.text);
	n = share != NULL ? json_get_int(share) : MIGCOMMAND_NO_SHARE;
	if (share != NULL && (n < 0 || n > 100))
		return restreply_error(r, 400, "share: %" PRId64 "%% is "
		    "outside 0..100", n);
	ask->share = (int32_t)n;
	ask->force = json_get_bool(json_find(body, "force"));
	ask->dry_run = json_get_bool(json_find(body, "dryRun"));
	ask->host = json_get_text(json_find(body, "host"));
	ask->reason = json_get_text(json_find(body, "reason"));
	return 0;
}

/* Its text for a page: what it is, and what may be asked of it. */
static struct json *
show(const struct movers *m, const char *name)
{
	struct json *j = movers_json(m, name), *may = json_new_array();
	const struct moverrun *r = movers_find(m, name);

	for (int v = 0; v < MIGCOMMAND_VERBS; v++)
		if (r == NULL || migstate_final(moverrun_state(r)) ?
		    v == MIGCOMMAND_START : migcommand_allowed(
		    moverrun_state(r), (enum migcommand_verb)v))
			json_add_text(may, migcommand_name(
			    (enum migcommand_verb)v));
	json_put_text(j, "migration", name);
	json_put(j, "commands", &may);
	return j;
}

/* As they are on record: who came without a name is the user of a program here. */
static const char *
user_of(const struct restpeer *peer, char text[RESTPEER_TEXT_MAX])
{
	if (peer->user[0] != '\0')
		return peer->user;
	(void)snprintf(text, RESTPEER_TEXT_MAX, "uid %u", (unsigned)peer->uid);
	return text;
}

/* Who takes a run up again is told what that puts right of what others have set. */
static void
put_right(struct json *j, const struct movers_ask *ask, uint32_t before)
{
	const struct json *traffic = json_find(j, "traffic");
	const char *text = ask->dry_run ? json_get_text(json_find(j, "byHand")) :
	    json_get_text(json_find(traffic, "corrected"));

	if (ask->verb == MIGCOMMAND_RESUME && text != NULL && (ask->dry_run ||
	    json_get_int(json_find(traffic, "corrections")) > before))
		json_put_text(j, "putsRight", text);
}

static uint32_t
corrections_of(const struct movers *m, const char *name)
{
	const struct moverrun *r = movers_find(m, name);

	return r != NULL ? moverrun_state(r)->corrections : 0;
}

void
control_migration_post(struct movers *m, const struct restrequest *q,
    struct restreply *r)
{
	struct movers_ask ask = { .share = MIGCOMMAND_NO_SHARE };
	char who[RESTPEER_TEXT_MAX], *name;
	struct err e = { 0 };
	struct json *j;
	uint32_t before;

	if (q->body == NULL) {
		(void)restreply_error(r, 400, "a body with migration and "
		    "command is missing");
		return;
	}
	if (check_body(q->body, r) != 0 || read_ask(q->body, &ask, r) != 0)
		return;
	name = name_of(json_get_text(json_find(q->body, "migration")), r);
	if (name == NULL)
		return;
	ask.name = name;
	ask.user = user_of(&q->peer, who);
	before = corrections_of(m, name);
	if (movers_command(m, &ask, &e) != 0) {
		/* Nothing is wrong with the request, but with its time. */
		if (e.code == ERR_CONFLICT)
			(void)restreply_error(r, 409, "%s", e.text);
		else
			(void)restreply_err(r, &e);
	} else {
		j = show(m, name);
		json_put_bool(j, "dryRun", ask.dry_run);
		put_right(j, &ask, before);
		restreply_json(r, 200, &j);
	}
	free(name);
}

/* ---- looks ---- */

void
control_migration_get(const struct movers *m, const struct restrequest *q,
    struct restreply *r)
{
	const char *text = restrequest_param(q, "migration");
	struct json *j, *items;
	struct moverrun *run;
	char *name;

	if (text != NULL) {
		name = name_of(text, r);
		j = name != NULL ? show(m, name) : NULL;
		if (j != NULL)
			restreply_json(r, 200, &j);
		free(name);
		return;
	}
	j = restreply_document("tm:gtm:migration-state:migration-statestate",
	    "/mgmt/tm/gtm/migration-state");
	items = json_new_array();
	for (size_t at = 0; (run = movers_next(m, &at)) != NULL;) {
		struct json *one = show(m, moverrun_state(run)->spec->name);

		json_add(items, &one);
	}
	json_put(j, "items", &items);
	restreply_json(r, 200, &j);
}

/* The last records of a run, in a ring. */
struct tail {
	struct json	**v;
	size_t		 cap, count;	/* count: that came, in all */
	bool		 samples;
};

static void
on_record(void *arg, const struct migstate *m, const struct migevent *ev,
    uint64_t number)
{
	struct migevent as = *ev;
	struct tail *t = arg;
	struct json *j;

	if (ev->kind == MIGEVENT_SAMPLE && !t->samples)
		return;
	as.spec = m->spec;		/* which folding took from a first one */
	j = migevent_json(&as, m->spec);
	json_put_int(j, "number", (int64_t)number);
	json_put_text(j, "phase", migstate_phase_name(m->phase));
	json_free(&t->v[t->count % t->cap]);
	t->v[t->count++ % t->cap] = j;
}

/* A parameter's number, or what it is without; 0 with r filled. */
static uint32_t
number(const struct restrequest *q, const char *key, uint32_t otherwise,
    uint32_t max, struct restreply *r)
{
	const char *text = restrequest_param(q, key);
	unsigned long n;

	if (text == NULL)
		return otherwise;
	n = *text != '\0' && strlen(text) < 10 &&
	    text[strspn(text, "0123456789")] == '\0' ?
	    strtoul(text, NULL, 10) : 0;
	if (n < 1 || n > max) {
		(void)restreply_error(r, 400, "%s: \"%.20s\" is outside "
		    "1..%" PRIu32, key, text, max);
		return 0;
	}
	return (uint32_t)n;
}

static void
read_log(const char *path, struct tail *t, struct restreply *r)
{
	const struct migjournal_reader reader = { on_record, t };
	struct json *j = json_new_object(), *items = json_new_array();
	struct migjournal *journal = NULL;
	struct migstate *state = NULL;
	struct diag out;

	diag_init(&out);
	if (migjournal_peek(path, &reader, &journal, &state, &out) != 0) {
		json_free(&j);
		(void)restreply_diag(r, &out);
	} else {
		json_put_text(j, "migration", state->spec != NULL ?
		    state->spec->name : NULL);
		json_put_int(j, "run", state->spec != NULL ?
		    state->spec->run : 0);
		for (size_t i = t->count > t->cap ? t->count - t->cap : 0;
		    i < t->count; i++)
			json_add(items, &t->v[i % t->cap]);
		json_put(j, "items", &items);
		restreply_json(r, 200, &j);
	}
	json_free(&items);
	migjournal_leave(&journal);
	migstate_free(&state);
	diag_fini(&out);
}

char *
control_migration_record(const struct movers *m, const struct restrequest *q,
    struct restreply *r)
{
	uint32_t run = restrequest_param(q, "run") == NULL ? 0 :
	    number(q, "run", 0, 999999999, r);
	char *name, *path;

	name = r->status == 0 ? name_of(restrequest_param(q, "migration"), r) :
	    NULL;
	if (name == NULL)
		return NULL;
	path = movers_path(m, name, run);
	if (path == NULL)
		(void)restreply_error(r, 404, "migration %s has no such run on "
		    "record", name);
	free(name);
	return path;
}

void
control_migration_log(const struct movers *m, const struct restrequest *q,
    struct restreply *r)
{
	struct tail t = { .samples = restrequest_flag(q, "samples") };
	char *path;

	t.cap = number(q, "limit", CONTROL_MIGRATION_LOG,
	    CONTROL_MIGRATION_LOG_MAX, r);
	path = r->status == 0 ? control_migration_record(m, q, r) : NULL;
	if (path == NULL)
		return;
	t.v = mem_zalloc(t.cap, sizeof(struct json *));
	read_log(path, &t, r);
	for (size_t i = 0; i < t.cap; i++)
		json_free(&t.v[i]);
	free(t.v);
	free(path);
}

/* ---- statistics ---- */

/* What the relay has carried, and who came last. */
static void
put_late(struct json *entries, const struct json *relay, const struct json *late)
{
	static const struct { const char *key, *entry; } rows[] = {
		{ "connections", "lateConnections" }, { "octets", "lateOctets" },
		{ "residual", "lateResidual" }, { "open", "lateOpen" },
	};

	if (relay != NULL)
		reststats_text(entries, "relay", json_get_text(json_find(relay,
		    "state")));
	for (size_t i = 0; late != NULL && i < OBJ_COUNT(rows); i++)
		reststats_number(entries, rows[i].entry, (uint64_t)json_get_int(
		    json_find(late, rows[i].key)));
}

/* "-" where nothing is measured. */
static void
put_measured(struct json *entries, const char *key, const struct json *state,
    const char *of)
{
	const struct json *v = json_find(json_find(state, "measured"), of);

	if (v != NULL && json_kind_of(v) == JSON_KIND_INT)
		reststats_number(entries, key, (uint64_t)json_get_int(v));
	else
		reststats_text(entries, key, "-");
}

void
control_migration_stats(const struct movers *m, const struct object *o,
    struct json *entries)
{
	struct json *j = movers_json(m, o->name);
	const struct json *eta = json_find(j, "eta");
	const struct moverrun *r = movers_find(m, o->name);
	const char *line = json_get_text(json_find(j, "line"));

	reststats_text(entries, "phase", json_get_text(json_find(j, "phase")));
	reststats_text(entries, "line", line != NULL ? line :
	    "has not been started");
	if (r != NULL && moverrun_state(r)->spec != NULL) {
		const struct migstate *s = moverrun_state(r);
		uint64_t there = 0;

		for (size_t i = 0; i < s->spec->host_count; i++)
			there += s->host[i].phase == MIGSTATE_HOST_THERE;
		reststats_number(entries, "hostsSkipped",
		    migstate_skipped(s));
		reststats_number(entries, "run", s->spec->run);
		reststats_number(entries, "share", s->told.share);
		put_measured(entries, "served", j, "served");
		put_measured(entries, "effective", j, "effective");
		reststats_number(entries, "hosts", s->spec->host_count);
		reststats_number(entries, "hostsThere", there);
		reststats_text(entries, "paused", s->paused ? "yes" : "no");
		if (s->held[0] != '\0')
			reststats_text(entries, "held", s->held);
		if (s->paused)
			reststats_text(entries, "pauseReason", s->pause_why);
	}
	put_late(entries, json_find(j, "relay"), json_find(j, "late"));
	if (eta != NULL)
		reststats_number(entries, "eta", (uint64_t)json_get_int(eta));
	json_free(&j);
}
