/* tests/unit/wom/codec/test_encoder.c - what is known is not sent again, and what
 * goes in comes out. SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/rand.h"
#include "tests/unit/wom/codec/site.h"

#define ROOM	(16 * (size_t)HISTORY_BLOCK_MAX)
#define BLOCK	(256u << 10)

struct pair {
	struct site a, b;
	struct rand r;
	uint8_t	*data;		/* [HISTORY_BLOCK_MAX] */
};

static int
setup(void **state)
{
	struct pair *p = mem_zalloc(1, sizeof(*p));

	site_init(&p->a, ROOM);
	site_init(&p->b, ROOM);
	rand_seed_from(&p->r, 7);
	p->data = mem_zalloc(1, HISTORY_BLOCK_MAX);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct pair *p = *state;

	site_fini(&p->a);
	site_fini(&p->b);
	free(p->data);
	free(p);
	return 0;
}

static void
make_noise(struct pair *p, size_t from, size_t len)
{
	for (size_t i = from; i < from + len; i++)
		p->data[i] = (uint8_t)rand_u64(&p->r);
}

static void
a_known_block_is_its_name(void **state)
{
	struct pair *p = *state;

	make_noise(p, 0, BLOCK);
	assert_in_range(site_carry(&p->a, &p->b, p->data, BLOCK), BLOCK,
	    BLOCKHEAD_ENCODED_MAX(BLOCK));
	assert_in_range(site_carry(&p->a, &p->b, p->data, BLOCK), 1, 64);
	/* It is known to the other side as well: the way back. */
	assert_in_range(site_carry(&p->b, &p->a, p->data, BLOCK), 1, 64);
	assert_int_equal(encoder_counts(p->a.encoder)->whole, 1);
	assert_int_equal(encoder_counts(p->b.encoder)->whole, 1);
}

static void
what_moved_within_the_stream_is_found(void **state)
{
	struct pair *p = *state;

	make_noise(p, 0, 2 * BLOCK);
	(void)site_carry(&p->a, &p->b, p->data, BLOCK);
	(void)site_carry(&p->a, &p->b, p->data + BLOCK, BLOCK);
	/* Across both blocks, at an odd place: some 200 octets. */
	assert_in_range(site_carry(&p->a, &p->b, p->data + 1001, BLOCK), 1,
	    300);
	assert_in_range(site_carry(&p->b, &p->a, p->data + 5555, BLOCK), 1,
	    300);
}

/* A page of which some words have changed goes as what has changed. */
static void
a_difference_costs_little_more_than_itself(void **state)
{
	struct pair *p = *state;
	size_t n;

	make_noise(p, 0, BLOCK);
	(void)site_carry(&p->a, &p->b, p->data, BLOCK);
	for (size_t page = 0; page < BLOCK; page += 4096)
		make_noise(p, page + 1000 + page / 64 % 512, 8);
	n = site_carry(&p->a, &p->b, p->data, BLOCK);
	assert_in_range(n, 64 * 8, 64 * 24);
	assert_true(encoder_counts(p->a.encoder)->resumed > BLOCK / 2);
}

static void
runs_are_a_few_octets(void **state)
{
	struct pair *p = *state;

	memset(p->data, 0, HISTORY_BLOCK_MAX);
	memset(p->data + 1000, 0xaa, 5000);
	assert_in_range(site_carry(&p->a, &p->b, p->data, HISTORY_BLOCK_MAX), 1,
	    BLOCKHEAD_OCTETS + 32);
	/* Nor is that worth a place in the history. */
	assert_int_equal(history_count(p->a.history), 0);
}

static void
every_length_comes_out(void **state)
{
	struct pair *p = *state;

	for (size_t len = 1; len < 3000; len = len * 9 / 8 + 1) {
		make_noise(p, 0, len / 2 + 1);
		memset(p->data + len / 2, 'x', len);
		(void)site_carry(&p->a, &p->b, p->data, len);
	}
}

/* An application may do without the one or the other. */
static void
what_is_not_allowed_is_not_done(void **state)
{
	struct pair *p = *state;

	for (size_t i = 0; i < BLOCK; i++)
		p->data[i] = (uint8_t)(rand_u64(&p->r) & 0x03);
	encoder_allow(p->a.encoder, false, false);
	assert_in_range(site_carry(&p->a, &p->b, p->data, BLOCK), BLOCK,
	    BLOCKHEAD_ENCODED_MAX(BLOCK));
	assert_int_equal(history_count(p->a.history), 0);
	assert_int_equal(history_count(p->b.history), 0);
	encoder_allow(p->a.encoder, false, true);
	assert_in_range(site_carry(&p->a, &p->b, p->data, BLOCK), 1,
	    BLOCK / 2);
	assert_int_equal(history_count(p->b.history), 0);
	encoder_allow(p->a.encoder, true, false);
	(void)site_carry(&p->a, &p->b, p->data, BLOCK);
	assert_in_range(site_carry(&p->a, &p->b, p->data, BLOCK), 1, 64);
}

/* The peer has been restarted, or its history is smaller than ours. */
static void
what_the_peer_lost_is_sent_again(void **state)
{
	struct pair *p = *state;

	make_noise(p, 0, BLOCK);
	(void)site_carry(&p->a, &p->b, p->data, BLOCK);
	site_forget(&p->b, ROOM);
	assert_in_range(site_carry(&p->a, &p->b, p->data, BLOCK), BLOCK,
	    BLOCKHEAD_ENCODED_MAX(BLOCK));
	/* ... and then it is known again. */
	assert_in_range(site_carry(&p->a, &p->b, p->data, BLOCK), 1, 64);
}

/* ---- any streams, any losses ---- */

/* Something like a guest's memory: pages that repeat, with changes, runs, text. */
static size_t
next_block(struct pair *p)
{
	size_t len = 1 + rand_below(&p->r, BLOCK);

	for (size_t at = 0; at < len;) {
		uint32_t piece = 1 + rand_below(&p->r, 9000);

		if (piece > len - at)
			piece = (uint32_t)(len - at);
		switch (rand_below(&p->r, 4)) {
		case 0:
			make_noise(p, at, piece);
			break;
		case 1:
			memset(p->data + at, (int)rand_below(&p->r, 256),
			    piece);
			break;
		case 2:		/* what the block before had elsewhere */
			memmove(p->data + at, p->data + rand_below(&p->r,
			    BLOCK), piece);
			break;
		default:	/* what it had here, but for one octet */
			p->data[at + rand_below(&p->r, piece)] ^= 1;
			break;
		}
		at += piece;
	}
	return len;
}

static void
any_blocks_come_out_whatever_is_forgotten(void **state)
{
	struct pair *p = *state;

	for (unsigned i = 0; i < 400; i++) {
		bool back = rand_below(&p->r, 3) == 0;
		size_t len = next_block(p);

		encoder_set_level(p->a.encoder, (int)rand_below(&p->r, 6) - 2);
		(void)site_carry(back ? &p->b : &p->a, back ? &p->a : &p->b,
		    p->data, len);
		if (rand_below(&p->r, 40) == 0)
			site_forget(rand_below(&p->r, 2) == 0 ? &p->a : &p->b,
			    (4 + rand_below(&p->r, 20)) *
			    (size_t)HISTORY_BLOCK_MAX);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_known_block_is_its_name,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    what_moved_within_the_stream_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_difference_costs_little_more_than_itself, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(runs_are_a_few_octets, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(every_length_comes_out, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    what_is_not_allowed_is_not_done, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    what_the_peer_lost_is_sent_again, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    any_blocks_come_out_whatever_is_forgotten, setup, teardown),
	};

	return cmocka_run_group_tests_name("encoder", tests, NULL, NULL);
}
