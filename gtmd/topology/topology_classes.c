/* gtmd/topology/topology_classes.c - see topology_classes.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_classes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

#define SLOTS_MIN	64
#define GONE		UINT32_MAX	/* a slot that keeps others reachable */

static size_t
slot_of(const struct topology_list *flips, uint32_t kind)
{
	uint64_t h = (kind + 1) * UINT64_C(0x9e3779b97f4a7c15);

	for (size_t i = 0; i < flips->count; i++) {
		h = (h ^ flips->v[i]) * UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
	}
	return (size_t)h;
}

static bool
is_this(const struct topology_class *c, const struct topology_list *flips,
    uint32_t kind)
{
	return c->kind == kind && c->flips.count == flips->count &&
	    (flips->count == 0 || memcmp(c->flips.v, flips->v,
	    flips->count * sizeof(*flips->v)) == 0);
}

/* Where it is, or would be put. */
static uint32_t *
find_slot(const struct topology_classes *c, const struct topology_list *flips,
    uint32_t kind)
{
	uint32_t *gone = NULL;

	for (size_t i = slot_of(flips, kind);; i++) {
		uint32_t *s = &c->slots[i & (c->slot_room - 1)];

		if (*s == 0)
			return gone != NULL ? gone : s;
		if (*s == GONE)
			gone = gone != NULL ? gone : s;
		else if (is_this(&c->v[*s - 1], flips, kind))
			return s;
	}
}

/* At most half full, without those that are gone. */
static void
make_room(struct topology_classes *c)
{
	if ((c->used + 1) * 2 <= c->slot_room)
		return;
	free(c->slots);
	c->slot_room = SLOTS_MIN;
	while (c->slot_room < (c->count - c->spare.count + 1) * 4)
		c->slot_room *= 2;
	c->slots = mem_zalloc(c->slot_room, sizeof(*c->slots));
	c->used = 0;
	for (uint32_t i = 0; i < c->count; i++)
		if (c->v[i].live) {
			*find_slot(c, &c->v[i].flips, c->v[i].kind) = i + 1;
			c->used++;
		}
}

uint32_t
topology_classes_put(struct topology_classes *c,
    const struct topology_list *flips, uint32_t kind, bool *made)
{
	uint32_t *slot, number;

	make_room(c);
	slot = find_slot(c, flips, kind);
	*made = *slot == 0 || *slot == GONE;
	if (!*made)
		return *slot - 1;
	c->used += *slot == 0;
	if (c->spare.count > 0) {
		number = c->spare.v[--c->spare.count];
	} else {
		c->v = mem_grow(c->v, &c->room, c->count + 1, sizeof(*c->v));
		number = (uint32_t)c->count++;
	}
	*slot = number + 1;
	c->v[number] = (struct topology_class){ .kind = kind, .live = true };
	topology_list_copy(&c->v[number].flips, flips);
	return number;
}

static void
class_fini(struct topology_class *k)
{
	free(k->flips.v);
	free(k->lines.v);
	free(k->plain.v);
	*k = (struct topology_class){ .live = false };
}

void
topology_classes_remove(struct topology_classes *c, uint32_t number)
{
	struct topology_class *k = &c->v[number];
	uint32_t *slot = find_slot(c, &k->flips, k->kind);

	assert(k->live && *slot == number + 1);
	*slot = GONE;
	class_fini(k);
	topology_list_add(&c->spare, number);
}

void
topology_classes_fini(struct topology_classes *c)
{
	for (size_t i = 0; i < c->count; i++)
		class_fini(&c->v[i]);
	free(c->v);
	free(c->slots);
	free(c->spare.v);
	*c = (struct topology_classes){ .v = NULL };
}
