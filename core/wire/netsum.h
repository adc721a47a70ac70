/* core/wire/netsum.h - the Internet checksum (RFC 1071), of octets and as they change
 * (RFC 1624). Layer: core/wire, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WIRE_NETSUM_H
#define CORE_WIRE_NETSUM_H

#include <stddef.h>
#include <stdint.h>

/* Adds len octets to a sum that is not folded yet; an odd one may only come last. Numbers
 * of 16 bits may be added as they are. Sums of up to 2^48 such calls fit. */
uint64_t netsum_add(uint64_t sum, const void *octets, size_t len);
/* The checksum, to be stored with its higher octet first; 0 when the checksum was among
 * the octets, and right. */
uint16_t netsum_fold(uint64_t sum);
/* What a checksum becomes when a 16-bit word that it covers does. */
uint16_t netsum_update(uint16_t checksum, uint16_t was, uint16_t now);

#endif
