/* admin/shell/phrase.c - see phrase.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/phrase.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/tmos_lex.h"

struct reader {
	struct tmos_lex	 lex;
	struct diag	 out;
	unsigned	 depth;
	bool		 ended;		/* by a semicolon */
};

static struct phrase_part *
add_part(struct phrase *p)
{
	p->parts = mem_grow(p->parts, &p->room, p->count + 1,
	    sizeof(p->parts[0]));
	return &p->parts[p->count++];
}

static void
add_word(struct reader *r, struct phrase *p)
{
	size_t len = r->lex.word.len;
	bool quoted = r->lex.token == TMOS_QUOTED;
	struct phrase_part *part;

	if (!quoted && r->depth == 0 && len > 0 &&
	    r->lex.word.text[len - 1] == ';') {
		r->ended = true;
		if (--len == 0)
			return;
	}
	part = add_part(p);
	part->text = mem_strndup(r->lex.word.text, len);
	part->quoted = quoted;
}

static enum phrase_result read_block(struct reader *r, struct phrase *p,
    struct err *e);

/* One token that is no line end; the lexer stands on it. */
static enum phrase_result
read_part(struct reader *r, struct phrase *p, struct err *e)
{
	switch (r->lex.token) {
	case TMOS_WORD: case TMOS_QUOTED:
		add_word(r, p);
		return PHRASE_DONE;
	case TMOS_OPEN:
		return read_block(r, p, e);
	case TMOS_CLOSE:
		(void)err_set(e, ERR_PARSE, "this brace closes nothing: }");
		return PHRASE_BAD;
	case TMOS_NEWLINE: case TMOS_END:
		break;
	}
	return PHRASE_NONE;
}

/* Goes as deep as PHRASE_DEPTH_MAX. */
static enum phrase_result
read_block(struct reader *r, struct phrase *p, struct err *e)
{
	struct phrase *block = mem_zalloc(1, sizeof(*block));

	add_part(p)->block = block;
	block->open = true;
	if (r->depth == PHRASE_DEPTH_MAX) {
		(void)err_set(e, ERR_RANGE, "more than %d blocks in one "
		    "another", PHRASE_DEPTH_MAX);
		return PHRASE_BAD;
	}
	r->depth++;
	while (tmos_lex_next(&r->lex) != TMOS_CLOSE) {
		enum phrase_result got;

		if (r->lex.token == TMOS_END)
			return PHRASE_OPEN;
		if (r->lex.token == TMOS_NEWLINE)
			continue;
		got = read_part(r, block, e);
		if (got != PHRASE_DONE)
			return got;
	}
	r->depth--;
	block->open = false;
	return PHRASE_DONE;
}

static enum phrase_result
read_command(struct reader *r, struct phrase *p, struct err *e)
{
	enum phrase_result got;

	while (!r->ended) {
		(void)tmos_lex_next(&r->lex);
		if (r->lex.token == TMOS_END)
			break;
		if (r->lex.token == TMOS_NEWLINE && p->count > 0)
			break;
		if (r->lex.token == TMOS_NEWLINE)
			continue;
		got = read_part(r, p, e);
		if (got != PHRASE_DONE)
			return got;
	}
	return p->count > 0 ? PHRASE_DONE : PHRASE_NONE;
}

enum phrase_result
phrase_parse(struct phrase *out, const char *text, size_t *used,
    struct err *e)
{
	const struct diag_pos start = { .line = 1 };
	struct reader r = { .depth = 0 };
	enum phrase_result got;

	diag_init(&r.out);
	tmos_lex_init(&r.lex, text, strlen(text), &start, &r.out);
	got = read_command(&r, out, e);
	*used = (size_t)(r.lex.at - text);
	/* The only finding a lexer has of a text without octet 0. */
	if (r.out.errors > 0 && got != PHRASE_BAD)
		got = PHRASE_OPEN;
	tmos_lex_fini(&r.lex);
	diag_fini(&r.out);
	return got;
}

/* Goes as deep as PHRASE_DEPTH_MAX. */
void
phrase_fini(struct phrase *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->parts[i].text);
		if (p->parts[i].block != NULL)
			phrase_fini(p->parts[i].block);
		free(p->parts[i].block);
	}
	free(p->parts);
	*p = (struct phrase){ 0 };
}

void
phrase_drop(struct phrase *p, size_t at)
{
	free(p->parts[at].text);
	if (p->parts[at].block != NULL)
		phrase_fini(p->parts[at].block);
	free(p->parts[at].block);
	p->count--;
	memmove(&p->parts[at], &p->parts[at + 1],
	    (p->count - at) * sizeof(p->parts[0]));
}

const char *
phrase_word(const struct phrase *p, size_t at)
{
	return at < p->count ? p->parts[at].text : NULL;
}

const struct phrase *
phrase_block(const struct phrase *p, size_t at)
{
	return at < p->count ? p->parts[at].block : NULL;
}
