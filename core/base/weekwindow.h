/* core/base/weekwindow.h - hours of the week in which something holds: "Mon-Fri
 * 08:00-18:00".
 *
 * Always UTC, so that no change of summer time makes an hour that is there twice.
 * Pure: the time comes in. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_WEEKWINDOW_H
#define CORE_BASE_WEEKWINDOW_H

#include <stdbool.h>
#include <stdint.h>

struct err;

#define WEEKWINDOW_WEEK_S	(7u * 86400u)

struct weekwindow {
	uint8_t	 days;		/* bit 0 = Monday: a day on which it begins */
	uint32_t from_s, to_s;	/* of the day; to is over from, and past 86400 where
				 * the window ends on the day after */
};

/*
 * weekwindow_parse - a window from its text.
 *
 * in     text  DAYS [HH:MM-HH:MM]; DAYS is "daily", or days and spans of them with
 *              commas between: "Mon-Fri", "Sat,Sun", "Fri-Mon". Without hours the
 *              whole day. 24:00 is the end of the day; an end that is not after the
 *              start is on the next day: "Fri 22:00-06:00"
 * ret    0, or ERR_PARSE with *w untouched
 */
int weekwindow_parse(const char *text, struct weekwindow *w, struct err *e);

/* Is this moment (s since 1970, UTC) in the window? Its end is not. */
bool weekwindow_has(const struct weekwindow *w, int64_t when_s);

/* When it has it next no more, or again: the first moment after when_s at which
 * weekwindow_has changes its answer. A window of all the week: when_s and a week. */
int64_t weekwindow_turn(const struct weekwindow *w, int64_t when_s);

#endif
