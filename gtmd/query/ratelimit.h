/* gtmd/query/ratelimit.h - how many answers a network may get by UDP, each second.
 *
 * Who spoofs a victim's address makes us send it answers that are larger than
 * the questions. What one network (a /24 or /56) asks of one kind - the same
 * name and type, or whatever has no answer - is counted in a bucket that fills
 * with time; over the limit it hears nothing, or now and then that it should
 * come by TCP, which a spoofer cannot. A thread counts for itself. Small and
 * fixed in size: under attack by many networks old buckets are forgotten.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_RATELIMIT_H
#define GTMD_QUERY_RATELIMIT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"

#define RATELIMIT_RATE_MAX	1000000		/* answers a second */
#define RATELIMIT_EXEMPT_MAX	64

/* The loopback is exempt whatever the rule says: nobody spoofs it. */
struct ratelimit_rule {
	uint32_t		rate;	/* answers a second, of a thread; 0 =
					 * no limit */
	uint32_t		slip;	/* every slip-th is told to use TCP;
					 * 0 = none */
	uint8_t			ipv4_len, ipv6_len;	/* what is one network */
	uint8_t			exempt_count;
	struct addr_prefix	exempt[RATELIMIT_EXEMPT_MAX];
};

enum ratelimit_word { RATELIMIT_PASS, RATELIMIT_SLIP, RATELIMIT_DROP };

struct ratelimit;

/* A megabyte; touched as it is used. */
struct ratelimit *ratelimit_new(void);
void ratelimit_free(struct ratelimit **pl);

/* Counts one answer of that kind (any hash) for who asks from there. from of
 * family 0 passes. Cost: one hash, one or two cache lines. */
enum ratelimit_word ratelimit_ask(struct ratelimit *l,
    const struct ratelimit_rule *rule, const struct addr *from, uint64_t kind,
    mono_ns now);

#endif
