/* core/wire/be16.h - a number of 16 bits as the network has it, the higher octet first,
 * wherever it lies. What has its bounds to be minded is rbuf.h's and wbuf.h's.
 * Layer: core/wire, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WIRE_BE16_H
#define CORE_WIRE_BE16_H

#include <stdint.h>

static inline uint16_t
be16_get(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline void
be16_put(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

#endif
