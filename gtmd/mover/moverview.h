/* gtmd/mover/moverview.h - what a run sees of the running graph: who would answer
 * in the two pools, and who does. Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERVIEW_H
#define GTMD_MOVER_MOVERVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/types/recordtype.h"

struct migspec;
struct migtraffic_view;
struct plan;

struct moverview {
	enum wide_type	 type;		/* WIDE_TYPES: none that we know */
	const char	*wide;		/* full path, within the spec */
	const char	*pools[2];	/* from, to */
	uint64_t	 served[2];	/* answers by each, at the last sample */
	bool		 counted;	/* served is of an earlier look */
};

/* s is borrowed for the view's life. */
void moverview_init(struct moverview *v, const struct migspec *s);
/* Both pools are probed from here on whether they are enabled or not; or are no
 * more. */
void moverview_watch(const struct moverview *v, struct plan *p, bool watched);
/* Fills in known, from_live and to_live. */
void moverview_look(const struct moverview *v, const struct plan *p,
    struct migtraffic_view *out);
/* Is there somebody to answer at the new site? why: a sentence when not. */
bool moverview_destination(const struct moverview *v, const struct plan *p,
    char *why, size_t cap);
/* Of the answers given since the last call: per cent by the new pool; -1 when
 * there were none, or this is the first. */
int32_t moverview_served(struct moverview *v, const struct plan *p);

/* Of the connections that there are: per cent at the new pool; -1 when there are none,
 * or nobody counts them at one of the two (plan_watch.h). */
int32_t moverview_effective(const struct moverview *v, const struct plan *p);

#endif
