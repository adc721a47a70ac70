/* tests/unit/gtmd/mover/test_moverpulse.c - who works, by its page.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "gtmd/migrate/migstate.h"
#include "gtmd/mover/moverpulse.h"
#include "monitors/fetch.h"
#include "tests/unit/monitors/peer.h"

#define WELL	"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
#define ILL	"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct fetcher	*fetcher;
	struct peer	 peer;
	struct migspec	*spec;
	struct migstate	 state;
	struct migstate_host hosts[2];
	struct moverpulse *pulse;
};

/* The first host has a page, the second has none. */
static int
set_up(void **state)
{
	static struct stage t;
	char text[ADDR_TEXT_MAX];

	memset(&t, 0, sizeof(t));
	clock_fake_init(&t.clk, 1000 * CLOCK_S, 1700000000);
	t.loop = loop_new(&t.clk, NULL);
	t.fetcher = fetch_engine_new(t.loop, NULL);
	peer_open(&t.peer, t.loop);
	t.peer.text = WELL;
	t.spec = migspec_new();
	migspec_add_host(t.spec)->name = mem_strdup("a");
	migspec_add_host(t.spec)->name = mem_strdup("b");
	t.spec->hosts[0].check_url = mem_printf("http://%s:%u/",
	    addr_format(&t.peer.at.addr, text), t.peer.at.port);
	t.state.host = t.hosts;
	t.pulse = moverpulse_new(t.loop, t.fetcher, t.spec);
	assert_non_null(t.pulse);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	moverpulse_free(&t->pulse);
	moverpulse_free(&t->pulse);
	fetch_engine_free(&t->fetcher);
	peer_shut(&t->peer);
	loop_poll(t->loop);
	loop_free(&t->loop);
	migspec_free(&t->spec);
	return 0;
}

/* So many answers later. */
static void
beat(struct stage *t, unsigned beats)
{
	unsigned until = t->peer.accepted + beats;

	for (int i = 0; t->peer.accepted < until; i++) {
		if (i == 1000000)
			fail_msg("nobody asks");
		loop_advance(t->loop, &t->clk, CLOCK_MS);
	}
	for (int i = 0; i < 500; i++)
		loop_advance(t->loop, &t->clk, CLOCK_MS);
}

static bool
is_dead(struct stage *t, size_t host)
{
	return moverpulse_dead(t->pulse, &t->state)[host];
}

static void
three_misses_are_death_and_one_answer_is_life(void **state)
{
	struct stage *t = *state;

	beat(t, 2);
	assert_false(is_dead(t, 0));
	t->peer.text = ILL;
	beat(t, MOVERPULSE_FALL - 1);
	assert_false(is_dead(t, 0));
	beat(t, 1);
	assert_true(is_dead(t, 0));
	assert_false(is_dead(t, 1));	/* nobody asks it */
	t->peer.text = WELL;
	beat(t, 1);
	assert_false(is_dead(t, 0));
}

static void
who_stands_still_for_its_move_is_not_dead(void **state)
{
	struct stage *t = *state;

	t->peer.text = ILL;
	t->hosts[0].activity = MIGSTATE_RUNNING;
	t->hosts[0].step = MIGEVENT_MEMORY;
	beat(t, MOVERPULSE_FALL);
	assert_false(is_dead(t, 0));
	t->hosts[0].activity = MIGSTATE_IDLE;
	beat(t, MOVERPULSE_FALL - 1);
	assert_false(is_dead(t, 0));
	beat(t, 1);
	assert_true(is_dead(t, 0));
}

static void
without_pages_nobody_is_asked(void **state)
{
	struct stage *t = *state;

	moverpulse_free(&t->pulse);
	free(t->spec->hosts[0].check_url);
	t->spec->hosts[0].check_url = NULL;
	assert_null(moverpulse_new(t->loop, t->fetcher, t->spec));
	assert_null(moverpulse_dead(NULL, &t->state));
	t->spec->hosts[0].check_url = mem_strdup("gopher://x");
	assert_null(moverpulse_new(t->loop, t->fetcher, t->spec));
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(three_misses_are_death_and_one_answer_is_life),
		TEST(who_stands_still_for_its_move_is_not_dead),
		TEST(without_pages_nobody_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
