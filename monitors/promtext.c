/* monitors/promtext.c - see promtext.h. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/promtext.h"

#include <stdlib.h>
#include <string.h>

void
promtext_init(struct promtext *p, promtext_fn *fn, void *arg)
{
	p->fn = fn;
	p->arg = arg;
	p->samples = p->bad = p->overlong = 0;
	p->skipping = false;
	p->len = 0;
}

static bool
is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    c == ':' || (!first && c >= '0' && c <= '9');
}

size_t
promtext_name_len(const char *text)
{
	size_t n = 0;

	while (is_name(text[n], n == 0))
		n++;
	return n;
}

static char *
blanks(char *s)
{
	return s + strspn(s, " \t");
}

/* Undoes the escapes of a quoted value in place and ends it; s is behind the
 * first quote. The place behind the second one, or NULL. */
static char *
unquote(char *s)
{
	char *to = s;

	for (; *s != '"'; s++) {
		if (*s == '\0')
			return NULL;
		if (*s == '\\') {
			s++;
			if (*s != 'n' && *s != '\\' && *s != '"')
				return NULL;
			*to++ = *s == 'n' ? '\n' : *s;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
	return s + 1;
}

/* One name="value" at s; the place behind it, or NULL. */
static char *
read_label(struct promtext_sample *out, char *s)
{
	struct promtext_label *l = &out->labels[out->label_count];
	size_t n = promtext_name_len(s);
	char *at = blanks(s + n);

	if (n == 0 || out->label_count == PROMTEXT_LABELS_MAX || *at != '=')
		return NULL;
	at = blanks(at + 1);
	if (*at != '"')
		return NULL;
	s[n] = '\0';
	l->name = s;
	l->value = at + 1;
	at = unquote(at + 1);
	out->label_count++;
	return at != NULL ? blanks(at) : NULL;
}

/* Behind the '{'; the place behind the '}', or NULL. */
static char *
read_labels(struct promtext_sample *out, char *s)
{
	s = blanks(s);
	while (*s != '}') {
		s = read_label(out, s);
		if (s == NULL || (*s != ',' && *s != '}'))
			return NULL;
		if (*s == ',')
			s = blanks(s + 1);
	}
	return s + 1;
}

/* Behind the value may stand a time stamp and an exemplar: not ours. */
static bool
read_value(struct promtext_sample *out, const char *s)
{
	char *end;

	out->value = strtod(s, &end);
	return end != s && (*end == '\0' || *end == ' ' || *end == '\t');
}

static bool
read_sample(struct promtext_sample *out, char *s)
{
	size_t n = promtext_name_len(s);
	char *at;

	if (n == 0)
		return false;
	out->name = s;
	out->label_count = 0;
	at = blanks(s + n);
	if (at == s + n && *at != '{')
		return false;
	if (*at == '{') {
		at = read_labels(out, at + 1);
		if (at == NULL)
			return false;
		at = blanks(at);
	}
	s[n] = '\0';
	return read_value(out, at);
}

static void
on_line(struct promtext *p)
{
	struct promtext_sample s;
	char *at;

	if (p->len != 0 && p->line[p->len - 1] == '\r')
		p->len--;
	p->line[p->len] = '\0';
	at = blanks(p->line);
	if (strlen(p->line) != p->len)
		p->bad++;		/* octet 0 */
	else if (*at == '\0' || *at == '#')
		;
	else if (!read_sample(&s, at))
		p->bad++;
	else {
		p->samples++;
		p->fn(p->arg, &s);
	}
	p->len = 0;
}

static void
keep(struct promtext *p, const char *octets, size_t len)
{
	if (p->skipping)
		return;
	if (len > PROMTEXT_LINE_MAX - p->len) {
		p->overlong++;
		p->skipping = true;
		p->len = 0;
		return;
	}
	memcpy(p->line + p->len, octets, len);
	p->len += len;
}

void
promtext_push(struct promtext *p, const void *octets, size_t len)
{
	const char *at = octets, *end = at + len, *line_end;

	while (at < end) {
		line_end = memchr(at, '\n', (size_t)(end - at));
		if (line_end == NULL) {
			keep(p, at, (size_t)(end - at));
			return;
		}
		keep(p, at, (size_t)(line_end - at));
		if (!p->skipping)
			on_line(p);
		p->skipping = false;
		at = line_end + 1;
	}
}

void
promtext_end(struct promtext *p)
{
	if (!p->skipping && p->len != 0)
		on_line(p);
	p->skipping = false;
}

const char *
promtext_get(const struct promtext_sample *s, const char *label)
{
	for (size_t i = 0; i < s->label_count; i++)
		if (strcmp(s->labels[i].name, label) == 0)
			return s->labels[i].value;
	return "";
}
