/* tests/unit/gtmd/drive/test_driver.c - what holds of all jobs, of whichever
 * driver. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/io/loop.h"
#include "gtmd/drive/driver.h"
#include "gtmd/drive/driver_inside.h"

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct drivers	*all;
	struct driver_place place[2];
	struct driver_host host;
	struct driver_order order;
	struct driver_job *job;
	unsigned	 ends, news;
	uint64_t	 octets;
	char		 note[64];
	bool		 stops;		/* in the news */
	struct driver_result last;
	char		 text[ERR_TEXT_MAX];
};

static struct stage s;

/* Sockets that nobody listens at: QEMU's side waits for them for ever. */
static int
set_up(void **state)
{
	struct err e;

	s = (struct stage){ .place = { { .name = "a", .kind = DRIVER_QMP,
	    .qmp_socket = "/nonexistent/a" }, { .name = "b",
	    .kind = DRIVER_QMP, .qmp_socket = "/nonexistent/b" } },
	    .host = { .name = "vm" } };
	s.order = (struct driver_order){ .id = "i", .action = DRIVER_VERIFY,
	    .from = &s.place[0], .to = &s.place[1], .host = &s.host };
	(void)addr_parse_port("192.0.2.1:1", &s.place[1].migrate);
	clock_fake_init(&s.clk, 1000 * CLOCK_S, 1700000000);
	s.loop = loop_new(&s.clk, &e);
	s.all = driver_all_new(s.loop, NULL, &e);
	assert_non_null(s.all);
	*state = &s;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	driver_stop(&s.job);
	driver_stop(&s.job);
	driver_all_free(&s.all);
	driver_all_free(&s.all);
	loop_free(&s.loop);
	return 0;
}

static void
on_progress(void *arg, uint64_t octets, uint64_t total, const char *note)
{
	assert_ptr_equal(arg, &s);
	assert_int_equal(total, 1000);
	s.news++;
	s.octets = octets;
	(void)snprintf(s.note, sizeof(s.note), "%s", note != NULL ? note :
	    "none");
	if (s.stops)
		driver_stop(&s.job);
}

static void
on_done(void *arg, const struct driver_result *r)
{
	assert_ptr_equal(arg, &s);
	s.job = NULL;
	s.ends++;
	s.last = *r;
	(void)snprintf(s.text, sizeof(s.text), "%s", r->text);
}

static void
begin(void)
{
	const struct driver_owner owner = { on_progress, on_done, &s };

	s.ends = 0;
	s.job = driver_start(s.all, &s.order, &owner);
	assert_non_null(s.job);
	assert_int_equal(s.ends, 0);
}

static void
pass(dur_ns by)
{
	loop_advance(s.loop, &s.clk, by);
}

static void
the_end_comes_once_and_from_the_loop(void **state)
{
	(void)state;
	begin();
	pass(CLOCK_MS);
	pass(CLOCK_MS);
	assert_int_equal(s.ends, 1);
	assert_int_equal(s.last.code, ERR_IO);
	assert_true(s.last.retry);
	assert_string_equal(s.text, "vm at b: /nonexistent/b: No such file or "
	    "directory");
	pass(100 * CLOCK_S);
	assert_int_equal(s.ends, 1);
}

static void
nothing_comes_after_a_stop(void **state)
{
	(void)state;
	begin();
	driver_stop(&s.job);
	assert_null(s.job);
	pass(100 * CLOCK_S);
	assert_int_equal(s.ends + s.news, 0);
}

/* A job whose work is ours. */
static void
begin_ours(void)
{
	begin();
	loop_timer_stop(&s.job->begin);
}

/* The last of several counts; a note stays until the next. */
static void
progress_comes_four_times_a_second_at_most(void **state)
{
	(void)state;
	begin_ours();
	driver_report(s.job, 1, 1000, "first");
	driver_report(s.job, 2, 1000, NULL);
	assert_int_equal(s.news, 0);
	pass(1);
	assert_int_equal(s.news, 1);
	assert_int_equal(s.octets, 2);
	assert_string_equal(s.note, "first");
	driver_report(s.job, 3, 1000, "second");
	driver_report(s.job, 4, 1000, "third");
	pass(200 * CLOCK_MS);
	assert_int_equal(s.news, 1);
	pass(50 * CLOCK_MS);
	assert_int_equal(s.news, 2);
	assert_int_equal(s.octets, 4);
	assert_string_equal(s.note, "third");
	driver_end(s.job, 0, true, "done");
	assert_int_equal(s.news, 2);
	assert_int_equal(s.ends, 1);
	assert_false(s.last.retry);
	s.stops = true;
	begin_ours();
	driver_report(s.job, 5, 1000, NULL);
	pass(1);
	assert_null(s.job);
	assert_string_equal(s.note, "none");
	pass(CLOCK_S);
	assert_int_equal(s.ends, 0);
}

static void
actions_have_the_names_that_programs_know(void **state)
{
	static const char *const names[] = { "check", "storage", "memory",
	    "verify", "cancel", "finish" };

	(void)state;
	for (int a = DRIVER_CHECK; a <= DRIVER_FINISH; a++)
		assert_string_equal(driver_action_name((enum driver_action)a),
		    names[a]);
}

static void
places_are_checked_by_their_kind(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(driver_check(s.all, &s.place[0], &e), 0);
	s.place[0].kind = DRIVER_EXEC;
	s.place[0].program = "/etc/gtm/drivers/move now";
	assert_int_equal(driver_check(s.all, &s.place[0], &e), 0);
	s.place[0].program = "/bin/sh";
	assert_int_equal(driver_check(s.all, &s.place[0], &e), ERR_RANGE);
	s.place[0].program = "../move";
	assert_int_equal(driver_check(s.all, &s.place[0], &e), ERR_RANGE);
	s.place[0].program = "move";
	s.place[0].user = "root";
	assert_int_equal(driver_check(s.all, &s.place[0], &e), ERR_RANGE);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_end_comes_once_and_from_the_loop),
		CASE(nothing_comes_after_a_stop),
		CASE(progress_comes_four_times_a_second_at_most),
		CASE(actions_have_the_names_that_programs_know),
		CASE(places_are_checked_by_their_kind),
	};

	return cmocka_run_group_tests_name("driver", tests, NULL, NULL);
}
