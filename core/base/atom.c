/* core/base/atom.c - see atom.h.
 *
 * A table of pointers with open addressing; what stands behind a text that goes
 * moves up. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/atom.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"

#define ROOM_MIN	64

struct atom {
	uint32_t refs;
	uint32_t hash;
	char	 text[];
};

static pthread_mutex_t	lock = PTHREAD_MUTEX_INITIALIZER;
static struct hash_key	key;
static struct atom	**slots;
static size_t		room;		/* power of two, or 0 */
static size_t		count;

static struct atom *
atom_of(const char *text)
{
	return OBJ_OF((uintptr_t)text, struct atom, text);
}

/* Where the text is, or the free slot that ends its search. */
static size_t
search(const char *text, uint32_t hash)
{
	size_t at = hash & (room - 1);

	while (slots[at] != NULL && (slots[at]->hash != hash ||
	    strcmp(slots[at]->text, text) != 0))
		at = (at + 1) & (room - 1);
	return at;
}

static void
resize(size_t next)
{
	struct atom **was = slots;
	size_t was_room = room;

	room = next;
	slots = mem_zalloc(room, sizeof(struct atom *));
	for (size_t i = 0; i < was_room; i++) {
		size_t at;

		if (was[i] == NULL)
			continue;
		for (at = was[i]->hash & (room - 1); slots[at] != NULL;)
			at = (at + 1) & (room - 1);
		slots[at] = was[i];
	}
	free(was);
}

/* Room for one more, at most three quarters full. */
static void
make_room(void)
{
	struct rand r;

	if (room == 0) {
		rand_seed(&r);
		hash_key_init(&key, rand_u64(&r));
		resize(ROOM_MIN);
	} else if ((count + 1) * 4 > room * 3) {
		resize(room * 2);
	}
}

static struct atom *
get(const char *text)
{
	size_t len = strlen(text), at;
	struct atom *a;
	uint32_t hash;

	make_room();
	hash = (uint32_t)(hash_octets(&key, text, len) >> 32);
	at = search(text, hash);
	a = slots[at];
	if (a == NULL) {
		a = mem_resize(NULL, 1, sizeof(*a) + len + 1);
		a->refs = 0;
		a->hash = hash;
		memcpy(a->text, text, len + 1);
		slots[at] = a;
		count++;
	}
	assert(a->refs < UINT32_MAX);
	a->refs++;
	return a;
}

const char *
atom_get(const char *text)
{
	struct atom *a;

	pthread_mutex_lock(&lock);
	a = get(text);
	pthread_mutex_unlock(&lock);
	return a->text;
}

const char *
atom_ref(const char *atom)
{
	if (atom == NULL)
		return NULL;
	pthread_mutex_lock(&lock);
	assert(atom_of(atom)->refs > 0);
	atom_of(atom)->refs++;
	pthread_mutex_unlock(&lock);
	return atom;
}

/* Behind a slot that has become free: those that it now keeps from being found
 * take its place. */
static void
close_gap(size_t gap)
{
	size_t mask = room - 1;

	for (size_t at = (gap + 1) & mask; slots[at] != NULL;
	    at = (at + 1) & mask) {
		size_t home = slots[at]->hash & mask;

		if (((at - home) & mask) < ((at - gap) & mask))
			continue;	/* its search starts behind the gap */
		slots[gap] = slots[at];
		gap = at;
	}
	slots[gap] = NULL;
}

/* The address tells it from others with the same hash. */
static void
forget(struct atom *a)
{
	size_t at = a->hash & (room - 1);

	while (slots[at] != a)
		at = (at + 1) & (room - 1);
	close_gap(at);
	count--;
	free(a);
	if (room > ROOM_MIN && count * 8 < room)
		resize(room / 2);
}

void
atom_drop(const char **pa)
{
	const char *text = *pa;

	*pa = NULL;
	if (text == NULL)
		return;
	pthread_mutex_lock(&lock);
	assert(atom_of(text)->refs > 0);
	if (--atom_of(text)->refs == 0)
		forget(atom_of(text));
	pthread_mutex_unlock(&lock);
}

size_t
atom_count(void)
{
	size_t n;

	pthread_mutex_lock(&lock);
	n = count;
	pthread_mutex_unlock(&lock);
	return n;
}
