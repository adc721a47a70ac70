/* tests/unit/wom/link/linknet.h - two sessions and the connections between them,
 * which carry octets at random and break.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_WOM_LINK_LINKNET_H
#define TESTS_UNIT_WOM_LINK_LINKNET_H

#include "core/base/rand.h"
#include "wom/link/linksession.h"

#define LINKNET_CABLES	4

/* Octets under way, one way. */
struct linkwire {
	uint8_t	*octets;
	size_t	 at, len, room;
};

struct linkcable {
	bool	laid;
	bool	cut;		/* nothing new comes in */
	bool	open[2];	/* as this end sees it */
	int	conn[2];	/* its number there */
	struct linkwire way[2];	/* from end 0, from end 1 */
};

struct linknet {
	struct linksession *s[2];
	struct linkcable cables[LINKNET_CABLES];
	mono_ns	now;
	struct rand rand;
	uint64_t carried;	/* octets */
	bool	gentle;		/* a peer at fault fails the test */
};

/* Of a stream, and twice that of all; to be set before linknet_init. 0: 64 KiB. */
extern uint32_t linknet_window;

/* A session of end 0 or 1, with small windows. boot tells processes apart. */
struct linksession_config linknet_config(int end, uint64_t boot);
void linknet_init(struct linknet *n, uint64_t seed);
void linknet_fini(struct linknet *n);

/* A new connection; harmless when all LINKNET_CABLES are there. Returns it, or -1. */
int linknet_dial(struct linknet *n);
/* It loses a random part of what is under way, at its end, and takes no more. The
 * ends see it when linknet_notice says so, or by silence. */
void linknet_cut(struct linknet *n, int cable);
void linknet_notice(struct linknet *n, int cable, int end);
/* End's process dies, and another one takes its place. */
void linknet_restart(struct linknet *n, int end, uint64_t boot);

/* Something happens on some connection: octets are given to it, or come out. */
void linknet_step(struct linknet *n);
/* Carries all there is to carry. */
void linknet_settle(struct linknet *n);
/* Time goes by; what is condemned is closed. */
void linknet_wait(struct linknet *n, dur_ns by);

/* ---- one end does, the other sees ---- */

/* A stream from end 0; NULL: not now. */
struct linkstream *linknet_open(struct linknet *n, bool bulk);
/* The same, carried to end 1, which gets it returned. */
struct linkstream *linknet_arrive(struct linknet *n, struct linkstream **st);
/* End `from` writes a block; it has room for it. */
void linknet_write(struct linknet *n, int from, struct linkstream *st,
    uint32_t len);
/* End `at` takes a block of len octets, and may write it to its peer. */
void linknet_take(struct linknet *n, int at, struct linkstream *st, uint32_t len,
    bool written);
/* What has happened at this end: something; nothing. */
struct linknews linknet_news(struct linknet *n, int at);
void linknet_no_news(struct linknet *n, int at);

#endif
