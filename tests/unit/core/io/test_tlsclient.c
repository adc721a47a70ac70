/* tests/unit/core/io/test_tlsclient.c - our client before our server, and before
 * peers that are none: certificates, sessions, alerts, cuts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/tlsclient.h"
#include "tests/unit/core/io/credentials.h"

#define CREDENTIALS_NAME "ns.test"

static struct credentials ours, stale;
static struct tls *server;
static const struct addrport here = { { AF_INET, { 127, 0, 0, 1 } }, 443 };

static int
make_credentials(void **state)
{
	struct tls_config c = { ours.certificate, ours.key, NULL };
	struct err e;

	(void)state;
	credentials_make(&ours, 30);
	credentials_make(&stale, -1);
	server = tls_new(&c, &e);
	return server != NULL ? 0 : -1;
}

static int
remove_credentials(void **state)
{
	(void)state;
	tls_free(&server);
	credentials_remove(&ours);
	credentials_remove(&stale);
	return 0;
}

/* Both ends of one connection. */
struct pair {
	int		 fd[2];		/* server's, client's */
	struct tls_peer	*far;
	struct tlsclient_peer *near;
};

static void
pair_open(struct pair *p, const struct tls *t, struct tlsclient *c,
    mono_ns now)
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    p->fd), 0);
	p->far = tls_open(t, p->fd[0]);
	p->near = tlsclient_open(c, p->fd[1], &here, now);
}

/* Steps of both until the client's hands are shaken, or it gave up: its last
 * word. */
static int
pair_shake(struct pair *p)
{
	int theirs = TLS_WANT_READ, mine = TLS_WANT_READ;

	for (int i = 0; i < 100 && (mine == TLS_WANT_READ ||
	    theirs == TLS_WANT_READ); i++) {
		if (mine == TLS_WANT_READ)
			mine = tlsclient_connect(p->near);
		if (mine == TLS_BROKEN)
			break;
		if (theirs == TLS_WANT_READ)
			theirs = tls_accept(p->far);
	}
	return mine;
}

static void
pair_close(struct pair *p)
{
	tlsclient_close(&p->near);
	tls_close(&p->far);
	(void)close(p->fd[0]);
	(void)close(p->fd[1]);
}

static struct tlsclient *
client(const struct tlsclient_config *c)
{
	struct err e = { 0 };
	struct tlsclient *got = tlsclient_new(c, &e);

	if (got == NULL)
		fail_msg("%s", e.text);
	return got;
}

/* Server and client say a word each; the tickets of TLS 1.3 come with it. */
static void
exchange(struct pair *p)
{
	char text[16];

	assert_int_equal(tlsclient_write(p->near, "ask", 3), 3);
	assert_int_equal(tls_read(p->far, text, sizeof(text)), 3);
	assert_int_equal(tls_write(p->far, "tell", 4), 4);
	assert_int_equal(tlsclient_read(p->near, text, sizeof(text)), 4);
	assert_memory_equal(text, "tell", 4);
	assert_int_equal(tlsclient_read(p->near, text, sizeof(text)),
	    TLS_WANT_READ);
}

static void
octets_go_both_ways_and_the_certificates_end_is_known(void **state)
{
	struct tlsclient *c = client(&(struct tlsclient_config){ 0 });
	struct pair p;
	char text[8];

	(void)state;
	pair_open(&p, server, c, 0);
	assert_int_equal(pair_shake(&p), 1);
	exchange(&p);
	assert_true(tlsclient_expires_s(p.near) > time(NULL) + 29 * 86400);
	assert_true(tlsclient_expires_s(p.near) < time(NULL) + 31 * 86400);
	tls_close(&p.far);
	assert_int_equal(tlsclient_read(p.near, text, sizeof(text)), 0);
	pair_close(&p);
	tlsclient_free(&c);
}

static void
a_session_is_taken_up_until_it_is_old(void **state)
{
	static const struct { mono_ns at; bool resumed; } step[] = {
		{ 0, false }, { CLOCK_S, true }, { 300 * CLOCK_S, true },
		{ TLSCLIENT_SESSION_NS - 1, true },
		{ TLSCLIENT_SESSION_NS, false },
		{ TLSCLIENT_SESSION_NS + CLOCK_S, true },
		{ 2 * TLSCLIENT_SESSION_NS - 1, true },
		{ 2 * TLSCLIENT_SESSION_NS, false },
	};
	struct tlsclient *c = client(&(struct tlsclient_config){ 0 });

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct pair p;

		pair_open(&p, server, c, step[i].at);
		assert_int_equal(pair_shake(&p), 1);
		exchange(&p);
		if (tlsclient_is_resumed(p.near) != step[i].resumed)
			fail_msg("step %zu", i);
		/* The certificate is known from the session. */
		assert_true(tlsclient_expires_s(p.near) > time(NULL));
		pair_close(&p);
	}
	tlsclient_free(&c);
}

/* What the handshake says of a certificate, by what is wanted of it. */
static void
certificates_are_judged_only_when_asked(void **state)
{
	const struct {
		const struct credentials *shown;
		struct tlsclient_config	  want;
		int			  rc;
		enum tlsclient_trouble	  why;
	} row[] = {
		{ &ours, { .name = "elsewhere.test" }, 1, 0 },
		{ &stale, { .name = NULL }, 1, 0 },
		{ &ours, { .verify = true, .name = CREDENTIALS_NAME,
		  .ca_file = ours.certificate }, 1, 0 },
		{ &ours, { .verify = true, .name = "elsewhere.test",
		  .ca_file = ours.certificate }, TLS_BROKEN, TLSCLIENT_NAME },
		{ &ours, { .verify = true, .ca_file = ours.certificate },
		  TLS_BROKEN, TLSCLIENT_NAME },
		{ &ours, { .verify = true, .name = CREDENTIALS_NAME,
		  .ca_file = stale.certificate }, TLS_BROKEN,
		  TLSCLIENT_UNTRUSTED },
		{ &stale, { .verify = true, .name = CREDENTIALS_NAME,
		  .ca_file = stale.certificate }, TLS_BROKEN,
		  TLSCLIENT_EXPIRED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct tls_config tc = { row[i].shown->certificate,
		    row[i].shown->key, NULL };
		struct tlsclient *c = client(&row[i].want);
		struct err e;
		struct tls *t = tls_new(&tc, &e);
		struct pair p;
		int number;

		assert_non_null(t);
		pair_open(&p, t, c, 0);
		if (pair_shake(&p) != row[i].rc)
			fail_msg("row %zu", i);
		if (row[i].rc != 1 &&
		    tlsclient_trouble(p.near, &number) != row[i].why)
			fail_msg("row %zu: trouble %d", i,
			    tlsclient_trouble(p.near, &number));
		pair_close(&p);
		tls_free(&t);
		tlsclient_free(&c);
	}
}

static void
peers_that_speak_no_tls_are_told_apart(void **state)
{
	static const struct {
		const char		*octets;
		size_t			 len;
		enum tlsclient_trouble	 why;
		int			 number;
	} row[] = {
		{ "HTTP/1.0 400 Bad\r\n\r\n", 20, TLSCLIENT_NOT_TLS, 0 },
		{ "\x15\3\1\0\2\2\x46", 7, TLSCLIENT_ALERT, 70 },
		{ "", 0, TLSCLIENT_CLOSED, 0 },
		{ "\x16\3\1", 3, TLSCLIENT_CLOSED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct tlsclient *c = client(&(struct tlsclient_config){ 0 });
		struct pair p;
		int number, rc;

		pair_open(&p, server, c, 0);
		assert_int_equal(tlsclient_connect(p.near), TLS_WANT_READ);
		assert_int_equal(write(p.fd[0], row[i].octets, row[i].len),
		    (ssize_t)row[i].len);
		(void)shutdown(p.fd[0], SHUT_WR);
		do {
			rc = tlsclient_connect(p.near);
		} while (rc == TLS_WANT_READ);
		assert_int_equal(rc, TLS_BROKEN);
		if (tlsclient_trouble(p.near, &number) != row[i].why ||
		    number != row[i].number)
			fail_msg("row %zu: trouble %d, %d", i,
			    tlsclient_trouble(p.near, &number), number);
		pair_close(&p);
		tlsclient_free(&c);
	}
	assert_string_equal(tlsclient_alert_name(70), "protocol version");
}

/* A chain without end is cut. */
static void
a_handshake_has_a_bound(void **state)
{
	static const uint8_t hello[5] = { 0x16, 3, 3, 0x40, 0 };
	struct tlsclient *c = client(&(struct tlsclient_config){ 0 });
	uint8_t octets[16384] = { 2, 0xff, 0xff, 0xff };
	size_t poured = 0;
	struct pair p;
	int rc;

	(void)state;
	pair_open(&p, server, c, 0);
	rc = tlsclient_connect(p.near);
	for (int i = 0; i < 100 && rc == TLS_WANT_READ; i++) {
		(void)!write(p.fd[0], hello, sizeof(hello));
		(void)!write(p.fd[0], octets, sizeof(octets));
		poured += sizeof(octets);
		memset(octets, 0, 4);
		rc = tlsclient_connect(p.near);
	}
	assert_int_equal(rc, TLS_BROKEN);
	assert_true(poured < 300000);
	pair_close(&p);
	tlsclient_free(&c);
}

static void
what_does_not_load_is_a_sentence(void **state)
{
	const struct { struct tlsclient_config c; const char *says; } row[] = {
		{ { .cert = "/nowhere" }, "cert /nowhere: " },
		{ { .cert = ours.certificate, .key = stale.key }, "key " },
		{ { .cert = ours.key }, "cert " },
		{ { .ca_file = "/nowhere", .verify = true },
		  "ca-file /nowhere: " },
		{ { .ciphers = "none-such" }, "cipherlist none-such: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct err e = { 0 };

		assert_null(tlsclient_new(&row[i].c, &e));
		if (strncmp(e.text, row[i].says, strlen(row[i].says)) != 0)
			fail_msg("row %zu: %s", i, e.text);
	}
}

static void
lists_of_ciphers_are_openssls(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(tlsclient_check_ciphers("DEFAULT:+SHA:+3DES:+kEDH",
	    &e), 0);
	assert_true(tlsclient_check_ciphers("none-such", &e) < 0);
	assert_non_null(strstr(e.text, "\"none-such\" is no list of ciphers"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_go_both_ways_and_the_certificates_end_is_known),
		cmocka_unit_test(a_session_is_taken_up_until_it_is_old),
		cmocka_unit_test(certificates_are_judged_only_when_asked),
		cmocka_unit_test(peers_that_speak_no_tls_are_told_apart),
		cmocka_unit_test(a_handshake_has_a_bound),
		cmocka_unit_test(what_does_not_load_is_a_sentence),
		cmocka_unit_test(lists_of_ciphers_are_openssls),
	};

	return cmocka_run_group_tests_name("tlsclient", tests,
	    make_credentials, remove_credentials);
}
