/* wom/codec/storecipher.c - see storecipher.h.
 *
 * All keys are one output of HKDF-SHA-256 (RFC 5869) over the operator's key, with
 * the file's salt: a file that begins anew has other keys. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/storecipher.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/wire/wbuf.h"

#define XTS_KEY	64	/* octets: two of AES-256 */
#define TWEAK	16

/* As HKDF gives them, one after the other. */
struct keys {
	uint8_t xts[2][XTS_KEY];	/* by kind of unit */
	uint8_t check[STORECIPHER_CHECK];
	uint8_t mark[STORECIPHER_MARK];
};

struct storecipher {
	EVP_CIPHER_CTX *seal[2], *open[2];	/* by kind of unit */
	uint8_t	check[STORECIPHER_CHECK];
	uint8_t	mark[STORECIPHER_MARK];
};

static bool
derive(const uint8_t key[STORECIPHER_KEY], const uint8_t salt[STORECIPHER_SALT],
    struct keys *out)
{
	static char digest[] = "SHA256", info[] = "store at rest";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest,
		    0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
		    (void *)(uintptr_t)key, STORECIPHER_KEY),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
		    (void *)(uintptr_t)salt, STORECIPHER_SALT),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info,
		    sizeof(info) - 1),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	bool ok = ctx != NULL && EVP_KDF_derive(ctx, (uint8_t *)out,
	    sizeof(*out), params) == 1;

	_Static_assert(sizeof(struct keys) == 2 * XTS_KEY + STORECIPHER_CHECK +
	    STORECIPHER_MARK, "no holes");
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return ok;
}

static bool
make(struct storecipher *c, const struct keys *k)
{
	bool ok = true;

	for (int i = 0; i < 2; i++) {
		c->seal[i] = EVP_CIPHER_CTX_new();
		c->open[i] = EVP_CIPHER_CTX_new();
		ok = ok && c->seal[i] != NULL && c->open[i] != NULL &&
		    EVP_EncryptInit_ex(c->seal[i], EVP_aes_256_xts(), NULL,
		    k->xts[i], NULL) == 1 &&
		    EVP_DecryptInit_ex(c->open[i], EVP_aes_256_xts(), NULL,
		    k->xts[i], NULL) == 1;
	}
	memcpy(c->check, k->check, sizeof(c->check));
	memcpy(c->mark, k->mark, sizeof(c->mark));
	return ok;
}

struct storecipher *
storecipher_new(const uint8_t key[STORECIPHER_KEY],
    const uint8_t salt[STORECIPHER_SALT])
{
	struct storecipher *c = mem_zalloc(1, sizeof(*c));
	struct keys k;

	if (!derive(key, salt, &k) || !make(c, &k))
		storecipher_free(&c);
	OPENSSL_cleanse(&k, sizeof(k));
	return c;
}

void
storecipher_free(struct storecipher **pc)
{
	struct storecipher *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	for (int i = 0; i < 2; i++) {
		EVP_CIPHER_CTX_free(c->seal[i]);	/* clears its keys */
		EVP_CIPHER_CTX_free(c->open[i]);
	}
	OPENSSL_cleanse(c, sizeof(*c));
	free(c);
}

/* NIST SP 800-38E: the unit's number comes in as 16 octets. */
static void
make_tweak(const struct storecipher_unit *u, uint8_t tweak[TWEAK])
{
	const uint64_t v[2] = { u->number, u->place };
	struct wbuf w;

	wbuf_init(&w, tweak, TWEAK);
	for (int i = 0; i < 2; i++) {
		wbuf_u32(&w, (uint32_t)(v[i] >> 32));
		wbuf_u32(&w, (uint32_t)v[i]);
	}
}

void
storecipher_seal(struct storecipher *c, const struct storecipher_unit *u,
    const uint8_t *in, size_t len, uint8_t *out)
{
	uint8_t tweak[TWEAK];
	int n, ok;

	assert(len >= STORECIPHER_UNIT_MIN && len <= 1u << 24);
	make_tweak(u, tweak);
	ok = EVP_EncryptInit_ex(c->seal[u->kind], NULL, NULL, NULL, tweak);
	ok &= EVP_EncryptUpdate(c->seal[u->kind], out, &n, in, (int)len);
	assert(ok == 1 && n == (int)len);
}

void
storecipher_open(struct storecipher *c, const struct storecipher_unit *u,
    const uint8_t *in, size_t len, uint8_t *out)
{
	uint8_t tweak[TWEAK];
	int n, ok;

	assert(len >= STORECIPHER_UNIT_MIN && len <= 1u << 24);
	make_tweak(u, tweak);
	ok = EVP_DecryptInit_ex(c->open[u->kind], NULL, NULL, NULL, tweak);
	ok &= EVP_DecryptUpdate(c->open[u->kind], out, &n, in, (int)len);
	assert(ok == 1 && n == (int)len);
}

const uint8_t *
storecipher_mark(const struct storecipher *c)
{
	return c->mark;
}

const uint8_t *
storecipher_check_key(const struct storecipher *c)
{
	return c->check;
}
