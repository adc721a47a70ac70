/* tests/unit/gtmd/migrate/test_migfield.c - the values of a run and of a host: each is
 * written and read by its row, and held to the row's range.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/migrate/migfield.h"
#include "gtmd/migrate/migspec.h"

/* What is read of a text into a host, and what is said when it is refused. */
static int
read_host(const char *text, struct migspec_host *h, struct err *e)
{
	struct json *j = json_parse(text, strlen(text), e);
	int rc;

	assert_non_null(j);
	*h = (struct migspec_host){ .capacity = 1 };
	rc = migfield_read(MIGFIELD_HOST, j, h, e);
	json_free(&j);
	return rc;
}

static void
what_is_not_there_stays_as_it_is(void **state)
{
	struct migspec_host h;
	struct err e;

	(void)state;
	assert_int_equal(read_host("{ \"name\": \"vm1\", \"memory\": 4096 }", &h, &e), 0);
	assert_string_equal(h.name, "vm1");
	assert_int_equal(h.memory_mib, 4096);
	assert_int_equal(h.capacity, 1);
	assert_null(h.station);
	migfield_free(MIGFIELD_HOST, &h);
}

static void
a_value_outside_its_range_is_named_with_it(void **state)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "{ \"capacity\": 0 }", "capacity: 0 is outside 1..1000000" },
		{ "{ \"capacity\": 1000001 }", "capacity: 1000001 is outside" },
		{ "{ \"portOffset\": 65536 }", "portOffset: 65536 is outside 0..65535" },
		{ "{ \"memory\": -1 }", "memory: not a number" },
		{ "{ \"memory\": \"4\" }", "memory: not a number" },
		{ "{ \"addresses\": \"::1\" }", "addresses: not a list of 64 at most" },
	};
	struct migspec_host h;
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		assert_int_not_equal(read_host(bad[i].text, &h, &e), 0);
		if (strstr(e.text, bad[i].says) == NULL)
			fail_msg("%s: %s", bad[i].text, e.text);
		migfield_free(MIGFIELD_HOST, &h);
	}
}

static void
a_value_that_was_set_is_held_to_its_range_too(void **state)
{
	struct migspec *s = migspec_new();
	struct err e;

	(void)state;
	assert_int_equal(migfield_check(MIGFIELD_RUN, s, &e), 0);
	s->slo_errors_max = 1001;
	assert_int_equal(migfield_check(MIGFIELD_RUN, s, &e), ERR_RANGE);
	assert_string_equal(e.text, "sloErrorsMax: 1001 is outside 0..1000");
	migspec_free(&s);
}

static void
a_word_is_one_of_its_list(void **state)
{
	struct migspec *s = migspec_new();
	static const char good[] = "{ \"plan\": \"follow\", \"onFailure\": \"roll-back\" }";
	static const char bad[] = "{ \"plan\": \"leap\" }";
	struct err e;
	struct json *j = json_parse(good, strlen(good), &e);

	(void)state;
	assert_int_equal(migfield_read(MIGFIELD_RUN, j, s, &e), 0);
	assert_int_equal(s->plan, MIGSPEC_FOLLOW);
	assert_int_equal(s->on_failure, MIGSPEC_ROLL_BACK);
	json_free(&j);
	j = json_parse(bad, strlen(bad), &e);
	assert_int_equal(migfield_read(MIGFIELD_RUN, j, s, &e), ERR_PARSE);
	assert_string_equal(e.text, "plan: leap is no word for it");
	json_free(&j);
	migspec_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_there_stays_as_it_is),
		cmocka_unit_test(a_value_outside_its_range_is_named_with_it),
		cmocka_unit_test(a_value_that_was_set_is_held_to_its_range_too),
		cmocka_unit_test(a_word_is_one_of_its_list),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
