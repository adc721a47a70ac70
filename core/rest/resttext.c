/* core/rest/resttext.c - see resttext.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/resttext.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/tmos_write.h"
#include "core/model/type.h"
#include "core/rest/restplace.h"
#include "core/rest/restread.h"
#include "core/rest/restreply.h"

/* Secrets stand in objects, never in their items. */
static void
hide_secrets(struct object *o)
{
	for (const struct prop *p = o->type->props; p->name != NULL; p++)
		if ((p->flags & PROP_SECRET) && p->refused == NULL)
			prop_reset(p, o);
}

static struct json *
text_of(const struct draft *d, const struct object *o, bool all)
{
	struct object *copy = all ? draft_effective(d, o) : object_clone(o);
	struct json *j = json_new_object();
	struct strbuf b;

	strbuf_init(&b);
	hide_secrets(copy);
	tmos_write_object(&b, copy, all);
	json_put_text(j, "fullPath", o->name);
	json_put_text(j, "text", b.text);
	strbuf_fini(&b);
	object_unref(&copy);
	return j;
}

static struct json *
text_of_all(const struct draft *d, const struct type *t, bool all)
{
	struct json *j = json_new_object(), *items = json_new_array();
	size_t count;
	const struct object **v = model_sorted(draft_base(d), t, &count);

	for (size_t i = 0; i < count; i++) {
		struct json *one = text_of(d, v[i], all);

		json_add(items, &one);
	}
	free(v);
	json_put(j, "items", &items);
	return j;
}

void
resttext_read(const struct draft *d, const struct restplace *at,
    const char *form, struct restreply *r)
{
	bool all = strcmp(form, "all") == 0;
	const struct object *o;
	struct json *j;

	if (!all && strcmp(form, "list") != 0) {
		(void)restreply_error(r, 400, "text: \"%.20s\" is not list or "
		    "all", form);
		return;
	}
	if (at->items != NULL) {
		(void)restreply_error(r, 400, "text: items have none, ask for "
		    "the whole object");
		return;
	}
	if (at->name == NULL) {
		j = text_of_all(d, at->type, all);
		restreply_json(r, 200, &j);
		return;
	}
	o = restplace_object(at, d);
	if (o == NULL) {
		(void)restread_missing(at, r);
		return;
	}
	j = text_of(d, o, all);
	restreply_json(r, 200, &j);
	restread_etag(o, r->etag);
}
