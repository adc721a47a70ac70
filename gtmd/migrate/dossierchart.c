/* gtmd/migrate/dossierchart.c - see dossierchart.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/dossierchart.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "core/base/strbuf.h"

#define HEIGHT		210
#define TOP		30
#define BOTTOM		(HEIGHT - 28)
#define NAME_MAX_LEN	15	/* characters beside a chart */
#define MARK_ROOM	260	/* of two words, one on either side */
#define TICKS		5	/* some so many on an axis */
#define MOST		INT64_C(1000000000000000)	/* what is above is at the top */
#define SPANS		8	/* of time, between ticks */

void
dossierchart_text(struct strbuf *b, const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		switch (*text) {
		case '&':
			strbuf_add(b, "&amp;");
			break;
		case '<':
			strbuf_add(b, "&lt;");
			break;
		case '>':
			strbuf_add(b, "&gt;");
			break;
		case '"':
			strbuf_add(b, "&quot;");
			break;
		case '\'':
			strbuf_add(b, "&#39;");
			break;
		default:
			strbuf_add_char(b, (unsigned char)*text < ' ' ||
			    *text == 0x7f ? ' ' : *text);
		}
}

void
dossierchart_name(struct strbuf *b, const char *name)
{
	char part[4 * NAME_MAX_LEN + 1];
	size_t len = 0, count = 0, cut = 0;

	/* Octets 10xxxxxx go on with a character. */
	for (; name[len] != '\0' && len < sizeof(part) - 1; len++)
		if (((unsigned char)name[len] & 0xc0) != 0x80) {
			if (count == NAME_MAX_LEN - 1)
				cut = len;
			if (++count > NAME_MAX_LEN)
				break;
		}
	if (name[len] == '\0') {
		dossierchart_text(b, name);
		return;
	}
	memcpy(part, name, cut);
	part[cut] = '\0';
	dossierchart_text(b, part);
	strbuf_add(b, "&hellip;");
}

void
dossierchart_length(struct strbuf *b, int64_t ms)
{
	int64_t s = ms / 1000;

	if (ms < 0)
		strbuf_add(b, "-");
	else if (ms < 10000)
		strbuf_printf(b, "%.1f s", (double)ms / 1000);
	else if (s < 60)
		strbuf_printf(b, "%" PRId64 " s", s);
	else if (s < 3600)
		strbuf_printf(b, "%" PRId64 " min %02" PRId64 " s", s / 60,
		    s % 60);
	else
		strbuf_printf(b, "%" PRId64 " h %02" PRId64 " min", s / 3600,
		    s / 60 % 60);
}

/* ---- scales ---- */

/* 1, 2 or 5 times a power of ten: the step of an axis up to most. */
static int64_t
step_of(int64_t most)
{
	int64_t step = 1;

	for (;;) {
		if (most <= step * TICKS)
			return step;
		if (most <= 2 * step * TICKS)
			return 2 * step;
		if (most <= 5 * step * TICKS)
			return 5 * step;
		step *= 10;
	}
}

/* Seconds between the ticks of a span of time. */
static int64_t
seconds_of(int64_t span_ms)
{
	static const int64_t steps[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300,
	    600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800 };
	size_t i = 0, last = sizeof(steps) / sizeof(*steps) - 1;

	while (i < last && span_ms / 1000 > steps[i] * SPANS)
		i++;
	return span_ms / 1000 > steps[i] * SPANS ? span_ms / 1000 / SPANS + 1 :
	    steps[i];
}

double
dossierchart_x(int64_t from_ms, int64_t to_ms, int64_t at_ms)
{
	double span = to_ms > from_ms ? (double)(to_ms - from_ms) : 1;
	double part = (double)(at_ms - from_ms) / span;

	part = part < 0 ? 0 : part > 1 ? 1 : part;
	return DOSSIERCHART_LEFT + part * (DOSSIERCHART_WIDTH -
	    DOSSIERCHART_LEFT - DOSSIERCHART_RIGHT);
}

static double
y_of(int64_t most, int64_t value)
{
	double part = (double)value / (double)most;

	return BOTTOM - (part > 1 ? 1 : part < 0 ? 0 : part) * (BOTTOM - TOP);
}

static void
add_clock(struct strbuf *b, int64_t s)
{
	if (s < 3600)
		strbuf_printf(b, "%" PRId64 ":%02" PRId64, s / 60, s % 60);
	else
		strbuf_printf(b, "%" PRId64 ":%02" PRId64 ":%02" PRId64,
		    s / 3600, s / 60 % 60, s % 60);
}

void
dossierchart_time(struct strbuf *b, int64_t from_ms, int64_t to_ms, double top,
    double bottom)
{
	int64_t step = seconds_of(to_ms - from_ms);

	for (int64_t s = 0; s * 1000 <= to_ms - from_ms; s += step) {
		double x = dossierchart_x(from_ms, to_ms, from_ms + s * 1000);

		strbuf_printf(b, "<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>"
		    "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" "
		    "text-anchor=\"middle\">", x, top, bottom, x, bottom + 19);
		add_clock(b, s);
		strbuf_add(b, "</text>\n");
	}
}

/* ---- a chart ---- */

bool
dossierchart_has(const struct dossierchart *c,
    const struct dossierchart_series *s)
{
	for (size_t i = 0; i < c->count; i++)
		if (s->value(c->arg, i) != DOSSIERCHART_GAP)
			return true;
	return false;
}

static int64_t
greatest(const struct dossierchart *c)
{
	int64_t most = 1;

	for (size_t n = 0; n < c->series_count; n++)
		for (size_t i = 0; i < c->count; i++) {
			int64_t v = c->series[n].value(c->arg, i);

			if (v != DOSSIERCHART_GAP && v > most)
				most = v;
		}
	return most < MOST ? most : MOST;
}

/* The first tick that is not below it. */
static int64_t
top_of(int64_t most)
{
	int64_t step = step_of(most);

	return (most + step - 1) / step * step;
}

static void
add_scale(struct strbuf *b, const struct dossierchart *c, int64_t most)
{
	int64_t step = step_of(most);

	for (int64_t v = 0; v <= most; v += step) {
		double y = y_of(most, v);

		strbuf_printf(b, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>"
		    "<text class=\"tick\" x=\"%d\" y=\"%.1f\" "
		    "text-anchor=\"end\">%" PRId64 "</text>\n",
		    DOSSIERCHART_LEFT, y,
		    DOSSIERCHART_WIDTH - DOSSIERCHART_RIGHT,
		    DOSSIERCHART_LEFT - 8, y + 4, v);
	}
	strbuf_printf(b, "<text class=\"unit\" x=\"%d\" y=\"%d\" "
	    "text-anchor=\"end\">", DOSSIERCHART_LEFT - 8, TOP - 12);
	dossierchart_text(b, c->unit);
	strbuf_add(b, "</text>\n");
}

/* From where the line is to the point at x, y. */
static void
add_point(struct strbuf *b, enum dossierchart_way way, double x, double y)
{
	switch (way) {
	case DOSSIERCHART_NOW:
		strbuf_printf(b, "L%.1f %.1f", x, y);
		break;
	case DOSSIERCHART_HOLDS:
		strbuf_printf(b, "H%.1fV%.1f", x, y);
		break;
	case DOSSIERCHART_SINCE:
		strbuf_printf(b, "V%.1fH%.1f", y, x);
		break;
	}
}

static double
x_of(const struct dossierchart *c, size_t i)
{
	return dossierchart_x(c->from_ms, c->to_ms, c->at(c->arg, i));
}

static void
add_line(struct strbuf *b, const struct dossierchart *c,
    const struct dossierchart_series *s, int64_t most)
{
	bool on = false, since = s->way == DOSSIERCHART_SINCE;

	strbuf_printf(b, "<path class=\"line %s\" d=\"", s->class);
	for (size_t i = 0; i < c->count; i++) {
		int64_t v = s->value(c->arg, i);

		if (v == DOSSIERCHART_GAP) {
			on = false;
			continue;
		}
		if (!on)
			strbuf_printf(b, "M%.1f %.1f", x_of(c, since && i > 0 ?
			    i - 1 : i), y_of(most, v));
		if (on || since)
			add_point(b, s->way, x_of(c, i), y_of(most, v));
		on = true;
	}
	if (on && s->way == DOSSIERCHART_HOLDS)
		strbuf_printf(b, "H%d", DOSSIERCHART_WIDTH -
		    DOSSIERCHART_RIGHT);
	strbuf_add(b, "\"/>\n");
}

/* The words of two that are near each other stand below one another. */
static void
add_marks(struct strbuf *b, const struct dossierchart *c)
{
	double before = -DOSSIERCHART_WIDTH;

	for (size_t i = 0; i < c->mark_count; i++) {
		const struct dossierchart_mark *m = &c->marks[i];
		double x = dossierchart_x(c->from_ms, c->to_ms, m->at_ms);
		bool late = x > DOSSIERCHART_WIDTH * 3 / 4;
		bool near = x - before < MARK_ROOM;

		strbuf_printf(b, "<path class=\"mark\" d=\"M%.1f %dV%d\"/>"
		    "<text class=\"markword\" x=\"%.1f\" y=\"%d\" "
		    "text-anchor=\"%s\">", x, TOP - 6, BOTTOM,
		    late ? x - 4 : x + 4, near ? TOP + 14 : TOP - 8,
		    late ? "end" : "start");
		dossierchart_text(b, m->word);
		strbuf_add(b, "</text>\n");
		before = x;
	}
}

static void
add_legend(struct strbuf *b, const struct dossierchart *c)
{
	strbuf_add(b, "<figcaption>");
	dossierchart_text(b, c->title);
	for (size_t i = 0; i < c->series_count; i++) {
		if (!dossierchart_has(c, &c->series[i]))
			continue;
		strbuf_printf(b, " <span class=\"key %s\">",
		    c->series[i].class);
		dossierchart_text(b, c->series[i].name);
		strbuf_add(b, "</span>");
	}
	strbuf_add(b, "</figcaption>\n");
}

void
dossierchart_add(struct strbuf *b, const struct dossierchart *c)
{
	int64_t most = top_of(c->most != 0 ? c->most : greatest(c));

	strbuf_add(b, "<figure>\n");
	add_legend(b, c);
	strbuf_printf(b, "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>",
	    DOSSIERCHART_WIDTH, HEIGHT);
	dossierchart_text(b, c->title);
	strbuf_printf(b, "</title><desc>%zu points over ", c->count);
	dossierchart_length(b, c->to_ms - c->from_ms);
	strbuf_add(b, "</desc>\n");
	add_scale(b, c, most);
	dossierchart_time(b, c->from_ms, c->to_ms, TOP, BOTTOM);
	add_marks(b, c);
	for (size_t i = 0; i < c->series_count; i++)
		if (dossierchart_has(c, &c->series[i]))
			add_line(b, c, &c->series[i], most);
	strbuf_add(b, "</svg>\n</figure>\n");
}
