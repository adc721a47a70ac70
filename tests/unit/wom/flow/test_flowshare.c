/* tests/unit/wom/flow/test_flowshare.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wom/codec/history.h"
#include "wom/flow/flowshare.h"

#define BLOCKS	1000
#define LEN	4096

static struct history *history;
static struct blockid names[BLOCKS];	/* the oldest first */

static unsigned score;

/* All of it is shared. */
static int
begin(void **state)
{
	static uint8_t octets[LEN];

	(void)state;
	score = 0;
	history = history_new((size_t)8 << 20);
	for (uint32_t i = 0; i < BLOCKS; i++) {
		memcpy(names[i].octets, &i, sizeof(i));
		history_set_shared(history, history_add(history, &names[i],
		    octets, LEN), true);
	}
	return 0;
}

static int
end(void **state)
{
	(void)state;
	history_free(&history);
	return 0;
}

static bool
is_shared(int i)
{
	return history_is_shared(history, history_find(history, &names[i]));
}

static int
count_shared(void)
{
	int n = 0;

	for (int i = 0; i < BLOCKS; i++)
		n += is_shared(i);
	return n;
}

/* A sector of its disk may be gone. */
static void
a_few_that_are_lost_say_nothing_of_others(void **state)
{
	(void)state;
	flowshare_lost(history, &score, &names[800], 1);
	assert_false(is_shared(800));
	flowshare_lost(history, &score, &names[500], 2);
	assert_int_equal(count_shared(), BLOCKS - 3);
}

static void
of_many_the_middle_one_says_what_is_gone(void **state)
{
	struct blockid lost[9];

	(void)state;
	/* Eight from its end, and one that is lost by chance. */
	memcpy(lost, &names[92], 8 * sizeof(lost[0]));
	lost[8] = names[900];
	flowshare_lost(history, &score, lost, 9);
	assert_false(is_shared(900));
	for (int i = 0; i < 100; i++)
		assert_false(is_shared(i));
	assert_int_equal(count_shared(), BLOCKS - 101);
}

/* As when a stream comes again whose blocks are each the copy of one. */
static void
one_after_the_other_is_as_many(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		flowshare_lost(history, &score, &names[100 + i], 1);
	assert_int_equal(count_shared(), BLOCKS - 104);
}

/* What is not known here may be anything that the peer makes up. */
static void
names_that_nobody_knows_do_no_harm(void **state)
{
	struct blockid lost[1000];

	(void)state;
	memset(lost, 0xff, sizeof(lost));
	flowshare_lost(history, &score, lost, 1000);
	flowshare_lost(history, &score, lost, 0);
	assert_int_equal(score, 0);
	assert_int_equal(count_shared(), BLOCKS);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_few_that_are_lost_say_nothing_of_others),
		TEST(of_many_the_middle_one_says_what_is_gone),
		TEST(one_after_the_other_is_as_many),
		TEST(names_that_nobody_knows_do_no_harm),
	};

	return cmocka_run_group_tests_name("flowshare", tests, NULL, NULL);
}
