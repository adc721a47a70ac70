/* core/rest/resttree.c - see resttree.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/resttree.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/store.h"
#include "core/model/type.h"
#include "core/rest/objjson.h"
#include "core/rest/restcommit.h"
#include "core/rest/restname.h"
#include "core/rest/restplace.h"
#include "core/rest/restread.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/reststats.h"
#include "core/rest/resttransact.h"
#include "core/rest/restwrite.h"

struct resttree {
	unsigned	 magic;
#define RESTTREE_MAGIC	0x7e575ee1u
	struct resttree_config config;
	struct restcommit *commit;
	struct resttransact transactions;
};

/* ---- writes ---- */

/* What an operator may write of an object: what steers traffic. */
static bool
only_steers(const struct restrequest *q)
{
	static const char *const words[] = {
		"enabled", "disabled", "ratio", NULL
	};
	const char *key;
	void *at = NULL;

	if (q->method != RESTREQUEST_PATCH || json_count(q->body) == 0)
		return false;
	while (json_next(q->body, &at, &key) != NULL) {
		int i = 0;

		while (words[i] != NULL && strcmp(words[i], key) != 0)
			i++;
		if (words[i] == NULL)
			return false;
	}
	return true;
}

static struct json *
effect_of(struct resttree *t, const struct restwrite_result *w,
    const struct type *type)
{
	const struct resttree_hooks *h = &t->config.hooks;
	const struct object *o = w->name == NULL || h->effect == NULL ? NULL :
	    model_find(store_model(t->config.store), type, w->name);

	return o != NULL ? h->effect(h->arg, o) : NULL;
}

static void
put_effect(struct resttree *t, const struct restwrite_result *w,
    const struct type *type, struct json **before, struct restreply *r)
{
	struct json *after = effect_of(t, w, type), *both;

	if (*before != NULL || after != NULL) {
		both = json_new_object();
		/* Of an item that went there is nothing else to tell. */
		if (r->body == NULL)
			r->body = json_new_object();
		if (*before != NULL)
			json_put(both, "before", before);
		if (after != NULL)
			json_put(both, "after", &after);
		json_put(r->body, "effect", &both);
	}
	json_free(before);
	json_free(&after);
}

/* The object as it now is; of what is gone, nothing. */
static void
show_result(struct resttree *t, const struct restplace *at,
    const struct restwrite_result *w, struct restreply *r)
{
	struct draft *now = store_draft(t->config.store);
	struct objjson_view v = { .draft = now, .dialect = t->config.dialect };
	struct restplace here = *at;
	const struct object *o = w->name != NULL ?
	    draft_find(now, at->type, w->name) : NULL;

	r->status = 200;
	here.key = w->key;
	if (o != NULL && (at->items == NULL || w->key != NULL))
		restread_show(&v, o, &here, r);
	draft_free(&now);
}

static void
tell_patched(struct resttree *t, const struct restplace *at,
    const struct restwrite_result *w, const struct restrequest *q)
{
	const struct resttree_hooks *h = &t->config.hooks;
	const struct object *o, *item;

	if (h->patched == NULL || q->method != RESTREQUEST_PATCH ||
	    w->name == NULL || w->key == NULL)
		return;
	o = model_find(store_model(t->config.store), at->type, w->name);
	item = o != NULL ? restplace_item(o, at->items, w->key) : NULL;
	if (item != NULL)
		h->patched(h->arg, o, item, q->body);
}

static void
write_now(struct resttree *t, const struct restplace *at,
    const struct restrequest *q, struct restreply *r)
{
	struct restwrite_result out;
	struct restwrite w = { .draft = store_draft(t->config.store), .q = q,
	    .at = at, .dialect = t->config.dialect };
	const struct restcommit_ask ask = { .q = q, .role = only_steers(q) ?
	    RESTPEER_OPERATOR : RESTPEER_MANAGER };
	struct json *before = NULL;
	bool effect = restrequest_flag(q, "effect");

	if (restwrite_apply(&w, &out, r) == 0) {
		if (effect)
			before = effect_of(t, &out, at->type);
		if (restcommit_make(t->commit, &w.draft, &ask, r) == 0) {
			show_result(t, at, &out, r);
			restcommit_tell(t->commit, r);
			tell_patched(t, at, &out, q);
		}
		if (effect && r->status == 200)
			put_effect(t, &out, at->type, &before, r);
	}
	json_free(&before);
	draft_free(&w.draft);
	restwrite_result_fini(&out);
	restcommit_audit(t->commit, q, r);
}

/* ---- who may, and who answers ---- */

static bool
is_allowed(const struct restrequest *q)
{
	if (q->method == RESTREQUEST_GET)
		return q->peer.role >= RESTPEER_GUEST;
	if (only_steers(q))
		return q->peer.role >= RESTPEER_OPERATOR;
	return q->peer.role >= RESTPEER_MANAGER;
}

static void
deny(struct resttree *t, const struct restrequest *q, struct restreply *r)
{
	(void)restreply_error(r, 403, "role %s may not %s this",
	    restpeer_role_name(q->peer.role),
	    restrequest_method_name(q->method));
	if (q->method != RESTREQUEST_GET)
		restcommit_audit(t->commit, q, r);
}

/* "sys/version" against the parts after "/mgmt/tm". */
static bool
is_route(const char *path, const struct restrequest *q)
{
	for (size_t i = 2; i < q->segment_count; i++) {
		size_t len = strlen(q->segments[i].text);

		if (strncmp(path, q->segments[i].text, len) != 0 ||
		    path[len] != (i + 1 < q->segment_count ? '/' : '\0'))
			return false;
		path += len + 1;
	}
	return q->segment_count > 2;
}

static const struct restroute *
find_route(const struct resttree *t, const struct restrequest *q)
{
	const struct restroute *row = t->config.routes;

	while (row != NULL && row->path != NULL && !is_route(row->path, q))
		row++;
	return row != NULL && row->path != NULL ? row : NULL;
}

static void
serve_route(struct resttree *t, const struct restroute *row,
    const struct restrequest *q, struct restreply *r)
{
	if (q->peer.role < row->role) {
		deny(t, q, r);
		return;
	}
	if ((row->methods & q->method) == 0) {
		(void)restreply_error(r, 405, "%s is not for %s",
		    restrequest_method_name(q->method), row->path);
		return;
	}
	row->handle(t->config.arg, q, r);
	if (r->status == 200)
		restcommit_tell(t->commit, r);
	if (q->method != RESTREQUEST_GET && row->role > RESTPEER_GUEST)
		restcommit_audit(t->commit, q, r);
}

static void
read_family(struct resttree *t, const struct restrequest *q,
    struct restreply *r)
{
	struct draft *now = store_draft(t->config.store);
	struct objjson_view v = { .draft = now };

	restread_family(&v, q, r);
	draft_free(&now);
}

static void
read_place(struct resttree *t, const struct restplace *at,
    const struct restrequest *q, struct restreply *r)
{
	struct draft *now = store_draft(t->config.store);
	struct objjson_view v = { .draft = now, .dialect = t->config.dialect,
	    .expand = restrequest_flag(q, "expandSubcollections") };

	if (at->stats)
		reststats_place(&t->config.hooks, at, now, r);
	else
		restread_place(&v, at, q, r);
	draft_free(&now);
}

static void
serve_resource(struct resttree *t, const struct restrequest *q,
    struct restreply *r)
{
	const struct schema *s = model_schema(store_model(t->config.store));
	struct restplace at = restplace_find(s, q);

	if (!is_allowed(q))
		deny(t, q, r);
	else if (q->method == RESTREQUEST_GET && restplace_is_family(s, q))
		read_family(t, q, r);
	else if (at.type == NULL || at.beyond)
		(void)restreply_error(r, 404, "Public URI path not "
		    "registered: %.200s", q->target);
	else if (q->method == RESTREQUEST_GET)
		read_place(t, &at, q, r);
	else if (q->transaction != NULL)
		resttransact_queue(&t->transactions, q, only_steers(q), r);
	else
		write_now(t, &at, q, r);
}

static bool
is_segment(const struct restrequest *q, size_t i, const char *text)
{
	return i < q->segment_count &&
	    strcmp(q->segments[i].text, text) == 0;
}

void
resttree_handle(void *arg, const struct restrequest *q, struct restreply *r)
{
	struct resttree *t = arg;
	const struct restroute *row;

	OBJ_CHECK(t, RESTTREE_MAGIC);
	if (q->peer.role == RESTPEER_NOBODY)
		deny(t, q, r);
	else if (!is_segment(q, 0, "mgmt") || !is_segment(q, 1, "tm"))
		(void)restreply_error(r, 404, "Public URI path not "
		    "registered: %.200s", q->target);
	else if (is_segment(q, 2, RESTTRANS_COLLECTION) &&
	    q->peer.role >= RESTPEER_OPERATOR)
		resttransact_serve(&t->transactions, q, r);
	else if ((row = find_route(t, q)) != NULL)
		serve_route(t, row, q, r);
	else
		serve_resource(t, q, r);
}

struct restcommit *
resttree_changes(struct resttree *t)
{
	OBJ_CHECK(t, RESTTREE_MAGIC);
	return t->commit;
}

int
resttree_commit(struct resttree *t, const struct restrequest *q,
    struct draft **pd, struct diag *out)
{
	const struct restcommit_ask ask = { .q = q,
	    .role = RESTPEER_MANAGER };

	OBJ_CHECK(t, RESTTREE_MAGIC);
	return restcommit_make_told(t->commit, pd, &ask, out);
}

/* ---- birth and end ---- */

struct resttree *
resttree_new(const struct resttree_config *c, struct err *e)
{
	struct resttree *t = mem_zalloc(1, sizeof(*t));
	const struct restcommit_config commit = {
		.store = c->store, .loop = c->loop, .dialect = c->dialect,
		.audit_path = c->audit_path, .events = c->events,
		.settled = c->settled, .arg = c->arg,
	};

	t->magic = RESTTREE_MAGIC;
	t->config = *c;
	resttrans_set_init(&t->transactions.all);
	t->commit = restcommit_new(&commit, e);
	t->transactions.store = c->store;
	t->transactions.loop = c->loop;
	t->transactions.dialect = c->dialect;
	t->transactions.commit = t->commit;
	if (t->commit == NULL)
		resttree_free(&t);
	return t;
}

void
resttree_free(struct resttree **pt)
{
	struct resttree *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	OBJ_CHECK(t, RESTTREE_MAGIC);
	resttrans_set_fini(&t->transactions.all);
	restcommit_free(&t->commit);
	t->magic = 0;
	free(t);
}
