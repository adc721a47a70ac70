/* core/base/diag.c - collects findings and prints them.
 *
 * Copies all it is told, so that a finding outlives the text it is about. One
 * owner at a time, no locking. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"

void
diag_init(struct diag *d)
{
	*d = (struct diag){ .entries = NULL };
}

void
diag_fini(struct diag *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->entries[i].text);
	free(d->entries);
	diag_init(d);
}

/* Appends an entry. The sentence and the file's name share one block. */
static void
add(struct diag *d, const struct diag_entry *en)
{
	struct diag_entry *to;
	size_t text_len = strlen(en->text) + 1;
	size_t file_len = en->pos.file != NULL ? strlen(en->pos.file) + 1 : 0;

	d->entries = mem_grow(d->entries, &d->room, d->count + 1,
	    sizeof(*d->entries));
	to = &d->entries[d->count++];
	*to = *en;
	to->text = mem_resize(NULL, text_len + file_len, 1);
	memcpy(to->text, en->text, text_len);
	if (file_len > 0)
		to->pos.file = memcpy(to->text + text_len, en->pos.file,
		    file_len);
	switch (en->level) {
	case DIAG_ERROR:
		d->errors++;
		break;
	case DIAG_WARNING:
		d->warnings++;
		break;
	}
}

static void __attribute__((format(printf, 3, 0)))
addv(struct diag *d, struct diag_entry *en, const char *fmt, va_list ap)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		text = mem_strdup(fmt);	/* better raw than lost */
	en->text = text;
	add(d, en);
	free(text);
}

int
diag_error(struct diag *d, const struct diag_pos *pos, int code,
    const char *fmt, ...)
{
	struct diag_entry en = { .level = DIAG_ERROR, .code = code };
	va_list ap;

	if (pos != NULL)
		en.pos = *pos;
	va_start(ap, fmt);
	addv(d, &en, fmt, ap);
	va_end(ap);
	return code;
}

int
diag_err(struct diag *d, const struct diag_pos *pos, const struct err *e)
{
	return diag_error(d, pos, e->code, "%s", e->text);
}

void
diag_warn(struct diag *d, const struct diag_pos *pos, const char *fmt, ...)
{
	struct diag_entry en = { .level = DIAG_WARNING };
	va_list ap;

	if (pos != NULL)
		en.pos = *pos;
	va_start(ap, fmt);
	addv(d, &en, fmt, ap);
	va_end(ap);
}

static int
compare_numbers(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

static int
compare_pos(const struct diag_pos *a, const struct diag_pos *b)
{
	int rc = strcmp(a->file != NULL ? a->file : "",
	    b->file != NULL ? b->file : "");

	if (rc == 0)
		rc = compare_numbers(a->line, b->line);
	return rc != 0 ? rc : compare_numbers(a->column, b->column);
}

/* qsort(3) promises no stability, so the order of finding is a key as well. */
struct ranked {
	struct diag_entry entry;
	size_t		  found;
};

static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int rc = compare_pos(&x->entry.pos, &y->entry.pos);

	return rc != 0 ? rc : (x->found > y->found) - (x->found < y->found);
}

void
diag_sort(struct diag *d)
{
	struct ranked *all = mem_zalloc(d->count, sizeof(*all));

	for (size_t i = 0; i < d->count; i++)
		all[i] = (struct ranked){ d->entries[i], i };
	qsort(all, d->count, sizeof(*all), compare_ranked);
	for (size_t i = 0; i < d->count; i++)
		d->entries[i] = all[i].entry;
	free(all);
}

static const char *
level_name(enum diag_level level)
{
	switch (level) {
	case DIAG_ERROR:
		return "error";
	case DIAG_WARNING:
		return "warning";
	}
	return "?";
}

/* "12:3: ", "12: ", or just the blank behind "file:". */
#define PLACE_MAX	32

static const char *
place(const struct diag_pos *p, char buf[PLACE_MAX])
{
	if (p->line != 0 && p->column != 0)
		(void)snprintf(buf, PLACE_MAX, "%u:%u: ", p->line, p->column);
	else if (p->line != 0)
		(void)snprintf(buf, PLACE_MAX, "%u: ", p->line);
	else
		(void)snprintf(buf, PLACE_MAX, "%s", p->file != NULL ? " " : "");
	return buf;
}

void
diag_format(const struct diag_entry *en, char *text, size_t cap)
{
	char buf[PLACE_MAX];

	(void)snprintf(text, cap, "%s%s%s%s: %s",
	    en->pos.file != NULL ? en->pos.file : "",
	    en->pos.file != NULL ? ":" : "", place(&en->pos, buf),
	    level_name(en->level), en->text);
}

void
diag_print(const struct diag *d, FILE *to)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct diag_entry *en = &d->entries[i];
		char buf[PLACE_MAX];

		(void)fprintf(to, "%s%s%s%s: %s\n",
		    en->pos.file != NULL ? en->pos.file : "",
		    en->pos.file != NULL ? ":" : "", place(&en->pos, buf),
		    level_name(en->level), en->text);
	}
}
