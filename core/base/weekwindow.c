/* core/base/weekwindow.c - see weekwindow.h. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/weekwindow.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "core/base/err.h"

#define DAY_S	86400u

static const char *const day_names[] = {
	"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"
};

/* The day at *at, which moves behind it; -1 when there is none. */
static int
read_day(const char **at)
{
	for (int i = 0; i < 7; i++) {
		if (strncasecmp(*at, day_names[i], 3) == 0 &&
		    !isalpha((unsigned char)(*at)[3])) {
			*at += 3;
			return i;
		}
	}
	return -1;
}

/* Days and spans up to a blank or the end. */
static bool
read_days(const char **at, uint8_t *days)
{
	int from, to;

	if (strncasecmp(*at, "daily", 5) == 0) {
		*at += 5;
		*days = 0x7f;
		return true;
	}
	for (;; (*at)++) {
		to = from = read_day(at);
		if (from >= 0 && **at == '-') {
			(*at)++;
			to = read_day(at);
		}
		if (from < 0 || to < 0)
			return false;
		for (int d = from;; d = (d + 1) % 7) {
			*days |= (uint8_t)(1u << d);
			if (d == to)
				break;
		}
		if (**at != ',')
			return true;
	}
}

/* "HH:MM", 00:00 to 24:00. */
static bool
read_clock(const char **at, uint32_t *s)
{
	const char *p = *at;
	unsigned h, m;

	for (size_t i = 0; i < 5; i++)
		if (i == 2 ? p[i] != ':' : !isdigit((unsigned char)p[i]))
			return false;
	h = (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
	m = (unsigned)(p[3] - '0') * 10 + (unsigned)(p[4] - '0');
	*s = h * 3600 + m * 60;
	*at = p + 5;
	return m < 60 && *s <= DAY_S;
}

static bool
read_hours(const char **at, struct weekwindow *w)
{
	if (!read_clock(at, &w->from_s) || **at != '-')
		return false;
	(*at)++;
	if (!read_clock(at, &w->to_s) || w->from_s == DAY_S)
		return false;
	if (w->to_s <= w->from_s)
		w->to_s += DAY_S;
	return true;
}

int
weekwindow_parse(const char *text, struct weekwindow *w, struct err *e)
{
	struct weekwindow got = { .to_s = DAY_S };
	const char *at = text;
	bool good = read_days(&at, &got.days);

	if (good && *at == ' ') {
		at += strspn(at, " ");
		good = read_hours(&at, &got);
	}
	if (!good || *at != '\0')
		return err_set(e, ERR_PARSE, "\"%s\" is not days and hours such "
		    "as Mon-Fri 08:00-18:00, Sat,Sun or daily 22:00-06:00",
		    text);
	*w = got;
	return 0;
}

/* Seconds since Monday 00:00; 1970 began on a Thursday. */
static uint32_t
in_week(int64_t when_s)
{
	int64_t s = (when_s + 3 * (int64_t)DAY_S) % WEEKWINDOW_WEEK_S;

	return (uint32_t)(s < 0 ? s + WEEKWINDOW_WEEK_S : s);
}

bool
weekwindow_has(const struct weekwindow *w, int64_t when_s)
{
	uint32_t s = in_week(when_s), at;

	for (uint32_t d = 0; d < 7; d++) {
		if ((w->days & 1u << d) == 0)
			continue;
		/* How long after that day's start: this week's or the last's. */
		at = (s + WEEKWINDOW_WEEK_S - d * DAY_S) % WEEKWINDOW_WEEK_S;
		if (at >= w->from_s && at < w->to_s)
			return true;
	}
	return false;
}

int64_t
weekwindow_turn(const struct weekwindow *w, int64_t when_s)
{
	bool was = weekwindow_has(w, when_s);

	/* Windows begin and end at whole minutes. */
	for (int64_t t = when_s - in_week(when_s) % 60 + 60;
	    t < when_s + WEEKWINDOW_WEEK_S; t += 60)
		if (weekwindow_has(w, t) != was)
			return t;
	return when_s + WEEKWINDOW_WEEK_S;
}
