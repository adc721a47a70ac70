/* tests/unit/monitors/test_probe_mysql.c - the mysql probe before a peer that greets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <string.h>

#include "monitors/probe_mysql.h"

#define HELLO	"\x20\0\0\0\n8.0\0\7\0\0\0" "nonceABC" "\0" "\xff\xf7"	\
    "\x2d\2\0" "\xff\xdf" "\x15" "filler"

static int
set_up(void **state)
{
	static struct bed b;

	bed_open(&b, &probe_mysql_type);
	b.peer.mood = PEER_GREET;
	*state = &b;
	return 0;
}

static void
say(struct bed *b, const char *octets, size_t len, dur_ns step)
{
	b->peer.text = octets;
	b->peer.text_len = len;
	bed_probe(b, step);
}

#define SAY(b, s)	say(b, s, sizeof(s) - 1, 0)

/* The peer greets, and says no more. */
static void
a_greeting_alone_is_not_enough(void **state)
{
	struct bed *b = *state;

	say(b, HELLO, sizeof(HELLO) - 1, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_int_equal(b->peer.heard_len, 4 + b->peer.heard[0]);
	assert_string_equal(b->peer.heard + 4 + 32, "gtmd");
}

static void
full_servers_are_down_and_denials_are_not(void **state)
{
	struct bed *b = *state;
	char text[128];

	SAY(b, "\x17\0\0\0\xff\x10\4Too many connections");
	bed_expect(b, PROBE_DOWN, PROBE_SQL);
	assert_string_equal(probe_reason(&b->result, text, sizeof(text)),
	    "server says error 1040 (too many connections)");
	SAY(b, "\7\0\0\0\xff\x6a\4" "Host");
	bed_expect(b, PROBE_UP, PROBE_OK);
	SAY(b, "\7\0\0\0\xff\1\0" "Host");
	bed_expect(b, PROBE_DOWN, PROBE_SQL);
	assert_string_equal(probe_reason(&b->result, text, sizeof(text)),
	    "server says error 1");
	SAY(b, "SSH-2.0-OpenSSH\r\n");
	bed_expect(b, PROBE_DOWN, PROBE_GARBLED);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, bed_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(a_greeting_alone_is_not_enough),
		T(full_servers_are_down_and_denials_are_not),
	};

	return cmocka_run_group_tests_name("probe_mysql", tests, NULL, NULL);
}
