/* gtmd/migrate/dossierchart.h - charts over time as SVG, by themselves: axes with round
 * numbers, lines with gaps where nothing was measured, moments marked.
 * Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_DOSSIERCHART_H
#define GTMD_MIGRATE_DOSSIERCHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

#define DOSSIERCHART_GAP	INT64_MIN	/* a value that was not measured */

/* What a value tells of. */
enum dossierchart_way {
	DOSSIERCHART_NOW,	/* its moment: points are joined */
	DOSSIERCHART_HOLDS,	/* the time until the next, the last until the end */
	DOSSIERCHART_SINCE,	/* the time since the one before it */
};

struct dossierchart_series {
	const char	*name;		/* in the legend */
	const char	*class;		/* of its line in the page's style */
	enum dossierchart_way way;
	/* The i-th value, or DOSSIERCHART_GAP. */
	int64_t		(*value)(const void *arg, size_t i);
};

/* A moment: a line across, with a word. */
struct dossierchart_mark {
	int64_t		 at_ms;
	const char	*word;
};

struct dossierchart {
	const char	*title, *unit;
	const void	*arg;		/* of at and of values */
	int64_t		(*at)(const void *arg, size_t i);
	size_t		 count;		/* points */
	const struct dossierchart_series *series;
	size_t		 series_count;
	const struct dossierchart_mark *marks;
	size_t		 mark_count;
	int64_t		 from_ms, to_ms;	/* the time that is shown */
	int64_t		 most;		/* top of the scale; 0 = by the values */
};

/* Has the series any value at all? One without is left out. */
bool dossierchart_has(const struct dossierchart *c,
    const struct dossierchart_series *s);
/* Appends <figure>…</figure>. */
void dossierchart_add(struct strbuf *b, const struct dossierchart *c);

/* Text as it stands in HTML and in attributes: & < > " ' and control octets are
 * harmless. NULL is nothing. */
void dossierchart_text(struct strbuf *b, const char *text);
/* A name in front of a chart: as text, cut when there is no room for it. */
void dossierchart_name(struct strbuf *b, const char *name);
/* "4 min 05 s": a length for people. */
void dossierchart_length(struct strbuf *b, int64_t ms);

/* Of all charts. */
#define DOSSIERCHART_WIDTH	960
#define DOSSIERCHART_LEFT	120
#define DOSSIERCHART_RIGHT	16
/* Where a moment stands from left to right. */
double dossierchart_x(int64_t from_ms, int64_t to_ms, int64_t at_ms);
/* The axis of time below y: ticks and words. */
void dossierchart_time(struct strbuf *b, int64_t from_ms, int64_t to_ms,
    double top, double bottom);

#endif
