/* wom/tunnel/tunnelwire.c - see tunnelwire.h. Layer: wom/tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/tunnel/tunnelwire.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/tlsbio.h"
#include "wom/tunnel/tunneltls_inner.h"

/* A new key after 2^22 records, 64 GiB; AES-GCM may have 2^24.5. */
#define RECORDS_MAX	(UINT32_C(1) << 22)
/* Steps of handshakes, one to three a message, that are taken once hands are shaken:
 * so many, and one more for each MiB of data. A peer that renews keys as it should needs
 * one in 64 GiB. */
#define MESSAGES_FREE	64
#define MESSAGES_SHIFT	20
/* Octets before hands are shaken: chains of certificates, and a HELLO behind them. */
#define HANDSHAKE_MAX	(64u << 10)
#define TURN		(128u << 10)	/* octets taken from the kernel in a call */

struct tunnelwire {
	unsigned	 magic;
#define TUNNELWIRE_MAGIC 0x7e19193eu
	SSL		*ssl;
	struct tlsbio	 bio;
	struct tunneltls *tls;
	struct tunneltls_peer peer;
	struct addrport	 remote;
	bool		 broken;	/* OpenSSL wants no goodbye then */
	bool		 unfinished;	/* a record is half written */
	uint32_t	 records;	/* written under this key */
	uint64_t	 in;		/* octets of data */
	uint64_t	 messages;	/* that are none */
	enum tunneltls_refusal refusal;
	char		 why[200];	/* more about it; "" */
};

/* ---- birth and end ---- */

/* After the handshake this is called for each step of what is no data. */
static void
on_state(const SSL *ssl, int where, int how)
{
	struct tunnelwire *w = OBJ_OF(SSL_get_app_data(ssl), struct tunnelwire,
	    peer);

	(void)how;
	if ((where & SSL_CB_LOOP) != 0 && w->bio.ready)
		w->messages++;
}

struct tunnelwire *
tunnelwire_new(struct tunneltls *t, int fd, const struct addrport *remote)
{
	struct tunnelwire *w = mem_zalloc(1, sizeof(*w));
	BIO *b;

	w->magic = TUNNELWIRE_MAGIC;
	w->tls = tunneltls_share(t);
	w->remote = *remote;
	w->bio = (struct tlsbio){ .fd = fd, .handshake_max = HANDSHAKE_MAX };
	b = tlsbio_new(&w->bio);
	w->ssl = SSL_new(tunneltls_context(t));
	assert(w->ssl != NULL);
	SSL_set_bio(w->ssl, b, b);
	(void)SSL_set_app_data(w->ssl, &w->peer);
	SSL_set_info_callback(w->ssl, on_state);
	if (tunneltls_is_server(t)) {
		SSL_set_accept_state(w->ssl);
		return w;
	}
	SSL_set_connect_state(w->ssl);
	if (tunneltls_sni(t) != NULL)
		/* The macro SSL_set_tlsext_host_name casts const away. */
		(void)SSL_ctrl(w->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME,
		    TLSEXT_NAMETYPE_host_name,
		    (void *)(uintptr_t)tunneltls_sni(t));
	return w;
}

void
tunnelwire_free(struct tunnelwire **pw)
{
	struct tunnelwire *w = *pw;

	*pw = NULL;
	if (w == NULL)
		return;
	OBJ_CHECK(w, TUNNELWIRE_MAGIC);
	ERR_clear_error();
	if (w->bio.ready && !w->broken)
		(void)SSL_shutdown(w->ssl);
	SSL_free(w->ssl);
	ERR_clear_error();
	(void)close(w->bio.fd);
	tunneltls_free(&w->tls);
	w->magic = 0;
	free(w);
}

int
tunnelwire_fd(const struct tunnelwire *w)
{
	return w->bio.fd;
}

const struct addrport *
tunnelwire_remote(const struct tunnelwire *w)
{
	return &w->remote;
}

bool
tunnelwire_is_ours(const struct tunnelwire *w)
{
	return !tunneltls_is_server(w->tls);
}

/* ---- why it broke ---- */

/* What an alert of the peer's means (RFC 8446 section 6). */
static enum tunneltls_refusal
refusal_of_alert(int alert)
{
	switch (alert) {
	case SSL_AD_BAD_CERTIFICATE:
	case SSL_AD_UNSUPPORTED_CERTIFICATE:
	case SSL_AD_CERTIFICATE_REVOKED:
	case SSL_AD_CERTIFICATE_EXPIRED:
	case SSL_AD_CERTIFICATE_UNKNOWN:
	case SSL_AD_UNKNOWN_CA:
	case SSL_AD_ACCESS_DENIED:
	case TLS13_AD_CERTIFICATE_REQUIRED:
		return TUNNELTLS_REFUSED_US;
	case SSL_AD_NO_APPLICATION_PROTOCOL:
	case SSL_AD_UNRECOGNIZED_NAME:
		return TUNNELTLS_NOT_OURS;
	default:
		return TUNNELTLS_NOT_TLS;
	}
}

static enum tunneltls_refusal
refusal_of_error(unsigned long code)
{
	int reason = ERR_GET_REASON(code);

	if (code == 0 || ERR_GET_LIB(code) != ERR_LIB_SSL ||
	    reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		return TUNNELTLS_CLOSED;
	if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
		return TUNNELTLS_ABSENT;
	if (reason == SSL_R_NO_APPLICATION_PROTOCOL)
		return TUNNELTLS_NOT_OURS;
	if (reason > SSL_AD_REASON_OFFSET &&
	    reason <= SSL_AD_REASON_OFFSET + 255)
		return refusal_of_alert(reason - SSL_AD_REASON_OFFSET);
	return TUNNELTLS_NOT_TLS;
}

/* OpenSSL's list of errors is of the call that has just failed. */
static void
note_refusal(struct tunnelwire *w)
{
	unsigned long code = ERR_peek_last_error();
	const char *text = ERR_reason_error_string(code);

	w->refusal = w->peer.refusal != TUNNELTLS_NONE ? w->peer.refusal :
	    refusal_of_error(code);
	if (w->peer.refusal != TUNNELTLS_NONE)
		text = NULL;		/* there is no more to say */
	if (text != NULL) {
		strncpy(w->why, text, sizeof(w->why) - 1);
		w->why[sizeof(w->why) - 1] = '\0';
	}
}

enum tunneltls_refusal
tunnelwire_refusal(const struct tunnelwire *w, struct err *e)
{
	const char *text = tunneltls_refusal_texts[w->refusal];

	(void)err_set(e, ERR_DENIED, "%s%s%s%s%s%s", text,
	    w->why[0] != '\0' ? " (" : "", w->why, w->why[0] != '\0' ? ")" : "",
	    w->peer.subject[0] != '\0' ? ": " : "", w->peer.subject);
	return w->refusal;
}

/* ---- handshake ---- */

/* A peer that speaks TLS to anybody need not speak to us. */
static bool
agreed_on_ours(const struct tunnelwire *w)
{
	const unsigned char *p;
	unsigned len;

	SSL_get0_alpn_selected(w->ssl, &p, &len);
	return len == strlen(TUNNELTLS_ALPN) &&
	    memcmp(p, TUNNELTLS_ALPN, len) == 0;
}

static int
break_off(struct tunnelwire *w)
{
	note_refusal(w);
	w->broken = true;
	return TLS_BROKEN;
}

int
tunnelwire_shake(struct tunnelwire *w)
{
	int rc;

	ERR_clear_error();
	w->bio.turn = TURN;
	rc = SSL_do_handshake(w->ssl);
	if (rc != 1) {
		rc = tlsbio_lack(w->ssl, rc);
		return rc == TLS_WANT_READ || rc == TLS_WANT_WRITE ? rc :
		    break_off(w);
	}
	if (!agreed_on_ours(w)) {
		w->broken = true;
		w->refusal = TUNNELTLS_NOT_OURS;
		return TLS_BROKEN;
	}
	w->bio.ready = true;
	return 1;
}

const struct tunneltls_print *
tunnelwire_print(const struct tunnelwire *w)
{
	assert(w->peer.has_print);
	return &w->peer.print;
}

const struct tunneltls *
tunnelwire_rules(const struct tunnelwire *w)
{
	return w->tls;
}

const char *
tunnelwire_subject(const struct tunnelwire *w)
{
	return w->peer.subject;
}

const char *
tunnelwire_cipher(const struct tunnelwire *w)
{
	return SSL_get_cipher_name(w->ssl);
}

/* ---- octets ---- */

bool
tunnelwire_is_flood(const struct tunnelwire *w)
{
	return w->messages > MESSAGES_FREE + (w->in >> MESSAGES_SHIFT);
}

ssize_t
tunnelwire_read(struct tunnelwire *w, void *octets, size_t cap)
{
	uint64_t messages;
	int rc, lack;

	w->bio.turn = TURN;
	do {
		messages = w->messages;
		ERR_clear_error();
		rc = SSL_read(w->ssl, octets, cap < INT_MAX ? (int)cap :
		    INT_MAX);
		if (rc > 0) {
			w->in += (uint64_t)rc;
			return rc;
		}
		lack = tlsbio_lack(w->ssl, rc);
		if (tunnelwire_is_flood(w))
			lack = TLS_BROKEN;
		/* What came was a message, and there may be more behind it. */
	} while (lack == TLS_WANT_READ && w->messages > messages);
	return lack == TLS_BROKEN ? break_off(w) : lack;
}

bool
tunnelwire_pending(const struct tunnelwire *w)
{
	return SSL_has_pending(w->ssl) == 1;
}

ssize_t
tunnelwire_write(struct tunnelwire *w, const void *octets, size_t len)
{
	int rc, lack;

	assert(len > 0);
	ERR_clear_error();
	if (w->records >= RECORDS_MAX && !w->unfinished) {
		w->records = 0;
		(void)SSL_key_update(w->ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
	}
	w->bio.turn = TURN;
	rc = SSL_write(w->ssl, octets, len < TUNNELWIRE_RECORD ? (int)len :
	    TUNNELWIRE_RECORD);
	w->unfinished = rc <= 0;
	if (rc > 0) {
		w->records++;
		return rc;
	}
	lack = tlsbio_lack(w->ssl, rc);
	return lack == TLS_WANT_READ || lack == TLS_WANT_WRITE ? lack :
	    break_off(w);
}

void
tunnelwire_leave_thread(void)
{
	OPENSSL_thread_stop();
}
