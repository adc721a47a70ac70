/* core/model/proptext.c - text: STRING, and REF, the path of an object.
 * Both are a char * whose NULL is "none". Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/path.h"
#include "core/model/propkind.h"

#define TEXT_MAX	65535	/* octets of a string whose row says no max */

static bool
means_none(const struct prop *p, const char *text)
{
	return *text == '\0' || strcmp(text, "none") == 0 ||
	    (p->word != NULL && strcmp(text, p->word) == 0);
}

static int
parse_string(const struct prop *p, const char *text, void *v, struct err *e)
{
	uint64_t max = p->max != 0 ? p->max : TEXT_MAX;
	size_t len = strlen(text);

	if (means_none(p, text))
		return 0;
	if (len < p->min || len > max)
		return err_set(e, ERR_RANGE, "%s: length %zu is outside "
		    "%llu..%llu octets", p->name, len,
		    (unsigned long long)p->min, (unsigned long long)max);
	*(char **)v = mem_strdup(text);
	return 0;
}

static int
parse_ref(const struct prop *p, const char *text, void *v, struct err *e)
{
	char *path;

	if (means_none(p, text))
		return 0;
	path = path_absolute(text, e);
	if (path == NULL)
		return err_wrap(e, "%s", p->name);
	*(char **)v = path;
	return 0;
}

static void
format_text(const struct prop *p, const void *v, struct strbuf *b)
{
	const char *text = *(char *const *)v;

	if (text == NULL)
		text = p->word != NULL ? p->word : "none";
	strbuf_add(b, text);
}

static bool
no_text(const void *v)
{
	return *(char *const *)v == NULL;
}

static void
copy_text(void *to, const void *from)
{
	*(char **)to = mem_strdup(*(char *const *)from);
}

static bool
equal_text(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	if (x == NULL || y == NULL)
		return x == y;
	return strcmp(x, y) == 0;
}

static void
fini_text(void *v)
{
	free(*(char **)v);
	*(char **)v = NULL;
}

const struct propkind proptext_string = {
	.title = "text", .size = sizeof(char *), .parse = parse_string,
	.format = format_text, .empty = no_text, .copy = copy_text,
	.equal = equal_text, .fini = fini_text,
};

const struct propkind proptext_ref = {
	.title = "path", .size = sizeof(char *), .parse = parse_ref,
	.format = format_text, .empty = no_text, .copy = copy_text,
	.equal = equal_text, .fini = fini_text,
};
