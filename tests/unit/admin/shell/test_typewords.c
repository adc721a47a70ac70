/* tests/unit/admin/shell/test_typewords.c - words that mean types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "admin/shell/typewords.h"
#include "core/base/err.h"
#include "tests/unit/admin/shell/shellkit.h"

static void
words_may_be_short_as_long_as_they_are_unique(void **state)
{
	static const struct {
		const char *mode, *text, *words;
		size_t used;
		int rc;
	} step[] = {
		{ "", "gtm pool a x", "gtm pool a", 3, 0 },
		{ "", "gtm pool aaaa x", "gtm pool aaaa", 3, 0 },
		{ "", "g po c", "gtm pool cname", 3, 0 },
		{ "", "gtm p", "", 0, ERR_PARSE },
		{ "", "gtm pool x", "gtm pool", 2, 0 },
		{ "gtm", "pool a x", "gtm pool a", 2, 0 },
		{ "gtm pool a", "x", "gtm pool a", 0, 0 },
		{ "gtm pool", "gtm wideip a x", "gtm wideip a", 3, 0 },
		{ "", "ltm pool x", "", 0, ERR_UNKNOWN },
		{ "", "{ }", "", 0, ERR_PARSE },
	};
	struct catalog *c = shellkit_catalog();

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct phrase p = shellkit_phrase(step[i].text);
		struct typewords t;
		struct err e;
		struct command_place at = shellkit_place(c);
		int rc;

		at.mode = step[i].mode;
		rc = typewords_resolve(&t, &at, &p, 0, &e);
		if (rc != step[i].rc)
			fail_msg("%s: code %d", step[i].text, rc);
		if (rc == 0) {
			assert_string_equal(t.words, step[i].words);
			assert_int_equal(t.used, step[i].used);
		}
		typewords_fini(&t);
		phrase_fini(&p);
	}
	catalog_free(&c);
}

static void
a_family_is_its_supported_types(void **state)
{
	struct catalog *c = shellkit_catalog();
	struct phrase p = shellkit_phrase("gtm pool");
	struct command_place at = shellkit_place(c);
	struct typewords t;
	struct err e;

	(void)state;
	assert_int_equal(typewords_resolve(&t, &at, &p, 0, &e), 0);
	assert_true(t.count >= 3);
	for (size_t i = 0; i < t.count; i++) {
		assert_null(t.types[i]->refused);
		assert_memory_equal(t.types[i]->words, "gtm pool ", 9);
	}
	assert_non_null(t.whole->refused);
	typewords_fini(&t);
	typewords_all(&t, c);
	assert_true(t.count > 10);
	assert_null(t.whole);
	typewords_fini(&t);
	phrase_fini(&p);
	catalog_free(&c);
}

/* As the deployment guide types it, in its own mode or from the top. */
static void
a_type_goes_by_its_old_words_where_a_name_follows(void **state)
{
	static const struct {
		const char *mode, *text, *words;
		size_t used;
	} step[] = {
		{ "", "net tunnel", "net tunnels", 2 },
		{ "net tunnels", "tunnel eip profile etherip",
		  "net tunnels tunnel", 1 },
		{ "", "net tunnel eip profile etherip", "net tunnels tunnel",
		  2 },
		{ "net", "tunnel eip", "net tunnels tunnel", 1 },
		{ "", "net tunnel { }", "net tunnels tunnel", 2 },
		{ "", "net tunnels tunnel eip", "net tunnels tunnel", 3 },
		{ "", "net tunne eip", "net tunnels", 2 },
		{ "net tunnels tunnel", "eip", "net tunnels tunnel", 0 },
	};
	struct catalog *c = shellkit_net();

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct phrase p = shellkit_phrase(step[i].text);
		struct command_place at = shellkit_place(c);
		struct typewords t;
		struct err e;

		at.mode = step[i].mode;
		if (typewords_resolve(&t, &at, &p, 0, &e) != 0)
			fail_msg("%s: %s", step[i].text, e.text);
		assert_string_equal(t.words, step[i].words);
		assert_int_equal(t.used, step[i].used);
		typewords_fini(&t);
		phrase_fini(&p);
	}
	catalog_free(&c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_may_be_short_as_long_as_they_are_unique),
		cmocka_unit_test(a_family_is_its_supported_types),
		cmocka_unit_test(
		    a_type_goes_by_its_old_words_where_a_name_follows),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
