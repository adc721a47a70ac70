/* etherip/move/announcer.c - see announcer.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/move/announcer.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

struct job {
	struct fdb_key	key;
	unsigned	parts, round;
	mono_ns		start, next;
};

struct announcer {
	unsigned	 magic;
#define ANNOUNCER_MAGIC	0xa2200001u
	size_t		 count;
	size_t		 hand;		/* jobs before it are not due */
	mono_ns		 soonest;	/* nothing is due before */
	struct job	 v[ANNOUNCER_MAX];
};

static const struct {
	unsigned after_ms, parts;
} rounds[] = {
	{ 0,	ANNOUNCER_TELL },
	{ 50,	ANNOUNCER_TELL | ANNOUNCER_ASK },
	{ 150,	ANNOUNCER_TELL },
	{ 450,	ANNOUNCER_TELL | ANNOUNCER_ASK },
	{ 1050,	ANNOUNCER_TELL },
	{ 2050,	ANNOUNCER_ASK },
};

struct announcer *
announcer_new(void)
{
	struct announcer *a = mem_zalloc(1, sizeof(*a));

	a->magic = ANNOUNCER_MAGIC;
	a->soonest = UINT64_MAX;
	return a;
}

void
announcer_free(struct announcer **pa)
{
	struct announcer *a = *pa;

	*pa = NULL;
	if (a == NULL)
		return;
	OBJ_CHECK(a, ANNOUNCER_MAGIC);
	a->magic = 0;
	free(a);
}

/* The round that comes next, from that one on; false: there is none for these parts. */
static bool
plan(struct job *j, unsigned round)
{
	while (round < OBJ_COUNT(rounds) &&
	    (rounds[round].parts & j->parts) == 0)
		round++;
	if (round == OBJ_COUNT(rounds))
		return false;
	j->round = round;
	j->next = j->start + rounds[round].after_ms * CLOCK_MS;
	return true;
}

/* a->count: it is not there. */
static size_t
place_of(const struct announcer *a, const struct fdb_key *k)
{
	size_t i;

	for (i = 0; i < a->count; i++)
		if (fdb_key_equal(&a->v[i].key, k))
			break;
	return i;
}

static size_t
first_begun(const struct announcer *a)
{
	size_t first = 0;

	for (size_t i = 1; i < a->count; i++)
		if (a->v[i].start < a->v[first].start)
			first = i;
	return first;
}

void
announcer_start(struct announcer *a, const struct fdb_key *k, unsigned parts,
    mono_ns now)
{
	struct job j = { .key = *k, .parts = parts, .start = now };
	size_t i = place_of(a, k);

	OBJ_CHECK(a, ANNOUNCER_MAGIC);
	if (!plan(&j, 0)) {
		announcer_stop(a, k);
		return;
	}
	if (i == ANNOUNCER_MAX)
		i = first_begun(a);
	else if (i == a->count)
		a->count++;
	a->v[i] = j;
	a->hand = 0;
	if (j.next < a->soonest)
		a->soonest = j.next;
}

void
announcer_stop(struct announcer *a, const struct fdb_key *k)
{
	size_t i = place_of(a, k);

	if (i == a->count)
		return;
	a->v[i] = a->v[--a->count];
	a->hand = 0;
}

static void
look_ahead(struct announcer *a)
{
	a->hand = 0;
	a->soonest = UINT64_MAX;
	for (size_t i = 0; i < a->count; i++)
		if (a->v[i].next < a->soonest)
			a->soonest = a->v[i].next;
}

unsigned
announcer_due(struct announcer *a, mono_ns now, struct fdb_key *out)
{
	OBJ_CHECK(a, ANNOUNCER_MAGIC);
	if (now < a->soonest)
		return 0;
	for (; a->hand < a->count; a->hand++) {
		struct job *j = &a->v[a->hand];
		unsigned parts = (rounds[j->round].parts |
		    ANNOUNCER_ALOUD) & j->parts;

		if (j->next > now)
			continue;
		*out = j->key;
		if (!plan(j, j->round + 1))
			*j = a->v[--a->count];
		return parts;
	}
	look_ahead(a);
	return 0;
}

mono_ns
announcer_next(const struct announcer *a)
{
	return a->count > 0 ? a->soonest : UINT64_MAX;
}
