/* tests/unit/wom/tunnel/handshake.c - see handshake.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/wom/tunnel/handshake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"

void
handshake_init(struct handshake *h, struct tunneltls *calls,
    struct tunneltls *called)
{
	const struct addrport nowhere = { .port = 0 };
	int pair[2];

	assert_non_null(calls);
	assert_non_null(called);
	memset(h, 0, sizeof(*h));
	h->end[0].tls = calls;
	h->end[1].tls = called;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    pair), 0);
	for (int i = 0; i < 2; i++)
		h->end[i].wire = tunnelwire_new(h->end[i].tls, pair[i],
		    &nowhere);
}

void
handshake_fini(struct handshake *h)
{
	for (int i = 0; i < 2; i++) {
		tunnelwire_free(&h->end[i].wire);
		tunneltls_free(&h->end[i].tls);
	}
}

static void
note(struct handshake_end *e)
{
	struct err err = { .code = 0 };

	e->broken = true;
	e->refusal = tunnelwire_refusal(e->wire, &err);
	memcpy(e->why, err.text, sizeof(e->why));
}

/* One step of one end; a client hears of a doubt with its first read. */
static void
step(struct handshake_end *e)
{
	uint8_t octets[16];
	int rc;

	if (e->broken)
		return;
	if (!e->done) {
		rc = tunnelwire_shake(e->wire);
		e->done = rc == 1;
	} else {
		rc = (int)tunnelwire_read(e->wire, octets, sizeof(octets));
	}
	if (rc == TLS_BROKEN)
		note(e);
}

void
handshake_run(struct handshake *h)
{
	for (int i = 0; i < 20; i++) {
		step(&h->end[0]);
		step(&h->end[1]);
	}
}

/* End 1 as it sees what comes from there; its own end of the socket is not used. */
static enum tunneltls_refusal
see(struct handshake *h)
{
	step(&h->end[1]);
	return h->end[1].refusal;
}

enum tunneltls_refusal
handshake_stranger(struct handshake *h, const char *alpn)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = SSL_new(ctx);
	unsigned char list[64];
	bool done = false;

	SSL_set_fd(ssl, tunnelwire_fd(h->end[0].wire));
	SSL_set_connect_state(ssl);
	if (alpn != NULL) {
		list[0] = (unsigned char)strlen(alpn);
		memcpy(list + 1, alpn, list[0]);
		SSL_set_alpn_protos(ssl, list, list[0] + 1u);
	}
	for (int i = 0; i < 20 && !h->end[1].broken; i++) {
		done = SSL_do_handshake(ssl) == 1 || done;
		(void)see(h);
	}
	/* It is told, unless it does not ask. */
	if (!done)
		done = SSL_do_handshake(ssl) == 1;
	if (!done)
		assert_int_equal(SSL_get_error(ssl, -1), SSL_ERROR_SSL);
	ERR_clear_error();
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	return h->end[1].refusal;
}

enum tunneltls_refusal
handshake_says(struct handshake *h, const char *text)
{
	int fd = tunnelwire_fd(h->end[0].wire);

	if (*text != '\0')
		assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL),
		    (int)strlen(text));
	(void)shutdown(fd, SHUT_WR);
	for (int i = 0; i < 5 && !h->end[1].broken; i++)
		(void)see(h);
	return h->end[1].refusal;
}
