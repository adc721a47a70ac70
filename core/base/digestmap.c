/* core/base/digestmap.c - open addressing with linear probing; see digestmap.h.
 *
 * What stands behind a removed cell moves up, so that there are no tombstones.
 * One owner at a time, no locking. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/digestmap.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/rand.h"

#define ROOM_MIN	16

__extension__ typedef unsigned __int128 u128;

struct digestmap_cell {
	uint64_t key;		/* 0 = free */
	uint64_t word;
};

static struct hash_key	process_key;
static pthread_once_t	process_key_once = PTHREAD_ONCE_INIT;

static void
draw_key(void)
{
	struct rand r;

	rand_seed(&r);
	hash_key_init(&process_key, rand_u64(&r));
}

uint64_t
digestmap_key(const char *first, size_t len, const char *second)
{
	struct hash_key k;
	uint64_t key;

	(void)pthread_once(&process_key_once, draw_key);
	k = process_key;
	k.k[0] ^= hash_octets(&process_key, first, len);
	key = hash_octets(&k, second, strlen(second));
	return key != 0 ? key : 1;
}

/* Where the search for a key starts: its place among all there could be. So the
 * room need be no power of two. */
static size_t
home(const struct digestmap *m, uint64_t key)
{
	return (size_t)((u128)key * m->room >> 64);
}

static size_t
after(const struct digestmap *m, size_t at)
{
	return at + 1 < m->room ? at + 1 : 0;
}

/* Where key is, or the free cell that ends its search. */
static size_t
search(const struct digestmap *m, uint64_t key)
{
	size_t at = home(m, key);

	while (m->cells[at].key != 0 && m->cells[at].key != key)
		at = after(m, at);
	return at;
}

static void
resize(struct digestmap *m, size_t room)
{
	struct digestmap was = *m;

	m->room = room;
	m->cells = mem_zalloc(room, sizeof(m->cells[0]));
	for (size_t i = 0; i < was.room; i++)
		if (was.cells[i].key != 0)
			m->cells[search(m, was.cells[i].key)] = was.cells[i];
	free(was.cells);
}

void
digestmap_fini(struct digestmap *m)
{
	free(m->cells);
	*m = (struct digestmap){ .room = 0 };
}

bool
digestmap_find(const struct digestmap *m, uint64_t key, uint64_t *word)
{
	size_t at;

	if (m->count == 0)
		return false;
	at = search(m, key);
	if (m->cells[at].key == 0)
		return false;
	*word = m->cells[at].word;
	return true;
}

void
digestmap_put(struct digestmap *m, uint64_t key, uint64_t word)
{
	size_t at;

	assert(key != 0);
	if ((m->count + 1) * 4 > m->room * 3)
		resize(m, m->room > 0 ? m->room / 2 * 3 : ROOM_MIN);
	at = search(m, key);
	m->count += m->cells[at].key == 0;
	m->cells[at] = (struct digestmap_cell){ key, word };
}

/* From one cell forward to another. */
static size_t
steps(const struct digestmap *m, size_t from, size_t to)
{
	return to >= from ? to - from : to + m->room - from;
}

/* Behind a cell that has become free: those that it now keeps from being found
 * take its place. */
static void
close_gap(struct digestmap *m, size_t gap)
{
	for (size_t at = after(m, gap); m->cells[at].key != 0;
	    at = after(m, at)) {
		size_t from = home(m, m->cells[at].key);

		if (steps(m, from, at) < steps(m, gap, at))
			continue;	/* it starts behind the gap */
		m->cells[gap] = m->cells[at];
		gap = at;
	}
	m->cells[gap].key = 0;
}

void
digestmap_remove(struct digestmap *m, uint64_t key)
{
	size_t at;

	if (m->count == 0)
		return;
	at = search(m, key);
	if (m->cells[at].key == 0)
		return;
	close_gap(m, at);
	m->count--;
	if (m->room > ROOM_MIN && m->count * 8 < m->room)
		resize(m, m->room / 2 > ROOM_MIN ? m->room / 2 : ROOM_MIN);
}

bool
digestmap_next(const struct digestmap *m, size_t *at, uint64_t *word)
{
	while (*at < m->room) {
		const struct digestmap_cell *c = &m->cells[(*at)++];

		if (c->key == 0)
			continue;
		*word = c->word;
		return true;
	}
	return false;
}
