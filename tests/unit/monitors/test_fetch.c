/* tests/unit/monitors/test_fetch.c - pages from servers of all moods.
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
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "monitors/fetch.h"
#include "tests/unit/monitors/peer.h"

#define OK_HEAD	"HTTP/1.1 200 OK\r\n"

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct fetcher	*fetcher;
	struct peer	 peer;
	struct fetch_spec spec;
	struct strbuf	 page;
	unsigned	 done;
	struct fetch_result result;
};

static void
on_data(void *arg, const void *octets, size_t len)
{
	struct stage *t = arg;

	assert_int_equal(t->done, 0);
	strbuf_add_len(&t->page, octets, len);
}

static void
on_done(void *arg, const struct fetch_result *r)
{
	struct stage *t = arg;

	t->done++;
	t->result = *r;
}

static int
set_up(void **state)
{
	static struct stage t;

	memset(&t, 0, sizeof(t));
	clock_fake_init(&t.clk, 1000 * CLOCK_S, 1700000000);
	t.loop = loop_new(&t.clk, NULL);
	t.fetcher = fetch_engine_new(t.loop, NULL);
	assert_non_null(t.fetcher);
	peer_open(&t.peer, t.loop);
	strbuf_init(&t.page);
	t.spec = (struct fetch_spec){ .to = t.peer.at, .path = "/metrics",
	    .max = 1000, .timeout_ns = 5 * CLOCK_S };
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	strbuf_fini(&t->page);
	fetch_engine_free(&t->fetcher);
	peer_shut(&t->peer);
	loop_poll(t->loop);
	loop_free(&t->loop);
	return 0;
}

static struct fetch *
start(struct stage *t)
{
	const struct fetch_owner owner = { on_data, on_done, t };

	t->done = 0;
	strbuf_clear(&t->page);
	return fetch_start(t->fetcher, &t->spec, &owner);
}

static void
expect(struct stage *t, const char *text, enum fetch_code want,
    const char *page)
{
	char words[128];

	t->peer.text = text;
	assert_non_null(start(t));
	assert_int_equal(t->done, 0);		/* never out of start */
	for (int i = 0; t->done == 0; i++) {
		if (i == 1000000)
			fail_msg("the fetch does not end");
		loop_advance(t->loop, &t->clk, CLOCK_MS / 10);
	}
	if (t->result.code != want || strcmp(t->page.text, page) != 0)
		fail_msg("%s, want %s; page \"%.40s\"", fetch_words(&t->result,
		    words, sizeof(words)), fetch_code_name(want), t->page.text);
}

static void
a_page_is_handed_on_without_its_framing(void **state)
{
	struct stage *t = *state;

	t->spec.user = "Aladdin";
	t->spec.password = "open sesame";
	t->spec.host = "lb.example.com";
	expect(t, OK_HEAD "Content-Length: 2\r\n\r\nhi", FETCH_OK, "hi");
	assert_non_null(strstr(t->peer.heard, "GET /metrics HTTP/1.1\r\n"));
	assert_non_null(strstr(t->peer.heard, "\r\nHost: lb.example.com:"));
	assert_non_null(strstr(t->peer.heard, "\r\nAuthorization: Basic "
	    "QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
	assert_null(strstr(t->peer.heard, "Accept-Encoding"));
	assert_int_equal(t->result.octets, 2);
	expect(t, OK_HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
	    "2\r\nde\r\n0\r\n\r\n", FETCH_OK, "abcde");
	expect(t, OK_HEAD "\r\nuntil it closes", FETCH_OK, "until it closes");
	t->peer.drip = 1;
	expect(t, OK_HEAD "Content-Length: 2\r\n\r\nhi", FETCH_OK, "hi");
}

static void
only_200_is_a_page(void **state)
{
	static const struct {
		const char *text;
		int	    status;
	} row[] = {
		{ "HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nbusy", 503 },
		{ "HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n", 401 },
		{ "HTTP/1.1 204 Nothing\r\n\r\n", 204 },
		/* Nobody is followed anywhere. */
		{ "HTTP/1.1 302 There\r\nLocation: /metrics\r\n"
		  "Content-Length: 0\r\n\r\n", 302 },
	};
	struct stage *t = *state;

	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		expect(t, row[i].text, FETCH_STATUS, "");
		assert_int_equal(t->result.status, row[i].status);
	}
	assert_int_equal(t->peer.accepted, OBJ_COUNT(row));
}

static void
what_is_too_large_ends(void **state)
{
	struct stage *t = *state;

	t->spec.max = 5;
	expect(t, OK_HEAD "Content-Length: 5\r\n\r\n12345", FETCH_OK, "12345");
	expect(t, OK_HEAD "Content-Length: 6\r\n\r\n123456", FETCH_LARGE, "");
	t->spec.max = 100000;
	t->peer.mood = PEER_ENDLESS;
	t->peer.fill = "0123456789";
	t->peer.text = OK_HEAD "\r\n";
	(void)start(t);
	for (int i = 0; t->done == 0 && i < 1000000; i++)
		loop_advance(t->loop, &t->clk, 0);
	assert_int_equal(t->result.code, FETCH_LARGE);
	assert_true(t->page.len <= 100000);
	t->peer.fill = "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n";
	expect(t, OK_HEAD, FETCH_LARGE, "");
}

static void
each_way_to_fail_has_its_name(void **state)
{
	struct stage *t = *state;

	t->peer.mood = PEER_HANG;
	expect(t, "", FETCH_TIMEOUT, "");
	t->peer.mood = PEER_KEEP;
	expect(t, OK_HEAD "Content-Length: 9\r\n\r\n1", FETCH_TIMEOUT, "1");
	t->peer.mood = PEER_RESET;
	expect(t, "", FETCH_BROKEN, "");
	t->peer.mood = PEER_CLOSE;
	expect(t, "", FETCH_BROKEN, "");
	t->peer.mood = PEER_ANSWER;
	expect(t, "no status line\r\n\r\n", FETCH_BROKEN, "");
	expect(t, OK_HEAD "Content-Length: 9\r\n\r\n1", FETCH_BROKEN, "1");
	t->spec.tls = t->spec.verify = true;
	expect(t, OK_HEAD "\r\n", FETCH_TLS, "");
	t->spec.ca_file = "/nonexistent";
	expect(t, OK_HEAD "\r\n", FETCH_LOCAL, "");
	t->spec.tls = false;
	peer_close_door(&t->peer);
	expect(t, "", FETCH_REFUSED, "");
}

static void
after_stop_nothing_comes(void **state)
{
	struct stage *t = *state;
	int turns;

	t->peer.text = OK_HEAD "Content-Length: 2\r\n\r\nhi";
	for (turns = 0; turns < 200; turns++) {
		struct fetch *f = start(t);

		for (int i = 0; i < turns && t->done == 0; i++)
			loop_advance(t->loop, &t->clk, CLOCK_MS);
		if (t->done != 0)
			break;
		fetch_stop(&f);
		loop_advance(t->loop, &t->clk, 10 * CLOCK_S);
		assert_int_equal(t->done, 0);
	}
	assert_int_equal(t->done, 1);
	assert_true(turns > 1);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_page_is_handed_on_without_its_framing),
		T(only_200_is_a_page),
		T(what_is_too_large_ends),
		T(each_way_to_fail_has_its_name),
		T(after_stop_nothing_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
