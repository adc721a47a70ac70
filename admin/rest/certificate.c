/* admin/rest/certificate.c - see certificate.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "admin/rest/certificate.h"

#include <assert.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "admin/rest/secret.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/statefile.h"

#define DAYS	3650L
#define DAY_S	86400L

static void
add_extension(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert(ext != NULL);
	(void)X509_add_ext(x, ext, -1);
	X509_EXTENSION_free(ext);
}

/* A random serial of 127 bits: nobody keeps a list of them (RFC 5280 4.1.2.2
 * asks for positive and at most 20 octets). */
static void
set_serial(X509 *x)
{
	uint8_t octets[16];
	BIGNUM *n;

	secret_random(octets, sizeof(octets));
	octets[0] = (octets[0] & 0x7f) | 0x40;
	n = BN_bin2bn(octets, sizeof(octets), NULL);
	assert(n != NULL);
	(void)BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
	BN_free(n);
}

static X509 *
make(EVP_PKEY *key, const char *host)
{
	char *names = mem_printf("DNS:%s,DNS:localhost,IP:127.0.0.1,IP:::1",
	    host);
	X509 *x = X509_new();
	X509_NAME *name;
	int ok;

	assert(x != NULL);
	(void)X509_set_version(x, X509_VERSION_3);
	set_serial(x);
	/* A client whose clock is behind by a day still takes it. */
	(void)X509_gmtime_adj(X509_getm_notBefore(x), -DAY_S);
	(void)X509_gmtime_adj(X509_getm_notAfter(x), DAYS * DAY_S);
	name = X509_get_subject_name(x);
	ok = X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	    (const unsigned char *)host, -1, -1, 0);
	assert(ok == 1);
	(void)X509_set_issuer_name(x, name);
	(void)X509_set_pubkey(x, key);
	add_extension(x, NID_basic_constraints, "critical,CA:FALSE");
	add_extension(x, NID_key_usage, "critical,digitalSignature");
	add_extension(x, NID_ext_key_usage, "serverAuth");
	add_extension(x, NID_subject_alt_name, names);
	ok = X509_sign(x, key, EVP_sha256());
	assert(ok > 0);
	(void)ok;
	free(names);
	return x;
}

static int
save(BIO *pem, const char *path, struct err *e)
{
	char *text;
	long len = BIO_get_mem_data(pem, &text);

	return statefile_write(path, text, (size_t)len, e);
}

/* What a certificate's common name and a DNS name can hold (RFC 5280 ub-common-
 * name 64); a host of another name is served as localhost. */
static const char *
presentable(const char *host)
{
	size_t len = strspn(host, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

	return len > 0 && len <= 64 && host[len] == '\0' ? host : "localhost";
}

int
certificate_make(const char *cert_path, const char *key_path,
    const char *host, struct err *e)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIO *key_pem = BIO_new(BIO_s_secmem());
	BIO *cert_pem = BIO_new(BIO_s_mem());
	X509 *x;
	int rc;

	assert(key != NULL && key_pem != NULL && cert_pem != NULL);
	x = make(key, presentable(host));
	(void)PEM_write_bio_PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL);
	(void)PEM_write_bio_X509(cert_pem, x);
	rc = save(key_pem, key_path, e);
	if (rc == 0)
		rc = save(cert_pem, cert_path, e);
	BIO_free(cert_pem);
	BIO_free(key_pem);
	X509_free(x);
	EVP_PKEY_free(key);
	return rc;
}

/* ---- checking what was given ---- */

/* Nobody types a passphrase into a server. */
static int
no_passphrase(char *text, int cap, int writing, void *arg)
{
	bool *asked = arg;

	(void)text;
	(void)cap;
	(void)writing;
	*asked = true;
	return -1;
}

static X509 *
read_certificate(const char *pem)
{
	BIO *b = BIO_new_mem_buf(pem, -1);
	bool asked = false;
	X509 *x = PEM_read_bio_X509(b, NULL, no_passphrase, &asked);

	BIO_free(b);
	ERR_clear_error();
	return x;
}

static EVP_PKEY *
read_key(const char *pem, bool *encrypted)
{
	BIO *b = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key;

	*encrypted = false;
	key = PEM_read_bio_PrivateKey(b, NULL, no_passphrase, encrypted);
	BIO_free(b);
	ERR_clear_error();
	return key;
}

static int
check_time(const X509 *x, real_s now, struct err *e)
{
	time_t t = (time_t)now;
	BIO *b = BIO_new(BIO_s_mem());
	const ASN1_TIME *bound = NULL;
	const char *how = "";
	char *when;
	long len;
	int rc = 0;

	if (X509_cmp_time(X509_get0_notBefore(x), &t) > 0) {
		bound = X509_get0_notBefore(x);
		how = "the certificate is not valid before";
	} else if (X509_cmp_time(X509_get0_notAfter(x), &t) < 0) {
		bound = X509_get0_notAfter(x);
		how = "the certificate expired on";
	}
	if (bound != NULL) {
		(void)ASN1_TIME_print(b, bound);
		len = BIO_get_mem_data(b, &when);
		rc = err_set(e, ERR_RANGE, "%s %.*s", how, (int)len, when);
	}
	BIO_free(b);
	return rc;
}

static int
check_pair(const X509 *x, const EVP_PKEY *key, real_s now, struct err *e)
{
	if (X509_check_private_key(x, key) == 1)
		return check_time(x, now, e);
	ERR_clear_error();
	return err_set(e, ERR_CONFLICT, "the key is not the certificate's");
}

int
certificate_check(const char *cert, const char *key, real_s now,
    struct err *e)
{
	X509 *x = read_certificate(cert);
	bool encrypted;
	EVP_PKEY *k = read_key(key, &encrypted);
	int rc;

	if (x == NULL)
		rc = err_set(e, ERR_PARSE, "the certificate does not read as "
		    "PEM");
	else if (k == NULL)
		rc = err_set(e, ERR_PARSE, encrypted ? "the key is encrypted: "
		    "one without a passphrase is expected" :
		    "the key does not read as PEM");
	else
		rc = check_pair(x, k, now, e);
	X509_free(x);
	EVP_PKEY_free(k);
	return rc;
}
