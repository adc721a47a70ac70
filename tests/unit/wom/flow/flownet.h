/* tests/unit/wom/flow/flownet.h - two ends with flows, the sessions between them, and
 * programs on their LANs that talk through them over real sockets.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_WOM_FLOW_FLOWNET_H
#define TESTS_UNIT_WOM_FLOW_FLOWNET_H

#include "core/base/list.h"
#include "core/base/rand.h"
#include "core/io/loop.h"
#include "tests/unit/wom/codec/site.h"
#include "wom/flow/flowset.h"
#include "wom/link/linksession.h"

struct flownet;

/* A program with one connection: says so many octets of its own, and hears those of
 * the other. What it hears is compared with what is said, octet by octet. */
struct flowtalk {
	struct flownet *net;
	struct list in_all;
	int	 fd;
	struct loop_io *io;
	uint64_t says, hears;		/* seeds of what */
	uint64_t to_say, said, heard;	/* octets */
	bool	 halted;		/* it does not read now */
	bool	 finished;		/* it has said all, and that it has */
	bool	 at_end;		/* the other has finished */
	int	 error;			/* the errno that it ended with */
};

struct flownet_end {
	struct site	site;
	struct linksession *session;
	struct flowset *set;	/* NULL: the test has freed it, and does its work */
	struct flownet *net;
	unsigned denied;	/* admit has said no so often */
	bool	 deny;
	struct linkopen asked;	/* what admit was asked last */
};

struct flownet {
	struct loop *loop;
	struct rand rand;
	struct flownet_end end[2];
	bool	 up;
	int	 conn[2];
	size_t	 per_turn;	/* octets that the link takes each way at once */
	uint64_t carried[2];	/* from end 0, from end 1 */
	struct loop_timer carry;
	bool	 halted;	/* the link carries nothing */

	int	 listener;	/* a server on the LAN of end 1 */
	struct loop_io *listening;
	struct addrport server;
	struct list talks;	/* clients and servers */
	size_t	 servers;	/* talks that the listener has begun */
	uint64_t server_says;	/* octets of each */
	bool	 servers_halt;	/* they do not read at first */

	bool	(*done)(struct flownet *);
	struct loop_timer check;
	unsigned checks, still;
	uint64_t sum;		/* of all that moves */
};

/* What each end holds for a stream; for all; without asking. */
#define FLOWNET_WINDOW	(UINT32_C(1) << 20)
#define FLOWNET_SHARED	(UINT64_C(8) << 20)
#define FLOWNET_FORMING	((size_t)2 << 20)
#define FLOWNET_FLOOR	(UINT32_C(16) << 10)

/* Patience with destinations, to be set before flownet_init. */
extern dur_ns flownet_connect_ns;

/* Who packs for both ends; the same. NULL: nobody. */
extern struct packcrew *flownet_crew;

/* Histories of so many octets. */
void flownet_init(struct flownet *n, uint64_t seed, size_t history0,
    size_t history1);
void flownet_fini(struct flownet *n);
/* The connection breaks; there is a new one. */
void flownet_break(struct flownet *n);
void flownet_dial(struct flownet *n);
/* Something was done to a session by hand, or the link goes on. */
void flownet_nudge(struct flownet *n);
/* An end's process dies, and another one, with nothing in its history, takes its
 * place. */
void flownet_restart(struct flownet *n, int end, uint64_t boot);
/* Runs the loop until that; fails the test when that takes half a minute. */
void flownet_run(struct flownet *n, bool (*done)(struct flownet *));
/* All talks and flows are over. */
bool flownet_is_over(struct flownet *n);
/* Runs it until nothing happens any more. */
void flownet_settle(struct flownet *n);

/* A client on end 0's LAN whose connection is adopted: it says so many octets. A stream's
 * seed is that of its client, 1.. */
struct flowtalk *flownet_call(struct flownet *n, uint64_t seed,
    uint64_t octets, const struct flow_rules *r);
/* One that is to say something by and by, to wherever. */
struct flowtalk *flownet_call_to(struct flownet *n, const struct linkopen *o,
    const struct flow_rules *r);
/* The server's side of a client's stream, once it has come; or NULL. */
struct flowtalk *flownet_answer(struct flownet *n, const struct flowtalk *c);
/* What a talk says, or stops; after its fields were changed. */
void flownet_talk(struct flowtalk *t);
/* It goes away with RST. */
void flownet_hang_up(struct flowtalk *t);
/* What an end knows of the application that it has seen. */
struct flowapp flownet_app(struct flownet *n, int end);
struct flow_counts flownet_counts(struct flownet *n, int end);
/* Octets `at`.. of what seed says. */
void flownet_content(uint64_t seed, uint64_t at, uint8_t *out, size_t len);

extern const struct flow_rules flownet_rules;	/* the usual ones */

#endif
