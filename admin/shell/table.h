/* admin/shell/table.h - rows and columns as text: widths, alignment, colours.
 *
 * Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_TABLE_H
#define ADMIN_SHELL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

#define TABLE_COLUMNS_MAX	32

/* All zero is an empty one. */
struct table {
	char		*heads[TABLE_COLUMNS_MAX];	/* owned */
	bool		 right[TABLE_COLUMNS_MAX];	/* numbers stand right */
	size_t		 columns;
	char		**cells;	/* owned, row by row; NULL = empty */
	size_t		 rows, room;
};

void table_fini(struct table *t);

/* The column of this head, a new one if need be; columns are all there before
 * the first row. -1: there is no room for more. */
int table_column(struct table *t, const char *head, bool right);
/* A new row, of empty cells; its number. */
size_t table_row(struct table *t);
/* Sets a cell; text is copied. */
void table_set(struct table *t, size_t row, int column, const char *text);

/* Appends the table, heads first, columns two blanks apart. colour: words of
 * state are shown in the colour that F5 gives them. */
void table_format(struct strbuf *out, const struct table *t, bool colour);

/* Appends text that others wrote: what a terminal might obey is '?', the C1 set (U+0080
 * to U+009F), by which some take commands, as well. */
void table_clean(struct strbuf *out, const char *text);

/* Appends a count in at most five characters, as 1234, 12.3K, 4.56M; raw: all
 * its digits. */
void table_number(struct strbuf *out, int64_t n, bool raw);

#endif
