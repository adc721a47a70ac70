/* tests/unit/core/rest/test_restclients.c - 30 s for a request, and none of them
 * while we let others wait.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/rest/restclients.h"

static struct clock clk;
static struct loop *loop;
static struct restclients clients;

/* Of the client: our end, its own, and what is known of it. */
struct end {
	int		 fds[2];
	struct restclient *x;
};

static int
setup(void **state)
{
	struct err e;

	(void)state;
	clock_fake_init(&clk, 100 * CLOCK_S, 1000);
	loop = loop_new(&clk, &e);
	restclients_init(&clients, loop);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	restclients_fini(&clients);
	loop_free(&loop);
	return 0;
}

static struct end
come(void)
{
	struct end c;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    c.fds), 0);
	c.x = restclients_add(&clients, c.fds[0]);
	return c;
}

static void
go(struct end *c)
{
	restclients_remove(&c->x);
	assert_null(c->x);
	(void)close(c->fds[0]);
	(void)close(c->fds[1]);
}

static bool
is_cut(const struct end *c)
{
	char octet;

	return read(c->fds[1], &octet, 1) == 0;
}

static void
who_takes_too_long_is_cut(void **state)
{
	struct end a = come(), b;

	(void)state;
	loop_advance(loop, &clk, 10 * CLOCK_S);
	b = come();
	loop_advance(loop, &clk, 20 * CLOCK_S);
	assert_false(is_cut(&a));
	loop_advance(loop, &clk, 2 * CLOCK_S);
	assert_true(is_cut(&a));
	assert_false(is_cut(&b));
	restclients_answered(&clients, b.x);
	loop_advance(loop, &clk, 29 * CLOCK_S);
	assert_false(is_cut(&b));
	loop_advance(loop, &clk, 3 * CLOCK_S);
	assert_true(is_cut(&b));
	go(&a);
	go(&b);
	/* Nobody is looked after when nobody is there. */
	loop_advance(loop, &clk, 2 * CLOCK_S);
	assert_false(loop_timer_running(&clients.sweep));
}

static void
waiting_for_us_costs_nobody_his_time(void **state)
{
	struct end a = come();

	(void)state;
	loop_advance(loop, &clk, 20 * CLOCK_S);
	restclients_wait(&clients, true);
	loop_advance(loop, &clk, 100 * CLOCK_S);
	assert_false(is_cut(&a));
	restclients_wait(&clients, false);
	loop_advance(loop, &clk, 29 * CLOCK_S);
	assert_false(is_cut(&a));
	loop_advance(loop, &clk, 3 * CLOCK_S);
	assert_true(is_cut(&a));
	go(&a);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(who_takes_too_long_is_cut),
		RULE(waiting_for_us_costs_nobody_his_time),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
