/* tests/unit/gtmd/migrate/test_migwait.c - what a run waits for is said.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "gtmd/migrate/migwait.h"
#include "tests/unit/gtmd/migrate/migcase.h"

static struct migcase c;

static int
tear_down(void **state)
{
	(void)state;
	migcase_fini(&c);
	return 0;
}

static void
says(const char *want)
{
	char text[MIGEVENT_TEXT_MAX];

	migwait_say(c.m, text);
	assert_string_equal(text, want);
}

/* The run begins at 22:13:20Z. */
static void
each_wait_has_its_end(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->ttl_s = 5;
	s->before.from_ttl_s = 40;
	migcase_init(&c, s);
	migcase_settle(&c);
	says("");
	(void)snprintf(c.m->check_why, sizeof(c.m->check_why), "the tunnel is down");
	says("the tunnel is down");
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	migcase_commit(&c);
	c.m->low_since_ms = MIGCASE_START_MS;
	says("answers with the TTL of before may be in caches until 22:14:00Z");
	migcase_until(&c, MIGSTATE_MOVING);
	says("");
	migcase_until(&c, MIGSTATE_DRAINING);
	c.m->told_at_ms = MIGCASE_START_MS;
	says("answers for the old site may be in caches until 22:13:25Z");
	migcase_until(&c, MIGSTATE_RELAYING);
	c.m->phase_at_ms = MIGCASE_START_MS;
	says("late connections, which nobody counts, have until 22:14:20Z");
	c.m->paused = true;
	says("");
}

static void
who_counts_late_connections_is_waited_for(void **state)
{
	struct migspec *s = migcase_spec(1);

	(void)state;
	s->relay_application = mem_strdup("/Common/late");
	s->residual_threshold = 7;
	migcase_init(&c, s);
	c.m->phase = MIGSTATE_RELAYING;
	says("until late connections have been 7 or fewer for 60 s");
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_teardown(f, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_wait_has_its_end),
		TEST(who_counts_late_connections_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
