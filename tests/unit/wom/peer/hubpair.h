/* tests/unit/wom/peer/hubpair.h - two sites in one process: hubs with threads, doors on
 * addresses of loopback, TLS between them; and programs that talk through them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_WOM_PEER_HUBPAIR_H
#define TESTS_UNIT_WOM_PEER_HUBPAIR_H

#include "core/io/loop.h"
#include "tests/unit/wom/tunnel/certs.h"
#include "wom/flow/flowset.h"
#include "wom/peer/hub.h"

struct hubpair_end {
	struct hub	*hub;
	struct site	 site;
	struct addr	 at;		/* its own of loopback */
	struct tunneltls *calls, *called;
	struct hub_door	 door;
	struct peersetup other;		/* as this end knows the other one */
	struct linkroute route;		/* loopback, which both tell */
	unsigned ups, downs, routes;	/* that the watcher was told of */
};

struct hubpair {
	struct certs	certs;
	struct loop	*loop;
	struct hubpair_end end[2];
};

/* Sites "a" and "b", not started. Whatever is to be otherwise is changed in
 * end[].other, .door, .calls and .called before hubpair_start. */
void hubpair_init(struct hubpair *p);
void hubpair_fini(struct hubpair *p);
/* Both hubs, doors and peers. */
void hubpair_start(struct hubpair *p);
void hubpair_start_end(struct hubpair *p, int end);
/* It is gone, as a process that ends. */
void hubpair_stop_end(struct hubpair *p, int end);
/* How end sees the other one. */
const struct peerview *hubpair_view(const struct hubpair *p, int end);

/* Runs the loop until ready(arg) is true, which is asked whenever something has
 * happened; the test fails when that takes too long. */
void hubpair_wait(struct hubpair *p, bool (*ready)(void *arg), void *arg);
/* Until both see the other with so many connections. */
void hubpair_meet(struct hubpair *p, size_t conns);

/* A program on `from`'s side sends so many octets to a server on the other side, which
 * sends them back; true: all were right. */
bool hubpair_echo(struct hubpair *p, int from, size_t octets);

#endif
