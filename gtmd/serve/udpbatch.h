/* gtmd/serve/udpbatch.h - one batch of datagrams: received, answered in place, sent.
 *
 * Owns the buffers and the tables that recvmmsg and sendmmsg work on; the
 * socket and the answer are the caller's. Nothing is allocated after the
 * birth. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_UDPBATCH_H
#define GTMD_SERVE_UDPBATCH_H

#include <stdbool.h>

struct answer;
struct proxysources;
struct udpbatch;
struct world;

#define UDPBATCH_MAX	64	/* datagrams */

/* pktinfo: the socket tells which local address was asked (sock_options), and
 * replies leave from there. */
struct udpbatch *udpbatch_new(bool pktinfo);
void udpbatch_free(struct udpbatch **pb);

/*
 * udpbatch_receive - up to max (1..64) datagrams.
 *
 * wait   true: as the socket does (it blocks for its receive time-out) until
 *        there is one; false: what is queued
 * ret    datagrams; 0 = none came; -1 with errno: the socket's trouble
 */
int udpbatch_receive(struct udpbatch *b, int fd, unsigned max, bool wait);

/* Answers what was received; as datagrams_answer. */
void udpbatch_answer(struct udpbatch *b, struct answer *a,
    const struct world *w, const struct proxysources *proxies);

/* Sends the replies. One that the system refuses is skipped and counted: a
 * resolver asks again. At most two system calls a reply, nearly always one a
 * batch. */
void udpbatch_send(struct udpbatch *b, int fd, struct answer *a);

#endif
