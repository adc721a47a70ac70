/* core/model/tmos_tree.c - see tmos_tree.h.
 *
 * Recursive descent, as deep as TMOS_DEPTH_MAX.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/tmos_tree.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/checksum.h"

/* Memory of one stanza: taken in pieces, given back whole. */
struct tmos_room {
	struct tmos_room *before;
	char		*at, *end;
	max_align_t	 octets[];
};

#define ROOM_MIN	4000	/* octets: most stanzas need no second room */

struct parser {
	struct tmos_lex	*l;
	struct tmos_room *room;
	/* What is not whole yet, outer blocks first. */
	struct tmos_node **lines;
	size_t		 line_count, line_room;
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
new_room(struct parser *p, size_t len)
{
	size_t cap = len > ROOM_MIN ? len : ROOM_MIN;
	struct tmos_room *r = mem_resize(NULL, 1, sizeof(*r) + cap);

	r->before = p->room;
	r->at = (char *)r->octets;
	r->end = r->at + cap;
	p->room = r;
}

/* Not zeroed, fit for any of our structs. */
static void *
take(struct parser *p, size_t len)
{
	char *at;

	len = (len + 7) & ~(size_t)7;
	if (p->room == NULL || (size_t)(p->room->end - p->room->at) < len)
		new_room(p, len);
	at = p->room->at;
	p->room->at += len;
	return at;
}

static char *
take_text(struct parser *p, const char *text, size_t len)
{
	char *copy = take(p, len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

/* Makes room for twice as many words; few lines have more than two. */
static void
grow_words(struct parser *p, struct tmos_node *n)
{
	struct tmos_word *was = n->words;

	n->room = n->room > 0 ? 2 * n->room : 2;
	n->words = take(p, n->room * sizeof(n->words[0]));
	if (n->count > 0)
		memcpy(n->words, was, n->count * sizeof(n->words[0]));
}

static void
add_word(struct parser *p, struct tmos_node *n)
{
	const struct tmos_lex *l = p->l;

	if (n->count == n->room)
		grow_words(p, n);
	n->words[n->count++] = (struct tmos_word){
		.text = take_text(p, l->word.text, l->word.len),
		.quoted = l->token == TMOS_QUOTED, .pos = l->pos,
	};
}

/* Lines of blocks that are still open lie one after the other. */
static void
push_line(struct parser *p, struct tmos_node *line)
{
	p->lines = mem_grow(p->lines, &p->line_room, p->line_count + 1,
	    sizeof(struct tmos_node *));
	p->lines[p->line_count++] = line;
}

/* Those from first on are the node's. */
static void
pop_lines(struct parser *p, struct tmos_node *n, size_t first)
{
	n->line_count = p->line_count - first;
	p->line_count = first;
	if (n->line_count == 0)
		return;
	n->lines = take(p, n->line_count * sizeof(struct tmos_node *));
	memcpy(n->lines, p->lines + first,
	    n->line_count * sizeof(struct tmos_node *));
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
	size_t first = p->line_count;

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
		push_line(p, line);
	}
	pop_lines(p, n, first);
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
	n->raw = take_text(p, body, strnlen(body, len));
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
		add_word(p, n);
		(void)tmos_lex_next(p->l);
	}
	while (p->l->token == TMOS_NEWLINE && brace_follows(p->l))
		(void)tmos_lex_next(p->l);
}

/* Stands on a word or a brace; goes behind the line's end or its block. */
static struct tmos_node *
parse_line(struct parser *p)
{
	struct tmos_node *n = take(p, sizeof(*n));

	*n = (struct tmos_node){ .pos = p->l->pos };
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
	struct tmos_node *n;

	while (l->token == TMOS_NEWLINE || l->token == TMOS_CLOSE) {
		if (l->token == TMOS_CLOSE)
			(void)diag_error(l->out, &l->pos, ERR_PARSE,
			    "this brace closes nothing");
		(void)tmos_lex_next(l);
	}
	if (l->token == TMOS_END)
		return NULL;
	n = parse_line(&p);
	n->memory = p.room;
	free(p.lines);
	return n;
}

void
tmos_tree_free(struct tmos_node **pn)
{
	struct tmos_node *n = *pn;
	struct tmos_room *r, *before;

	*pn = NULL;
	if (n == NULL)
		return;
	for (r = n->memory; r != NULL; r = before) {
		before = r->before;
		free(r);
	}
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
