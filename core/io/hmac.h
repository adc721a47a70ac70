/* core/io/hmac.h - HMAC-SHA256 (RFC 2104, FIPS 180-4): a message authentication code.
 * Layer: core/io; its .c owns OpenSSL's for it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_HMAC_H
#define CORE_IO_HMAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HMAC_SHA256	32	/* octets */

/* Of len octets at p, under key_len octets. Some 1 us and 3 us a kilobyte. */
void hmac_sha256(const void *key, size_t key_len, const void *p, size_t len,
    uint8_t out[HMAC_SHA256]);
/* Is mac theirs? In a time that does not tell how much of it is right. */
bool hmac_check(const void *key, size_t key_len, const void *p, size_t len,
    const uint8_t mac[HMAC_SHA256]);

#endif
