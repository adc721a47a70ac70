/* core/base/diag.h - a list of findings about outside input, each with its
 * place. A check reports all that is wrong, not only the first.
 *
 * Text form, one per line: "file:line:column: error: sentence".
 * Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_DIAG_H
#define CORE_BASE_DIAG_H

#include <stddef.h>
#include <stdio.h>

struct err;

enum diag_level { DIAG_ERROR, DIAG_WARNING };

/* line and column count from 1; 0 = not known (and left out of the text). */
struct diag_pos {
	const char	*file;		/* NULL = no file, borrowed */
	unsigned	 line;
	unsigned	 column;
};

struct diag_entry {
	enum diag_level	 level;
	int		 code;		/* ERR_… */
	struct diag_pos	 pos;		/* file lives as long as text */
	char		*text;		/* owned */
};

struct diag {
	struct diag_entry *entries;	/* in order of finding */
	size_t		 count, room;
	size_t		 errors, warnings;
};

void diag_init(struct diag *d);
void diag_fini(struct diag *d);

/* Adds an error; copies everything. pos may be NULL. Returns code, so that a
 * caller can say: return diag_error(d, &pos, ERR_RANGE, "…"); */
int diag_error(struct diag *d, const struct diag_pos *pos, int code,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Adds what e says. Returns e->code. */
int diag_err(struct diag *d, const struct diag_pos *pos, const struct err *e);

/* Adds a warning: it is told, and the input is taken all the same. */
void diag_warn(struct diag *d, const struct diag_pos *pos,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Orders entries by file, line and column; stable. */
void diag_sort(struct diag *d);

/* Writes one entry, without newline, into text; always terminated. */
void diag_format(const struct diag_entry *en, char *text, size_t cap);

/* Prints all entries, one a line. */
void diag_print(const struct diag *d, FILE *to);

#endif
