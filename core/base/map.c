/* core/base/map.c - open addressing with linear probing.
 *
 * A slot is free (no key, no value), taken (key and value) or a tombstone (no
 * key, a value that is never looked at), which keeps later entries reachable
 * until the table is next rebuilt. At most three quarters are used, so a
 * search meets a free slot soon. One owner at a time, no locking.
 * Layer: core/base.
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

struct map_slot {
	uint64_t hash;
	char	*key;
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

static uint64_t
hash_text(const char *key)
{
	(void)pthread_once(&process_key_once, draw_key);
	return hash_octets(&process_key, key, strlen(key));
}

static bool
is_free(const struct map_slot *s)
{
	return s->key == NULL && s->value == NULL;
}

static void
bury(struct map_slot *s)
{
	s->key = NULL;
	s->value = s;
}

/* The slot that holds key, or NULL. */
static struct map_slot *
find(const struct map *m, const char *key, uint64_t hash)
{
	if (m->count == 0)
		return NULL;
	for (size_t i = hash;; i++) {
		struct map_slot *s = &m->slots[i & (m->room - 1)];

		if (is_free(s))
			return NULL;
		if (s->key != NULL && s->hash == hash &&
		    strcmp(s->key, key) == 0)
			return s;
	}
}

/* The slot where a key that is not there belongs; reuses tombstones. */
static struct map_slot *
place(const struct map *m, uint64_t hash)
{
	size_t i = hash & (m->room - 1);

	while (m->slots[i].key != NULL)
		i = (i + 1) & (m->room - 1);
	return &m->slots[i];
}

/* Moves everything to a table that is at most half full; drops tombstones. */
static void
rebuild(struct map *m)
{
	struct map old = *m;

	m->room = ROOM_MIN;
	while (m->room / 2 < m->count + 1)
		m->room *= 2;
	m->slots = mem_zalloc(m->room, sizeof(*m->slots));
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i].key != NULL)
			*place(m, old.slots[i].hash) = old.slots[i];
	m->used = m->count;
	free(old.slots);
}

void
map_init(struct map *m)
{
	*m = (struct map){ .slots = NULL };
}

void
map_fini(struct map *m)
{
	for (size_t i = 0; i < m->room; i++)
		free(m->slots[i].key);
	free(m->slots);
	map_init(m);
}

void *
map_find(const struct map *m, const char *key)
{
	const struct map_slot *s = find(m, key, hash_text(key));

	return s != NULL ? s->value : NULL;
}

void *
map_put(struct map *m, const char *key, void *value)
{
	uint64_t hash = hash_text(key);
	struct map_slot *s = find(m, key, hash);
	void *was;

	assert(value != NULL);
	if (s != NULL) {
		was = s->value;
		s->value = value;
		return was;
	}
	if (m->used + 1 > m->room / 4 * 3)
		rebuild(m);
	s = place(m, hash);
	m->used += is_free(s);
	m->count++;
	*s = (struct map_slot){ hash, mem_strdup(key), value };
	return NULL;
}

void *
map_remove(struct map *m, const char *key)
{
	struct map_slot *s = find(m, key, hash_text(key));
	void *was;

	if (s == NULL)
		return NULL;
	was = s->value;
	free(s->key);
	bury(s);
	m->count--;
	return was;
}

void *
map_next(const struct map *m, size_t *at, const char **key)
{
	while (*at < m->room) {
		const struct map_slot *s = &m->slots[(*at)++];

		if (s->key == NULL)
			continue;
		if (key != NULL)
			*key = s->key;
		return s->value;
	}
	return NULL;
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
