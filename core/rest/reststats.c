/* core/rest/reststats.c - see reststats.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/reststats.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/restname.h"
#include "core/rest/restplace.h"
#include "core/rest/restread.h"
#include "core/rest/restreply.h"
#include "core/rest/resttree.h"

/* The page that is being made. */
struct page {
	const struct resttree_hooks *h;
	const struct prop *items;	/* NULL = of objects */
	bool		 single;	/* of one of them */
	char		*kind;		/* of each entry */
	struct json	*entries;
};

void
reststats_number(struct json *entries, const char *key, uint64_t n)
{
	struct json *j = json_new_object();

	json_put_int(j, "value", n > INT64_MAX ? INT64_MAX : (int64_t)n);
	json_put(entries, key, &j);
}

void
reststats_text(struct json *entries, const char *key, const char *text)
{
	struct json *j = json_new_object();

	json_put_text(j, "description", text);
	json_put(entries, key, &j);
}

/* "https://localhost/…/~Common~p/members": where the names of entries stand.
 * In the page of a single one its own name comes before. */
static void
add_base(const struct page *p, const struct object *o, const char *own,
    struct strbuf *url)
{
	strbuf_add(url, "https://localhost");
	restname_url(url, o->type, p->items != NULL ? o->name : NULL);
	if (p->items != NULL)
		strbuf_printf(url, "/%s", p->items->name);
	if (p->single) {
		strbuf_add_char(url, '/');
		restname_encode(url, own);
	}
	strbuf_add_char(url, '/');
}

/* Takes what was found. */
static void
put_entry(struct page *p, const char *url, struct json **pfound)
{
	struct json *nested = json_new_object(), *outer = json_new_object();
	char *self = mem_printf("%s?ver=" RESTNAME_VERSION, url);

	json_put_text(nested, "kind", p->kind);
	json_put_text(nested, "selfLink", self);
	json_put(nested, "entries", pfound);
	json_put(outer, "nestedStats", &nested);
	json_put(p->entries, url, &outer);
	free(self);
}

/* One object, or an item of it. */
static void
add(struct page *p, const struct object *o, const struct object *item)
{
	const char *own = item != NULL ? item->name : o->name;
	struct json *found = json_new_object();
	struct strbuf url = { 0 }, as = { 0 };

	if (p->h->stats != NULL &&
	    p->h->stats(p->h->arg, o, item, found, &as)) {
		add_base(p, o, own, &url);
		restname_encode(&url, as.len > 0 ? as.text : own);
		strbuf_add(&url, "/stats");
		put_entry(p, url.text, &found);
	}
	json_free(&found);
	strbuf_fini(&as);
	strbuf_fini(&url);
}

static void
add_items(struct page *p, const struct object *o, const char *key)
{
	const struct objlist *l =
	    (const void *)((const char *)o + p->items->off);

	if (key != NULL) {
		add(p, o, restplace_item(o, p->items, key));
		return;
	}
	for (size_t i = 0; i < l->count; i++)
		add(p, o, l->v[i]);
}

static void
add_all(struct page *p, const struct draft *d, const struct type *t)
{
	size_t count;
	const struct object **all = model_sorted(draft_base(d), t, &count);

	for (size_t i = 0; i < count; i++)
		add(p, all[i], NULL);
	free(all);
}

/* "tm:gtm:pool:a:astats" of "tm:gtm:pool:a:astate" */
static char *
stats_kind(const struct restplace *at, bool collection)
{
	char *kind = restname_kind(at->type, at->items, collection);

	memcpy(kind + strlen(kind) - 1, "s", 1);
	return kind;
}

static void
send_page(struct page *p, const struct restplace *at, const struct object *o,
    struct restreply *r)
{
	struct strbuf url = { 0 };
	struct json *j = json_new_object();
	char *kind = stats_kind(at, at->name == NULL ||
	    (at->items != NULL && at->key == NULL)), *link;

	restname_url(&url, at->type, o != NULL ? o->name : NULL);
	if (at->items != NULL)
		strbuf_printf(&url, "/%s", at->items->name);
	if (at->key != NULL) {
		strbuf_add_char(&url, '/');
		restname_encode(&url, at->key);
	}
	strbuf_add(&url, "/stats");
	link = restname_link(url.text);
	json_put_text(j, "kind", kind);
	if (o != NULL)
		json_put_int(j, "generation", (int64_t)o->generation);
	json_put_text(j, "selfLink", link);
	json_put(j, "entries", &p->entries);
	restreply_json(r, 200, &j);
	free(link);
	free(kind);
	strbuf_fini(&url);
}

void
reststats_place(const struct resttree_hooks *h, const struct restplace *at,
    const struct draft *d, struct restreply *r)
{
	const struct object *o = restplace_object(at, d);
	struct page p = { .h = h, .items = at->items, .single =
	    at->items != NULL ? at->key != NULL : at->name != NULL };

	if (at->name != NULL && (o == NULL || (at->key != NULL &&
	    restplace_item(o, at->items, at->key) == NULL))) {
		(void)restread_missing(at, r);
		return;
	}
	p.kind = stats_kind(at, false);
	p.entries = json_new_object();
	if (o == NULL)
		add_all(&p, d, at->type);
	else if (at->items == NULL)
		add(&p, o, NULL);
	else
		add_items(&p, o, at->key);
	send_page(&p, at, o, r);
	json_free(&p.entries);
	free(p.kind);
}

void
reststats_nest(struct json *entries, const char *path, struct json **inner)
{
	struct json *nested = json_new_object(), *outer = json_new_object();
	char *url = mem_printf("https://localhost%s", path);

	json_put(nested, "entries", inner);
	json_put(outer, "nestedStats", &nested);
	json_put(entries, url, &outer);
	free(url);
}
