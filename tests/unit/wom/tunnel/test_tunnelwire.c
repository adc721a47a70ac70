/* tests/unit/wom/tunnel/test_tunnelwire.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/ssl.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "tests/unit/wom/tunnel/certs.h"
#include "tests/unit/wom/tunnel/handshake.h"

static struct certs certs;
static struct handshake h;

static int
begin(void **state)
{
	(void)state;
	certs_init(&certs);
	certs_make(&certs, &(struct certs_wish){ .name = "a" });
	certs_make(&certs, &(struct certs_wish){ .name = "b" });
	handshake_init(&h, certs_need(&certs, "a", false),
	    certs_need(&certs, "b", true));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	handshake_fini(&h);
	certs_fini(&certs);
	return 0;
}

/* ---- octets ---- */

#define OCTETS	((size_t)3 << 20)

static void
octets_come_as_they_went_however_they_are_cut(void **state)
{
	uint8_t *out = mem_zalloc(OCTETS, 1), *in = mem_zalloc(OCTETS, 1);
	size_t said = 0, heard = 0;

	(void)state;
	for (size_t i = 0; i < OCTETS; i++)
		out[i] = (uint8_t)(i * i >> 7);
	handshake_run(&h);
	while (heard < OCTETS) {
		size_t some = said % 50000 + 1;
		ssize_t n = 0;

		if (some > OCTETS - said)
			some = OCTETS - said;
		if (said < OCTETS)
			n = tunnelwire_write(h.end[0].wire, out + said, some);
		assert_true(n > 0 || n == TLS_WANT_WRITE || said == OCTETS);
		if (n > TUNNELWIRE_RECORD)
			fail_msg("%zd octets at once", n);
		said += n > 0 ? (size_t)n : 0;
		n = tunnelwire_read(h.end[1].wire, in + heard,
		    heard % 20000 + 1 > OCTETS - heard ? OCTETS - heard :
		    heard % 20000 + 1);
		assert_true(n > 0 || n == TLS_WANT_READ);
		heard += n > 0 ? (size_t)n : 0;
	}
	assert_memory_equal(in, out, OCTETS);
	free(in);
	free(out);
}

static void
goodbye_is_told_from_a_break(void **state)
{
	uint8_t octet;

	(void)state;
	handshake_run(&h);
	tunnelwire_free(&h.end[0].wire);
	assert_int_equal(tunnelwire_read(h.end[1].wire, &octet, 1), 0);
	handshake_fini(&h);
	handshake_init(&h, certs_need(&certs, "a", false),
	    certs_need(&certs, "b", true));
	handshake_run(&h);
	(void)shutdown(tunnelwire_fd(h.end[0].wire), SHUT_RDWR);
	assert_int_equal(tunnelwire_read(h.end[1].wire, &octet, 1),
	    TLS_BROKEN);
	assert_false(tunnelwire_is_flood(h.end[1].wire));
}

/* ---- keys ---- */

/* A client of OpenSSL's own, with a's certificate, that has shaken hands. */
static SSL *
connect_own(SSL_CTX **ctx)
{
	static const unsigned char alpn[] = "\x06" TUNNELTLS_ALPN;
	char path[CERTS_PATH];
	SSL *ssl;

	*ctx = SSL_CTX_new(TLS_client_method());
	assert_int_equal(SSL_CTX_use_certificate_file(*ctx,
	    certs_path(&certs, "a.pem", path), SSL_FILETYPE_PEM), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey_file(*ctx,
	    certs_path(&certs, "a.key", path), SSL_FILETYPE_PEM), 1);
	SSL_CTX_set_alpn_protos(*ctx, alpn, sizeof(alpn) - 1);
	ssl = SSL_new(*ctx);
	SSL_set_fd(ssl, tunnelwire_fd(h.end[0].wire));
	SSL_set_connect_state(ssl);
	for (int i = 0; i < 10; i++) {
		(void)SSL_do_handshake(ssl);
		if (!h.end[1].done)
			h.end[1].done = tunnelwire_shake(h.end[1].wire) == 1;
	}
	assert_true(h.end[1].done && SSL_is_init_finished(ssl));
	return ssl;
}

/* New keys with so many octets of data after each; how often before it is cut. */
static unsigned
renew(unsigned times, size_t octets)
{
	uint8_t *room = mem_zalloc(octets + 1, 1);
	SSL_CTX *ctx;
	SSL *ssl = connect_own(&ctx);
	ssize_t n = 1;
	unsigned i;

	for (i = 0; i < times && n != TLS_BROKEN; i++) {
		size_t heard = 0;

		assert_int_equal(SSL_key_update(ssl,
		    SSL_KEY_UPDATE_NOT_REQUESTED), 1);
		assert_int_equal(SSL_do_handshake(ssl), 1);
		for (size_t said = 0; said < octets || octets == 0;) {
			int k = octets == 0 ? 0 : SSL_write(ssl, room,
			    octets - said < 16384 ? (int)(octets - said) :
			    16384);

			said += k > 0 ? (size_t)k : 0;
			while ((n = tunnelwire_read(h.end[1].wire, room,
			    octets + 1)) > 0)
				heard += (size_t)n;
			if (octets == 0 || n == TLS_BROKEN)
				break;
		}
		assert_true(n == TLS_BROKEN || heard == octets);
	}
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	free(room);
	return i;
}

static void
keys_without_data_are_a_flood(void **state)
{
	(void)state;
	assert_in_range(renew(1000, 0), 5, 100);
	assert_true(tunnelwire_is_flood(h.end[1].wire));
}

static void
keys_with_data_are_none(void **state)
{
	(void)state;
	assert_int_equal(renew(100, (size_t)4 << 20), 100);
	assert_false(tunnelwire_is_flood(h.end[1].wire));
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(octets_come_as_they_went_however_they_are_cut),
		TEST(goodbye_is_told_from_a_break),
		TEST(keys_without_data_are_a_flood),
		TEST(keys_with_data_are_none),
	};

	return cmocka_run_group_tests_name("tunnelwire", tests, NULL, NULL);
}
