/* wom/codec/blockid.c - see blockid.h. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/blockid.h"

#include <assert.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "core/base/mem.h"

#define NONCE_OCTETS	12

struct blockid_key {
	EVP_CIPHER_CTX *ctx;
	uint64_t domain;
};

struct blockid_key *
blockid_key_new(const uint8_t secret[BLOCKID_SECRET])
{
	static const uint8_t nonce[NONCE_OCTETS];
	struct blockid_key *k = mem_zalloc(1, sizeof(*k));

	k->ctx = EVP_CIPHER_CTX_new();
	if (k->ctx == NULL || EVP_EncryptInit_ex(k->ctx, EVP_aes_128_gcm(),
	    NULL, secret, nonce) != 1)
		blockid_key_free(&k);
	return k;
}

void
blockid_key_free(struct blockid_key **pk)
{
	struct blockid_key *k = *pk;

	*pk = NULL;
	if (k == NULL)
		return;
	EVP_CIPHER_CTX_free(k->ctx);	/* clears the key schedule */
	free(k);
}

/* A fixed one for each domain: four octets of zero, then its number. */
struct blockid
blockid_in(struct blockid_key *k, uint64_t domain, const void *data, size_t len)
{
	uint8_t nonce[NONCE_OCTETS] = { 0 };
	struct blockid id;
	int n, ok;

	assert(len <= INT_MAX);
	for (int i = 0; i < 8; i++)
		nonce[4 + i] = (uint8_t)(domain >> (56 - 8 * i));
	ok = EVP_EncryptInit_ex(k->ctx, NULL, NULL, NULL, nonce);
	ok &= EVP_EncryptUpdate(k->ctx, NULL, &n, data, (int)len);
	ok &= EVP_EncryptFinal_ex(k->ctx, NULL, &n);
	ok &= EVP_CIPHER_CTX_ctrl(k->ctx, EVP_CTRL_AEAD_GET_TAG,
	    BLOCKID_OCTETS, id.octets);
	assert(ok == 1);
	return id;
}

struct blockid
blockid_of(struct blockid_key *k, const void *data, size_t len)
{
	return blockid_in(k, k->domain, data, len);
}

void
blockid_key_enter(struct blockid_key *k, uint64_t domain)
{
	k->domain = domain;
}
