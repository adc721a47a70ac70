/* gtmd/query/ratelimit.c - see ratelimit.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/query/ratelimit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/rand.h"

#define SETS	32768		/* a power of two */
#define WAYS	2		/* a set is half a cache line */
#define COST	1000		/* of one answer, in thousandths */

/* Holds what is left of one second's answers; fills by rate thousandths a
 * millisecond. */
struct bucket {
	uint32_t tag;		/* 0: never used */
	uint32_t at_ms;		/* filled up to here; wraps */
	uint32_t left;		/* thousandths of an answer */
	uint32_t over;		/* asked since it was empty */
};

struct ratelimit {
	struct hash_key	 key;
	struct bucket	 sets[SETS][WAYS];
};

struct ratelimit *
ratelimit_new(void)
{
	struct ratelimit *l = mem_zalloc(1, sizeof(*l));
	struct rand r;

	rand_seed(&r);
	hash_key_init(&l->key, rand_u64(&r));
	return l;
}

void
ratelimit_free(struct ratelimit **pl)
{
	free(*pl);
	*pl = NULL;
}

static bool
is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	return a->family == AF_INET ? a->octets[0] == 127 :
	    memcmp(a->octets, one, sizeof(one)) == 0;
}

static bool
is_exempt(const struct ratelimit_rule *rule, const struct addr *a)
{
	if (is_loopback(a))
		return true;
	for (unsigned i = 0; i < rule->exempt_count; i++)
		if (addr_in_prefix(a, &rule->exempt[i]))
			return true;
	return false;
}

/* The address without what the network leaves to its hosts. */
static struct addr
network_of(const struct ratelimit_rule *rule, const struct addr *a)
{
	unsigned bits = a->family == AF_INET ? rule->ipv4_len : rule->ipv6_len;
	struct addr n = { .family = a->family };

	memcpy(n.octets, a->octets, bits / 8);
	if (bits % 8 != 0)
		n.octets[bits / 8] = (uint8_t)(a->octets[bits / 8] &
		    (0xff00 >> bits % 8));
	return n;
}

static void
fill(struct bucket *b, uint32_t rate, uint32_t now_ms)
{
	uint32_t passed = now_ms - b->at_ms;
	uint64_t left = b->left;

	left += (uint64_t)(passed < 1000 ? passed : 1000) * rate;
	b->left = (uint32_t)(left < rate * (uint64_t)COST ? left :
	    rate * (uint64_t)COST);
	b->at_ms = now_ms;
}

/* The bucket of this tag, full if it is new: the one that has rested longest
 * makes room. */
static struct bucket *
find(struct bucket *set, uint32_t tag, uint32_t rate, uint32_t now_ms)
{
	struct bucket *oldest = &set[0];

	for (int i = 0; i < WAYS; i++) {
		struct bucket *b = &set[i];

		if (b->tag == tag) {
			fill(b, rate, now_ms);
			return b;
		}
		if (now_ms - b->at_ms > now_ms - oldest->at_ms || b->tag == 0)
			oldest = b;
	}
	*oldest = (struct bucket){ tag, now_ms, rate * COST, 0 };
	return oldest;
}

enum ratelimit_word
ratelimit_ask(struct ratelimit *l, const struct ratelimit_rule *rule,
    const struct addr *from, uint64_t kind, mono_ns now)
{
	struct { struct addr net; uint64_t kind; } what;
	struct bucket *b;
	uint64_t hash;

	if (rule->rate == 0 || from->family == 0 || is_exempt(rule, from))
		return RATELIMIT_PASS;
	memset(&what, 0, sizeof(what));
	what.net = network_of(rule, from);
	what.kind = kind;
	hash = hash_octets(&l->key, &what, sizeof(what));
	b = find(l->sets[hash % SETS], (uint32_t)(hash >> 32) | 1, rule->rate,
	    (uint32_t)(now / CLOCK_MS));
	if (b->left >= COST) {
		b->left -= COST;
		b->over = 0;
		return RATELIMIT_PASS;
	}
	b->over++;
	return rule->slip != 0 && b->over % rule->slip == 0 ? RATELIMIT_SLIP :
	    RATELIMIT_DROP;
}
