/* core/model/checksum.c - see checksum.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/checksum.h"

#define FNV_PRIME	UINT64_C(0x100000001b3)

uint64_t
checksum_add(uint64_t h, const void *octets, size_t len)
{
	const uint8_t *p = octets;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * FNV_PRIME;
	return h;
}
