/* core/model/proplist.c - see proplist.h; the kinds STRINGS, and REFS, paths of
 * objects. SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/proplist.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/path.h"
#include "core/model/propkind.h"
#include "core/model/strlist.h"
#include "core/model/word.h"

#define WORD_MAX	65535	/* octets of one word */

int
proplist_full(const struct prop *p, const struct strlist *l, struct err *e)
{
	return err_set(e, ERR_RANGE, "%s: %zu entries are outside %llu..%llu",
	    p->name, l->count + 1, (unsigned long long)p->min,
	    (unsigned long long)p->max);
}

static int
add_unique(const struct prop *p, const char *word, struct strlist *l,
    struct err *e)
{
	if (p->max != 0 && l->count >= p->max && !strlist_has(l, word))
		return proplist_full(p, l, e);
	if (!strlist_add(l, word))
		return err_set(e, ERR_EXISTS, "%s: \"%.80s\" is there twice",
		    p->name, word);
	return 0;
}

static int
add_string(const struct prop *p, const char *word, void *v, struct err *e)
{
	if (*word == '\0' || strlen(word) > WORD_MAX)
		return err_set(e, ERR_RANGE, "%s: length %zu is outside "
		    "1..%d octets", p->name, strlen(word), WORD_MAX);
	return add_unique(p, word, v, e);
}

static int
add_ref(const struct prop *p, const char *word, void *v, struct err *e)
{
	char *path = path_absolute(word, e);
	int rc;

	if (path == NULL)
		return err_wrap(e, "%s", p->name);
	rc = add_unique(p, path, v, e);
	free(path);
	return rc;
}

void
proplist_format(const struct prop *p, const void *v, struct strbuf *b)
{
	const struct strlist *l = v;

	(void)p;
	for (size_t i = 0; i < l->count; i++) {
		if (i > 0)
			strbuf_add_char(b, ' ');
		word_quote(b, l->v[i]);
	}
}

bool
proplist_is_empty(const void *v)
{
	return ((const struct strlist *)v)->count == 0;
}

void
proplist_copy(void *to, const void *from)
{
	strlist_copy(to, from);
}

bool
proplist_equal(const void *a, const void *b)
{
	return strlist_equal(a, b);
}

void
proplist_fini(void *v)
{
	strlist_fini(v);
}

const struct propkind proplist_strings = {
	.title = "list", .size = sizeof(struct strlist), .add = add_string,
	.format = proplist_format, .empty = proplist_is_empty,
	.copy = proplist_copy, .equal = proplist_equal,
	.fini = proplist_fini,
};

const struct propkind proplist_refs = {
	.title = "paths", .size = sizeof(struct strlist), .add = add_ref,
	.format = proplist_format, .empty = proplist_is_empty,
	.copy = proplist_copy, .equal = proplist_equal,
	.fini = proplist_fini,
};
