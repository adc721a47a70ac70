/* core/base/map.c - entries in the order in which they came, and a table of
 * their places with open addressing and linear probing.
 *
 * What was allocated one after the other is so walked one after the other: in
 * a map of 100,000 objects that is what counts. A removed entry stays until
 * the next rebuild, and keeps later ones reachable. At most three quarters of
 * the table are used, so a search meets a free slot soon. One owner at a time,
 * no locking. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/map.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/rand.h"

#define ROOM_MIN	16

/* The mark is half of the key's hash: where a search starts, and what spares it
 * the look at most of the entries that it meets. */
struct map_slot {
	uint32_t mark;
	uint32_t at;		/* place of the entry + 1; 0 = free */
};

struct map_entry {
	union {
		const char *key;	/* NULL = removed */
		char	   *own;	/* the same, of a map that copies */
	};
	void	*value;
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

static uint32_t
mark_of(const char *key)
{
	(void)pthread_once(&process_key_once, draw_key);
	return (uint32_t)(hash_octets(&process_key, key, strlen(key)) >> 32);
}

/* The entry that holds key, or NULL. */
static struct map_entry *
find(const struct map *m, const char *key, uint32_t mark)
{
	if (m->count == 0)
		return NULL;
	for (size_t i = mark;; i++) {
		const struct map_slot *s = &m->slots[i & (m->room - 1)];
		struct map_entry *e;

		if (s->at == 0)
			return NULL;
		if (s->mark != mark)
			continue;
		e = &m->entries[s->at - 1];
		if (e->key != NULL && strcmp(e->key, key) == 0)
			return e;
	}
}

/* Makes the entry at that place known to searches. */
static void
place(struct map *m, size_t at, uint32_t mark)
{
	size_t i = mark & (m->room - 1);

	while (m->slots[i].at != 0)
		i = (i + 1) & (m->room - 1);
	m->slots[i] = (struct map_slot){ mark, (uint32_t)at + 1 };
}

/* How many entries there may be, removed ones included. */
static size_t
most(const struct map *m)
{
	return m->room / 4 * 3;
}

/* The marks of all entries in their order, removed ones included. */
static uint32_t *
collect_marks(const struct map *m)
{
	uint32_t *marks = mem_zalloc(m->used, sizeof(*marks));

	for (size_t i = 0; i < m->room; i++)
		if (m->slots[i].at != 0)
			marks[m->slots[i].at - 1] = m->slots[i].mark;
	return marks;
}

/* The entries that there is room for when the array must hold so many: steps of
 * an eighth, for a large map is mostly made once and then stays. */
static size_t
entry_room(size_t count)
{
	size_t step = ROOM_MIN;

	while (step * 8 < count)
		step *= 2;
	return (count + step - 1) & ~(step - 1);
}

static void
resize_entries(struct map *m, size_t count)
{
	m->entries = mem_resize(m->entries, entry_room(count),
	    sizeof(m->entries[0]));
}

static void
close_gaps(struct map *m, uint32_t *marks)
{
	size_t n = 0;

	for (size_t i = 0; i < m->used; i++) {
		if (m->entries[i].key == NULL)
			continue;
		marks[n] = marks[i];
		m->entries[n++] = m->entries[i];
	}
	m->used = n;
}

/* Forgets what was removed, and makes the table at most half full. */
static void
rebuild(struct map *m)
{
	uint32_t *marks = collect_marks(m);

	close_gaps(m, marks);
	m->room = ROOM_MIN;
	while (m->room / 2 < m->count + 1)
		m->room *= 2;
	assert(m->room <= UINT32_MAX);
	resize_entries(m, m->used);
	free(m->slots);
	m->slots = mem_zalloc(m->room, sizeof(m->slots[0]));
	for (size_t i = 0; i < m->used; i++)
		place(m, i, marks[i]);
	free(marks);
}

void
map_init(struct map *m)
{
	*m = (struct map){ .slots = NULL };
}

void
map_init_borrowing(struct map *m)
{
	*m = (struct map){ .borrows = true };
}

void
map_fini(struct map *m)
{
	for (size_t i = 0; i < m->used && !m->borrows; i++)
		free(m->entries[i].own);
	free(m->entries);
	free(m->slots);
	*m = (struct map){ .borrows = m->borrows };
}

void *
map_find(const struct map *m, const char *key)
{
	const struct map_entry *e;

	if (m->count == 0)
		return NULL;
	e = find(m, key, mark_of(key));
	return e != NULL ? e->value : NULL;
}

static void
append(struct map *m, uint32_t mark, const char *key, void *value)
{
	struct map_entry *e;

	if (m->used == most(m))
		rebuild(m);
	if (m->used == 0 || entry_room(m->used + 1) != entry_room(m->used))
		resize_entries(m, m->used + 1);
	e = &m->entries[m->used++];
	if (m->borrows)
		e->key = key;
	else
		e->own = mem_strdup(key);
	e->value = value;
	place(m, m->used - 1, mark);
	m->count++;
}

void *
map_put(struct map *m, const char *key, void *value)
{
	uint32_t mark = mark_of(key);
	struct map_entry *e = find(m, key, mark);
	void *was;

	assert(value != NULL);
	if (e != NULL) {
		was = e->value;
		e->value = value;
		if (m->borrows)
			e->key = key;
		return was;
	}
	append(m, mark, key, value);
	return NULL;
}

void *
map_remove(struct map *m, const char *key)
{
	struct map_entry *e = find(m, key, mark_of(key));

	if (e == NULL)
		return NULL;
	if (!m->borrows)
		free(e->own);
	e->key = NULL;
	m->count--;
	return e->value;
}

void *
map_next(const struct map *m, size_t *at, const char **key)
{
	while (*at < m->used) {
		const struct map_entry *e = &m->entries[(*at)++];

		if (e->key == NULL)
			continue;
		if (key != NULL)
			*key = e->key;
		return e->value;
	}
	return NULL;
}

size_t
map_resume(const struct map *m, const char *key, size_t at)
{
	const struct map_entry *e = m->count == 0 ? NULL :
	    find(m, key, mark_of(key));

	return e != NULL ? (size_t)(e - m->entries) + 1 : at;
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **
map_sorted_keys(const struct map *m)
{
	const char **keys = mem_zalloc(m->count, sizeof(*keys));
	size_t at = 0, n = 0;

	while (n < m->count && map_next(m, &at, &keys[n]) != NULL)
		n++;
	if (n > 0)
		qsort(keys, n, sizeof(*keys), compare_keys);
	return keys;
}
