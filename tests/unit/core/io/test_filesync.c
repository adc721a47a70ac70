/* tests/unit/core/io/test_filesync.c - each sync is told once, in the loop's
 * thread, with what became of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/filesync.h"
#include "core/io/loop.h"
#include "core/io/rcu.h"
#include "tests/unit/core/base/tempdir.h"

static struct loop *loop;
static struct filesync *sync_;
static int fd, told, last;
static unsigned more;			/* syncs to begin when one ends */

static void
on_done(void *arg, int sys_errno)
{
	assert_ptr_equal(arg, &told);
	told++;
	last = sys_errno;
	if (more > 0) {
		more--;
		filesync_start(sync_, fd);
	}
}

static int
setup(void **state)
{
	struct err e;

	assert_int_equal(tempdir_set_up(state), 0);
	rcu_register();
	loop = loop_new(&clock_system, &e);
	sync_ = filesync_new(loop, on_done, &told, &e);
	assert_non_null(sync_);
	fd = open(tempdir_file(&tempdir, "f"), O_RDWR | O_CREAT | O_CLOEXEC,
	    0600);
	assert_true(fd >= 0);
	told = last = 0;
	more = 0;
	return 0;
}

static int
teardown(void **state)
{
	filesync_free(&sync_);
	loop_free(&loop);
	(void)close(fd);
	rcu_unregister();
	return tempdir_tear_down(state);
}

/* The loop's turns until so many were told. */
static void
turn_until(int count)
{
	while (told < count)
		loop_poll(loop);
}

static void
the_end_is_told_by_the_loop(void **state)
{
	(void)state;
	assert_int_equal(write(fd, "x", 1), 1);
	filesync_start(sync_, fd);
	assert_int_equal(told, 0);
	turn_until(1);
	assert_int_equal(last, 0);
	loop_poll(loop);
	assert_int_equal(told, 1);
}

static void
one_follows_the_other(void **state)
{
	(void)state;
	more = 200;
	filesync_start(sync_, fd);
	turn_until(201);
	assert_int_equal(last, 0);
}

/* Told before the wait returns, and not once more by the loop. */
static void
who_waits_is_told_at_once(void **state)
{
	(void)state;
	for (int i = 1; i <= 50; i++) {
		filesync_start(sync_, fd);
		filesync_wait(sync_);
		assert_int_equal(told, i);
	}
	loop_poll(loop);
	assert_int_equal(told, 50);
	filesync_start(sync_, fd);
	turn_until(51);
	filesync_wait(sync_);		/* for nothing */
	assert_int_equal(told, 51);
}

static void
what_failed_is_told_with_its_reason(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	filesync_start(sync_, ends[1]);
	filesync_wait(sync_);
	assert_int_equal(last, EINVAL);
	filesync_start(sync_, fd);
	turn_until(2);
	assert_int_equal(last, 0);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void
the_end_waits_for_what_is_under_way_and_tells_nothing(void **state)
{
	struct err e;

	(void)state;
	filesync_start(sync_, fd);
	filesync_free(&sync_);
	loop_poll(loop);
	assert_int_equal(told, 0);
	sync_ = filesync_new(loop, on_done, &told, &e);
	assert_non_null(sync_);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(the_end_is_told_by_the_loop),
		RULE(one_follows_the_other),
		RULE(who_waits_is_told_at_once),
		RULE(what_failed_is_told_with_its_reason),
		RULE(the_end_waits_for_what_is_under_way_and_tells_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
