/* gtmd/decide/ledger.c - see ledger.h.
 *
 * What a pool was last told only grows, once a second at most: threads share that
 * line as readers. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/ledger.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/seqrow.h"

#define WAYS	8
#define TRIES	64	/* at a row that others write */
#define STEPS	64	/* from a pool's place on */

/* A cache line. */
struct row {
	uint64_t	 sequence;	/* odd: being written */
	uint64_t	 wide;		/* 0: empty */
	uint64_t	 high, low;
	uint64_t	 who;		/* slot << 32 | subnet << 8 | bits */
	uint64_t	 life;		/* last_s << 32 | expires_s */
	uint64_t	 past;		/* first_s << 32 | gap_s */
	uint64_t	 sum;		/* ttl_s << 32 | count */
};

struct told {
	uint64_t	 key;		/* of wide IP and slot; 0: empty */
	uint64_t	 life;		/* expires_s << 32 | last_s; only grows */
};

struct ledger {
	unsigned	 magic;
#define LEDGER_MAGIC	0x1ed6e401u
	uint32_t	 since_s;
	size_t		 mask;		/* of sets */
	struct row	*rows;
	uint64_t	 forgotten, missed, pools_lost;
	struct told	 told[LEDGER_POOLS];
};

struct ledger *
ledger_new(size_t rows, uint32_t now_s)
{
	struct ledger *l = mem_zalloc_lines(1, sizeof(*l));

	assert(rows >= WAYS && (rows & (rows - 1)) == 0);
	l->magic = LEDGER_MAGIC;
	l->since_s = now_s;
	l->mask = rows / WAYS - 1;
	l->rows = mem_zalloc_lines(rows, sizeof(*l->rows));
	return l;
}

void
ledger_free(struct ledger **pl)
{
	struct ledger *l = *pl;

	*pl = NULL;
	if (l == NULL)
		return;
	OBJ_CHECK(l, LEDGER_MAGIC);
	free(l->rows);
	l->magic = 0;
	free(l);
}

static uint64_t
pair(uint32_t high, uint32_t low)
{
	return (uint64_t)high << 32 | low;
}

/* ---- who asks ---- */

void
ledger_client(const struct sockaddr *from, const struct addr_prefix *subnet,
    struct ledger_client *out)
{
	static const struct clientnet_len own = { 32, 64 };

	if (subnet->addr.family != 0) {
		*out = (struct ledger_client){ clientnet_of_prefix(subnet),
		    subnet->len, true };
		return;
	}
	out->net = clientnet_of(from, own);
	out->bits = clientnet_is_ipv4(&out->net) ? own.ipv4 : own.ipv6;
	out->subnet = false;
}

void
ledger_network(const struct ledger_client *c, struct addr_prefix *out)
{
	clientnet_prefix(&c->net, (struct clientnet_len){ c->bits, c->bits },
	    out);
}

/* The first second in which no cache has it: seconds are begun, not rounded. */
static uint32_t
end_of(uint32_t now_s, uint32_t ttl_s)
{
	uint64_t end = (uint64_t)now_s + ttl_s + 1;

	return end < UINT32_MAX ? (uint32_t)end : UINT32_MAX;
}

/* ---- pools ---- */

static uint64_t
told_key(uint64_t wide, uint32_t slot)
{
	return clientnet_mix(wide, slot + UINT64_C(1)) | 1;
}

/* The pool's place, or where it may be made; NULL: there is none. */
static const struct told *
told_find(const struct ledger *l, uint64_t key)
{
	for (size_t i = 0; i < STEPS; i++) {
		const struct told *t = &l->told[(key + i) % LEDGER_POOLS];
		uint64_t had = seqrow_load(&t->key);

		if (had == key || had == 0)
			return t;
	}
	return NULL;
}

/* Likewise, made. */
static struct told *
told_make(struct ledger *l, uint64_t key)
{
	for (;;) {
		struct told *t = (struct told *)(uintptr_t)told_find(l, key);
		uint64_t none = 0;

		if (t == NULL || seqrow_load(&t->key) == key ||
		    __atomic_compare_exchange_n(&t->key, &none, key, false,
		    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) || none == key)
			return t;
	}
}

/* The later expiry is the one that counts; its time of day goes with it. */
static void
told_note(struct ledger *l, const struct ledger_answer *a, uint32_t now_s,
    uint32_t expires_s)
{
	struct told *t = told_make(l, told_key(a->wide, a->slot));
	uint64_t life = pair(expires_s, now_s), had;

	if (t == NULL) {
		__atomic_fetch_add(&l->pools_lost, 1, __ATOMIC_RELAXED);
		return;
	}
	had = seqrow_load(&t->life);
	while (had < life && !__atomic_compare_exchange_n(&t->life, &had, life,
	    true, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		;
}

/* ---- clients ---- */

static bool
row_read(const struct row *r, struct row *to)
{
	uint64_t sequence = seqrow_load(&r->sequence);

	to->sequence = sequence;
	to->wide = seqrow_load(&r->wide);
	to->high = seqrow_load(&r->high);
	to->low = seqrow_load(&r->low);
	to->who = seqrow_load(&r->who);
	to->life = seqrow_load(&r->life);
	to->past = seqrow_load(&r->past);
	to->sum = seqrow_load(&r->sum);
	return seqrow_whole(&r->sequence, sequence);
}

/* r is still as from was read, but for what from now says. */
static bool
row_write(struct row *r, const struct row *from)
{
	uint64_t sequence = from->sequence;

	if (!seqrow_hold(&r->sequence, &sequence))
		return false;
	seqrow_store(&r->wide, from->wide);
	seqrow_store(&r->high, from->high);
	seqrow_store(&r->low, from->low);
	seqrow_store(&r->who, from->who);
	seqrow_store(&r->life, from->life);
	seqrow_store(&r->past, from->past);
	seqrow_store(&r->sum, from->sum);
	seqrow_release(&r->sequence, sequence);
	return true;
}

static uint64_t
who_of(const struct ledger_client *c)
{
	return (uint64_t)c->subnet << 8 | c->bits;
}

static bool
row_is(const struct row *r, const struct ledger_answer *a)
{
	return r->wide == a->wide && r->high == a->client.net.high &&
	    r->low == a->client.net.low &&
	    (uint32_t)r->who == who_of(&a->client);
}

/* How much a row is to be kept: the client's own goes first, then what is empty,
 * then what has run out longest, then what runs out soonest. */
static uint32_t
worth(const struct row *r, const struct ledger_answer *a)
{
	if (row_is(r, a))
		return 0;
	return r->wide == 0 ? 1 : (uint32_t)r->life;
}

static void
row_add(struct row *r, const struct ledger_answer *a, uint32_t now_s,
    uint32_t expires_s)
{
	uint32_t last = (uint32_t)(r->life >> 32), gap = (uint32_t)r->past;
	uint32_t count = (uint32_t)r->sum;

	if (!row_is(r, a)) {
		*r = (struct row){ .sequence = r->sequence, .wide = a->wide,
		    .high = a->client.net.high, .low = a->client.net.low,
		    .past = pair(now_s, 0) };
		last = now_s;
		gap = count = 0;
	}
	if (now_s > last && now_s - last > gap)
		gap = now_s - last;
	r->who = (uint64_t)a->slot << 32 | who_of(&a->client);
	r->life = pair(now_s > last ? now_s : last, expires_s);
	r->past = pair((uint32_t)(r->past >> 32), gap);
	r->sum = pair(a->ttl_s, count < UINT32_MAX ? count + 1 : count);
}

/* The row of the set that the answer goes to, as it was read; NULL: not now. */
static struct row *
row_choose(struct row *set, const struct ledger_answer *a, struct row *was)
{
	struct row *to = NULL, r;
	uint32_t least = UINT32_MAX;

	for (int i = 0; i < WAYS; i++) {
		if (!row_read(&set[i], &r))
			return NULL;	/* it may be the client's own */
		if (to != NULL && worth(&r, a) >= least)
			continue;
		to = &set[i];
		least = worth(&r, a);
		*was = r;
		if (least == 0)
			break;
	}
	return to;
}

void
ledger_note(struct ledger *l, const struct ledger_answer *a, uint32_t now_s)
{
	uint64_t point = clientnet_mix(clientnet_point(&a->client.net),
	    a->wide);
	struct row *set = l->rows + ((size_t)point & l->mask) * WAYS;
	uint32_t expires_s = end_of(now_s, a->ttl_s);
	bool cached;

	told_note(l, a, now_s, expires_s);
	for (int i = 0; i < TRIES; i++) {
		struct row r, *to = row_choose(set, a, &r);

		if (to == NULL)
			continue;
		cached = r.wide != 0 && !row_is(&r, a) &&
		    (uint32_t)r.life > now_s;
		row_add(&r, a, now_s, expires_s);
		if (!row_write(to, &r))
			continue;
		if (cached)
			__atomic_fetch_add(&l->forgotten, 1, __ATOMIC_RELAXED);
		return;
	}
	__atomic_fetch_add(&l->missed, 1, __ATOMIC_RELAXED);
}

/* ---- control loop ---- */

static void
row_tell(const struct row *r, ledger_fn *fn, void *arg)
{
	const struct ledger_row told = {
		.wide = r->wide,
		.client = { { r->high, r->low }, (uint8_t)r->who,
		    (r->who >> 8 & 1) != 0 },
		.slot = (uint32_t)(r->who >> 32),
		.ttl_s = (uint32_t)(r->sum >> 32),
		.first_s = (uint32_t)(r->past >> 32),
		.last_s = (uint32_t)(r->life >> 32),
		.expires_s = (uint32_t)r->life, .count = (uint32_t)r->sum,
		.gap_s = (uint32_t)r->past,
	};

	fn(arg, &told);
}

static bool
is_of(const struct row *r, uint64_t wide)
{
	return wide == 0 ? r->wide != 0 : r->wide == wide;
}

void
ledger_each(const struct ledger *l, uint64_t wide, ledger_fn *fn, void *arg)
{
	OBJ_CHECK(l, LEDGER_MAGIC);
	for (size_t i = 0; i < (l->mask + 1) * WAYS; i++) {
		struct row r = { .wide = seqrow_load(&l->rows[i].wide) };
		bool had = false;

		for (int n = 0; is_of(&r, wide) && n < TRIES && !had; n++)
			had = row_read(&l->rows[i], &r);
		if (had && is_of(&r, wide))
			row_tell(&r, fn, arg);
	}
}

void
ledger_told(const struct ledger *l, uint64_t wide, uint32_t slot,
    uint32_t count, struct ledger_told *out)
{
	uint64_t life = 0;

	OBJ_CHECK(l, LEDGER_MAGIC);
	for (uint32_t i = 0; i < count; i++) {
		const struct told *t = told_find(l, told_key(wide, slot + i));
		uint64_t it = t != NULL ? seqrow_load(&t->life) : 0;

		if (it > life)
			life = it;
	}
	*out = (struct ledger_told){ (uint32_t)(life >> 32), (uint32_t)life };
}

uint32_t
ledger_until(const struct ledger *l, const struct ledger_told *t,
    uint32_t ttl_s)
{
	uint32_t before = end_of(l->since_s, ttl_s);

	return before > t->expires_s ? before : t->expires_s;
}

void
ledger_sum(const struct ledger *l, struct ledger_sums *out)
{
	OBJ_CHECK(l, LEDGER_MAGIC);
	*out = (struct ledger_sums){
		.since_s = l->since_s,
		.forgotten = __atomic_load_n(&l->forgotten, __ATOMIC_RELAXED),
		.missed = __atomic_load_n(&l->missed, __ATOMIC_RELAXED),
		.whole = __atomic_load_n(&l->pools_lost,
		    __ATOMIC_RELAXED) == 0,
	};
}
