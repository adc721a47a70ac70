/* core/model/tmos_write.c - see tmos_write.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/tmos_write.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/model.h"
#include "core/model/nameform.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/proppairs.h"
#include "core/model/type.h"
#include "core/model/word.h"

#define ROWS_MAX	64	/* as many as object.set has bits */

/* The dialect that we write; readers of ours take later ones too. */
#define FILE_HEAD	"#TMSH-VERSION: 15.1.0\n"

struct writer {
	struct strbuf	*b;
	unsigned	 level;
	bool		 all;
};

/* A row that is to be written, under the word that it is written by. */
struct keyed {
	const char	*key;
	const struct prop *p;
};

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct keyed *)a)->key,
	    ((const struct keyed *)b)->key);
}

static const void *
value_of(const struct prop *p, const struct object *o)
{
	return (const char *)o + p->off;
}

/* given: was the row given? NULL when o has no parent. */
static bool
has_say(const struct writer *w, const struct prop *p, const bool *given,
    const struct object *o)
{
	if (p->refused != NULL)
		return false;
	if (w->all)
		return true;
	if (given != NULL && (p->flags & PROP_LOCAL) == 0)
		return *given;
	if (p->flags & PROP_REQUIRED)
		return !prop_is_empty(p, o);
	if (p->flags & PROP_ALWAYS)
		return true;
	return !prop_is_default(p, o);
}

static size_t
collect_rows(const struct writer *w, const struct object *o,
    struct keyed rows[ROWS_MAX])
{
	const struct prop *table = o->type->props;
	bool child = object_parent(o) != NULL;
	size_t n = 0;

	for (unsigned i = 0; table != NULL && table[i].name != NULL; i++) {
		const struct prop *p = &table[i];
		bool given = (o->set & UINT64_C(1) << i) != 0;

		assert(i < ROWS_MAX);
		if (!has_say(w, p, child ? &given : NULL, o))
			continue;
		rows[n++] = (struct keyed){ p->name, p };
		if (p->kind == PROP_STATE)
			rows[n - 1].key =
			    p->names[*(const bool *)value_of(p, o) ? 1 : 0];
	}
	qsort(rows, n, sizeof(rows[0]), by_key);
	return n;
}

static void
indent(const struct writer *w)
{
	for (unsigned i = 0; i < w->level; i++)
		strbuf_add(w->b, "    ");
}

static void
write_scalar(struct writer *w, const struct prop *p, const struct object *o)
{
	char *text = prop_format(p, o);

	if (p->kind == PROP_TYPEDREF || p->kind == PROP_RULE)
		strbuf_add(w->b, text);
	else
		word_quote(w->b, text);
	strbuf_add_char(w->b, '\n');
	free(text);
}

static void
write_bits(struct writer *w, const struct prop *p, const struct object *o)
{
	char *text = prop_format(p, o);

	strbuf_printf(w->b, "{ %s }\n", text);
	free(text);
}

static void
write_list(struct writer *w, const struct strlist *l)
{
	strbuf_add(w->b, "{\n");
	w->level++;
	for (size_t i = 0; i < l->count; i++) {
		indent(w);
		word_quote(w->b, l->v[i]);
		strbuf_add_char(w->b, '\n');
	}
	w->level--;
	indent(w);
	strbuf_add(w->b, "}\n");
}

/* A line for each pair, the first of which has its indent already. */
static void
write_pairs(struct writer *w, const struct prop *p, const struct object *o)
{
	const struct strlist *l = value_of(p, o);

	for (size_t i = 0; i < l->count; i++) {
		size_t len = proppairs_key_len(l->v[i]);
		char *key = mem_strndup(l->v[i], len);

		if (i > 0) {
			indent(w);
			strbuf_printf(w->b, "%s ", p->name);
		}
		word_quote(w->b, key);
		strbuf_add_char(w->b, ' ');
		word_quote(w->b, l->v[i] + len + 1);
		strbuf_add_char(w->b, '\n');
		free(key);
	}
}

static void
write_name(struct strbuf *b, const struct type *t, const char *name)
{
	if (t->form != NULL)
		nameform_quote(b, t->form, name);
	else
		word_quote(b, name);
}

static void write_block(struct writer *w, const struct object *o);

static void
write_items(struct writer *w, const struct objlist *l)
{
	strbuf_add(w->b, "{\n");
	w->level++;
	for (size_t i = 0; i < l->count; i++) {
		indent(w);
		write_name(w->b, l->v[i]->type, l->v[i]->name);
		strbuf_add_char(w->b, ' ');
		write_block(w, l->v[i]);
	}
	w->level--;
	indent(w);
	strbuf_add(w->b, "}\n");
}

static void
write_row(struct writer *w, const struct prop *p, const struct object *o)
{
	if (prop_is_empty(p, o) && (prop_is_list(p) || p->kind == PROP_ITEMS)) {
		strbuf_add(w->b, "none\n");
		return;
	}
	switch (p->kind) {
	case PROP_BITS:
		write_bits(w, p, o);
		break;
	case PROP_STRINGS: case PROP_REFS:
		write_list(w, value_of(p, o));
		break;
	case PROP_PAIRS:
		write_pairs(w, p, o);
		break;
	case PROP_ITEMS:
		write_items(w, value_of(p, o));
		break;
	case PROP_BOOL: case PROP_ENUM: case PROP_U32: case PROP_U64:
	case PROP_STRING: case PROP_ADDR: case PROP_ADDRPORT: case PROP_REF:
	case PROP_TYPEDREF: case PROP_RULE: case PROP_STATE:
		write_scalar(w, p, o);
		break;
	}
}

/* From the opening brace on. Goes as deep as the tables nest. */
static void
write_block(struct writer *w, const struct object *o)
{
	struct keyed rows[ROWS_MAX];
	size_t n = collect_rows(w, o, rows);

	if (n == 0) {
		strbuf_add(w->b, "{ }\n");
		return;
	}
	strbuf_add(w->b, "{\n");
	w->level++;
	for (size_t i = 0; i < n; i++) {
		indent(w);
		if (rows[i].p->kind != PROP_STATE) {
			strbuf_add(w->b, rows[i].key);
			strbuf_add_char(w->b, ' ');
		}
		write_row(w, rows[i].p, o);
	}
	w->level--;
	indent(w);
	strbuf_add(w->b, "}\n");
}

void
tmos_write_header(struct strbuf *b, const struct type *t, const char *name)
{
	strbuf_add(b, t->words);
	if (t->naming == TYPE_SINGLE)
		return;
	strbuf_add_char(b, ' ');
	write_name(b, t, name);
}

void
tmos_write_object(struct strbuf *b, const struct object *o, bool all)
{
	struct writer w = { .b = b, .all = all };

	tmos_write_header(b, o->type, o->name);
	strbuf_add_char(b, ' ');
	write_block(&w, o);
}

/* A single object at its defaults need not be in a file. */
static bool
says_nothing(const struct object *o)
{
	const struct writer w = { .all = false };
	struct keyed rows[ROWS_MAX];

	if (o->type->is_fleeting != NULL && o->type->is_fleeting(o))
		return true;
	return o->builtin || (o->type->naming == TYPE_SINGLE &&
	    collect_rows(&w, o, rows) == 0);
}

void
tmos_write_model(struct strbuf *b, const struct model *m)
{
	const struct type *const *types = model_schema(m)->types;

	strbuf_add(b, FILE_HEAD);
	for (size_t i = 0; types[i] != NULL; i++) {
		size_t count;
		const struct object **v = model_sorted(m, types[i], &count);

		for (size_t k = 0; k < count; k++)
			if (!says_nothing(v[k]))
				tmos_write_object(b, v[k], false);
		free(v);
	}
}
