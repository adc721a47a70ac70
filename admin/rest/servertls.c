/* admin/rest/servertls.c - see servertls.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/servertls.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"

/* Forward secrecy and authenticated encryption, nothing else (RFC 9325 4.2). */
#define CIPHERS_12	"ECDHE+AESGCM:ECDHE+CHACHA20"

struct servertls {
	SSL_CTX		*ctx;
};

struct servertls_peer {
	SSL		*ssl;
	int		 fd;
	bool		 broken;	/* OpenSSL wants no goodbye then */
};

/* Nobody types a passphrase into a server. */
static int
no_passphrase(char *text, int cap, int writing, void *arg)
{
	(void)text;
	(void)cap;
	(void)writing;
	(void)arg;
	return -1;
}

/* The first certificate is the server's, those after it lead to the root. */
static bool
use_chain(SSL_CTX *ctx, const char *pem)
{
	BIO *b = BIO_new_mem_buf(pem, -1);
	X509 *x = PEM_read_bio_X509(b, NULL, no_passphrase, NULL);
	bool ok = x != NULL && SSL_CTX_use_certificate(ctx, x) == 1;

	X509_free(x);
	while (ok && (x = PEM_read_bio_X509(b, NULL, no_passphrase,
	    NULL)) != NULL) {
		ok = SSL_CTX_add0_chain_cert(ctx, x) == 1;
		if (!ok)
			X509_free(x);
	}
	BIO_free(b);
	ERR_clear_error();		/* the end of the text is one */
	return ok;
}

static bool
use_key(SSL_CTX *ctx, const char *pem)
{
	BIO *b = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(b, NULL, no_passphrase, NULL);
	bool ok = key != NULL && SSL_CTX_use_PrivateKey(ctx, key) == 1 &&
	    SSL_CTX_check_private_key(ctx) == 1;

	EVP_PKEY_free(key);
	BIO_free(b);
	ERR_clear_error();
	return ok;
}

struct servertls *
servertls_new(const char *cert, const char *key, struct err *e)
{
	struct servertls *t = mem_zalloc(1, sizeof(*t));

	t->ctx = SSL_CTX_new(TLS_server_method());
	assert(t->ctx != NULL);
	(void)SSL_CTX_set_min_proto_version(t->ctx, TLS1_2_VERSION);
	(void)SSL_CTX_set_cipher_list(t->ctx, CIPHERS_12);
	(void)SSL_CTX_set_options(t->ctx, SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
	    SSL_OP_CIPHER_SERVER_PREFERENCE);
	(void)SSL_CTX_set_session_cache_mode(t->ctx, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_num_tickets(t->ctx, 0);
	/* A silent connection keeps no buffers. */
	(void)SSL_CTX_set_mode(t->ctx, SSL_MODE_RELEASE_BUFFERS |
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (use_chain(t->ctx, cert) && use_key(t->ctx, key))
		return t;
	(void)err_set(e, ERR_PARSE, "key and certificate do not read or do "
	    "not fit each other");
	servertls_free(&t);
	return NULL;
}

void
servertls_free(struct servertls **pt)
{
	if (*pt != NULL)
		SSL_CTX_free((*pt)->ctx);
	free(*pt);
	*pt = NULL;
}

/* false: until has passed. */
static bool
wait_for(int fd, short events, mono_ns until)
{
	struct pollfd p = { .fd = fd, .events = events };
	int rc;

	do {
		mono_ns now = clock_mono(&clock_system);
		uint64_t ms = now < until ? (until - now) / CLOCK_MS + 1 : 0;

		if (ms == 0)
			return false;
		rc = poll(&p, 1, ms < INT_MAX ? (int)ms : INT_MAX);
	} while (rc == -1 && errno == EINTR);
	return rc != 0;
}

/* After a call that gave rc: 1 = call again, 0 = broken off, -1 = too late. */
static int
may_retry(struct servertls_peer *p, int rc, mono_ns until)
{
	int why = SSL_get_error(p->ssl, rc);

	if (why == SSL_ERROR_WANT_READ)
		return wait_for(p->fd, POLLIN, until) ? 1 : -1;
	if (why == SSL_ERROR_WANT_WRITE)
		return wait_for(p->fd, POLLOUT, until) ? 1 : -1;
	p->broken = why != SSL_ERROR_ZERO_RETURN;
	return 0;
}

struct servertls_peer *
servertls_accept(struct servertls *t, int fd, mono_ns until)
{
	struct servertls_peer *p;
	int rc, again = 1;

	if (!wait_for(fd, POLLIN, until))
		return NULL;
	p = mem_zalloc(1, sizeof(*p));
	p->fd = fd;
	p->ssl = SSL_new(t->ctx);
	assert(p->ssl != NULL);
	(void)SSL_set_fd(p->ssl, fd);
	do {
		ERR_clear_error();
		rc = SSL_accept(p->ssl);
	} while (rc != 1 && (again = may_retry(p, rc, until)) == 1);
	if (rc == 1)
		return p;
	p->broken = true;
	servertls_free_peer(&p);
	return NULL;
}

void
servertls_free_peer(struct servertls_peer **pp)
{
	struct servertls_peer *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	ERR_clear_error();
	if (!p->broken)
		(void)SSL_shutdown(p->ssl);
	SSL_free(p->ssl);
	free(p);
}

void
servertls_leave_thread(void)
{
	OPENSSL_thread_stop();
}

ssize_t
servertls_read(struct servertls_peer *p, void *octets, size_t cap,
    mono_ns until)
{
	int len = cap < INT_MAX ? (int)cap : INT_MAX, rc, again;

	for (;;) {
		ERR_clear_error();
		rc = SSL_read(p->ssl, octets, len);
		if (rc > 0)
			return rc;
		again = may_retry(p, rc, until);
		if (again != 1)
			return again;
	}
}

bool
servertls_write(struct servertls_peer *p, const void *octets, size_t len,
    mono_ns until)
{
	const char *at = octets;

	while (len > 0) {
		int rc;

		ERR_clear_error();
		rc = SSL_write(p->ssl, at, len < INT_MAX ? (int)len : INT_MAX);
		if (rc > 0) {
			at += rc;
			len -= (size_t)rc;
		} else if (may_retry(p, rc, until) != 1) {
			return false;
		}
	}
	return true;
}
