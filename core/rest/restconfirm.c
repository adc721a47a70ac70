/* core/rest/restconfirm.c - see restconfirm.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restconfirm.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/store.h"
#include "core/rest/restchange.h"
#include "core/rest/restcommit_inside.h"
#include "core/rest/restevents.h"
#include "core/rest/resthistory.h"
#include "core/rest/restrecord.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/restundo.h"

#define RETRY_MS	1000	/* when a revert finds no room on the disk */

/* ---- waiting for a confirmation ---- */

void
restconfirm_watch(struct restcommit *c)
{
	const struct restchange *p = resthistory_pending(c->history);
	real_s left;

	if (p == NULL) {
		loop_timer_stop(&c->due);
		return;
	}
	/* It runs since the change was made: no clock that is set meanwhile,
	 * and no other change, makes it shorter or longer. */
	if (loop_timer_running(&c->due) && c->due_change == p->number)
		return;
	c->due_change = p->number;
	/* A wall clock that was set back must not make it wait for years. */
	left = p->until - restcommit_now(c);
	left = left < 0 ? 0 : left > p->within_s ? p->within_s : left;
	loop_timer_start(&c->due, (uint64_t)left * 1000, 0);
}

/* What a write's draft would hold, in a draft of its own. */
static struct draft *
copy_draft(const struct restcommit *c, const struct draft *d)
{
	struct draft *copy = store_draft(c->config.store);
	struct overlay_walk w = { 0 };
	const struct overlay_entry *en;

	while ((en = overlay_next(draft_overlay(d), &w)) != NULL) {
		struct object *now = en->now != NULL ?
		    object_clone(en->now) : NULL;

		if (now != NULL)
			draft_put(copy, &now);
		else if (draft_find(copy, en->type, en->name) != NULL)
			(void)draft_delete(copy, en->type, en->name, NULL);
	}
	return copy;
}

static int
revert_and_check(const struct restchange *p, struct draft *d, struct err *e)
{
	struct diag out;
	int rc = restchange_revert(p, d, e);

	if (rc != 0)
		return rc;
	diag_init(&out);
	rc = draft_check(d, &out);
	for (size_t i = 0; rc != 0 && i < out.count; i++)
		if (out.entries[i].level == DIAG_ERROR) {
			(void)err_set(e, ERR_CONFLICT, "%s",
			    out.entries[i].text);
			break;
		}
	diag_fini(&out);
	return rc;
}

static bool
is_sound(const struct restcommit *c, const struct draft *d)
{
	struct draft *copy = copy_draft(c, d);
	struct diag out;
	int rc;

	diag_init(&out);
	rc = draft_check(copy, &out);
	diag_fini(&out);
	draft_free(&copy);
	return rc == 0;
}

/* May this be changed while another change waits? */
int
restconfirm_check(const struct restcommit *c, const struct draft *d,
    const struct restcommit_ask *ask, struct restreply *r)
{
	const struct restchange *p = resthistory_pending(c->history);
	struct draft *both;
	struct err e = { 0 };
	int rc = 0;

	if (p == NULL || ask->undoes == p->number)
		return 0;
	if (c->within_s > 0)
		return restreply_error(r, 409, "change %" PRIu64 " waits for "
		    "its confirmation already; confirm or undo it first",
		    p->number);
	if (!is_sound(c, d))
		return 0;		/* the commit says what is wrong */
	both = copy_draft(c, d);
	if (revert_and_check(p, both, &e) != 0)
		rc = restreply_error(r, 409, "change %" PRIu64 "%s%s waits "
		    "for its confirmation and could not be reverted after "
		    "this: %s", p->number, *p->user != '\0' ? " by " : "",
		    p->user, e.text);
	draft_free(&both);
	return rc;
}

/* ---- confirm, revert ---- */

static void
tell_settled(struct restcommit *c, uint64_t number,
    enum restchange_confirm how, const char *why)
{
	struct json *j = json_new_object();

	json_put_int(j, "change", (int64_t)number);
	json_put_text(j, "confirm", restchange_confirm_name(how));
	if (why != NULL)
		json_put_text(j, "reason", why);
	if (c->config.events != NULL)
		restevents_add(c->config.events, "confirm", &j);
	json_free(&j);
}

/* Puts on record, and only then says, what became of a change that waited. */
static int
settle(struct restcommit *c, const struct restrequest *q,
    enum restchange_confirm how, const char *why, struct err *e)
{
	uint64_t number = resthistory_pending(c->history)->number;
	struct restaudit_entry en = restrecord_entry(c, q);
	struct json *record = json_new_object(), *none = NULL, *audit;
	char *line, *path = mem_printf("/mgmt/tm/gtm/changes/%" PRIu64, number);
	int rc;

	en.change = resthistory_next(c->history);
	en.message = why;
	if (q == NULL) {
		en.result = 409;
		en.path = path;
	}
	json_put_int(record, "change", (int64_t)en.change);
	json_put_int(record, "settles", (int64_t)number);
	json_put_text(record, "confirm", restchange_confirm_name(how));
	audit = restaudit_record(&en, &none);
	line = restrecord_join(c, record, &audit, e);
	rc = line != NULL ? store_note(c->config.store, line, e) : e->code;
	if (rc == 0) {
		resthistory_take(c->history, en.change);
		resthistory_settle(c->history, number, how);
		restcommit_append(c);
		restconfirm_watch(c);
		tell_settled(c, number, how, why);
	}
	free(line);
	free(path);
	json_free(&record);
	return rc;
}

/* The file has overruled it: it stays as it is, whole. */
static void
give_up(struct restcommit *c, const char *why)
{
	uint64_t number = resthistory_pending(c->history)->number;
	struct err e = { 0 };

	log_at(LOG_ERROR, "rest", "confirm", "kept", "change=%" PRIu64
	    " %s", number, why);
	if (settle(c, NULL, RESTCHANGE_KEPT, why, &e) != 0)
		loop_timer_start(&c->due, RETRY_MS, 0);
	c->recorded = false;
}

/* No room, or a part outside refuses: it goes on waiting, and we try. */
static void
try_again(struct restcommit *c, const struct diag *d)
{
	if (!c->stuck)
		log_at(LOG_ERROR, "rest", "confirm", "revert-failed", "%s",
		    d->count > 0 ? d->entries[0].text : "");
	c->stuck = true;
	loop_timer_start(&c->due, RETRY_MS, 0);
}

void
restconfirm_revert(struct restcommit *c)
{
	const struct restchange *p;
	struct restcommit_ask ask = { .role = RESTPEER_ADMIN };
	struct draft *d, *tried;
	struct diag out;
	struct err e = { 0 };

	store_settle(c->config.store);
	p = resthistory_pending(c->history);
	if (p == NULL)
		return;			/* the disk did not take it */
	ask.undoes = p->number;
	tried = store_draft(c->config.store);
	if (revert_and_check(p, tried, &e) != 0) {
		draft_free(&tried);
		give_up(c, e.text);
		return;
	}
	draft_free(&tried);
	diag_init(&out);
	d = store_draft(c->config.store);
	(void)restchange_revert(p, d, &e);
	if (restcommit_draft(c, &d, &ask, &out) != 0) {
		try_again(c, &out);
	} else {
		c->stuck = false;
		log_at(LOG_NOTICE, "rest", "confirm", "reverted", "change=%"
		    PRIu64, ask.undoes);
	}
	c->recorded = false;
	c->number = 0;
	diag_fini(&out);
}

void
restconfirm_post(struct restcommit *c, const struct restrequest *q,
    struct restreply *r)
{
	const struct restchange *p, *ch;
	struct err e = { 0 };

	OBJ_CHECK(c, RESTCOMMIT_MAGIC);
	store_settle(c->config.store);
	p = resthistory_pending(c->history);
	ch = restundo_named(c, q, p, r);
	if (ch == NULL)
		return;
	if (ch != p)
		(void)restreply_error(r, 409, "change %" PRIu64 " does not "
		    "wait for a confirmation: it is %s", ch->number,
		    restchange_confirm_name(ch->confirm));
	else if (settle(c, q, RESTCHANGE_CONFIRMED, NULL, &e) != 0)
		(void)restreply_err(r, &e);
	else
		restundo_show(ch, r);
}
