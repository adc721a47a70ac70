/* tests/unit/monitors/test_probe_http.c - the http probe against web servers
 * of all moods. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/obj.h"
#include "monitors/probe_http.h"

#define OK_REPLY	"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"

static int
set_up(void **state)
{
	static struct bed b;

	bed_open(&b, &probe_http_type);
	b.peer.text = OK_REPLY;
	*state = &b;
	return 0;
}

/* Exactly F5's octets: no version is put in, no header, nothing. */
static void
default_send_is_sent_as_it_is(void **state)
{
	struct bed *b = *state;

	b->peer.text = "<html>";	/* HTTP/0.9: no status line */
	bed_probe(b, 0);
	assert_string_equal(b->peer.heard, "GET /\r\n");
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(b->result.from.family, AF_INET);
	assert_int_equal(b->result.from.octets[0], 127);
}

static void
version_and_host_are_the_operators(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "send",
	    "HEAD /x HTTP/1.1\\r\\nHost: a.example\\r\\n\\r\\n");
	bed_set(b->monitor, "recv", "200 OK");
	b->peer.mood = PEER_KEEP;	/* a HEAD reply has no body to wait for */
	b->peer.text = "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n";
	bed_probe(b, 0);
	assert_string_equal(b->peer.heard,
	    "HEAD /x HTTP/1.1\r\nHost: a.example\r\n\r\n");
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(b->result.status, 200);
}

static void
user_and_password_become_a_header(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "send", "GET / HTTP/1.0\\r\\n\\r\\n");
	bed_set(b->monitor, "username", "Aladdin");
	bed_set(b->monitor, "password", "open sesame");
	bed_probe(b, 0);
	assert_string_equal(b->peer.heard, "GET / HTTP/1.0\r\n"
	    "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
}

/* The reply may come octet by octet, and the server may keep the connection:
 * its length tells that recv will not come any more. */
static void
recv_is_searched_in_drips_and_to_the_end(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "recv", "hel+o");
	b->peer.mood = PEER_KEEP;
	b->peer.drip = 1;
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	bed_set(b->monitor, "recv", "good day");
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_NO_MATCH);
	bed_set(b->monitor, "reverse", "enabled");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	bed_set(b->monitor, "recv", "hello");
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_MATCH);
}

static void
status_codes_decide(void **state)
{
	struct bed *b = *state;
	char why[128];

	bed_set(b->monitor, "recv-status-code", "200 204");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	b->peer.text = "HTTP/1.0 503 Busy\r\n\r\n";
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_STATUS);
	assert_string_equal(probe_reason(&b->result, why, sizeof(why)),
	    "status 503 is not wanted");
}

static void
hanging_host_is_silence_after_probe_timeout(void **state)
{
	struct bed *b = *state;
	mono_ns start = loop_now_ns(b->loop);

	b->peer.mood = PEER_HANG;
	bed_probe(b, 100 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_int_equal(loop_now_ns(b->loop) - start, 5 * CLOCK_S);
	assert_int_equal(b->result.rtt_us, 5000000);
}

static void
half_an_answer_is_silence_too(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "recv", "hello");
	b->peer.mood = PEER_KEEP;
	b->peer.text = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhel";
	bed_probe(b, 100 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
}

static void
refused_reset_and_closed_are_told_apart(void **state)
{
	bed_refusals_are_told_apart(*state, "GET /");
}

/* What never ends costs 64 KiB and what fits into the sockets, and no time. */
static void
endless_headers_and_bodies_are_cut(void **state)
{
	static const char *const start[] = { "HTTP/1.1 200 OK\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" };
	static const char *const fill[] = { "X-More: yyyyyyyyyyyyyyyy\r\n",
	    "zzzzzzzzzzzzzzzzzzzzzzzzzzzz", "5\r\nhallo\r\n" };
	struct bed *b = *state;
	mono_ns before = loop_now_ns(b->loop);

	b->peer.mood = PEER_ENDLESS;
	bed_set(b->monitor, "recv", "hello");
	for (size_t i = 0; i < OBJ_COUNT(start); i++) {
		b->peer.text = start[i];
		b->peer.fill = fill[i];
		b->peer.poured = 0;
		bed_probe(b, 0);
		bed_expect(b, PROBE_DOWN, PROBE_NO_MATCH);
		assert_true(b->peer.poured > 60000);
		assert_true(b->peer.poured < 64 * 1024 * 1024);
	}
	assert_int_equal(loop_now_ns(b->loop), before);
}

static void
after_stop_nothing_is_called(void **state)
{
	struct bed *b = *state;

	b->peer.drip = 1;
	bed_stop_is_silent(b);
}

/* Not having descriptors is our fault: nothing is said about the target. */
static void
no_descriptor_is_an_abstention(void **state)
{
	struct bed *b = *state;
	int held[256], count = 0, fd;
	struct rlimit was, low;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	low = was;
	low.rlim_cur = OBJ_COUNT(held);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	while ((fd = dup(0)) != -1)
		held[count++] = fd;
	bed_probe(b, 0);
	while (count > 0)
		(void)close(held[--count]);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	bed_expect(b, PROBE_ABSTAIN, PROBE_LOCAL);
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, bed_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(default_send_is_sent_as_it_is),
		T(version_and_host_are_the_operators),
		T(user_and_password_become_a_header),
		T(recv_is_searched_in_drips_and_to_the_end),
		T(status_codes_decide),
		T(hanging_host_is_silence_after_probe_timeout),
		T(half_an_answer_is_silence_too),
		T(refused_reset_and_closed_are_told_apart),
		T(endless_headers_and_bodies_are_cut),
		T(after_stop_nothing_is_called),
		T(no_descriptor_is_an_abstention),
	};

	return cmocka_run_group_tests_name("probe_http", tests, NULL, NULL);
}
