/* gtmd/plan/plan_limit.h - over a limit, and back: what is in use against what may
 * be.
 *
 * Over is what is above the limit; back is what has come down by a tenth of it,
 * so that a value which sways about a limit does not sway the answers. For
 * memory, which is what is free, it is below, and up by a tenth. What is not
 * known is over no limit. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_LIMIT_H
#define GTMD_PLAN_PLAN_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct limits;
struct metric_values;

/* The limits that one object is over: bit 1 << metric. */
struct plan_limit {
	uint32_t	 over;
};

/* Is any of them watched? */
bool plan_limit_watched(const struct limits *l);
bool plan_limit_equal(const struct limits *a, const struct limits *b);
/* Takes up what is in use now. True when the object came over its first limit
 * or under its last one. */
bool plan_limit_update(struct plan_limit *p, const struct limits *l,
    const struct metric_values *used);
/* "Over limit-max-connections 500: 520 connections". Of the first it is over;
 * returns text. */
const char *plan_limit_reason(const struct plan_limit *p,
    const struct limits *l, const struct metric_values *used, char *text,
    size_t cap);

static inline bool
plan_limit_is_over(const struct plan_limit *p)
{
	return p->over != 0;
}

#endif
