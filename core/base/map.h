/* core/base/map.h - hash map from text to pointer, for control-plane look-ups
 * by name. Keys are copied; values are the caller's. Flood-proof: the hash is
 * seeded once per process. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_MAP_H
#define CORE_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_slot;

/* All zero is a valid empty map. */
struct map {
	struct map_slot	*slots;
	size_t		 room;		/* power of two, or 0 */
	size_t		 count;
	size_t		 used;		/* count + tombstones */
};

void map_init(struct map *m);
/* Frees the map, not the values. */
void map_fini(struct map *m);
/* The value, or NULL. */
void *map_find(const struct map *m, const char *key);
/* Sets the value (not NULL); returns the one it replaces, or NULL. Constant
 * time but for a rebuild whenever three quarters of the room are used. */
void *map_put(struct map *m, const char *key, void *value);
/* Removes; returns the value that was there, or NULL. */
void *map_remove(struct map *m, const char *key);

/* Walks all pairs in no particular order: start with *at = 0; returns the
 * next value or NULL at the end, *key (may be NULL) borrowed. The entry just
 * returned may be removed during the walk; nothing may be put. */
void *map_next(const struct map *m, size_t *at, const char **key);

/* All keys, sorted, count of them; caller frees the array, not the keys. */
const char **map_sorted_keys(const struct map *m);

#endif
