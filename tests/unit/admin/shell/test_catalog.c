/* tests/unit/admin/shell/test_catalog.c - what the daemon describes, as rows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "admin/shell/catalog.h"
#include "core/base/err.h"
#include "core/model/json.h"
#include "tests/unit/admin/shell/shellkit.h"

static void
the_daemons_types_are_all_there(void **state)
{
	struct catalog *c = shellkit_catalog();
	const struct catalog_type *t = catalog_find(c, "gtm pool a");
	struct err e;
	const struct catalog_prop *p;

	(void)state;
	assert_non_null(t);
	assert_string_equal(t->path, "/mgmt/tm/gtm/pool/a");
	assert_false(t->single);
	assert_true(catalog_find(c, "gtm global-settings general")->single);
	assert_non_null(catalog_find(c, "gtm pool")->refused);
	assert_null(catalog_find(c, "gtm po"));
	p = catalog_prop(t, "members", &e);
	assert_int_equal(p->kind, CATALOG_ITEMS);
	assert_non_null(catalog_prop(p->item, "member-order", &e));
	assert_string_equal(catalog_prop(t, "load-balancing-mode", &e)->rest,
	    "loadBalancingMode");
	assert_int_equal(catalog_prop(t, "monitor", &e)->kind, CATALOG_RULE);
	catalog_free(&c);
	catalog_free(&c);
}

static void
a_property_is_found_by_what_it_is_short_for(void **state)
{
	struct catalog *c = shellkit_catalog();
	const struct catalog_type *t = catalog_find(c, "gtm pool a");
	struct err e;

	(void)state;
	assert_string_equal(catalog_prop(t, "load-b", &e)->name,
	    "load-balancing-mode");
	assert_int_equal(catalog_prop(t, "disabled", &e)->kind, CATALOG_FLAG);
	assert_null(catalog_prop(t, "disab", &e));
	assert_null(catalog_prop(t, "qos-", &e));
	assert_int_equal(e.code, ERR_PARSE);
	assert_null(catalog_prop(t, "tll", &e));
	assert_int_equal(e.code, ERR_UNKNOWN);
	assert_non_null(strstr(e.text, "did you mean ttl"));
	catalog_free(&c);
}

static void
a_document_of_another_form_is_refused(void **state)
{
	static const char *const bad[] = { "{}", "{\"types\":[]}", "[]",
		"{\"types\":[{\"words\":\"a b\"}]}",
		("{\"types\":[{\"words\":\"a\",\"path\":\"/\",\"naming\":\"named\","
		"\"properties\":[{\"name\":\"x\"}]},{}]}") };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = { 0 };
		struct json *doc = json_parse(bad[i], strlen(bad[i]), &e);
		struct catalog *c = catalog_new(&doc, &e);

		if (c != NULL || e.code != ERR_PARSE)
			fail_msg("%s was taken", bad[i]);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_daemons_types_are_all_there),
		cmocka_unit_test(a_property_is_found_by_what_it_is_short_for),
		cmocka_unit_test(a_document_of_another_form_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
