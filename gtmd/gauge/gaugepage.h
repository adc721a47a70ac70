/* gtmd/gauge/gaugepage.h - one page of numbers, as this process knows it: who reads
 * off it, and what became of the prober's looks at it (monitors/gaugelook.h).
 *
 * Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_GAUGE_GAUGEPAGE_H
#define GTMD_GAUGE_GAUGEPAGE_H

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/base/list.h"
#include "monitors/gaugelook.h"

struct gaugedesk;
struct gaugereader;
struct monitor_metrics;

struct gaugepage {
	unsigned	 magic;
#define GAUGEPAGE_MAGIC	0x9a06e9a6u
	struct gaugedesk *desk;
	struct monitor_metrics *monitor;	/* effective; a reference */
	struct addrport	 to;
	char		*key, *path;	/* owned */
	uint64_t	 id;		/* the desk's, known to the prober */
	struct list	 readers;	/* gaugereader.of_page */
	int		 outcome;	/* of the last look; -1 = none yet */
	struct gaugelook_result last;
	real_s		 since;		/* of this outcome */
	uint64_t	 looks, good;
};

/* m: a reference of its own is taken. The first look is at once. */
struct gaugepage *gaugepage_new(struct gaugedesk *d, struct monitor_metrics *m,
    const struct addrport *to, const char *key, const char *path);
/* No reader is left. Takes *pp; NULL is harmless. */
void gaugepage_free(struct gaugepage **pp);

/* r is the caller's, who takes it away with gaugepage_remove. */
void gaugepage_add(struct gaugepage *p, struct gaugereader *r);
void gaugepage_remove(struct gaugepage *p, struct gaugereader *r);

/* A look has ended. */
void gaugepage_hear(struct gaugepage *p, const struct gaugelook_result *r);

/* "ok", "status 503", "not JSON". Returns text. */
const char *gaugepage_words(const struct gaugepage *p, char *text, size_t cap);
/* "ok", "timeout", "not-json", … for counters. */
const char *gaugepage_outcome_name(int outcome);

#endif
