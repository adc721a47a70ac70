/* zones/zonelex.c - entries and words of master files; see zonelex.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/zonelex.h"

#include <string.h>
#include <strings.h>

/* Characters that an entry must be copied for, or that may not be there. */
static const bool special[256] = {
	['"'] = true, [';'] = true, ['('] = true, [')'] = true,
	['\\'] = true, ['\0'] = true, ['\r'] = true,
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void
zonelex_init(struct zonelex *l, const char *text, size_t len)
{
	*l = (struct zonelex){ .at = text, .end = text + len, .line = 1 };
}

void
zonelex_fini(struct zonelex *l)
{
	block_fini(&l->flat);
}

static void
put(struct zonelex *l, char c)
{
	size_t at = block_add(&l->flat, 1, 1);	/* moves base */

	l->flat.base[at] = (uint8_t)c;
}

/* After an error: to the start of the next line. */
static void
skip_line(struct zonelex *l)
{
	const char *nl = memchr(l->at, '\n', (size_t)(l->end - l->at));

	if (nl == NULL) {
		l->at = l->end;
		return;
	}
	l->at = nl + 1;
	l->line++;
}

/* One quoted string, at its opening quote; kept with quotes and escapes. */
static const char *
flatten_quoted(struct zonelex *l)
{
	put(l, *l->at++);
	for (; l->at < l->end; l->at++) {
		if (*l->at == '\n')
			return "quoted string goes over the end of the line";
		if (*l->at == '\0')
			return "a zero octet in the text";
		put(l, *l->at);
		if (*l->at == '"') {
			l->at++;
			return NULL;
		}
		if (*l->at == '\\' && l->end - l->at > 1 && l->at[1] != '\n')
			put(l, *++l->at);
	}
	return "quoted string without an end";
}

/* A backslash and what it protects. */
static const char *
flatten_escape(struct zonelex *l)
{
	if (l->end - l->at < 2 || l->at[1] == '\n' || l->at[1] == '\0')
		return "backslash at the end of the line";
	put(l, l->at[0]);
	put(l, l->at[1]);
	l->at += 2;
	return NULL;
}

/* One character outside quotes. depth counts open parentheses. */
static const char *
flatten_char(struct zonelex *l, unsigned *depth)
{
	switch (*l->at) {
	case '"':
		return flatten_quoted(l);
	case '\\':
		return flatten_escape(l);
	case '\0':
		return "a zero octet in the text";
	case '(':
		++*depth;
		break;
	case ')':
		if (*depth == 0)
			return "\")\" without \"(\"";
		--*depth;
		break;
	case ';':
		while (l->at < l->end && *l->at != '\n')
			l->at++;
		return NULL;
	case '\n':
		l->line++;
		break;
	case '\r':
		break;
	default:
		put(l, *l->at++);
		return NULL;
	}
	put(l, ' ');
	l->at++;
	return NULL;
}

/* Copies the entry at l->at; it ends at a line's end outside parentheses. */
static const char *
flatten(struct zonelex *l, struct zonelex_text *text)
{
	const char *error = NULL;
	unsigned depth = 0;

	l->flat.len = 0;
	while (l->at < l->end && (depth > 0 || *l->at != '\n') && error == NULL)
		error = flatten_char(l, &depth);
	if (error == NULL && depth > 0)
		error = "\"(\" without \")\"";
	if (l->at < l->end)
		skip_line(l);
	*text = (struct zonelex_text){ (const char *)l->flat.base, l->flat.len };
	return error;
}

bool
zonelex_next(struct zonelex *l, struct zonelex_entry *en)
{
	const char *p;

	while (l->at < l->end) {
		*en = (struct zonelex_entry){ .line = l->line,
		    .indented = is_blank(*l->at) };
		for (p = l->at; p < l->end && *p != '\n'; p++)
			if (special[(unsigned char)*p])
				break;
		if (p < l->end && *p != '\n') {
			en->error = flatten(l, &en->text);
		} else {
			en->text = (struct zonelex_text){ l->at,
			    (size_t)(p - l->at) };
			l->at = p < l->end ? p + 1 : p;
			l->line++;
		}
		zonelex_trim(&en->text);
		if (en->error != NULL || en->text.len > 0)
			return true;
	}
	return false;
}

void
zonelex_trim(struct zonelex_text *t)
{
	while (t->len > 0 && is_blank(*t->p)) {
		t->p++;
		t->len--;
	}
	while (t->len > 0 && is_blank(t->p[t->len - 1]) &&
	    (t->len < 2 || t->p[t->len - 2] != '\\'))
		t->len--;
}

bool
zonelex_word(struct zonelex_text *t, struct zonelex_text *word)
{
	bool quoted = false;
	size_t i;

	while (t->len > 0 && is_blank(*t->p)) {
		t->p++;
		t->len--;
	}
	for (i = 0; i < t->len && (quoted || !is_blank(t->p[i])); i++) {
		if (t->p[i] == '"')
			quoted = !quoted;
		else if (t->p[i] == '\\' && i + 1 < t->len)
			i++;
	}
	*word = (struct zonelex_text){ t->p, i };
	t->p += i;
	t->len -= i;
	return i > 0;
}

bool
zonelex_is(const struct zonelex_text *word, const char *s)
{
	return strlen(s) == word->len && strncasecmp(word->p, s, word->len) == 0;
}
