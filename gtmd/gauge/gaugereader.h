/* gtmd/gauge/gaugereader.h - one server or virtual server that is read off a page:
 * which numbers, what became of them, and the row of measurements they fill.
 *
 * A number that is none (not there, NaN, negative, over what can be) is counted
 * and not told: what was told before counts until its time is over. Control loop.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_GAUGE_GAUGEREADER_H
#define GTMD_GAUGE_GAUGEREADER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/list.h"
#include "gtmd/types/metric.h"
#include "monitors/gaugeset.h"

struct measures;
struct monitor_metrics;

/* Whom a reader is for. */
struct gaugereader_subject {
	const char	*key;		/* of the row of measurements */
	const char	*name;		/* for people: "/Common/s:vs" */
	const char	*label;		/* what %n stands for */
	bool		 is_server;
};

struct gaugereader {
	unsigned	 magic;
#define GAUGEREADER_MAGIC 0x9a06e4eau
	struct list	 of_page;	/* the page's */
	uint64_t	 id;		/* the desk's, known to the prober */
	char		*key, *name, *label;	/* owned */
	bool		 is_server;
	uint32_t	 ttl_s;
	struct measures_row *row;	/* one use of it */
	uint32_t	 wants;		/* bits of what is read */
	enum gauge_outcome last[METRICS];
	uint32_t	 told;		/* bits of what we put in the row */
};

/* m is effective and checked. */
struct gaugereader *gaugereader_new(struct measures *to,
    const struct monitor_metrics *m, const struct gaugereader_subject *of);
/* Of no page by now; what it has told is forgotten. Takes *pr; NULL is
 * harmless. */
void gaugereader_free(struct gaugereader **pr);

/* r reads in the place of was from now on: what that has told stays until there
 * is something new, so that a changed monitor does not sway the answers. */
void gaugereader_follow(struct gaugereader *r, struct gaugereader *was);

/* What came of a whole page. counts: one more of each outcome. */
void gaugereader_hear(struct gaugereader *r,
    const struct gaugeset_value values[METRICS],
    uint64_t counts[GAUGE_OUTCOMES]);

#endif
