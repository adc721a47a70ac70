/* admin/shell/table.c - see table.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"

void
table_fini(struct table *t)
{
	for (size_t i = 0; i < t->rows * t->columns; i++)
		free(t->cells[i]);
	for (size_t i = 0; i < t->columns; i++)
		free(t->heads[i]);
	free(t->cells);
	*t = (struct table){ 0 };
}

int
table_column(struct table *t, const char *head, bool right)
{
	for (size_t i = 0; i < t->columns; i++)
		if (strcmp(t->heads[i], head) == 0)
			return (int)i;
	if (t->columns == TABLE_COLUMNS_MAX || t->rows > 0)
		return -1;
	t->heads[t->columns] = mem_strdup(head);
	t->right[t->columns] = right;
	return (int)t->columns++;
}

size_t
table_row(struct table *t)
{
	t->cells = mem_grow(t->cells, &t->room, (t->rows + 1) * t->columns,
	    sizeof(t->cells[0]));
	return t->rows++;
}

void
table_set(struct table *t, size_t row, int column, const char *text)
{
	char **cell;

	if (column < 0)
		return;
	cell = &t->cells[row * t->columns + (size_t)column];
	free(*cell);
	*cell = mem_strdup(text);
}

/* Columns that an UTF-8 text takes, as far as one octet sequence is one. */
static size_t
width_of(const char *text)
{
	size_t n = 0;

	for (; text != NULL && *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static size_t
column_width(const struct table *t, size_t column)
{
	size_t most = width_of(t->heads[column]);

	for (size_t i = 0; i < t->rows; i++) {
		size_t w = width_of(t->cells[i * t->columns + column]);

		if (w > most)
			most = w;
	}
	return most;
}

static const char *
colour_of(const char *text)
{
	static const struct { const char *word, *colour; } colours[] = {
		{ "available", "\033[32m" }, { "unavailable", "\033[33m" },
		{ "offline", "\033[31m" }, { "unknown", "\033[34m" },
		{ "disabled", "\033[90m" }, { "disabled-by-parent", "\033[90m" },
	};

	for (size_t i = 0; i < OBJ_COUNT(colours); i++)
		if (strcmp(colours[i].word, text) == 0)
			return colours[i].colour;
	return NULL;
}

static void
pad(struct strbuf *out, size_t n)
{
	while (n-- > 0)
		strbuf_add_char(out, ' ');
}

void
table_clean(struct strbuf *out, const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0';
	    p++) {
		bool c1 = *p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0;

		strbuf_add_char(out, *p < ' ' || *p == 0x7f || c1 ? '?' :
		    (char)*p);
		p += c1;
	}
}

struct layout {
	size_t	width[TABLE_COLUMNS_MAX];
	bool	colour;
};

static void
add_row(struct strbuf *out, const struct table *t, char *const *cells,
    const struct layout *l)
{
	for (size_t i = 0; i < t->columns; i++) {
		const char *text = cells[i] != NULL ? cells[i] : "";
		const char *colour = l->colour ? colour_of(text) : NULL;
		size_t room = l->width[i] - width_of(text);

		if (i > 0)
			strbuf_add(out, "  ");
		if (t->right[i])
			pad(out, room);
		if (colour != NULL)
			strbuf_add(out, colour);
		table_clean(out, text);
		if (colour != NULL)
			strbuf_add(out, "\033[0m");
		if (!t->right[i] && i + 1 < t->columns)
			pad(out, room);
	}
	strbuf_add_char(out, '\n');
}

void
table_format(struct strbuf *out, const struct table *t, bool colour)
{
	struct layout l = { .colour = colour };

	for (size_t i = 0; i < t->columns; i++)
		l.width[i] = column_width(t, i);
	add_row(out, t, t->heads, &l);
	for (size_t i = 0; i < t->rows; i++)
		add_row(out, t, &t->cells[i * t->columns], &l);
}

void
table_number(struct strbuf *out, int64_t n, bool raw)
{
	static const char units[] = "KMGTPE";
	double v = (double)n;
	size_t unit = 0;

	if (raw || (n < 10000 && n > -1000)) {
		strbuf_printf(out, "%" PRId64, n);
		return;
	}
	for (v /= 1000; v >= 999.5 && unit + 1 < sizeof(units) - 1; unit++)
		v /= 1000;
	strbuf_printf(out, "%.*f%c", v < 9.995 ? 2 : v < 99.95 ? 1 : 0, v,
	    units[unit]);
}
