/* tests/unit/gtmd/serve/test_hand.c - an answering thread asks for what it needs,
 * and rests where that may be. SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "gtmd/serve/hand.h"

/* As sched_getattr(2) has it. */
struct attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t	 nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns;
};

static bool
linux_is_at_least(unsigned major, unsigned minor)
{
	struct utsname u;
	unsigned a = 0, b = 0;

	assert_int_equal(uname(&u), 0);
	assert_int_equal(sscanf(u.release, "%u.%u", &a, &b), 2);
	return a > major || (a == major && b >= minor);
}

static void
it_runs_soon_and_sleeps_exactly(void **state)
{
	struct attr before = { 0 }, after = { 0 };

	(void)state;
	assert_int_equal(syscall(SYS_sched_getattr, 0, &before,
	    sizeof(before), 0), 0);
	hand_settle();
	assert_int_equal(prctl(PR_GET_TIMERSLACK), 1000);
	assert_int_equal(syscall(SYS_sched_getattr, 0, &after, sizeof(after),
	    0), 0);
	if (linux_is_at_least(6, 12))
		assert_int_equal(after.runtime_ns, 100000);
	assert_int_equal(after.policy, before.policy);
	assert_int_equal(after.nice, before.nice);
}

static void
a_real_time_priority_that_was_given_is_kept(void **state)
{
	struct sched_param rank = { .sched_priority = 1 }, usual = { 0 };
	struct sched_param after;
	int was = sched_getscheduler(0);

	(void)state;
	if (was != SCHED_OTHER ||
	    sched_setscheduler(0, SCHED_RR, &rank) != 0)
		skip();		/* not for us to give */
	hand_settle();
	assert_int_equal(sched_getscheduler(0), SCHED_RR);
	assert_int_equal(sched_getparam(0, &after), 0);
	assert_int_equal(after.sched_priority, 1);
	assert_int_equal(sched_setscheduler(0, was, &usual), 0);
}

static void
it_does_not_sleep_when_no_query_may_wait(void **state)
{
	struct hand h = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		hand_rest(&h, 1, 0);
	assert_int_equal(h.coalesce.last_ns, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_runs_soon_and_sleeps_exactly),
		cmocka_unit_test(a_real_time_priority_that_was_given_is_kept),
		cmocka_unit_test(it_does_not_sleep_when_no_query_may_wait),
	};

	return cmocka_run_group_tests_name("hand", tests, NULL, NULL);
}
