/* tests/unit/wom/peer/test_peerknown.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "tests/unit/wom/link/linknet.h"
#include "wom/codec/history.h"
#include "wom/codec/nameset.h"
#include "wom/peer/peerknown.h"

#define BLOCKS	6000	/* more than fit one piece */

/* Two sites whose KNOWN frames go to their peerknown. */
struct known_net {
	struct linksession *s[2];
	int	conn[2];
	struct peerknown k[2];
	struct history *h[2];
	struct blockid_key *key;
	uint64_t boots;
	unsigned drop;		/* frames of KNOWN that are lost, of the next */
};

static struct known_net net;

static void
on_known(void *arg, const uint8_t *octets, size_t len)
{
	struct peerknown *k = arg;

	if (net.drop > 0) {
		net.drop--;
		return;
	}
	peerknown_hear(k, octets, len);
}

static void
begin_end(int i)
{
	struct linksession_config c = linknet_config(i, ++net.boots);

	c.known = on_known;
	c.arg = &net.k[i];
	net.s[i] = linksession_new(&c);
	net.conn[i] = -1;
	peerknown_init(&net.k[i], net.s[i]);
}

static void
end_end(int i)
{
	peerknown_fini(&net.k[i]);
	linksession_free(&net.s[i]);
}

static int
begin(void **state)
{
	static const uint8_t secret[BLOCKID_SECRET];

	(void)state;
	memset(&net, 0, sizeof(net));
	net.key = blockid_key_new(secret);
	for (int i = 0; i < 2; i++) {
		net.h[i] = history_new((size_t)64 << 20);
		begin_end(i);
	}
	return 0;
}

static int
end(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		end_end(i);
		history_free(&net.h[i]);
	}
	blockid_key_free(&net.key);
	return 0;
}

/* Block n, which is like no other. */
static uint32_t
learn(int i, uint64_t n)
{
	uint64_t block[512];
	struct blockid id;
	struct rand r;

	rand_seed_from(&r, n);
	for (size_t k = 0; k < 512; k++)
		block[k] = rand_u64(&r);
	id = blockid_of(net.key, block, sizeof(block));
	return history_add(net.h[i], &id, (uint8_t *)block, sizeof(block));
}

static void
dial(void)
{
	for (int i = 0; i < 2; i++)
		net.conn[i] = linksession_conn_open(net.s[i], 1);
}

static void
cut(void)
{
	for (int i = 0; i < 2; i++)
		linksession_conn_broken(net.s[i], net.conn[i], 1);
}

static bool
carry(int from)
{
	uint8_t out[LINKFRAME_MAX];
	size_t n = linksession_out_fill(net.s[from], net.conn[from], out,
	    sizeof(out), 1), cap;
	uint8_t *to;

	if (n == 0)
		return false;
	to = linksession_in_room(net.s[!from], net.conn[!from], &cap);
	assert_true(n <= cap);
	memcpy(to, out, n);
	assert_int_equal(linksession_in_fed(net.s[!from], net.conn[!from], n,
	    1, NULL), 0);
	return true;
}

static bool
turn(void)
{
	bool any = false;

	for (int i = 0; i < 2; i++) {
		any = carry(i) || any;
		if (linksession_peer(net.s[i]) != NULL)
			any = peerknown_step(&net.k[i], net.h[i]) || any;
	}
	return any;
}

static void
settle(void)
{
	while (turn())
		continue;
}

static uint32_t
shared(int i)
{
	uint32_t n = 0;

	for (uint32_t slot = history_newest(net.h[i]); slot != HISTORY_NONE;
	    slot = history_older(net.h[i], slot))
		n += history_is_shared(net.h[i], slot);
	return n;
}

/* ---- rules ---- */

static void
both_know_what_both_have(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < BLOCKS; n++) {
		(void)learn(0, n);
		(void)learn(1, n + BLOCKS / 3);
	}
	assert_int_equal(shared(0), 0);
	dial();
	settle();
	assert_int_equal(shared(0), BLOCKS - BLOCKS / 3);
	assert_int_equal(shared(1), BLOCKS - BLOCKS / 3);
	assert_int_equal(net.k[0].shared, BLOCKS - BLOCKS / 3);
	assert_null(net.k[0].out);
	assert_null(net.k[1].out);
}

static void
what_a_break_swallows_is_told_again(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < BLOCKS; n++) {
		(void)learn(0, n);
		(void)learn(1, n);
	}
	net.drop = 1;
	dial();
	settle();
	assert_int_equal(net.drop, 0);
	assert_int_not_equal(shared(0), shared(1));
	assert_int_equal(shared(0) + shared(1), BLOCKS);
	cut();
	dial();
	settle();
	assert_int_equal(shared(0), BLOCKS);
	assert_int_equal(shared(1), BLOCKS);
}

static void
a_peer_that_lives_anew_has_nothing_until_it_says_so(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 100; n++) {
		(void)learn(0, n);
		(void)learn(1, n);
	}
	dial();
	settle();
	assert_int_equal(shared(0), 100);
	cut();
	end_end(1);
	history_free(&net.h[1]);
	net.h[1] = history_new((size_t)64 << 20);
	begin_end(1);
	/* The first meeting tells end 0 of the new life, the second is one. */
	dial();
	settle();
	cut();
	dial();
	settle();
	assert_int_equal(linksession_conn_up(net.s[0]), 1);
	assert_int_equal(shared(0), 0);
}

/* Whoever has something waits for that word. */
static void
who_has_nothing_says_so(void **state)
{
	(void)state;
	(void)learn(0, 1);
	dial();
	settle();
	assert_true(net.k[0].marked);
	assert_true(net.k[1].marked);
	assert_int_equal(shared(0), 0);
	assert_int_equal(shared(1), 0);
}

static void
nonsense_is_left_aside(void **state)
{
	static const uint8_t rows[][12] = {
		{ 0 }, { 0, 0, 0, 5, 0, 0, 0, 0, 1 },	/* too short a set */
		{ 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 1 },	/* too long */
		{ 0, 0, 0, 9, 0, 0, 0, 3, 1, 2 },	/* from its middle */
		{ 0, 0, 0, 6, 0, 0, 0, 9, 1, 2 },	/* behind its end */
	};

	(void)state;
	(void)learn(0, 1);
	dial();
	settle();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t len = 0; len <= sizeof(rows[i]); len++)
			peerknown_hear(&net.k[0], rows[i], len);
	(void)peerknown_step(&net.k[0], net.h[0]);
	assert_int_equal(shared(0), 0);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(both_know_what_both_have),
		TEST(what_a_break_swallows_is_told_again),
		TEST(who_has_nothing_says_so),
		TEST(a_peer_that_lives_anew_has_nothing_until_it_says_so),
		TEST(nonsense_is_left_aside),
	};

	return cmocka_run_group_tests_name("peerknown", tests, NULL, NULL);
}
