/* tests/unit/wom/tunnel/certs.c - see certs.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/wom/tunnel/certs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "core/base/err.h"

#define DAY_S	86400

const char *
certs_path(const struct certs *c, const char *file, char out[CERTS_PATH])
{
	(void)snprintf(out, CERTS_PATH, "%s/%s", c->folder, file);
	return out;
}

static FILE *
create(const struct certs *c, const char *name, const char *ending)
{
	char path[CERTS_PATH];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s%s", c->folder, name, ending);
	f = fopen(path, "w");
	assert_non_null(f);
	return f;
}

static void
put_extension(X509 *x, X509 *issuer, int nid, const char *text)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, text);
	assert_non_null(e);
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
}

static X509 *
begin(struct certs *c, const struct certs_wish *w, EVP_PKEY *key)
{
	X509 *x = X509_new();
	int to_s = w->from_s == 0 && w->to_s == 0 ? DAY_S : w->to_s;

	assert_non_null(x);
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), ++c->serial);
	X509_gmtime_adj(X509_getm_notBefore(x), w->from_s != 0 ? w->from_s :
	    -60);
	X509_gmtime_adj(X509_getm_notAfter(x), to_s);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN",
	    MBSTRING_ASC, (const unsigned char *)w->name, -1, -1, 0);
	X509_set_pubkey(x, key);
	return x;
}

static void
sign(X509 *x, X509 *issuer, EVP_PKEY *key)
{
	X509_set_issuer_name(x, X509_get_subject_name(issuer));
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
}

long
certs_make(struct certs *c, const struct certs_wish *w)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = begin(c, w, key);
	char san[256];
	FILE *f;

	(void)snprintf(san, sizeof(san), "DNS:%s", w->name);
	put_extension(x, w->self_signed ? x : c->ca, NID_subject_alt_name, san);
	sign(x, w->self_signed ? x : c->ca, w->self_signed ? key : c->ca_key);
	f = create(c, w->name, ".pem");
	assert_int_equal(PEM_write_X509(f, x), 1);
	fclose(f);
	f = create(c, w->name, ".key");
	assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL,
	    NULL), 1);
	fclose(f);
	X509_free(x);
	EVP_PKEY_free(key);
	return c->serial;
}

void
certs_init(struct certs *c)
{
	const struct certs_wish w = { .name = "authority" };
	FILE *f;

	*c = (struct certs){ .folder = "/tmp/certs-XXXXXX" };
	assert_non_null(mkdtemp(c->folder));
	c->ca_key = EVP_EC_gen("P-256");
	c->ca = begin(c, &w, c->ca_key);
	put_extension(c->ca, c->ca, NID_basic_constraints, "critical,CA:TRUE");
	put_extension(c->ca, c->ca, NID_key_usage,
	    "critical,keyCertSign,cRLSign");
	sign(c->ca, c->ca, c->ca_key);
	f = create(c, "ca", ".pem");
	assert_int_equal(PEM_write_X509(f, c->ca), 1);
	fclose(f);
}

void
certs_fini(struct certs *c)
{
	DIR *d = opendir(c->folder);
	struct dirent *e;
	char path[CERTS_PATH + 256];

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", c->folder,
		    e->d_name);
		(void)unlink(path);
	}
	closedir(d);
	assert_int_equal(rmdir(c->folder), 0);
	X509_free(c->ca);
	EVP_PKEY_free(c->ca_key);
}

void
certs_revoke(struct certs *c, long serial, int next_s)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *now = X509_gmtime_adj(NULL, -60);
	ASN1_TIME *next = X509_gmtime_adj(NULL, next_s);
	FILE *f;

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(c->ca));
	X509_CRL_set1_lastUpdate(crl, now);
	X509_CRL_set1_nextUpdate(crl, next);
	if (serial != 0) {
		X509_REVOKED *r = X509_REVOKED_new();
		ASN1_INTEGER *i = ASN1_INTEGER_new();

		ASN1_INTEGER_set(i, serial);
		X509_REVOKED_set_serialNumber(r, i);
		X509_REVOKED_set_revocationDate(r, now);
		X509_CRL_add0_revoked(crl, r);
		ASN1_INTEGER_free(i);
	}
	assert_true(X509_CRL_sign(crl, c->ca_key, EVP_sha256()) > 0);
	f = create(c, "crl", ".pem");
	assert_int_equal(PEM_write_X509_CRL(f, crl), 1);
	fclose(f);
	ASN1_TIME_free(now);
	ASN1_TIME_free(next);
	X509_CRL_free(crl);
}

struct tunneltls *
certs_tls(const struct certs *c, const char *name,
    const struct tunneltls_config *more, struct err *e)
{
	struct tunneltls_config with = *more;
	char file[64], cert[CERTS_PATH], key[CERTS_PATH];

	(void)snprintf(file, sizeof(file), "%s.pem", name);
	with.cert = certs_path(c, file, cert);
	(void)snprintf(file, sizeof(file), "%s.key", name);
	with.key = certs_path(c, file, key);
	if (with.depth == 0)
		with.depth = 9;
	if (with.handshake_ns == 0)
		with.handshake_ns = 10 * CLOCK_S;
	return tunneltls_new(&with, e);
}

struct tunneltls *
certs_need(const struct certs *c, const char *name, bool server)
{
	struct err e = { .code = 0 };
	char ca[CERTS_PATH];
	const struct tunneltls_config with = { .server = server,
	    .ca_file = certs_path(c, "ca.pem", ca) };
	struct tunneltls *t = certs_tls(c, name, &with, &e);

	if (t == NULL)
		fail_msg("%s", e.text);
	return t;
}
