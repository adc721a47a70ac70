/* core/base/rand.h - fast random numbers, not for secrets: one xoshiro256**
 * stream per thread, seeded from the kernel. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_RAND_H
#define CORE_BASE_RAND_H

#include <stdint.h>

struct rand {
	uint64_t s[4];
};

/* Seeds from getrandom(2). */
void rand_seed(struct rand *r);
/* Seeds from a number, for tests that repeat. */
void rand_seed_from(struct rand *r, uint64_t seed);
uint64_t rand_u64(struct rand *r);
/* Uniform in 0..n-1, n > 0, without modulo bias worth speaking of. */
uint32_t rand_below(struct rand *r, uint32_t n);

#endif
