/* wom/flow/flowended.c - see flowended.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/flow/flowended.h"

void
flowended_add(struct flowended_ring *r, const struct flowended *one)
{
	r->v[r->next] = *one;
	r->v[r->next].serial = ++r->serial;
	r->next = (r->next + 1) % FLOWENDED_MAX;
	if (r->count < FLOWENDED_MAX)
		r->count++;
}
