/* monitors/gaugeindex.h - who wants which samples of a page: found by name and by
 * the labels that they must have, however many readers there are.
 *
 * In the prober. Layer: monitors, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_GAUGEINDEX_H
#define MONITORS_GAUGEINDEX_H

#include <stdbool.h>

#include "core/base/map.h"
#include "core/base/strbuf.h"

struct gaugeset;
struct promtext_sample;

/* All zero is a valid empty one. */
struct gaugeindex {
	struct map	 names;		/* series -> its shapes */
	struct map	 wants;		/* gaugeexpr_key -> who */
	struct strbuf	 key;		/* room for one */
};

/* Takes up all that s wants; s stays while it is in there. */
void gaugeindex_add(struct gaugeindex *g, struct gaugeset *s);
/* Does anybody want such series? One look-up. */
bool gaugeindex_wants(const struct gaugeindex *g,
    const struct promtext_sample *s);
/* Gives the sample to whom it fits. again: as gaugeexpr.h. Costs some 200 ns for
 * each different list of label names that series of this name are wanted by,
 * and what those who get it take. */
void gaugeindex_give(struct gaugeindex *g, const struct promtext_sample *s,
    bool again);
/* Forgets all, and gives the room back. */
void gaugeindex_clear(struct gaugeindex *g);

#endif
