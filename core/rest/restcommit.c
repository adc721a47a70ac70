/* core/rest/restcommit.c - see restcommit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restcommit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "core/model/type.h"
#include "core/rest/objjson.h"
#include "core/rest/restaudit.h"
#include "core/rest/restchange.h"
#include "core/rest/restcommit_inside.h"
#include "core/rest/restconfirm.h"
#include "core/rest/restevents.h"
#include "core/rest/resthistory.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"

real_s
restcommit_now(const struct restcommit *c)
{
	return clock_real(loop_clock(c->config.loop));
}

static int recover(struct restcommit *c, struct resthistory *history,
    struct err *e);

/* ---- what goes on record with a change ---- */

static void
put_object(struct json *j, const char *key, const struct objjson_view *v,
    const struct object *o)
{
	struct json *child = o != NULL ? objjson_object(v, o) : NULL;

	if (child != NULL)
		json_put(j, key, &child);
	else
		json_put_text(j, key, NULL);
}

/* Parents are looked up in the draft: what an old value inherited is told as
 * the parent will have it. */
static struct json *
old_and_new(const struct restcommit *c, const struct store_change *changes,
    size_t count, const struct draft *now)
{
	const struct objjson_view v = { .draft = now,
	    .dialect = c->config.dialect, .expand = true };
	struct json *all = json_new_array();

	for (size_t i = 0; i < count; i++) {
		const struct object *o = changes[i].now != NULL ?
		    changes[i].now : changes[i].was;
		struct json *j = json_new_object();
		char *text = mem_printf("%s %s", o->type->words, o->name);

		json_put_text(j, "object", text);
		if (count <= RESTCHANGE_OBJECTS_MAX) {
			put_object(j, "old", &v, changes[i].was);
			put_object(j, "new", &v, changes[i].now);
		}
		json_add(all, &j);
		free(text);
	}
	return all;
}

/* The change that these will be, all but the objects. */
static struct restchange *
begin_change(const struct restcommit *c)
{
	const struct restcommit_ask *ask = c->ask;
	struct restchange *ch = restchange_new();

	ch->number = resthistory_next(c->history);
	ch->time = restcommit_now(c);
	ch->undoes = ask->undoes;
	ch->role = ask->role;
	if (ask->q == NULL) {
		ch->method = mem_strdup(RESTCOMMIT_REVERT);
		ch->path = mem_printf("/mgmt/tm/gtm/changes/%" PRIu64,
		    ask->undoes);
		return ch;
	}
	memcpy(ch->user, ask->q->peer.user, sizeof(ch->user));
	memcpy(ch->from, ask->q->peer.from, sizeof(ch->from));
	ch->method = mem_strdup(restrequest_method_name(ask->q->method));
	ch->path = mem_strdup(ask->q->target);
	if (c->within_s > 0) {
		ch->confirm = RESTCHANGE_PENDING;
		ch->within_s = c->within_s;
		ch->until = ch->time + c->within_s;
	}
	return ch;
}

struct restaudit_entry
restcommit_entry(const struct restcommit *c, const struct restrequest *q)
{
	return (struct restaudit_entry){ .time = restcommit_now(c),
	    .peer = q != NULL ? &q->peer : NULL,
	    .method = q != NULL ? restrequest_method_name(q->method) : RESTCOMMIT_REVERT,
	    .path = q != NULL ? q->target : "", .result = 200,
	    .serial = store_serial(c->config.store) };
}

/* The record with the audit line in it; the line alone stays in c->line, with
 * room for it taken. */
char *
restcommit_join(struct restcommit *c, struct json *record, struct json **audit,
    struct err *e)
{
	char *whole = NULL;

	free(c->line);
	c->line = json_line(*audit);
	json_put(record, "audit", audit);
	if (c->behind && (recover(c, NULL, e) != 0 || c->behind))
		return NULL;
	if (restaudit_reserve(c->audit, strlen(c->line), e) == 0)
		whole = json_line(record);
	return whole;
}

/* For the store, before the record is written. */
static char *
on_note(void *arg, const struct store_change *changes, size_t count,
    const struct draft *now, struct err *e)
{
	struct restcommit *c = arg;
	struct restcommit_ask own = { .role = RESTPEER_ADMIN };
	struct restaudit_entry en;
	struct json *record, *audit, *what;
	char *line;

	if (c->within_s > 0 && count > RESTCHANGE_OBJECTS_MAX) {
		(void)err_set(e, ERR_RANGE, "confirm-within: a change of more "
		    "than %d objects cannot wait", RESTCHANGE_OBJECTS_MAX);
		return NULL;
	}
	if (c->ask == NULL)
		c->ask = &own;
	restchange_free(&c->made);
	c->made = begin_change(c);
	restchange_learn(c->made, changes, count);
	en = restcommit_entry(c, c->ask->q);
	en.serial++;
	en.change = c->made->number;
	if (c->ask->q == NULL) {
		en.path = c->made->path;
		en.message = "was not confirmed in time";
	}
	what = old_and_new(c, changes, count, now);
	audit = restaudit_record(&en, &what);
	record = restchange_record(c->made);
	line = restcommit_join(c, record, &audit, e);
	json_free(&record);
	if (c->ask == &own)
		c->ask = NULL;
	return line;
}

/* For the store, before it lets go of old records. */
static int
on_keep(void *arg, struct strbuf *lines, struct err *e)
{
	struct restcommit *c = arg;
	int rc = restaudit_sync(c->audit, e);

	if (rc == 0)
		resthistory_keep(c->history, lines);
	return rc;
}

/* It is in the journal, and so not lost; the file gets it at the next turn. */
void
restcommit_append(struct restcommit *c)
{
	struct err e = { 0 };

	if (c->line != NULL && restaudit_append(c->audit, c->line, &e) != 0)
		log_at(LOG_ERROR, "rest", "audit", "late", "%s", e.text);
	free(c->line);
	c->line = NULL;
	c->recorded = true;
}

/* ---- telling ---- */

static void
tell_commit(struct restcommit *c, const struct restchange *ch)
{
	struct json *j;

	if (c->config.events == NULL)
		return;
	j = restchange_show(ch);
	json_put_int(j, "serial", (int64_t)store_serial(c->config.store));
	restevents_add(c->config.events, "commit", &j);
}

/* It is on disk and counts. */
static void
finish_change(struct restcommit *c)
{
	c->number = c->made->number;
	resthistory_add(c->history, &c->made);
	restcommit_append(c);
	restconfirm_watch(c);
	tell_commit(c, resthistory_find(c->history, c->number));
}

/* What was put on record, or what somebody edited in the file. */
static void
on_change(void *arg, const struct store_change *changes, size_t count)
{
	struct restcommit *c = arg;
	struct restchange *ch;

	if (c->made != NULL) {
		finish_change(c);
		return;
	}
	if (c->config.events == NULL)
		return;
	ch = restchange_new();
	ch->time = restcommit_now(c);
	ch->method = mem_strdup("LOAD");
	ch->path = mem_strdup("/mgmt/tm/sys/config");
	restchange_learn(ch, changes, count);
	tell_commit(c, ch);
	restchange_free(&ch);
}

static int
read_within(struct restcommit *c, const struct restrequest *q,
    struct restreply *r)
{
	const char *text = q != NULL ? restrequest_param(q, "confirm-within") :
	    NULL;
	unsigned long n;

	c->within_s = 0;
	if (text == NULL)
		return 0;
	n = *text != '\0' && strlen(text) < 8 &&
	    text[strspn(text, "0123456789")] == '\0' ?
	    strtoul(text, NULL, 10) : 0;
	if (n < 1 || n > RESTCOMMIT_WITHIN_MAX)
		return restreply_error(r, 400, "confirm-within: \"%.20s\" is "
		    "not a number of seconds, 1..%d", text,
		    RESTCOMMIT_WITHIN_MAX);
	c->within_s = (uint32_t)n;
	return 0;
}

/* ---- commits ---- */

/* Takes *pd; findings go to out. */
int
restcommit_draft(struct restcommit *c, struct draft **pd, const struct restcommit_ask *ask,
    struct diag *out)
{
	int rc;

	c->ask = ask;
	restchange_free(&c->made);
	rc = store_commit(c->config.store, pd, out);
	c->ask = NULL;
	draft_free(pd);
	restchange_free(&c->made);
	free(c->line);
	c->line = NULL;
	c->within_s = 0;
	return rc;
}

/* May it be made at all? 0, or the status that r tells. */
static int
check_ask(struct restcommit *c, const struct draft *d,
    const struct restcommit_ask *ask, struct restreply *r)
{
	int rc = read_within(c, ask->q, r);

	return rc != 0 ? rc : restconfirm_check(c, d, ask, r);
}

int
restcommit_make_told(struct restcommit *c, struct draft **pd,
    const struct restcommit_ask *ask, struct diag *out)
{
	struct restreply r = { .status = 0 };
	int rc;

	OBJ_CHECK(c, RESTCOMMIT_MAGIC);
	rc = check_ask(c, *pd, ask, &r);
	if (rc == 0)
		return restcommit_draft(c, pd, ask, out);
	rc = diag_error(out, NULL, rc == 409 ? ERR_EXISTS : ERR_RANGE, "%s",
	    json_get_text(json_find(r.body, "message")));
	restreply_fini(&r);
	draft_free(pd);
	return rc;
}

int
restcommit_make(struct restcommit *c, struct draft **pd,
    const struct restcommit_ask *ask, struct restreply *r)
{
	struct diag d;
	int rc;

	OBJ_CHECK(c, RESTCOMMIT_MAGIC);
	rc = check_ask(c, *pd, ask, r);
	if (rc != 0) {
		draft_free(pd);
		return rc;
	}
	diag_init(&d);
	rc = restcommit_draft(c, pd, ask, &d);
	if (rc != 0)
		rc = restreply_diag(r, &d);
	log_diag("rest", &d);
	diag_fini(&d);
	return rc;
}

void
restcommit_tell(const struct restcommit *c, struct restreply *r)
{
	const struct restchange *p = resthistory_pending(c->history);
	struct json *j, *none;

	OBJ_CHECK(c, RESTCOMMIT_MAGIC);
	if (p == NULL || p->number != c->number)
		return;
	if (r->body == NULL) {
		none = json_new_object();
		restreply_json(r, r->status, &none);
	}
	j = json_new_object();
	json_put_int(j, "change", (int64_t)p->number);
	json_put_int(j, "confirmWithin", p->within_s);
	json_put_int(j, "until", p->until);
	json_put(r->body, "confirm", &j);
}

void
restcommit_audit(struct restcommit *c, const struct restrequest *q,
    const struct restreply *r)
{
	struct restaudit_entry en;
	struct json *none = NULL, *j;
	struct err e = { 0 };
	char *line;

	OBJ_CHECK(c, RESTCOMMIT_MAGIC);
	if (!c->recorded) {
		en = restcommit_entry(c, q);
		en.result = r->status;
		if (r->status >= 400)
			en.message = json_get_text(json_find(r->body,
			    "message"));
		j = restaudit_record(&en, &none);
		line = json_line(j);
		if (restaudit_append(c->audit, line, &e) != 0)
			log_at(LOG_ERROR, "rest", "audit", "late", "%s",
			    e.text);
		free(line);
		json_free(&j);
	}
	c->recorded = false;
	c->number = 0;
}

/* ---- birth and end ---- */

static void
on_due(struct loop_timer *t, void *arg)
{
	(void)t;
	restconfirm_revert(arg);
}

/* What reading the record needs to know. */
struct recovery {
	struct restcommit *commit;
	struct resthistory *history;	/* to be filled, or NULL */
	uint64_t	 written;	/* the audit file's last change */
	size_t		 missing;	/* lines that it was given */
	int		 rc;
	struct err	*e;
};

static void
recover_line(struct recovery *to, const struct json *record)
{
	const struct json *audit = json_find(record, "audit");
	int64_t number = json_get_int(json_find(record, "change"));
	char *line;

	if (audit == NULL || to->rc != 0 || number <= 0 ||
	    (uint64_t)number <= to->written)
		return;
	line = json_line(audit);
	to->rc = restaudit_append(to->commit->audit, line, to->e);
	to->missing++;
	free(line);
}

static void
on_line(void *arg, const char *line)
{
	struct recovery *to = arg;
	struct json *j = json_parse(line, strlen(line), NULL);

	if (j == NULL)
		return;
	recover_line(to, j);
	if (to->history != NULL)
		resthistory_read(to->history, j);
	json_free(&j);
}

/* The audit file gets what the journal says beyond it. While that does not
 * succeed nothing is changed; but it keeps nobody from answering. */
static int
recover(struct restcommit *c, struct resthistory *history, struct err *e)
{
	struct recovery to = { .commit = c, .history = history, .e = e };
	int rc;

	to.rc = restaudit_sync(c->audit, e);
	to.written = restaudit_last(c->audit);
	resthistory_take(c->history, to.written);
	rc = store_notes(c->config.store, on_line, &to, e);
	c->behind = to.rc != 0;
	if (c->behind)
		log_at(LOG_ERROR, "rest", "audit", "late", "%s", e->text);
	else if (to.missing > 0)
		log_at(LOG_NOTICE, "rest", "audit", "recovered", "lines=%zu",
		    to.missing);
	return rc;
}

struct restcommit *
restcommit_new(const struct restcommit_config *config, struct err *e)
{
	const struct restchange *p;
	struct restcommit *c = mem_zalloc(1, sizeof(*c));
	struct store_noter noter = { on_note, on_keep, c };

	c->magic = RESTCOMMIT_MAGIC;
	c->config = *config;
	c->history = resthistory_new();
	loop_timer_init(&c->due, config->loop, on_due, c);
	c->audit = restaudit_new(config->audit_path, e);
	if (c->audit == NULL || recover(c, c->history, e) != 0) {
		restcommit_free(&c);
		return NULL;
	}
	store_noter(config->store, &noter);
	store_watch(config->store, on_change, c);
	p = resthistory_pending(c->history);
	if (p != NULL && p->until <= restcommit_now(c))
		restconfirm_revert(c);
	else
		restconfirm_watch(c);
	return c;
}

void
restcommit_leave(struct restcommit *c)
{
	OBJ_CHECK(c, RESTCOMMIT_MAGIC);
	loop_timer_stop(&c->due);
}

void
restcommit_free(struct restcommit **pc)
{
	struct restcommit *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	OBJ_CHECK(c, RESTCOMMIT_MAGIC);
	loop_timer_stop(&c->due);
	if (c->audit != NULL) {
		(void)restaudit_sync(c->audit, NULL);
		store_noter(c->config.store, NULL);
		store_unwatch(c->config.store, on_change, c);
	}
	restaudit_free(&c->audit);
	resthistory_free(&c->history);
	restchange_free(&c->made);
	free(c->line);
	c->magic = 0;
	free(c);
}
