/* core/base/digestmap.h - table from the 64-bit digest of a text to a 64-bit
 * word: what a map costs without its keys.
 *
 * For tables of as many entries as there are objects, whose keys nobody reads
 * back. Two texts count as one when their digests are equal: they are keyed
 * with a secret of the process, so that among a million texts the chance of a
 * single such pair is one in thirty million, whoever chose them.
 * Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_DIGESTMAP_H
#define CORE_BASE_DIGESTMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct digestmap_cell;

/* All zero is a valid empty table. */
struct digestmap {
	struct digestmap_cell *cells;
	size_t		 room;
	size_t		 count;
};

/* Of two texts one after the other: "ab" "c" is not "a" "bc". Never 0, the same
 * for the life of the process. */
uint64_t digestmap_key(const char *first, size_t len, const char *second);

void digestmap_fini(struct digestmap *m);
/* False when it is not there. */
bool digestmap_find(const struct digestmap *m, uint64_t key, uint64_t *word);
/* Adds or replaces. Constant time, but for a rebuild as it grows. */
void digestmap_put(struct digestmap *m, uint64_t key, uint64_t word);
/* Harmless when it is not there. A table that has shrunk gives memory back. */
void digestmap_remove(struct digestmap *m, uint64_t key);
/* Walks the words in no order: *at starts at 0; false at the end. Nothing may be
 * put or removed meanwhile. */
bool digestmap_next(const struct digestmap *m, size_t *at, uint64_t *word);

#endif
