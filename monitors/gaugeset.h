/* monitors/gaugeset.h - what one reader wants of a page: an expression for each
 * number, and what they come to when the page is whole.
 *
 * In the prober. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_GAUGESET_H
#define MONITORS_GAUGESET_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/list.h"
#include "monitors/gaugeexpr.h"
#include "monitors/monitor_metrics.h"

struct gaugelook;
struct json;

struct gaugeset_value {
	enum gauge_outcome outcome;	/* GAUGE_NONE: not asked for */
	uint64_t	 value;		/* when GAUGE_OK, else 0 */
};

struct gaugeset {
	unsigned	 magic;
#define GAUGESET_MAGIC	0x9a06e5e7u
	struct list	 of_page;	/* the page's */
	struct gaugelook *look;		/* that page */
	uint64_t	 id;
	bool		 begun;		/* was there when the page started */
	struct gaugeexpr *exprs[MONITOR_METRICS_WHATS];	/* NULL = not read */
};

/* m is effective and checked; wants: bit 1 << what; label is what %n stands
 * for. An expression that does not read with it is left out. */
struct gaugeset *gaugeset_new(const struct monitor_metrics *m, uint64_t id,
    uint32_t wants, const char *label);
/* Leaves its page. Takes *ps; NULL is harmless. */
void gaugeset_free(struct gaugeset **ps);

/* A page starts (its samples come by gaugeindex.h); or all of it as a
 * document. */
void gaugeset_begin(struct gaugeset *s);
void gaugeset_document(struct gaugeset *s, const struct json *j);
/* The page was whole at now. False for one that came in the middle of it. */
bool gaugeset_end(struct gaugeset *s, mono_ns now,
    struct gaugeset_value out[MONITOR_METRICS_WHATS]);

#endif
