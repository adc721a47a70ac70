/* tests/unit/wom/link/test_linksession_conn.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "tests/unit/wom/link/linknet.h"

static struct linknet net;

/* Two sites with one connection, whose hellos are said. */
static int
begin(void **state)
{
	(void)state;
	linknet_init(&net, 1);
	(void)linknet_dial(&net);
	linknet_settle(&net);
	return linksession_conn_up(net.s[0]) == 1 &&
	    linksession_conn_up(net.s[1]) == 1 ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	linknet_fini(&net);
	return 0;
}

/* ---- hello ---- */

static void
each_learns_who_the_other_is(void **state)
{
	(void)state;
	assert_int_equal(linksession_peer(net.s[0])->site[0], 2);
	assert_int_equal(linksession_peer(net.s[1])->site[0], 1);
	assert_int_equal(linksession_peer(net.s[0])->self.boot, 2);
}

static void
routes_are_told_again_while_it_stands(void **state)
{
	struct linkroute r = { .metric = 7 };

	(void)state;
	assert_int_equal(addr_parse_prefix("10.9.0.0/16", &r.dest), 0);
	linksession_set_routes(net.s[0], &r, 1);
	linknet_settle(&net);
	assert_int_equal(linksession_peer(net.s[1])->route_count, 1);
	assert_int_equal(linksession_peer(net.s[1])->routes[0].metric, 7);
	assert_int_equal(linksession_conn_up(net.s[1]), 1);
	linksession_set_routes(net.s[0], NULL, 0);
	linknet_settle(&net);
	assert_int_equal(linksession_peer(net.s[1])->route_count, 0);
	assert_int_equal(linksession_counts(net.s[1])->clears, 0);
}

/* A session that hears these octets first thing; what it says to that. */
static int
hears(const struct wbuf *w, struct err *e)
{
	struct linksession_config c = linknet_config(1, 5);
	struct linksession *s = linksession_new(&c);
	int conn = linksession_conn_open(s, 1), rc;
	uint8_t *to;
	size_t cap;

	to = linksession_in_room(s, conn, &cap);
	assert_true(w->off <= cap && !w->bad);
	memcpy(to, w->base, w->off);
	rc = linksession_in_fed(s, conn, w->off, 1, e);
	assert_int_equal(linksession_conn_condemned(s), rc != 0 ? conn : -1);
	linksession_free(&s);
	return rc;
}

static void
another_trust_domain_is_refused(void **state)
{
	struct linksession_config c = linknet_config(0, 1);
	uint8_t out[2 * LINKFRAME_MAX];
	struct err e = { .code = 0 };
	struct wbuf w;

	(void)state;
	c.hello.self.count = 1;
	wbuf_init(&w, out, sizeof(out));
	linkhello_write(&c.hello, &w);
	assert_int_equal(hears(&w, &e), 0);
	c.hello.domain[0] = 'T';
	wbuf_init(&w, out, sizeof(out));
	linkhello_write(&c.hello, &w);
	assert_int_equal(hears(&w, &e), ERR_DENIED);
	assert_non_null(strstr(e.text, "\"Test\""));
}

static void
nothing_comes_before_hello_nor_another_life_after(void **state)
{
	struct linksession_config c = linknet_config(0, 1);
	uint8_t out[2 * LINKFRAME_MAX];
	struct wbuf w;

	(void)state;
	c.hello.self.count = 1;
	wbuf_init(&w, out, sizeof(out));
	linkframe_write(&(struct linkframe){ .kind = LINKFRAME_PING }, &w);
	assert_int_equal(hears(&w, NULL), ERR_PARSE);
	wbuf_init(&w, out, sizeof(out));
	linkhello_write(&c.hello, &w);
	linkhello_write(&c.hello, &w);
	assert_int_equal(hears(&w, NULL), 0);
	c.hello.self.count = 2;
	linkhello_write(&c.hello, &w);
	assert_int_equal(hears(&w, NULL), ERR_PARSE);
}

/* What a peer that has said hello cannot say. */
static void
nonsense_about_streams_is_refused(void **state)
{
	static const uint8_t body[64] = { 0 };
	static const struct linkframe bad[] = {
		{ LINKFRAME_OPEN, true, 1, 0, body, 20 },
		{ LINKFRAME_OPEN, false, 1, 1, body, 20 },
		{ LINKFRAME_OPEN, false, 1, 0, body, 20 },
		{ LINKFRAME_DATA, false, 1, 1, body, 20 },
		{ LINKFRAME_RESET, false, 1, 2, body, 4 },
		{ LINKFRAME_RESET, false, 5000, 0, body, 4 },
	};
	struct linksession_config c = linknet_config(0, 1);

	(void)state;
	c.hello.self.count = 1;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		uint8_t out[2 * LINKFRAME_MAX];
		struct wbuf w;

		wbuf_init(&w, out, sizeof(out));
		linkhello_write(&c.hello, &w);
		linkframe_write(&bad[i], &w);
		if (hears(&w, NULL) != ERR_PARSE)
			fail_msg("frame %zu is not refused", i);
	}
}

/* ---- connections ---- */

static void
broken(int cable)
{
	linknet_cut(&net, cable);
	linknet_notice(&net, cable, 0);
	linknet_notice(&net, cable, 1);
}

static void
what_one_had_goes_over_another(void **state)
{
	struct linkstream *a, *b = linknet_arrive(&net, &a);
	static uint8_t out[4 * LINKFRAME_MAX];

	(void)state;
	assert_int_equal(linknet_dial(&net), 1);
	linknet_settle(&net);
	linknet_write(&net, 0, a, 40000);
	assert_true(linksession_out_fill(net.s[0], net.cables[0].conn[0], out,
	    sizeof(out), net.now) > 40000);
	linknet_settle(&net);
	assert_null(linkstream_peek(b));
	broken(0);
	linknet_settle(&net);
	linknet_take(&net, 1, b, 40000, true);
}

static void
streams_outlive_all_connections(void **state)
{
	struct linkstream *a, *b = linknet_arrive(&net, &a);

	(void)state;
	linknet_write(&net, 0, a, 20000);
	linknet_settle(&net);
	linknet_take(&net, 1, b, 20000, false);
	broken(0);
	linknet_wait(&net, 19 * CLOCK_S);
	linksession_wrote(net.s[1], b, 20000);
	linknet_write(&net, 0, a, 10000);
	assert_int_equal(linknet_dial(&net), 0);
	linknet_settle(&net);
	linknet_take(&net, 1, b, 10000, true);
	linknet_settle(&net);
	assert_int_equal(linksession_room(net.s[0], a), 65536);
	assert_int_equal(linksession_counts(net.s[0])->resumes, 1);
	/* What had been taken did not come again. */
	assert_int_equal(linksession_counts(net.s[1])->duplicates, 0);
}

static void
they_do_not_for_ever(void **state)
{
	struct linkstream *a, *b = linknet_arrive(&net, &a);

	(void)state;
	broken(0);
	linknet_wait(&net, 20 * CLOCK_S);
	for (int i = 0; i < 2; i++) {
		struct linknews n = linknet_news(&net, i);

		assert_ptr_equal(n.stream, i == 0 ? a : b);
		assert_int_equal(n.what, LINKNEWS_RESET);
		assert_int_equal(n.reason, LINKRESET_LOST);
	}
	assert_null(linknet_open(&net, false));
	assert_int_equal(linknet_dial(&net), 0);
	linknet_settle(&net);
	(void)linknet_arrive(&net, &a);
}

static void
a_restarted_peer_resets_them(void **state)
{
	struct linkstream *a, *b = linknet_arrive(&net, &a);
	struct linknews n;

	(void)state;
	(void)b;
	linknet_restart(&net, 1, 77);
	linknet_notice(&net, 0, 0);
	linknet_no_news(&net, 0);
	/* The first connection tells; the second one is used. */
	assert_int_equal(linknet_dial(&net), 0);
	linknet_settle(&net);
	n = linknet_news(&net, 0);
	assert_ptr_equal(n.stream, a);
	assert_int_equal(n.what, LINKNEWS_RESET);
	assert_int_equal(n.reason, LINKRESET_RESTART);
	(void)linknet_dial(&net);
	linknet_settle(&net);
	assert_int_equal(linksession_peer(net.s[0])->self.boot, 77);
	b = linknet_arrive(&net, &a);
	linknet_write(&net, 0, a, 10);
	linknet_settle(&net);
	linknet_take(&net, 1, b, 10, true);
}

/* End 1 is not what it was, not even by name. */
static void
replace_site(void)
{
	struct linksession_config c = linknet_config(1, 78);

	linknet_restart(&net, 1, 77);
	linknet_notice(&net, 0, 0);
	linksession_free(&net.s[1]);
	c.hello.site[0] = 9;
	net.s[1] = linksession_new(&c);
}

static void
another_site_is_taken_when_nothing_waits_for_the_first(void **state)
{
	(void)state;
	replace_site();
	for (int i = 0; i < 2; i++) {
		assert_int_equal(linknet_dial(&net), 0);
		linknet_settle(&net);
		linknet_wait(&net, 1);
	}
	assert_int_equal(linksession_conn_up(net.s[0]), 1);
	assert_int_equal(linksession_peer(net.s[0])->site[0], 9);
}

static void
another_site_waits_as_long_as_streams_do(void **state)
{
	struct linkstream *a;

	(void)state;
	(void)linknet_arrive(&net, &a);
	replace_site();
	net.gentle = false;
	(void)linknet_dial(&net);
	linknet_settle(&net);
	linknet_wait(&net, 1);
	assert_int_equal(linksession_conn_up(net.s[0]), 0);
	assert_int_equal(linksession_peer(net.s[0])->site[0], 2);
	linknet_wait(&net, 20 * CLOCK_S);
	net.gentle = true;
	(void)linknet_dial(&net);
	linknet_settle(&net);
	assert_int_equal(linksession_peer(net.s[0])->site[0], 9);
}

static void
silence_is_pinged_and_then_the_end(void **state)
{
	(void)state;
	assert_int_equal(linksession_conn_tick(net.s[0], net.now),
	    net.now + CLOCK_S);
	linknet_wait(&net, CLOCK_S);
	linknet_settle(&net);
	assert_int_equal(linksession_conn_up(net.s[0]), 1);
	net.cables[0].cut = true;
	linknet_wait(&net, CLOCK_S);
	linknet_settle(&net);
	linknet_wait(&net, 2 * CLOCK_S - 1);
	assert_int_equal(linksession_conn_up(net.s[0]), 1);
	linknet_wait(&net, 1);
	assert_int_equal(linksession_conn_up(net.s[0]), 0);
}

static void
a_ping_measures_the_way(void **state)
{
	static uint8_t out[4 * LINKFRAME_MAX];
	size_t len, cap;

	(void)state;
	(void)linksession_conn_tick(net.s[0], net.now + CLOCK_S);
	for (int i = 0; i < 2; i++) {
		net.now += CLOCK_S + 7 * CLOCK_MS * (mono_ns)i;
		len = linksession_out_fill(net.s[i], 0, out, sizeof(out),
		    net.now);
		assert_int_equal(len, LINKFRAME_HEAD);
		memcpy(linksession_in_room(net.s[!i], 0, &cap), out, len);
		assert_int_equal(linksession_in_fed(net.s[!i], 0, len, net.now,
		    NULL), 0);
	}
	assert_int_equal(linksession_conn_rtt(net.s[0], 0),
	    CLOCK_S + 7 * CLOCK_MS);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(each_learns_who_the_other_is),
		TEST(routes_are_told_again_while_it_stands),
		TEST(another_trust_domain_is_refused),
		TEST(nothing_comes_before_hello_nor_another_life_after),
		TEST(nonsense_about_streams_is_refused),
		TEST(what_one_had_goes_over_another),
		TEST(streams_outlive_all_connections),
		TEST(they_do_not_for_ever),
		TEST(a_restarted_peer_resets_them),
		TEST(another_site_is_taken_when_nothing_waits_for_the_first),
		TEST(another_site_waits_as_long_as_streams_do),
		TEST(silence_is_pinged_and_then_the_end),
		TEST(a_ping_measures_the_way),
	};

	return cmocka_run_group_tests_name("linksession_conn", tests, NULL, NULL);
}
