/* gtmd/count/stats.h - what the answering threads count, each for itself.
 *
 * A thread's counters lie on cache lines of their own and are written by that
 * thread alone; they are summed when somebody asks. Threads that have ended
 * stay in the sums. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_COUNT_STATS_H
#define GTMD_COUNT_STATS_H

#include <stdint.h>

enum stats_id {
	/* queries by transport, replies by kind */
	STATS_UDP_QUERIES, STATS_TCP_QUERIES, STATS_TLS_QUERIES,
	STATS_REPLIES, STATS_TRUNCATED, STATS_DROPPED,
	STATS_NOERROR, STATS_FORMERR, STATS_SERVFAIL, STATS_NXDOMAIN,
	STATS_NOTIMP, STATS_REFUSED, STATS_YXDOMAIN, STATS_BADVERS,
	STATS_RCODE_OTHER,
	STATS_EDNS, STATS_DNSSEC_OK,
	/* what was asked for, of queries that are worth a reply */
	STATS_TYPE_A, STATS_TYPE_AAAA, STATS_TYPE_CNAME, STATS_TYPE_NS,
	STATS_TYPE_SOA, STATS_TYPE_PTR, STATS_TYPE_MX, STATS_TYPE_TXT,
	STATS_TYPE_SRV, STATS_TYPE_NAPTR, STATS_TYPE_DS, STATS_TYPE_DNSKEY,
	STATS_TYPE_SVCB, STATS_TYPE_HTTPS, STATS_TYPE_CAA, STATS_TYPE_ANY,
	STATS_TYPE_OTHER,
	/* proof of address, and who went without */
	STATS_COOKIE_GOOD, STATS_COOKIE_HALF, STATS_COOKIE_BAD,
	STATS_LIMIT_DROPPED, STATS_LIMIT_SLIPPED,
	/* where the first name was found */
	STATS_FROM_WIDEIP, STATS_FROM_ZONE, STATS_FROM_CHAOS,
	/* UDP sockets */
	STATS_UDP_BATCHES, STATS_UDP_SEND_FAILED, STATS_UDP_RECV_FAILED,
	/* of the UDP queries, those that came by AF_XDP; frames that were none */
	STATS_XDP_QUERIES, STATS_XDP_REFUSED,
	/* TCP connections */
	STATS_TCP_ACCEPTED, STATS_TCP_CLOSED, STATS_TCP_SHED,
	STATS_TCP_IDLE_TIMEOUTS, STATS_TCP_QUERY_TIMEOUTS,
	STATS_TCP_OVERSIZED, STATS_TCP_ACCEPT_FAILED,
	/* TLS on them, and headers of proxies */
	STATS_TLS_HANDSHAKES, STATS_TLS_RESUMED, STATS_TLS_FAILED,
	STATS_PROXY_REFUSED,
	STATS_COUNT
};

struct stats {
	_Alignas(64) uint64_t n[STATS_COUNT];
};

/* A thread's counters. Any thread; NULL-safe close sets *ps to NULL and adds
 * the counts to those of the threads before. */
struct stats *stats_open(void);
void stats_close(struct stats **ps);

/* Sum over all threads since the start of the process. Any thread. */
uint64_t stats_sum(enum stats_id id);
/* Adds to the sum what threads elsewhere have counted, modulo 2^64. */
void stats_carry(enum stats_id id, uint64_t n);
/* How many threads count at this moment. Any thread. */
unsigned stats_threads(void);
/* "udp-queries", for status pages. */
const char *stats_name(enum stats_id id);

/* A relaxed load and store: only this thread writes. */
static inline void
stats_add(struct stats *s, enum stats_id id, uint64_t n)
{
	__atomic_store_n(&s->n[id], s->n[id] + n, __ATOMIC_RELAXED);
}

#endif
