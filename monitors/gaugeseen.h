/* monitors/gaugeseen.h - which samples a page has shown: none may be there twice,
 * for a number that is added up twice is a wrong one.
 *
 * Keeps a keyed hash of each, at most GAUGESEEN_MAX of them (1 MiB). In the prober.
 * Layer: monitors, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_GAUGESEEN_H
#define MONITORS_GAUGESEEN_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/hash.h"

struct promtext_sample;

#define GAUGESEEN_MAX	((size_t)65536)

/* All zero but for the key is a valid empty one. */
struct gaugeseen {
	struct hash_key	 key;
	uint64_t	*slots;		/* 0 = none */
	size_t		 room, count;	/* room: power of two, or 0 */
};

enum gaugeseen_is { GAUGESEEN_NEW, GAUGESEEN_AGAIN, GAUGESEEN_FULL };

/* seed: secret, else somebody could write a page that is slow to read. */
void gaugeseen_init(struct gaugeseen *g, uint64_t seed);
void gaugeseen_fini(struct gaugeseen *g);

/* Takes up the sample: its name and labels, in whatever order they stand. */
enum gaugeseen_is gaugeseen_put(struct gaugeseen *g,
    const struct promtext_sample *s);
/* Forgets all, and gives the room back. */
void gaugeseen_clear(struct gaugeseen *g);

#endif
