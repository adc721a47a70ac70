/* tests/unit/core/model/test_storewait.c - who waits for which sync, and who is
 * told of its end. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/model/changeset.h"
#include "core/model/store_backend.h"
#include "core/model/storewait.h"

/* Commits are told apart by how many changes they are said to hold; they hold
 * none, so that nothing has to be let go. */
static struct {
	struct storewait w;
	bool		 must_settle;
	unsigned	 starts, waits;
	uint64_t	 settled;
	bool		 failed;
	size_t		 backs[8], back_count;
} t;

static bool
on_must_settle(struct store_backend *b)
{
	(void)b;
	return t.must_settle;
}

static int
on_begin(struct store_backend *b)
{
	(void)b;
	return 17;
}

static int
on_end(struct store_backend *b, int sys_errno, struct err *e)
{
	(void)b;
	return sys_errno == 0 ? 0 : err_sys(e, sys_errno, "cannot sync");
}

static const struct store_backend_group group = {
	.must_settle = on_must_settle, .begin = on_begin, .end = on_end,
};
static const struct store_backend_ops grouped = { .group = &group };
static const struct store_backend_ops single = { .group = NULL };

static void
on_start(void *arg, int fd)
{
	assert_ptr_equal(arg, &t);
	assert_int_equal(fd, 17);
	t.starts++;
}

static void
take_back(void *arg, struct changeset *c)
{
	assert_ptr_equal(arg, &t);
	assert_true(t.w.goes_back);
	t.backs[t.back_count++] = c->room;
}

static void
on_wait(void *arg)
{
	(void)arg;
	t.waits++;
	storewait_end(&t.w, 0, take_back, &t);
}

static void
on_settled(void *arg, uint64_t upto, const struct err *e)
{
	(void)arg;
	t.settled = upto;
	t.failed = e != NULL;
}

static void
start(struct store_backend *b)
{
	const struct store_syncer y = { on_start, on_wait, on_settled, &t };

	memset(&t, 0, sizeof(t));
	storewait_init(&t.w, b);
	storewait_syncer(&t.w, &y);
}

static const struct changeset *
add(size_t which)
{
	struct changeset c = { .room = which };
	const struct changeset *at = storewait_add(&t.w, &c);

	assert_int_equal(at->room, which);
	assert_int_equal(c.room, 0);
	return at;
}

static void
who_comes_while_a_sync_is_under_way_waits_for_the_next(void **state)
{
	struct store_backend b = { &grouped };

	(void)state;
	start(&b);
	assert_int_equal(storewait_number(&t.w), 0);
	add(1);
	add(2);
	add(3);
	assert_int_equal(t.starts, 1);
	assert_int_equal(storewait_number(&t.w), 3);
	storewait_end(&t.w, 0, take_back, &t);
	assert_int_equal(t.settled, 1);
	assert_int_equal(t.starts, 2);
	add(4);
	storewait_end(&t.w, 0, take_back, &t);
	assert_int_equal(t.settled, 3);
	storewait_settle(&t.w);
	assert_int_equal(t.waits, 1);
	assert_int_equal(t.settled, 4);
	assert_int_equal(storewait_number(&t.w), 0);
	assert_int_equal(t.back_count, 0);
	storewait_fini(&t.w);
}

static void
a_sync_that_fails_takes_back_the_latest_first(void **state)
{
	static const size_t order[] = { 4, 3, 2 };
	struct store_backend b = { &grouped };

	(void)state;
	start(&b);
	add(1);
	add(2);
	add(3);
	storewait_end(&t.w, 0, take_back, &t);
	add(4);
	storewait_end(&t.w, 5, take_back, &t);
	assert_int_equal(t.back_count, 3);
	assert_memory_equal(t.backs, order, sizeof(order));
	assert_true(t.failed);
	assert_int_equal(t.settled, 4);
	assert_false(t.w.goes_back);
	add(5);
	assert_int_equal(storewait_number(&t.w), 5);
	storewait_settle(&t.w);
	assert_int_equal(t.settled, 5);
	assert_false(t.failed);
	storewait_fini(&t.w);
}

static void
a_back_end_that_must_be_settled_is_before_the_next_is_written(void **state)
{
	struct store_backend b = { &grouped };

	(void)state;
	start(&b);
	add(1);
	storewait_ready(&t.w);
	assert_int_equal(t.waits, 0);
	t.must_settle = true;
	storewait_ready(&t.w);
	assert_int_equal(t.waits, 1);
	assert_int_equal(t.settled, 1);
	storewait_ready(&t.w);
	assert_int_equal(t.waits, 1);
	storewait_fini(&t.w);
}

static void
without_groups_nothing_waits_and_commits_stay_the_callers(void **state)
{
	struct store_backend b = { &single };
	struct changeset c = { .room = 9 };

	(void)state;
	start(&b);
	assert_false(storewait_is_grouped(&t.w));
	assert_ptr_equal(storewait_add(&t.w, &c), &c);
	assert_int_equal(c.room, 9);
	assert_int_equal(t.starts, 0);
	assert_int_equal(storewait_number(&t.w), 0);
	storewait_fini(&t.w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    who_comes_while_a_sync_is_under_way_waits_for_the_next),
		cmocka_unit_test(a_sync_that_fails_takes_back_the_latest_first),
		cmocka_unit_test(
		    a_back_end_that_must_be_settled_is_before_the_next_is_written),
		cmocka_unit_test(
		    without_groups_nothing_waits_and_commits_stay_the_callers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
