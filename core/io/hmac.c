/* core/io/hmac.c - see hmac.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/hmac.h"

#include <assert.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

void
hmac_sha256(const void *key, size_t key_len, const void *p, size_t len,
    uint8_t out[HMAC_SHA256])
{
	unsigned n = 0;
	const void *done;

	assert(key_len <= INT_MAX);
	done = HMAC(EVP_sha256(), key, (int)key_len, p, len, out, &n);
	assert(done != NULL && n == HMAC_SHA256);
}

bool
hmac_check(const void *key, size_t key_len, const void *p, size_t len,
    const uint8_t mac[HMAC_SHA256])
{
	uint8_t right[HMAC_SHA256];

	hmac_sha256(key, key_len, p, len, right);
	return CRYPTO_memcmp(right, mac, sizeof(right)) == 0;
}
