/* monitors/gaugeseen.c - see gaugeseen.h. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/gaugeseen.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "monitors/promtext.h"

#define ROOM_FIRST	((size_t)64)

void
gaugeseen_init(struct gaugeseen *g, uint64_t seed)
{
	*g = (struct gaugeseen){ .count = 0 };
	hash_key_init(&g->key, seed);
}

void
gaugeseen_fini(struct gaugeseen *g)
{
	gaugeseen_clear(g);
}

void
gaugeseen_clear(struct gaugeseen *g)
{
	free(g->slots);
	g->slots = NULL;
	g->room = g->count = 0;
}

static uint64_t
hash_text(const struct gaugeseen *g, const char *text)
{
	return hash_octets(&g->key, text, strlen(text));
}

/* A sum, so that the order of labels does not count; 0 stands for none. */
static uint64_t
id_of(const struct gaugeseen *g, const struct promtext_sample *s)
{
	uint64_t id = hash_text(g, s->name);

	for (size_t i = 0; i < s->label_count; i++) {
		const uint64_t pair[] = { hash_text(g, s->labels[i].name),
		    hash_text(g, s->labels[i].value) };

		id += hash_octets(&g->key, pair, sizeof(pair));
	}
	return id != 0 ? id : 1;
}

/* Where id is, or would be. There is room. */
static uint64_t *
find_slot(const struct gaugeseen *g, uint64_t id)
{
	size_t at = (size_t)(id >> 17) & (g->room - 1);

	while (g->slots[at] != 0 && g->slots[at] != id)
		at = (at + 1) & (g->room - 1);
	return &g->slots[at];
}

static void
grow(struct gaugeseen *g)
{
	struct gaugeseen was = *g;

	g->room = was.room == 0 ? ROOM_FIRST : was.room * 2;
	g->slots = mem_zalloc(g->room, sizeof(*g->slots));
	for (size_t i = 0; i < was.room; i++)
		if (was.slots[i] != 0)
			*find_slot(g, was.slots[i]) = was.slots[i];
	free(was.slots);
}

enum gaugeseen_is
gaugeseen_put(struct gaugeseen *g, const struct promtext_sample *s)
{
	uint64_t id = id_of(g, s), *slot;

	if (g->count * 2 >= g->room && g->count < GAUGESEEN_MAX)
		grow(g);
	slot = find_slot(g, id);
	if (*slot == id)
		return GAUGESEEN_AGAIN;
	if (g->count == GAUGESEEN_MAX)
		return GAUGESEEN_FULL;
	*slot = id;
	g->count++;
	return GAUGESEEN_NEW;
}
