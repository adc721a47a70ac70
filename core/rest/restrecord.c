/* core/rest/restrecord.c - see restrecord.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restrecord.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "core/model/type.h"
#include "core/rest/objdiff.h"
#include "core/rest/objjson.h"
#include "core/rest/restaudit.h"
#include "core/rest/restchange.h"
#include "core/rest/restcommit_inside.h"
#include "core/rest/resthistory.h"
#include "core/rest/restrecovery.h"
#include "core/rest/restrequest.h"

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

/* Of an object that came or went, all; of one that is another now, what differs.
 */
static void
put_change(struct json *j, const struct objjson_view *v,
    const struct store_change *ch)
{
	struct json *was, *now;

	if (ch->was == NULL || ch->now == NULL) {
		put_object(j, "old", v, ch->was);
		put_object(j, "new", v, ch->now);
		return;
	}
	objdiff_json(v, ch->was, ch->now, &was, &now);
	json_put(j, "old", &was);
	json_put(j, "new", &now);
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
		if (count <= RESTCHANGE_OBJECTS_MAX)
			put_change(j, &v, &changes[i]);
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
restrecord_entry(const struct restcommit *c, const struct restrequest *q)
{
	return (struct restaudit_entry){ .time = restcommit_now(c),
	    .peer = q != NULL ? &q->peer : NULL,
	    .method = q != NULL ? restrequest_method_name(q->method) : RESTCOMMIT_REVERT,
	    .path = q != NULL ? q->target : "", .result = 200,
	    .serial = store_serial(c->config.store) };
}

char *
restrecord_join(struct restcommit *c, const struct json *record,
    struct json **audit, struct err *e)
{

	free(c->line);
	c->line = json_line(*audit);
	json_free(audit);
	if (c->behind && (restrecovery_run(c, NULL, e) != 0 || c->behind))
		return NULL;
	if (restaudit_reserve(c->audit, c->late.octets + strlen(c->line), e) != 0)
		return NULL;
	return json_line_with(record, "audit", c->line);
}

char *
restrecord_note(void *arg, const struct store_change *changes, size_t count,
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
	en = restrecord_entry(c, c->ask->q);
	en.serial++;
	en.change = c->made->number;
	if (c->ask->q == NULL) {
		en.path = c->made->path;
		en.message = "was not confirmed in time";
	}
	what = old_and_new(c, changes, count, now);
	audit = restaudit_record(&en, &what);
	record = restchange_record(c->made);
	line = restrecord_join(c, record, &audit, e);
	json_free(&record);
	if (c->ask == &own)
		c->ask = NULL;
	return line;
}
