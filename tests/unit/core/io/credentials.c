/* tests/unit/core/io/credentials.c - see credentials.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/io/credentials.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
need(int ok)
{
	if (!ok)
		abort();
}

static X509 *
sign(EVP_PKEY *key, int days)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);

	need(X509_set_version(x, 2));
	need(ASN1_INTEGER_set(X509_get_serialNumber(x), 1));
	need(X509_gmtime_adj(X509_getm_notBefore(x), -86400L * 3) != NULL);
	need(X509_gmtime_adj(X509_getm_notAfter(x), 86400L * days) != NULL);
	need(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"ns.test", -1, -1, 0));
	need(X509_set_issuer_name(x, name));
	need(X509_set_pubkey(x, key));
	need(X509_sign(x, key, EVP_sha256()));
	return x;
}

void
credentials_make(struct credentials *c, int days)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = sign(key, days);
	FILE *f;

	(void)snprintf(c->dir, sizeof(c->dir), "/tmp/credentials-XXXXXX");
	need(mkdtemp(c->dir) != NULL);
	(void)snprintf(c->certificate, sizeof(c->certificate), "%s/cert.pem",
	    c->dir);
	(void)snprintf(c->key, sizeof(c->key), "%s/key.pem", c->dir);
	need((f = fopen(c->certificate, "w")) != NULL);
	need(PEM_write_X509(f, x));
	(void)fclose(f);
	need((f = fopen(c->key, "w")) != NULL);
	need(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL));
	(void)fclose(f);
	X509_free(x);
	EVP_PKEY_free(key);
}

void
credentials_lock(const struct credentials *c, const char *path)
{
	FILE *f = fopen(c->key, "r");
	EVP_PKEY *key;

	need(f != NULL);
	key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	(void)fclose(f);
	need(key != NULL && (f = fopen(path, "w")) != NULL);
	need(PEM_write_PKCS8PrivateKey(f, key, EVP_aes_256_cbc(), "secret", 6,
	    NULL, NULL));
	(void)fclose(f);
	EVP_PKEY_free(key);
}

void
credentials_remove(struct credentials *c)
{
	(void)unlink(c->certificate);
	(void)unlink(c->key);
	(void)rmdir(c->dir);
}

SSL_CTX *
credentials_client(int version)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	need(ctx != NULL);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
	if (version != 0)
		need(SSL_CTX_set_max_proto_version(ctx, version) == 1);
	return ctx;
}
