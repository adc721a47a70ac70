/* gtmd/serve/datagrams.h - a batch of queries, each in one datagram, turned into
 * replies in place: what every way to bring datagrams has in common.
 *
 * Who brings them (sockets: udpbatch.h, rings: dnsxdp.h) fills in the tables;
 * what is asked and answered is query's. Nothing is allocated. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_DATAGRAMS_H
#define GTMD_SERVE_DATAGRAMS_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#include "gtmd/query/question.h"

struct answer;
struct proxysources;
struct world;

#define DATAGRAMS_MAX	64

union datagram_peer {
	struct sockaddr		sa;
	struct sockaddr_in	in;
	struct sockaddr_in6	in6;
};

struct datagrams {
	unsigned	 count;
	uint8_t		*packets[DATAGRAMS_MAX];
	uint16_t	 caps[DATAGRAMS_MAX];	/* octets of room there, >= 512 */
	uint16_t	 lens[DATAGRAMS_MAX];	/* octets of the query, <= cap; then
						 * of the reply, 0 = none */
	union datagram_peer peers[DATAGRAMS_MAX];	/* who sent it */
	union datagram_peer clients[DATAGRAMS_MAX];	/* behind proxies */
	struct question	 questions[DATAGRAMS_MAX];
};

/* Answers all, with what the world holds now. proxies: who has to put a header
 * in front (the reply goes back to the proxy, without one); a datagram with one
 * from others, or without one from these, gets no reply. NULL: headers are not
 * known. */
void datagrams_answer(struct datagrams *d, struct answer *a,
    const struct world *w, const struct proxysources *proxies);

#endif
