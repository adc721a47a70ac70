/* tests/unit/gtmd/mover/test_moverpage.c - a page that is asked once.
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
#include "gtmd/mover/moverpage.h"
#include "gtmd/types/pageurl.h"
#include "monitors/fetch.h"
#include "tests/unit/monitors/peer.h"

#define HEAD	"HTTP/1.1 200 OK\r\n"

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct fetcher	*fetcher;
	struct peer	 peer;
	size_t		 octets;	/* that were had */
	unsigned	 ends;
	enum fetch_code	 code;
};

static int
set_up(void **state)
{
	static struct stage t;

	memset(&t, 0, sizeof(t));
	clock_fake_init(&t.clk, 1000 * CLOCK_S, 1700000000);
	t.loop = loop_new(&t.clk, NULL);
	t.fetcher = fetch_engine_new(t.loop, NULL);
	peer_open(&t.peer, t.loop);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	fetch_engine_free(&t->fetcher);
	peer_shut(&t->peer);
	loop_poll(t->loop);
	loop_free(&t->loop);
	return 0;
}

static void
on_data(void *arg, const void *octets, size_t len)
{
	struct stage *t = arg;

	(void)octets;
	t->octets += len;
}

static void
on_done(void *arg, const struct fetch_result *r)
{
	struct stage *t = arg;

	t->ends++;
	t->code = r->code;
}

static void
ask(struct stage *t, const char *host, fetch_data_fn *data)
{
	const struct pageurl u = { t->peer.at, false, "/health?x=1" };
	const struct fetch_owner owner = { data, on_done, t };

	t->ends = 0;
	t->octets = 0;
	assert_non_null(moverpage_start(t->fetcher, &u, host, &owner));
	assert_int_equal(t->ends, 0);
}

static void
answers(struct stage *t, enum fetch_code code)
{
	for (int i = 0; t->ends == 0; i++) {
		if (i == 1000000)
			fail_msg("there is no end of it");
		loop_advance(t->loop, &t->clk, CLOCK_MS / 10);
	}
	assert_int_equal(t->ends, 1);
	assert_int_equal(t->code, code);
}

static void
it_is_asked_by_the_name_and_path_it_is_known_by(void **state)
{
	struct stage *t = *state;

	t->peer.text = HEAD "Content-Length: 2\r\n\r\nhi";
	ask(t, "www.example.com", on_data);
	answers(t, FETCH_OK);
	assert_int_equal(t->octets, 2);
	assert_non_null(strstr(t->peer.heard, "GET /health?x=1 HTTP/1.1\r\n"));
	assert_non_null(strstr(t->peer.heard, "Host: www.example.com"));
	ask(t, NULL, NULL);		/* nobody reads it */
	answers(t, FETCH_OK);
	assert_non_null(strstr(t->peer.heard, "Host: 127.0.0.1"));
}

/* Users are no more patient, and a host that pours is not well. */
static void
what_is_slow_or_endless_is_no_answer(void **state)
{
	struct stage *t = *state;
	mono_ns began = loop_now_ns(t->loop);

	t->peer.mood = PEER_HANG;
	ask(t, NULL, NULL);
	answers(t, FETCH_TIMEOUT);
	assert_in_range(loop_now_ns(t->loop) - began, MOVERPAGE_WITHIN_NS,
	    MOVERPAGE_WITHIN_NS + CLOCK_S / 10);
	t->peer.mood = PEER_ENDLESS;
	t->peer.text = HEAD "\r\n";
	t->peer.fill = "and so on, and on, and on, and on, and on, and on, and on";
	ask(t, NULL, on_data);
	answers(t, FETCH_LARGE);
	assert_in_range(t->octets, 1, MOVERPAGE_MAX);
	t->peer.mood = PEER_ANSWER;
	t->peer.text = "HTTP/1.1 301 Gone\r\nLocation: /\r\n\r\n";
	ask(t, NULL, NULL);
	answers(t, FETCH_STATUS);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_is_asked_by_the_name_and_path_it_is_known_by),
		TEST(what_is_slow_or_endless_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
