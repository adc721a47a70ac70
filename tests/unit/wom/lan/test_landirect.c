/* tests/unit/wom/lan/test_landirect.c - SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/clock.h"
#include "core/io/loop.h"
#include "tests/unit/wom/lan/lanpeers.h"
#include "wom/lan/landirect.h"

struct stage {
	struct loop	 *loop;
	struct landirect *direct;
	struct addrport	  door, dest;
	int		  doorway, listening;	/* of ours, of the server's */
	int		  client, server;
};

/* Client and server, connected by way of us. */
static void
set_up(struct stage *s)
{
	*s = (struct stage){ 0 };
	s->loop = loop_new(&clock_system, NULL);
	s->direct = landirect_new(s->loop);
	s->doorway = lanpeers_listen(&s->door);
	s->listening = lanpeers_listen(&s->dest);
	s->client = lanpeers_connect(&s->door);
	assert_int_equal(landirect_adopt(s->direct, lanpeers_accept(s->loop,
	    s->doorway), &s->dest, NULL, 0), 0);
	s->server = lanpeers_accept(s->loop, s->listening);
	assert_true(s->server >= 0);
	assert_int_equal(landirect_count(s->direct), 1);
}

static void
tear_down(struct stage *s)
{
	landirect_free(&s->direct);
	landirect_free(&s->direct);
	(void)close(s->client);
	(void)close(s->server);
	(void)close(s->doorway);
	(void)close(s->listening);
	loop_free(&s->loop);
}

static void
octets_cross_both_ways_and_both_ends_finish(void **state)
{
	struct stage s;

	(void)state;
	set_up(&s);
	lanpeers_say(s.loop, s.client, 100000, 1);
	lanpeers_hear(s.loop, s.server, 100000, 1);
	assert_int_equal(shutdown(s.client, SHUT_WR), 0);
	assert_true(lanpeers_ended(s.loop, s.server));
	/* Half closed: the other way goes on. */
	lanpeers_say(s.loop, s.server, 100000, 2);
	assert_int_equal(shutdown(s.server, SHUT_WR), 0);
	lanpeers_hear(s.loop, s.client, 100000, 2);
	assert_true(lanpeers_ended(s.loop, s.client));
	assert_int_equal(landirect_count(s.direct), 0);
	tear_down(&s);
}

/* Who does not read is waited for, and nothing is lost. */
static void
a_slow_reader_gets_all_of_it(void **state)
{
	struct stage s;
	size_t said = 0;
	ssize_t n;

	(void)state;
	set_up(&s);
	do {
		static const uint8_t zeros[4096];

		for (unsigned i = 0; i < 10; i++)
			loop_poll(s.loop);
		n = send(s.client, zeros, sizeof(zeros), MSG_NOSIGNAL);
		said += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(shutdown(s.client, SHUT_WR), 0);
	while (lanpeers_readable(s.loop, s.server)) {
		uint8_t buf[65536];

		n = recv(s.server, buf, sizeof(buf), 0);
		if (n == 0)
			break;
		assert_true(n > 0);
		said -= (size_t)n;
	}
	assert_int_equal(said, 0);
	tear_down(&s);
}

static void
a_reset_crosses(void **state)
{
	static const struct linger now = { .l_onoff = 1 };
	struct stage s;

	(void)state;
	set_up(&s);
	assert_int_equal(setsockopt(s.client, SOL_SOCKET, SO_LINGER, &now,
	    sizeof(now)), 0);
	lanpeers_say(s.loop, s.client, 10, 1);
	lanpeers_hear(s.loop, s.server, 10, 1);
	(void)close(s.client);
	assert_true(lanpeers_was_reset(s.loop, s.server));
	assert_int_equal(landirect_count(s.direct), 0);
	s.client = dup(s.server);
	tear_down(&s);
}

static void
what_is_refused_there_is_reset_here(void **state)
{
	struct stage s = { .loop = loop_new(&clock_system, NULL) };

	(void)state;
	s.direct = landirect_new(s.loop);
	s.doorway = lanpeers_listen(&s.door);
	(void)close(lanpeers_listen(&s.dest));
	s.client = lanpeers_connect(&s.door);
	(void)landirect_adopt(s.direct, lanpeers_accept(s.loop, s.doorway),
	    &s.dest, NULL, 0);
	assert_true(lanpeers_was_reset(s.loop, s.client));
	assert_int_equal(landirect_count(s.direct), 0);
	s.server = dup(s.client);
	s.listening = dup(s.client);
	tear_down(&s);
}

static void
the_end_of_all_resets_both_sides(void **state)
{
	struct stage s;

	(void)state;
	set_up(&s);
	lanpeers_say(s.loop, s.client, 10, 1);
	lanpeers_hear(s.loop, s.server, 10, 1);
	landirect_free(&s.direct);
	assert_true(lanpeers_was_reset(s.loop, s.client));
	assert_true(lanpeers_was_reset(s.loop, s.server));
	tear_down(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_cross_both_ways_and_both_ends_finish),
		cmocka_unit_test(a_slow_reader_gets_all_of_it),
		cmocka_unit_test(a_reset_crosses),
		cmocka_unit_test(what_is_refused_there_is_reset_here),
		cmocka_unit_test(the_end_of_all_resets_both_sides),
	};

	return cmocka_run_group_tests_name("landirect", tests, NULL, NULL);
}
