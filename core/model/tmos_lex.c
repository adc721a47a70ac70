/* core/model/tmos_lex.c - see tmos_lex.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/tmos_lex.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/err.h"
#include "core/model/word.h"

void
tmos_lex_init(struct tmos_lex *l, const char *text, size_t len,
    const struct diag_pos *pos, struct diag *out)
{
	*l = (struct tmos_lex){
		.at = text, .end = text + len, .line_start = text,
		.next = *pos, .out = out, .token = TMOS_NEWLINE, .pos = *pos,
	};
	strbuf_init(&l->word);
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		l->at = l->line_start = text + 3;
}

void
tmos_lex_fini(struct tmos_lex *l)
{
	strbuf_fini(&l->word);
}

/* Steps over octets that may hold line ends. */
static void
move_to(struct tmos_lex *l, const char *to)
{
	const char *nl;

	while ((nl = memchr(l->at, '\n', (size_t)(to - l->at))) != NULL) {
		l->next.line++;
		l->at = l->line_start = nl + 1;
	}
	l->at = to;
}

static const char *
line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl != NULL ? nl : end;
}

static void
mark_place(struct tmos_lex *l)
{
	l->pos = l->next;
	l->pos.column = (unsigned)(l->at - l->line_start) + 1;
}

static void
skip_blanks(struct tmos_lex *l)
{
	while (l->at < l->end) {
		if (*l->at == ' ' || *l->at == '\t' || *l->at == '\r') {
			l->at++;
		} else if (*l->at == '#') {
			l->at = line_end(l->at, l->end);
		} else if (*l->at == '\0') {
			mark_place(l);
			(void)diag_error(l->out, &l->pos, ERR_PARSE,
			    "octet 0 is not text");
			while (l->at < l->end && *l->at == '\0')
				l->at++;
		} else {
			return;
		}
	}
}

static enum tmos_token
lex_quoted(struct tmos_lex *l)
{
	const char *text = l->at + 1;
	const char *to = word_scan_quoted(text, l->end, &l->word);

	if (to != NULL && memchr(text, '\0', (size_t)(to - text)) != NULL)
		(void)diag_error(l->out, &l->pos, ERR_PARSE,
		    "octet 0 in a quoted text");
	if (to == NULL) {
		(void)diag_error(l->out, &l->pos, ERR_PARSE,
		    "this quote is never closed");
		strbuf_clear(&l->word);
		to = line_end(text, l->end);
		(void)word_scan_quoted(text, to, &l->word);
	}
	move_to(l, to);
	return TMOS_QUOTED;
}

enum tmos_token
tmos_lex_next(struct tmos_lex *l)
{
	skip_blanks(l);
	mark_place(l);
	strbuf_clear(&l->word);
	if (l->at == l->end)
		return l->token = TMOS_END;
	switch (*l->at) {
	case '\n':
		move_to(l, l->at + 1);
		return l->token = TMOS_NEWLINE;
	case '{':
		l->at++;
		return l->token = TMOS_OPEN;
	case '}':
		l->at++;
		return l->token = TMOS_CLOSE;
	case '"':
		return l->token = lex_quoted(l);
	default:
		l->at = word_scan_bare(l->at, l->end, &l->word);
		return l->token = TMOS_WORD;
	}
}

/* Behind a Tcl quote: past its end, escapes honoured. */
static const char *
skip_tcl_quote(const char *p, const char *end)
{
	while (p < end && *p != '"')
		p += *p == '\\' && p + 1 < end ? 2 : 1;
	return p < end ? p + 1 : end;
}

/* '#' opens a comment where a command may start. */
static bool
starts_command(const char *body, const char *p)
{
	while (p > body && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return p == body || p[-1] == '\n' || p[-1] == ';' || p[-1] == '{';
}

/* The brace that closes the body, or end. */
static const char *
find_close(const char *body, const char *end)
{
	const char *p = body;
	size_t depth = 0;

	while (p < end) {
		if (*p == '\\' && p + 1 < end) {
			p += 2;
		} else if (*p == '"') {
			p = skip_tcl_quote(p + 1, end);
		} else if (*p == '#' && starts_command(body, p)) {
			p = line_end(p, end);
		} else if (*p == '}' && depth == 0) {
			return p;
		} else {
			depth += *p == '{';
			depth -= *p == '}';
			p++;
		}
	}
	return end;
}

void
tmos_lex_raw(struct tmos_lex *l, const char **body, size_t *len)
{
	const char *close;

	assert(l->token == TMOS_OPEN);
	close = find_close(l->at, l->end);
	*body = l->at;
	*len = (size_t)(close - l->at);
	move_to(l, close);
}
