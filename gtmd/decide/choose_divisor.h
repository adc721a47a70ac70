/* gtmd/decide/choose_divisor.h - what two shares have in common, so that a rotation
 * of 20 and 40 is as short as one of 1 and 2. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_CHOOSE_DIVISOR_H
#define GTMD_DECIDE_CHOOSE_DIVISOR_H

#include <stdint.h>

/* The greatest common divisor (Euclid); of 0 and b it is b. */
static inline uint64_t
choose_divisor(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

#endif
