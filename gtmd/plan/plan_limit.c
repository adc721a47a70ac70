/* gtmd/plan/plan_limit.c - see plan_limit.h. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_limit.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "gtmd/types/limits.h"
#include "gtmd/types/metric.h"

#define BACK_PART	10	/* back when a tenth away from the limit */

static const char *const limit_names[METRICS] = {
	[METRIC_BITS] = "max-bps", [METRIC_CONNECTIONS] = "max-connections",
	[METRIC_PACKETS] = "max-pps", [METRIC_CPU] = "cpu-usage",
	[METRIC_MEMORY] = "mem-avail",
};

static bool
is_watched(const struct limit *l)
{
	return l->enabled && l->value > 0;
}

bool
plan_limit_watched(const struct limits *l)
{
	for (int i = 0; i < METRICS; i++)
		if (is_watched(&l->by[i]))
			return true;
	return false;
}

bool
plan_limit_equal(const struct limits *a, const struct limits *b)
{
	for (int i = 0; i < METRICS; i++)
		if (a->by[i].value != b->by[i].value ||
		    a->by[i].enabled != b->by[i].enabled)
			return false;
	return true;
}

/* Where one that is over comes back. */
static uint64_t
back_of(enum metric m, uint64_t limit)
{
	uint64_t part = limit / BACK_PART;

	if (m != METRIC_MEMORY)
		return limit - part;
	return limit > UINT64_MAX - part ? UINT64_MAX : limit + part;
}

static bool
is_over(enum metric m, const struct limit *l, bool was, uint64_t used)
{
	uint64_t at = was ? back_of(m, l->value) : l->value;

	return m == METRIC_MEMORY ? used < at : used > at;
}

bool
plan_limit_update(struct plan_limit *p, const struct limits *l,
    const struct metric_values *used)
{
	uint32_t was = p->over;

	p->over = 0;
	for (int i = 0; i < METRICS; i++) {
		enum metric m = (enum metric)i;

		if (is_watched(&l->by[i]) && metric_is_known(used, m) &&
		    is_over(m, &l->by[i], (was >> i & 1) != 0, used->v[i]))
			p->over |= UINT32_C(1) << i;
	}
	return (was != 0) != (p->over != 0);
}

const char *
plan_limit_reason(const struct plan_limit *p, const struct limits *l,
    const struct metric_values *used, char *text, size_t cap)
{
	bool low;
	uint64_t at;
	int i = 0;

	assert(p->over != 0);
	while ((p->over >> i & 1) == 0)
		i++;
	assert(i < METRICS && limit_names[i] != NULL);
	low = i == METRIC_MEMORY;
	at = l->by[i].value;
	if (is_over((enum metric)i, &l->by[i], false, used->v[i]))
		(void)snprintf(text, cap, "%s limit-%s %" PRIu64 ": %" PRIu64
		    " %s", low ? "Under" : "Over", limit_names[i], at,
		    used->v[i], metric_names[i].unit);
	else
		(void)snprintf(text, cap, "Was %s limit-%s %" PRIu64 ": %"
		    PRIu64 " %s, back at %" PRIu64, low ? "under" : "over",
		    limit_names[i], at, used->v[i], metric_names[i].unit,
		    back_of((enum metric)i, at));
	return text;
}
