/* tests/unit/core/rest/test_resttrans.c - transactions while they collect.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/model/json.h"
#include "core/rest/resttrans.h"

static const struct restpeer root, other = { .uid = 7 };

static void
a_transaction_is_its_openers_alone_and_ends_in_time(void **state)
{
	struct resttrans_set s;
	struct resttrans *t;

	(void)state;
	resttrans_set_init(&s);
	t = resttrans_open(&s, 0, &root, NULL);
	assert_int_equal(t->id, 1);
	assert_ptr_equal(resttrans_find(&s, "1", 5, &root), t);
	assert_null(resttrans_find(&s, "1", 5, &other));
	assert_null(resttrans_find(&s, "01", 5, &root));
	assert_null(resttrans_find(&s, "2", 5, &root));
	assert_null(resttrans_find(&s, "1", RESTTRANS_TIMEOUT_S * CLOCK_S,
	    &root));
	assert_int_equal(s.count, 0);
	resttrans_set_fini(&s);
}

static void
there_are_not_too_many(void **state)
{
	struct resttrans_set s;
	struct err e = { 0 };

	(void)state;
	resttrans_set_init(&s);
	for (int i = 0; i < RESTTRANS_MAX; i++)
		assert_non_null(resttrans_open(&s, 0, &root, &e));
	assert_null(resttrans_open(&s, 0, &root, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_non_null(resttrans_open(&s, RESTTRANS_TIMEOUT_S * CLOCK_S,
	    &root, &e));
	resttrans_set_fini(&s);
}

static void
writes_are_copied_and_bounded(void **state)
{
	struct resttrans_set s;
	struct resttrans *t;
	char target[] = "/mgmt";
	struct restrequest q = { .method = RESTREQUEST_POST,
	    .target = target };
	struct err e = { 0 };

	(void)state;
	resttrans_set_init(&s);
	t = resttrans_open(&s, 0, &root, &e);
	q.body = json_new_object();
	for (int i = 0; i < RESTTRANS_COMMANDS_MAX; i++)
		assert_int_equal(resttrans_add(t, &q, &e), 0);
	assert_int_equal(resttrans_add(t, &q, &e), ERR_RANGE);
	target[1] = 'x';
	assert_string_equal(t->commands[0].target, "/mgmt");
	assert_ptr_not_equal(t->commands[0].body, q.body);
	json_free(&q.body);
	resttrans_set_fini(&s);
}

static void
what_waits_is_listed_in_its_order_under_its_number(void **state)
{
	struct resttrans_set s;
	struct resttrans *t;
	struct restrequest q = { .method = RESTREQUEST_DELETE,
	    .target = "/mgmt/tm/test/site/s1" };
	struct json *j, *same;
	const struct json *two;

	(void)state;
	resttrans_set_init(&s);
	t = resttrans_open(&s, 0, &root, NULL);
	j = resttrans_commands_json(t);
	assert_null(json_find(j, "items"));
	json_free(&j);
	assert_int_equal(resttrans_add(t, &q, NULL), 0);
	q.method = RESTREQUEST_PUT;
	assert_int_equal(resttrans_add(t, &q, NULL), 0);
	j = resttrans_commands_json(t);
	assert_int_equal(json_count(json_find(j, "items")), 2);
	two = json_item(json_find(j, "items"), 1);
	assert_int_equal(json_get_int(json_find(two, "commandId")), 2);
	assert_string_equal(json_get_text(json_find(two, "method")), "PUT");
	assert_string_equal(json_get_text(json_find(two, "selfLink")),
	    "https://localhost/mgmt/tm/transaction/1/commands/2"
	    "?ver=15.1.2.1");
	same = resttrans_command_json(t, resttrans_command_find(t, "2"));
	assert_int_equal(json_count(same), json_count(two));
	assert_null(resttrans_command_find(t, "0"));
	assert_null(resttrans_command_find(t, "02"));
	assert_null(resttrans_command_find(t, "3"));
	json_free(&same);
	json_free(&j);
	resttrans_set_fini(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_transaction_is_its_openers_alone_and_ends_in_time),
		cmocka_unit_test(there_are_not_too_many),
		cmocka_unit_test(writes_are_copied_and_bounded),
		cmocka_unit_test(
		    what_waits_is_listed_in_its_order_under_its_number),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
