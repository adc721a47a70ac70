/* admin/rest/urlpath.c - see urlpath.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/urlpath.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/hex.h"
#include "core/base/strbuf.h"

/* RFC 3986 2.3, without '~': in a name it is read as a slash, %7E is not. */
static bool
is_plain(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

/* What may stand unescaped (RFC 3986 3.3, 3.4) and is passed on as it is. */
static bool
may_stand(int c, bool in_query)
{
	return is_plain(c) ||
	    (c != '\0' && strchr("~:!$&'()*+,=@/", c) != NULL) ||
	    (in_query && (c == '?' || c == ';'));
}

static int
add_escaped(struct strbuf *b, const char *at, struct err *e)
{
	int hi = hex_digit(at[1]), lo = hi < 0 ? -1 : hex_digit(at[2]), c;

	if (lo < 0)
		return err_set(e, ERR_PARSE, "URL: a %% without two "
		    "hexadecimal digits");
	c = hi << 4 | lo;
	if (c < 0x20 || c == 0x7f)
		return err_set(e, ERR_PARSE, "URL: control character %%%02X",
		    (unsigned)c);
	if (is_plain(c))
		strbuf_add_char(b, (char)c);
	else
		strbuf_printf(b, "%%%02X", (unsigned)c);
	return 0;
}

static int
canonise(struct strbuf *b, const char *from, size_t len, bool in_query,
    struct err *e)
{
	for (size_t i = 0; i < len; i++) {
		if (from[i] == '%') {
			if (add_escaped(b, from + i, e) != 0)
				return e->code;
			i += 2;
		} else if (may_stand((unsigned char)from[i], in_query)) {
			strbuf_add_char(b, from[i]);
		} else {
			return err_set(e, ERR_PARSE, "URL: octet 0x%02x has "
			    "no place there", (unsigned char)from[i]);
		}
	}
	return 0;
}

/* Refused rather than repaired: whoever sends these is after a difference. */
static int
check_segments(const char *path, struct err *e)
{
	for (const char *at = path; *at == '/'; ) {
		size_t len = strcspn(++at, "/");

		if (len == 0 && path[1] != '\0')
			return err_set(e, ERR_PARSE, "URL: nothing between "
			    "two slashes");
		if ((len == 1 && at[0] == '.') ||
		    (len == 2 && at[0] == '.' && at[1] == '.'))
			return err_set(e, ERR_PARSE, "URL: \"%.*s\" between "
			    "slashes", (int)len, at);
		at += len;
	}
	return 0;
}

int
urlpath_parse(const char *target, char **path, char **query, struct err *e)
{
	size_t len = strnlen(target, URLPATH_TARGET_MAX + 1);
	size_t end = strcspn(target, "?");
	struct strbuf p = { 0 }, q = { 0 };
	struct err why = { 0 };
	int rc = 0;

	*path = *query = NULL;
	if (len > URLPATH_TARGET_MAX)
		return err_set(e, ERR_RANGE, "URL: longer than %d octets",
		    URLPATH_TARGET_MAX);
	if (*target != '/')
		return err_set(e, ERR_PARSE, "URL: a path is expected");
	strbuf_init(&p);
	strbuf_init(&q);
	if (end > 1 && target[end - 1] == '/')
		rc = canonise(&p, target, end - 1, false, &why);
	else
		rc = canonise(&p, target, end, false, &why);
	if (rc == 0)
		rc = check_segments(p.text, &why);
	if (rc == 0 && target[end] == '?')
		rc = canonise(&q, target + end + 1, len - end - 1, true, &why);
	if (rc == 0) {
		*path = strbuf_take(&p);
		*query = target[end] == '?' ? strbuf_take(&q) : NULL;
	}
	strbuf_fini(&p);
	strbuf_fini(&q);
	return rc == 0 ? 0 : err_set(e, rc, "%s", why.text);
}
