/* wom/flow/flowapps.h - what has become of the flows of each application.
 *
 * Names come from the peer, too: so many are kept apart, whatever else comes counts
 * together. Layer: wom/flow, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWAPPS_H
#define WOM_FLOW_FLOWAPPS_H

#include "core/base/map.h"
#include "wom/flow/flowset.h"

struct flowapps {
	struct map by_name;	/* struct flowapp; counts of those that ended */
};

/* All zero is one that knows none. */
void flowapps_fini(struct flowapps *a);
/* The application's, which stays where it is. */
struct flowapp *flowapps_get(struct flowapps *a, const char *name);
/* Adds what is counted in `more`. */
void flowapps_add(struct flow_counts *to, const struct flow_counts *more);

#endif
