/* gtmd/decide/choose_static_persistence.c - each client network has its own order of
 * the candidates, and gets the first one.
 *
 * Rendezvous hashing (Thaler and Ravishankar, Using name-based mappings to
 * increase hit rates, 1998): network and candidate together give a score, the
 * highest wins. So whoever loses a candidate goes to its own second choice,
 * nobody else moves, and what comes back gets back exactly those it had.
 * Networks fall into BUCKETS cells first: a cell is what has an order. Few
 * candidates are scored with each query; for many, the winner of each cell is
 * written out, which gives the very same choices.
 * Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "core/base/mem.h"
#include "gtmd/decide/choose.h"
#include "gtmd/topology/asker.h"

/* So fine that two candidates are within 2 % of their half, and so few that a
 * table for 64 candidates is written in about a millisecond. */
#define BUCKET_BITS	12
#define BUCKETS		(UINT32_C(1) << BUCKET_BITS)
/* Beyond this many a table read is cheaper than the scores. */
#define SCORED_MAX	16

struct scored {
	struct clientnet_len net;
	uint32_t	 count;
	uint64_t	 key[SCORED_MAX];
};

struct written {
	struct clientnet_len net;
	uint16_t	 winner[BUCKETS];
};

/* What a bucket is multiplied with; odd, so never zero. */
static uint64_t
bucket_factor(uint32_t bucket)
{
	return clientnet_mix(bucket, 1) | 1;
}

static uint32_t
bucket_of(const struct choose_query *q, struct clientnet_len len)
{
	struct clientnet n = clientnet_of(q->asker->from, len);

	return (uint32_t)(clientnet_point(&n) >> (64 - BUCKET_BITS));
}

static uint32_t
best_of(const uint64_t *key, uint32_t count, uint32_t bucket)
{
	uint64_t factor = bucket_factor(bucket), most = 0;
	uint32_t best = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t s = clientnet_fold(factor, key[i]);

		best = s > most ? i : best;
		most = s > most ? s : most;
	}
	return best;
}

static uint32_t
scored_pick(const void *table, const struct choose_query *q)
{
	const struct scored *t = table;

	return best_of(t->key, t->count, bucket_of(q, t->net));
}

static uint32_t
written_pick(const void *table, const struct choose_query *q)
{
	const struct written *t = table;

	return t->winner[bucket_of(q, t->net)];
}

static size_t
room(const struct choose_item *items, size_t count)
{
	(void)items;
	return count <= SCORED_MAX ? sizeof(struct scored) :
	    sizeof(struct written);
}

static choose_pick_fn *
scored_compile(struct scored *t, const struct choose_item *items, size_t count)
{
	t->net = items[0].net;
	t->count = (uint32_t)count;
	for (size_t i = 0; i < count; i++)
		t->key[i] = items[i].key;
	return scored_pick;
}

static choose_pick_fn *
written_compile(struct written *t, const struct choose_item *items,
    size_t count)
{
	uint64_t *key = mem_zalloc(count, sizeof(*key));

	t->net = items[0].net;
	for (size_t i = 0; i < count; i++)
		key[i] = items[i].key;
	for (uint32_t b = 0; b < BUCKETS; b++)
		t->winner[b] = (uint16_t)best_of(key, (uint32_t)count, b);
	free(key);
	return written_pick;
}

static choose_pick_fn *
compile(void *table, const struct choose_item *items, size_t count)
{
	if (count == 1)
		return NULL;
	return count <= SCORED_MAX ? scored_compile(table, items, count) :
	    written_compile(table, items, count);
}

/* Of all clients that there may be; what the buckets make of it is in
 * weights(). */
static void
shares(const struct choose_item *items, size_t count, double *out)
{
	(void)items;
	for (size_t i = 0; i < count; i++)
		out[i] = 1.0 / (double)count;
}

/* A known client has its one; of unknown ones each bucket is as likely. */
static uint64_t
weights(const struct choose_weigh *w, uint64_t *out)
{
	const struct scored *few = w->table;
	const struct written *many = w->table;

	for (size_t i = 0; i < w->count; i++)
		out[i] = 0;
	if (w->asker->from != NULL) {
		out[w->pick(w->table, &(struct choose_query){
		    .asker = w->asker })] = 1;
		return 1;
	}
	for (uint32_t b = 0; b < BUCKETS; b++)
		out[w->pick == scored_pick ?
		    best_of(few->key, few->count, b) : many->winner[b]]++;
	return BUCKETS;
}

const struct choose_method choose_static_persistence = {
	.name = "static-persistence", .kind = CHOOSE_PICK, .is_static = true,
	.room = room, .compile = compile, .shares = shares,
	.weights = weights,
};
