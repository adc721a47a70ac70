/* tests/unit/core/io/test_tls.c - honest peers of both versions, and those that
 * end, cut, bend or flood each step of a handshake.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/tls.h"
#include "tests/unit/core/io/credentials.h"

static struct credentials ours;
static struct tls *server;

/* Both ends of a connection; the client's TLS is apart from its socket, so that
 * a test holds its octets in the hand. */
struct pair {
	int		 fd[2];		/* ours, theirs */
	struct tls_peer	*peer;
	SSL_CTX		*ctx;
	SSL		*client;
	BIO		*in, *out;	/* owned by client */
};

static int
make_credentials(void **state)
{
	struct tls_config c = { ours.certificate, ours.key, "dot" };
	struct err e;

	(void)state;
	credentials_make(&ours, 30);
	server = tls_new(&c, &e);
	return server != NULL ? 0 : -1;
}

static int
remove_credentials(void **state)
{
	(void)state;
	tls_free(&server);
	credentials_remove(&ours);
	return 0;
}

static void
pair_open(struct pair *p, int version)
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    p->fd), 0);
	p->peer = tls_open(server, p->fd[0]);
	p->ctx = credentials_client(version);
	p->client = SSL_new(p->ctx);
	p->in = BIO_new(BIO_s_mem());
	p->out = BIO_new(BIO_s_mem());
	(void)BIO_set_mem_eof_return(p->in, -1);
	SSL_set_bio(p->client, p->in, p->out);
	SSL_set_connect_state(p->client);
}

static void
pair_close(struct pair *p)
{
	tls_close(&p->peer);
	SSL_free(p->client);
	SSL_CTX_free(p->ctx);
	(void)close(p->fd[0]);
	if (p->fd[1] >= 0)
		(void)close(p->fd[1]);
}

/* What the client has to say, up to cap octets. */
static size_t
say(struct pair *p, uint8_t *octets, size_t cap)
{
	int n;

	(void)SSL_do_handshake(p->client);
	n = BIO_read(p->out, octets, (int)cap);
	return n > 0 ? (size_t)n : 0;
}

/* Moves octets both ways. */
static void
carry(struct pair *p)
{
	uint8_t octets[65536];
	ssize_t n;
	int len;

	while ((len = BIO_read(p->out, octets, sizeof(octets))) > 0)
		assert_int_equal(send(p->fd[1], octets, (size_t)len, 0), len);
	while ((n = recv(p->fd[1], octets, sizeof(octets), 0)) > 0)
		assert_int_equal(BIO_write(p->in, octets, (int)n), n);
}

static void
shake(struct pair *p)
{
	int rc = 0, told = 0;

	for (int i = 0; i < 10 && (rc != 1 || told != 1); i++) {
		told = SSL_do_handshake(p->client);
		carry(p);
		if (rc != 1)
			rc = tls_accept(p->peer);
		carry(p);
	}
	assert_int_equal(rc, 1);
	assert_int_equal(told, 1);
}

static void
both_versions_are_spoken(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct pair p;
		char text[16];

		pair_open(&p, versions[i]);
		shake(&p);
		assert_int_equal(SSL_version(p.client), versions[i]);
		assert_int_equal(tls_read(p.peer, text, sizeof(text)),
		    TLS_WANT_READ);
		assert_int_equal(SSL_write(p.client, "ping", 4), 4);
		carry(&p);
		assert_int_equal(tls_read(p.peer, text, sizeof(text)), 4);
		assert_memory_equal(text, "ping", 4);
		assert_int_equal(tls_write(p.peer, "pong!", 5), 5);
		carry(&p);
		assert_int_equal(SSL_read(p.client, text, sizeof(text)), 5);
		(void)SSL_shutdown(p.client);
		carry(&p);
		assert_int_equal(tls_read(p.peer, text, sizeof(text)), 0);
		pair_close(&p);
	}
}

static void
old_versions_are_not(void **state)
{
	struct pair p;
	uint8_t octets[4096];
	size_t n;

	(void)state;
	pair_open(&p, TLS1_1_VERSION);
	SSL_CTX_set_security_level(p.ctx, 0);
	SSL_set_security_level(p.client, 0);
	(void)SSL_set_cipher_list(p.client, "ALL:@SECLEVEL=0");
	n = say(&p, octets, sizeof(octets));
	assert_true(n > 0);
	assert_int_equal(send(p.fd[1], octets, n, 0), n);
	assert_int_equal(tls_accept(p.peer), TLS_BROKEN);
	pair_close(&p);
}

static void
sessions_are_taken_up(void **state)
{
	SSL_SESSION *session;
	struct pair p;
	char text[4];

	(void)state;
	pair_open(&p, 0);
	shake(&p);
	assert_false(tls_is_resumed(p.peer));
	carry(&p);
	assert_int_equal(SSL_read(p.client, text, 4), -1);	/* the ticket */
	session = SSL_get1_session(p.client);
	assert_true(SSL_SESSION_is_resumable(session));
	(void)SSL_shutdown(p.client);
	pair_close(&p);
	pair_open(&p, 0);
	assert_int_equal(SSL_set_session(p.client, session), 1);
	shake(&p);
	assert_true(tls_is_resumed(p.peer));
	assert_int_equal(SSL_session_reused(p.client), 1);
	SSL_SESSION_free(session);
	pair_close(&p);
}

static void
another_protocol_is_refused(void **state)
{
	static const unsigned char http[] = "\x02h2\x08http/1.1";
	static const unsigned char dot[] = "\x02h2\x03" "dot";
	const unsigned char *got;
	uint8_t octets[4096];
	unsigned len;
	struct pair p;
	size_t n;

	(void)state;
	pair_open(&p, 0);
	assert_int_equal(SSL_set_alpn_protos(p.client, http, sizeof(http) - 1),
	    0);
	n = say(&p, octets, sizeof(octets));
	assert_int_equal(send(p.fd[1], octets, n, 0), n);
	assert_int_equal(tls_accept(p.peer), TLS_BROKEN);
	pair_close(&p);
	pair_open(&p, 0);
	assert_int_equal(SSL_set_alpn_protos(p.client, dot, sizeof(dot) - 1),
	    0);
	shake(&p);
	SSL_get0_alpn_selected(p.client, &got, &len);
	assert_int_equal(len, 3);
	pair_close(&p);
}

/* ---- who does not mean it ---- */

/* The client's side up to flight (0 = its first), of which the first len octets
 * are sent; then it is gone, or the connection is reset. Returns the flight's
 * octets. */
static size_t
cut(int version, int flight, size_t len)
{
	uint8_t octets[8192];
	struct pair p;
	size_t n = 0;

	pair_open(&p, version);
	for (int i = 0; i <= flight; i++) {
		ssize_t back;
		size_t now;

		n = say(&p, octets, sizeof(octets));
		now = i < flight || n < len ? n : len;
		if (now > 0)
			assert_int_equal(send(p.fd[1], octets, now, 0), now);
		if (i < flight)
			assert_int_equal(tls_accept(p.peer), TLS_WANT_READ);
		while (i < flight && (back = recv(p.fd[1], octets,
		    sizeof(octets), 0)) > 0)
			assert_int_equal(BIO_write(p.in, octets, (int)back),
			    back);
	}
	if (len < n)
		assert_int_equal(tls_accept(p.peer), TLS_WANT_READ);
	(void)close(p.fd[1]);
	p.fd[1] = -1;
	/* With the last octet there, what is lacking is somebody to tell. */
	if (len < n || flight == 0)
		assert_int_equal(tls_accept(p.peer), TLS_BROKEN);
	else
		(void)tls_accept(p.peer);
	pair_close(&p);
	return n;
}

static void
a_client_may_go_after_any_octet(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (int flight = 0; flight < 2; flight++) {
			size_t n = cut(versions[i], flight, 0);

			assert_true(n > 50);
			for (size_t len = 1; len <= n; len++)
				assert_int_equal(cut(versions[i], flight, len),
				    n);
		}
	}
}

/* It ends, one way or the other, and takes no octet that is not there. */
static void
a_bent_octet_is_survived(void **state)
{
	uint8_t hello[4096];
	struct pair p;
	size_t n;

	(void)state;
	pair_open(&p, 0);
	n = say(&p, hello, sizeof(hello));
	pair_close(&p);
	for (size_t i = 0; i < n; i++) {
		int rc;

		pair_open(&p, 0);
		hello[i] ^= 0x81;
		assert_int_equal(send(p.fd[1], hello, n, 0), n);
		hello[i] ^= 0x81;
		(void)shutdown(p.fd[1], SHUT_WR);
		do
			rc = tls_accept(p.peer);
		while (rc == TLS_WANT_READ);
		assert_int_equal(rc, TLS_BROKEN);
		pair_close(&p);
	}
}

static void
octets_may_come_one_by_one(void **state)
{
	uint8_t octets[4096];
	struct pair p;
	int rc = TLS_WANT_READ;

	(void)state;
	pair_open(&p, 0);
	for (int flight = 0; flight < 2; flight++) {
		size_t n = say(&p, octets, sizeof(octets));

		for (size_t i = 0; i < n; i++) {
			assert_int_equal(rc, TLS_WANT_READ);
			assert_int_equal(send(p.fd[1], octets + i, 1, 0), 1);
			rc = tls_accept(p.peer);
		}
		carry(&p);
	}
	assert_int_equal(rc, 1);
	pair_close(&p);
}

/* Records of a hello that is announced with 128 KiB and never ends. */
static void
an_endless_hello_is_ended(void **state)
{
	uint8_t record[5 + 1000] = { 22, 3, 1, 1000 >> 8, 1000 & 0xff,
	    1, 1, 0xff, 0xff };
	struct pair p;
	size_t sent = 0;
	int rc;

	(void)state;
	pair_open(&p, 0);
	do {
		assert_true(sent <= TLS_HANDSHAKE_MAX + sizeof(record));
		assert_int_equal(send(p.fd[1], record, sizeof(record), 0),
		    sizeof(record));
		sent += sizeof(record);
		memset(record + 5, 0, 4);
		rc = tls_accept(p.peer);
	} while (rc == TLS_WANT_READ);
	assert_int_equal(rc, TLS_BROKEN);
	pair_close(&p);
}

static void
what_is_no_tls_is_refused_at_once(void **state)
{
	static const char *const texts[] = {
		"GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 1.2.3.4\r\n",
		"\x01\x1d\xbe\xef\x01\x20\x01\x01\x01",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct pair p;

		pair_open(&p, 0);
		assert_true(send(p.fd[1], texts[i], strlen(texts[i]), 0) > 0);
		assert_int_equal(tls_accept(p.peer), TLS_BROKEN);
		pair_close(&p);
	}
}

/* ---- octets ---- */

/* The descriptor tells nothing of what is left of a record. */
static void
a_call_reads_one_record(void **state)
{
	static uint8_t big[16384];
	uint8_t some[5000];
	size_t got = 0;
	struct pair p;
	ssize_t n;

	(void)state;
	pair_open(&p, 0);
	shake(&p);
	for (int i = 0; i < 2; i++)
		assert_int_equal(SSL_write(p.client, big, sizeof(big)),
		    sizeof(big));
	carry(&p);
	assert_false(tls_pending(p.peer));
	do {
		n = tls_read(p.peer, some, sizeof(some));
		assert_true(n > 0);
		got += (size_t)n;
	} while (tls_pending(p.peer));
	assert_int_equal(got, sizeof(big));
	pair_close(&p);
}

/* Who does not read is waited for, and gets every octet. */
static void
a_write_goes_on_where_it_stopped(void **state)
{
	uint8_t *big = malloc(1 << 22), *back = malloc(1 << 22);
	size_t sent = 0, got = 0;
	struct pair p;

	(void)state;
	for (size_t i = 0; i < 1 << 22; i++)
		big[i] = (uint8_t)(i * 7 >> 3);
	pair_open(&p, 0);
	shake(&p);
	while (got < 1 << 22) {
		ssize_t n = 1;
		int some;

		while (sent < 1 << 22 && (n = tls_write(p.peer, big + sent,
		    (1 << 22) - sent)) > 0)
			sent += (size_t)n;
		assert_true(n > 0 || n == TLS_WANT_WRITE);
		carry(&p);
		while (got < 1 << 22 && (some = SSL_read(p.client, back + got,
		    (1 << 22) - (int)got)) > 0)
			got += (size_t)some;
	}
	assert_memory_equal(big, back, 1 << 22);
	pair_close(&p);
	free(big);
	free(back);
}

static void
peers_outlive_the_credentials(void **state)
{
	struct tls_config c = { ours.certificate, ours.key, NULL };
	struct tls *was = server, *twin;
	struct pair p;
	struct err e;

	(void)state;
	server = tls_new(&c, &e);
	twin = tls_share(server);
	pair_open(&p, 0);
	tls_free(&server);
	tls_free(&twin);
	shake(&p);
	pair_close(&p);
	server = was;
}

/* ---- files ---- */

static void
put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
}

static void
refused(const char *certificate, const char *key, const char *why)
{
	struct tls_config c = { certificate, key, NULL };
	struct err e = { 0 };
	struct tls *t = tls_new(&c, &e);

	if (t != NULL || strstr(e.text, why) == NULL)
		fail_msg("\"%s\" is not about \"%s\"", e.text, why);
}

static void
a_sentence_names_the_file_at_fault(void **state)
{
	struct credentials other;
	char path[64];

	(void)state;
	credentials_make(&other, 30);
	(void)snprintf(path, sizeof(path), "%s/odd.pem", ours.dir);
	refused("/nonexistent/cert.pem", ours.key,
	    "certificate /nonexistent/cert.pem: No such file or directory");
	refused(ours.certificate, "/nonexistent/key.pem",
	    "key /nonexistent/key.pem: No such file or directory");
	refused(ours.certificate, other.key,
	    "key.pem: it does not belong to the certificate");
	refused(ours.key, ours.key, "no certificate is in it");
	refused(ours.certificate, ours.certificate,
	    "/cert.pem: no private key is in it");
	put_file(path, "");
	refused(path, ours.key, "odd.pem: no certificate is in it");
	put_file(path, "-----BEGIN CERTIFICATE-----\nAAAA\n"
	    "-----END CERTIFICATE-----\n");
	refused(path, ours.key, "certificate /tmp/");
	put_file(path, "no key\n");
	refused(ours.certificate, path, "odd.pem: no private key is in it");
	credentials_lock(&ours, path);
	refused(ours.certificate, path,
	    "odd.pem: it is encrypted with a passphrase");
	(void)unlink(path);
	credentials_remove(&other);
}

static void
the_end_of_a_certificate_is_known(void **state)
{
	struct credentials old;
	struct tls_config c = { old.certificate, old.key, NULL };
	struct err e;
	struct tls *t;

	(void)state;
	credentials_make(&old, -1);
	t = tls_new(&c, &e);
	assert_non_null(t);
	assert_true(tls_expires_s(t) < (int64_t)time(NULL));
	assert_true(tls_expires_s(server) > (int64_t)time(NULL));
	tls_free(&t);
	credentials_remove(&old);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_versions_are_spoken),
		cmocka_unit_test(old_versions_are_not),
		cmocka_unit_test(sessions_are_taken_up),
		cmocka_unit_test(another_protocol_is_refused),
		cmocka_unit_test(a_client_may_go_after_any_octet),
		cmocka_unit_test(a_bent_octet_is_survived),
		cmocka_unit_test(octets_may_come_one_by_one),
		cmocka_unit_test(an_endless_hello_is_ended),
		cmocka_unit_test(what_is_no_tls_is_refused_at_once),
		cmocka_unit_test(a_call_reads_one_record),
		cmocka_unit_test(a_write_goes_on_where_it_stopped),
		cmocka_unit_test(peers_outlive_the_credentials),
		cmocka_unit_test(a_sentence_names_the_file_at_fault),
		cmocka_unit_test(the_end_of_a_certificate_is_known),
	};

	return cmocka_run_group_tests(tests, make_credentials,
	    remove_credentials);
}
