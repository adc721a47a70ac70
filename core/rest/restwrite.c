/* core/rest/restwrite.c - see restwrite.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restwrite.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/objbody.h"
#include "core/rest/restname.h"
#include "core/rest/restplace.h"
#include "core/rest/restread.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"

void
restwrite_result_fini(struct restwrite_result *w)
{
	free(w->name);
	free(w->key);
	*w = (struct restwrite_result){ .name = NULL };
}

static int
exists(const struct type *t, const char *name, struct restreply *r)
{
	struct restname_path p = restname_split(name);

	return restreply_error(r, 409, "01020066:3: The requested %s (%s) "
	    "already exists in partition %.*s.", t->title, name,
	    p.partition_len > 0 ? p.partition_len : 6,
	    p.partition_len > 0 ? p.partition : "Common");
}

/* The body, or an empty one that stays whose it is. */
static const struct json *
body_of(const struct restrequest *q, struct json **empty)
{
	if (q->body == NULL && *empty == NULL)
		*empty = json_new_object();
	return q->body != NULL ? q->body : *empty;
}

/* Answers with what is wrong with a property of that object. */
static int
wrong(const struct object *o, struct err *e, struct restreply *r)
{
	char label[320];

	object_label(o, label, sizeof(label));
	(void)err_wrap(e, "%s", label);
	return restreply_err(r, e);
}

/* ---- objects ---- */

static int
create(const struct restwrite *w, struct restwrite_result *out,
    struct restreply *r)
{
	const struct type *t = w->at->type;
	struct object *o;
	struct err e = { 0 };
	int rc;

	if (w->q->body == NULL)
		return restreply_error(r, 400, "name: must be given");
	out->name = objbody_name(t, w->q->body, &e);
	if (out->name == NULL)
		return restreply_err(r, &e);
	if (draft_find(w->draft, t, out->name) != NULL)
		return exists(t, out->name, r);
	o = object_new(t, out->name);
	if (objbody_apply(o, w->q->body, w->dialect, &e) != 0) {
		rc = wrong(o, &e, r);
		object_unref(&o);
		return rc;
	}
	draft_put(w->draft, &o);
	return 0;
}

/* What a client sends back as it read it was inherited and stays so: without
 * this a GET and PUT would cut the object off from its parent. */
static void
keep_inherited(struct object *now, const struct object *was,
    const struct object *effective)
{
	const struct prop *table = now->type->props;

	if (object_parent(now) == NULL || object_parent(was) == NULL ||
	    strcmp(object_parent(now), object_parent(was)) != 0)
		return;
	for (unsigned i = 0; table[i].name != NULL; i++)
		if ((now->set & ~was->set & UINT64_C(1) << i) != 0 &&
		    (table[i].flags & PROP_LOCAL) == 0 &&
		    prop_equal(&table[i], now, effective))
			prop_reset(&table[i], now);
}

/* Secrets are not shown, so a PUT of what was read cannot bring them. */
static void
keep_secrets(struct object *now, const struct object *was)
{
	for (unsigned i = 0; now->type->props[i].name != NULL; i++) {
		const struct prop *p = &now->type->props[i];

		if (p->flags & PROP_SECRET) {
			prop_copy(p, now, was);
			now->set |= was->set & UINT64_C(1) << i;
		}
	}
}

/* Applies the body to an object or item that was was. */
static int
change(const struct restwrite *w, struct object *o, struct restreply *r)
{
	struct object *was = object_clone(o), *effective;
	struct json *empty = NULL;
	const struct json *body = body_of(w->q, &empty);
	struct err e = { 0 };
	int rc;

	if (w->q->method == RESTREQUEST_PUT) {
		objbody_reset(o, false);
		keep_secrets(o, was);
	}
	rc = objbody_apply(o, body, w->dialect, &e);
	if (rc == 0 && object_parent(o) != NULL) {
		effective = draft_effective(w->draft, was);
		keep_inherited(o, was, effective);
		object_unref(&effective);
	}
	object_unref(&was);
	json_free(&empty);
	return rc != 0 ? wrong(o, &e, r) : 0;
}

static int
modify(const struct restwrite *w, const struct object *o, struct restreply *r)
{
	struct object *copy = object_clone(o);
	int rc = change(w, copy, r);

	if (rc == 0)
		draft_put(w->draft, &copy);
	object_unref(&copy);
	return rc;
}

static int
erase(const struct restwrite *w, const struct object *o, struct restreply *r)
{
	struct err e = { 0 };

	return draft_delete(w->draft, o->type, o->name, &e) != 0 ?
	    restreply_err(r, &e) : 0;
}

/* ---- items ---- */

static struct objlist *
list_of(struct object *o, const struct prop *items)
{
	return (void *)((char *)o + items->off);
}

/* A key may have several spellings: the type settles on one, which is where
 * the item will be found. What is wrong with it is told here. */
static int
settle_key(const struct restwrite *w, struct object *o, char **key,
    const struct object *item, struct restreply *r)
{
	struct diag d;
	int rc = 0;

	if (o->type->settle == NULL)
		return 0;
	diag_init(&d);
	o->type->settle(o, w->draft, &d);
	if (d.errors > 0)
		rc = restreply_diag(r, &d);
	diag_fini(&d);
	free(*key);
	*key = mem_strdup(item->name);
	return rc;
}

static int
create_item(const struct restwrite *w, struct object *o,
    struct restwrite_result *out, struct restreply *r)
{
	const struct prop *items = w->at->items;
	struct object *item, *mine;
	struct err e = { 0 };
	int rc;

	if (w->q->body == NULL)
		return restreply_error(r, 400, "name: must be given");
	out->key = objbody_name(items->item, w->q->body, &e);
	if (out->key == NULL)
		return restreply_err(r, &e);
	if (restplace_item(o, items, out->key) != NULL)
		return exists(items->item, out->key, r);
	item = object_new(items->item, out->key);
	objbody_place(item, w->q->body, list_of(o, items)->count);
	if (objbody_apply(item, w->q->body, w->dialect, &e) != 0) {
		rc = wrong(item, &e, r);
		object_unref(&item);
		return rc;
	}
	mine = object_ref(item);
	objlist_add(list_of(o, items), &item);
	rc = settle_key(w, o, &out->key, mine, r);
	object_unref(&mine);
	return rc;
}

/* o is a copy of the parent, to be changed. */
static int
write_item(const struct restwrite *w, struct object *o,
    struct restwrite_result *out, struct restreply *r)
{
	const struct restplace *at = w->at;
	struct object *item;

	if (at->key == NULL)
		return create_item(w, o, out, r);
	item = restplace_item(o, at->items, at->key);
	if (item == NULL)
		return restread_missing(at, r);
	out->key = mem_strdup(item->name);
	if (w->q->method != RESTREQUEST_DELETE)
		return change(w, item, r);
	(void)objlist_remove(list_of(o, at->items), out->key);
	free(out->key);
	out->key = NULL;
	return 0;
}

static int
write_items(const struct restwrite *w, const struct object *o,
    struct restwrite_result *out, struct restreply *r)
{
	struct object *copy = object_clone(o);
	int rc = write_item(w, copy, out, r);

	if (rc == 0) {
		copy->set |= UINT64_C(1) <<
		    (w->at->items - copy->type->props);
		draft_put(w->draft, &copy);
	}
	object_unref(&copy);
	return rc;
}

/* ---- which of them ---- */

/* Collections take POST, what is in them the others. */
static int
check_method(const struct restwrite *w, struct restreply *r)
{
	const struct restplace *at = w->at;
	bool is_collection = at->name == NULL ||
	    (at->items != NULL && at->key == NULL);

	if (at->type->refused != NULL)
		return restreply_error(r, 400, "not supported yet: %s: %s",
		    at->type->words, at->type->refused);
	if (at->stats || is_collection !=
	    (w->q->method == RESTREQUEST_POST))
		return restreply_error(r, 405, "%s is not for %s",
		    restrequest_method_name(w->q->method), at->stats ?
		    "statistics" : is_collection ? "a collection" :
		    "an object");
	return 0;
}

/* Only if nobody has changed it since it was read (RFC 9110 13.1.1). */
static int
check_match(const struct restwrite *w, const struct object *o,
    struct restreply *r)
{
	char etag[32];

	if (w->q->if_match == NULL || strcmp(w->q->if_match, "*") == 0)
		return 0;
	restread_etag(o, etag);
	if (strcmp(w->q->if_match, etag) == 0)
		return 0;
	return restreply_error(r, 412, "%s has changed since it was read",
	    o->name);
}

int
restwrite_apply(const struct restwrite *w, struct restwrite_result *out,
    struct restreply *r)
{
	const struct object *o;
	int rc = check_method(w, r);

	*out = (struct restwrite_result){ .name = NULL };
	if (rc != 0)
		return rc;
	if (w->at->name == NULL)
		return create(w, out, r);
	o = restplace_object(w->at, w->draft);
	if (o == NULL)
		return restread_missing(w->at, r);
	rc = check_match(w, o, r);
	if (rc != 0)
		return rc;
	out->name = mem_strdup(o->name);
	if (w->at->items != NULL)
		return write_items(w, o, out, r);
	if (w->q->method != RESTREQUEST_DELETE)
		return modify(w, o, r);
	return erase(w, o, r);
}

static bool
is_below_tm(const struct restrequest *q)
{
	return q->segment_count > 2 &&
	    strcmp(q->segments[0].text, "mgmt") == 0 &&
	    strcmp(q->segments[1].text, "tm") == 0;
}

int
restwrite_replay(const struct restwrite_call *c, struct draft *d,
    const struct restdialect *dialect, struct restreply *r)
{
	struct restrequest q = { .method = c->method, .body = c->body,
	    .if_match = c->if_match, .peer = c->peer };
	struct restwrite_result out = { .name = NULL };
	struct restplace at;
	struct restwrite w = { .draft = d, .q = &q, .at = &at,
	    .dialect = dialect };
	struct err e = { 0 };
	int rc = restrequest_parse_target(&q, c->target, &e);

	if (rc != 0) {
		rc = restreply_err(r, &e);
	} else {
		at = (struct restplace){ .type = NULL };
		if (is_below_tm(&q))
			at = restplace_find(draft_schema(d), &q);
		rc = at.type == NULL || at.beyond ? restreply_error(r, 404,
		    "%.200s: no such resource", c->target) :
		    restwrite_apply(&w, &out, r);
	}
	restwrite_result_fini(&out);
	q.body = NULL;			/* the caller's own */
	q.if_match = NULL;
	restrequest_fini(&q);
	return rc;
}
