/* gtmd/decide/choose_cycle.h - turn modulo n without a division.
 *
 * Exact for the low 32 bits of the turn and any n below 2^32 (Lemire, Kaser,
 * Kurz: Faster remainder by direct computation, 2019): two multiplications
 * instead of the 20 to 40 cycles of a 64-bit division. After 2^32 turns the
 * cycle starts again where it happens to be, once in four billion answers.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_CHOOSE_CYCLE_H
#define GTMD_DECIDE_CHOOSE_CYCLE_H

#include <stdint.h>

__extension__ typedef unsigned __int128 choose_cycle_wide;

struct choose_cycle {
	uint64_t	 magic;		/* 2^64 / length, rounded up */
	uint32_t	 length;
};

static inline struct choose_cycle
choose_cycle_of(uint32_t length)
{
	return (struct choose_cycle){
		.magic = UINT64_MAX / length + 1, .length = length };
}

static inline uint32_t
choose_cycle_at(const struct choose_cycle *c, uint64_t turn)
{
	uint64_t fraction = c->magic * (uint32_t)turn;

	return (uint32_t)((choose_cycle_wide)fraction * c->length >> 64);
}

#endif
