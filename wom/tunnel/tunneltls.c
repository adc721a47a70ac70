/* wom/tunnel/tunneltls.c - see tunneltls.h. Layer: wom/tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/tunnel/tunneltls.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/tunnel/pemfile.h"
#include "wom/tunnel/tunneltls_inner.h"

/* A suite without AES instructions is three times as fast in ChaCha20. */
#define SUITES_AES							\
	"TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"		\
	"TLS_CHACHA20_POLY1305_SHA256"
#define SUITES_CHACHA							\
	"TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:"		\
	"TLS_AES_256_GCM_SHA384"

#define READ_BUFFER	65536	/* octets taken from the kernel at once */

struct tunneltls {
	unsigned	 magic;
#define TUNNELTLS_MAGIC	0x7e157155u
	atomic_uint	 owners;
	SSL_CTX		*ctx;
	bool		 server, has_ca;
	int64_t		 expires_s;
	struct tunneltls_print own, digest;	/* digest: of all that made it */
	struct tunneltls_print *prints;
	size_t		 print_count;
	char		*sni;
	dur_ns		 handshake_ns;
};

const char *const tunneltls_refusal_names[TUNNELTLS_REFUSALS] = {
	"none", "absent", "expired", "not-yet-valid", "untrusted", "revoked",
	"crl", "name", "fingerprint", "bad", "refused-ours", "not-ours",
	"not-tls", "silent", "closed", "stranger", "ambiguous"
};

const char *const tunneltls_refusal_texts[TUNNELTLS_REFUSALS] = {
	"there is no reason",
	"it shows no certificate",
	"its certificate has expired",
	"its certificate is not valid yet",
	"its certificate is of no authority in ca-file",
	"its certificate is revoked",
	"crl-file has no valid list of its authority",
	"its certificate has another name",
	"its certificate has none of the fingerprints",
	"its certificate is broken or too weak",
	"it does not believe our certificate",
	"it speaks TLS, but no tunnel",
	"it does not speak TLS 1.3",
	"the handshake took too long",
	"the connection broke in the handshake",
	"it is no remote endpoint",
	"it may be several remote endpoints"
};

/* ---- the peer's certificate ---- */

static enum tunneltls_refusal
refusal_of(int verify)
{
	static const struct { int verify; enum tunneltls_refusal refusal; }
	rows[] = {
		{ X509_V_ERR_CERT_HAS_EXPIRED, TUNNELTLS_EXPIRED },
		{ X509_V_ERR_CERT_NOT_YET_VALID, TUNNELTLS_EARLY },
		{ X509_V_ERR_CERT_REVOKED, TUNNELTLS_REVOKED },
		{ X509_V_ERR_UNABLE_TO_GET_CRL, TUNNELTLS_CRL },
		{ X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, TUNNELTLS_CRL },
		{ X509_V_ERR_CRL_HAS_EXPIRED, TUNNELTLS_CRL },
		{ X509_V_ERR_CRL_NOT_YET_VALID, TUNNELTLS_CRL },
		{ X509_V_ERR_CRL_SIGNATURE_FAILURE, TUNNELTLS_CRL },
		{ X509_V_ERR_HOSTNAME_MISMATCH, TUNNELTLS_NAME },
		{ X509_V_ERR_CERT_REJECTED, TUNNELTLS_PRINT_WRONG },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, TUNNELTLS_UNTRUSTED },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
		  TUNNELTLS_UNTRUSTED },
		{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
		  TUNNELTLS_UNTRUSTED },
		{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
		  TUNNELTLS_UNTRUSTED },
		{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, TUNNELTLS_UNTRUSTED },
		{ X509_V_ERR_CERT_SIGNATURE_FAILURE, TUNNELTLS_UNTRUSTED },
		{ X509_V_ERR_CERT_CHAIN_TOO_LONG, TUNNELTLS_UNTRUSTED },
		{ X509_V_ERR_CERT_UNTRUSTED, TUNNELTLS_UNTRUSTED },
		{ X509_V_ERR_INVALID_CA, TUNNELTLS_UNTRUSTED },
	};

	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (rows[i].verify == verify)
			return rows[i].refusal;
	return TUNNELTLS_BAD;
}

static bool
print_of(const X509 *x, struct tunneltls_print *out)
{
	unsigned len = 0;

	return X509_digest(x, EVP_sha256(), out->octets, &len) == 1 &&
	    len == TUNNELTLS_PRINT;
}

static bool
has_print(const struct tunneltls *t, const struct tunneltls_print *p)
{
	for (size_t i = 0; i < t->print_count; i++)
		if (memcmp(&t->prints[i], p, sizeof(*p)) == 0)
			return true;
	return t->print_count == 0;
}

/* Of a certificate that is trusted for itself. */
static int
dates_of(const X509 *x)
{
	if (X509_cmp_current_time(X509_get0_notBefore(x)) >= 0)
		return X509_V_ERR_CERT_NOT_YET_VALID;
	if (X509_cmp_current_time(X509_get0_notAfter(x)) <= 0)
		return X509_V_ERR_CERT_HAS_EXPIRED;
	return X509_V_OK;
}

/* The whole judgement of a peer's certificates: 1, or 0 with the error in x, by which
 * OpenSSL chooses the alert. */
static int
on_verify(X509_STORE_CTX *x, void *arg)
{
	const struct tunneltls *t = arg;
	X509 *leaf = X509_STORE_CTX_get0_cert(x);
	SSL *ssl = X509_STORE_CTX_get_ex_data(x,
	    SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tunneltls_peer *peer = SSL_get_app_data(ssl);
	int rc;

	(void)X509_NAME_oneline(X509_get_subject_name(leaf), peer->subject,
	    sizeof(peer->subject));
	peer->has_print = print_of(leaf, &peer->print);
	if (t->has_ca)
		rc = X509_verify_cert(x) == 1 ? X509_V_OK :
		    X509_STORE_CTX_get_error(x);
	else
		rc = dates_of(leaf);
	if (rc == X509_V_OK &&
	    (!peer->has_print || !has_print(t, &peer->print)))
		rc = X509_V_ERR_CERT_REJECTED;
	X509_STORE_CTX_set_error(x, rc);
	peer->refusal = rc == X509_V_OK ? TUNNELTLS_NONE : refusal_of(rc);
	return rc == X509_V_OK;
}

/* ---- what is spoken ---- */

static const uint8_t alpn[] = "\x06" TUNNELTLS_ALPN;

/* Is our protocol among those of a list (RFC 7301 section 3.1)? */
static bool
speaks_ours(const unsigned char *list, size_t len)
{
	for (size_t at = 0; at < len; at += 1u + list[at])
		if (list[at] == alpn[0] && len - at > alpn[0] &&
		    memcmp(list + at, alpn, sizeof(alpn) - 1) == 0)
			return true;
	return false;
}

/* Who asks for something else, or for nothing (a browser, a scanner), is told so
 * before anything is calculated. */
static int
on_hello(SSL *ssl, int *alert, void *arg)
{
	struct tunneltls_peer *peer = SSL_get_app_data(ssl);
	const unsigned char *text;
	size_t len;

	(void)arg;
	if (SSL_client_hello_get0_ext(ssl,
	    TLSEXT_TYPE_application_layer_protocol_negotiation, &text,
	    &len) == 1 && len > 2 && speaks_ours(text + 2, len - 2))
		return SSL_CLIENT_HELLO_SUCCESS;
	*alert = SSL_AD_NO_APPLICATION_PROTOCOL;
	peer->refusal = TUNNELTLS_NOT_OURS;
	return SSL_CLIENT_HELLO_ERROR;
}

static int
on_alpn(SSL *ssl, const unsigned char **out, unsigned char *len,
    const unsigned char *in, unsigned in_len, void *arg)
{
	(void)ssl;
	(void)arg;
	if (!speaks_ours(in, in_len))
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = alpn + 1;
	*len = alpn[0];
	return SSL_TLSEXT_ERR_OK;
}

static bool
has_aes(void)
{
#if defined(__x86_64__) || defined(__i386__)
	return __builtin_cpu_supports("aes") != 0;
#else
	return true;	/* servers of other kinds have it */
#endif
}

static SSL_CTX *
make_context(bool server)
{
	SSL_CTX *ctx = SSL_CTX_new(server ? TLS_server_method() :
	    TLS_client_method());

	assert(ctx != NULL);
	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
	(void)SSL_CTX_set_ciphersuites(ctx, has_aes() ? SUITES_AES :
	    SUITES_CHACHA);
	/* A session is not taken up again: a certificate that no longer counts
	 * is found out with the next connection. */
	(void)SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET |
	    SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
	    SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
	(void)SSL_CTX_set_num_tickets(ctx, 0);
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	(void)SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_default_read_buffer_len(ctx, READ_BUFFER);
	if (server) {
		SSL_CTX_set_client_hello_cb(ctx, on_hello, NULL);
		SSL_CTX_set_alpn_select_cb(ctx, on_alpn, NULL);
	} else if (SSL_CTX_set_alpn_protos(ctx, alpn, sizeof(alpn) - 1) != 0) {
		abort();		/* out of memory */
	}
	return ctx;
}

/* ---- files ---- */

static int64_t
expiry(const X509 *x)
{
	struct tm tm = { 0 };

	if (ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) != 1)
		return 0;
	return (int64_t)timegm(&tm);
}

static int
use_certificate(struct tunneltls *t, const struct pemfile *f, struct err *e)
{
	X509 *x = f->certs.count > 0 ? f->certs.v[0] : NULL;

	if (x == NULL || SSL_CTX_use_certificate(t->ctx, x) != 1)
		return err_set(e, ERR_PARSE, "cert: %s: no certificate that "
		    "can be used is in it (PEM)", f->path);
	t->expires_s = expiry(x);
	(void)print_of(x, &t->own);
	for (size_t i = 1; i < f->certs.count; i++)
		(void)SSL_CTX_add1_chain_cert(t->ctx, f->certs.v[i]);
	return 0;
}

static int
use_chain(struct tunneltls *t, const struct pemfile *f, struct err *e)
{
	if (f->certs.count == 0)
		return err_set(e, ERR_PARSE, "chain: %s: no certificate is in "
		    "it (PEM)", f->path);
	for (size_t i = 0; i < f->certs.count; i++)
		(void)SSL_CTX_add1_chain_cert(t->ctx, f->certs.v[i]);
	return 0;
}

static int
use_authorities(struct tunneltls *t, const struct pemfile *f, struct err *e)
{
	X509_STORE *store = SSL_CTX_get_cert_store(t->ctx);

	if (f->certs.count == 0)
		return err_set(e, ERR_PARSE, "ca-file: %s: no certificate is "
		    "in it (PEM)", f->path);
	for (size_t i = 0; i < f->certs.count; i++)
		(void)X509_STORE_add_cert(store, f->certs.v[i]);
	t->has_ca = true;
	return 0;
}

static int
use_revoked(struct tunneltls *t, const struct pemfile *f, struct err *e)
{
	X509_STORE *store = SSL_CTX_get_cert_store(t->ctx);

	if (f->crls.count == 0)
		return err_set(e, ERR_PARSE, "crl-file: %s: no revocation list "
		    "is in it (PEM)", f->path);
	for (size_t i = 0; i < f->crls.count; i++)
		(void)X509_STORE_add_crl(store, f->crls.v[i]);
	(void)X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(t->ctx),
	    X509_V_FLAG_CRL_CHECK);
	return 0;
}

static int
use_key(struct tunneltls *t, const struct pemfile *f, struct err *e)
{
	if (f->key == NULL)
		return err_set(e, ERR_PARSE, "key: %s: %s", f->path,
		    f->locked ? "the passphrase does not open it" :
		    "no private key is in it (PEM)");
	if (SSL_CTX_use_PrivateKey(t->ctx, f->key) != 1 ||
	    SSL_CTX_check_private_key(t->ctx) != 1)
		return err_set(e, ERR_CONFLICT, "key: %s: it does not belong "
		    "to the certificate", f->path);
	return 0;
}

/* What is done with which file; those that are not given are left out. */
struct part {
	const char *what, *path;
	int	(*use)(struct tunneltls *t, const struct pemfile *f,
		    struct err *e);
};

static int
read_part(struct tunneltls *t, const struct part *p, const char *passphrase,
    struct err *e)
{
	struct pemfile f;
	int rc;

	if (p->path == NULL)
		return 0;
	rc = pemfile_read(&f, p->path, passphrase, e);
	if (rc != 0)
		return err_wrap(e, "%s", p->what);
	rc = p->use(t, &f, e);
	pemfile_mix(&f, t->digest.octets);
	pemfile_fini(&f);
	ERR_clear_error();
	return rc;
}

static int
read_files(struct tunneltls *t, const struct tunneltls_config *c,
    struct err *e)
{
	const struct part parts[] = {
		{ "cert", c->cert, use_certificate },
		{ "chain", c->chain, use_chain },
		{ "key", c->key, use_key },
		{ "ca-file", c->ca_file, use_authorities },
		{ "crl-file", c->crl_file, use_revoked },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < OBJ_COUNT(parts); i++)
		rc = read_part(t, &parts[i], c->passphrase, e);
	return rc;
}

/* ---- birth and end ---- */

static void
set_rules(struct tunneltls *t, const struct tunneltls_config *c)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(t->ctx);

	X509_VERIFY_PARAM_set_depth(param, (int)c->depth);
	/* An authority counts though nobody above it is known. */
	(void)X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	if (c->name != NULL)
		(void)X509_VERIFY_PARAM_set1_host(param, c->name, 0);
	SSL_CTX_set_verify(t->ctx, SSL_VERIFY_PEER |
	    SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(t->ctx, on_verify, t);
	t->server = c->server;
	t->handshake_ns = c->handshake_ns;
	t->sni = mem_strdup(c->sni);
	if (c->print_count > 0)
		t->prints = mem_dup(c->prints,
		    c->print_count * sizeof(*c->prints));
	t->print_count = c->print_count;
}

static void
mix_text(struct tunneltls *t, const char *text)
{
	const char *s = text != NULL ? text : "";

	pemfile_mix_octets(s, strlen(s) + 1, t->digest.octets);
}

/* What the files do not say. */
static void
mix_rules(struct tunneltls *t, const struct tunneltls_config *c)
{
	const uint64_t numbers[] = {
		c->server, c->depth, c->handshake_ns, c->ca_file != NULL,
		c->crl_file != NULL, c->chain != NULL, c->print_count
	};

	pemfile_mix_octets(numbers, sizeof(numbers), t->digest.octets);
	pemfile_mix_octets(t->prints, t->print_count * sizeof(*t->prints),
	    t->digest.octets);
	mix_text(t, c->name);
	mix_text(t, c->sni);
}

struct tunneltls *
tunneltls_new(const struct tunneltls_config *c, struct err *e)
{
	struct tunneltls *t = mem_zalloc(1, sizeof(*t));

	t->magic = TUNNELTLS_MAGIC;
	atomic_init(&t->owners, 1);
	t->ctx = make_context(c->server);
	set_rules(t, c);
	mix_rules(t, c);
	if (c->ca_file == NULL && c->print_count == 0) {
		(void)err_set(e, ERR_CONFLICT, "there is neither ca-file nor "
		    "peer-fingerprints: no peer would be trusted");
		tunneltls_free(&t);
	} else if (c->cert == NULL || c->key == NULL) {
		(void)err_set(e, ERR_CONFLICT, "there is no cert and key");
		tunneltls_free(&t);
	} else if (read_files(t, c, e) != 0) {
		tunneltls_free(&t);
	}
	return t;
}

struct tunneltls *
tunneltls_share(struct tunneltls *t)
{
	OBJ_CHECK(t, TUNNELTLS_MAGIC);
	(void)atomic_fetch_add(&t->owners, 1);
	return t;
}

void
tunneltls_free(struct tunneltls **pt)
{
	struct tunneltls *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	OBJ_CHECK(t, TUNNELTLS_MAGIC);
	if (atomic_fetch_sub(&t->owners, 1) > 1)
		return;
	SSL_CTX_free(t->ctx);
	free(t->prints);
	free(t->sni);
	t->magic = 0;
	free(t);
}

/* ---- what is known of it ---- */

int64_t
tunneltls_expires_s(const struct tunneltls *t)
{
	return t->expires_s;
}

const struct tunneltls_print *
tunneltls_own(const struct tunneltls *t)
{
	return &t->own;
}

dur_ns
tunneltls_handshake_ns(const struct tunneltls *t)
{
	return t->handshake_ns;
}

bool
tunneltls_equal(const struct tunneltls *a, const struct tunneltls *b)
{
	return memcmp(&a->digest, &b->digest, sizeof(a->digest)) == 0;
}

SSL_CTX *
tunneltls_context(const struct tunneltls *t)
{
	return t->ctx;
}

bool
tunneltls_is_server(const struct tunneltls *t)
{
	return t->server;
}

const char *
tunneltls_sni(const struct tunneltls *t)
{
	return t->sni;
}
