/* gtmd/tcpserve.h - DNS over TCP on a loop: listeners, connections and how
 * many there may be.
 *
 * dnstcp runs it in a thread of its own; a test runs it on a clock that it
 * moves. Everything here belongs to the loop's thread. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TCPSERVE_H
#define GTMD_TCPSERVE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "core/base/list.h"
#include "core/io/loop.h"
#include "gtmd/answer.h"

struct loop;
struct world;

/* Octets of one reply on the wire, length and message. */
#define TCPSERVE_REPLY_MAX	(2 + 65535)
/* Replies are gathered here before they are sent together. */
#define TCPSERVE_SCRATCH	(2 * TCPSERVE_REPLY_MAX)

struct tcpserve {
	struct loop		*loop;		/* borrowed */
	const struct world	*world;		/* borrowed */
	struct answer		 answer;	/* tally and stats owned */
	struct list		 listeners;
	struct list		 conns;		/* longest without a query first */
	size_t			 conn_count;
	struct loop_timer	 pause;		/* no descriptor was left */
	struct loop_timer	 sweep;		/* while leaving */
	void			(*gone)(void *arg);	/* not NULL: leaving */
	void			*gone_arg;
	uint8_t			 scratch[TCPSERVE_SCRATCH];
};

/* In the thread that will run the loop. */
void tcpserve_init(struct tcpserve *s, struct loop *l, const struct world *w);
/* Closes every listener and connection. */
void tcpserve_fini(struct tcpserve *s);

/* Takes a listening, non-blocking descriptor. */
void tcpserve_add(struct tcpserve *s, int fd);
/* Accepts what waits, then closes that listener; connections live on. */
void tcpserve_remove(struct tcpserve *s, int fd);

/* Closes the listeners without accepting (another process has them, too) and
 * each connection when it has rested for 2 s; gone is called once when there is
 * none left, perhaps at once. Once. */
void tcpserve_leave(struct tcpserve *s, void (*gone)(void *arg), void *arg);

/* For tcpconn: one connection less. */
void tcpserve_dropped(struct tcpserve *s);

/* How long a connection may rest: 2 s when three quarters of the places are
 * taken (RFC 7766 6.2.3: shorter under load). */
dur_ns tcpserve_idle_ns(const struct tcpserve *s);

#endif
