/* gtmd/migrate/migguard.h - what is measured beside a migration, and what follows
 * from it: go on, hold, or roll back.
 *
 * The users' URL and the monitors' probes of both sites (error share, 95th
 * percentile: migslo.h), the lag of replication, the destination's health, hours in
 * which nothing may change. Whom is asked, and how, is the engine's.
 * Layer: gtmd/migrate, pure.
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

/* A guard that held holds so long after the last time. */
#define MIGGUARD_HOLDS_MS	10000

/* Copies what it needs of s. */
struct migguard *migguard_new(const struct migspec *s);
void migguard_free(struct migguard **pg);

/* An answer of the users' URL, or none: !ok. ms from the question to its end. */
void migguard_slo(struct migguard *g, int64_t now_ms, bool ok, uint32_t took_ms);
/* A monitor's probe of the old site's pool or the new one's, while users are sent
 * there; and that they are no more. */
void migguard_probe(struct migguard *g, bool new_site, int64_t now_ms, bool ok,
    uint32_t took_ms);
void migguard_left(struct migguard *g, bool new_site);
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
/* A breach comes of the users' URL, and of the monitors of the new site; the others
 * hold, those of the old site, too: to go home would not help it. */
void migguard_ask(struct migguard *g, int64_t now_ms, struct migguard_answer *out);

/* The users' URL's window now, for samples and pages; without such a URL the probes'
 * of the new site, or else of the old one: MIGEVENT_UNKNOWN with none in it. */
void migguard_window(struct migguard *g, int64_t now_ms, int32_t *errors_pm,
    int32_t *p95_ms);

#endif
