/* tests/unit/monitors/test_probe_grpc_health.c - the grpc-health probe before a
 * peer that plays the frames of an HTTP/2 server, and before others.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <string.h>

#include "monitors/probe_grpc_health.h"

/* Frames: three octets of length, kind, flags, stream. The headers are ":status
 * 200" of HPACK's table and literals that nobody need remember (RFC 7541 6.2.2). */
#define SETTINGS	"\0\0\0\4\0\0\0\0\0" "\0\0\0\4\1\0\0\0\0"
#define OK_HEADERS	"\0\0\1\1\4\0\0\0\1" "\x88"
#define DATA(health)	"\0\0\7\0\0\0\0\0\1" "\0\0\0\0\2\x08" health
#define TRAILERS(c)	"\0\0\xf\1\5\0\0\0\1" "\0\xb" "grpc-status" "\1" c
#define TRAILERS_ONLY	"\0\0\x11\1\5\0\0\0\1" "\x88" "\0\xb" "grpc-status"	\
			"\2" "12"

static int
set_up(void **state)
{
	static struct bed b;

	bed_open(&b, &probe_grpc_health_type);
	b.peer.mood = PEER_KEEP;
	*state = &b;
	return 0;
}

static void
say(struct bed *b, const char *octets, size_t len, const char *reason)
{
	char text[128];

	b->peer.text = octets;
	b->peer.text_len = len;
	bed_probe(b, CLOCK_MS);
	assert_string_equal(probe_reason(&b->result, text, sizeof(text)),
	    reason);
	assert_int_equal(b->result.outcome,
	    b->result.code == PROBE_OK ? PROBE_UP : PROBE_DOWN);
}

#define SAY(b, s, reason)	say(b, s, sizeof(s) - 1, reason)

static void
serving_alone_is_up(void **state)
{
	struct bed *b = *state;

	SAY(b, SETTINGS OK_HEADERS DATA("\1") TRAILERS("0"), "UP");
	assert_int_equal(b->result.from.octets[0], 127);
	assert_int_equal(b->result.octets, 7);
	assert_memory_equal(b->peer.heard, "PRI * HTTP/2.0\r\n", 16);
	SAY(b, SETTINGS OK_HEADERS DATA("\2") TRAILERS("0"),
	    "health is NOT_SERVING");
	SAY(b, SETTINGS OK_HEADERS DATA("\0") TRAILERS("0"),
	    "health is UNKNOWN");
}

static void
a_call_that_fails_is_told_by_its_code(void **state)
{
	struct bed *b = *state;

	SAY(b, SETTINGS OK_HEADERS TRAILERS("5"), "grpc-status 5 (NOT_FOUND)");
	SAY(b, SETTINGS TRAILERS_ONLY, "grpc-status 12 (UNIMPLEMENTED)");
}

static void
what_is_not_grpc_is_garbled(void **state)
{
	struct bed *b = *state;

	SAY(b, SETTINGS OK_HEADERS DATA("\1") "\0\0\0\0\1\0\0\0\1",
	    "reply is not of this protocol");	/* no grpc-status */
	SAY(b, SETTINGS OK_HEADERS TRAILERS("0"),
	    "reply is not of this protocol");	/* no message */
	b->peer.mood = PEER_ANSWER;
	SAY(b, "HTTP/1.1 400 Bad Request\r\n\r\n",
	    "reply is not of this protocol");
	b->peer.mood = PEER_ENDLESS;
	b->peer.fill = "+PONG\r\n";
	SAY(b, "-ERR\r\n", "reply is not of this protocol");
}

static void
a_status_of_http_is_told(void **state)
{
	struct bed *b = *state;

	/* 404 of HPACK's table */
	SAY(b, SETTINGS "\0\0\1\1\5\0\0\0\1" "\x8d", "status 404 is not wanted");
}

static void
nobody_there_and_no_word(void **state)
{
	struct bed *b = *state;

	b->peer.mood = PEER_HANG;
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	peer_close_door(&b->peer);
	bed_probe(b, CLOCK_MS);
	bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
}

static void
after_stop_nothing_is_called(void **state)
{
	struct bed *b = *state;
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, CLOCK_S);

	b->peer.mood = PEER_HANG;
	for (unsigned turns = 0; turns < 5; turns++) {
		struct probe *p = b->type->start(&job);

		for (unsigned i = 0; i < turns; i++)
			loop_advance(b->loop, &b->clk, 0);
		b->type->stop(&p);
		assert_null(p);
		loop_advance(b->loop, &b->clk, 2 * CLOCK_S);
		assert_int_equal(b->done, 0);
	}
	b->type->spec_free(&spec);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, bed_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(serving_alone_is_up),
		T(a_call_that_fails_is_told_by_its_code),
		T(what_is_not_grpc_is_garbled),
		T(a_status_of_http_is_told),
		T(nobody_there_and_no_word),
		T(after_stop_nothing_is_called),
	};

	return cmocka_run_group_tests_name("probe_grpc_health", tests, NULL,
	    NULL);
}
