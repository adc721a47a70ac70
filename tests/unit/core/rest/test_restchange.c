/* tests/unit/core/rest/test_restchange.c - a change is taken back whole, from
 * objects that nobody has touched since, or not at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/restchange.h"
#include "tests/unit/core/model/storekit.h"

/* The last commit, as it reads from its record. */
static struct restchange *last;

static void
on_change(void *arg, const struct store_change *changes, size_t count)
{
	struct restchange *c = restchange_new();
	struct json *j;

	(void)arg;
	c->number = 1;
	c->method = mem_strdup("PATCH");
	c->path = mem_strdup("/x");
	c->role = RESTPEER_OPERATOR;
	restchange_learn(c, changes, count);
	j = restchange_record(c);
	restchange_free(&c);
	restchange_free(&last);
	last = restchange_parse(j);
	assert_non_null(last);
	json_free(&j);
}

static int
revert(struct store *s, const struct restchange *c, struct err *e)
{
	struct draft *d = store_draft(s);
	struct diag out;
	int rc = restchange_revert(c, d, e);

	diag_init(&out);
	if (rc == 0)
		assert_int_equal(store_commit(s, &d, &out), 0);
	draft_free(&d);
	diag_fini(&out);
	return rc;
}

static void
what_was_is_again(void **state)
{
	struct store *s = storekit_loaded();
	struct err e = { 0 };

	(void)state;
	store_watch(s, on_change, NULL);
	storekit_set_note(s, "/Common/s1", "caf\xe9 100% \"\n{");
	assert_int_equal(last->role, RESTPEER_OPERATOR);
	assert_int_equal(revert(s, last, &e), 0);
	storekit_expect_note(s, "/Common/s1", NULL);
	assert_int_equal(revert(s, last, &e), 0);	/* and back */
	storekit_expect_note(s, "/Common/s1", "caf\xe9 100% \"\n{");
	storekit_set_note(s, "/Common/s9", "new");
	assert_int_equal(revert(s, last, &e), 0);
	storekit_expect_note(s, "/Common/s9", "absent");
	assert_int_equal(revert(s, last, &e), 0);
	storekit_expect_note(s, "/Common/s9", "new");
	restchange_free(&last);
	store_free(&s);
}

static void
what_has_changed_since_is_left_alone(void **state)
{
	struct store *s = storekit_loaded();
	struct restchange *first;
	struct err e = { 0 };

	(void)state;
	store_watch(s, on_change, NULL);
	storekit_set_note(s, "/Common/s1", "a");
	first = last;
	last = NULL;
	storekit_set_note(s, "/Common/s1", "b");
	assert_int_equal(revert(s, first, &e), ERR_CONFLICT);
	assert_string_equal(e.text, "test site /Common/s1 has changed since");
	storekit_expect_note(s, "/Common/s1", "b");
	storekit_set_note(s, "/Common/s1", "a");
	assert_int_equal(revert(s, first, &e), 0);	/* as it left it */
	restchange_free(&first);
	restchange_free(&last);
	store_free(&s);
}

static void
clients_see_no_stanzas_and_damage_is_no_change(void **state)
{
	static const char *const bad[] = { "{}", "{\"change\":0,"
	    "\"objects\":[]}", "{\"change\":-4}", "{\"change\":1,\"objects\":"
	    "[{\"type\":\"test site\"}]}", "{\"change\":1,\"objects\":[5]}" };
	struct store *s = storekit_loaded();
	struct restchange *c;
	struct json *j;
	char *line;

	(void)state;
	store_watch(s, on_change, NULL);
	storekit_set_note(s, "/Common/s1", "secret");
	storekit_set_note(s, "/Common/s1", "other");
	j = restchange_show(last);
	line = json_line(j);
	assert_null(strstr(line, "secret"));
	assert_non_null(strstr(line, "\"what\":\"modified\""));
	free(line);
	json_free(&j);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		j = json_parse(bad[i], strlen(bad[i]), NULL);
		assert_null(restchange_parse(j));
		json_free(&j);
	}
	j = json_parse("{\"change\":1}", 12, NULL);
	c = restchange_parse(j);
	assert_int_equal(c->role, RESTPEER_ADMIN);	/* when in doubt */
	restchange_free(&c);
	json_free(&j);
	restchange_free(&last);
	store_free(&s);
}

int
main(void)
{
#define RULE(name) \
	cmocka_unit_test_setup_teardown(name, storekit_setup, storekit_teardown)
	static const struct CMUnitTest tests[] = {
		RULE(what_was_is_again),
		RULE(what_has_changed_since_is_left_alone),
		RULE(clients_see_no_stanzas_and_damage_is_no_change),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
