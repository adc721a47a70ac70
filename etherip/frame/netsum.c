/* etherip/frame/netsum.c - see netsum.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/frame/netsum.h"

#include <string.h>

/* Eight octets at a time in the machine's own order: the sum of a checksum is the same in
 * either, but for the order of its octets (RFC 1071 section 2 B). */
uint64_t
netsum_add(uint64_t sum, const void *octets, size_t len)
{
	const uint8_t *p = octets;
	uint64_t wide = 0, word;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		wide += (word & 0xffffffff) + (word >> 32);
	}
	word = 0;
	memcpy(&word, p, len);
	wide += (word & 0xffffffff) + (word >> 32);
	while (wide >> 16 != 0)
		wide = (wide & 0xffff) + (wide >> 16);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	wide = (wide & 0xff) << 8 | wide >> 8;
#endif
	return sum + wide;
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
