/* monitors/gaugewire.h - what gtmd and its prober say to each other of pages of
 * numbers: bodies of PROBEWIRE_GAUGE frames (probewire.h).
 *
 *	kind u8, then as the struct of its name, numbers in network order
 *
 * Pages and readers are named by ids that are never used again. What comes from
 * the prober are numbers, and no octet of a page. Pure, every octet checked.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_GAUGEWIRE_H
#define MONITORS_GAUGEWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "monitors/gaugelook.h"
#include "monitors/monitor_metrics.h"

struct strbuf;

enum gaugewire_kind {
	/* to the prober */
	GAUGEWIRE_PAGE = 1,
	GAUGEWIRE_READER,
	GAUGEWIRE_PAGE_END,	/* id u64; its readers have ended */
	GAUGEWIRE_READER_END,	/* id u64 */
	/* from it */
	GAUGEWIRE_READING,
	GAUGEWIRE_LOOKED,	/* behind the readings of the same look */
};

/* A page that is to be looked at. */
struct gaugewire_page {
	uint64_t	 id;
	uint32_t	 monitor;	/* its number, said before */
	struct addrport	 to;		/* family 0 or port 0: nobody to ask */
	const char	*path;		/* terminated, into the frame */
};

/* Who reads off it. */
struct gaugewire_reader {
	uint64_t	 page, id;
	uint32_t	 wants;		/* bit 1 << monitor_metrics_what */
	const char	*label;		/* what %n is; terminated */
};

/* What a reader found on a page that was whole. */
struct gaugewire_reading {
	uint64_t	 reader;
	struct gaugeset_value values[MONITOR_METRICS_WHATS];
};

/* What became of a look. */
struct gaugewire_looked {
	uint64_t	 page;
	struct gaugelook_result result;
};

struct gaugewire_message {
	enum gaugewire_kind kind;
	union {
		struct gaugewire_page page;
		struct gaugewire_reader reader;
		uint64_t ended;
		struct gaugewire_reading reading;
		struct gaugewire_looked looked;
	};
};

/* Appends a whole frame. */
void gaugewire_put(struct strbuf *b, const struct gaugewire_message *m);
/* Reads the body of a frame; false when it is none. */
bool gaugewire_get(const void *body, size_t len,
    struct gaugewire_message *out);

#endif
