/* core/base/siphash.h - SipHash-2-4: a short message authentication code.
 *
 * Unlike hash.h it is the same in every process and on every machine, so that
 * what one server signs another one can check. Aumasson and Bernstein,
 * SipHash: a fast short-input PRF (2012). Layer: core/base, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_SIPHASH_H
#define CORE_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

#define SIPHASH_KEY	16	/* octets */

/* Of len octets at p. The value's octets, least significant first, are the
 * code. No allocation; about 20 cycles and 2 an octet. */
uint64_t siphash_24(const uint8_t key[SIPHASH_KEY], const void *p, size_t len);

#endif
