/* core/base/histogram.c - see histogram.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/histogram.h"

#include <stddef.h>

const uint32_t histogram_bounds_us[HISTOGRAM_BOUNDS] = {
	500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000,
	1000000, 5000000, 10000000,
};

void
histogram_add(struct histogram *h, uint64_t us)
{
	size_t i = 0;

	while (i < HISTOGRAM_BOUNDS && us > histogram_bounds_us[i])
		i++;
	h->n[i]++;
	h->sum_us += us;
}

uint64_t
histogram_count(const struct histogram *h)
{
	uint64_t sum = 0;

	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		sum += h->n[i];
	return sum;
}

uint32_t
histogram_at_most_us(const struct histogram *h, unsigned percent)
{
	uint64_t all = histogram_count(h), sum = 0;

	for (size_t i = 0; all != 0 && i < HISTOGRAM_BOUNDS; i++) {
		sum += h->n[i];
		if (sum * 100 >= all * percent)
			return histogram_bounds_us[i];
	}
	return all == 0 ? 0 : UINT32_MAX;
}
