/* wom/link/linkroute.c - see linkroute.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/linkroute.h"

bool
linkroute_covers(const struct linkroute *routes, size_t count,
    const struct addr *a)
{
	const struct linkroute *best = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct linkroute *r = &routes[i];

		if (!addr_in_prefix(a, &r->dest))
			continue;
		if (best == NULL || r->dest.len > best->dest.len ||
		    (r->dest.len == best->dest.len && r->exclude))
			best = r;
	}
	return best != NULL && !best->exclude;
}
