/* etherip/move/freezer.c - see freezer.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/move/freezer.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

struct freezer {
	unsigned	 magic;
#define FREEZER_MAGIC	0xf3ee2e01u
	size_t		 count;
	struct freezer_station v[FREEZER_MAX];
};

struct freezer *
freezer_new(void)
{
	struct freezer *z = mem_zalloc(1, sizeof(*z));

	z->magic = FREEZER_MAGIC;
	return z;
}

void
freezer_free(struct freezer **pz)
{
	struct freezer *z = *pz;

	*pz = NULL;
	if (z == NULL)
		return;
	OBJ_CHECK(z, FREEZER_MAGIC);
	z->magic = 0;
	free(z);
}

/* z->count: it is not there. */
static size_t
place_of(const struct freezer *z, const struct fdb_key *k)
{
	size_t i;

	for (i = 0; i < z->count; i++)
		if (fdb_key_equal(&z->v[i].key, k))
			break;
	return i;
}

static void
take_out(struct freezer *z, size_t i)
{
	z->v[i] = z->v[--z->count];
}

static bool
put(struct freezer *z, const struct freezer_station *s)
{
	size_t i = place_of(z, &s->key);

	OBJ_CHECK(z, FREEZER_MAGIC);
	if (i == FREEZER_MAX)
		return false;
	if (i == z->count)
		z->count++;
	z->v[i] = *s;
	return true;
}

bool
freezer_add(struct freezer *z, const struct freezer_station *s, mono_ns now)
{
	struct freezer_station one = *s;

	assert(s->ip_count <= FREEZER_ADDRESSES && s->until > now);
	one.to = FDB_NONE;
	one.since = one.next = one.heard = now;
	one.rounds = 0;
	return put(z, &one);
}

bool
freezer_settle(struct freezer *z, const struct fdb_key *k, unsigned to,
    mono_ns now)
{
	const struct freezer_station one = { .key = *k, .from = FDB_NONE,
	    .to = to, .since = now, .until = now + FREEZER_SETTLE_NS,
	    .next = UINT64_MAX };

	return put(z, &one);
}

const struct freezer_station *
freezer_find(const struct freezer *z, const struct fdb_key *k)
{
	size_t i = place_of(z, k);

	return i < z->count ? &z->v[i] : NULL;
}

const struct freezer_station *
freezer_at(const struct freezer *z, size_t i)
{
	return i < z->count ? &z->v[i] : NULL;
}

void
freezer_set_held(struct freezer *z, const struct fdb_key *k, bool held)
{
	size_t i = place_of(z, k);

	if (i < z->count)
		z->v[i].held = held;
}

void
freezer_remove(struct freezer *z, const struct fdb_key *k)
{
	size_t i = place_of(z, k);

	if (i < z->count)
		take_out(z, i);
}

enum freezer_word
freezer_heard(struct freezer *z, const struct fdb_key *k, unsigned member,
    mono_ns now)
{
	size_t i = place_of(z, k);
	struct freezer_station *s = &z->v[i];
	bool silent;

	if (i == z->count)
		return FREEZER_STRANGER;
	if (s->to != FDB_NONE)
		return member == s->to ? FREEZER_NO_NEWS : FREEZER_STRAY;
	if (member != s->from)
		return FREEZER_FOUND;
	silent = now - s->heard >= FREEZER_SILENT_NS;
	s->heard = now;
	return silent ? FREEZER_STAYED : FREEZER_TALKS;
}

static mono_ns
next_of(const struct freezer_station *s)
{
	return s->next < s->until ? s->next : s->until;
}

enum freezer_due
freezer_due(struct freezer *z, mono_ns now, struct freezer_station *out)
{
	OBJ_CHECK(z, FREEZER_MAGIC);
	for (size_t i = 0; i < z->count; i++) {
		struct freezer_station *s = &z->v[i];

		if (next_of(s) > now)
			continue;
		if (s->until <= now) {
			*out = *s;
			take_out(z, i);
			return out->to == FDB_NONE ? FREEZER_OVER :
			    FREEZER_SETTLED;
		}
		*out = *s;
		s->rounds++;
		/* Not faster than that when the loop was late. */
		s->next = now + FREEZER_ASK_NS;
		return FREEZER_ASK;
	}
	return FREEZER_NOTHING;
}

mono_ns
freezer_next(const struct freezer *z)
{
	mono_ns next = UINT64_MAX;

	for (size_t i = 0; i < z->count; i++)
		if (next_of(&z->v[i]) < next)
			next = next_of(&z->v[i]);
	return next;
}
