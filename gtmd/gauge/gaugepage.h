/* gtmd/gauge/gaugepage.h - one page of numbers: when it is looked at, and who
 * reads off it.
 *
 * Readers of the same monitor, address and path share a page, that is one fetch
 * an interval. A page of Prometheus is read as it comes, up to
 * GAUGEPAGE_TEXT_MAX; a JSON document is held whole, up to GAUGEPAGE_JSON_MAX. At
 * most GAUGEPAGE_AT_ONCE are fetched at a time, others wait their turn. Control
 * loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_GAUGE_GAUGEPAGE_H
#define GTMD_GAUGE_GAUGEPAGE_H

#include "core/base/list.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "monitors/fetch.h"
#include "monitors/gaugeexpr.h"

struct gaugereader;
struct monitor_metrics;
struct promtext;

#define GAUGEPAGE_TEXT_MAX	((size_t)8 << 20)
#define GAUGEPAGE_JSON_MAX	((size_t)1 << 20)	/* 15 ms to read */
#define GAUGEPAGE_AT_ONCE	64

/* What became of looks, beyond what a fetch can come to. */
enum { GAUGEPAGE_NOT_JSON = FETCH_CODES, GAUGEPAGE_NO_TARGET,
    GAUGEPAGE_OUTCOMES };

/* What all pages share. */
struct gaugedesk {
	struct loop	*loop;
	struct fetcher	*fetcher;
	struct list	 waiting;	/* gaugepage.queue */
	size_t		 running;
	uint64_t	 pages[GAUGEPAGE_OUTCOMES];	/* looks that ended */
	uint64_t	 values[GAUGE_OUTCOMES];	/* that were wanted */
	uint64_t	 samples, bad, overlong;	/* lines, as promtext */
};

struct gaugepage {
	unsigned	 magic;
#define GAUGEPAGE_MAGIC	0x9a06e9a6u
	struct gaugedesk *desk;
	struct monitor_metrics *monitor;	/* effective; a reference */
	struct addrport	 to;
	char		*key, *path;	/* owned */
	struct list	 readers;	/* gaugereader.of_page */
	struct list	 queue;		/* of the desk, while it waits */
	struct loop_timer due;
	struct fetch	*fetch;		/* while it runs */
	struct promtext	*text;		/* likewise */
	struct strbuf	 json;
	int		 outcome;	/* of the last look; -1 = none yet */
	struct fetch_result last;
	real_s		 since;		/* of this outcome */
	uint64_t	 looks, good;
};

/* m: a reference of its own is taken. The first look is at once. */
struct gaugepage *gaugepage_new(struct gaugedesk *d, struct monitor_metrics *m,
    const struct addrport *to, const char *key, const char *path);
/* No reader is left. Takes *pp; NULL is harmless. */
void gaugepage_free(struct gaugepage **pp);

/* r is the caller's. */
void gaugepage_add(struct gaugepage *p, struct gaugereader *r);

/* "ok", "status 503", "not JSON". Returns text. */
const char *gaugepage_words(const struct gaugepage *p, char *text, size_t cap);
/* "ok", "timeout", "not-json", … for counters. */
const char *gaugepage_outcome_name(int outcome);

#endif
