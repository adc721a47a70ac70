/* admin/rest/secret.c - see secret.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/secret.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>
#include <sys/random.h>

#define SCRYPT_N	(UINT64_C(1) << 15)
#define SCRYPT_R	8
#define SCRYPT_P	1
#define SCRYPT_MEMORY	(UINT64_C(64) << 20)	/* 128 r N is 32 MiB */

void
secret_random(void *octets, size_t len)
{
	uint8_t *at = octets;

	while (len > 0) {
		ssize_t n = getrandom(at, len, 0);

		/* Up to 256 octets it neither fails nor is interrupted. */
		assert(n > 0);
		at += n;
		len -= (size_t)n;
	}
}

void
secret_digest(const void *octets, size_t len, uint8_t digest[SECRET_HASH_LEN])
{
	int ok = EVP_Digest(octets, len, digest, NULL, EVP_sha256(), NULL);

	assert(ok == 1);
	(void)ok;
}

void
secret_hash(const char *password, const uint8_t salt[SECRET_SALT_LEN],
    uint8_t hash[SECRET_HASH_LEN])
{
	uint64_t n = SCRYPT_N, memory = SCRYPT_MEMORY;
	uint32_t r = SCRYPT_R, p = SCRYPT_P;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD,
		    (char *)(uintptr_t)password, strlen(password)),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
		    (uint8_t *)(uintptr_t)salt, SECRET_SALT_LEN),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM,
		    &memory),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "SCRYPT", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	int ok = EVP_KDF_derive(ctx, hash, SECRET_HASH_LEN, params);

	assert(ok == 1);
	(void)ok;
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

bool
secret_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

void
secret_wipe(void *octets, size_t len)
{
	explicit_bzero(octets, len);
}

void
secret_to_hex(const uint8_t *octets, size_t len, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		text[2 * i] = digits[octets[i] >> 4];
		text[2 * i + 1] = digits[octets[i] & 15];
	}
	text[2 * len] = '\0';
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
secret_from_hex(const char *text, size_t len, uint8_t *octets)
{
	for (size_t i = 0; i < len; i++) {
		int hi = nibble(text[2 * i]);
		int lo = hi < 0 ? -1 : nibble(text[2 * i + 1]);

		if (lo < 0)
			return false;
		octets[i] = (uint8_t)(hi << 4 | lo);
	}
	return true;
}

bool
secret_from_base64(const char *text, char *octets, size_t cap)
{
	size_t len = strlen(text), pad = len - strspn(text, "ABCDEFGHIJKLMNOPQ"
	    "RSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
	int n;

	if (len == 0 || len % 4 != 0 || len / 4 * 3 >= cap || pad > 2 ||
	    strspn(text + len - pad, "=") != pad)
		return false;
	n = EVP_DecodeBlock((unsigned char *)octets,
	    (const unsigned char *)text, (int)len);
	if (n < (int)pad)
		return false;
	octets[(size_t)n - pad] = '\0';
	return strlen(octets) == (size_t)n - pad;
}
