/* core/model/propnum.c - numbers: U32 and U64, with range and unit.
 * Layer: core/model. SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/propkind.h"

/* A row that leaves max out means all that the kind can hold. */
static uint64_t
upper(const struct prop *p)
{
	if (p->max != 0)
		return p->max;
	return p->kind == PROP_U32 ? UINT32_MAX : UINT64_MAX;
}

static int
set_outside(const struct prop *p, const char *text, struct err *e)
{
	const char *unit = p->unit != NULL ? p->unit : "";

	return err_set(e, ERR_RANGE, "%s: %.40s is outside %" PRIu64 "..%"
	    PRIu64 "%s%s", p->name, text, p->min, upper(p),
	    *unit != '\0' ? " " : "", unit);
}

static int
parse_number(const struct prop *p, const char *text, uint64_t *n,
    struct err *e)
{
	size_t digits = strspn(text, "0123456789");

	if (p->word != NULL && strcmp(text, p->word) == 0) {
		*n = 0;
		return 0;
	}
	if (text[0] == '-' && text[1] != '\0' &&
	    text[1 + strspn(text + 1, "0123456789")] == '\0')
		return set_outside(p, text, e);
	if (digits == 0 || text[digits] != '\0')
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not a number",
		    p->name, text);
	errno = 0;
	*n = strtoull(text, NULL, 10);
	if (errno != 0 || *n > upper(p) ||
	    (*n < p->min && !(*n == 0 && p->word != NULL)))
		return set_outside(p, text, e);
	return 0;
}

static int
parse_u32(const struct prop *p, const char *text, void *v, struct err *e)
{
	uint64_t n = 0;
	int rc = parse_number(p, text, &n, e);

	if (rc == 0)
		*(uint32_t *)v = (uint32_t)n;
	return rc;
}

static int
parse_u64(const struct prop *p, const char *text, void *v, struct err *e)
{
	uint64_t n = 0;
	int rc = parse_number(p, text, &n, e);

	if (rc == 0)
		*(uint64_t *)v = n;
	return rc;
}

static void
format_number(const struct prop *p, uint64_t n, struct strbuf *b)
{
	if (n == 0 && p->word != NULL)
		strbuf_add(b, p->word);
	else
		strbuf_printf(b, "%" PRIu64, n);
}

static void
format_u32(const struct prop *p, const void *v, struct strbuf *b)
{
	format_number(p, *(const uint32_t *)v, b);
}

static void
format_u64(const struct prop *p, const void *v, struct strbuf *b)
{
	format_number(p, *(const uint64_t *)v, b);
}

static bool
never_empty(const void *v)
{
	(void)v;
	return false;
}

const struct propkind propnum_u32 = {
	.title = "number", .size = sizeof(uint32_t), .parse = parse_u32,
	.format = format_u32, .empty = never_empty,
};

const struct propkind propnum_u64 = {
	.title = "number", .size = sizeof(uint64_t), .parse = parse_u64,
	.format = format_u64, .empty = never_empty,
};
