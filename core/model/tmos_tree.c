/* core/model/tmos_tree.c - see tmos_tree.h.
 *
 * Recursive descent, as deep as TMOS_DEPTH_MAX.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/tmos_tree.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/checksum.h"

struct parser {
	struct tmos_lex	*l;
	const struct tmos_node *stanza;
	unsigned	 depth;
	bool		 lost;		/* unwind to the top */
};

void
tmos_tree_init(struct tmos_tree *t, const char *text, size_t len,
    const struct diag_pos *pos, struct diag *out)
{
	tmos_lex_init(&t->lex, text, len, pos, out);
	(void)tmos_lex_next(&t->lex);
}

void
tmos_tree_fini(struct tmos_tree *t)
{
	tmos_lex_fini(&t->lex);
}

static void
add_word(struct tmos_node *n, struct tmos_lex *l)
{
	n->words = mem_grow(n->words, &n->room, n->count + 1,
	    sizeof(n->words[0]));
	n->words[n->count++] = (struct tmos_word){
		.text = mem_strndup(l->word.text, l->word.len),
		.quoted = l->token == TMOS_QUOTED, .pos = l->pos,
	};
}

static void
add_line(struct tmos_node *n, struct tmos_node *line)
{
	n->lines = mem_grow(n->lines, &n->line_room, n->line_count + 1,
	    sizeof(n->lines[0]));
	n->lines[n->line_count++] = line;
}

static bool
is_rule(const struct tmos_node *n)
{
	return n->count >= 2 && strcmp(n->words[1].text, "rule") == 0 &&
	    (strcmp(n->words[0].text, "gtm") == 0 ||
	    strcmp(n->words[0].text, "ltm") == 0);
}

/* A brace was left out somewhere above: this is where the next stanza starts,
 * for nobody calls a property "gtm" and puts it at the margin. */
static bool
starts_stanza(const struct parser *p)
{
	return p->l->token == TMOS_WORD && p->l->pos.column == 1 &&
	    p->stanza->count > 0 &&
	    strcmp(p->l->word.text, p->stanza->words[0].text) == 0;
}

static void
tell_unclosed(struct parser *p, const struct diag_pos *open)
{
	if (!p->lost)
		(void)diag_error(p->l->out, open, ERR_PARSE,
		    "this brace is never closed");
	p->lost = true;
}

static struct tmos_node *parse_line(struct parser *p);

/* Skips what a too deep block holds, counting braces. */
static void
skip_block(struct parser *p)
{
	size_t depth = 1;

	while (depth > 0 && p->l->token != TMOS_END) {
		depth += p->l->token == TMOS_OPEN;
		depth -= p->l->token == TMOS_CLOSE;
		if (depth > 0)
			(void)tmos_lex_next(p->l);
	}
}

/* Behind the opening brace, to behind the closing one. */
static void
parse_block(struct parser *p, struct tmos_node *n)
{
	struct diag_pos open = p->l->pos;

	n->block = true;
	(void)tmos_lex_next(p->l);
	if (p->depth == TMOS_DEPTH_MAX) {
		n->damaged = true;
		(void)diag_error(p->l->out, &open, ERR_RANGE,
		    "more than %d blocks in one another", TMOS_DEPTH_MAX);
		skip_block(p);
	}
	p->depth++;
	while (!p->lost && p->l->token != TMOS_CLOSE) {
		struct tmos_node *line;

		if (p->l->token == TMOS_NEWLINE) {
			(void)tmos_lex_next(p->l);
			continue;
		}
		if (p->l->token == TMOS_END || starts_stanza(p)) {
			tell_unclosed(p, &open);
			break;
		}
		line = parse_line(p);
		n->damaged |= line->damaged;
		add_line(n, line);
	}
	p->depth--;
	n->damaged |= p->lost;
	if (!p->lost)
		(void)tmos_lex_next(p->l);
}

static void
parse_raw(struct parser *p, struct tmos_node *n)
{
	struct diag_pos open = p->l->pos;
	const char *body;
	size_t len;

	n->block = true;
	tmos_lex_raw(p->l, &body, &len);
	n->raw = mem_strndup(body, len);
	if (tmos_lex_next(p->l) == TMOS_END) {
		tell_unclosed(p, &open);
		n->damaged = true;
	} else {
		(void)tmos_lex_next(p->l);
	}
}

/* Is the next thing but line ends a brace? Then it is ours. */
static bool
brace_follows(struct tmos_lex *l)
{
	const char *p = l->at;

	while (p < l->end && (*p == ' ' || *p == '\t' || *p == '\r' ||
	    *p == '\n'))
		p++;
	return p < l->end && *p == '{';
}

static void
parse_words(struct parser *p, struct tmos_node *n)
{
	while (p->l->token == TMOS_WORD || p->l->token == TMOS_QUOTED) {
		add_word(n, p->l);
		(void)tmos_lex_next(p->l);
	}
	while (p->l->token == TMOS_NEWLINE && brace_follows(p->l))
		(void)tmos_lex_next(p->l);
}

/* Stands on a word or a brace; goes behind the line's end or its block. */
static struct tmos_node *
parse_line(struct parser *p)
{
	struct tmos_node *n = mem_zalloc(1, sizeof(*n));

	n->pos = p->l->pos;
	if (p->stanza == NULL)
		p->stanza = n;
	parse_words(p, n);
	if (p->l->token == TMOS_OPEN) {
		if (n->count == 0) {
			n->damaged = true;
			(void)diag_error(p->l->out, &p->l->pos, ERR_PARSE,
			    "a block without words in front of it");
		}
		if (is_rule(n) && p->stanza == n)
			parse_raw(p, n);
		else
			parse_block(p, n);
	}
	return n;
}

struct tmos_node *
tmos_tree_next(struct tmos_tree *t)
{
	struct tmos_lex *l = &t->lex;
	struct parser p = { .l = l };

	while (l->token == TMOS_NEWLINE || l->token == TMOS_CLOSE) {
		if (l->token == TMOS_CLOSE)
			(void)diag_error(l->out, &l->pos, ERR_PARSE,
			    "this brace closes nothing");
		(void)tmos_lex_next(l);
	}
	if (l->token == TMOS_END)
		return NULL;
	return parse_line(&p);
}

void
tmos_tree_free(struct tmos_node **pn)
{
	struct tmos_node *n = *pn;

	*pn = NULL;
	if (n == NULL)
		return;
	for (size_t i = 0; i < n->count; i++)
		free(n->words[i].text);
	for (size_t i = 0; i < n->line_count; i++)
		tmos_tree_free(&n->lines[i]);
	free(n->words);
	free(n->lines);
	free(n->raw);
	free(n);
}

/* Lengths are hashed with words, so that "ab" "c" is not "a" "bc". */
static uint64_t
hash_text(uint64_t h, const char *text)
{
	return checksum_add(h, text, strlen(text) + 1);
}

static uint64_t
hash_node(uint64_t h, const struct tmos_node *n)
{
	for (size_t i = 0; i < n->count; i++)
		h = hash_text(h, n->words[i].text);
	if (n->raw != NULL)
		h = hash_text(h, n->raw);
	if (!n->block)
		return checksum_add(h, ";", 1);
	h = checksum_add(h, "{", 1);
	for (size_t i = 0; i < n->line_count; i++)
		h = hash_node(h, n->lines[i]);
	return checksum_add(h, "}", 1);
}

uint64_t
tmos_tree_hash(const struct tmos_node *n)
{
	return hash_node(CHECKSUM_START, n);
}
