/* core/model/propref.c - TYPEDREF: a path with the kind of object in front,
 * "a /Common/p". Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/path.h"
#include "core/model/propkind.h"
#include "core/model/word.h"

static int
set_shape(const struct prop *p, const char *text, struct err *e)
{
	return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not a kind and a name, "
	    "such as a /Common/x", p->name, text);
}

static int
parse_typed(const struct prop *p, const char *text, void *v, struct err *e)
{
	struct typedref *r = v;
	struct strbuf kind = { 0 }, name = { 0 }, rest = { 0 };
	const char *at = text;
	int rc = 0;

	if (word_next(&at, &kind) == WORD_END ||
	    (strcmp(kind.text, "none") == 0 &&
	    word_next(&at, &rest) == WORD_END))
		goto out;
	if (word_next(&at, &name) == WORD_END || name.len == 0 ||
	    kind.len == 0 || word_next(&at, &rest) != WORD_END) {
		rc = set_shape(p, text, e);
		goto out;
	}
	r->path = path_absolute(name.text, e);
	if (r->path == NULL)
		rc = err_wrap(e, "%s", p->name);
	else
		r->kind = strbuf_take(&kind);
out:
	strbuf_fini(&kind);
	strbuf_fini(&name);
	strbuf_fini(&rest);
	return rc;
}

static void
format_typed(const struct prop *p, const void *v, struct strbuf *b)
{
	const struct typedref *r = v;

	(void)p;
	if (r->kind == NULL) {
		strbuf_add(b, "none");
		return;
	}
	word_quote(b, r->kind);
	strbuf_add_char(b, ' ');
	word_quote(b, r->path);
}

static bool
no_ref(const void *v)
{
	return ((const struct typedref *)v)->kind == NULL;
}

static void
copy_typed(void *to, const void *from)
{
	const struct typedref *r = from;

	*(struct typedref *)to = (struct typedref){
		.kind = mem_strdup(r->kind), .path = mem_strdup(r->path),
	};
}

static bool
equal_typed(const void *a, const void *b)
{
	const struct typedref *x = a, *y = b;

	if (x->kind == NULL || y->kind == NULL)
		return x->kind == y->kind;
	return strcmp(x->kind, y->kind) == 0 && strcmp(x->path, y->path) == 0;
}

static void
fini_typed(void *v)
{
	struct typedref *r = v;

	free(r->kind);
	free(r->path);
	r->kind = r->path = NULL;
}

const struct propkind propref_typed = {
	.title = "kind and path", .size = sizeof(struct typedref),
	.parse = parse_typed, .format = format_typed, .empty = no_ref,
	.copy = copy_typed, .equal = equal_typed, .fini = fini_typed,
};
