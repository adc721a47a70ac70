/* gtmd/topology/clientnet.c - see clientnet.h. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/clientnet.h"

#include <netinet/in.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/siphash.h"

/* Odd, with half of their bits set: digits of pi's and e's fractions. */
#define MIX_A	UINT64_C(0x243f6a8885a308d3)
#define MIX_B	UINT64_C(0xb7e151628aed2a6b)
#define MAPPED	UINT64_C(0xffff00000000)	/* ::ffff:0:0/96 */
#define V4_BITS	UINT64_C(0xffffffff)

static uint64_t
number_of(const uint8_t *octets)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | octets[i];
	return n;
}

/* The first len of 64 bits, len 0..64. */
static uint64_t
first_bits(unsigned len)
{
	return len == 0 ? 0 : UINT64_MAX << (64 - len);
}

bool
clientnet_is_ipv4(const struct clientnet *n)
{
	return n->high == 0 && n->low >> 32 == MAPPED >> 32;
}

static struct clientnet
masked(struct clientnet n, struct clientnet_len len)
{
	unsigned bits = len.ipv6;

	if (clientnet_is_ipv4(&n))
		bits = 96u + len.ipv4;
	n.high &= first_bits(bits < 64 ? bits : 64);
	n.low &= first_bits(bits < 64 ? 0 : bits - 64);
	return n;
}

struct clientnet
clientnet_of(const struct sockaddr *from, struct clientnet_len len)
{
	const struct sockaddr_in *in = (const void *)from;
	const struct sockaddr_in6 *in6 = (const void *)from;
	struct clientnet n = { 0, 0 };

	if (from != NULL && from->sa_family == AF_INET) {
		n.low = MAPPED | ntohl(in->sin_addr.s_addr);
	} else if (from != NULL && from->sa_family == AF_INET6) {
		n.high = number_of(in6->sin6_addr.s6_addr);
		n.low = number_of(in6->sin6_addr.s6_addr + 8);
	}
	return masked(n, len);
}

struct clientnet
clientnet_of_prefix(const struct addr_prefix *p)
{
	const uint8_t *o = p->addr.octets;

	if (p->addr.family == AF_INET)
		return (struct clientnet){ 0, MAPPED | number_of(o) >> 32 };
	return (struct clientnet){ number_of(o), number_of(o + 8) };
}

uint64_t
clientnet_mix(uint64_t a, uint64_t b)
{
	return clientnet_fold(clientnet_fold(a ^ MIX_A, b ^ MIX_B) ^ MIX_B,
	    MIX_A);
}

uint64_t
clientnet_point(const struct clientnet *n)
{
	return clientnet_mix(clientnet_mix(n->high, MIX_B), n->low);
}

uint64_t
clientnet_key(const char *name)
{
	static const uint8_t key[SIPHASH_KEY] = "gtm object name";

	return siphash_24(key, name, strlen(name));
}

static void
put_octets(uint8_t *to, uint64_t n, unsigned count)
{
	while (count > 0) {
		to[--count] = (uint8_t)n;
		n >>= 8;
	}
}

void
clientnet_prefix(const struct clientnet *n, struct clientnet_len len,
    struct addr_prefix *out)
{
	*out = (struct addr_prefix){ .len = len.ipv6 };
	if (clientnet_is_ipv4(n)) {
		out->addr.family = AF_INET;
		out->len = len.ipv4;
		put_octets(out->addr.octets, n->low & V4_BITS, 4);
		return;
	}
	out->addr.family = AF_INET6;
	put_octets(out->addr.octets, n->high, 8);
	put_octets(out->addr.octets + 8, n->low, 8);
}
