/* core/rest/objbody.c - see objbody.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/objbody.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/hint.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/proppairs.h"
#include "core/model/tmos_bind.h"
#include "core/model/type.h"
#include "core/rest/restdialect.h"
#include "core/rest/restname.h"

#define REFERENCE	"Reference"
#define REFERENCE_LEN	(sizeof(REFERENCE) - 1)

/* Says what something is; nobody sets it. */
static bool
only_describes(const char *key)
{
	static const char *const words[] = {
		"kind", "name", "partition", "subPath", "fullPath",
		"generation", "selfLink", "poolType", NULL
	};

	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], key) == 0)
			return true;
	return false;
}

/* ---- names ---- */

static const char *
text_of(const struct json *body, const char *key)
{
	const char *text = json_get_text(json_find(body, key));

	return text != NULL && *text != '\0' ? text : NULL;
}

char *
objbody_name(const struct type *t, const struct json *body, struct err *e)
{
	const char *name = text_of(body, "name");
	const char *partition = text_of(body, "partition");
	const char *sub = text_of(body, "subPath");
	bool is_path = t->make_name == NULL &&
	    (t->naming == TYPE_NAMED || t->each_ref != NULL);
	char *full, *checked;

	if (name == NULL) {
		(void)err_set(e, ERR_PARSE, "name: must be given");
		return NULL;
	}
	/* An item that was read comes back with its whole key. */
	if (is_path && t->each_ref != NULL && text_of(body, "fullPath") != NULL)
		name = text_of(body, "fullPath");
	if (*name == '/' || !is_path || (partition == NULL && sub == NULL) ||
	    (t->each_ref != NULL && sub == NULL &&
	    strcmp(partition, "Common") == 0))
		full = mem_strdup(name);
	else
		full = mem_printf("/%s/%s%s%s", partition != NULL ? partition :
		    "Common", sub != NULL ? sub : "", sub != NULL ? "/" : "",
		    name);
	checked = tmos_bind_name(t, full, e);
	free(full);
	return checked;
}

/* ---- values ---- */

static int
wrong_kind(const struct prop *p, const char *want, struct err *e)
{
	return err_set(e, ERR_PARSE, "%s: %s is expected", p->name, want);
}

/* "min 1 of  /Common/a /Common/b" is how clients write a rule; its monitors
 * stand in braces. The caller frees it. */
static char *
with_braces(const char *rule)
{
	const char *names = strchr(rule, '/');

	if (names == NULL || strchr(rule, '{') != NULL ||
	    (strncmp(rule, "min ", 4) != 0 &&
	    strncmp(rule, "require ", 8) != 0))
		return mem_strdup(rule);
	return mem_printf("%.*s{ %s }", (int)(names - rule), rule, names);
}

/* The value as tmsh would write it; the caller frees it. NULL: no such kind. */
static char *
as_text(const struct prop *p, const struct json *v)
{
	switch (json_kind_of(v)) {
	case JSON_KIND_TEXT:
		return p->kind == PROP_RULE ? with_braces(json_get_text(v)) :
		    mem_strdup(json_get_text(v));
	case JSON_KIND_INT:
		return mem_printf("%" PRId64, json_get_int(v));
	case JSON_KIND_BOOL:
		if (p->kind == PROP_BOOL)
			return mem_strdup(p->names[json_get_bool(v) ? 1 : 0]);
		return NULL;
	case JSON_KIND_NULL:
	case JSON_KIND_REAL:
	case JSON_KIND_ARRAY:
	case JSON_KIND_OBJECT:
		break;
	}
	return NULL;
}

static int
set_single(struct object *o, const struct prop *p, const struct json *v,
    struct err *e)
{
	char *text = as_text(p, v);
	int rc;

	if (text == NULL)
		return wrong_kind(p, "a text or a whole number", e);
	rc = prop_set(p, o, text, e);
	free(text);
	return rc;
}

static int
set_list(struct object *o, const struct prop *p, const struct json *v,
    struct err *e)
{
	int rc = 0;

	if (json_kind_of(v) != JSON_KIND_ARRAY)
		return set_single(o, p, v, e);
	rc = prop_set(p, o, "none", e);
	for (size_t i = 0; rc == 0 && i < json_count(v); i++) {
		const char *word = json_get_text(json_item(v, i));

		if (word == NULL)
			return wrong_kind(p, "a list of texts", e);
		rc = prop_add(p, o, word, e);
	}
	return rc;
}

/* enabled and disabled are two names of one thing: they may both be given, as
 * long as they agree. */
static int
set_state(struct object *o, const struct prop *p, const char *key,
    const struct json *body, struct err *e)
{
	char on[RESTNAME_MAX], off[RESTNAME_MAX];
	const struct json *v = json_find(body, key), *other;
	bool is_off, value;

	(void)restname_camel(p->names[0], off);
	(void)restname_camel(p->names[1], on);
	is_off = strcmp(key, off) == 0;
	if (json_kind_of(v) != JSON_KIND_BOOL)
		return err_set(e, ERR_PARSE, "%s: true or false is expected",
		    key);
	value = json_get_bool(v) != is_off;
	other = json_find(body, is_off ? on : off);
	if (json_kind_of(other) == JSON_KIND_BOOL &&
	    (json_get_bool(other) == is_off) != value)
		return err_set(e, ERR_CONFLICT, "%s and %s contradict each "
		    "other", on, off);
	return prop_set(p, o, p->names[value ? 1 : 0], e);
}

/* One of "apiRawValues": "userDefined KEY". none and null take it away. */
static int
take_raw_value(struct object *o, const char *name, const struct json *v,
    struct err *e)
{
	const char *blank = strchr(name, ' '), *text = json_get_text(v);
	char *row = mem_strndup(name, blank != NULL ? (size_t)(blank - name) :
	    strlen(name));
	const struct prop *p = restname_find(o->type->props, row);

	free(row);
	if (blank == NULL || p == NULL || p->kind != PROP_PAIRS ||
	    p->refused != NULL)
		return err_set(e, ERR_UNKNOWN, RESTNAME_RAW ": \"%.80s\" is "
		    "no property with keys", name);
	if (text == NULL && json_kind_of(v) != JSON_KIND_NULL)
		return err_set(e, ERR_PARSE, RESTNAME_RAW ": %.80s: a text is "
		    "expected", name);
	if (text != NULL && strcmp(text, "none") == 0)
		text = NULL;
	return proppairs_put(p, o, blank + 1, text, e);
}

static int
take_raw(struct object *o, const struct json *raw, struct err *e)
{
	const struct json *v;
	const char *name;
	void *at = NULL;
	int rc = 0;

	if (json_kind_of(raw) != JSON_KIND_OBJECT)
		return err_set(e, ERR_PARSE, RESTNAME_RAW ": an object is "
		    "expected");
	while (rc == 0 && (v = json_next(raw, &at, &name)) != NULL)
		rc = take_raw_value(o, name, v, e);
	return rc;
}

/* ---- items ---- */

void
objbody_place(struct object *item, const struct json *body,
    unsigned long place)
{
	char key[RESTNAME_MAX], text[24];

	for (const struct prop *p = item->type->props; p->name != NULL; p++) {
		if ((p->flags & PROP_POSITION) == 0 || p->refused != NULL ||
		    json_find(body, restname_camel(p->name, key)) != NULL)
			continue;
		(void)snprintf(text, sizeof(text), "%lu",
		    place < p->max ? place : (unsigned long)p->max);
		(void)prop_set(p, item, text, NULL);
	}
}

static struct object *
make_item(const struct type *t, const struct json *v, size_t place,
    const struct restdialect *dialect, struct err *e)
{
	struct json *bare = NULL;
	struct object *item = NULL;
	char *name;

	if (json_kind_of(v) == JSON_KIND_TEXT) {
		bare = json_new_object();
		json_put_text(bare, "name", json_get_text(v));
		v = bare;
	}
	name = objbody_name(t, v, e);
	if (name != NULL) {
		item = object_new(t, name);
		objbody_place(item, v, place);
		if (objbody_apply(item, v, dialect, e) != 0) {
			(void)err_wrap(e, "%s", name);
			object_unref(&item);
		}
	}
	free(name);
	json_free(&bare);
	return item;
}

static int
set_items(struct object *o, const struct prop *p, const struct json *v,
    const struct restdialect *dialect, struct err *e)
{
	struct objlist *l = (void *)((char *)o + p->off);

	if (json_kind_of(v) != JSON_KIND_ARRAY)
		return wrong_kind(p, "a list of objects", e);
	if (p->refused != NULL)
		return json_count(v) == 0 ? 0 : prop_set(p, o, "given", e);
	prop_reset(p, o);
	for (size_t i = 0; i < json_count(v); i++) {
		struct object *item = make_item(p->item, json_item(v, i), i,
		    dialect, e);

		if (item == NULL)
			return err_wrap(e, "%s", p->name);
		if (objlist_find(l, item->name) != NULL) {
			(void)err_set(e, ERR_EXISTS, "%s: %s is there twice",
			    p->name, item->name);
			object_unref(&item);
			return e->code;
		}
		objlist_add(l, &item);
	}
	o->set |= UINT64_C(1) << (p - o->type->props);
	return 0;
}

/* ---- bodies ---- */

static int
unknown(const struct object *o, const char *key, struct err *e)
{
	const struct prop *table = o->type->props;
	struct hint h;
	char text[128], best[RESTNAME_MAX] = "", name[RESTNAME_MAX];

	hint_init(&h, key);
	for (const struct prop *p = table; p != NULL && p->name != NULL; p++) {
		unsigned was = h.best != NULL ? h.distance : UINT32_MAX;

		hint_offer(&h, restname_camel(p->name, name));
		if (h.best != NULL && h.distance < was) {
			memcpy(best, name, sizeof(best));
			h.best = best;
		}
	}
	return err_set(e, ERR_UNKNOWN, "unknown property %.80s%s", key,
	    hint_format(&h, text));
}

/* "membersReference": the items in it, if there are any, are members. */
static int
take_reference(struct object *o, const char *key, const struct json *v,
    const struct restdialect *dialect, struct err *e)
{
	size_t len = strlen(key) - REFERENCE_LEN;
	const struct json *items = json_find(v, "items");
	const struct prop *p;
	char *name;

	if (items == NULL)
		return 0;
	name = mem_strndup(key, len);
	p = restname_find(o->type->props, name);
	free(name);
	if (p == NULL || p->kind != PROP_ITEMS)
		return unknown(o, key, e);
	return set_items(o, p, items, dialect, e);
}

static bool
is_reference(const char *key)
{
	size_t len = strlen(key);

	return len > REFERENCE_LEN &&
	    strcmp(key + len - REFERENCE_LEN, REFERENCE) == 0;
}

static int
take_row(struct object *o, const char *key, const struct json *body,
    const struct restdialect *dialect, struct err *e)
{
	const struct prop *p = restname_find(o->type->props, key);
	const struct json *v = json_find(body, key);

	if (p == NULL)
		return unknown(o, key, e);
	if (json_kind_of(v) == JSON_KIND_NULL) {
		prop_reset(p, o);
		return 0;
	}
	if (p->kind == PROP_STATE)
		return set_state(o, p, key, body, e);
	if (p->kind == PROP_ITEMS)
		return set_items(o, p, v, dialect, e);
	if (prop_is_list(p))
		return set_list(o, p, v, e);
	return set_single(o, p, v, e);
}

int
objbody_apply(struct object *o, const struct json *body,
    const struct restdialect *dialect, struct err *e)
{
	const struct restdialect *d = restdialect_find(dialect, o->type);
	const struct json *v;
	const char *key;
	void *at = NULL;
	int rc = 0;

	while (rc >= 0 && (v = json_next(body, &at, &key)) != NULL) {
		rc = d != NULL && d->take != NULL ? d->take(o, key, v, e) : 0;
		if (rc != 0 || only_describes(key))
			continue;
		if (strcmp(key, RESTNAME_RAW) == 0)
			rc = take_raw(o, v, e);
		else if (is_reference(key))
			rc = take_reference(o, key, v, dialect, e);
		else
			rc = take_row(o, key, body, dialect, e);
	}
	return rc < 0 ? rc : 0;
}

void
objbody_reset(struct object *o, bool all)
{
	for (const struct prop *p = o->type->props;
	    p != NULL && p->name != NULL; p++)
		if (all || (p->flags & PROP_LINKED) == 0)
			prop_reset(p, o);
}
