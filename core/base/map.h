/* core/base/map.h - hash map from text to pointer, for control-plane look-ups
 * by name. Keys are copied unless told otherwise; values are the caller's.
 * Flood-proof: the hash is seeded once per process. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_MAP_H
#define CORE_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_entry;
struct map_slot;

/* All zero is a valid empty map. */
struct map {
	struct map_slot	*slots;
	struct map_entry *entries;
	size_t		 room;		/* of slots: power of two, or 0 */
	size_t		 count;
	size_t		 used;		/* count + removed entries */
	bool		 borrows;
};

void map_init(struct map *m);
/* A map whose keys are not copied: each is part of its value, say, and stays
 * as long as its entry. */
void map_init_borrowing(struct map *m);
/* Frees the map, not the values. */
void map_fini(struct map *m);
/* The value, or NULL. */
void *map_find(const struct map *m, const char *key);
/* Sets the value (not NULL), and the key when it is borrowed; returns the value
 * it replaces, or NULL. Constant time but for a rebuild whenever three quarters
 * of the room are used. */
void *map_put(struct map *m, const char *key, void *value);
/* Removes; returns the value that was there, or NULL. */
void *map_remove(struct map *m, const char *key);

/* Walks all pairs in the order in which their keys came: start with *at = 0;
 * returns the next value or NULL at the end, *key (may be NULL) borrowed. The
 * entry just returned may be removed or replaced during the walk; nothing new may
 * be put. */
void *map_next(const struct map *m, size_t *at, const char **key);
/* For a walk that pauses while others put and remove: where it goes on behind
 * this key, which it saw last; else, when that has been removed, at the place
 * where it was. No pair that stayed is then seen twice. */
size_t map_resume(const struct map *m, const char *key, size_t at);

/* All keys, sorted, count of them; caller frees the array, not the keys. */
const char **map_sorted_keys(const struct map *m);

#endif
