/* gtmd/gauge/gaugedesk.h - what all pages share: the way to the prober, who is
 * known there by which id, and what is counted.
 *
 * The prober looks and reads; here are only the numbers that it found. Control
 * loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_GAUGE_GAUGEDESK_H
#define GTMD_GAUGE_GAUGEDESK_H

#include <stdint.h>

#include "core/base/map.h"
#include "monitors/gaugelook.h"

struct gaugepage;
struct gaugereader;
struct loop;
struct probelink;

struct gaugedesk {
	unsigned	 magic;
#define GAUGEDESK_MAGIC	0x9a06ede5u
	struct loop	*loop;
	struct probelink *link;
	uint64_t	 last_id;	/* given */
	struct map	 pages;		/* id as text -> struct gaugepage */
	struct map	 readers;	/* likewise -> struct gaugereader */
	uint64_t	 looks[GAUGELOOK_OUTCOMES];	/* that ended */
	uint64_t	 values[GAUGE_OUTCOMES];	/* that were wanted */
	uint64_t	 samples, bad, overlong;	/* lines, as promtext */
};

/* From here on the prober's word comes here. */
void gaugedesk_init(struct gaugedesk *d, struct loop *l,
    struct probelink *link);
/* No page is left. */
void gaugedesk_fini(struct gaugedesk *d);

/* Gives the page its id and has it looked at; the end of that. */
void gaugedesk_add_page(struct gaugedesk *d, struct gaugepage *p);
void gaugedesk_end_page(struct gaugedesk *d, const struct gaugepage *p);
/* The same for a reader, which is in its page's list by now. */
void gaugedesk_add_reader(struct gaugedesk *d, const struct gaugepage *p,
    struct gaugereader *r);
void gaugedesk_end_reader(struct gaugedesk *d, const struct gaugereader *r);

#endif
