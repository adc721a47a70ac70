/* tests/unit/monitors/test_probe_redis.c - the redis probe before a peer
 * with Redis' words.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <string.h>

#include "monitors/probe_redis.h"

static int
set_up(void **state)
{
	static struct bed b;

	bed_open(&b, &probe_redis_type);
	b.peer.mood = PEER_KEEP;
	b.peer.text = "+PONG\r\n";
	*state = &b;
	return 0;
}

static void
pong_is_up(void **state)
{
	struct bed *b = *state;

	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_string_equal(b->peer.heard, "*1\r\n$4\r\nPING\r\n");
}

static void
a_password_goes_before(void **state)
{
	struct bed *b = *state;

	b->peer.text = "+OK\r\n+PONG\r\n";
	bed_set(b->monitor, "password", "a b\tc");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_string_equal(b->peer.heard, "*2\r\n$4\r\nAUTH\r\n$5\r\na b\tc\r\n"
	    "*1\r\n$4\r\nPING\r\n");
	bed_set(b->monitor, "username", "me");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_string_equal(b->peer.heard, "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n"
	    "$5\r\na b\tc\r\n*1\r\n$4\r\nPING\r\n");
}

static void
what_else_it_says_is_down_and_told(void **state)
{
	struct bed *b = *state;
	char text[128];

	b->peer.text = "-LOADING Redis is loading the dataset in memory\r\n";
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_REDIS);
	assert_string_equal(probe_reason(&b->result, text, sizeof(text)),
	    "server says LOADING");
	b->peer.text = "-ERR max number of clients reached\r\n";
	b->peer.mood = PEER_ANSWER;
	bed_set(b->monitor, "password", "x");
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_REDIS);
	b->peer.text = "220 mail.example.com ESMTP\r\n";
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_GARBLED);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, bed_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(pong_is_up),
		T(a_password_goes_before),
		T(what_else_it_says_is_down_and_told),
	};

	return cmocka_run_group_tests_name("probe_redis", tests, NULL, NULL);
}
