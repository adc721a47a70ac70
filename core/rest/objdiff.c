/* core/rest/objdiff.c - see objdiff.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/objdiff.h"

#include <string.h>

#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/objjson.h"
#include "core/rest/objjson_inside.h"
#include "core/rest/restname.h"

/* Before and after: two objects, or two lists. */
struct pair {
	struct json	*was, *now;
};

static void put_differences(const struct pair *to, const struct objjson_frame *f,
    const struct object *was, const struct object *now);

static struct json *
named(const struct object *item)
{
	struct json *j = json_new_object();

	json_put_text(j, "name", item->name);
	return j;
}

/* One of a and b may be NULL: it is not there. */
static void
add_item(const struct pair *to, const struct objjson_frame *f, const struct object *a,
    const struct object *b)
{
	struct pair one = { NULL, NULL };

	if (a != NULL && b != NULL) {
		if (object_equal(a, b))
			return;
		one = (struct pair){ named(a), named(b) };
		put_differences(&one, f, a, b);
	} else if (a != NULL) {
		one.was = objjson_entry(f, a);
	} else {
		one.now = objjson_entry(f, b);
	}
	if (one.was != NULL)
		json_add(to->was, &one.was);
	if (one.now != NULL)
		json_add(to->now, &one.now);
}

/* Both lists are sorted by name. */
static void
put_items_apart(const struct pair *to, const char *key, const struct objjson_frame *f,
    const struct objlist *was, const struct objlist *now)
{
	struct pair all = { json_new_array(), json_new_array() };
	size_t i = 0, k = 0;

	while (i < was->count || k < now->count) {
		int order = i == was->count ? 1 : k == now->count ? -1 :
		    strcmp(was->v[i]->name, now->v[k]->name);

		add_item(&all, f, order <= 0 ? was->v[i] : NULL,
		    order >= 0 ? now->v[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
	json_put(to->was, key, &all.was);
	json_put(to->now, key, &all.now);
}

static void
put_differences(const struct pair *to, const struct objjson_frame *f,
    const struct object *was, const struct object *now)
{
	char key[RESTNAME_MAX];

	for (const struct prop *p = was->type->props;
	    p != NULL && p->name != NULL; p++) {
		if ((p->flags & PROP_SECRET) != 0 || p->refused != NULL ||
		    prop_equal(p, was, now))
			continue;
		if (p->kind == PROP_ITEMS) {
			put_items_apart(to, restname_camel(p->name, key), f,
			    prop_value(p, was), prop_value(p, now));
		} else {
			objjson_put_row(to->was, f, was, p);
			objjson_put_row(to->now, f, now, p);
		}
	}
}

void
objdiff_json(const struct objjson_view *v, const struct object *was,
    const struct object *now, struct json **old, struct json **new)
{
	struct object *a = draft_effective(v->draft, was);
	struct object *b = draft_effective(v->draft, now);
	struct objjson_frame f = { .v = v, .url = "" };
	const struct pair to = { *old = json_new_object(),
	    *new = json_new_object() };

	put_differences(&to, &f, a, b);
	object_unref(&a);
	object_unref(&b);
}
