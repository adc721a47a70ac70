/* core/rest/objjson.c - see objjson.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/objjson.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/objjson_inside.h"
#include "core/rest/objvalue.h"
#include "core/rest/restdialect.h"
#include "core/rest/restname.h"

/* ---- links ---- */

static void
put_link(struct json *j, const char *key, const char *url)
{
	struct json *ref = json_new_object();
	char *link = restname_link(url);

	json_put_text(ref, "link", link);
	json_put(j, key, &ref);
	free(link);
}

/* "xReference" to an object, if it is there. */
static void
put_reference(struct json *j, const struct objjson_frame *f, const char *key,
    const char *words, const char *name)
{
	const struct object *to = draft_find_words(f->v->draft, words, name);
	struct strbuf url = { 0 };
	char text[RESTNAME_MAX + sizeof("Reference")];
	size_t len = strlen(key);

	if (to == NULL || len >= RESTNAME_MAX)
		return;
	memcpy(text, key, len);
	memcpy(text + len, "Reference", sizeof("Reference"));
	restname_url(&url, to->type, to->name);
	put_link(j, text, url.text);
	strbuf_fini(&url);
}

/* ---- items ---- */

static void put_rows(struct json *j, const struct objjson_frame *f,
    const struct object *o);

static uint32_t
position_of(const struct object *o)
{
	for (const struct prop *p = o->type->props; p->name != NULL; p++)
		if (p->flags & PROP_POSITION && p->refused == NULL)
			return *(const uint32_t *)prop_value(p, o);
	return 0;
}

static int
by_position(const void *a, const void *b)
{
	const struct object *const *x = a, *const *y = b;
	uint32_t m = position_of(*x), n = position_of(*y);

	return m != n ? (m > n) - (m < n) : strcmp((*x)->name, (*y)->name);
}

/* The items as an operator thinks of them; the caller frees the array. */
static const struct object **
in_order(const struct objlist *l)
{
	const struct object **v = mem_zalloc(l->count + 1, sizeof(*v));

	for (size_t i = 0; i < l->count; i++)
		v[i] = l->v[i];
	qsort(v, l->count, sizeof(*v), by_position);
	return v;
}

/* What an item's key names: an object, or an item of one. */
struct target {
	char	*words, *name;
	bool	 item;
};

static void
on_target(void *arg, const char *words, const char *name, const char *item)
{
	struct target *t = arg;

	if (t->words != NULL)
		return;
	t->words = mem_strdup(words);
	t->name = mem_strdup(name);
	t->item = item != NULL;
}

static void
put_path(struct json *j, const char *full)
{
	struct restname_path p = restname_split(full);
	char *part;

	json_put_text(j, "name", p.name);
	if (p.partition_len == 0)
		return;
	part = mem_strndup(p.partition, (size_t)p.partition_len);
	json_put_text(j, "partition", part);
	free(part);
	if (p.sub_len == 0)
		return;
	part = mem_strndup(p.sub, (size_t)p.sub_len);
	json_put_text(j, "subPath", part);
	free(part);
}

/* An entry of an array: one that stands for an object tells where it is. */
struct json *
objjson_entry(const struct objjson_frame *f, const struct object *item)
{
	struct json *j = json_new_object();
	struct target t = { .words = NULL };

	if (item->type->each_ref != NULL)
		item->type->each_ref(item, on_target, &t);
	if (t.words != NULL && !t.item)
		put_path(j, item->name);
	else
		json_put_text(j, "name", item->name);
	put_rows(j, f, item);
	if (t.words != NULL && !t.item)
		put_reference(j, f, "name", t.words, t.name);
	free(t.words);
	free(t.name);
	return j;
}

static void
put_array(struct json *j, const char *key, const struct objjson_frame *f,
    const struct objlist *l)
{
	const struct object **v = in_order(l);
	struct json *all = json_new_array();

	for (size_t i = 0; i < l->count; i++) {
		struct json *one = objjson_entry(f, v[i]);

		json_add(all, &one);
	}
	json_put(j, key, &all);
	free(v);
}

static char *
items_url(const struct objjson_frame *f, const struct prop *p)
{
	return mem_printf("%s/%s", f->url, p->name);
}

static void
put_self(struct json *j, const char *url)
{
	char *link = restname_link(url);

	json_put_text(j, "selfLink", link);
	free(link);
}

/* An item under its parent's URL. Keys that refer to something are paths. */
static struct json *
item_json(const struct objjson_frame *up, const struct object *o,
    const struct prop *items, const struct object *item)
{
	struct json *j = json_new_object();
	struct strbuf url = { 0 };
	struct objjson_frame f = { .v = up->v };
	char *kind = restname_kind(o->type, items, false);

	strbuf_printf(&url, "%s/%s/", up->url, items->name);
	restname_encode(&url, item->name);
	f.url = url.text;
	json_put_text(j, "kind", kind);
	if (item->type->each_ref != NULL)
		put_path(j, item->name);
	else
		json_put_text(j, "name", item->name);
	json_put_text(j, "fullPath", item->name);
	json_put_int(j, "generation", (int64_t)o->generation);
	put_self(j, url.text);
	put_rows(j, &f, item);
	free(kind);
	strbuf_fini(&url);
	return j;
}

static struct json *
items_array(const struct objjson_frame *f, const struct object *o,
    const struct prop *p)
{
	const struct objlist *l = prop_value(p, o);
	const struct object **v = in_order(l);
	struct json *all = json_new_array();

	for (size_t i = 0; i < l->count; i++) {
		struct json *one = item_json(f, o, p, v[i]);

		json_add(all, &one);
	}
	free(v);
	return all;
}

/* membersReference: a link, and the items when they were asked for. */
static void
put_collection(struct json *j, const char *key, const struct objjson_frame *f,
    const struct object *o, const struct prop *p)
{
	char *url = items_url(f, p), *link = restname_link(url);
	char *name = mem_printf("%sReference", key);
	struct json *ref = json_new_object(), *all;

	json_put_text(ref, "link", link);
	json_put_bool(ref, "isSubcollection", true);
	if (f->v->expand && !prop_is_empty(p, o)) {
		all = items_array(f, o, p);
		json_put(ref, "items", &all);
	}
	json_put(j, name, &ref);
	free(name);
	free(link);
	free(url);
}

static void
put_items(struct json *j, const char *key, const struct objjson_frame *f,
    const struct object *o, const struct prop *p)
{
	if (p->flags & PROP_LINKED)
		put_collection(j, key, f, o, p);
	else if (!prop_is_empty(p, o))
		put_array(j, key, f, prop_value(p, o));
}

/* ---- rows ---- */

/* Words and texts; what is none and has no word for it is left out. */
static void
put_text(struct json *j, const char *key, const struct objjson_frame *f,
    const struct object *o, const struct prop *p)
{
	bool none = p->refused != NULL ? p->dflt == NULL :
	    prop_is_empty(p, o);

	if (none && p->word == NULL && p->kind != PROP_ADDRPORT)
		return;
	if (none && p->refused != NULL)
		json_put_text(j, key, p->word);
	else
		objvalue_put_formatted(j, key, p, o);
	if (p->kind == PROP_REF && !none && p->refused == NULL)
		put_reference(j, f, key, p->ref,
		    *(char *const *)prop_value(p, o));
}

static void
put_typed(struct json *j, const char *key, const struct objjson_frame *f,
    const struct object *o, const struct prop *p)
{
	const struct typedref *r = prop_value(p, o);
	char *words;

	if (p->refused != NULL || r->kind == NULL)
		return;
	objvalue_put_formatted(j, key, p, o);
	words = mem_printf("%s %s", p->ref, r->kind);
	put_reference(j, f, key, words, r->path);
	free(words);
}

void
objjson_put_row(struct json *j, const struct objjson_frame *f, const struct object *o,
    const struct prop *p)
{
	char key[RESTNAME_MAX];

	(void)restname_camel(p->name, key);
	switch (p->kind) {
	case PROP_STATE:
		objvalue_put_state(j, p, o);
		break;
	case PROP_BOOL:
	case PROP_ENUM:
		objvalue_put_formatted(j, key, p, o);
		break;
	case PROP_U32:
	case PROP_U64:
		objvalue_put_number(j, key, p, o);
		break;
	case PROP_BITS:
		if (p->refused == NULL && !prop_is_empty(p, o))
			objvalue_put_bits(j, key, p, o);
		break;
	case PROP_STRINGS:
	case PROP_REFS:
		if (!prop_is_empty(p, o))
			objvalue_put_list(j, key, p, o);
		break;
	case PROP_PAIRS:
		if (p->refused == NULL && !prop_is_empty(p, o))
			objvalue_put_pairs(j, key, p, o);
		break;
	case PROP_TYPEDREF:
		put_typed(j, key, f, o, p);
		break;
	case PROP_ITEMS:
		if (p->refused == NULL)
			put_items(j, key, f, o, p);
		break;
	case PROP_STRING:
	case PROP_ADDR:
	case PROP_ADDRPORT:
	case PROP_REF:
	case PROP_RULE:
		put_text(j, key, f, o, p);
		break;
	}
}

/* Ours and old ones are left out at their default, so that strict clients see
 * nothing new; but a default that was given where a parent may say otherwise is
 * no default. */
static bool
shown(const struct prop *p, const struct object *o)
{
	if (p->flags & PROP_SECRET)
		return false;
	if ((p->flags & (PROP_OURS | PROP_OLD)) == 0 || !prop_is_default(p, o))
		return true;
	return (p->flags & PROP_OURS) != 0 && object_parent(o) != NULL &&
	    object_has(o, p->name);
}

static void
put_rows(struct json *j, const struct objjson_frame *f, const struct object *o)
{
	const struct restdialect *d = restdialect_find(f->v->dialect, o->type);

	for (const struct prop *p = o->type->props;
	    p != NULL && p->name != NULL; p++)
		if (shown(p, o))
			objjson_put_row(j, f, o, p);
	if (d != NULL && d->show != NULL)
		d->show(o, j);
}

/* ---- whole objects ---- */

struct json *
objjson_object(const struct objjson_view *v, const struct object *o)
{
	struct object *now = draft_effective(v->draft, o);
	struct json *j = json_new_object();
	struct strbuf url = { 0 };
	struct objjson_frame f = { .v = v };
	char *kind = restname_kind(o->type, NULL, false);

	restname_url(&url, o->type, o->name);
	f.url = url.text;
	json_put_text(j, "kind", kind);
	if (o->type->naming != TYPE_SINGLE) {
		put_path(j, o->name);
		json_put_text(j, "fullPath", o->name);
		json_put_int(j, "generation", (int64_t)o->generation);
	}
	put_self(j, url.text);
	put_rows(j, &f, now);
	free(kind);
	strbuf_fini(&url);
	object_unref(&now);
	return j;
}

struct json *
objjson_item(const struct objjson_view *v, const struct object *o,
    const struct prop *items, const struct object *item)
{
	struct strbuf url = { 0 };
	struct objjson_frame f = { .v = v };
	struct json *j;

	restname_url(&url, o->type, o->name);
	f.url = url.text;
	j = item_json(&f, o, items, item);
	strbuf_fini(&url);
	return j;
}

struct json *
objjson_items(const struct objjson_view *v, const struct object *o,
    const struct prop *items)
{
	struct strbuf url = { 0 };
	struct objjson_frame f = { .v = v };
	struct json *j = json_new_object(), *all;
	char *kind = restname_kind(o->type, items, true), *own;

	restname_url(&url, o->type, o->name);
	f.url = url.text;
	own = items_url(&f, items);
	json_put_text(j, "kind", kind);
	put_self(j, own);
	if (!prop_is_empty(items, o)) {
		all = items_array(&f, o, items);
		json_put(j, "items", &all);
	}
	free(own);
	free(kind);
	strbuf_fini(&url);
	return j;
}
