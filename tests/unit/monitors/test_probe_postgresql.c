/* tests/unit/monitors/test_probe_postgresql.c - the postgresql probe before
 * a peer with its words.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <string.h>

#include "monitors/probe_postgresql.h"

static int
set_up(void **state)
{
	static struct bed b;

	bed_open(&b, &probe_postgresql_type);
	b.peer.mood = PEER_KEEP;
	*state = &b;
	return 0;
}

static void
say(struct bed *b, const char *octets, size_t len)
{
	b->peer.text = octets;
	b->peer.text_len = len;
	bed_probe(b, 0);
}

#define SAY(b, s)	say(b, s, sizeof(s) - 1)

static void
who_asks_for_a_password_serves(void **state)
{
	struct bed *b = *state;

	SAY(b, "R\0\0\0\x8\0\0\0\3");
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_memory_equal(b->peer.heard + 8, "user\0gtmd", 10);
	assert_int_equal(b->peer.heard_len, b->peer.heard[3]);
	bed_set(b->monitor, "username", "probe");
	SAY(b, "R\0\0\0\x8\0\0\0\3");
	assert_memory_equal(b->peer.heard + 8, "user\0probe", 11);
}

static void
who_lets_us_in_hears_goodbye(void **state)
{
	struct bed *b = *state;
	size_t start;

	SAY(b, "R\0\0\0\x8\0\0\0\0");
	bed_expect(b, PROBE_UP, PROBE_OK);
	start = (size_t)b->peer.heard[3];
	for (int i = 0; i < 1000 && b->peer.heard_len < start + 5; i++)
		loop_advance(b->loop, &b->clk, 0);
	assert_memory_equal(b->peer.heard + start, "X\0\0\0\4", 5);
}

static void
an_error_is_down_when_nobody_is_served(void **state)
{
	struct bed *b = *state;
	char text[128];

	SAY(b, "E\0\0\0\xc" "C57P03\0\0");
	bed_expect(b, PROBE_DOWN, PROBE_SQLSTATE);
	assert_string_equal(probe_reason(&b->result, text, sizeof(text)),
	    "server says SQLSTATE 57P03");
	SAY(b, "E\0\0\0\xc" "C28000\0\0");
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(b->result.status, 0);
	SAY(b, "HTTP/1.1 400 Bad Request");
	bed_expect(b, PROBE_DOWN, PROBE_GARBLED);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, bed_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(who_asks_for_a_password_serves),
		T(who_lets_us_in_hears_goodbye),
		T(an_error_is_down_when_nobody_is_served),
	};

	return cmocka_run_group_tests_name("probe_postgresql", tests, NULL,
	    NULL);
}
