/* core/model/tmos_lex.h - configuration text as tokens, each with its place.
 *
 * Knows words, braces, ends of lines and comments; word.h says what quotes and
 * escapes mean. A comment starts with '#' where a word could start and ends
 * with the line. Line ends are LF or CR LF. Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_TMOS_LEX_H
#define CORE_MODEL_TMOS_LEX_H

#include <stddef.h>

#include "core/base/diag.h"
#include "core/base/strbuf.h"

enum tmos_token { TMOS_WORD, TMOS_QUOTED, TMOS_OPEN, TMOS_CLOSE, TMOS_NEWLINE,
    TMOS_END };

struct tmos_lex {
	const char	*at, *end;
	const char	*line_start;	/* for columns */
	struct diag_pos	 next;		/* place of what comes next */
	struct diag	*out;
	/* The current token. */
	enum tmos_token	 token;
	struct diag_pos	 pos;
	struct strbuf	 word;		/* of TMOS_WORD and TMOS_QUOTED */
};

/* The text need not be terminated. pos says where it stands (line 1 of a file,
 * or further down); out takes findings. A byte order mark is skipped. */
void tmos_lex_init(struct tmos_lex *l, const char *text, size_t len,
    const struct diag_pos *pos, struct diag *out);
void tmos_lex_fini(struct tmos_lex *l);

/*
 * tmos_lex_next - goes to the next token and returns it.
 *
 * A quote that never closes is a finding and ends with its line, so that what
 * stands below is still read. Octet 0 is a finding and skipped.
 */
enum tmos_token tmos_lex_next(struct tmos_lex *l);

/*
 * tmos_lex_raw - the text up to the brace that closes the one just read, when
 * that is the current token: the body of a rule, which is Tcl.
 *
 * Braces count outside quotes, comments and backslash escapes. The token after
 * it is TMOS_CLOSE, or TMOS_END when the body never closes.
 */
void tmos_lex_raw(struct tmos_lex *l, const char **body, size_t *len);

#endif
