/* core/rest/restdescribe.c - see restdescribe.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restdescribe.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/restname.h"

static const char *
kind_name(enum prop_kind kind)
{
	switch (kind) {
	case PROP_STATE:
		return "state";
	case PROP_BOOL:
		return "bool";
	case PROP_ENUM:
		return "enum";
	case PROP_BITS:
		return "bits";
	case PROP_U32:
		return "u32";
	case PROP_U64:
		return "u64";
	case PROP_STRING:
		return "string";
	case PROP_ADDR:
		return "addr";
	case PROP_ADDRPORT:
		return "addrport";
	case PROP_STRINGS:
		return "strings";
	case PROP_REF:
		return "ref";
	case PROP_REFS:
		return "refs";
	case PROP_TYPEDREF:
		return "typedref";
	case PROP_PAIRS:
		return "pairs";
	case PROP_RULE:
		return "rule";
	case PROP_ITEMS:
		break;
	}
	return "items";
}

static const char *
naming_name(enum type_naming naming)
{
	switch (naming) {
	case TYPE_NAMED:
		return "named";
	case TYPE_SINGLE:
		return "single";
	case TYPE_PHRASED:
		return "phrased";
	case TYPE_ITEM:
		break;
	}
	return "item";
}

static void
put_flags(struct json *j, unsigned flags)
{
	static const struct {
		unsigned	 bit;
		const char	*word;
	} all[] = {
		{ PROP_REQUIRED, "required" }, { PROP_ALWAYS, "always" },
		{ PROP_POSITION, "position" }, { PROP_SECRET, "secret" },
		{ PROP_OURS, "ours" }, { PROP_LOCAL, "local" },
		{ PROP_LINKED, "linked" }, { PROP_OLD, "old" },
	};
	struct json *words = json_new_array();

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (flags & all[i].bit)
			json_add_text(words, all[i].word);
	json_put(j, "flags", &words);
}

static void
put_if(struct json *j, const char *key, const char *text)
{
	if (text != NULL)
		json_put_text(j, key, text);
}

/* 64 bits of range beyond what JSON's integers hold are no range to tell. */
static void
put_range(struct json *j, const struct prop *p)
{
	if (p->min > 0)
		json_put_int(j, "min", (int64_t)p->min);
	if (p->max > 0 && p->max <= INT64_MAX)
		json_put_int(j, "max", (int64_t)p->max);
}

static struct json *properties(const struct prop *table);

static struct json *
row(const struct prop *p)
{
	struct json *j = json_new_object(), *child;
	char name[RESTNAME_MAX];

	json_put_text(j, "name", p->name);
	json_put_text(j, "restName", restname_camel(p->name, name));
	json_put_text(j, "kind", kind_name(p->kind));
	put_if(j, "default", p->dflt);
	put_range(j, p);
	put_if(j, "unit", p->unit);
	if (p->names != NULL) {
		child = json_new_array();
		for (int i = 0; p->names[i] != NULL; i++)
			json_add_text(child, p->names[i]);
		json_put(j, "words", &child);
	}
	put_if(j, "word", p->word);
	put_if(j, "ref", p->ref);
	put_flags(j, p->flags);
	put_if(j, "help", p->help);
	put_if(j, "refused", p->refused);
	if (p->kind == PROP_ITEMS && p->item != NULL) {
		struct json *item = json_new_object();

		json_put_text(item, "words", p->item->words);
		put_if(item, "title", p->item->title);
		put_if(item, "form", p->item->form);
		put_if(item, "help", p->item->help);
		child = properties(p->item->props);
		json_put(item, "properties", &child);
		json_put(j, "items", &item);
	}
	return j;
}

/* As deep as the tables nest. */
static struct json *
properties(const struct prop *table)
{
	struct json *all = json_new_array();

	for (const struct prop *p = table; p != NULL && p->name != NULL; p++) {
		struct json *j = row(p);

		json_add(all, &j);
	}
	return all;
}

static struct json *
type(const struct type *t)
{
	struct json *j = json_new_object(), *child;
	struct strbuf path = { 0 };

	restname_url(&path, t, NULL);
	json_put_text(j, "words", t->words);
	put_if(j, "also", t->also);
	json_put_text(j, "path", path.text);
	put_if(j, "title", t->title);
	json_put_text(j, "naming", naming_name(t->naming));
	put_if(j, "form", t->form);
	put_if(j, "help", t->help);
	put_if(j, "refused", t->refused);
	child = properties(t->props);
	json_put(j, "properties", &child);
	strbuf_fini(&path);
	return j;
}

struct json *
restdescribe_schema(const struct schema *s)
{
	struct json *j = json_new_object(), *all = json_new_array();

	for (size_t i = 0; s->types[i] != NULL; i++) {
		struct json *one = type(s->types[i]);

		json_add(all, &one);
	}
	json_put(j, "types", &all);
	return j;
}
