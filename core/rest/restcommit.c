/* core/rest/restcommit.c - see restcommit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restcommit.h"

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
#include "core/model/store.h"
#include "core/rest/restaudit.h"
#include "core/rest/restchange.h"
#include "core/rest/restcommit_inside.h"
#include "core/rest/restconfirm.h"
#include "core/rest/restevents.h"
#include "core/rest/resthistory.h"
#include "core/rest/restlate.h"
#include "core/rest/restrecord.h"
#include "core/rest/restrecovery.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"

real_s
restcommit_now(const struct restcommit *c)
{
	return clock_real(loop_clock(c->config.loop));
}

/* ---- on record ---- */

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

static struct json *
event_of(const struct restcommit *c, const struct restchange *ch)
{
	struct json *j;

	if (c->config.events == NULL)
		return NULL;
	j = restchange_show(ch);
	json_put_int(j, "serial", (int64_t)store_serial(c->config.store));
	return j;
}

void
restcommit_event(struct restcommit *c, struct json **told)
{
	if (*told != NULL)
		restevents_add(c->config.events, "commit", told);
}

/* It counts; and unless it waits with others, it is on disk. */
static void
finish_change(struct restcommit *c)
{
	uint64_t waits = store_waits_for(c->config.store);
	struct json *told = event_of(c, c->made);

	c->number = c->made->number;
	resthistory_add(c->history, &c->made);
	c->recorded = true;
	if (waits != 0) {
		restlate_add(&c->late, waits, &c->line, &told);
	} else {
		restcommit_append(c);
		restcommit_event(c, &told);
	}
	restconfirm_watch(c);
}

/* What was put on record, or what somebody edited in the file. */
static void
on_change(void *arg, const struct store_change *changes, size_t count)
{
	struct restcommit *c = arg;
	struct restchange *ch;
	struct json *told;

	if (store_goes_back(c->config.store))
		return;			/* nobody has heard of it */
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
	told = event_of(c, ch);
	restcommit_event(c, &told);
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
    struct restreply *r)
{
	struct restaudit_entry en;
	struct json *none = NULL, *j;
	struct err e = { 0 };
	char *line;

	OBJ_CHECK(c, RESTCOMMIT_MAGIC);
	if (!c->recorded) {
		en = restrecord_entry(c, q);
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
	if (r->status < 400)
		r->held = store_waits_for(c->config.store);
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

struct restcommit *
restcommit_new(const struct restcommit_config *config, struct err *e)
{
	const struct restchange *p;
	struct restcommit *c = mem_zalloc(1, sizeof(*c));
	struct store_noter noter = { restrecord_note, on_keep, c };

	c->magic = RESTCOMMIT_MAGIC;
	c->config = *config;
	c->history = resthistory_new();
	loop_timer_init(&c->due, config->loop, on_due, c);
	c->audit = restaudit_new(config->audit_path, e);
	if (c->audit == NULL || restrecovery_run(c, c->history, e) != 0) {
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
	if (config->settled != NULL && restlate_open(c, e) != 0)
		restcommit_free(&c);
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
	restlate_close(c);
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
