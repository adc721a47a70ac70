/* gtmd/migrate/migslo.h - answers of one kind over a window: which share of them
 * failed, how long 95 % took, and is that more than may be?
 *
 * Who is asked, and what follows, is for others to say. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGSLO_H
#define GTMD_MIGRATE_MIGSLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct migslo;

/* Samples that a window judges at least; fewer say nothing. */
#define MIGSLO_SAMPLES_MIN	5
/* Failures that are too many at least: one alone is a lost segment, not a site. */
#define MIGSLO_FAILURES_MIN	2
/* Samples kept; of a longer window, the latest. */
#define MIGSLO_SAMPLES_MAX	4096

struct migslo_limits {
	const char	*who, *what;	/* copied: "slo-url", "requests" */
	uint32_t	 errors_max;	/* of 1000 */
	uint32_t	 p95_max_ms;	/* 0 = any */
	int64_t		 window_ms;
	size_t		 least;		/* so many of the latest count however old */
};

struct migslo *migslo_new(const struct migslo_limits *limits);
/* Takes *ps; NULL is harmless. */
void migslo_free(struct migslo **ps);

/* One more answer, or none that counts: !ok. ms from the question to its end. */
void migslo_add(struct migslo *s, int64_t now_ms, bool ok, uint32_t took_ms);
/* What has been told counts no more. */
void migslo_forget(struct migslo *s);

/* Is it more than may be? Then text is a sentence with the arithmetic. */
bool migslo_breaks(struct migslo *s, int64_t now_ms, char *text, size_t cap);
/* The window now: MIGEVENT_UNKNOWN with none in it. */
void migslo_window(struct migslo *s, int64_t now_ms, int32_t *errors_pm,
    int32_t *p95_ms);

#endif
