/* core/base/histogram.h - how long things took: counts by fixed bounds, for
 * somebody who scrapes them. One owner, no lock. Layer: core/base, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_HISTOGRAM_H
#define CORE_BASE_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BOUNDS	13

/* Upper bounds in microseconds, each included in its bucket: 500 us to 10 s,
 * about two a factor of ten, which is what probes and late timers move in. */
extern const uint32_t histogram_bounds_us[HISTOGRAM_BOUNDS];

/* All zero is an empty one. */
struct histogram {
	uint64_t n[HISTOGRAM_BOUNDS + 1];	/* not cumulative; last = over */
	uint64_t sum_us;
};

/* One more that took so long. */
void histogram_add(struct histogram *h, uint64_t us);
/* How many were added. */
uint64_t histogram_count(const struct histogram *h);
/* Of so many percent, 1..100, it is known that they took at most this long: the
 * bound of a bucket. 0 = none were added, UINT32_MAX = longer than the last. */
uint32_t histogram_at_most_us(const struct histogram *h, unsigned percent);

#endif
