/* etherip/move/places.c - see places.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/move/places.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"

#define SETS	2048u
#define WAYS	8u

struct places {
	unsigned	 magic;
#define PLACES_MAGIC	0x91ace501u
	struct hash_key	 secret;
	struct places_place v[SETS * WAYS];	/* mac 0: free */
};

struct places *
places_new(void)
{
	struct places *p = mem_zalloc(1, sizeof(*p));
	struct rand r;

	p->magic = PLACES_MAGIC;
	rand_seed(&r);
	hash_key_init(&p->secret, rand_u64(&r));
	return p;
}

void
places_free(struct places **pp)
{
	struct places *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, PLACES_MAGIC);
	p->magic = 0;
	free(p);
}

static size_t
set_of(const struct places *p, const struct fdb_key *k)
{
	uint64_t key = (uint64_t)k->vlan << 48 | k->mac;

	return hash_octets(&p->secret, &key, sizeof(key)) % SETS * WAYS;
}

const struct places_place *
places_find(const struct places *p, const struct fdb_key *k)
{
	size_t first = set_of(p, k);

	for (size_t i = first; i < first + WAYS; i++)
		if (fdb_key_equal(&p->v[i].key, k))
			return &p->v[i];
	return NULL;
}

/* Which should rather be forgotten? Free places were never moved to, at 0. */
static bool
is_lesser(const struct places_place *a, const struct places_place *b)
{
	if ((a->moves == 0) != (b->moves == 0))
		return a->moves == 0;
	return a->since < b->since;
}

static struct places_place *
take(struct places *p, const struct fdb_key *k)
{
	size_t first = set_of(p, k), at = first;

	for (size_t i = first; i < first + WAYS; i++) {
		if (fdb_key_equal(&p->v[i].key, k))
			return &p->v[i];
		if (is_lesser(&p->v[i], &p->v[at]))
			at = i;
	}
	p->v[at] = (struct places_place){ .key = *k, .before = FDB_NONE };
	return &p->v[at];
}

void
places_came(struct places *p, const struct fdb_key *k, unsigned member,
    mono_ns now)
{
	struct places_place *place;

	OBJ_CHECK(p, PLACES_MAGIC);
	place = take(p, k);
	place->member = member;
	place->since = now;
}

void
places_moved(struct places *p, const struct fdb_key *k, unsigned from,
    unsigned to, mono_ns now)
{
	struct places_place *place;

	OBJ_CHECK(p, PLACES_MAGIC);
	place = take(p, k);
	place->before = from;
	place->member = to;
	place->since = now;
	place->moves++;
}
