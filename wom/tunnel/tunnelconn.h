/* wom/tunnel/tunnelconn.h - one connection of a session: octets between TLS and
 * linksession, without a copy in between on the way in and one on the way out.
 *
 * Reads as long as there is something, but for a bounded time; what is to be sent its
 * owner asks for, a record at a time, so that several connections share it. After each
 * call the owner looks whether it is broken. Layer: wom/tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TUNNEL_TUNNELCONN_H
#define WOM_TUNNEL_TUNNELCONN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "wom/tunnel/tunneltls.h"

struct linksession;
struct loop;
struct tunnelconn;
struct tunnelwire;

struct tunnelconn_config {
	struct loop	*loop;
	struct linksession *session;	/* borrowed */
	struct tunnelwire *wire;	/* taken in any case */
	/* Something has come, or can go again, or it is broken. May free it. */
	void	(*turn)(void *arg, struct tunnelconn *c);
	void	*arg;
};

/* A new connection of the session; NULL: that has as many as it can. */
struct tunnelconn *tunnelconn_new(const struct tunnelconn_config *c);
/* Closes it, and tells the session. Takes *pc; NULL is harmless. */
void tunnelconn_free(struct tunnelconn **pc);

/* Sends a record of what the session has for it. False: it has nothing, or the
 * network takes nothing now, or it is broken. */
bool tunnelconn_send(struct tunnelconn *c);

enum tunnelconn_end {
	TUNNELCONN_STANDS,
	TUNNELCONN_GOODBYE,	/* the peer has closed it, in order */
	TUNNELCONN_LOST,	/* it broke */
	TUNNELCONN_REFUSED,	/* the peer does not believe us */
	TUNNELCONN_FAULT,	/* the peer has said what makes no sense */
	TUNNELCONN_FLOOD	/* or too much beside data */
};
/* Whether it is broken, and how. */
enum tunnelconn_end tunnelconn_how(const struct tunnelconn *c);
/* A sentence about that; "". */
const char *tunnelconn_why(const struct tunnelconn *c);

struct tunnelconn_counts {
	uint64_t in, out;		/* octets inside TLS */
	uint64_t stalls;		/* times that the network took no more */
	dur_ns	 stalled_ns;		/* and how long in all */
	mono_ns	 since;			/* it began */
};
/* Since its beginning; good as long as it. */
const struct tunnelconn_counts *tunnelconn_counts(const struct tunnelconn *c);
/* Its number in the session. */
int tunnelconn_number(const struct tunnelconn *c);
const struct tunnelwire *tunnelconn_wire(const struct tunnelconn *c);

#endif
