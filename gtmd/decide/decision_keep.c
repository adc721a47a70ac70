/* gtmd/decide/decision_keep.c - see decision_keep.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/decision_keep.h"

#include "core/base/clock.h"
#include "gtmd/decide/decision_block.h"
#include "gtmd/topology/asker.h"

uint32_t
decision_keep_now(const struct clock *clock)
{
	return (uint32_t)(clock_mono(clock) / CLOCK_S) + 1;
}

/* NULL: no such member, or it is not usable now. */
static const struct decision_target *
find_target(const struct decision_kept *kept, uint64_t target)
{
	uint32_t lo = 0, hi = kept->count;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (kept->targets[mid].target < target)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < kept->count && kept->targets[lo].target == target ?
	    &kept->targets[lo] : NULL;
}

bool
decision_keep_find(const struct decision *d, const struct asker *asker,
    struct decision_keeper *k)
{
	uint64_t target;

	k->target = NULL;
	if (asker->records == NULL)
		return false;
	k->key = (struct persist_key){ d->kept->wide,
	    clientnet_of(asker->from, d->kept->net) };
	k->now_s = decision_keep_now(asker->clock);
	target = asker->from != NULL ?
	    persist_find(asker->records, &k->key, k->now_s) : 0;
	if (target != 0)
		k->target = find_target(d->kept, target);
	return k->target != NULL;
}
