/* gtmd/decide/seqrow.h - rows of words that threads read and write at the same time,
 * without a lock: a sequence beside them is odd while they are written.
 *
 * Words are read with acquire and written with release, each between two looks at
 * the sequence: whoever sees one new word sees the odd sequence too. That needs no
 * fence, which thread sanitizers cannot see. Nobody waits: who meets a writer tries
 * again, or does without. May lie in memory that processes share. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_SEQROW_H
#define GTMD_DECIDE_SEQROW_H

#include <stdbool.h>
#include <stdint.h>

/* A word of a row, or its sequence. */
static inline uint64_t
seqrow_load(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* A word of a row that is held. */
static inline void
seqrow_store(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* Does all that was loaded since the sequence was this belong together? */
static inline bool
seqrow_whole(const uint64_t *sequence, uint64_t was)
{
	return (was & 1) == 0 && seqrow_load(sequence) == was;
}

/* Holds the row, if nobody has written it since the sequence was this, which is even;
 * else *was is what it is now. Where a whole row was read before, it is as it was
 * read. */
static inline bool
seqrow_hold(uint64_t *sequence, uint64_t *was)
{
	return __atomic_compare_exchange_n(sequence, was, *was + 1, false,
	    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* The same for the only writer that there is. */
static inline void
seqrow_hold_own(uint64_t *sequence, uint64_t was)
{
	(void)__atomic_exchange_n(sequence, was + 1, __ATOMIC_ACQ_REL);
}

/* All words are stored: it is a whole row again. */
static inline void
seqrow_release(uint64_t *sequence, uint64_t was)
{
	seqrow_store(sequence, was + 2);
}

#endif
