/* tests/unit/gtmd/serve/test_tcpstream.c - what may stand before the first message:
 * handshakes and proxies' headers, whole, cut, late and from the wrong one; on
 * the serving loop, whose clock stands still.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "core/io/tls.h"
#include "gtmd/serve/tcpserve.h"
#include "gtmd/serve/tcpstream.h"
#include "tests/unit/core/io/credentials.h"
#include "tests/unit/gtmd/query/stage.h"

#define SIG	"0d0a0d0a000d0a515549540a"
#define HEADER	SIG "2111000c c0000207 7f000001 3039 0035"

static const char *const zones[] = {
	"example.com",
	"@ 3600 IN SOA ns1 hostmaster 1 3600 900 86400 300\n"
	"@ 3600 IN NS ns1\n"
	"www 600 IN A 192.0.2.80\n",
	NULL, NULL
};

/* The listeners of a scene. */
enum { PLAIN, TLS, PROXIED, PROXIED_TLS, STRANGER, LISTENERS };

struct scene {
	struct stage	 stage;
	struct clock	 clock;
	struct loop	*loop;
	struct tcpserve	 serve;
	struct credentials credentials;
	SSL_CTX		*ctx;
	int		 listener[LISTENERS];
	struct addrport	 local[LISTENERS];
};

static void
listen_on(struct scene *s, int i)
{
	struct tls_config c = {
		s->credentials.certificate, s->credentials.key, "dot"
	};
	struct tcpmanner m = { 0 };
	struct err e;

	if (i == TLS || i == PROXIED_TLS)
		assert_non_null(m.tls = tls_new(&c, &e));
	if (i >= PROXIED) {
		m.proxies.count = 1;
		assert_int_equal(addr_parse_prefix(i == STRANGER ?
		    "192.0.2.0/24" : "127.0.0.0/8", &m.proxies.v[0]), 0);
	}
	assert_int_equal(addr_parse("127.0.0.1", &s->local[i].addr), 0);
	s->listener[i] = sock_listen_tcp(&s->local[i], NULL, &e);
	assert_true(s->listener[i] >= 0);
	sock_local(s->listener[i], &s->local[i]);
	tcpserve_add(&s->serve, s->listener[i], &m);
	assert_null(m.tls);
}

static int
open_scene(void **state)
{
	struct scene *s = mem_zalloc(1, sizeof(*s));
	struct err e;

	stage_open(&s->stage, zones);
	s->stage.settings.tcp_clients_max = 64;
	clock_fake_init(&s->clock, 1000 * CLOCK_S, 0);
	s->loop = loop_new(&s->clock, &e);
	tcpserve_init(&s->serve, s->loop, &s->stage.world);
	credentials_make(&s->credentials, 30);
	s->ctx = credentials_client(0);
	for (int i = 0; i < LISTENERS; i++)
		listen_on(s, i);
	*state = s;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *s = *state;

	tcpserve_fini(&s->serve);
	loop_poll(s->loop);
	loop_free(&s->loop);
	stage_close(&s->stage);
	SSL_CTX_free(s->ctx);
	credentials_remove(&s->credentials);
	free(s);
	return 0;
}

static void
poll_some(struct scene *s)
{
	for (int i = 0; i < 6; i++)
		loop_poll(s->loop);
}

static int
client(struct scene *s, int listener)
{
	const struct addrport *to = &s->local[listener];
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&to->addr, to->port, &ss);
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), 0);
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	poll_some(s);
	return fd;
}

static uint64_t
count(const struct scene *s, enum stats_id id)
{
	return s->serve.answer.stats->n[id];
}

/* Length and message. */
static size_t
query(uint8_t *p, const char *options)
{
	const struct stage_query q = {
		.name = "www.example.com", .type = 1, .payload = 1232,
		.options = options,
	};
	size_t n = stage_write(&q, p + 2, 500);

	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
	return n + 2;
}

static size_t
octets_of(const char *hex, uint8_t *p)
{
	struct wbuf w;

	wbuf_init(&w, p, 600);
	stage_write_hex(&w, hex);
	return w.off;
}

static void
put(int fd, const uint8_t *p, size_t len)
{
	assert_int_equal(send(fd, p, len, MSG_NOSIGNAL), len);
}

static void
expect_reply(struct scene *s, int fd)
{
	uint8_t p[4096];

	poll_some(s);
	assert_true(recv(fd, p, sizeof(p), 0) > 40);
	assert_int_equal(p[5] & 0x0f, 0);
	assert_int_equal(p[9], 1);
}

static bool
is_open(struct scene *s, int fd)
{
	uint8_t p[4096];
	ssize_t n;

	poll_some(s);
	while ((n = recv(fd, p, sizeof(p), 0)) > 0)
		continue;
	return n < 0 && errno == EAGAIN;
}

static SSL *
shake(struct scene *s, int fd)
{
	SSL *ssl = SSL_new(s->ctx);
	int rc = -1;

	assert_int_equal(SSL_set_fd(ssl, fd), 1);
	for (int i = 0; i < 10 && rc != 1; i++) {
		rc = SSL_connect(ssl);
		poll_some(s);
	}
	assert_int_equal(rc, 1);
	return ssl;
}

static int
ask_tls(struct scene *s, SSL *ssl, const char *options, uint8_t *reply)
{
	uint8_t p[512];
	size_t n = query(p, options);
	int len;

	assert_int_equal(SSL_write(ssl, p, (int)n), n);
	poll_some(s);
	len = SSL_read(ssl, reply, 4096);
	assert_true(len > 40);
	assert_int_equal(reply[5] & 0x0f, 0);
	assert_int_equal(reply[9], 1);
	return len;
}

/* ---- TLS ---- */

static void
queries_are_answered_in_tls(void **state)
{
	struct scene *s = *state;
	int fd = client(s, TLS);
	SSL *ssl = shake(s, fd);
	uint8_t reply[4096];

	assert_int_equal(count(s, STATS_TLS_HANDSHAKES), 1);
	for (int i = 0; i < 3; i++)
		(void)ask_tls(s, ssl, NULL, reply);
	assert_int_equal(count(s, STATS_TLS_QUERIES), 3);
	assert_int_equal(count(s, STATS_TCP_QUERIES), 0);
	(void)SSL_shutdown(ssl);
	poll_some(s);
	assert_int_equal(s->serve.conn_count, 0);
	SSL_free(ssl);
	(void)close(fd);
}

/* RFC 8467 4.1: blocks of 468 octets, for who pads, and inside TLS only. */
static void
padding_is_for_who_pads(void **state)
{
	struct scene *s = *state;
	int fd = client(s, TLS), plain = client(s, PLAIN);
	SSL *ssl = shake(s, fd);
	uint8_t p[4096];
	size_t n = query(p, "000c 0004 00000000");

	put(plain, p, n);
	poll_some(s);
	assert_true(recv(plain, p, sizeof(p), 0) < 100);
	assert_true(ask_tls(s, ssl, NULL, p) < 100);
	assert_int_equal(ask_tls(s, ssl, "000c 0000", p), 2 + 468);
	assert_int_equal(ask_tls(s, ssl, "000c 0064"
	    "0000000000000000000000000000000000000000000000000000000000000000"
	    "0000000000000000000000000000000000000000000000000000000000000000"
	    "0000000000000000000000000000000000000000000000000000000000000000"
	    "00000000", p), 2 + 468);
	SSL_free(ssl);
	(void)close(fd);
	(void)close(plain);
}

/* A record of many queries: the descriptor tells of the first buffer only. */
static void
all_of_a_record_is_answered(void **state)
{
	struct scene *s = *state;
	int fd = client(s, TLS), got = 0, n;
	SSL *ssl = shake(s, fd);
	uint8_t *p = malloc(65536), one[512];
	size_t len = query(one, NULL), all = 16000 / len;

	for (size_t i = 0; i < all; i++)
		memcpy(p + i * len, one, len);
	assert_int_equal(SSL_write(ssl, p, (int)(all * len)), all * len);
	poll_some(s);
	while ((n = SSL_read(ssl, p, 65536)) > 0)
		got += n;
	assert_int_equal(got, all * (len + 16));
	assert_int_equal(count(s, STATS_TLS_QUERIES), all);
	SSL_free(ssl);
	(void)close(fd);
	free(p);
}

/* Silence, a hello in pieces, or half a handshake: all the same time. */
static void
a_handshake_has_its_time(void **state)
{
	struct scene *s = *state;
	uint8_t hello[4] = { 22, 3, 1, 2 };
	int silent = client(s, TLS), slow = client(s, TLS);

	for (size_t i = 0; i < 4; i++) {
		put(slow, hello + i, 1);
		assert_true(is_open(s, slow));
		loop_advance(s->loop, &s->clock, 2 * CLOCK_S);
	}
	assert_true(is_open(s, silent));
	loop_advance(s->loop, &s->clock, 2 * CLOCK_S + 1);
	assert_false(is_open(s, silent));
	assert_false(is_open(s, slow));
	assert_int_equal(s->serve.conn_count, 0);
	assert_int_equal(count(s, STATS_TLS_FAILED), 1);
	(void)close(silent);
	(void)close(slow);
}

static void
count_call(void *arg)
{
	++*(unsigned *)arg;
}

/* To another process: who shook hands is answered, who did not is not waited
 * for longer than who rests. */
static void
who_leaves_ends_handshakes(void **state)
{
	struct scene *s = *state;
	uint8_t part[3] = { 22, 3, 1 }, p[4096];
	int silent = client(s, TLS), half = client(s, TLS);
	int headless = client(s, PROXIED_TLS), asking = client(s, TLS);
	SSL *ssl = shake(s, asking);
	unsigned gone = 0;

	put(half, part, sizeof(part));
	poll_some(s);
	loop_advance(s->loop, &s->clock, CLOCK_S * 3 / 2);
	(void)ask_tls(s, ssl, NULL, p);
	tcpserve_leave(&s->serve, count_call, &gone);
	loop_advance(s->loop, &s->clock, CLOCK_S * 4 / 5);
	assert_int_equal(s->serve.conn_count, 1);
	assert_int_equal(gone, 0);
	(void)ask_tls(s, ssl, NULL, p);
	loop_advance(s->loop, &s->clock, CLOCK_S * 5 / 2);
	assert_int_equal(s->serve.conn_count, 0);
	assert_int_equal(gone, 1);
	SSL_free(ssl);
	(void)close(silent);
	(void)close(half);
	(void)close(headless);
	(void)close(asking);
}

static void
plain_dns_is_not_answered_there(void **state)
{
	struct scene *s = *state;
	int fd = client(s, TLS);
	uint8_t p[512];

	put(fd, p, query(p, NULL));
	assert_false(is_open(s, fd));
	assert_int_equal(s->serve.conn_count, 0);
	(void)close(fd);
}

/* Work by count: however many want to shake hands, four do in a turn, and who
 * has shaken them, or never had to, is answered in between. */
static void
handshakes_keep_nobody_waiting(void **state)
{
	struct scene *s = *state;
	enum { MANY = 40 };
	int fd[MANY], good = client(s, PLAIN);
	SSL *ssl[MANY];
	uint8_t p[512], reply[512];
	unsigned waiting = 0, turns = 0;

	for (int i = 0; i < MANY; i++)
		fd[i] = client(s, TLS);
	for (int i = 0; i < MANY; i++) {
		ssl[i] = SSL_new(s->ctx);
		assert_int_equal(SSL_set_fd(ssl[i], fd[i]), 1);
		assert_int_equal(SSL_connect(ssl[i]), -1);
	}
	put(good, p, query(p, NULL));
	loop_poll(s->loop);
	assert_true(recv(good, reply, sizeof(reply), 0) > 0);
	for (;;) {
		unsigned left = 0;

		LIST_EACH(&s->serve.hellos, it)
			left++;
		if (turns > 0)
			assert_true(waiting - left <= 4);
		waiting = left;
		turns++;
		if (left == 0)
			break;
		put(good, p, query(p, NULL));
		loop_poll(s->loop);
		assert_true(recv(good, reply, sizeof(reply), 0) > 0);
	}
	assert_true(turns >= (MANY - 4) / 4);
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(SSL_connect(ssl[i]), 1);
		SSL_free(ssl[i]);
		(void)close(fd[i]);
	}
	(void)close(good);
}

/* While it waits for its turn a client may go, be shed, or run out of time. */
static void
who_goes_has_no_turn(void **state)
{
	struct scene *s = *state;
	int fd[8];
	uint8_t hello[6] = { 22, 3, 1, 2, 0, 1 };

	for (int i = 0; i < 8; i++)
		fd[i] = client(s, TLS);
	for (int i = 0; i < 8; i++)
		put(fd[i], hello, sizeof(hello));
	for (int i = 0; i < 3 && list_empty(&s->serve.hellos); i++)
		loop_poll(s->loop);
	loop_advance(s->loop, &s->clock, 11 * CLOCK_S);
	poll_some(s);
	assert_int_equal(s->serve.conn_count, 0);
	assert_true(list_empty(&s->serve.hellos));
	assert_true(list_empty(&s->serve.shaking));
	for (int i = 0; i < 8; i++)
		(void)close(fd[i]);
}

static void
new_credentials_count_from_the_next_client_on(void **state)
{
	struct scene *s = *state;
	struct credentials other;
	struct tcpmanner m = { 0 };
	struct tls_config c = { other.certificate, other.key, "dot" };
	int before = client(s, TLS), after;
	SSL *old = shake(s, before), *new;
	uint8_t reply[4096];
	X509 *a, *b;
	struct err e;

	credentials_make(&other, 30);
	m.tls = tls_new(&c, &e);
	assert_non_null(m.tls);
	tcpserve_change(&s->serve, s->listener[TLS], &m);
	assert_null(m.tls);
	after = client(s, TLS);
	new = shake(s, after);
	(void)ask_tls(s, old, NULL, reply);
	(void)ask_tls(s, new, NULL, reply);
	a = SSL_get1_peer_certificate(old);
	b = SSL_get1_peer_certificate(new);
	assert_int_not_equal(X509_cmp(a, b), 0);
	X509_free(a);
	X509_free(b);
	SSL_free(old);
	SSL_free(new);
	(void)close(before);
	(void)close(after);
	credentials_remove(&other);
}

/* ---- proxies ---- */

static struct sockaddr_in
asker_of(const struct scene *s)
{
	struct sockaddr_in in;

	assert_non_null(s->serve.answer.asker.from);
	memcpy(&in, s->serve.answer.asker.from, sizeof(in));
	return in;
}

static void
a_header_names_the_client(void **state)
{
	struct scene *s = *state;
	static const uint8_t want[4] = { 192, 0, 2, 7 };
	uint8_t p[1200];
	struct sockaddr_in from;
	int fd = client(s, PROXIED);
	size_t n = octets_of(HEADER, p);

	/* Header and query in one segment. */
	n += query(p + n, NULL);
	put(fd, p, n);
	expect_reply(s, fd);
	from = asker_of(s);
	assert_memory_equal(&from.sin_addr, want, 4);
	assert_int_equal(from.sin_port, htons(12345));
	put(fd, p, query(p, NULL));
	expect_reply(s, fd);
	(void)close(fd);
}

static void
a_header_may_come_octet_by_octet(void **state)
{
	struct scene *s = *state;
	uint8_t p[1200];
	int fd = client(s, PROXIED);
	size_t n = octets_of(SIG "21110010 c0000207 7f000001 3039 0035"
	    "04 0001 00", p);

	for (size_t i = 0; i < n; i++) {
		assert_true(is_open(s, fd));
		put(fd, p + i, 1);
	}
	put(fd, p, query(p, NULL));
	expect_reply(s, fd);
	(void)close(fd);
}

static void
local_speaks_for_itself(void **state)
{
	struct scene *s = *state;
	uint8_t p[1200];
	int fd = client(s, PROXIED);
	size_t n = octets_of(SIG "20000000", p);

	n += query(p + n, NULL);
	put(fd, p, n);
	expect_reply(s, fd);
	assert_int_equal(asker_of(s).sin_addr.s_addr, htonl(INADDR_LOOPBACK));
	(void)close(fd);
}

static void
tls_begins_behind_the_header(void **state)
{
	struct scene *s = *state;
	uint8_t p[4096];
	int fd = client(s, PROXIED_TLS);
	SSL *ssl;

	put(fd, p, octets_of(HEADER, p));
	ssl = shake(s, fd);
	(void)ask_tls(s, ssl, NULL, p);
	assert_int_equal(asker_of(s).sin_addr.s_addr, htonl(0xc0000207));
	SSL_free(ssl);
	(void)close(fd);
}

/* What came by a connection is from where it says: the limit is not for it. */
static void
tls_proves_the_address(void **state)
{
	struct scene *s = *state;
	uint8_t p[4096];
	int fd = client(s, PROXIED_TLS);
	SSL *ssl;

	s->stage.settings.limit = (struct ratelimit_rule){
		.rate = 1, .slip = 1, .ipv4_len = 24, .ipv6_len = 56 };
	put(fd, p, octets_of(HEADER, p));
	ssl = shake(s, fd);
	for (int i = 0; i < 20; i++)
		(void)ask_tls(s, ssl, NULL, p);
	assert_int_equal(count(s, STATS_LIMIT_SLIPPED), 0);
	SSL_free(ssl);
	(void)close(fd);
}

/* The one listener takes headers from this address, the other does not. */
static void
misled_clients_are_ended(void **state)
{
	static const struct { int listener; const char *octets; } tries[] = {
		{ PROXIED, "001dbeef 0100 0001 0000 0000 0000 03777777 00" },
		{ PROXIED, SIG "2131 0000" },
		{ PROXIED, SIG "2111 ffff" },
		{ PROXIED, "50524f5859" },
		{ PROXIED_TLS, "16030100" },
		{ STRANGER, HEADER },
		{ STRANGER, SIG },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < OBJ_COUNT(tries); i++) {
		int fd = client(s, tries[i].listener);
		uint8_t p[600];

		put(fd, p, octets_of(tries[i].octets, p));
		if (is_open(s, fd))
			fail_msg("%s is let be", tries[i].octets);
		assert_int_equal(count(s, STATS_PROXY_REFUSED), i + 1);
		(void)close(fd);
	}
	assert_int_equal(s->serve.conn_count, 0);
}

static void
others_are_served_without_a_header(void **state)
{
	struct scene *s = *state;
	uint8_t p[600];
	int fd = client(s, STRANGER);

	put(fd, p, query(p, NULL));
	expect_reply(s, fd);
	(void)close(fd);
}

static void
a_header_has_its_time(void **state)
{
	struct scene *s = *state;
	uint8_t p[600];
	int fd = client(s, PROXIED);

	put(fd, p, octets_of(HEADER, p) - 1);
	loop_advance(s->loop, &s->clock, 9 * CLOCK_S);
	assert_true(is_open(s, fd));
	loop_advance(s->loop, &s->clock, 2 * CLOCK_S);
	assert_false(is_open(s, fd));
	(void)close(fd);
}

#define SCENE(f)	cmocka_unit_test_setup_teardown(f, open_scene, close_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(queries_are_answered_in_tls),
		SCENE(padding_is_for_who_pads),
		SCENE(all_of_a_record_is_answered),
		SCENE(a_handshake_has_its_time),
		SCENE(who_leaves_ends_handshakes),
		SCENE(plain_dns_is_not_answered_there),
		SCENE(handshakes_keep_nobody_waiting),
		SCENE(who_goes_has_no_turn),
		SCENE(new_credentials_count_from_the_next_client_on),
		SCENE(a_header_names_the_client),
		SCENE(a_header_may_come_octet_by_octet),
		SCENE(local_speaks_for_itself),
		SCENE(tls_begins_behind_the_header),
		SCENE(tls_proves_the_address),
		SCENE(misled_clients_are_ended),
		SCENE(others_are_served_without_a_header),
		SCENE(a_header_has_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
