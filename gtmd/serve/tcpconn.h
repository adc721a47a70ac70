/* gtmd/serve/tcpconn.h - one client's TCP connection.
 *
 * Reads, splits, answers in order and writes. A client may hold one input
 * buffer and one gathered reply; while that reply waits to be sent nothing more
 * is read. Time limits: all that stands before the first message (a proxy's
 * header, a handshake), a rest between queries, from the first octet of a
 * message to its last, and a reply's rest without progress. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_TCPCONN_H
#define GTMD_SERVE_TCPCONN_H

#include <stdbool.h>

#include "core/base/clock.h"
#include "core/base/list.h"

struct addrport;
struct tcpmanner;
struct tcpserve;

struct tcpconn;

/* Takes a connected, non-blocking descriptor of that peer; the connection lives in
 * s->conns until it closes itself or tcpconn_close is called. m: not kept. */
void tcpconn_open(struct tcpserve *s, int fd, const struct addrport *peer,
    const struct tcpmanner *m);
void tcpconn_close(struct tcpconn *c);
/* Its turn has come (tcpserve_await_turn): a step of its handshake. Returns false
 * when that cost next to nothing, for it had gone. */
bool tcpconn_shake(struct tcpconn *c);

/* The connection of a node of s->conns. */
struct tcpconn *tcpconn_of(struct list *node);
/* It waits for a query, or what stands before the first, and nothing of one has
 * come. */
bool tcpconn_is_resting(const struct tcpconn *c);
/* The connection of a node that waits for its turn. */
struct tcpconn *tcpconn_of_turn(struct list *turn);
/* When its last query came, or it was opened. */
mono_ns tcpconn_last_ns(const struct tcpconn *c);

#endif
