/* gtmd/decide/choose_global_availability.c - always the first candidate in order.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/choose.h"

static void
shares(const struct choose_item *items, size_t count, double *out)
{
	(void)items;
	for (size_t i = 0; i < count; i++)
		out[i] = i == 0 ? 1.0 : 0.0;
}

const struct choose_method choose_global_availability = {
	.name = "global-availability", .kind = CHOOSE_PICK, .is_static = true,
	.shares = shares,
};
