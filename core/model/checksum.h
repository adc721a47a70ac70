/* core/model/checksum.h - FNV-1a, 64 bits: tells damaged or edited text from
 * whole one. Stable for ever, it is stored. No defence against forgery.
 * Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_CHECKSUM_H
#define CORE_MODEL_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define CHECKSUM_START	UINT64_C(0xcbf29ce484222325)

/* h goes on over len more octets. */
uint64_t checksum_add(uint64_t h, const void *octets, size_t len);

#endif
