/* core/rest/resttree.c - see resttree.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/resttree.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
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
#include "core/rest/resttrans.h"
#include "core/rest/restwrite.h"


struct resttree {
	unsigned	 magic;
#define RESTTREE_MAGIC	0x7e575ee1u
	struct resttree_config config;
	struct restcommit *commit;
	struct resttrans_set transactions;
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

/* ---- transactions: an operator's holds what he may write alone ---- */

static void
show_transaction(const struct resttrans *x, const char *state, bool only,
    struct restreply *r)
{
	struct json *j = resttrans_json(x, state, only);

	restreply_json(r, 200, &j);
}

/* One queued write into the draft. */
static int
replay_one(struct resttree *t, const struct resttrans_command *c,
    const struct restpeer *peer, struct draft *d, struct restreply *r)
{
	const struct restwrite_call call = { .method = c->method,
	    .target = c->target, .body = c->body, .if_match = c->if_match,
	    .peer = *peer };

	return restwrite_replay(&call, d, t->config.dialect, r);
}

static int
check_only(struct draft *d, struct restreply *r)
{
	struct diag found;
	int rc;

	diag_init(&found);
	rc = draft_check(d, &found) != 0 ? restreply_diag(r, &found) : 0;
	diag_fini(&found);
	return rc;
}

static int
replay(struct resttree *t, const struct resttrans *x,
    const struct restrequest *q, struct restreply *r)
{
	const struct restcommit_ask ask = { .q = q, .role = x->mixed ?
	    RESTPEER_MANAGER : RESTPEER_OPERATOR };
	struct draft *d = store_draft(t->config.store);
	int rc = 0;

	/* He may have been more when he wrote them. */
	if (q->peer.role < ask.role)
		rc = restreply_error(r, 403, "role %s may not make all that "
		    "waits in it", restpeer_role_name(q->peer.role));
	for (size_t i = 0; rc == 0 && i < x->count; i++)
		rc = replay_one(t, &x->commands[i], &q->peer, d, r);
	if (rc == 0)
		rc = json_get_bool(json_find(q->body, "validateOnly")) ?
		    check_only(d, r) :
		    restcommit_make(t->commit, &d, &ask, r);
	draft_free(&d);
	return rc;
}

/* PATCH {"state": "VALIDATING"} commits; DELETE forgets. */
static void
end_transaction(struct resttree *t, struct resttrans *x,
    const struct restrequest *q, struct restreply *r)
{
	const char *state = json_get_text(json_find(q->body, "state"));
	bool only;

	if (q->method == RESTREQUEST_DELETE) {
		r->status = 200;
		resttrans_close(&t->transactions, &x);
		return;
	}
	if (state == NULL || strcmp(state, "VALIDATING") != 0) {
		(void)restreply_error(r, 400, "state: only VALIDATING may be "
		    "written");
		return;
	}
	only = json_get_bool(json_find(q->body, "validateOnly"));
	if (replay(t, x, q, r) == 0) {
		show_transaction(x, "COMPLETED", only, r);
		restcommit_tell(t->commit, r);
	}
	restcommit_audit(t->commit, q, r);
	if (!only)
		resttrans_close(&t->transactions, &x);
}

/* transaction/ID/commands, and one of them by its number. */
static void
read_commands(const struct resttrans *x, const struct restrequest *q,
    struct restreply *r)
{
	struct json *j = NULL;

	if (q->segment_count < 7 && strcmp(q->segments[4].text,
	    RESTTRANS_COMMANDS) == 0)
		j = q->segment_count == 5 ? resttrans_commands_json(x) :
		    resttrans_command_json(x, resttrans_command_find(x,
		    q->segments[5].text));
	if (j == NULL) {
		(void)restreply_error(r, 404, "the transaction has no such "
		    "command");
	} else if (q->method != RESTREQUEST_GET) {
		(void)restreply_error(r, 405, "%s is not for what waits in a "
		    "transaction", restrequest_method_name(q->method));
	} else {
		restreply_json(r, 200, &j);
	}
	json_free(&j);
}

static void
serve_transactions(struct resttree *t, const struct restrequest *q,
    struct restreply *r)
{
	mono_ns now = loop_now_ns(t->config.loop);
	struct resttrans *x;
	struct err e = { 0 };

	if (q->segment_count == 3 && q->method == RESTREQUEST_POST) {
		x = resttrans_open(&t->transactions, now, &q->peer, &e);
		if (x != NULL)
			show_transaction(x, "STARTED", false, r);
		else
			(void)restreply_err(r, &e);
		return;
	}
	x = q->segment_count > 3 ? resttrans_find(&t->transactions,
	    q->segments[3].text, now, &q->peer) : NULL;
	if (x == NULL)
		(void)restreply_error(r, 404, "there is no such transaction");
	else if (q->segment_count > 4)
		read_commands(x, q, r);
	else if (q->method == RESTREQUEST_GET)
		show_transaction(x, "STARTED", false, r);
	else if (q->method == RESTREQUEST_PATCH ||
	    q->method == RESTREQUEST_DELETE)
		end_transaction(t, x, q, r);
	else
		(void)restreply_error(r, 405, "%s is not for a transaction",
		    restrequest_method_name(q->method));
}

/* Answered with what was queued: clients look for JSON here. */
static void
enqueue(struct resttree *t, const struct restrequest *q, struct restreply *r)
{
	struct resttrans *x = resttrans_find(&t->transactions, q->transaction,
	    loop_now_ns(t->config.loop), &q->peer);
	struct err e = { 0 };
	struct json *j;

	if (x == NULL) {
		(void)restreply_error(r, 404, "there is no such transaction");
		return;
	}
	if (resttrans_add(x, q, &e) != 0) {
		(void)restreply_err(r, &e);
		return;
	}
	x->mixed = x->mixed || !only_steers(q);
	j = resttrans_command_json(x, &x->commands[x->count - 1]);
	restreply_json(r, 200, &j);
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
		enqueue(t, q, r);
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
		serve_transactions(t, q, r);
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
	resttrans_set_init(&t->transactions);
	t->commit = restcommit_new(&commit, e);
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
	resttrans_set_fini(&t->transactions);
	restcommit_free(&t->commit);
	t->magic = 0;
	free(t);
}
