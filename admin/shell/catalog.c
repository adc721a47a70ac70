/* admin/shell/catalog.c - see catalog.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/hint.h"
#include "core/model/json.h"

#define NEST_MAX	8	/* items in items; the tables need 3 */

static bool read_props(struct catalog_type *t, const struct json *doc,
    unsigned depth);

static const char *
text_of(const struct json *j, const char *key)
{
	return json_get_text(json_find(j, key));
}

static enum catalog_kind
kind_of(const char *name)
{
	static const struct {
		const char	*name;
		enum catalog_kind kind;
	} kinds[] = {
		{ "state", CATALOG_FLAG }, { "u32", CATALOG_NUMBER },
		{ "u64", CATALOG_NUMBER }, { "ref", CATALOG_REF },
		{ "typedref", CATALOG_TYPEDREF }, { "rule", CATALOG_RULE },
		{ "bits", CATALOG_LIST }, { "strings", CATALOG_LIST },
		{ "pairs", CATALOG_PAIRS }, { "refs", CATALOG_REFS }, { "items", CATALOG_ITEMS },
	};

	for (size_t i = 0; i < OBJ_COUNT(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].kind;
	return CATALOG_WORD;
}

static bool
read_item(struct catalog_prop *p, const struct json *j, unsigned depth)
{
	const struct json *item = json_find(j, "items");

	if (p->kind != CATALOG_ITEMS)
		return true;
	p->item = mem_zalloc(1, sizeof(*p->item));
	p->item->words = p->name;
	p->item->title = text_of(item, "title");
	p->item->help = text_of(item, "help");
	p->item->form = text_of(item, "form");
	/* Items of a refused row are never made. */
	return item == NULL || read_props(p->item, item, depth + 1);
}

static bool
read_prop(struct catalog_prop *p, const struct json *j, unsigned depth)
{
	const char *kind = text_of(j, "kind");

	*p = (struct catalog_prop){
		.name = text_of(j, "name"), .rest = text_of(j, "restName"),
		.dflt = text_of(j, "default"), .empty = text_of(j, "word"),
		.ref = text_of(j, "ref"), .unit = text_of(j, "unit"),
		.refused = text_of(j, "refused"), .help = text_of(j, "help"),
		.words = json_find(j, "words"), .min = json_find(j, "min"),
		.max = json_find(j, "max"),
	};
	if (kind == NULL || p->name == NULL || p->rest == NULL)
		return false;
	p->kind = kind_of(kind);
	if (p->kind == CATALOG_FLAG && json_count(p->words) != 2)
		return false;
	for (size_t i = 0; i < json_count(p->words); i++)
		if (json_get_text(json_item(p->words, i)) == NULL)
			return false;
	return read_item(p, j, depth);
}

/* Goes as deep as NEST_MAX. */
static bool
read_props(struct catalog_type *t, const struct json *doc, unsigned depth)
{
	const struct json *rows = json_find(doc, "properties");
	size_t count = json_count(rows);

	if (depth > NEST_MAX)
		return false;
	t->props = mem_zalloc(count + 1, sizeof(t->props[0]));
	while (t->count < count) {
		size_t i = t->count++;

		if (!read_prop(&t->props[i], json_item(rows, i), depth))
			return false;
	}
	return true;
}

static bool
read_type(struct catalog_type *t, const struct json *j)
{
	const char *naming = text_of(j, "naming");

	t->words = text_of(j, "words");
	t->also = text_of(j, "also");
	t->path = text_of(j, "path");
	t->title = text_of(j, "title");
	t->help = text_of(j, "help");
	t->form = text_of(j, "form");
	t->refused = text_of(j, "refused");
	if (t->words == NULL || t->path == NULL || naming == NULL)
		return false;
	t->single = strcmp(naming, "single") == 0;
	return read_props(t, j, 0);
}

/* Goes as deep as NEST_MAX. */
static void
free_props(struct catalog_type *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (t->props[i].item == NULL)
			continue;
		free_props(t->props[i].item);
		free(t->props[i].item);
	}
	free(t->props);
}

/* Drops types from this one on, and the document they were read from. */
static void
drop_last(struct catalog *c, size_t from)
{
	while (c->count > from)
		free_props(&c->types[--c->count]);
	json_free(&c->docs[--c->doc_count]);
}

static int
read_types(struct catalog *c, const struct json *doc, struct err *e)
{
	const struct json *types = json_find(doc, "types");
	size_t count = json_count(types);
	bool good = count > 0;

	for (size_t i = 0; i < count && good; i++) {
		c->types = mem_grow(c->types, &c->room, c->count + 1,
		    sizeof(c->types[0]));
		c->types[c->count] = (struct catalog_type){ .words = NULL };
		good = read_type(&c->types[c->count++], json_item(types, i));
	}
	return good ? 0 : err_set(e, ERR_PARSE, "what the daemon says of its "
	    "objects is not of the form that this shell knows");
}

int
catalog_add(struct catalog **pc, struct json **pdoc, struct err *e)
{
	struct catalog *c = *pc != NULL ? *pc : mem_zalloc(1, sizeof(*c));
	size_t before = c->count;
	int rc;

	c->docs = mem_grow(c->docs, &c->doc_room, c->doc_count + 1,
	    sizeof(c->docs[0]));
	c->docs[c->doc_count++] = *pdoc;
	*pdoc = NULL;
	rc = read_types(c, c->docs[c->doc_count - 1], e);
	if (rc != 0)
		drop_last(c, before);
	if (rc != 0 && *pc == NULL)
		catalog_free(&c);
	*pc = c;
	return rc;
}

struct catalog *
catalog_new(struct json **pdoc, struct err *e)
{
	struct catalog *c = NULL;

	(void)catalog_add(&c, pdoc, e);
	return c;
}

void
catalog_free(struct catalog **pc)
{
	struct catalog *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	while (c->doc_count > 0)
		drop_last(c, 0);
	free(c->docs);
	free(c->types);
	free(c);
}

const struct catalog_type *
catalog_find(const struct catalog *c, const char *words)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->types[i].words, words) == 0)
			return &c->types[i];
	return NULL;
}

bool
catalog_has_word(const struct catalog_prop *p, const char *word)
{
	for (size_t i = 0; i < json_count(p->words); i++)
		if (strcmp(json_get_text(json_item(p->words, i)), word) == 0)
			return true;
	return false;
}

static bool
is_named(const struct catalog_prop *p, const char *word)
{
	if (p->kind == CATALOG_FLAG)
		return catalog_has_word(p, word);
	return strcmp(p->name, word) == 0;
}

/* Flags are always written whole: "en" must not turn traffic. */
static bool
starts(const struct catalog_prop *p, const char *word)
{
	return p->kind != CATALOG_FLAG &&
	    strncmp(p->name, word, strlen(word)) == 0;
}

static void
tell_unknown(const struct catalog_type *t, const char *word, struct err *e)
{
	struct hint h;
	char text[128];

	hint_init(&h, word);
	for (size_t i = 0; i < t->count; i++) {
		const struct catalog_prop *p = &t->props[i];

		hint_offer(&h, p->name);
		for (size_t k = 0; p->kind == CATALOG_FLAG && k < 2; k++)
			hint_offer(&h, json_get_text(json_item(p->words, k)));
	}
	(void)err_set(e, ERR_UNKNOWN, "%s: unknown property of %s%s", word,
	    t->words, hint_format(&h, text));
}

const struct catalog_prop *
catalog_prop(const struct catalog_type *t, const char *word, struct err *e)
{
	const struct catalog_prop *found = NULL;

	for (size_t i = 0; i < t->count; i++)
		if (is_named(&t->props[i], word))
			return &t->props[i];
	for (size_t i = 0; i < t->count; i++) {
		if (!starts(&t->props[i], word))
			continue;
		if (found != NULL) {
			(void)err_set(e, ERR_PARSE, "%s: could be %s or %s",
			    word, found->name, t->props[i].name);
			return NULL;
		}
		found = &t->props[i];
	}
	if (found == NULL)
		tell_unknown(t, word, e);
	return found;
}
