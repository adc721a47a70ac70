/* gtmd/plan/plan_grave.h - tally slots on their way back.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_GRAVE_H
#define GTMD_PLAN_PLAN_GRAVE_H

#include <stdint.h>

struct plan;

/* These slots are used no more, except by readers of old decisions. */
void plan_grave_dig(struct plan *p, uint32_t first, uint32_t count);
/* Takes back those that no reader can hold any more. */
void plan_grave_sweep(struct plan *p);

#endif
