/* tests/unit/wom/peer/test_peer.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/io/loop.h"
#include "tests/unit/wom/tunnel/certs.h"
#include "tests/unit/wom/tunnel/handshake.h"
#include "wom/peer/peer.h"

#define DEAD_S	20
#define KEEP_S	30

/* Two peers in one loop, whose time the test moves; connections are brought to them. */
static struct certs certs;
static struct clock fake;
static struct loop *loop;
static struct linkroute route;
static struct {
	struct peer	*peer;
	struct site	 site;
	struct peersetup setup;
	struct peerview	*view;
} ends[2];

static void
on_show(void *arg, struct peerview *v)
{
	struct peerview **to = arg;

	peerview_free(to);
	*to = v;
}

static void
begin_end(int i)
{
	struct peer_config c = { .loop = loop, .site = ends[i].site,
	    .setup = &ends[i].setup, .show = on_show, .arg = &ends[i].view };

	ends[i].peer = peer_new(&c);
}

static void
advance(unsigned ms)
{
	loop_advance(loop, &fake, ms * CLOCK_MS);
}

static int
begin(void **state)
{
	(void)state;
	certs_init(&certs);
	certs_make(&certs, &(struct certs_wish){ .name = "a" });
	certs_make(&certs, &(struct certs_wish){ .name = "b" });
	clock_fake_init(&fake, 1000 * CLOCK_S, 1000);
	loop = loop_new(&fake, NULL);
	assert_int_equal(addr_parse_prefix("192.0.2.0/24", &route.dest), 0);
	for (int i = 0; i < 2; i++) {
		site_draw(&ends[i].site);
		ends[i].setup = (struct peersetup){
			.name = i == 0 ? "b" : "a", .enabled = true,
			.connections = 2, .ping_ns = 5 * CLOCK_S,
			.dead_ns = DEAD_S * CLOCK_S, .keep_ns = KEEP_S * CLOCK_S,
			.stream_window = 1 << 20, .session_window = 8 << 20,
			.streams_max = 10, .history_octets = 4 << 20,
			.domain = "d", .routes = &route, .route_count = 1,
		};
	}
	begin_end(0);
	begin_end(1);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		peer_free(&ends[i].peer);
		peerview_free(&ends[i].view);
	}
	loop_free(&loop);
	certs_fini(&certs);
	return 0;
}

/* A connection between both, hands shaken; end 0 has called. */
static void
join(void)
{
	struct handshake h;

	handshake_init(&h, certs_need(&certs, "a", false),
	    certs_need(&certs, "b", true));
	handshake_run(&h);
	assert_true(h.end[0].done && h.end[1].done);
	for (int i = 0; i < 2; i++) {
		peer_take(ends[i].peer, h.end[i].wire);
		h.end[i].wire = NULL;
	}
	handshake_fini(&h);
	advance(1000);
}

static void
assert_state(int i, enum peerview_state want)
{
	if (ends[i].view->state != want)
		fail_msg("end %d: %s, not %s: %s", i,
		    peerview_state_names[ends[i].view->state],
		    peerview_state_names[want], ends[i].view->why);
}

/* ---- rules ---- */

static void
with_the_first_connection_it_is_up(void **state)
{
	(void)state;
	advance(1000);
	assert_state(0, PEERVIEW_DOWN);
	join();
	for (int i = 0; i < 2; i++) {
		const struct peerview *v = ends[i].view;

		assert_state(i, PEERVIEW_UP);
		assert_true(v->met && v->has_print);
		assert_int_equal(v->conns_up, 1);
		assert_int_equal(v->route_count, 1);
		assert_memory_equal(v->site, ends[!i].site.id, LINKHELLO_SITE);
		assert_int_equal(v->conns[0].state, PEERVIEW_CONN_UP);
		assert_true(v->in > 0 && v->out > 0);
		assert_string_equal(v->why, "");
	}
}

static void
pings_keep_it_up(void **state)
{
	uint64_t before;

	(void)state;
	join();
	before = ends[0].view->in;
	for (int i = 0; i < 10; i++)
		advance(DEAD_S * 1000 / 2);
	assert_state(0, PEERVIEW_UP);
	assert_state(1, PEERVIEW_UP);
	assert_true(ends[0].view->in > before);
	assert_int_equal(ends[0].view->session.breaks, 0);
}

static void
what_is_cut_waits_and_then_is_down(void **state)
{
	(void)state;
	join();
	peer_free(&ends[1].peer);
	advance(1000);
	assert_state(0, PEERVIEW_CUT);
	assert_non_null(strstr(ends[0].view->why, "closed"));
	advance(KEEP_S * 1000);
	assert_state(0, PEERVIEW_DOWN);
	begin_end(1);
	join();
	/* It has been met anew. */
	if (ends[0].view->state != PEERVIEW_UP)
		join();
	assert_state(0, PEERVIEW_UP);
	assert_state(1, PEERVIEW_UP);
}

static void
more_than_are_wanted_are_closed_after_a_while(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		join();
	assert_int_equal(ends[0].view->conns_up, 5);
	for (int i = 0; i < 8; i++)
		advance(DEAD_S * 1000);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ends[i].view->conns_up, 2);
		assert_state(i, PEERVIEW_UP);
	}
	assert_int_equal(ends[0].view->surplus + ends[1].view->surplus, 3);
}

static void
seventeen_are_one_too_many(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		ends[i].setup.connections = LINKSESSION_CONNS_MAX;
		peer_change(ends[i].peer, &ends[i].setup);
	}
	for (int i = 0; i < LINKSESSION_CONNS_MAX + 1; i++)
		join();
	assert_int_equal(ends[0].view->conns_up, LINKSESSION_CONNS_MAX);
	assert_int_equal(ends[0].view->surplus, 1);
}

static void
a_site_does_not_talk_with_itself(void **state)
{
	(void)state;
	peer_free(&ends[1].peer);
	ends[1].site = ends[0].site;
	begin_end(1);
	join();
	for (int i = 0; i < 2; i++)
		assert_int_not_equal(ends[i].view->state, PEERVIEW_UP);
	assert_non_null(strstr(ends[0].view->why, "itself"));
}

static void
another_secret_begins_all_anew(void **state)
{
	struct site other;

	(void)state;
	join();
	peer_free(&ends[1].peer);
	site_draw(&other);
	memcpy(ends[1].site.seed, other.seed, sizeof(other.seed));
	advance(1000);
	begin_end(1);
	for (int i = 0; i < 4 && ends[0].view->state != PEERVIEW_UP; i++)
		join();
	assert_state(0, PEERVIEW_UP);
	assert_state(1, PEERVIEW_UP);
}

static void
who_came_in_is_sent_away_to_prove_himself_again(void **state)
{
	(void)state;
	join();
	peer_recall(ends[0].peer);	/* it has called: nothing to close */
	advance(1000);
	assert_state(0, PEERVIEW_UP);
	peer_recall(ends[1].peer);
	advance(1000);
	assert_state(0, PEERVIEW_CUT);
	assert_state(1, PEERVIEW_CUT);
	join();
	assert_state(0, PEERVIEW_UP);
	assert_int_equal(ends[0].view->session.clears, 0);
}

static void
nobody_is_taken_while_it_is_disabled(void **state)
{
	(void)state;
	ends[0].setup.enabled = false;
	peer_change(ends[0].peer, &ends[0].setup);
	join();
	assert_state(0, PEERVIEW_DISABLED);
	assert_int_not_equal(ends[1].view->state, PEERVIEW_UP);
	ends[0].setup.enabled = true;
	peer_change(ends[0].peer, &ends[0].setup);
	join();
	assert_state(0, PEERVIEW_UP);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(with_the_first_connection_it_is_up),
		TEST(pings_keep_it_up),
		TEST(what_is_cut_waits_and_then_is_down),
		TEST(more_than_are_wanted_are_closed_after_a_while),
		TEST(seventeen_are_one_too_many),
		TEST(a_site_does_not_talk_with_itself),
		TEST(another_secret_begins_all_anew),
		TEST(who_came_in_is_sent_away_to_prove_himself_again),
		TEST(nobody_is_taken_while_it_is_disabled),
	};

	return cmocka_run_group_tests_name("peer", tests, NULL, NULL);
}
