/* tests/unit/wom/tunnel/test_tunnelconn.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "tests/unit/wom/link/linknet.h"
#include "tests/unit/wom/tunnel/certs.h"
#include "tests/unit/wom/tunnel/handshake.h"
#include "wom/tunnel/tunnelconn.h"

/* Two sessions and a connection between them. */
static struct certs certs;
static struct clock fake;
static struct loop *loop;
static struct handshake h;
static struct linksession *sessions[2];
static struct tunnelconn *conns[2];
static unsigned turns;

static void
on_turn(void *arg, struct tunnelconn *c)
{
	(void)arg;
	(void)c;
	turns++;
}

static struct tunnelconn *
open_conn(int i, struct tunnelwire *w)
{
	const struct tunnelconn_config c = { .loop = loop,
	    .session = sessions[i], .wire = w, .turn = on_turn };

	return tunnelconn_new(&c);
}

static void
shake(void)
{
	handshake_init(&h, certs_need(&certs, "a", false),
	    certs_need(&certs, "b", true));
	handshake_run(&h);
	assert_true(h.end[0].done && h.end[1].done);
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
	turns = 0;
	for (int i = 0; i < 2; i++) {
		struct linksession_config c = linknet_config(i, 1u + i);

		sessions[i] = linksession_new(&c);
	}
	shake();
	for (int i = 0; i < 2; i++) {
		conns[i] = open_conn(i, h.end[i].wire);
		h.end[i].wire = NULL;
		assert_non_null(conns[i]);
	}
	return 0;
}

static int
end(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		tunnelconn_free(&conns[i]);
		linksession_free(&sessions[i]);
	}
	loop_free(&loop);
	handshake_fini(&h);
	certs_fini(&certs);
	return 0;
}

/* Carries whatever there is to carry. */
static void
settle(void)
{
	bool any;

	do {
		any = false;
		for (int i = 0; i < 2; i++)
			if (conns[i] != NULL)
				any = tunnelconn_send(conns[i]) || any;
		loop_advance(loop, &fake, 1000);
	} while (any);
}

/* ---- octets ---- */

static void
sessions_meet_and_blocks_cross(void **state)
{
	const struct linkopen o = { .dest = { { .family = 2, .octets = { 192,
	    0, 2, 1 } }, 80 } };
	struct linkdata d = { .plain = 60000, .len = 60000 };
	uint8_t *block = mem_zalloc(d.plain, 1);
	struct linkstream *st;
	struct linknews n;

	(void)state;
	settle();
	assert_int_equal(linksession_conn_up(sessions[0]), 1);
	assert_int_equal(linksession_conn_up(sessions[1]), 1);
	for (uint32_t i = 0; i < d.plain; i++)
		block[i] = (uint8_t)(i * i >> 5);
	st = linksession_open(sessions[0], &o);
	assert_non_null(st);
	assert_true(linksession_room(sessions[0], st) >= d.plain);
	d.octets = block;
	(void)linksession_write(sessions[0], st, &d);
	settle();
	assert_true(linksession_news(sessions[1], &n));
	assert_non_null(linkstream_peek(n.stream));
	assert_int_equal(linkstream_peek(n.stream)->len, d.plain);
	assert_memory_equal(linkstream_peek(n.stream)->octets, block, d.plain);
	assert_true(turns > 0);
	assert_true(tunnelconn_counts(conns[0])->out > d.plain);
	assert_int_equal(tunnelconn_counts(conns[0])->out,
	    tunnelconn_counts(conns[1])->in);
	free(block);
}

/* ---- ends ---- */

static void
a_goodbye_is_one(void **state)
{
	(void)state;
	settle();
	tunnelconn_free(&conns[0]);
	loop_advance(loop, &fake, 1000);
	assert_int_equal(tunnelconn_how(conns[1]), TUNNELCONN_GOODBYE);
	assert_false(tunnelconn_send(conns[1]));
	assert_int_equal(linksession_conn_up(sessions[0]), 0);
}

static void
a_goodbye_is_heard_by_who_only_speaks(void **state)
{
	(void)state;
	settle();
	tunnelconn_free(&conns[0]);
	linksession_set_routes(sessions[1], NULL, 0);	/* something to say */
	for (int i = 0; i < 3; i++)
		(void)tunnelconn_send(conns[1]);
	loop_advance(loop, &fake, 1000);
	assert_int_equal(tunnelconn_how(conns[1]), TUNNELCONN_GOODBYE);
}

static void
a_break_is_none(void **state)
{
	(void)state;
	settle();
	(void)shutdown(tunnelwire_fd(tunnelconn_wire(conns[0])), SHUT_RDWR);
	loop_advance(loop, &fake, 1000);
	assert_int_equal(tunnelconn_how(conns[1]), TUNNELCONN_LOST);
	assert_string_not_equal(tunnelconn_why(conns[1]), "");
}

static void
nonsense_is_the_peers_fault(void **state)
{
	static const uint8_t nonsense[100] = { 0xff };

	(void)state;
	tunnelconn_free(&conns[1]);
	tunnelconn_free(&conns[0]);
	handshake_fini(&h);
	shake();
	conns[1] = open_conn(1, h.end[1].wire);
	h.end[1].wire = NULL;
	assert_int_equal(tunnelwire_write(h.end[0].wire, nonsense,
	    sizeof(nonsense)), sizeof(nonsense));
	loop_advance(loop, &fake, 1000);
	assert_int_equal(tunnelconn_how(conns[1]), TUNNELCONN_FAULT);
	assert_string_equal(tunnelconn_why(conns[1]), "frame: makes no sense");
	assert_int_equal(linksession_conn_condemned(sessions[1]),
	    tunnelconn_number(conns[1]));
}

static void
a_session_that_is_full_takes_none(void **state)
{
	(void)state;
	while (linksession_conn_open(sessions[0], 1) >= 0)
		continue;
	handshake_fini(&h);
	shake();
	assert_null(open_conn(0, h.end[0].wire));
	h.end[0].wire = NULL;
	/* The peer is told by a goodbye. */
	assert_int_equal(tunnelwire_read(h.end[1].wire, &(uint8_t){ 0 }, 1), 0);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(sessions_meet_and_blocks_cross),
		TEST(a_goodbye_is_one),
		TEST(a_goodbye_is_heard_by_who_only_speaks),
		TEST(a_break_is_none),
		TEST(nonsense_is_the_peers_fault),
		TEST(a_session_that_is_full_takes_none),
	};

	return cmocka_run_group_tests_name("tunnelconn", tests, NULL, NULL);
}
