/* core/rest/metrics.c - see metrics.h. A scrape of 100,000 members is millions
 * of octets, so that samples are put together without printf.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/metrics.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/histogram.h"
#include "core/base/strbuf.h"

#define LABELS_MAX	2	/* of a histogram, beside its own */
#define NUMBER_MAX	40

/* Octets of the UTF-8 character at p (RFC 3629 4), or 0. */
static size_t
utf8_len(const unsigned char *p)
{
	size_t more = *p < 0x80 ? 0 : *p >= 0xc2 && *p < 0xe0 ? 1 :
	    (*p & 0xf0) == 0xe0 ? 2 : *p >= 0xf0 && *p < 0xf5 ? 3 : 4;
	unsigned char low = *p == 0xe0 ? 0xa0 : *p == 0xf0 ? 0x90 : 0x80;
	unsigned char high = *p == 0xed ? 0x9f : *p == 0xf4 ? 0x8f : 0xbf;

	if (more == 4)
		return 0;
	for (size_t i = 1; i <= more; i++) {
		if (p[i] < low || p[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return more + 1;
}

/* A label's value: backslash, quote and line end are escaped. */
static void
add_value(struct strbuf *b, const char *text)
{
	const char *from = text, *p = text;

	while (*p != '\0') {
		size_t len = utf8_len((const unsigned char *)p);

		if (len != 0 && *p != '\\' && *p != '"' && *p != '\n') {
			p += len;
			continue;
		}
		strbuf_add_len(b, from, (size_t)(p - from));
		if (len == 0)
			strbuf_add(b, "\xef\xbf\xbd");
		else
			strbuf_add(b, *p == '\n' ? "\\n" : *p == '"' ? "\\\"" :
			    "\\\\");
		from = ++p;
	}
	strbuf_add_len(b, from, (size_t)(p - from));
}

static void
add_labels(struct strbuf *b, const struct metrics_label *l)
{
	if (l == NULL || l->name == NULL)
		return;
	for (char c = '{'; l->name != NULL; l++, c = ',') {
		strbuf_add_char(b, c);
		strbuf_add(b, l->name);
		strbuf_add_len(b, "=\"", 2);
		add_value(b, l->value);
		strbuf_add_char(b, '"');
	}
	strbuf_add_char(b, '}');
}

static void
add_number(struct strbuf *b, uint64_t n)
{
	char text[NUMBER_MAX], *p = text + sizeof(text);

	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	strbuf_add_len(b, p, (size_t)(text + sizeof(text) - p));
}

/* Seconds with all the digits that microseconds have. */
static void
add_seconds(struct strbuf *b, uint64_t us)
{
	char text[8];
	size_t len = 7;

	add_number(b, us / 1000000);
	(void)snprintf(text, sizeof(text), ".%06u", (unsigned)(us % 1000000));
	while (len > 1 && text[len - 1] == '0')
		len--;
	if (len > 1)
		strbuf_add_len(b, text, len);
}

/* Help is one line: only a backslash and a line end are special there. */
static void
add_help(struct strbuf *b, const char *help)
{
	for (const char *p = help; *p != '\0'; p++) {
		if (*p == '\\' || *p == '\n')
			strbuf_add(b, *p == '\n' ? "\\n" : "\\\\");
		else
			strbuf_add_char(b, *p);
	}
}

void
metrics_open(struct strbuf *b, const struct metrics_family *f)
{
	static const char *const kinds[] = {
		[METRICS_COUNTER] = "counter", [METRICS_GAUGE] = "gauge",
		[METRICS_HISTOGRAM] = "histogram",
	};

	strbuf_add(b, "# HELP ");
	strbuf_add(b, f->name);
	strbuf_add_char(b, ' ');
	add_help(b, f->help);
	strbuf_printf(b, "\n# TYPE %s %s\n", f->name, kinds[f->kind]);
}

void
metrics_add(struct strbuf *b, const struct metrics_family *f,
    const struct metrics_label *labels, uint64_t value)
{
	strbuf_add(b, f->name);
	add_labels(b, labels);
	strbuf_add_char(b, ' ');
	add_number(b, value);
	strbuf_add_char(b, '\n');
}

void
metrics_add_real(struct strbuf *b, const struct metrics_family *f,
    const struct metrics_label *labels, double value)
{
	strbuf_add(b, f->name);
	add_labels(b, labels);
	strbuf_printf(b, " %.15g\n", value);
}

/* "0.005" of 5000; le of the last bucket is "+Inf". */
static void
bound_text(size_t i, struct strbuf *to)
{
	strbuf_clear(to);
	if (i < HISTOGRAM_BOUNDS)
		add_seconds(to, histogram_bounds_us[i]);
	else
		strbuf_add(to, "+Inf");
}

void
metrics_add_histogram(struct strbuf *b, const struct metrics_family *f,
    const struct metrics_label *labels, const struct histogram *h)
{
	struct metrics_label with[LABELS_MAX + 2] = { { NULL, NULL } };
	struct strbuf le;
	uint64_t sum = 0;
	size_t n = 0;

	for (; labels != NULL && labels[n].name != NULL; n++) {
		assert(n < LABELS_MAX);
		with[n] = labels[n];
	}
	strbuf_init(&le);
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++) {
		bound_text(i, &le);
		with[n] = (struct metrics_label){ "le", le.text };
		strbuf_printf(b, "%s_bucket", f->name);
		add_labels(b, with);
		strbuf_add_char(b, ' ');
		add_number(b, sum += h->n[i]);
		strbuf_add_char(b, '\n');
	}
	strbuf_fini(&le);
	strbuf_printf(b, "%s_sum", f->name);
	add_labels(b, labels);
	strbuf_add_char(b, ' ');
	add_seconds(b, h->sum_us);
	strbuf_printf(b, "\n%s_count", f->name);
	add_labels(b, labels);
	strbuf_add_char(b, ' ');
	add_number(b, sum);
	strbuf_add_char(b, '\n');
}
