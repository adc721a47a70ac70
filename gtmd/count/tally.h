/* gtmd/count/tally.h - numbers that each answering thread keeps for itself:
 * rotation cursors and counters, by slot.
 *
 * A slot has one 64-bit cell per thread, each thread's cells in a mapping of
 * its own, so that counting shares no cache line and takes no lock. Slots
 * outlive decisions: a rebuilt decision goes on where the old one stood. The
 * control loop hands slots out, takes them back and sums them.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_COUNT_TALLY_H
#define GTMD_COUNT_TALLY_H

#include <stdint.h>

#define TALLY_SLOTS_MAX	(UINT32_C(1) << 24)	/* 128 MiB of address space a
						 * thread, touched pages only */

/* One thread's cells. Written by that thread alone; summed by relaxed loads. */
struct tally {
	uint64_t	*cells;
};

/* A thread's cells; called before the thread answers. At most 256 threads. */
struct tally *tally_open(void);
void tally_close(struct tally **pt);

/* Cells that are all zero, of which no sum knows: to answer without counting.
 * Costs two system calls and the pages that are touched. */
struct tally *tally_scratch_open(void);
void tally_scratch_close(struct tally **pt);

/* Slots in a row, zero in every thread: control loop only. tally_slots_free
 * is called when no thread can hold them any more (after a grace period). */
uint32_t tally_slots_new(uint32_t count);
void tally_slots_free(uint32_t first, uint32_t count);

/* Sum over all threads, closed ones included. Control loop. */
uint64_t tally_sum(uint32_t slot);

/* Adds to the sum what threads elsewhere have counted; all numbers are modulo
 * 2^64, so that a sum that was told elsewhere can be taken off. Control loop. */
void tally_carry(uint32_t slot, uint64_t n);

/* A relaxed load and store: only this thread writes the cell. */
static inline void
tally_add(struct tally *t, uint32_t slot, uint64_t n)
{
	uint64_t *cell = &t->cells[slot];

	__atomic_store_n(cell, *cell + n, __ATOMIC_RELAXED);
}

/* The cell's value before adding 1: a rotation's next turn. */
static inline uint64_t
tally_next(struct tally *t, uint32_t slot)
{
	uint64_t *cell = &t->cells[slot];
	uint64_t was = *cell;

	__atomic_store_n(cell, was + 1, __ATOMIC_RELAXED);
	return was;
}

#endif
