/* tests/unit/monitors/test_probe_https.c - the https probe before a server that
 * speaks TLS by core/io/tls, and before one that does not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/sock.h"
#include "core/io/tls.h"
#include "monitors/probe_https.h"
#include "tests/unit/core/io/credentials.h"

#define REPLY	"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"

/* One connection at a time. */
static struct server {
	struct tls	*tls;
	struct tls_peer	*peer;
	struct loop	*loop;
	struct loop_io	*door, *io;
	int		 door_fd, fd;
	bool		 ready, mute;
	unsigned	 resumed, shaken;
} server;

static struct credentials good, stale;

static void
server_hang_up(void)
{
	loop_io_stop(&server.io);
	tls_close(&server.peer);
	if (server.fd != -1)
		(void)close(server.fd);
	server.fd = -1;
}

static void
on_octets(struct loop_io *io, int fd, unsigned events, void *arg)
{
	char text[4096];
	int rc = 1;

	(void)io;
	(void)fd;
	(void)events;
	(void)arg;
	if (!server.ready)
		rc = tls_accept(server.peer);
	if (rc == TLS_BROKEN) {
		server_hang_up();
		return;
	}
	if (rc != 1)
		return;
	if (!server.ready) {
		server.ready = true;
		server.shaken++;
		server.resumed += tls_is_resumed(server.peer);
	}
	rc = (int)tls_read(server.peer, text, sizeof(text));
	if (rc == TLS_WANT_READ)
		return;
	if (rc > 0 && server.mute)
		return;
	if (rc > 0)
		(void)tls_write(server.peer, REPLY, strlen(REPLY));
	server_hang_up();
}

static void
on_door(struct loop_io *io, int fd, unsigned events, void *arg)
{
	(void)io;
	(void)events;
	(void)arg;
	server_hang_up();
	server.fd = sock_accept(fd, NULL);
	assert_int_not_equal(server.fd, -1);
	server.ready = false;
	server.peer = tls_open(server.tls, server.fd);
	server.io = loop_io_start(server.loop, server.fd, LOOP_READ, on_octets,
	    NULL);
}

static void
server_show(const struct credentials *c)
{
	struct tls_config config = { c->certificate, c->key, NULL };
	struct err e;

	tls_free(&server.tls);
	server.tls = tls_new(&config, &e);
	assert_non_null(server.tls);
}

static int
set_up(void **state)
{
	static struct bed b;
	struct err e;

	bed_open(&b, &probe_https_type);
	/* A minute after the certificates were made. */
	b.clk.fake_real = time(NULL) + 60;
	server = (struct server){ .loop = b.loop, .fd = -1 };
	server_show(&good);
	assert_int_equal(addr_parse_port("127.0.0.1:0", &b.peer.at), 0);
	server.door_fd = sock_listen_tcp(&b.peer.at, NULL, &e);
	sock_local(server.door_fd, &b.peer.at);
	server.door = loop_io_start(b.loop, server.door_fd, LOOP_READ, on_door,
	    NULL);
	bed_set(b.monitor, "send", "GET / HTTP/1.0\\r\\n\\r\\n");
	bed_set(b.monitor, "recv", "hello");
	*state = &b;
	return 0;
}

static int
tear_down(void **state)
{
	server_hang_up();
	loop_io_stop(&server.door);
	(void)close(server.door_fd);
	tls_free(&server.tls);
	return bed_tear_down(state);
}

static void
the_reply_is_judged_as_https(void **state)
{
	struct bed *b = *state;

	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(b->result.from.octets[0], 127);
	assert_false(b->result.expiring);	/* 30 days, of 14 */
	bed_set(b->monitor, "recv-status-code", "204");
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_STATUS);
	assert_int_equal(b->result.status, 200);
	bed_set(b->monitor, "recv-status-code", "200");
	bed_set(b->monitor, "recv", "other");
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_NO_MATCH);
}

/* A spec has the sessions of its targets: bed_probe makes one for each probe. */
static void
sessions_are_taken_up_again(void **state)
{
	struct bed *b = *state;
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, 5 * CLOCK_S);

	for (unsigned i = 1; i <= 5; i++) {
		assert_non_null(b->type->start(&job));
		for (int k = 0; k < 100000 && b->done < i; k++)
			loop_advance(b->loop, &b->clk, 0);
		assert_int_equal(b->done, i);
		bed_expect(b, PROBE_UP, PROBE_OK);
	}
	assert_int_equal(server.shaken, 5);
	assert_int_equal(server.resumed, 4);
	b->type->spec_free(&spec);
}

static void
expect_words(const struct bed *b, const char *words)
{
	char text[128];

	assert_string_equal(probe_reason(&b->result, text, sizeof(text)),
	    words);
}

static void
a_certificate_near_its_end_is_told(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "expiry-warning", "31");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_true(b->result.expiring);
	expect_words(b, "UP, but its certificate expires in 29 days");
	bed_set(b->monitor, "expiry-warning", "0");
	bed_probe(b, 0);
	assert_false(b->result.expiring);
	server_show(&stale);
	bed_set(b->monitor, "expiry-warning", "1");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	expect_words(b, "UP, but its certificate has expired");
}

static void
verify_looks_at_time_name_and_signer(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "verify", "enabled");
	bed_set(b->monitor, "sni-server-name", "ns.test");
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_UNTRUSTED);
	bed_set(b->monitor, "ca-file", good.certificate);
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	bed_set(b->monitor, "sni-server-name", "other.test");
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_NAME);
	server_show(&stale);
	bed_set(b->monitor, "ca-file", stale.certificate);
	bed_set(b->monitor, "sni-server-name", "ns.test");
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_EXPIRED);
}

static void
files_that_do_not_load_are_our_fault(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "cert", "/nowhere");
	bed_set(b->monitor, "key", "/nowhere");
	bed_probe(b, 0);
	bed_expect(b, PROBE_ABSTAIN, PROBE_CREDENTIALS);
	assert_int_equal(server.shaken, 0);
}

static void
silence_in_the_talk_is_silence(void **state)
{
	struct bed *b = *state;

	server.mute = true;
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
}

/* Who speaks no TLS, hangs, resets or is not there. */
static void
other_peers_are_told_apart(void **state)
{
	struct bed *b = *state;

	b->peer.at.port = 0;
	peer_shut(&b->peer);
	peer_open(&b->peer, b->loop);
	b->peer.mood = PEER_ANSWER;
	b->peer.text = "HTTP/1.0 400 Bad Request\r\n\r\n";
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_TLS);
	expect_words(b, "TLS handshake failed");
	b->peer.text = "\x15\3\1";		/* an alert, cut */
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_CLOSED);
	b->peer.mood = PEER_HANG;
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	b->peer.mood = PEER_RESET;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_RESET);
	peer_close_door(&b->peer);
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
}

static void
after_stop_nothing_is_called(void **state)
{
	bed_stop_is_silent(*state);
}

static int
make_credentials(void **state)
{
	(void)state;
	credentials_make(&good, 30);
	credentials_make(&stale, -1);
	return 0;
}

static int
remove_credentials(void **state)
{
	(void)state;
	credentials_remove(&good);
	credentials_remove(&stale);
	return 0;
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(the_reply_is_judged_as_https),
		T(sessions_are_taken_up_again),
		T(a_certificate_near_its_end_is_told),
		T(verify_looks_at_time_name_and_signer),
		T(files_that_do_not_load_are_our_fault),
		T(silence_in_the_talk_is_silence),
		T(other_peers_are_told_apart),
		T(after_stop_nothing_is_called),
	};

	return cmocka_run_group_tests_name("probe_https", tests,
	    make_credentials, remove_credentials);
}
