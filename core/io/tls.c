/* core/io/tls.c - see tls.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/tls.h"

#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/tlsbio.h"

/* Forward secrecy and authenticated encryption, nothing else (RFC 9325 4.2). */
#define CIPHERS_12	"ECDHE+AESGCM:ECDHE+CHACHA20"

struct tls {
	SSL_CTX		*ctx;
	int64_t		 expires_s;
};

struct tls_peer {
	SSL		*ssl;
	struct tlsbio	 bio;
	bool		 broken;	/* OpenSSL wants no goodbye then */
};

/* ---- credentials ---- */

/* Nobody types a passphrase into a server; that one was wanted is noted. */
static int
no_passphrase(char *text, int cap, int writing, void *arg)
{
	bool *wanted = arg;

	(void)text;
	(void)cap;
	(void)writing;
	if (wanted != NULL)
		*wanted = true;
	return -1;
}

/* The library's reason for the last trouble, and its list emptied. */
static const char *
reason(void)
{
	unsigned long code = ERR_peek_last_error();
	const char *text = ERR_reason_error_string(code);

	/* What PEM says of a file that is none. */
	if (ERR_GET_LIB(code) == ERR_LIB_PEM &&
	    ERR_GET_REASON(code) == PEM_R_NO_START_LINE)
		text = "no certificate is in it (PEM)";
	ERR_clear_error();
	return text != NULL ? text : "it does not read";
}

static BIO *
open_file(const char *path, const char *what, struct err *e)
{
	BIO *b;

	errno = 0;
	b = BIO_new_file(path, "r");
	if (b == NULL)
		(void)err_set(e, ERR_IO, "%s %s: %s", what, path,
		    errno != 0 ? strerror(errno) : "it does not open");
	ERR_clear_error();
	return b;
}

static int64_t
expiry(const X509 *x)
{
	struct tm tm = { 0 };

	if (ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) != 1)
		return 0;
	return (int64_t)timegm(&tm);
}

/* The first certificate is the server's, those after it lead to the root. */
static bool
use_chain(struct tls *t, BIO *b)
{
	X509 *x = PEM_read_bio_X509(b, NULL, no_passphrase, NULL);
	bool ok = x != NULL && SSL_CTX_use_certificate(t->ctx, x) == 1;

	if (ok)
		t->expires_s = expiry(x);
	X509_free(x);
	while (ok && (x = PEM_read_bio_X509(b, NULL, no_passphrase,
	    NULL)) != NULL) {
		ok = SSL_CTX_add0_chain_cert(t->ctx, x) == 1;
		if (!ok)
			X509_free(x);
	}
	return ok;
}

static int
load_certificate(struct tls *t, const char *path, struct err *e)
{
	BIO *b = open_file(path, "certificate", e);
	int rc = 0;

	if (b == NULL)
		return ERR_IO;
	if (!use_chain(t, b))
		rc = err_set(e, ERR_PARSE, "certificate %s: %s", path,
		    reason());
	ERR_clear_error();		/* the end of the text is one */
	BIO_free(b);
	return rc;
}

static int
use_key(struct tls *t, BIO *b, const char *path, struct err *e)
{
	bool wanted = false;
	EVP_PKEY *key = PEM_read_bio_PrivateKey(b, NULL, no_passphrase,
	    &wanted);
	int rc = 0;

	if (key == NULL)
		rc = err_set(e, ERR_PARSE, "key %s: %s", path, wanted ?
		    "it is encrypted with a passphrase" :
		    "no private key is in it (PEM)");
	else if (SSL_CTX_use_PrivateKey(t->ctx, key) != 1 ||
	    SSL_CTX_check_private_key(t->ctx) != 1)
		rc = err_set(e, ERR_CONFLICT, "key %s: it does not belong to "
		    "the certificate", path);
	ERR_clear_error();
	EVP_PKEY_free(key);
	return rc;
}

static int
load_key(struct tls *t, const char *path, struct err *e)
{
	BIO *b = open_file(path, "key", e);
	int rc;

	if (b == NULL)
		return ERR_IO;
	rc = use_key(t, b, path, e);
	BIO_free(b);
	return rc;
}

/* Who offers protocols and not ours speaks another (RFC 7301 3.2). */
static int
on_alpn(SSL *ssl, const unsigned char **out, unsigned char *len,
    const unsigned char *in, unsigned in_len, void *arg)
{
	const char *ours = arg;
	size_t n = strlen(ours);

	(void)ssl;
	for (unsigned at = 0; at < in_len; at += 1u + in[at]) {
		if (in[at] == n && in_len - at > n &&
		    memcmp(in + at + 1, ours, n) == 0) {
			*out = in + at + 1;
			*len = (unsigned char)n;
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static SSL_CTX *
make_context(const char *alpn)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	assert(ctx != NULL);
	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	(void)SSL_CTX_set_cipher_list(ctx, CIPHERS_12);
	(void)SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	/* A ticket is all there is to a session, and each reload of the
	 * credentials makes the key of tickets anew. */
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_session_id_context(ctx,
	    (const unsigned char *)"gtm", 3);
	(void)SSL_CTX_set_num_tickets(ctx, 1);
	/* A silent connection keeps no buffers; a record a call. */
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS |
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	(void)SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
	if (alpn != NULL)
		SSL_CTX_set_alpn_select_cb(ctx, on_alpn,
		    (void *)(uintptr_t)alpn);
	return ctx;
}

struct tls *
tls_new(const struct tls_config *c, struct err *e)
{
	struct tls *t = mem_zalloc(1, sizeof(*t));

	t->ctx = make_context(c->alpn);
	if (load_certificate(t, c->certificate, e) != 0 ||
	    load_key(t, c->key, e) != 0)
		tls_free(&t);
	return t;
}

struct tls *
tls_new_text(const char *certificate, const char *key, struct err *e)
{
	struct tls *t = mem_zalloc(1, sizeof(*t));
	BIO *chain = BIO_new_mem_buf(certificate, -1);
	BIO *b = BIO_new_mem_buf(key, -1);

	t->ctx = make_context(NULL);
	(void)SSL_CTX_set_options(t->ctx, SSL_OP_NO_TICKET);
	(void)SSL_CTX_set_num_tickets(t->ctx, 0);
	if (!use_chain(t, chain) || use_key(t, b, "", NULL) != 0) {
		(void)err_set(e, ERR_PARSE, "key and certificate do not read "
		    "or do not fit each other");
		tls_free(&t);
	}
	ERR_clear_error();
	BIO_free(chain);
	BIO_free(b);
	return t;
}

struct tls *
tls_share(const struct tls *t)
{
	struct tls *twin = mem_zalloc(1, sizeof(*twin));

	*twin = *t;
	(void)SSL_CTX_up_ref(t->ctx);
	return twin;
}

void
tls_free(struct tls **pt)
{
	if (*pt != NULL)
		SSL_CTX_free((*pt)->ctx);
	free(*pt);
	*pt = NULL;
}

int64_t
tls_expires_s(const struct tls *t)
{
	return t->expires_s;
}

/* ---- peers ---- */

struct tls_peer *
tls_open(const struct tls *t, int fd)
{
	struct tls_peer *p = mem_zalloc(1, sizeof(*p));
	BIO *b;

	p->bio = (struct tlsbio){ .fd = fd, .handshake_max = TLS_HANDSHAKE_MAX };
	b = tlsbio_new(&p->bio);
	p->ssl = SSL_new(t->ctx);
	assert(p->ssl != NULL);
	SSL_set_bio(p->ssl, b, b);
	SSL_set_accept_state(p->ssl);
	return p;
}

void
tls_close(struct tls_peer **pp)
{
	struct tls_peer *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	ERR_clear_error();
	if (p->bio.ready && !p->broken)
		(void)SSL_shutdown(p->ssl);
	SSL_free(p->ssl);
	ERR_clear_error();
	free(p);
}

static ssize_t
note(struct tls_peer *p, ssize_t n)
{
	p->broken = p->broken || n == TLS_BROKEN;
	return n;
}

int
tls_accept(struct tls_peer *p)
{
	int rc;

	ERR_clear_error();
	p->bio.turn = TLS_TURN;
	rc = SSL_do_handshake(p->ssl);
	if (rc == 1) {
		p->bio.ready = true;
		return 1;
	}
	rc = tlsbio_lack(p->ssl, rc);
	/* Goodbye before hello breaks it, too. */
	return (int)note(p, rc != 0 ? rc : TLS_BROKEN);
}

bool
tls_is_resumed(const struct tls_peer *p)
{
	return SSL_session_reused(p->ssl) == 1;
}

ssize_t
tls_read(struct tls_peer *p, void *octets, size_t cap)
{
	return note(p, tlsbio_read(p->ssl, &p->bio, octets, cap));
}

bool
tls_pending(const struct tls_peer *p)
{
	return SSL_pending(p->ssl) > 0;
}

ssize_t
tls_write(struct tls_peer *p, const void *octets, size_t len)
{
	return note(p, tlsbio_write(p->ssl, &p->bio, octets, len));
}

void
tls_leave_thread(void)
{
	OPENSSL_thread_stop();
}
