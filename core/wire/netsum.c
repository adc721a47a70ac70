/* core/wire/netsum.c - see netsum.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/wire/netsum.h"

#include <string.h>

__extension__ typedef unsigned __int128 u128;

static uint64_t
sum_of(const void *octets, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, octets, len);
	return word;
}

/* Eight octets at a time in the machine's own order: the sum is the same in either, but for
 * the order of its octets (RFC 1071 section 2 B). The upper half of the wide sum counts the
 * carries, which the processor does beside the addition; they come home at the end. */
uint64_t
netsum_add(uint64_t sum, const void *octets, size_t len)
{
	const uint8_t *p = octets;
	u128 wide = 0;
	uint64_t s;

	for (; len >= 8; p += 8, len -= 8)
		wide += sum_of(p, 8);
	if ((len & 4) != 0) {
		wide += sum_of(p, 4);
		p += 4;
	}
	if ((len & 2) != 0) {
		wide += sum_of(p, 2);
		p += 2;
	}
	if ((len & 1) != 0)
		wide += sum_of(p, 1);
	wide = (uint64_t)wide + (wide >> 64);
	s = (uint64_t)wide + (uint64_t)(wide >> 64);
	s = (s & UINT32_MAX) + (s >> 32);
	s = (s & UINT32_MAX) + (s >> 32);
	s = (s & UINT16_MAX) + (s >> 16);
	s = (s & UINT16_MAX) + (s >> 16);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	s = __builtin_bswap16((uint16_t)s);
#endif
	return sum + s;
}

uint16_t
netsum_fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint16_t
netsum_update(uint16_t checksum, uint16_t was, uint16_t now)
{
	uint64_t sum = (uint16_t)~checksum;

	/* RFC 1624 [Eqn. 3]. */
	sum += (uint16_t)~was;
	sum += now;
	return netsum_fold(sum);
}
