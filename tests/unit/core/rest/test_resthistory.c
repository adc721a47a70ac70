/* tests/unit/core/rest/test_resthistory.c - what undo means, what is kept, and
 * that lines read back as what they were.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/resthistory.h"

static uint64_t
add(struct resthistory *h, uint64_t undoes, enum restchange_confirm confirm)
{
	struct restchange *c = restchange_new();
	uint64_t number = c->number = resthistory_next(h);

	c->method = mem_strdup("PATCH");
	c->path = mem_strdup("/x");
	c->role = RESTPEER_MANAGER;
	c->undoes = undoes;
	c->confirm = confirm;
	resthistory_add(h, &c);
	return number;
}

static void
expect_undoable(const struct resthistory *h, uint64_t number)
{
	const struct restchange *c = resthistory_undoable(h);

	assert_true((c != NULL ? c->number : 0) == number);
}

static void
undo_goes_back_and_an_undone_undo_forward(void **state)
{
	struct resthistory *h = resthistory_new();

	(void)state;
	expect_undoable(h, 0);
	for (int i = 0; i < 3; i++)
		(void)add(h, 0, RESTCHANGE_PLAIN);
	expect_undoable(h, 3);
	(void)add(h, 3, RESTCHANGE_PLAIN);
	expect_undoable(h, 2);
	(void)add(h, 2, RESTCHANGE_PLAIN);
	expect_undoable(h, 1);
	(void)add(h, 5, RESTCHANGE_PLAIN);	/* 2 counts again */
	expect_undoable(h, 2);
	(void)add(h, 0, RESTCHANGE_PLAIN);
	expect_undoable(h, 7);
	resthistory_free(&h);
}

static void
what_waits_is_never_forgotten(void **state)
{
	struct resthistory *h = resthistory_new();
	uint64_t waits;
	struct json *all;

	(void)state;
	(void)add(h, 0, RESTCHANGE_PLAIN);
	waits = add(h, 0, RESTCHANGE_PENDING);
	for (int i = 0; i < 100; i++)
		(void)add(h, 0, RESTCHANGE_PLAIN);
	assert_true(resthistory_pending(h)->number == waits);
	assert_null(resthistory_find(h, 1));
	(void)add(h, waits, RESTCHANGE_PLAIN);
	assert_null(resthistory_pending(h));
	assert_int_equal(resthistory_find(h, waits)->confirm,
	    RESTCHANGE_REVERTED);
	for (int i = 0; i < 100; i++)
		(void)add(h, 0, RESTCHANGE_PLAIN);
	all = resthistory_show(h);
	assert_int_equal(json_count(all), RESTHISTORY_MAX);
	json_free(&all);
	resthistory_free(&h);
}

static void
read_lines(struct resthistory *h, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		struct json *j = json_parse(text, len, NULL);

		resthistory_read(h, j);
		json_free(&j);
		text += len + (text[len] == '\n');
	}
}

static void
lines_read_back_as_what_they_were(void **state)
{
	struct resthistory *h = resthistory_new(), *again = resthistory_new();
	struct strbuf a, b;

	(void)state;
	(void)add(h, 0, RESTCHANGE_PLAIN);
	(void)add(h, 0, RESTCHANGE_PENDING);
	(void)add(h, 1, RESTCHANGE_PLAIN);
	strbuf_init(&a);
	strbuf_init(&b);
	resthistory_keep(h, &a);
	read_lines(again, a.text);
	resthistory_keep(again, &b);
	assert_string_equal(a.text, b.text);
	assert_true(resthistory_find(again, 1)->undone_by == 3);
	assert_true(resthistory_pending(again)->number == 2);
	/* A record read twice is one; a settlement has a number, too. */
	read_lines(again, a.text);
	read_lines(again, "{\"change\":9,\"settles\":2,"
	    "\"confirm\":\"confirmed\"}\n{\"other\":1}\n{\"change\":10}\n");
	assert_null(resthistory_pending(again));
	assert_int_equal(resthistory_find(again, 2)->confirm,
	    RESTCHANGE_CONFIRMED);
	assert_true(resthistory_next(again) == 11);
	strbuf_fini(&a);
	strbuf_fini(&b);
	resthistory_free(&h);
	resthistory_free(&again);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(undo_goes_back_and_an_undone_undo_forward),
		cmocka_unit_test(what_waits_is_never_forgotten),
		cmocka_unit_test(lines_read_back_as_what_they_were),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
