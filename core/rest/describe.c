/* core/rest/describe.c - see describe.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/describe.h"

#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/model/prop.h"
#include "core/model/type.h"

static struct json *describe_properties(const struct prop *table);

static const char *
kind_name(enum prop_kind kind)
{
	switch (kind) {
	case PROP_STATE:	return "state";
	case PROP_BOOL:		return "bool";
	case PROP_ENUM:		return "enum";
	case PROP_BITS:		return "bits";
	case PROP_U32:		return "u32";
	case PROP_U64:		return "u64";
	case PROP_STRING:	return "string";
	case PROP_ADDR:		return "addr";
	case PROP_ADDRPORT:	return "addrport";
	case PROP_STRINGS:	return "strings";
	case PROP_REF:		return "ref";
	case PROP_REFS:		return "refs";
	case PROP_TYPEDREF:	return "typedref";
	case PROP_RULE:		return "rule";
	case PROP_ITEMS:	return "items";
	}
	return NULL;
}

void
describe_rest_name(struct strbuf *b, const char *name)
{
	for (const char *p = name; *p != '\0'; p++) {
		if (*p == '-' && p[1] >= 'a' && p[1] <= 'z')
			strbuf_add_char(b, (char)(*++p - 'a' + 'A'));
		else if (*p != '-')
			strbuf_add_char(b, *p);
	}
}

void
describe_path(struct strbuf *b, const char *words)
{
	strbuf_add(b, "/mgmt/tm/");
	for (const char *p = words; *p != '\0'; p++)
		strbuf_add_char(b, *p == ' ' ? '/' : *p);
}

/* Texts that are not there are left out. */
static void
put_some(struct json *j, const char *key, const char *text)
{
	if (text != NULL)
		json_put_text(j, key, text);
}

static void
put_flags(struct json *j, unsigned flags)
{
	static const struct {
		unsigned	 flag;
		const char	*name;
	} names[] = {
		{ PROP_REQUIRED, "required" }, { PROP_ALWAYS, "always" },
		{ PROP_POSITION, "position" }, { PROP_SECRET, "secret" },
		{ PROP_OURS, "ours" }, { PROP_LOCAL, "local" },
	};
	struct json *list;

	if (flags == 0)
		return;
	list = json_new_array();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flags & names[i].flag)
			json_add_text(list, names[i].name);
	json_put(j, "flags", &list);
}

/* Numbers show the range that counts; the others only what limits them. */
static void
put_range(struct json *j, const struct prop *p)
{
	uint64_t max = p->max;

	if (p->kind == PROP_U32 && max == 0)
		max = UINT32_MAX;
	if (p->kind == PROP_U32 || p->kind == PROP_U64 || p->min != 0)
		json_put_int(j, "min", (int64_t)p->min);
	if (max != 0 && max <= INT64_MAX)
		json_put_int(j, "max", (int64_t)max);
	put_some(j, "unit", p->unit);
}

static void
put_words(struct json *j, const struct prop *p)
{
	struct json *list;

	if (p->names == NULL)
		return;
	list = json_new_array();
	for (size_t i = 0; p->names[i] != NULL; i++)
		json_add_text(list, p->names[i]);
	json_put(j, "words", &list);
}

static void
put_item(struct json *j, const struct type *t)
{
	struct json *item, *rows;

	if (t == NULL)
		return;
	item = json_new_object();
	json_put_text(item, "title", t->title);
	put_some(item, "help", t->help);
	rows = describe_properties(t->props);
	json_put(item, "properties", &rows);
	json_put(j, "item", &item);
}

static struct json *
describe_property(const struct prop *p)
{
	struct json *j = json_new_object();
	struct strbuf name;

	strbuf_init(&name);
	describe_rest_name(&name, p->name);
	json_put_text(j, "name", p->name);
	json_put_text(j, "restName", name.text);
	json_put_text(j, "kind", kind_name(p->kind));
	put_some(j, "default", p->dflt);
	put_range(j, p);
	put_words(j, p);
	put_some(j, "empty", p->word);
	put_some(j, "ref", p->ref);
	put_flags(j, p->flags);
	put_some(j, "refused", p->refused);
	put_some(j, "help", p->help);
	put_item(j, p->item);
	strbuf_fini(&name);
	return j;
}

/* Goes as deep as the tables nest. */
static struct json *
describe_properties(const struct prop *table)
{
	struct json *list = json_new_array();

	for (; table != NULL && table->name != NULL; table++) {
		struct json *p = describe_property(table);

		json_add(list, &p);
	}
	return list;
}

static struct json *
describe_type(const struct type *t)
{
	struct json *j = json_new_object(), *rows;
	struct strbuf path;

	strbuf_init(&path);
	describe_path(&path, t->words);
	json_put_text(j, "words", t->words);
	json_put_text(j, "path", path.text);
	json_put_text(j, "title", t->title);
	json_put_text(j, "naming", t->naming == TYPE_SINGLE ? "single" :
	    "named");
	put_some(j, "help", t->help);
	put_some(j, "refused", t->refused);
	rows = describe_properties(t->props);
	json_put(j, "properties", &rows);
	strbuf_fini(&path);
	return j;
}

struct json *
describe_schema(const struct schema *s)
{
	struct json *doc = json_new_object(), *types = json_new_array();

	for (size_t i = 0; s->types[i] != NULL; i++) {
		struct json *t = describe_type(s->types[i]);

		json_add(types, &t);
	}
	json_put(doc, "types", &types);
	return doc;
}
