/* core/rest/restundo.c - see restundo.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/restundo.h"

#include <inttypes.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/restchange.h"
#include "core/rest/restcommit_inside.h"
#include "core/rest/resthistory.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"

const struct restchange *
restundo_named(const struct restcommit *c, const struct restrequest *q,
    const struct restchange *otherwise, struct restreply *r)
{
	const struct json *number = json_find(q->body, "change");
	const struct restchange *ch = number == NULL ? otherwise :
	    json_kind_of(number) == JSON_KIND_INT && json_get_int(number) > 0 ?
	    resthistory_find(c->history, (uint64_t)json_get_int(number)) : NULL;

	if (ch == NULL)
		(void)restreply_error(r, 404, number != NULL ? "there is no "
		    "such change among the latest %d" : "there is no such "
		    "change", RESTHISTORY_MAX);
	else if (q->peer.role < ch->role) {
		(void)restreply_error(r, 403, "role %s may not do this to "
		    "change %" PRIu64, restpeer_role_name(q->peer.role),
		    ch->number);
		ch = NULL;
	}
	return ch;
}

void
restundo_show(const struct restchange *ch, struct restreply *r)
{
	struct json *j = restchange_show(ch);

	json_put_text(j, "kind", "tm:gtm:changes:changesstate");
	restreply_json(r, 200, &j);
}

void
restundo_post(struct restcommit *c, const struct restrequest *q,
    struct restreply *r)
{
	struct restcommit_ask ask = { .q = q };
	const struct restchange *ch;
	struct draft *d;
	struct err e = { 0 };

	OBJ_CHECK(c, RESTCOMMIT_MAGIC);
	ch = restundo_named(c, q, resthistory_undoable(c->history), r);
	if (ch == NULL)
		return;
	if (ch->undone_by != 0) {
		(void)restreply_error(r, 409, "change %" PRIu64 " is undone "
		    "already, by change %" PRIu64, ch->number, ch->undone_by);
		return;
	}
	if (ch->large != 0) {
		(void)restreply_error(r, 409, "change %" PRIu64 " cannot be "
		    "undone: it is of %" PRIu64 " objects, %d at most are "
		    "remembered", ch->number, ch->large,
		    RESTCHANGE_OBJECTS_MAX);
		return;
	}
	ask.role = ch->role;
	ask.undoes = ch->number;
	d = store_draft(c->config.store);
	if (restchange_revert(ch, d, &e) != 0) {
		(void)restreply_error(r, 409, "change %" PRIu64 " cannot be "
		    "undone: %s", ch->number, e.text);
	} else if (restcommit_make(c, &d, &ask, r) == 0) {
		/* Without a number it was so already. */
		ch = resthistory_find(c->history, c->number != 0 ? c->number :
		    ask.undoes);
		if (ch != NULL)
			restundo_show(ch, r);
	}
	draft_free(&d);
}

void
restundo_list(struct restcommit *c, const struct restrequest *q,
    struct restreply *r)
{
	struct json *j = json_new_object(), *items;

	OBJ_CHECK(c, RESTCOMMIT_MAGIC);
	(void)q;
	items = resthistory_show(c->history);
	json_put_text(j, "kind", "tm:gtm:changes:changescollectionstate");
	json_put(j, "items", &items);
	restreply_json(r, 200, &j);
}
