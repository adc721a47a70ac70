/* gtmd/serve/resolvers.h - the client networks that asked lately, by samples.
 *
 * Each answering thread notes one query of a batch, and for how many it
 * stands, in a ring of its own that is written by it alone: one relaxed store
 * of 64 bits, no lock, no allocation, no clock. The control loop reads all
 * rings when it is asked. IPv4 counts by /24 and IPv6 by /56, the networks that
 * resolvers themselves tell of a client (RFC 7871 section 11.1). UDP only:
 * whom TCP serves has asked by UDP before. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_RESOLVERS_H
#define GTMD_SERVE_RESOLVERS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

#define RESOLVERS_RING		8192	/* samples a thread keeps; 2^n */
#define RESOLVERS_STANDS_MAX	127	/* queries that one may stand for */

struct sockaddr;

/* One thread's samples. */
struct resolvers {
	uint64_t	 at;		/* samples so far */
	uint64_t	*ring;
};

/* A thread's ring; called before it answers. NULL-safe close forgets what is in
 * it. */
struct resolvers *resolvers_open(void);
void resolvers_close(struct resolvers **pr);

/* A sample: who asked, for how many queries (1..RESOLVERS_STANDS_MAX). What is
 * neither IPv4 nor IPv6 is passed over. Thread only; a dozen instructions. */
void resolvers_note(struct resolvers *r, const struct sockaddr *sa,
    unsigned stands);

/* Which query of a batch of n is to be noted: spread evenly. */
static inline unsigned
resolvers_pick(const struct resolvers *r, unsigned n)
{
	uint32_t point = (uint32_t)(r->at * UINT64_C(0x9e3779b97f4a7c15) >> 32);

	return (unsigned)((uint64_t)point * n >> 32);
}

struct resolvers_net {
	struct addr_prefix net;
	uint64_t	 queries;	/* that its samples stand for */
};

struct resolvers_sum {
	uint64_t	 queries;	/* of all networks */
	size_t		 samples, networks;
};

/* Fills the networks with most queries first, at most cap; returns how many.
 * Control loop; sorts some 8,192 numbers a thread. */
size_t resolvers_read(struct resolvers_net *out, size_t cap,
    struct resolvers_sum *sum);

#endif
