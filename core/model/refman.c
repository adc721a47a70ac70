/* core/model/refman.c - see refman.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/refman.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/prop.h"
#include "core/model/type.h"

#define ROWS_MAX	64	/* as many as object.set has bits */

static const char preface[] =
    "# Configuration reference\n\n"
    "Made by the build from the property tables that the program itself goes "
    "by; do not\nedit. A property that is left out has its default. \"Ours\" "
    "marks what other programs\nof this configuration language do not know. "
    "What is listed as not supported yet is\naccepted at its default alone.\n";

/* Text in a table: a bar would end the cell. */
static void
add_cell(struct strbuf *b, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '|')
			strbuf_add_char(b, '\\');
		strbuf_add_char(b, *p == '\n' ? ' ' : *p);
	}
}

static void
add_names(struct strbuf *b, const struct prop *p)
{
	for (size_t i = 0; p->names[i] != NULL; i++)
		strbuf_printf(b, "%s`%s`", i > 0 ? " " : "", p->names[i]);
}

/* "`net vlan` or `net vlan-group`" */
static void
add_types(struct strbuf *b, const char *before, const char *words)
{
	const char *one;
	size_t len;

	strbuf_add(b, before);
	do {
		one = schema_each_words(&words, &len);
		strbuf_printf(b, "`%.*s`%s", (int)len, one,
		    words != NULL ? " or " : "");
	} while (words != NULL);
}

static void
add_number(struct strbuf *b, const struct prop *p)
{
	uint64_t max = p->max != 0 ? p->max :
	    p->kind == PROP_U32 ? UINT32_MAX : UINT64_MAX;

	strbuf_printf(b, "%" PRIu64 "..%" PRIu64, p->min, max);
	if (p->unit != NULL)
		strbuf_printf(b, " %s", p->unit);
	if (p->word != NULL)
		strbuf_printf(b, " or `%s`", p->word);
}

static void
add_count(struct strbuf *b, const struct prop *p)
{
	if (p->max != 0)
		strbuf_printf(b, ", %" PRIu64 "..%" PRIu64 " of them", p->min,
		    p->max);
	else if (p->min != 0)
		strbuf_printf(b, ", %" PRIu64 " or more", p->min);
}

static void
add_text(struct strbuf *b, const struct prop *p)
{
	strbuf_add(b, "text");
	if (p->max != 0)
		strbuf_printf(b, " up to %" PRIu64 " octets", p->max);
}

/* What a row takes. */
static void
add_value(struct strbuf *b, const struct prop *p)
{
	switch (p->kind) {
	case PROP_STATE: case PROP_BOOL: case PROP_ENUM:
		add_names(b, p);
		return;
	case PROP_BITS:
		strbuf_add(b, "list of ");
		add_names(b, p);
		return;
	case PROP_U32: case PROP_U64:
		add_number(b, p);
		return;
	case PROP_STRING:
		add_text(b, p);
		return;
	case PROP_REF:
		add_types(b, "a ", p->ref != NULL ? p->ref : "path");
		return;
	case PROP_REFS:
		add_types(b, "list of ", p->ref != NULL ? p->ref : "path");
		break;
	case PROP_TYPEDREF:
		strbuf_printf(b, "kind and name of a `%s`", p->ref != NULL ?
		    p->ref : "path");
		return;
	case PROP_STRINGS: case PROP_ITEMS: case PROP_PAIRS:
		strbuf_add(b, prop_kind_title(p));
		break;
	case PROP_ADDR: case PROP_ADDRPORT: case PROP_RULE:
		strbuf_add(b, prop_kind_title(p));
		return;
	}
	add_count(b, p);
}

static void
add_default(struct strbuf *b, const struct prop *p)
{
	if (p->flags & PROP_REQUIRED)
		strbuf_add(b, "must be given");
	else if (p->flags & PROP_POSITION)
		strbuf_add(b, "its place in the list");
	else if (p->dflt != NULL && *p->dflt != '\0')
		strbuf_printf(b, "`%s`", p->dflt);
	else if (p->word != NULL)
		strbuf_printf(b, "`%s`", p->word);
	else if (p->kind == PROP_U32 || p->kind == PROP_U64)
		strbuf_add(b, "`0`");
	else if (p->kind == PROP_ADDRPORT)
		strbuf_add(b, "`*:*`");
	else if (p->names != NULL && p->kind != PROP_BITS)
		strbuf_printf(b, "`%s`", p->names[0]);
	else
		strbuf_add(b, "none");
}

static void
add_row(struct strbuf *b, const struct prop *p)
{
	strbuf_add(b, "| ");
	if (p->kind == PROP_STATE)
		strbuf_printf(b, "`%s`, `%s`", p->names[1], p->names[0]);
	else
		strbuf_printf(b, "`%s`", p->name);
	strbuf_add(b, " | ");
	if (p->kind == PROP_STATE)
		strbuf_add(b, "the word alone");
	else
		add_value(b, p);
	strbuf_add(b, " | ");
	add_default(b, p);
	strbuf_add(b, " | ");
	add_cell(b, p->help != NULL ? p->help : "");
	if (p->flags & PROP_OURS)
		strbuf_add(b, " (ours)");
	if (p->flags & PROP_SECRET)
		strbuf_add(b, " (secret)");
	strbuf_add(b, " |\n");
}

static int
by_name(const void *a, const void *b)
{
	const struct prop *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* A type's rows as people look them up. */
static size_t
sort_rows(const struct type *t, const struct prop *rows[ROWS_MAX])
{
	size_t n = 0;

	for (const struct prop *p = t->props; p != NULL && p->name != NULL;
	    p++) {
		assert(n < ROWS_MAX);
		rows[n++] = p;
	}
	qsort(rows, n, sizeof(rows[0]), by_name);
	return n;
}

static void
add_supported(struct strbuf *b, const struct prop *const *rows, size_t n)
{
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		if (rows[i]->refused != NULL)
			continue;
		if (first)
			strbuf_add(b, "\n| property | value | default | |\n"
			    "| --- | --- | --- | --- |\n");
		first = false;
		add_row(b, rows[i]);
	}
}

static void
add_refused(struct strbuf *b, const struct prop *const *rows, size_t n)
{
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		const struct prop *p = rows[i];

		if (p->refused == NULL)
			continue;
		if (first)
			strbuf_add(b, "\nNot supported yet:\n\n"
			    "| property | only | because |\n"
			    "| --- | --- | --- |\n");
		first = false;
		strbuf_printf(b, "| `%s` | ", p->name);
		add_default(b, p);
		strbuf_add(b, " | ");
		add_cell(b, p->refused);
		strbuf_add(b, " |\n");
	}
}

/* path: "gtm server: virtual-servers". Goes as deep as the tables nest. */
static void
add_type(struct strbuf *b, const struct type *t, const char *path)
{
	const struct prop *rows[ROWS_MAX];
	size_t n = sort_rows(t, rows);
	struct strbuf sub;

	strbuf_printf(b, "\n%s %s\n\n", t->naming == TYPE_ITEM ? "###" : "##",
	    path);
	if (t->help != NULL)
		strbuf_printf(b, "%s\n", t->help);
	if (t->also != NULL)
		strbuf_printf(b, "\nAlso written `%s`.\n", t->also);
	if (n == 0)
		strbuf_add(b, "\nHas no properties.\n");
	add_supported(b, rows, n);
	add_refused(b, rows, n);
	for (size_t i = 0; i < n; i++) {
		if (rows[i]->kind != PROP_ITEMS || rows[i]->refused != NULL)
			continue;
		strbuf_init(&sub);
		strbuf_printf(&sub, "%s: %s", path, rows[i]->name);
		add_type(b, rows[i]->item, sub.text);
		strbuf_fini(&sub);
	}
}

static void
add_refused_types(struct strbuf *b, const struct schema *s)
{
	bool first = true;

	for (size_t i = 0; s->types[i] != NULL; i++) {
		const struct type *t = s->types[i];

		if (t->refused == NULL)
			continue;
		if (first)
			strbuf_add(b, "\n## Not supported yet\n\n"
			    "| object | because |\n| --- | --- |\n");
		first = false;
		strbuf_printf(b, "| `%s` | ", t->words);
		add_cell(b, t->refused);
		strbuf_add(b, " |\n");
	}
}

void
refman_write(struct strbuf *b, const struct schema *s)
{
	strbuf_add(b, preface);
	for (size_t i = 0; s->types[i] != NULL; i++)
		if (s->types[i]->refused == NULL)
			add_type(b, s->types[i], s->types[i]->words);
	add_refused_types(b, s);
	if (s->builtin != NULL)
		strbuf_printf(b, "\n## Built-in objects\n\nThey are there "
		    "before any file and cannot be changed.\n\n```\n%s```\n",
		    s->builtin);
}
