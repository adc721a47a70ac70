/* core/rest/restread.c - see restread.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/restread.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/path.h"
#include "core/model/prop.h"
#include "core/model/tmos_write.h"
#include "core/model/type.h"
#include "core/rest/restname.h"
#include "core/rest/restplace.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/resttext.h"

/* Any fixed seed: a tag must outlive the process. */
#define ETAG_SEED	UINT64_C(0x67746d2d65746167)

void
restread_etag(const struct object *o, char etag[32])
{
	struct strbuf b = { 0 };
	struct hash_key key;

	hash_key_init(&key, ETAG_SEED);
	tmos_write_object(&b, o, false);
	(void)snprintf(etag, 32, "\"%016" PRIx64 "\"",
	    hash_octets(&key, b.text, b.len));
	strbuf_fini(&b);
}

int
restread_missing(const struct restplace *at, struct restreply *r)
{
	const struct type *t = at->type;
	char *path;

	if (at->items != NULL && at->key != NULL)
		return restreply_error(r, 404, "01020036:3: The requested %s "
		    "(%s %s) was not found.", at->items->item->title, at->name,
		    at->key);
	path = t->make_name != NULL ? t->make_name(at->name, NULL) :
	    path_absolute(at->name, NULL);
	(void)restreply_error(r, 404, "01020036:3: The requested %s (%s) was "
	    "not found.", t->title, path != NULL ? path : at->name);
	free(path);
	return 404;
}

/* ---- what was asked of a list ---- */

struct page {
	const char	*partition;	/* NULL = all */
	unsigned long	 skip, top;
};

/* "name,ratio" has "ratio"? */
static bool
is_selected(const char *list, const char *key)
{
	size_t len = strlen(key);

	for (const char *p = list; *p != '\0';) {
		size_t n = strcspn(p, ",");

		if (n == len && memcmp(p, key, len) == 0)
			return true;
		p += n + (p[n] == ',');
	}
	return false;
}

/* Takes *pj, gives what $select leaves of it. */
static struct json *
selected(const struct restrequest *q, struct json **pj)
{
	const char *list = restrequest_param(q, "$select"), *key;
	struct json *all = *pj, *some;
	const struct json *v;
	void *at = NULL;

	*pj = NULL;
	if (list == NULL || *list == '\0')
		return all;
	some = json_new_object();
	while ((v = json_next(all, &at, &key)) != NULL) {
		struct json *copy;

		if (!is_selected(list, key))
			continue;
		copy = json_clone(v);
		json_put(some, key, &copy);
	}
	json_free(&all);
	return some;
}

static int
read_number(const struct restrequest *q, const char *key, unsigned long *to,
    struct restreply *r)
{
	const char *text = restrequest_param(q, key);

	if (text == NULL)
		return 0;
	if (*text == '\0' || strlen(text) > 9 ||
	    text[strspn(text, "0123456789")] != '\0')
		return restreply_error(r, 400, "%s: \"%.20s\" is not a number "
		    "in 0..999999999", key, text);
	*to = strtoul(text, NULL, 10);
	return 0;
}

/* Not 0: r says what is wrong. */
static int
read_page(const struct restrequest *q, struct page *p, struct restreply *r)
{
	static const char is[] = "partition eq ";
	const char *filter = restrequest_param(q, "$filter");

	*p = (struct page){ .top = UINT32_MAX };
	if (filter != NULL && strncmp(filter, is, sizeof(is) - 1) != 0)
		return restreply_error(r, 400, "$filter: \"%.80s\" is not "
		    "partition eq NAME", filter);
	if (filter != NULL)
		p->partition = filter + sizeof(is) - 1;
	return read_number(q, "$skip", &p->skip, r) != 0 ||
	    read_number(q, "$top", &p->top, r) != 0;
}

static bool
is_in(const struct page *p, const char *name)
{
	struct restname_path path = restname_split(name);

	return p->partition == NULL || (strlen(p->partition) ==
	    (size_t)path.partition_len && strncmp(p->partition,
	    path.partition, (size_t)path.partition_len) == 0);
}

/* ---- collections ---- */

static void
put_found(struct json *j, struct json **pitems)
{
	if (json_count(*pitems) > 0)
		json_put(j, "items", pitems);
	else
		json_free(pitems);
}

/* A type that we refuse has no objects: reading it finds none. */
static void
read_collection(const struct objjson_view *v, const struct type *t,
    const struct restrequest *q, struct restreply *r)
{
	struct json *j, *items;
	struct strbuf url = { 0 };
	struct page p;
	size_t n, at = 0;
	const struct object **all;
	char *kind;

	if (read_page(q, &p, r) != 0)
		return;
	all = model_sorted(draft_base(v->draft), t, &n);
	restname_url(&url, t, NULL);
	kind = restname_kind(t, NULL, true);
	j = restreply_document(kind, url.text);
	items = json_new_array();
	for (size_t i = 0; i < n && json_count(items) < p.top; i++) {
		struct json *one;

		if (!is_in(&p, all[i]->name) || at++ < p.skip)
			continue;
		one = objjson_object(v, all[i]);
		one = selected(q, &one);
		json_add(items, &one);
	}
	put_found(j, &items);
	restreply_json(r, 200, &j);
	free(all);
	free(kind);
	strbuf_fini(&url);
}

/* Items are few; the page is cut out of all of them. */
static void
read_items(const struct objjson_view *v, const struct object *o,
    const struct restplace *at, const struct restrequest *q,
    struct restreply *r)
{
	struct json *all = objjson_items(v, o, at->items), *j, *items;
	const struct json *found = json_find(all, "items");
	struct page p;

	if (read_page(q, &p, r) != 0) {
		json_free(&all);
		return;
	}
	j = json_new_object();
	json_put_text(j, "kind", json_get_text(json_find(all, "kind")));
	json_put_text(j, "selfLink", json_get_text(json_find(all,
	    "selfLink")));
	items = json_new_array();
	for (size_t i = p.skip; i < json_count(found) &&
	    json_count(items) < p.top; i++) {
		struct json *one = json_clone(json_item(found, i));

		one = selected(q, &one);
		json_add(items, &one);
	}
	put_found(j, &items);
	restreply_json(r, 200, &j);
	restread_etag(o, r->etag);
	json_free(&all);
}

/* ---- families: gtm, gtm pool, gtm monitor ---- */

static void
add_link(struct json *items, const char *url)
{
	struct json *entry = json_new_object(), *ref = json_new_object();
	char *link = restname_link(url);

	json_put_text(ref, "link", link);
	json_put(entry, "reference", &ref);
	json_add(items, &entry);
	free(link);
}

/* The types below the path, each step once: "gtm" lists pool, not pool/a. */
static void
add_below(const struct schema *s, const char *path, struct json *items)
{
	size_t len = strlen(path);
	struct map seen = { 0 };

	for (size_t i = 0; s->types[i] != NULL; i++) {
		struct strbuf url = { 0 };

		restname_url(&url, s->types[i], NULL);
		if (strncmp(url.text, path, len) == 0 &&
		    url.text[len] == '/') {
			url.text[len + 1 + strcspn(url.text + len + 1, "/")] =
			    '\0';
			if (map_put(&seen, url.text, items) == NULL)
				add_link(items, url.text);
		}
		strbuf_fini(&url);
	}
	map_fini(&seen);
}

void
restread_family(const struct objjson_view *v, const struct restrequest *q,
    struct restreply *r)
{
	struct strbuf path = { 0 }, kind = { 0 };
	struct json *j, *items = json_new_array();

	strbuf_add(&path, "/mgmt/tm");
	strbuf_add(&kind, "tm");
	for (size_t i = 2; i < q->segment_count; i++) {
		strbuf_printf(&path, "/%s", q->segments[i].text);
		strbuf_printf(&kind, ":%s", q->segments[i].text);
	}
	strbuf_printf(&kind, ":%scollectionstate",
	    q->segments[q->segment_count - 1].text);
	j = restreply_document(kind.text, path.text);
	add_below(draft_schema(v->draft), path.text, items);
	put_found(j, &items);
	restreply_json(r, 200, &j);
	strbuf_fini(&path);
	strbuf_fini(&kind);
}

/* ---- one of them ---- */

void
restread_show(const struct objjson_view *v, const struct object *o,
    const struct restplace *at, struct restreply *r)
{
	const struct object *item;
	struct json *j;

	if (at->items == NULL) {
		j = objjson_object(v, o);
	} else {
		item = restplace_item(o, at->items, at->key);
		if (item == NULL) {
			(void)restread_missing(at, r);
			return;
		}
		j = objjson_item(v, o, at->items, item);
	}
	restreply_json(r, 200, &j);
	restread_etag(o, r->etag);
}

void
restread_place(const struct objjson_view *v, const struct restplace *at,
    const struct restrequest *q, struct restreply *r)
{
	const char *text = restrequest_param(q, "text");
	const struct object *o;

	if (text != NULL) {
		resttext_read(v->draft, at, text, r);
		return;
	}
	if (at->name == NULL) {
		read_collection(v, at->type, q, r);
		return;
	}
	o = restplace_object(at, v->draft);
	if (o == NULL) {
		(void)restread_missing(at, r);
	} else if (at->items != NULL && at->key == NULL) {
		read_items(v, o, at, q, r);
	} else {
		restread_show(v, o, at, r);
		if (r->status == 200)
			r->body = selected(q, &r->body);
	}
}
