/* tests/unit/gtmd/migrate/test_migspec.c - what a run is, to the octet, through
 * the journal; and what it may not be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/migrate/migspec.h"
#include "tests/unit/gtmd/migrate/migcase.h"

static struct migspec *
full_spec(void)
{
	struct migspec *s = migcase_spec(2);

	s->wideip = mem_strdup("a /Common/vmhttp.siterequest.com");
	s->from_pool = mem_strdup("/Common/Local_pool");
	s->to_pool = mem_strdup("/Common/Remote_pool");
	s->run = 7;
	s->before = (struct migspec_before){ true, true, 3, 4, 60, 61 };
	s->plan = MIGSPEC_STEPS;
	s->steps[0] = 5;
	s->steps[1] = 100;
	s->step_count = 2;
	s->order = MIGSPEC_LARGEST;
	s->on_failure = MIGSPEC_ROLL_BACK;
	s->lag_max = 1.5;
	s->guard_destination = false;
	s->freeze_windows = mem_zalloc(1, sizeof(char *));
	s->freeze_windows[0] = mem_strdup("Mon-Fri 08:00-18:00");
	s->freeze_count = 1;
	s->hosts[0].station = mem_strdup("00:50:56:00:00:01");
	s->hosts[0].storage_mib = 5 * 1024;
	s->hosts[1].addresses = mem_zalloc(2, sizeof(char *));
	s->hosts[1].addresses[0] = mem_strdup("10.133.63.50");
	s->hosts[1].addresses[1] = mem_strdup("2001:db8::50");
	s->hosts[1].address_count = 2;
	s->hosts[1].check_url = mem_strdup("http://10.133.63.50/\xc3\xa4");
	return s;
}

static char *
text_of(const struct migspec *s)
{
	struct json *j = migspec_json(s);
	char *text = json_line(j);

	json_free(&j);
	return text;
}

static void
a_run_is_read_back_as_it_was_written(void **state)
{
	struct migspec *s = full_spec(), *copy = migspec_clone(s);
	char *a = text_of(s), *b = text_of(copy);

	(void)state;
	assert_string_equal(a, b);
	assert_int_equal(copy->before.to_ttl_s, 61);
	assert_int_equal(copy->steps[1], 100);
	assert_string_equal(copy->hosts[1].addresses[1], "2001:db8::50");
	assert_null(copy->hosts[1].station);
	assert_true(copy->lag_max > 1.4 && copy->lag_max < 1.6);
	free(a);
	free(b);
	migspec_free(&s);
	migspec_free(&copy);
}

/* A member of a good run is replaced; or one of its first host. */
static int
read_with(const char *key, const char *value, bool of_host, char *why)
{
	struct migspec *s = full_spec(), *got;
	struct json *j = migspec_json(s), *v = json_literal(value);
	struct json *to = of_host ?
	    (struct json *)(uintptr_t)json_item(json_find(j, "hosts"), 0) : j;
	struct err e = { 0 };

	json_put(to, key, &v);
	got = migspec_read(j, &e);
	memcpy(why, e.text, sizeof(e.text));
	json_free(&j);
	migspec_free(&s);
	if (got == NULL)
		return e.code;
	migspec_free(&got);
	return 0;
}

static void
what_the_core_relies_on_is_checked(void **state)
{
	static const struct {
		const char	*key, *value;
		bool		 of_host;
		int		 want;
		const char	*word;
	} cases[] = {
		{ "run", "0", false, ERR_RANGE, "run: 0 is outside 1.." },
		{ "run", "1", false, 0, "" },
		{ "flipAt", "0", false, ERR_RANGE, "1..100" },
		{ "flipAt", "101", false, ERR_RANGE, "1..100" },
		{ "flipAt", "\"x\"", false, ERR_PARSE, "not a number" },
		{ "concurrency", "17", false, ERR_RANGE, "1..16" },
		{ "concurrency", "-1", false, ERR_PARSE, "not a number" },
		{ "plan", "\"leap\"", false, ERR_PARSE, "plan: leap" },
		{ "steps", "[]", false, ERR_CONFLICT, "no steps" },
		{ "steps", "[50, 50, 100]", false, ERR_RANGE, "not above" },
		{ "steps", "[50, 60]", false, ERR_RANGE, "not 100" },
		{ "steps", "[0, 100]", false, ERR_RANGE, "outside" },
		{ "fromEnabled", "false", false, ERR_CONFLICT, "from-pool is disabled" },
		{ "freezeWindows", "[\"some day\"]", false, ERR_PARSE, "" },
		{ "hosts", "[]", false, ERR_RANGE, "1..256" },
		{ "hosts", "[{\"name\":\"a\"},{\"name\":\"a\"}]", false, ERR_CONFLICT, "twice" },
		{ "hosts", "[{}]", false, ERR_PARSE, "no name" },
		{ "name", "\"\"", false, ERR_PARSE, "no name" },
		{ "name", "\"a/b\"", true, ERR_PARSE, "no name" },
		{ "capacity", "0", true, ERR_RANGE, "host 1: capacity" },
		{ "capacity", "1000000", true, 0, "" },
		{ "capacity", "1000001", true, ERR_RANGE, "capacity" },
		{ "unknownToUs", "1", false, 0, "" },
	};
	char why[ERR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		int rc = read_with(cases[i].key, cases[i].value, cases[i].of_host, why);

		if (rc != cases[i].want || strstr(why, cases[i].word) == NULL)
			fail_msg("%s %s: %d, \"%s\"", cases[i].key, cases[i].value, rc, why);
	}
}

static void
expect_turns(struct migspec *s, enum migspec_order order, const char *want)
{
	uint16_t turn[MIGSPEC_HOSTS_MAX];
	char got[8] = "";

	s->order = order;
	migspec_turns(s, turn);
	for (size_t i = 0; i < s->host_count; i++)
		got[i] = (char)('1' + turn[i]);
	assert_string_equal(got, want);
}

/* Equals keep the order in which they were given. */
static void
hosts_take_turns_as_the_order_says(void **state)
{
	struct migspec *s = migcase_spec(4);

	(void)state;
	expect_turns(s, MIGSPEC_GIVEN, "1234");
	expect_turns(s, MIGSPEC_SMALLEST, "1234");
	s->hosts[0].order = 2;
	s->hosts[2].order = 1;
	expect_turns(s, MIGSPEC_GIVEN, "2431");
	s->hosts[1].storage_mib = 9;
	s->hosts[3].memory_mib = 5;
	expect_turns(s, MIGSPEC_SMALLEST, "1342");
	expect_turns(s, MIGSPEC_LARGEST, "2413");
	migspec_free(&s);
}

static void
hosts_are_found_and_counted(void **state)
{
	struct migspec *s = migcase_spec(3);

	(void)state;
	s->hosts[2].capacity = 5;
	assert_int_equal(migspec_find(s, "vm3"), 2);
	assert_int_equal(migspec_find(s, "vm4"), -1);
	assert_int_equal(migspec_capacity(s), 7);
	migspec_free(&s);
	migspec_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_read_back_as_it_was_written),
		cmocka_unit_test(what_the_core_relies_on_is_checked),
		cmocka_unit_test(hosts_take_turns_as_the_order_says),
		cmocka_unit_test(hosts_are_found_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
