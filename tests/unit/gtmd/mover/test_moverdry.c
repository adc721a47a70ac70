/* tests/unit/gtmd/mover/test_moverdry.c - rehearsals.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/mover/fakedrivers.h"

#include "core/model/json.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverdry.h"
#include "tests/unit/gtmd/mover/moverstage.h"

struct stage {
	struct moverstage base;
	struct moverdry	*dry;
	char		*text;		/* as it was told last */
};

static int
set_up(void **state)
{
	static struct stage t;

	memset(&t, 0, sizeof(t));
	fakedrivers_obey = false;
	moverstage_open(&t.base, MOVERSTAGE_TEXT("program x", "program x",
	    "guard-destination disabled hosts { vm1 { order 0 } vm2 { order 1 } }"));
	t.base.means.drivers = driver_all_new(t.base.loop, NULL, NULL);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	moverdry_free(&t->dry);
	moverdry_free(&t->dry);
	driver_all_free(&t->base.means.drivers);
	moverstage_close(&t->base);
	free(t->text);
	return 0;
}

static void
begin(struct stage *t)
{
	struct migspec *s = moverstage_spec(&t->base, 1);

	t->dry = moverdry_new(&t->base.means, &s);
	assert_null(s);
}

static const char *
told(struct stage *t)
{
	struct json *j = moverdry_json(t->dry);

	free(t->text);
	t->text = json_line(j);
	json_free(&j);
	return t->text;
}

static bool
is_over(struct stage *t)
{
	return strstr(told(t), "\"over\":true") != NULL;
}

/* The preparation, then each host's disks and memory; nothing is changed. */
static void
all_steps_are_gone_through_dry(void **state)
{
	struct stage *t = *state;

	fakedrivers_obey = true;
	begin(t);
	assert_false(is_over(t));
	MOVERSTAGE_UNTIL(&t->base, is_over(t));
	assert_string_equal(told(t), "{\"over\":true,\"ok\":true,\"steps\":["
	    "{\"step\":\"prepare\",\"ok\":true},"
	    "{\"step\":\"storage\",\"host\":\"vm1\",\"ok\":true},"
	    "{\"step\":\"memory\",\"host\":\"vm1\",\"ok\":true},"
	    "{\"step\":\"storage\",\"host\":\"vm2\",\"ok\":true},"
	    "{\"step\":\"memory\",\"host\":\"vm2\",\"ok\":true}]}");
	assert_int_equal(fakedrivers_ordered("\n"), 6);
	assert_int_equal(fakedrivers_ordered("dry "), 6);
	assert_int_equal(fakedrivers_ordered("dry memory vm2 /Common/l /Common/r "
	    "/Common/m/dry/4\n"), 1);
}

/* One look shows all that would stand in the way. */
static void
what_fails_is_told_and_the_rest_is_tried(void **state)
{
	struct stage *t = *state;
	struct drivers *all = t->base.means.drivers;

	begin(t);
	while (!is_over(t)) {
		struct driver_job *job;

		MOVERSTAGE_UNTIL(&t->base, all->jobs != NULL || is_over(t));
		job = all->jobs;
		if (job != NULL)
			fakedrivers_end(job, strcmp(job->host, "vm1") == 0 ?
			    ERR_CONFLICT : 0, true, "there is no room");
	}
	assert_non_null(strstr(told(t), "\"ok\":false,\"steps\":["
	    "{\"step\":\"prepare\",\"ok\":false,\"text\":\"host vm1: there is no "
	    "room\"},{\"step\":\"storage\",\"host\":\"vm1\",\"ok\":false,\"text\":"
	    "\"there is no room\"}"));
	assert_non_null(strstr(told(t), "{\"step\":\"memory\",\"host\":\"vm2\","
	    "\"ok\":true,\"text\":\"there is no room\"}"));
}

static void
no_step_takes_for_ever(void **state)
{
	struct stage *t = *state;

	begin(t);
	moverstage_pass(&t->base, 62 * CLOCK_S);
	assert_non_null(strstr(told(t), "\"over\":false,\"ok\":false,\"steps\":["
	    "{\"step\":\"prepare\",\"ok\":false,\"text\":\"out of time\"}]"));
	assert_int_equal(fakedrivers_count(t->base.means.drivers), 1);
}

static void
nothing_is_asked_after_its_end(void **state)
{
	struct stage *t = *state;

	begin(t);
	moverdry_free(&t->dry);
	assert_int_equal(fakedrivers_count(t->base.means.drivers), 0);
	moverstage_pass(&t->base, CLOCK_S);
	assert_int_equal(fakedrivers_count(t->base.means.drivers), 0);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(all_steps_are_gone_through_dry),
		TEST(what_fails_is_told_and_the_rest_is_tried),
		TEST(no_step_takes_for_ever),
		TEST(nothing_is_asked_after_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
