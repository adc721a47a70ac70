/* gtmd/migrate/migguard.h - what is measured beside a migration, and what follows
 * from it: go on, hold, or roll back.
 *
 * Windows of samples of the users' URL (error share, 95th percentile), the lag of
 * replication, the destination's health, hours in which nothing may change. Whom
 * is asked, and how, is the engine's. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGGUARD_H
#define GTMD_MIGRATE_MIGGUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/migrate/migevent.h"

struct migguard;
struct migspec;

/* Samples that a window judges at least; fewer say nothing. */
#define MIGGUARD_SAMPLES_MIN	5
/* Failures that are a breach at least: one alone is a lost segment, not a site. */
#define MIGGUARD_FAILURES_MIN	2
/* Samples kept; of a longer window, the latest. */
#define MIGGUARD_SAMPLES_MAX	4096
/* A guard that held holds so long after the last time. */
#define MIGGUARD_HOLDS_MS	10000

/* Copies what it needs of s. */
struct migguard *migguard_new(const struct migspec *s);
void migguard_free(struct migguard **pg);

/* An answer of the users' URL, or none: !ok. ms from the question to its end. */
void migguard_slo(struct migguard *g, int64_t now_ms, bool ok, uint32_t took_ms);
/* A reading of the lag; ok = false: there was none. */
void migguard_lag(struct migguard *g, int64_t now_ms, bool ok, double value);
/* Is the destination well (its pool, tunnel, endpoint)? why: a sentence when it
 * is not. Until the first word it is taken to be. */
void migguard_destination(struct migguard *g, bool ok, const char *why);
/* now_ms is so far ahead of the wall clock, by which freeze windows count. */
void migguard_ahead(struct migguard *g, int64_t ms);

struct migguard_answer {
	enum migevent_verdict verdict;	/* the worst of all */
	char	text[MIGEVENT_TEXT_MAX];	/* which guard, and its arithmetic */
};
/* A breach comes of the users' URL alone; the others hold. */
void migguard_ask(struct migguard *g, int64_t now_ms, struct migguard_answer *out);

/* The window now, for samples and pages: MIGEVENT_UNKNOWN with none in it. */
void migguard_window(struct migguard *g, int64_t now_ms, int32_t *errors_pm,
    int32_t *p95_ms);

#endif
