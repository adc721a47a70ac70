/* admin/shell/listing.c - see listing.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/listing.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/strbuf.h"
#include "core/model/tmos_lex.h"
#include "core/model/word.h"

static const struct diag_pos start = { .line = 1 };

/* A walk over canonical text: each stanza and each line of it starts a line. */
struct walk {
	struct tmos_lex	 lex;
	struct diag	 out;
	size_t		 depth;
};

static void
walk_init(struct walk *w, const char *text)
{
	diag_init(&w->out);
	tmos_lex_init(&w->lex, text, strlen(text), &start, &w->out);
	w->depth = 0;
}

static void
walk_fini(struct walk *w)
{
	tmos_lex_fini(&w->lex);
	diag_fini(&w->out);
}

static enum tmos_token
walk_next(struct walk *w)
{
	enum tmos_token t = tmos_lex_next(&w->lex);

	w->depth += t == TMOS_OPEN;
	w->depth -= t == TMOS_CLOSE && w->depth > 0;
	return t;
}

/* The rest of the line, and of the blocks that open in it. */
static void
walk_line_end(struct walk *w, size_t depth)
{
	enum tmos_token t = w->lex.token;

	while (t != TMOS_END && (t != TMOS_NEWLINE || w->depth > depth))
		t = walk_next(w);
}

static bool
is_wanted(const struct walk *w, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (w->lex.token == TMOS_WORD &&
		    strcmp(w->lex.word.text, names[i]) == 0)
			return true;
	return false;
}

void
listing_select(struct strbuf *out, const char *text,
    const char *const *names, size_t count)
{
	struct walk w;

	walk_init(&w, text);
	while (walk_next(&w) != TMOS_END) {
		bool line = w.depth == 1 && w.lex.token == TMOS_WORD &&
		    w.lex.pos.column > 1;
		const char *from = w.lex.line_start;

		if (line) {
			bool wanted = is_wanted(&w, names, count);

			walk_line_end(&w, 1);
			if (wanted)
				strbuf_add_len(out, from,
				    (size_t)(w.lex.at - from));
		} else if (w.depth == 0 && w.lex.pos.column == 1) {
			/* A stanza's head, or the brace that closes it. */
			if (w.lex.token != TMOS_CLOSE)
				while (w.depth == 0 &&
				    w.lex.token != TMOS_END)
					(void)walk_next(&w);
			while (w.lex.token != TMOS_NEWLINE &&
			    w.lex.token != TMOS_END)
				(void)walk_next(&w);
			strbuf_add_len(out, from, (size_t)(w.lex.at - from));
		}
	}
	walk_fini(&w);
}

static void
add_token(struct strbuf *out, const struct walk *w)
{
	if (w->lex.token == TMOS_OPEN)
		strbuf_add_char(out, '{');
	else if (w->lex.token == TMOS_CLOSE)
		strbuf_add_char(out, '}');
	else
		word_quote(out, w->lex.word.text != NULL ?
		    w->lex.word.text : "");
}

void
listing_one_line(struct strbuf *out, const char *text)
{
	bool begun = false;
	struct walk w;

	walk_init(&w, text);
	while (walk_next(&w) != TMOS_END) {
		if (w.lex.token == TMOS_NEWLINE && w.depth == 0 && begun) {
			strbuf_add_char(out, '\n');
			begun = false;
		}
		if (w.lex.token == TMOS_NEWLINE)
			continue;
		if (begun)
			strbuf_add_char(out, ' ');
		add_token(out, &w);
		begun = true;
	}
	if (begun)
		strbuf_add_char(out, '\n');
	walk_fini(&w);
}
