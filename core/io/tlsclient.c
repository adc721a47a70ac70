/* core/io/tlsclient.c - see tlsclient.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/tlsclient.h"

#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/err.h"
#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/io/tlsbio.h"

/* A server's chain may be longer than what a client shows. */
#define HANDSHAKE_MAX	131072

/* Where a session lies is a hash of its server: of two that collide the later
 * one stays. */
struct slot {
	struct addrport	 of;
	SSL_SESSION	*session;	/* owned; NULL = none */
	mono_ns		 born;		/* of the full handshake behind it */
};

struct tlsclient {
	SSL_CTX		*ctx;
	char		*name;		/* owned; NULL = none */
	bool		 verify;
	struct slot	*slots;		/* owned; NULL = none was kept yet */
};

struct tlsclient_peer {
	SSL		*ssl;
	struct tlsbio	 bio;
	struct tlsclient *client;
	struct addrport	 to;
	mono_ns		 now;		/* when it was opened */
	mono_ns		 born;		/* of the session that it offers */
	enum tlsclient_trouble trouble;
	int		 number;
};

/* ---- sessions ---- */

static struct slot *
slot_of(struct tlsclient *c, const struct addrport *to)
{
	struct hash_key key;
	uint8_t octets[sizeof(to->addr) + sizeof(to->port)];

	if (c->slots == NULL)
		c->slots = mem_zalloc(TLSCLIENT_SESSIONS, sizeof(*c->slots));
	memcpy(octets, &to->addr, sizeof(to->addr));
	memcpy(octets + sizeof(to->addr), &to->port, sizeof(to->port));
	hash_key_init(&key, 0);
	return &c->slots[hash_octets(&key, octets, sizeof(octets)) %
	    TLSCLIENT_SESSIONS];
}

static bool
is_of(const struct slot *s, const struct addrport *to)
{
	return s->session != NULL && addr_equal(&s->of.addr, &to->addr) &&
	    s->of.port == to->port;
}

/* The server gave a session, perhaps in place of the one taken up. Ours from
 * here on: 1. */
static int
on_session(SSL *ssl, SSL_SESSION *session)
{
	struct tlsclient_peer *p = SSL_get_app_data(ssl);
	struct slot *s = slot_of(p->client, &p->to);

	SSL_SESSION_free(s->session);
	*s = (struct slot){ .of = p->to, .session = session,
	    .born = SSL_session_reused(ssl) == 1 ? p->born : p->now };
	return 1;
}

/* Nobody looks at a certificate again when its session is taken up: the server
 * has to show it, and then it is found out. */
static bool
has_expired(SSL_SESSION *session)
{
	const X509 *x = SSL_SESSION_get0_peer(session);

	return x != NULL && X509_cmp_current_time(X509_get0_notAfter(x)) <= 0;
}

static void
take_up(struct tlsclient_peer *p, mono_ns now)
{
	struct slot *s = slot_of(p->client, &p->to);

	if (!is_of(s, &p->to) || now - s->born >= TLSCLIENT_SESSION_NS ||
	    (p->client->verify && has_expired(s->session)))
		return;
	if (SSL_set_session(p->ssl, s->session) == 1)
		p->born = s->born;
}

/* ---- the client ---- */

/* Nobody types a passphrase into a daemon. */
static int
no_passphrase(char *text, int cap, int writing, void *arg)
{
	(void)text;
	(void)cap;
	(void)writing;
	(void)arg;
	return -1;
}

/* The library's first reason, and its list emptied. */
static const char *
reason(void)
{
	unsigned long code = ERR_peek_error();
	const char *text = ERR_SYSTEM_ERROR(code) ?
	    strerrordesc_np(ERR_GET_REASON(code)) :
	    ERR_reason_error_string(code);

	ERR_clear_error();
	return text != NULL ? text : "it does not read";
}

static int
load(struct tlsclient *c, const struct tlsclient_config *want, struct err *e)
{
	if (want->ciphers != NULL &&
	    SSL_CTX_set_cipher_list(c->ctx, want->ciphers) != 1)
		return err_set(e, ERR_PARSE, "cipherlist %s: %s",
		    want->ciphers, reason());
	if (want->cert != NULL &&
	    SSL_CTX_use_certificate_chain_file(c->ctx, want->cert) != 1)
		return err_set(e, ERR_IO, "cert %s: %s", want->cert, reason());
	if (want->key != NULL && (SSL_CTX_use_PrivateKey_file(c->ctx,
	    want->key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(c->ctx) != 1))
		return err_set(e, ERR_IO, "key %s: %s", want->key, reason());
	if (!want->verify)
		return 0;
	if (want->ca_file != NULL &&
	    SSL_CTX_load_verify_file(c->ctx, want->ca_file) != 1)
		return err_set(e, ERR_IO, "ca-file %s: %s", want->ca_file,
		    reason());
	if (want->ca_file == NULL)
		(void)SSL_CTX_set_default_verify_paths(c->ctx);
	return 0;
}

static SSL_CTX *
make_context(bool compatible)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	assert(ctx != NULL);
	(void)SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	if (compatible) {
		/* The ciphers of TLS 1.0 and 1.1 are below level 1. */
		(void)SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
		SSL_CTX_set_security_level(ctx, 0);
		(void)SSL_CTX_set_options(ctx, SSL_OP_ALL |
		    SSL_OP_LEGACY_SERVER_CONNECT);
	} else {
		(void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	}
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT |
	    SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx, on_session);
	SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return ctx;
}

struct tlsclient *
tlsclient_new(const struct tlsclient_config *want, struct err *e)
{
	struct tlsclient *c = mem_zalloc(1, sizeof(*c));

	c->ctx = make_context(want->compatible);
	c->verify = want->verify;
	c->name = want->name != NULL ? mem_strdup(want->name) : NULL;
	ERR_clear_error();
	if (load(c, want, e) != 0)
		tlsclient_free(&c);
	return c;
}

void
tlsclient_free(struct tlsclient **pc)
{
	struct tlsclient *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	for (size_t i = 0; c->slots != NULL && i < TLSCLIENT_SESSIONS; i++)
		SSL_SESSION_free(c->slots[i].session);
	free(c->slots);
	SSL_CTX_free(c->ctx);
	free(c->name);
	free(c);
}

int
tlsclient_check_ciphers(const char *text, struct err *e)
{
	SSL_CTX *ctx = make_context(true);
	int rc = 0;

	if (SSL_CTX_set_cipher_list(ctx, text) != 1)
		rc = err_set(e, ERR_PARSE, "\"%s\" is no list of ciphers: %s",
		    text, reason());
	SSL_CTX_free(ctx);
	return rc;
}

/* ---- peers ---- */

/* Whose certificate it has to be. */
static void
expect(struct tlsclient_peer *p)
{
	const struct tlsclient *c = p->client;
	X509_VERIFY_PARAM *param = SSL_get0_param(p->ssl);

	if (c->name != NULL)
		(void)SSL_set_tlsext_host_name(p->ssl, c->name);
	SSL_set_verify(p->ssl, c->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
	    NULL);
	if (!c->verify)
		return;
	X509_VERIFY_PARAM_set_hostflags(param,
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (c->name != NULL)
		(void)X509_VERIFY_PARAM_set1_host(param, c->name, 0);
	else
		(void)X509_VERIFY_PARAM_set1_ip(param, p->to.addr.octets,
		    p->to.addr.family == AF_INET ? 4 : 16);
}

struct tlsclient_peer *
tlsclient_open(struct tlsclient *c, int fd, const struct addrport *to,
    mono_ns now)
{
	struct tlsclient_peer *p = mem_zalloc(1, sizeof(*p));
	BIO *b;

	p->client = c;
	p->to = *to;
	p->now = now;
	p->bio = (struct tlsbio){ .fd = fd, .handshake_max = HANDSHAKE_MAX };
	p->ssl = SSL_new(c->ctx);
	assert(p->ssl != NULL);
	(void)SSL_set_app_data(p->ssl, p);
	b = tlsbio_new(&p->bio);
	SSL_set_bio(p->ssl, b, b);
	SSL_set_connect_state(p->ssl);
	expect(p);
	take_up(p, now);
	return p;
}

void
tlsclient_close(struct tlsclient_peer **pp)
{
	struct tlsclient_peer *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	/* A session whose connection has no end is not taken up again. */
	if (p->bio.ready) {
		SSL_set_quiet_shutdown(p->ssl, 1);
		(void)SSL_shutdown(p->ssl);
	}
	SSL_free(p->ssl);
	ERR_clear_error();
	free(p);
}

/* What the check of the certificate said. */
static bool
is_certificates(struct tlsclient_peer *p)
{
	long why = SSL_get_verify_result(p->ssl);

	if (!p->client->verify || why == X509_V_OK)
		return false;
	if (why == X509_V_ERR_CERT_HAS_EXPIRED ||
	    why == X509_V_ERR_CERT_NOT_YET_VALID)
		p->trouble = TLSCLIENT_EXPIRED;
	else if (why == X509_V_ERR_HOSTNAME_MISMATCH ||
	    why == X509_V_ERR_IP_ADDRESS_MISMATCH)
		p->trouble = TLSCLIENT_NAME;
	else
		p->trouble = TLSCLIENT_UNTRUSTED;
	return true;
}

/* saved: the errno of the last call; code: OpenSSL's first complaint. */
static void
find_trouble(struct tlsclient_peer *p, int why, int saved)
{
	unsigned long code = ERR_peek_error();
	int number = ERR_GET_REASON(code);

	p->number = 0;
	if (is_certificates(p))
		return;
	if (why == SSL_ERROR_SYSCALL || code == 0) {
		p->trouble = saved != 0 ? TLSCLIENT_ERRNO : TLSCLIENT_CLOSED;
		p->number = saved;
	} else if (number == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
		p->trouble = TLSCLIENT_CLOSED;
	} else if (ERR_GET_LIB(code) == ERR_LIB_SSL &&
	    number >= SSL_AD_REASON_OFFSET &&
	    number < SSL_AD_REASON_OFFSET + 256) {
		p->trouble = TLSCLIENT_ALERT;
		p->number = number - SSL_AD_REASON_OFFSET;
	} else {
		p->trouble = TLSCLIENT_NOT_TLS;
	}
}

int
tlsclient_connect(struct tlsclient_peer *p)
{
	int rc, why, saved;

	ERR_clear_error();
	p->bio.turn = HANDSHAKE_MAX;
	errno = 0;
	rc = SSL_do_handshake(p->ssl);
	saved = errno;
	if (rc == 1) {
		p->bio.ready = true;
		return 1;
	}
	why = SSL_get_error(p->ssl, rc);
	if (why == SSL_ERROR_WANT_READ)
		return TLS_WANT_READ;
	if (why == SSL_ERROR_WANT_WRITE)
		return TLS_WANT_WRITE;
	find_trouble(p, why, saved);
	return TLS_BROKEN;
}

enum tlsclient_trouble
tlsclient_trouble(const struct tlsclient_peer *p, int *number)
{
	*number = p->number;
	return p->trouble;
}

const char *
tlsclient_alert_name(int number)
{
	return SSL_alert_desc_string_long(number);
}

bool
tlsclient_is_resumed(const struct tlsclient_peer *p)
{
	return SSL_session_reused(p->ssl) == 1;
}

int64_t
tlsclient_expires_s(const struct tlsclient_peer *p)
{
	const X509 *x = SSL_get0_peer_certificate(p->ssl);
	struct tm tm = { 0 };

	if (x == NULL || ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) != 1)
		return 0;
	return (int64_t)timegm(&tm);
}

ssize_t
tlsclient_read(struct tlsclient_peer *p, void *octets, size_t cap)
{
	return tlsbio_read(p->ssl, &p->bio, octets, cap);
}

ssize_t
tlsclient_write(struct tlsclient_peer *p, const void *octets, size_t len)
{
	return tlsbio_write(p->ssl, &p->bio, octets, len);
}
