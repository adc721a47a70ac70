/* core/model/proplist.c - lists of words: STRINGS, and REFS, paths of objects.
 * Layer: core/model. SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/path.h"
#include "core/model/propkind.h"
#include "core/model/strlist.h"
#include "core/model/word.h"

#define WORD_MAX	65535	/* octets of one word */

static int
add_unique(const struct prop *p, const char *word, struct strlist *l,
    struct err *e)
{
	if (p->max != 0 && l->count >= p->max && !strlist_has(l, word))
		return err_set(e, ERR_RANGE, "%s: %zu entries are outside "
		    "%llu..%llu", p->name, l->count + 1,
		    (unsigned long long)p->min, (unsigned long long)p->max);
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

static void
format_list(const struct prop *p, const void *v, struct strbuf *b)
{
	const struct strlist *l = v;

	(void)p;
	for (size_t i = 0; i < l->count; i++) {
		if (i > 0)
			strbuf_add_char(b, ' ');
		word_quote(b, l->v[i]);
	}
}

static bool
no_words(const void *v)
{
	return ((const struct strlist *)v)->count == 0;
}

static void
copy_list(void *to, const void *from)
{
	strlist_copy(to, from);
}

static bool
equal_list(const void *a, const void *b)
{
	return strlist_equal(a, b);
}

static void
fini_list(void *v)
{
	strlist_fini(v);
}

const struct propkind proplist_strings = {
	.title = "list", .size = sizeof(struct strlist), .add = add_string,
	.format = format_list, .empty = no_words, .copy = copy_list,
	.equal = equal_list, .fini = fini_list,
};

const struct propkind proplist_refs = {
	.title = "paths", .size = sizeof(struct strlist), .add = add_ref,
	.format = format_list, .empty = no_words, .copy = copy_list,
	.equal = equal_list, .fini = fini_list,
};
