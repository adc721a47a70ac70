/* tests/unit/wom/codec/test_encoder_find.c - of what is known the encoder takes the
 * place that says most. SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rand.h"
#include "tests/unit/wom/codec/site.h"

#define ROOM	(16 * (size_t)HISTORY_BLOCK_MAX)
#define BLOCK	(64u << 10)
#define HALF	(BLOCK / 2)

struct pair {
	struct site a, b;
	struct rand r;
	uint8_t	 one[BLOCK], two[BLOCK], three[BLOCK];
};

static void
make_noise(struct pair *p, uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)rand_u64(&p->r);
}

static size_t
carry(struct pair *p, const uint8_t *data)
{
	return site_carry(&p->a, &p->b, data, BLOCK);
}

/* The next block does not begin where one of interest went on. */
static void
carry_another(struct pair *p)
{
	uint8_t *data = mem_zalloc(1, BLOCK);

	make_noise(p, data, BLOCK);
	(void)carry(p, data);
	free(data);
}

static int
setup(void **state)
{
	struct pair *p = mem_zalloc(1, sizeof(*p));

	site_init(&p->a, ROOM);
	site_init(&p->b, ROOM);
	rand_seed_from(&p->r, 11);
	make_noise(p, p->one, BLOCK);
	make_noise(p, p->two, BLOCK);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct pair *p = *state;

	site_fini(&p->a);
	site_fini(&p->b);
	free(p);
	return 0;
}

/* Pages of one kind share words at the same places: who follows those from one
 * page misses that another has it all. */
static void
what_looks_alike_is_not_followed_past_what_is_the_same(void **state)
{
	struct pair *p = *state;

	for (size_t at = 0; at < BLOCK; at += 512)
		memcpy(p->two + at, p->one + at, 40);
	(void)carry(p, p->one);
	(void)carry(p, p->two);
	carry_another(p);
	memcpy(p->three, p->one, 512);
	memcpy(p->three + 512, p->two + 512, BLOCK - 512);
	/* Two names, two copies, and a few octets up to the first anchor. */
	assert_in_range(carry(p, p->three), 1, 400);
}

static void
of_several_places_the_longest_is_taken(void **state)
{
	struct pair *p = *state;

	for (unsigned i = 0; i < ANCHORINDEX_WAYS; i++) {
		memcpy(p->two + HALF, p->one + HALF, 4096);
		(void)carry(p, i == 0 ? p->one : p->two);
		make_noise(p, p->two, BLOCK);
	}
	carry_another(p);
	memcpy(p->three, p->one + HALF, HALF);
	/* All of it from one block: a name and a copy. */
	assert_in_range(site_carry(&p->a, &p->b, p->three, HALF), 1,
	    BLOCKHEAD_OCTETS + BLOCKID_OCTETS + 12);
}

/* The words between are literal, all of the rest goes on at the same distance. */
static void
differences_are_looked_past(void **state)
{
	struct pair *p = *state;

	(void)carry(p, p->one);
	carry_another(p);
	memcpy(p->three, p->one, BLOCK);
	for (size_t at = 2048; at < BLOCK; at += 2048)
		make_noise(p, p->three + at, 80);
	(void)carry(p, p->three);
	assert_in_range(encoder_counts(p->a.encoder)->resumed,
	    BLOCK - 2048 - BLOCK / 2048 * 88, BLOCK);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_looks_alike_is_not_followed_past_what_is_the_same,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    of_several_places_the_longest_is_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(differences_are_looked_past,
		    setup, teardown),
	};

	return cmocka_run_group_tests_name("encoder_find", tests, NULL, NULL);
}
