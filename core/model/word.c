/* core/model/word.c - see word.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/word.h"

#include <string.h>

#include "core/base/strbuf.h"

/* Octets that stand in a bare word when we write one; readers take more. */
static bool
is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr("/:._-*+=,@%~^", c) != NULL);
}

static bool
is_delimiter(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '{' ||
	    c == '}' || c == '"' || c == '\0';
}

const char *
word_scan_bare(const char *p, const char *end, struct strbuf *out)
{
	while (p < end && !is_delimiter(*p)) {
		const char *from = p;

		while (p < end && !is_delimiter(*p) && *p != '\\')
			p++;
		strbuf_add_len(out, from, (size_t)(p - from));
		if (p == end || *p != '\\')
			break;
		if (p + 1 < end && p[1] != '\0' &&
		    strchr("?\\\"{}# ", p[1]) != NULL)
			p++;
		strbuf_add_char(out, *p++);
	}
	return p;
}

const char *
word_scan_quoted(const char *p, const char *end, struct strbuf *out)
{
	while (p < end && *p != '"') {
		if (*p == '\\' && p + 1 < end &&
		    (p[1] == '"' || p[1] == '\\' || p[1] == '?'))
			p++;
		strbuf_add_char(out, *p++);
	}
	return p < end ? p + 1 : NULL;
}

enum word_kind
word_next(const char **at, struct strbuf *out)
{
	const char *p = *at + strspn(*at, " \t\r\n");
	const char *end = p + strlen(p);

	strbuf_clear(out);
	*at = p;
	if (p == end)
		return WORD_END;
	if (*p == '{' || *p == '}') {
		*at = p + 1;
		return *p == '{' ? WORD_OPEN : WORD_CLOSE;
	}
	if (*p != '"') {
		*at = word_scan_bare(p, end, out);
		return WORD_BARE;
	}
	p = word_scan_quoted(p + 1, end, out);
	*at = p != NULL ? p : end;
	return p != NULL ? WORD_QUOTED : WORD_BAD;
}

bool
word_is_bare(const char *text)
{
	const char *p = text;

	while (is_plain((unsigned char)*p) || *p == '?')
		p++;
	return *text != '\0' && *p == '\0';
}

/* A backslash is doubled only where it would swallow what follows. */
static bool
needs_escape(const char *p)
{
	if (*p == '"' || *p == '?')
		return true;
	return *p == '\\' && (p[1] == '"' || p[1] == '\\' || p[1] == '?' ||
	    p[1] == '\0');
}

void
word_quote(struct strbuf *b, const char *text)
{
	bool bare = word_is_bare(text);

	if (!bare)
		strbuf_add_char(b, '"');
	/* Nearly all are written as they are. */
	if (strpbrk(text, "\"?\\") == NULL) {
		strbuf_add(b, text);
		text = "";
	}
	for (const char *p = text; *p != '\0'; p++) {
		if (needs_escape(p))
			strbuf_add_char(b, '\\');
		strbuf_add_char(b, *p);
	}
	if (!bare)
		strbuf_add_char(b, '"');
}
