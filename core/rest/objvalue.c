/* core/rest/objvalue.c - see objvalue.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/objvalue.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/proppairs.h"
#include "core/rest/restname.h"

void
objvalue_put_formatted(struct json *j, const char *key, const struct prop *p,
    const struct object *o)
{
	char *text = prop_format(p, o);

	json_put_text(j, key, text);
	free(text);
}

void
objvalue_put_number(struct json *j, const char *key, const struct prop *p,
    const struct object *o)
{
	char *text;

	if (p->refused == NULL && p->kind == PROP_U32) {
		json_put_int(j, key, *(const uint32_t *)prop_value(p, o));
		return;
	}
	text = prop_format(p, o);
	json_put_int(j, key, (int64_t)strtoull(text, NULL, 10));
	free(text);
}

void
objvalue_put_state(struct json *j, const struct prop *p, const struct object *o)
{
	char key[RESTNAME_MAX];
	char *word = prop_format(p, o);

	json_put_bool(j, restname_camel(word, key), true);
	free(word);
}

void
objvalue_put_list(struct json *j, const char *key, const struct prop *p,
    const struct object *o)
{
	const struct strlist *l = prop_value(p, o);
	struct json *all = json_new_array();

	for (size_t i = 0; i < l->count; i++)
		json_add_text(all, l->v[i]);
	json_put(j, key, &all);
}

/* "apiRawValues": { "userDefined KEY": "text" }, as F5 has what REST has no
 * property for. */
void
objvalue_put_pairs(struct json *j, const char *key, const struct prop *p,
    const struct object *o)
{
	const struct strlist *l = prop_value(p, o);
	struct json *all = json_new_object();

	for (size_t i = 0; i < l->count; i++) {
		size_t len = proppairs_key_len(l->v[i]);
		char *name = mem_printf("%s %.*s", key, (int)len, l->v[i]);

		json_put_text(all, name, l->v[i] + len + 1);
		free(name);
	}
	json_put(j, RESTNAME_RAW, &all);
}

void
objvalue_put_bits(struct json *j, const char *key, const struct prop *p,
    const struct object *o)
{
	uint32_t bits = *(const uint32_t *)prop_value(p, o);
	struct json *all = json_new_array();

	for (int i = 0; p->names[i] != NULL && i < 32; i++)
		if (bits & UINT32_C(1) << i)
			json_add_text(all, p->names[i]);
	json_put(j, key, &all);
}
