/* wom/tunnel/pemfile.c - see pemfile.h. Layer: wom/tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/tunnel/pemfile.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"

/* ---- octets ---- */

/* All of fd, at most PEMFILE_MAX: how many, or -1 with errno. */
static ssize_t
read_whole(int fd, uint8_t *to)
{
	size_t len = 0;
	ssize_t n;

	while (len < PEMFILE_MAX &&
	    (n = read(fd, to + len, PEMFILE_MAX - len)) != 0) {
		if (n < 0 && errno != EINTR)
			return -1;
		len += n > 0 ? (size_t)n : 0;
	}
	return (ssize_t)len;
}

static int
load(const char *path, uint8_t *to, size_t *len, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n = -1;

	if (fd == -1)
		return err_set(e, err_of_open(errno), "%s: %s", path,
		    strerror(errno));
	/* A pipe or a device may never end. */
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		errno = EINVAL;
	else
		n = read_whole(fd, to);
	if (n < 0)
		(void)err_set(e, err_of_open(errno), "%s: %s", path,
		    errno == EINVAL ? "it is no file" : strerror(errno));
	(void)close(fd);
	if (n == (ssize_t)PEMFILE_MAX)
		return err_set(e, ERR_RANGE, "%s: it has over %u octets", path,
		    PEMFILE_MAX);
	*len = n > 0 ? (size_t)n : 0;
	return n < 0 ? e->code : 0;
}

/* ---- what is in them ---- */

struct opener {
	const char *passphrase;
	bool	asked;
};

static int
on_passphrase(char *text, int cap, int writing, void *arg)
{
	struct opener *o = arg;
	size_t len;

	(void)writing;
	o->asked = true;
	if (o->passphrase == NULL)
		return -1;
	len = strlen(o->passphrase);
	if (len > (size_t)cap)
		return -1;
	memcpy(text, o->passphrase, len);
	return (int)len;
}

static void
read_certs(struct pemfile *f, BIO *b, struct opener *o)
{
	size_t room = 0;
	X509 *x;

	while ((x = PEM_read_bio_X509(b, NULL, on_passphrase, o)) != NULL) {
		f->certs.v = mem_grow(f->certs.v, &room, f->certs.count + 1,
		    sizeof(X509 *));
		f->certs.v[f->certs.count++] = x;
	}
}

static void
read_crls(struct pemfile *f, BIO *b, struct opener *o)
{
	size_t room = 0;
	X509_CRL *x;

	while ((x = PEM_read_bio_X509_CRL(b, NULL, on_passphrase,
	    o)) != NULL) {
		f->crls.v = mem_grow(f->crls.v, &room, f->crls.count + 1,
		    sizeof(X509_CRL *));
		f->crls.v[f->crls.count++] = x;
	}
}

static void
read_key(struct pemfile *f, BIO *b, struct opener *o)
{
	o->asked = false;
	f->key = PEM_read_bio_PrivateKey(b, NULL, on_passphrase, o);
	f->locked = f->key == NULL && o->asked;
}

static void
read_kinds(struct pemfile *f, const uint8_t *octets, size_t len,
    const char *passphrase)
{
	static void (*const readers[])(struct pemfile *, BIO *,
	    struct opener *) = { read_certs, read_crls, read_key };
	struct opener o = { .passphrase = passphrase };

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		BIO *b = BIO_new_mem_buf(octets, (int)len);

		assert(b != NULL);
		readers[i](f, b, &o);
		BIO_free(b);
	}
	ERR_clear_error();		/* the end of the text is one */
}

int
pemfile_read(struct pemfile *f, const char *path, const char *passphrase,
    struct err *e)
{
	struct err own;
	uint8_t *octets = mem_zalloc(PEMFILE_MAX, 1);
	size_t len = 0;
	int rc;

	*f = (struct pemfile){ .path = path };
	rc = load(path, octets, &len, &own);
	if (rc != 0) {
		rc = err_set(e, own.code, "%s", own.text);
	} else {
		read_kinds(f, octets, len, passphrase);
		pemfile_mix_octets(octets, len, f->sum);
		OPENSSL_cleanse(octets, len);
	}
	free(octets);
	return rc;
}

void
pemfile_fini(struct pemfile *f)
{
	for (size_t i = 0; i < f->certs.count; i++)
		X509_free(f->certs.v[i]);
	for (size_t i = 0; i < f->crls.count; i++)
		X509_CRL_free(f->crls.v[i]);
	free(f->certs.v);
	free(f->crls.v);
	EVP_PKEY_free(f->key);
	*f = (struct pemfile){ .path = NULL };
}

/* ---- the sum ---- */

void
pemfile_mix_octets(const void *p, size_t len, uint8_t sum[PEMFILE_SUM])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok;

	assert(c != NULL);
	ok = EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1 &&
	    EVP_DigestUpdate(c, sum, PEMFILE_SUM) == 1 &&
	    (len == 0 || EVP_DigestUpdate(c, p, len) == 1) &&
	    EVP_DigestFinal_ex(c, sum, NULL) == 1;
	assert(ok);
	EVP_MD_CTX_free(c);
}

void
pemfile_mix(const struct pemfile *f, uint8_t sum[PEMFILE_SUM])
{
	pemfile_mix_octets(f->sum, PEMFILE_SUM, sum);
}
