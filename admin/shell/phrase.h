/* admin/shell/phrase.h - a command as words and blocks of words, by the lexer
 * of the configuration language: quotes, escapes and comments mean what they
 * mean in a file. Inside braces line ends are blanks.
 *
 * Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_PHRASE_H
#define ADMIN_SHELL_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

struct err;

#define PHRASE_DEPTH_MAX	16	/* blocks in blocks; tables need 4 */

struct phrase_part {
	char		*text;		/* a word; NULL = a block */
	bool		 quoted;
	struct phrase	*block;
};

/* All zero is an empty one. */
struct phrase {
	struct phrase_part *parts;
	size_t		 count, room;
	bool		 open;		/* a block whose brace is not closed */
};

enum phrase_result {
	PHRASE_NONE,	/* nothing but blanks and comments */
	PHRASE_DONE,	/* a command; *used octets of the text are read */
	PHRASE_OPEN,	/* a brace or quote is open at the end of the text */
	PHRASE_BAD,	/* it can never be a command; e says why */
};

/*
 * phrase_parse - the first command of a text.
 *
 * A command ends with its line, or with a semicolon at the end of a word, out-
 * side braces and quotes. out is empty before; phrase_fini frees what it got.
 */
enum phrase_result phrase_parse(struct phrase *out, const char *text,
    size_t *used, struct err *e);
void phrase_fini(struct phrase *p);

/* Takes the part at this place out. */
void phrase_drop(struct phrase *p, size_t at);

/* The word at this place, or NULL: behind the end, or a block. */
const char *phrase_word(const struct phrase *p, size_t at);
/* The block at this place, or NULL. */
const struct phrase *phrase_block(const struct phrase *p, size_t at);

#endif
