/* tests/unit/core/model/tablecheck.c - see tablecheck.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/model/tablecheck.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/apart.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"

#define HELP_MAX	100	/* octets */

struct table {
	const struct schema *schema;
	const struct type *type;
	struct object	*o;
	struct strbuf	*found;
};

static void
tell(const struct table *t, const struct prop *p, const char *what)
{
	strbuf_printf(t->found, "%s: %s: %s\n", t->type->words,
	    p != NULL ? p->name : "-", what);
}

/* Does the row take this text? The object is as before afterwards. */
static bool
takes(const struct table *t, const struct prop *p, const char *text)
{
	bool ok = prop_set(p, t->o, text, NULL) == 0;

	prop_reset(p, t->o);
	return ok;
}

static bool
takes_number(const struct table *t, const struct prop *p, uint64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	return takes(t, p, text);
}

static void
check_number(const struct table *t, const struct prop *p)
{
	uint64_t most = p->kind == PROP_U32 ? UINT32_MAX : UINT64_MAX;
	uint64_t max = p->max != 0 ? p->max : most;

	if (max > most || p->min > max) {
		tell(t, p, "range does not fit the kind");
		return;
	}
	if (p->refused == NULL && (!takes_number(t, p, p->min) ||
	    !takes_number(t, p, max)))
		tell(t, p, "an end of its range is refused");
	/* 0 has a word: then it is taken below the range as well. */
	if (p->min > 0 && !(p->min == 1 && p->word != NULL) &&
	    takes_number(t, p, p->min - 1))
		tell(t, p, "one below its range is taken");
	if (max < UINT64_MAX && takes_number(t, p, max + 1))
		tell(t, p, "one above its range is taken");
	if (takes(t, p, "x1") || takes(t, p, "1x") || takes(t, p, "-1"))
		tell(t, p, "takes what is no number");
}

static void
check_names(const struct table *t, const struct prop *p)
{
	size_t n = 0;

	if (p->names == NULL || p->names[0] == NULL) {
		tell(t, p, "has no words");
		return;
	}
	for (; p->names[n] != NULL; n++) {
		char *text = NULL;

		if (p->refused != NULL || p->check != NULL)
			continue;
		if (prop_set(p, t->o, p->names[n], NULL) == 0)
			text = prop_format(p, t->o);
		if (text == NULL || strcmp(text, p->names[n]) != 0)
			tell(t, p, "a word does not read back");
		free(text);
		prop_reset(p, t->o);
	}
	if ((p->kind == PROP_STATE || p->kind == PROP_BOOL) && n != 2)
		tell(t, p, "has not two words");
	if (p->kind == PROP_BITS && n > 32)
		tell(t, p, "has more words than bits");
	if (takes(t, p, "no-such-word"))
		tell(t, p, "takes a word that is none of its own");
}

static void
check_text(const struct table *t, const struct prop *p)
{
	size_t max = p->max != 0 ? p->max : 65535;
	char *text = mem_zalloc(max + 2, 1);

	memset(text, 'x', max + 1);
	if (takes(t, p, text))
		tell(t, p, "takes an octet too many");
	free(text);
}

static void
check_ref(const struct table *t, const struct prop *p)
{
	for (size_t i = 0; p->ref != NULL && t->schema->types[i] != NULL; i++)
		if (schema_in_family(t->schema->types[i], p->ref))
			return;
	if (p->refused == NULL)
		tell(t, p, "refers to no type of the schema");
}

static size_t
size_of(const struct prop *p)
{
	switch (p->kind) {
	case PROP_STATE: case PROP_BOOL:
		return sizeof(bool);
	case PROP_ENUM: case PROP_BITS: case PROP_U32:
		return sizeof(uint32_t);
	case PROP_U64:
		return sizeof(uint64_t);
	case PROP_STRING: case PROP_REF:
		return sizeof(char *);
	case PROP_ADDR:
		return sizeof(struct addr);
	case PROP_ADDRPORT:
		return sizeof(struct addrport);
	case PROP_STRINGS: case PROP_REFS: case PROP_PAIRS:
		return sizeof(struct strlist);
	case PROP_TYPEDREF:
		return sizeof(struct typedref);
	case PROP_RULE:
		return sizeof(struct monrule);
	case PROP_ITEMS:
		return sizeof(struct objlist);
	}
	return 0;
}

static void
check_storage(const struct table *t, const struct prop *p)
{
	size_t end = p->off + size_of(p);
	bool apart = (p->flags & PROP_APART) != 0;

	if (apart ? p->off < sizeof(struct apart) || end > t->type->apart_size :
	    p->off < sizeof(struct object) || end > t->type->size)
		tell(t, p, "stands outside its struct");
	if (apart && (p->kind == PROP_STATE || p->kind == PROP_ITEMS ||
	    p->kind == PROP_STRINGS || p->kind == PROP_REFS ||
	    p->kind == PROP_PAIRS))
		tell(t, p, "is of a kind that cannot be apart");
	for (const struct prop *q = t->type->props; q != p; q++)
		if (q->refused == NULL && q->off < end &&
		    ((q->flags & PROP_APART) != 0) == apart &&
		    p->off < q->off + size_of(q))
			tell(t, p, "shares storage with another row");
}

static void
check_kind(const struct table *t, const struct prop *p)
{
	switch (p->kind) {
	case PROP_STATE: case PROP_BOOL: case PROP_ENUM: case PROP_BITS:
		check_names(t, p);
		break;
	case PROP_U32: case PROP_U64:
		check_number(t, p);
		break;
	case PROP_STRING:
		check_text(t, p);
		break;
	case PROP_REF: case PROP_REFS: case PROP_TYPEDREF: case PROP_RULE:
		check_ref(t, p);
		break;
	case PROP_ITEMS:
		if (p->refused == NULL && (p->item == NULL ||
		    p->item->naming != TYPE_ITEM))
			tell(t, p, "has no type of items");
		break;
	case PROP_ADDR: case PROP_ADDRPORT: case PROP_STRINGS:
	case PROP_PAIRS:
		break;
	}
}

static void
check_help(const struct table *t, const struct prop *p)
{
	size_t len = p->help != NULL ? strlen(p->help) : 0;

	if (len == 0)
		tell(t, p, "has no help");
	else if (len > HELP_MAX || p->help[len - 1] == '.')
		tell(t, p, "has help that is not one line");
}

/* Some value that is not the row's default; NULL when no word says one. */
static const char *
other_value(const struct prop *p)
{
	switch (p->kind) {
	case PROP_STATE: case PROP_BOOL: case PROP_ENUM: case PROP_BITS:
		return p->dflt != NULL && strcmp(p->dflt, p->names[0]) == 0 ?
		    p->names[1] : p->names[0];
	case PROP_U32: case PROP_U64:
		return p->dflt != NULL && strcmp(p->dflt, "1") == 0 ? "2" : "1";
	case PROP_ADDR:
		return "192.0.2.99";
	case PROP_ITEMS:
		return "";
	case PROP_STRING: case PROP_STRINGS: case PROP_REF: case PROP_REFS:
		return "x";
	case PROP_PAIRS:
		return "K=x";
	case PROP_ADDRPORT: case PROP_TYPEDREF: case PROP_RULE:
		break;
	}
	return NULL;
}

/* It takes its default alone, and says why. */
static void
check_refused(const struct table *t, const struct prop *p)
{
	const char *other = other_value(p);
	char want[300];
	struct err e;

	if (!takes(t, p, p->dflt != NULL ? p->dflt : "none")) {
		tell(t, p, "is refused and does not take its default");
		return;
	}
	(void)snprintf(want, sizeof(want), "not supported yet: %s: %s",
	    p->name, p->refused);
	if (other == NULL || prop_set(p, t->o, other, &e) != ERR_UNSUPPORTED ||
	    strcmp(e.text, want) != 0)
		tell(t, p, "is refused and does not say so");
}

static void
check_row(const struct table *t, const struct prop *p)
{
	check_help(t, p);
	for (const struct prop *q = t->type->props; q != p; q++)
		if (strcmp(q->name, p->name) == 0)
			tell(t, p, "is there twice");
	if (p->flags & PROP_POSITION && ((p->flags & PROP_ALWAYS) == 0 ||
	    p->kind != PROP_U32))
		tell(t, p, "is a position but not always written");
	if (p->refused == NULL)
		check_storage(t, p);
	else
		check_refused(t, p);
	check_kind(t, p);
}

/* Goes as deep as the tables nest. */
static void
check_type(const struct schema *s, const struct type *type,
    struct strbuf *found)
{
	struct table t = { .schema = s, .type = type, .found = found };
	size_t rows = 0;

	if (type->title == NULL || type->help == NULL)
		tell(&t, NULL, "has no title or no help");
	if (type->props == NULL || type->refused != NULL)
		return;
	t.o = object_new(type, "/Common/x");
	for (const struct prop *p = type->props; p->name != NULL; p++, rows++) {
		check_row(&t, p);
		if (p->kind == PROP_ITEMS && p->item != NULL)
			check_type(s, p->item, found);
	}
	if (rows > 64)
		tell(&t, NULL, "has more rows than an object can tell apart");
	object_unref(&t.o);
}

void
tablecheck_schema(const struct schema *s, struct strbuf *found)
{
	for (size_t i = 0; s->types[i] != NULL; i++)
		check_type(s, s->types[i], found);
}
