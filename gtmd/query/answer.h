/* gtmd/query/answer.h - one query in, one reply out: the whole of what we say.
 *
 * Transport brings packets and takes replies; question reads, chain follows
 * names through wide IPs and zones, reply frames. A batch goes through in
 * passes, so that the memory of all its names is on the way at once:
 *
 *	answer_begin(&a, world);			once per batch
 *	for each packet: question_read(&q[i], …), answer_prefetch(&a, &q[i]);
 *	for each packet: answer_prefetch_record(&a, &q[i]);
 *	for each packet: n = answer_write(&a, &q[i], &room);
 *	rcu_quiescent();
 *
 * No allocation, lock, log or system call. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_ANSWER_H
#define GTMD_QUERY_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "gtmd/query/reply.h"
#include "gtmd/query/turn.h"
#include "gtmd/topology/asker.h"
#include "zones/lookup.h"

struct chain_watch;
struct question;
struct ratelimit;
struct resolvers;
struct stats;
struct tally;
struct world;
struct world_settings;

enum answer_via { ANSWER_UDP, ANSWER_TCP, ANSWER_TLS };

/* What one thread answers with. The first six are the thread's own and set
 * once; the next three are borrowed from the world for one batch; the last
 * four are about the query in hand, here because on the stack they would be
 * cleared for each. */
struct answer {
	struct tally			*tally;
	struct stats			*stats;
	struct ratelimit		*limit;	/* NULL: none (TCP, TLS) */
	const struct clock		*clock;
	struct resolvers		*seen;	/* who asked; NULL = not noted */
	struct chain_watch		*watch;	/* NULL = nobody is watching, as
						 * on all answering threads */
	const struct widetable		*wides;
	const struct zoneset		*zones;
	const struct world_settings	*settings;
	mono_ns				 now;	/* of the batch, for limit */
	struct asker			 asker;
	struct reply			 reply;
	struct turn			 turn;
	struct lookup_step		 step;	/* the name that it is at */
};

/* Takes up what is published now; valid until the thread's next quiescent
 * state. */
void answer_begin(struct answer *a, const struct world *w);

/* Ask the cache for what answering q will touch: first the table slots, then,
 * when those have come, the records. They change nothing. */
void answer_prefetch(const struct answer *a, const struct question *q);
void answer_prefetch_record(const struct answer *a, const struct question *q);

/* Where the packet is and how much room there is behind its first octet. */
struct answer_room {
	uint8_t		*packet;
	size_t		 cap;	/* octets; UDP >= 512, TCP should be 65535 */
	enum answer_via	 via;
	const struct sockaddr *from;	/* who asked; NULL = unknown */
};

/*
 * answer_write - turns the query in the room into its reply, in place.
 *
 * in     q    from question_read of this packet
 * ret    octets of the reply, never more than cap, and by UDP never more than
 *        the asker takes and the settings allow; 0 = say nothing
 * cost   an existing name: two memory accesses that prefetching hides and a
 *        copy; at most LOOKUP_STEPS_MAX names
 */
size_t answer_write(struct answer *a, const struct question *q,
    const struct answer_room *room);

#endif
