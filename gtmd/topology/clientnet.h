/* gtmd/topology/clientnet.h - which network a client is counted to, and its fixed point
 * among all networks.
 *
 * The client is the resolver that asks, as F5 has it: never what it tells of
 * others, so that no answer's ECS scope grows by it. The point is the same in
 * every process and on every machine, today and after a restart. Layer: gtmd,
 * pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_CLIENTNET_H
#define GTMD_TOPOLOGY_CLIENTNET_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 clientnet_product;

struct addr_prefix;
struct sockaddr;

/* How many bits of an address make clients one: 0..32 and 0..128. */
struct clientnet_len {
	uint8_t		 ipv4, ipv6;
};

/* A masked address as one number; IPv4 as an IPv4-mapped IPv6 address (RFC
 * 4291 2.5.5.2). All zero: unknown. */
struct clientnet {
	uint64_t	 high, low;
};

/* The network of an address; IPv4-mapped ones count as IPv4. from NULL, or of
 * no IP family, is unknown. */
struct clientnet clientnet_of(const struct sockaddr *from,
    struct clientnet_len len);

/* The same of a prefix whose family is set. */
struct clientnet clientnet_of_prefix(const struct addr_prefix *p);
bool clientnet_is_ipv4(const struct clientnet *n);

/* Where it stands: each bit of the 64 depends on each bit of the network. */
uint64_t clientnet_point(const struct clientnet *n);

/* One well-mixed number out of two; what was far apart or near stays neither.
 * Two multiplications. */
uint64_t clientnet_mix(uint64_t a, uint64_t b);

/* The same for two that are well mixed already, and not 0: one. */
static inline uint64_t
clientnet_fold(uint64_t a, uint64_t b)
{
	clientnet_product p = (clientnet_product)a * b;

	return (uint64_t)(p >> 64) ^ (uint64_t)p;
}

/* A key that stands for a name for good: SipHash-2-4 under a fixed key. */
uint64_t clientnet_key(const char *name);

/* As a prefix for people; len as it was counted. */
void clientnet_prefix(const struct clientnet *n, struct clientnet_len len,
    struct addr_prefix *out);

#endif
