/* tests/unit/wom/flow/test_flowset.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/io/sock.h"
#include "tests/unit/wom/flow/flownet.h"

#define HISTORY	((size_t)8 << 20)

static struct flownet net;

static int
begin(void **state)
{
	(void)state;
	flownet_init(&net, 1, HISTORY, HISTORY);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	flownet_fini(&net);
	return 0;
}

static void
what_is_said_is_heard_at_both_ends(void **state)
{
	struct flowtalk *c = flownet_call(&net, 1, 3000000, &flownet_rules),
	    *s;

	(void)state;
	net.server_says = 2000000;
	flownet_run(&net, flownet_is_over);
	s = flownet_answer(&net, c);
	assert_non_null(s);
	assert_int_equal(s->heard, 3000000);
	assert_int_equal(c->heard, 2000000);
	assert_int_equal(c->error, 0);
	assert_int_equal(s->error, 0);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_is_said_is_heard_at_both_ends),
	};

	return cmocka_run_group_tests_name("flowset", tests, NULL, NULL);
}
