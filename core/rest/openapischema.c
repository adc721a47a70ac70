/* core/rest/openapischema.c - see openapischema.h. One schema serves reading and
 * writing: nothing is required, what only one of them has is marked.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/openapischema.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/restname.h"

#define REFERENCE_MAX	(RESTNAME_MAX + sizeof("Reference"))

char *
openapischema_name(const struct type *t)
{
	char *name = mem_strdup(t->words);

	for (char *p = name; *p != '\0'; p++)
		if (*p == ' ')
			*p = '.';
	return name;
}

struct json *
openapischema_ref(const char *kind, const char *name)
{
	struct json *j = json_new_object();
	char *to = mem_printf("#/components/%s/%s", kind, name);

	json_put_text(j, "$ref", to);
	free(to);
	return j;
}

static struct json *
of_type(const char *type)
{
	struct json *j = json_new_object();

	json_put_text(j, "type", type);
	return j;
}

static void
put_words(struct json *j, const char *const *names)
{
	struct json *all = json_new_array();

	for (size_t i = 0; names[i] != NULL; i++)
		json_add_text(all, names[i]);
	json_put(j, "enum", &all);
}

/* What is only read. */
static void
put_read_only(struct json *to, const char *key, const char *type)
{
	struct json *j = of_type(type);

	json_put_bool(j, "readOnly", true);
	json_put(to, key, &j);
}

static void
put_array(struct json *to, const char *key, struct json **pitems)
{
	struct json *j = of_type("array");

	json_put(j, "items", pitems);
	json_put(to, key, &j);
}

/* "xReference" beside x. */
static void
put_reference(struct json *to, const char *key)
{
	char name[REFERENCE_MAX];
	size_t len = strlen(key);
	struct json *ref = openapischema_ref("schemas", "reference");

	memcpy(name, key, len);
	memcpy(name + len, "Reference", sizeof("Reference"));
	json_put(to, name, &ref);
}

/* ---- values ---- */

static struct json *
number(const struct prop *p)
{
	struct json *j = of_type("integer"), *either, *word, *both;

	json_put_text(j, "format", "int64");
	if (p->max > 0 && p->max <= INT64_MAX)
		json_put_int(j, "maximum", (int64_t)p->max);
	if (p->word == NULL) {
		json_put_int(j, "minimum", (int64_t)p->min);
		if (p->dflt != NULL)
			json_put_int(j, "default", (int64_t)strtoull(p->dflt,
			    NULL, 10));
		return j;
	}
	/* The word reads as 0, whatever the range. */
	json_put_int(j, "minimum", 0);
	word = of_type("string");
	put_words(word, (const char *const[]){ p->word, NULL });
	both = json_new_array();
	json_add(both, &j);
	json_add(both, &word);
	either = json_new_object();
	json_put(either, "anyOf", &both);
	return either;
}

static struct json *
text(const struct prop *p)
{
	struct json *j = of_type("string");

	if (p->names != NULL)
		put_words(j, p->names);
	if (p->kind == PROP_STRING && p->max > 0)
		json_put_int(j, "maxLength", (int64_t)p->max);
	if (p->dflt != NULL)
		json_put_text(j, "default", p->dflt);
	return j;
}

static struct json *
list(const struct prop *p)
{
	struct json *j = of_type("array"), *one = of_type("string");

	if (p->kind == PROP_BITS && p->names != NULL)
		put_words(one, p->names);
	json_put(j, "items", &one);
	return j;
}

static void
put_notes(struct json *j, const struct prop *p)
{
	char *note = p->refused != NULL ? mem_printf("%s. Only its default: %s",
	    p->help != NULL ? p->help : p->name, p->refused) : NULL;

	if (note != NULL)
		json_put_text(j, "description", note);
	else if (p->help != NULL)
		json_put_text(j, "description", p->help);
	if (p->flags & PROP_SECRET)
		json_put_bool(j, "writeOnly", true);
	free(note);
}

static void
put_value(struct json *to, const char *key, const struct prop *p,
    struct json **pvalue)
{
	put_notes(*pvalue, p);
	json_put(to, key, pvalue);
}

static void
put_state(struct json *to, const struct prop *p)
{
	char key[RESTNAME_MAX];

	for (int i = 0; i < 2; i++) {
		struct json *j = of_type("boolean");

		put_value(to, restname_camel(p->names[i], key), p, &j);
	}
}

/* membersReference when read; members or membersReference.items when written. */
static void
put_linked(struct json *to, const char *key, const char *items)
{
	char name[REFERENCE_MAX];
	size_t len = strlen(key);
	struct json *ref = openapischema_ref("schemas", items);
	struct json *j = of_type("object"), *inner = json_new_object();

	put_array(to, key, &ref);
	put_read_only(inner, "link", "string");
	put_read_only(inner, "isSubcollection", "boolean");
	ref = openapischema_ref("schemas", items);
	put_array(inner, "items", &ref);
	json_put(j, "properties", &inner);
	memcpy(name, key, len);
	memcpy(name + len, "Reference", sizeof("Reference"));
	json_put(to, name, &j);
}

static void
put_items(struct json *to, const char *key, const struct prop *p,
    const char *owner)
{
	char *name;
	struct json *ref;

	if (p->refused != NULL || p->item == NULL)
		return;
	name = mem_printf("%s.%s", owner, p->name);
	if (p->flags & PROP_LINKED) {
		put_linked(to, key, name);
	} else {
		ref = openapischema_ref("schemas", name);
		put_array(to, key, &ref);
	}
	free(name);
}

/* { "userDefined KEY": "text" }: what keys look like, OpenAPI 3.0 cannot say. */
static void
put_pairs(struct json *to, const struct prop *p)
{
	struct json *j = of_type("object"), *one = of_type("string");

	json_put(j, "additionalProperties", &one);
	put_value(to, RESTNAME_RAW, p, &j);
}

static void
put_row(struct json *to, const struct prop *p, const char *owner)
{
	char key[RESTNAME_MAX];
	struct json *j;

	(void)restname_camel(p->name, key);
	switch (p->kind) {
	case PROP_STATE:
		put_state(to, p);
		return;
	case PROP_PAIRS:
		put_pairs(to, p);
		return;
	case PROP_ITEMS:
		put_items(to, key, p, owner);
		return;
	case PROP_U32: case PROP_U64:
		j = number(p);
		break;
	case PROP_BITS: case PROP_STRINGS: case PROP_REFS:
		j = list(p);
		break;
	case PROP_REF: case PROP_TYPEDREF:
		put_reference(to, key);
		j = text(p);
		break;
	case PROP_BOOL: case PROP_ENUM: case PROP_STRING: case PROP_ADDR:
	case PROP_ADDRPORT: case PROP_RULE:
		j = text(p);
		break;
	}
	put_value(to, key, p, &j);
}

/* ---- objects ---- */

static void
put_common(struct json *to, bool item)
{
	static const char *const read_only[] = {
		"kind", "selfLink", "fullPath", NULL
	};
	static const char *const names[] = {
		"name", "partition", "subPath", NULL
	};

	for (int i = 0; names[i] != NULL; i++) {
		struct json *j = of_type("string");

		json_put(to, names[i], &j);
	}
	for (int i = 0; read_only[i] != NULL; i++)
		put_read_only(to, read_only[i], "string");
	put_read_only(to, "generation", "integer");
	if (item)
		put_reference(to, "name");
}

static void
put_object(struct json *schemas, const struct type *t, const char *name)
{
	struct json *j = of_type("object"), *props = json_new_object();

	if (t->title != NULL)
		json_put_text(j, "title", t->title);
	if (t->help != NULL)
		json_put_text(j, "description", t->help);
	put_common(props, t->naming == TYPE_ITEM);
	for (const struct prop *p = t->props; p->name != NULL; p++)
		put_row(props, p, name);
	json_put(j, "properties", &props);
	json_put(schemas, name, &j);
	for (const struct prop *p = t->props; p->name != NULL; p++) {
		char *inner;

		if (p->kind != PROP_ITEMS || p->refused != NULL)
			continue;
		inner = mem_printf("%s.%s", name, p->name);
		put_object(schemas, p->item, inner);
		free(inner);
	}
}

void
openapischema_put(struct json *schemas, const struct type *t)
{
	char *name = openapischema_name(t);

	put_object(schemas, t, name);
	free(name);
}
