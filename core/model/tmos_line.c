/* core/model/tmos_line.c - see tmos_line.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/tmos_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/hint.h"
#include "core/model/object.h"
#include "core/model/origin.h"
#include "core/model/prop.h"
#include "core/model/proppairs.h"
#include "core/model/tmos_bind.h"
#include "core/model/tmos_tree.h"
#include "core/model/type.h"
#include "core/model/word.h"

/* An object, or a sub-object inside it, whose lines are being read. */
struct frame {
	const struct tmos_bind *b;
	const struct frame *up;		/* NULL: the object of the stanza */
	struct object	*o;
	uint64_t	 seen;		/* rows that had a line */
};

/* "pool /Common/p: members /Common/s:v" */
static void
label_frame(const struct frame *f, char *text, size_t cap)
{
	char own[320];

	text[0] = '\0';
	if (f->up != NULL)
		label_frame(f->up, text, cap);
	object_label(f->o, own, sizeof(own));
	(void)snprintf(text + strlen(text), cap - strlen(text), "%s%s",
	    f->up != NULL ? ": " : "", own);
}

/* e as a finding about this object; what is only unknown or unsupported may be
 * skipped instead. */
static void
tell(const struct frame *f, const struct diag_pos *pos, struct err *e)
{
	bool skip = f->b->lenient &&
	    (e->code == ERR_UNKNOWN || e->code == ERR_UNSUPPORTED);
	char label[1024];

	label_frame(f, label, sizeof(label));
	if (skip)
		diag_warn(f->b->out, pos, "%s: %s; skipped", label, e->text);
	else
		(void)diag_error(f->b->out, pos, e->code, "%s: %s", label,
		    e->text);
	if (!skip)
		f->o->damaged = true;
}

static void tell_line(const struct frame *f, const struct tmos_node *line,
    int code, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static void
tell_line(const struct frame *f, const struct tmos_node *line, int code,
    const char *fmt, ...)
{
	struct err e = { .code = code };
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(e.text, sizeof(e.text), fmt, ap);
	va_end(ap);
	tell(f, &line->pos, &e);
}

static void
tell_unknown(const struct frame *f, const struct tmos_node *line)
{
	const struct prop *table = f->o->type->props;
	const char *word = line->words[0].text;
	struct hint h;
	char hint[128];

	hint_init(&h, word);
	for (size_t i = 0; table != NULL && table[i].name != NULL; i++) {
		if (table[i].kind == PROP_STATE) {
			hint_offer(&h, table[i].names[0]);
			hint_offer(&h, table[i].names[1]);
		} else {
			hint_offer(&h, table[i].name);
		}
	}
	tell_line(f, line, ERR_UNKNOWN, "unknown property %.80s%s", word,
	    hint_format(&h, hint));
}

static void
add_gap(struct strbuf *b)
{
	if (b->len > 0)
		strbuf_add_char(b, ' ');
}

/* Words from the first on, and those of the block in braces, as one text. */
static void
join_words(const struct tmos_node *n, size_t first, struct strbuf *b)
{
	for (size_t i = first; i < n->count; i++) {
		add_gap(b);
		word_quote(b, n->words[i].text);
	}
	if (!n->block)
		return;
	add_gap(b);
	strbuf_add_char(b, '{');
	for (size_t i = 0; i < n->line_count; i++)
		join_words(n->lines[i], 0, b);
	strbuf_add(b, " }");
}

static void
bind_flag(struct frame *f, const struct prop *p, const struct tmos_node *line)
{
	struct err e;

	if (line->count != 1 || line->block)
		tell_line(f, line, ERR_PARSE, "%s: stands alone, without a "
		    "value", line->words[0].text);
	else if (prop_set(p, f->o, line->words[0].text, &e) != 0)
		tell(f, &line->pos, &e);
}

static void
bind_scalar(struct frame *f, const struct prop *p,
    const struct tmos_node *line)
{
	struct err e;

	if (line->block || line->count < 2)
		tell_line(f, line, ERR_PARSE, "%s: one value expected",
		    p->name);
	else if (line->count > 2)
		tell_line(f, line, ERR_PARSE, "%s: one value expected, not "
		    "%zu; a value with blanks stands in quotes", p->name,
		    line->count - 1);
	else if (prop_set(p, f->o, line->words[1].text, &e) != 0)
		tell(f, &line->pos, &e);
}

/* Monitor rules and typed references. */
static void
bind_words(struct frame *f, const struct prop *p,
    const struct tmos_node *line)
{
	struct strbuf text = { 0 };
	struct err e;

	if (line->count < 2 && !line->block) {
		tell_line(f, line, ERR_PARSE, "%s: a value expected", p->name);
		return;
	}
	join_words(line, 1, &text);
	if (prop_set(p, f->o, text.text, &e) != 0)
		tell(f, &line->pos, &e);
	strbuf_fini(&text);
}

static bool
is_none(const struct tmos_node *line)
{
	return !line->block && line->count == 2 &&
	    strcmp(line->words[1].text, "none") == 0;
}

static void
add_words(struct frame *f, const struct prop *p, const struct tmos_node *n,
    size_t first)
{
	struct err e;

	for (size_t i = first; i < n->count; i++)
		if (prop_add(p, f->o, n->words[i].text, &e) != 0)
			tell(f, &n->words[i].pos, &e);
	if (n->block && first == 0)
		tell_line(f, n, ERR_PARSE, "%s: a list of words has no "
		    "blocks in it", p->name);
}

/* A refused list is judged whole, against its default. */
static void
bind_list(struct frame *f, const struct prop *p, const struct tmos_node *line)
{
	struct strbuf text = { 0 };
	struct err e;

	if (line->count < 2 && !line->block) {
		tell_line(f, line, ERR_PARSE, "%s: a list in braces expected",
		    p->name);
		return;
	}
	if (is_none(line) || p->refused != NULL) {
		for (size_t i = 1; i < line->count; i++) {
			add_gap(&text);
			word_quote(&text, line->words[i].text);
		}
		for (size_t i = 0; i < line->line_count; i++)
			join_words(line->lines[i], 0, &text);
		if (prop_set(p, f->o, text.text != NULL ? text.text : "none",
		    &e) != 0)
			tell(f, &line->pos, &e);
		strbuf_fini(&text);
		return;
	}
	(void)prop_set(p, f->o, "none", NULL);
	add_words(f, p, line, 1);
	for (size_t i = 0; i < line->line_count; i++)
		add_words(f, p, line->lines[i], 0);
}

static uint64_t
row_bit(const struct frame *f, const struct prop *p)
{
	return UINT64_C(1) << (p - f->o->type->props);
}

/* An order that is not given is the place where the item stands. */
static void
place_item(struct frame *f, const struct tmos_node *line, size_t place)
{
	const struct prop *table = f->o->type->props;
	char number[24];
	struct err e;

	for (unsigned i = 0; table != NULL && table[i].name != NULL; i++) {
		if ((table[i].flags & PROP_POSITION) == 0 ||
		    table[i].refused != NULL ||
		    (f->seen & UINT64_C(1) << i) != 0)
			continue;
		(void)snprintf(number, sizeof(number), "%zu", place);
		if (prop_set(&table[i], f->o, number, &e) != 0)
			tell(f, &line->pos, &e);
	}
}

static void bind_block(struct frame *f, const struct tmos_node *n);

static void
bind_item(struct frame *f, const struct prop *p, const struct tmos_node *line,
    size_t place)
{
	struct objlist *l = (void *)((char *)f->o + p->off);
	struct frame sub = { .b = f->b, .up = f };
	struct err e;
	char *key;

	if (line->count != 1 && p->item->form == NULL) {
		if (line->count > 1)
			tell_line(f, line, ERR_PARSE, "%s: each item has one "
			    "name and a block", p->name);
		return;
	}
	key = p->item->form != NULL ?
	    tmos_bind_words(p->item, line->words, line->count, &e) :
	    tmos_bind_name(p->item, line->words[0].text, &e);
	if (key == NULL) {
		(void)err_wrap(&e, "%s", p->name);
		tell(f, &line->pos, &e);
		return;
	}
	sub.o = object_new(p->item, key);
	sub.o->pos = line->pos;
	sub.o->pos.file = origin_intern(line->pos.file);
	bind_block(&sub, line);
	place_item(&sub, line, place);
	f->o->damaged |= sub.o->damaged;
	if (objlist_find(l, key) != NULL) {
		tell_line(f, line, ERR_EXISTS, "%s: %.255s is there twice",
		    p->name, key);
		object_unref(&sub.o);
	} else {
		objlist_add(l, &sub.o);
	}
	free(key);
}

/* Marks the row as given, though there is no text to set it by. */
static void
mark_given(struct frame *f, const struct prop *p)
{
	f->o->set |= row_bit(f, p);
}

static void
bind_items(struct frame *f, const struct prop *p,
    const struct tmos_node *line)
{
	bool none = is_none(line);
	struct err e;

	if (!none && (!line->block || line->count != 1)) {
		tell_line(f, line, ERR_PARSE, "%s: a list in braces expected",
		    p->name);
		return;
	}
	if (p->refused != NULL) {
		if (line->line_count > 0 && prop_set(p, f->o, "", &e) != 0)
			tell(f, &line->pos, &e);
		return;
	}
	prop_fini(p, f->o);		/* of what a merge began with */
	mark_given(f, p);
	for (size_t i = 0; i < line->line_count; i++)
		bind_item(f, p, line->lines[i], i);
}

/* One of several lines. The first takes the place of what a merge began with. */
static void
bind_pair(struct frame *f, const struct prop *p, const struct tmos_node *line)
{
	bool first = (f->seen & row_bit(f, p)) == 0;
	const struct strlist *l = (const void *)((char *)f->o + p->off);
	struct err e;

	if (first)
		(void)prop_set(p, f->o, "none", NULL);
	if (first && is_none(line))
		return;
	if (line->block || line->count != 3)
		tell_line(f, line, ERR_PARSE, "%s: a key and a text expected; "
		    "a text with blanks stands in quotes", p->name);
	else if (proppairs_has(l, line->words[1].text))
		tell_line(f, line, ERR_EXISTS, "%s: %.255s is given twice",
		    p->name, line->words[1].text);
	else if (proppairs_put(p, f->o, line->words[1].text,
	    line->words[2].text, &e) != 0)
		tell(f, &line->pos, &e);
}

static void
bind_row(struct frame *f, const struct prop *p, const struct tmos_node *line)
{
	switch (p->kind) {
	case PROP_STATE:
		bind_flag(f, p, line);
		break;
	case PROP_BITS: case PROP_STRINGS: case PROP_REFS:
		bind_list(f, p, line);
		break;
	case PROP_PAIRS:
		bind_pair(f, p, line);
		break;
	case PROP_TYPEDREF: case PROP_RULE:
		bind_words(f, p, line);
		break;
	case PROP_ITEMS:
		bind_items(f, p, line);
		break;
	case PROP_BOOL: case PROP_ENUM: case PROP_U32: case PROP_U64:
	case PROP_STRING: case PROP_ADDR: case PROP_ADDRPORT: case PROP_REF:
		bind_scalar(f, p, line);
		break;
	}
}

static void
bind_line(struct frame *f, const struct tmos_node *line)
{
	const struct prop *p;

	if (line->count == 0)
		return;		/* the tree has told it */
	p = prop_find(f->o->type->props, line->words[0].text, NULL);
	if (p == NULL) {
		tell_unknown(f, line);
		return;
	}
	if (f->seen & row_bit(f, p) && p->kind != PROP_PAIRS) {
		tell_line(f, line, ERR_EXISTS, "%s: is given twice", p->name);
		return;
	}
	bind_row(f, p, line);
	f->seen |= row_bit(f, p);
}

/* Words of a rule from the property's name on: "monitor a and b". What stands
 * behind "min" and "require" is known by its block, which ends the line. */
static size_t
rule_words(const struct tmos_node *line, size_t at)
{
	size_t n = at + 2;

	if (n < line->count && (strcmp(line->words[at + 1].text, "min") == 0 ||
	    strcmp(line->words[at + 1].text, "require") == 0))
		return line->count - at;
	while (n + 1 < line->count && strcmp(line->words[n].text, "and") == 0)
		n += 2;
	return n - at;
}

/* How many words a property takes, from its name at this place on. */
static size_t
words_of(const struct prop *p, const struct tmos_node *line, size_t at)
{
	bool none = at + 1 < line->count &&
	    strcmp(line->words[at + 1].text, "none") == 0;

	switch (p->kind) {
	case PROP_STATE:
		return 1;
	case PROP_BOOL: case PROP_ENUM: case PROP_U32: case PROP_U64:
	case PROP_STRING: case PROP_ADDR: case PROP_ADDRPORT: case PROP_REF:
		return 2;
	case PROP_TYPEDREF:
		return none ? 2 : 3;
	case PROP_PAIRS:
		return none && at + 2 == line->count ? 2 : 3;
	case PROP_RULE:
		return none ? 2 : rule_words(line, at);
	case PROP_BITS: case PROP_STRINGS: case PROP_REFS: case PROP_ITEMS:
		break;
	}
	return none ? 2 : line->count - at;
}

/* A line that holds several properties, as a block on one line does: each as a
 * line of its own. The last one has the block. */
static void
bind_joined(struct frame *f, const struct tmos_node *line)
{
	size_t at = 0, count;

	while (at < line->count) {
		const struct prop *p = prop_find(f->o->type->props,
		    line->words[at].text, NULL);
		struct tmos_node part = { .pos = line->words[at].pos,
		    .words = line->words + at };

		count = p != NULL ? words_of(p, line, at) : line->count - at;
		if (count >= line->count - at) {
			count = line->count - at;
			part.block = line->block;
			part.damaged = line->damaged;
			part.lines = line->lines;
			part.line_count = line->line_count;
		}
		part.count = count;
		bind_line(f, &part);
		at += count;
	}
}

/* Goes as deep as the tables nest. Only a block that starts on the line of its
 * name may hold several properties a line: elsewhere that is a mistake. */
static void
bind_block(struct frame *f, const struct tmos_node *n)
{
	for (size_t i = 0; i < n->line_count; i++) {
		const struct tmos_node *line = n->lines[i];

		if (line->pos.line == n->pos.line && line->count > 1)
			bind_joined(f, line);
		else
			bind_line(f, line);
	}
}

void
tmos_line_bind_all(const struct tmos_bind *b, struct object *o,
    const struct tmos_node *n)
{
	struct frame f = { .b = b, .o = o };

	if (!n->block)
		tell_line(&f, n, ERR_PARSE, "{ expected");
	else if (n->raw != NULL)
		tell_line(&f, n, ERR_UNSUPPORTED, "not supported yet: rules");
	bind_block(&f, n);
}
