/* gtmd/serve/tcpserve.h - DNS over TCP on a loop: listeners, connections and how
 * many there may be.
 *
 * dnstcp runs it in a thread of its own; a test runs it on a clock that it
 * moves. Everything here belongs to the loop's thread. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_TCPSERVE_H
#define GTMD_SERVE_TCPSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "core/base/list.h"
#include "core/io/loop.h"
#include "gtmd/query/answer.h"

struct loop;
struct tcpmanner;
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
	struct list		 hellos;	/* ready to be greeted, oldest first */
	struct list		 shaking;	/* greeted, and ready to go on */
	bool			 turning;	/* a turn was posted */
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

/* Takes a listening, non-blocking descriptor, and *m, of which it leaves
 * nothing. */
void tcpserve_add(struct tcpserve *s, int fd, struct tcpmanner *m);
/* The same listener speaks so from the next connection on. Takes *m. */
void tcpserve_change(struct tcpserve *s, int fd, struct tcpmanner *m);
/* Accepts what waits, then closes that listener; connections live on. */
void tcpserve_remove(struct tcpserve *s, int fd);

/* Closes the listeners without accepting (another process has them, too) and
 * each connection when it has rested for 2 s; gone is called once when there is
 * none left, perhaps at once. Once. */
void tcpserve_leave(struct tcpserve *s, void (*gone)(void *arg), void *arg);

/* For tcpconn: one connection less. */
void tcpserve_dropped(struct tcpserve *s);

/*
 * Handshakes are the only dear thing that a stranger can ask for. A few are taken
 * on, then those who have shaken hands are served, and so on: tcpconn_shake is
 * called when the turn of this node's connection has come. Who was greeted comes
 * first; of the others the youngest, whom the least time of those who wait is
 * gone, so that in a storm some get through rather than none.
 */
void tcpserve_await_turn(struct tcpserve *s, struct list *turn, bool greeted);

/* How long a connection may rest: 2 s when three quarters of the places are
 * taken (RFC 7766 6.2.3: shorter under load). */
dur_ns tcpserve_idle_ns(const struct tcpserve *s);

#endif
