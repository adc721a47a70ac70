/* core/model/objdiag.c - findings with the object's name in front.
 * Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/objdiag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/object.h"

/* A label holds a title and a path of at most 255 octets; a longer one is cut. */
#define LABEL_MAX	384

static void
label_put(const struct object *o, const struct object *item, char *text,
    size_t cap)
{
	char inner[LABEL_MAX];
	size_t len;

	object_label(o, text, cap);
	if (item == NULL)
		return;
	object_label(item, inner, sizeof(inner));
	len = strlen(text);
	(void)snprintf(text + len, cap - len, ": %s", inner);
}

int
objdiag_error(struct diag *out, const struct object *o,
    const struct object *item, int code, const char *fmt, ...)
{
	char label[2 * LABEL_MAX], text[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	label_put(o, item, label, sizeof(label));
	return diag_error(out, item != NULL ? &item->pos : &o->pos, code,
	    "%s: %s", label, text);
}

int
objdiag_err(struct diag *out, const struct object *o,
    const struct object *item, const struct err *e)
{
	return objdiag_error(out, o, item, e->code, "%s", e->text);
}

void
objdiag_warn(struct diag *out, const struct object *o,
    const struct object *item, const char *fmt, ...)
{
	char label[2 * LABEL_MAX], text[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	label_put(o, item, label, sizeof(label));
	diag_warn(out, item != NULL ? &item->pos : &o->pos, "%s: %s", label,
	    text);
}

struct other {
	const struct object *o, *found;
	bool		 (*clash)(const struct object *, const struct object *);
};

/* Does a stand before b in one file? */
static bool
is_before(const struct diag_pos *a, const struct diag_pos *b)
{
	if (a->file == NULL || b->file == NULL ||
	    strcmp(a->file, b->file) != 0)
		return false;
	return a->line < b->line || (a->line == b->line &&
	    a->column < b->column);
}

static void
on_keyed(void *arg, const struct object *o)
{
	struct other *w = arg;

	if (o->type == w->o->type && strcmp(o->name, w->o->name) == 0)
		return;
	if (is_before(&w->o->pos, &o->pos) ||
	    (w->clash != NULL && !w->clash(w->o, o)))
		return;
	w->found = o;
}

const struct object *
objdiag_other(const struct draft *d, const struct object *o, const char *key,
    bool (*clash)(const struct object *a, const struct object *b))
{
	struct other w = { .o = o, .clash = clash };

	draft_each_keyed(d, key, on_keyed, &w);
	return w.found;
}
