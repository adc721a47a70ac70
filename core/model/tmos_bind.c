/* core/model/tmos_bind.c - see tmos_bind.h; lines are in tmos_line.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/tmos_bind.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/hint.h"
#include "core/model/model.h"
#include "core/model/nameform.h"
#include "core/model/object.h"
#include "core/model/origin.h"
#include "core/model/overlay.h"
#include "core/model/path.h"
#include "core/model/tmos_line.h"
#include "core/model/tmos_tree.h"
#include "core/model/type.h"

#define HEADER_SHOWN	4	/* words of an unknown header in a message */

char *
tmos_bind_name(const struct type *t, const char *name, struct err *e)
{
	char *full = NULL;

	if (t->make_name != NULL)
		full = t->make_name(name, e);
	else if (t->naming == TYPE_NAMED)
		full = path_absolute(name, e);
	else if (path_check_key(name, e) == 0)
		full = mem_strdup(name);
	if (full != NULL && t->check_name != NULL &&
	    t->check_name(full, e) != 0) {
		free(full);
		return NULL;
	}
	return full;
}

/* The words in front of the name, as far as one can tell. */
static void
show_header(const struct tmos_node *n, size_t first, struct strbuf *b)
{
	for (size_t i = first; i < n->count && i < first + HEADER_SHOWN; i++) {
		if (n->words[i].text[0] == '/' || n->words[i].quoted)
			break;
		strbuf_printf(b, "%s%.60s", i > first ? " " : "",
		    n->words[i].text);
	}
	if (b->len == 0)
		strbuf_add(b, "this");
}

static void
tell_unknown(const struct tmos_bind *b, const struct tmos_node *n,
    size_t first)
{
	struct strbuf header = { 0 };
	struct hint h;
	char hint[128];

	show_header(n, first, &header);
	hint_init(&h, header.text);
	for (size_t i = 0; b->schema->types[i] != NULL; i++)
		hint_offer(&h, b->schema->types[i]->words);
	if (b->lenient)
		diag_warn(b->out, &n->pos, "%s: unknown type of object, "
		    "skipped", header.text);
	else
		(void)diag_error(b->out, &n->pos, ERR_UNKNOWN,
		    "%s: unknown type of object%s", header.text,
		    hint_format(&h, hint));
	strbuf_fini(&header);
}

static void
tell_refused(const struct tmos_bind *b, const struct tmos_node *n,
    size_t first, const struct type *t)
{
	struct strbuf name = { 0 };

	strbuf_add(&name, t->words);
	for (size_t i = first; i < n->count && name.len < 200; i++)
		strbuf_printf(&name, " %.100s", n->words[i].text);
	if (b->lenient)
		diag_warn(b->out, &n->pos, "%s: not supported yet: %s; "
		    "skipped", name.text, t->refused);
	else
		(void)diag_error(b->out, &n->pos, ERR_UNSUPPORTED,
		    "%s: not supported yet: %s", name.text, t->refused);
	strbuf_fini(&name);
}

char *
tmos_bind_words(const struct type *t, const struct tmos_word *words,
    size_t count, struct err *e)
{
	const char **texts = mem_zalloc(count + 1, sizeof(char *));
	struct strbuf text = { 0 };
	char *full = NULL;

	for (size_t i = 0; i < count; i++)
		texts[i] = words[i].text;
	nameform_join(&text, texts, count);
	if (count > 0 && nameform_words(t->form, texts, count) == count)
		full = tmos_bind_name(t, text.text, e);
	else
		(void)err_set(e, ERR_PARSE, "\"%.200s\" is not of the form %s",
		    count > 0 ? text.text : "", t->form);
	strbuf_fini(&text);
	free(texts);
	return full;
}

static bool
bind_phrase(const struct tmos_bind *b, const struct tmos_node *n, size_t at,
    const struct type *t, char **name)
{
	struct err e;

	*name = tmos_bind_words(t, n->words + at, n->count - at, &e);
	if (*name == NULL) {
		(void)err_wrap(&e, "%s", t->words);
		(void)diag_err(b->out, &n->pos, &e);
	}
	return *name != NULL;
}

static bool
bind_name(const struct tmos_bind *b, const struct tmos_node *n, size_t at,
    const struct type *t, char **name)
{
	size_t want = t->naming == TYPE_SINGLE ? 0 : 1, got = n->count - at;
	struct err e;

	if (t->form != NULL)
		return bind_phrase(b, n, at, t, name);
	if (got != want) {
		(void)diag_error(b->out, &n->pos, ERR_PARSE, got < want ?
		    "%s: a name expected" : want == 0 ?
		    "%s: takes no name" : "%s: one name expected", t->words);
		return false;
	}
	if (want == 0) {
		*name = mem_strdup("");
		return true;
	}
	*name = tmos_bind_name(t, n->words[at].text, &e);
	if (*name == NULL) {
		(void)err_wrap(&e, "%s", t->words);
		(void)diag_err(b->out, &n->words[at].pos, &e);
	}
	return *name != NULL;
}

bool
tmos_bind_header(const struct tmos_bind *b, const struct tmos_node *n,
    size_t first, const struct type **t, char **name)
{
	const char **words = mem_zalloc(n->count + 1, sizeof(char *));
	size_t used;

	for (size_t i = first; i < n->count; i++)
		words[i - first] = n->words[i].text;
	*t = schema_match(b->schema, words, n->count - first, &used);
	free(words);
	if (*t == NULL || (*t)->naming == TYPE_ITEM) {
		tell_unknown(b, n, first);
		return false;
	}
	if ((*t)->refused != NULL) {
		tell_refused(b, n, first + used, *t);
		return false;
	}
	return bind_name(b, n, first + used, *t, name);
}

struct object *
tmos_bind_object(const struct tmos_bind *b, const struct tmos_node *n)
{
	const struct object *was = NULL;
	const struct type *t;
	struct object *o;
	char *name;

	if (n->count == 0 || !tmos_bind_header(b, n, 0, &t, &name))
		return NULL;
	if (b->base != NULL)
		was = model_find(b->base, t, name);
	o = was != NULL ? object_clone(was) : object_new(t, name);
	free(name);
	o->pos = n->pos;
	o->pos.file = origin_intern(n->pos.file);
	o->damaged = n->damaged;
	tmos_line_bind_all(b, o, n);
	return o;
}

void
tmos_bind_put(const struct tmos_bind *b, struct draft *d, struct object **po)
{
	struct object *o = *po;
	const struct overlay_entry *en;
	char label[ERR_TEXT_MAX];

	en = overlay_find(draft_overlay(d), o->type, o->name);
	if (en == NULL || en->now == NULL) {
		draft_put(d, po);
		return;
	}
	object_label(o, label, sizeof(label));
	(void)diag_error(b->out, &o->pos, ERR_EXISTS,
	    "%s: is there already, in line %u of %s", label,
	    en->now->pos.line, en->now->pos.file);
	object_unref(po);
}

int
tmos_bind_text(const struct tmos_bind *b, struct draft *d, const char *text,
    size_t len, const struct diag_pos *pos)
{
	size_t before = b->out->count;
	struct tmos_tree tree;
	struct tmos_node *n;
	struct object *o;

	tmos_tree_init(&tree, text, len, pos, b->out);
	while ((n = tmos_tree_next(&tree)) != NULL) {
		o = tmos_bind_object(b, n);
		if (o != NULL)
			tmos_bind_put(b, d, &o);
		tmos_tree_free(&n);
	}
	tmos_tree_fini(&tree);
	for (size_t i = before; i < b->out->count; i++)
		if (b->out->entries[i].level == DIAG_ERROR)
			return b->out->entries[i].code;
	return 0;
}
