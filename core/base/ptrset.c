/* core/base/ptrset.c - see ptrset.h. One owner at a time, no locking.
 * Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/ptrset.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"

#define ROOM_MIN	8u

/* Keeps later members reachable when an earlier one has gone. */
static const char gone;

/* Where the search for p starts. Addresses are multiples of 16 and close
 * together; the product spreads that over its upper half. */
static uint32_t
home(const void *p)
{
	return (uint32_t)((uint64_t)(uintptr_t)p *
	    UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static const void **
find(const struct ptrset *s, const void *p)
{
	for (uint32_t i = home(p);; i++) {
		const void **slot = &s->slots[i & (s->room - 1)];

		if (*slot == p)
			return slot;
		if (*slot == NULL)
			return NULL;
	}
}

/* p is not there, and there is room. */
static void
place(struct ptrset *s, const void *p)
{
	uint32_t i = home(p) & (s->room - 1);

	while (s->slots[i] != NULL && s->slots[i] != &gone)
		i = (i + 1) & (s->room - 1);
	s->used += s->slots[i] == NULL;
	s->slots[i] = p;
}

/* Moves all to a table that is at most half full; drops tombstones. */
static void
rebuild(struct ptrset *s)
{
	struct ptrset was = *s;
	size_t at = 0;
	const void *p;

	s->room = ROOM_MIN;
	while (s->room / 2 < s->count + 1)
		s->room *= 2;
	s->slots = mem_zalloc(s->room, sizeof(s->slots[0]));
	s->used = 0;
	while ((p = ptrset_next(&was, &at)) != NULL)
		place(s, p);
	ptrset_fini(&was);
}

void
ptrset_fini(struct ptrset *s)
{
	if (s->room > 0)
		free(s->slots);
	*s = (struct ptrset){ .room = 0 };
}

bool
ptrset_has(const struct ptrset *s, const void *p)
{
	if (s->room == 0)
		return p != NULL && s->only == p;
	return find(s, p) != NULL;
}

bool
ptrset_add(struct ptrset *s, const void *p)
{
	assert(p != NULL);
	if (ptrset_has(s, p))
		return false;
	if (s->room == 0 && s->count == 0) {
		s->only = p;
	} else {
		if (s->used + 1 > s->room / 4 * 3)
			rebuild(s);
		place(s, p);
	}
	s->count++;
	return true;
}

bool
ptrset_remove(struct ptrset *s, const void *p)
{
	if (!ptrset_has(s, p))
		return false;
	if (s->room == 0)
		s->only = NULL;
	else
		*find(s, p) = &gone;
	s->count--;
	return true;
}

const void *
ptrset_next(const struct ptrset *s, size_t *at)
{
	if (s->room == 0)
		return (*at)++ == 0 ? s->only : NULL;
	while (*at < s->room) {
		const void *p = s->slots[(*at)++];

		if (p != NULL && p != &gone)
			return p;
	}
	return NULL;
}
