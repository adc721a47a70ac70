/* gtmd/tcpconn.h - one client's TCP connection.
 *
 * Reads, splits, answers in order and writes. A client may hold one input
 * buffer and one gathered reply; while that reply waits to be sent nothing more
 * is read. Time limits: a rest between queries, from the first octet of a
 * message to its last, and a reply's rest without progress. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TCPCONN_H
#define GTMD_TCPCONN_H

#include <stdbool.h>

#include "core/base/clock.h"
#include "core/base/list.h"

struct addrport;
struct tcpserve;

struct tcpconn;

/* Takes a connected, non-blocking descriptor of that peer; the connection lives in
 * s->conns until it closes itself or tcpconn_close is called. */
void tcpconn_open(struct tcpserve *s, int fd, const struct addrport *peer);
void tcpconn_close(struct tcpconn *c);

/* The connection of a node of s->conns. */
struct tcpconn *tcpconn_of(struct list *node);
/* It waits for a query, and nothing of one has come. */
bool tcpconn_is_resting(const struct tcpconn *c);
/* When its last query came, or it was opened. */
mono_ns tcpconn_last_ns(const struct tcpconn *c);

#endif
