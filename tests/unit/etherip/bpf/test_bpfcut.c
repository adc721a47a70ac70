/* tests/unit/etherip/bpf/test_bpfcut.c - devices that cut, in a network of our own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfcut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <net/if.h>
#include <sched.h>

#include "tests/unit/etherip/bpf/bpflab.h"

static bool there;

static int
set_up(void **state)
{
	(void)state;
	there = unshare(CLONE_NEWNET) == 0;
	return 0;
}

static void
who_comes_after_takes_what_is_there(void **state)
{
	struct bpfcut one, again, other;
	int why;

	(void)state;
	if (!there)
		skip();
	why = bpfcut_make("/one", &one);
	if (why == EOPNOTSUPP)		/* a kernel without such devices */
		skip();
	assert_int_equal(why, 0);
	assert_true(one.in != 0 && one.out != 0 && one.in != one.out);
	assert_int_equal(bpfcut_make("/one", &again), 0);
	assert_memory_equal(&one, &again, sizeof(one));
	assert_int_equal(bpfcut_make("/other", &other), 0);
	assert_int_not_equal(other.in, one.in);
	bpfcut_remove(one.out);
	bpfcut_remove(other.out);
}

static void
nothing_of_them_is_left(void **state)
{
	struct if_nameindex *all;
	struct bpfcut c;
	size_t left = 0;

	(void)state;
	if (!there || bpfcut_make("/one", &c) != 0)
		skip();
	bpfcut_remove(c.out);
	bpfcut_remove(c.out);
	bpfcut_remove(0);
	all = if_nameindex();
	assert_non_null(all);
	while (all[left].if_index != 0)
		left++;
	if_freenameindex(all);
	assert_int_equal(left, 1);	/* lo */
}

/* One that lost its upper half is made anew. */
static void
half_a_pair_is_none(void **state)
{
	struct bpfcut c, again;

	(void)state;
	if (!there || bpfcut_make("/one", &c) != 0)
		skip();
	bpfcut_remove(c.in);
	assert_int_equal(bpfcut_make("/one", &again), 0);
	assert_true(again.in != 0 && again.out != 0);
	assert_int_not_equal(again.out, c.out);
	bpfcut_remove(again.out);
}

static void
one_that_is_down_is_made_anew(void **state)
{
	struct bpfcut c, again;

	(void)state;
	if (!there || bpfcut_make("/one", &c) != 0)
		skip();
	assert_true(bpfcut_is_up(&c));
	assert_true(bpflab_run("ip link set group default down"));
	assert_false(bpfcut_is_up(&c));
	assert_int_equal(bpfcut_make("/one", &again), 0);
	assert_int_not_equal(again.out, c.out);
	assert_true(bpfcut_is_up(&again));
	bpfcut_remove(again.out);
	assert_false(bpfcut_is_up(&again));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_comes_after_takes_what_is_there),
		cmocka_unit_test(nothing_of_them_is_left),
		cmocka_unit_test(half_a_pair_is_none),
		cmocka_unit_test(one_that_is_down_is_made_anew),
	};

	return cmocka_run_group_tests_name("bpfcut", tests, set_up, NULL);
}
