/* tests/unit/admin/rest/test_roles.c - the table of who may do what.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "admin/rest/roles.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/json.h"

#define NOBODY	(ROLES_ADMIN + 1)

static const struct {
	const char *method, *path;
	unsigned least;
} rows[] = {
	{ "GET", "/mgmt/tm/gtm/pool/a", ROLES_GUEST },
	{ "GET", "/mgmt/tm", ROLES_GUEST },
	{ "GET", "/metrics", ROLES_GUEST }, { "POST", "/metrics", NOBODY },
	{ "GET", "/mgmt/tm/auth/user", ROLES_ADMIN },
	{ "POST", "/mgmt/tm/gtm/explain", ROLES_GUEST },
	{ "POST", "/mgmt/tm/gtm/explainx", ROLES_MANAGER },
	{ "POST", "/mgmt/tm/gtm/pool/a", ROLES_MANAGER },
	{ "DELETE", "/mgmt/tm/gtm/pool/a/x", ROLES_MANAGER },
	{ "PATCH", "/mgmt/tm/gtm/pool/a/x", ROLES_OPERATOR },
	{ "POST", "/mgmt/tm/transaction", ROLES_OPERATOR },
	{ "POST", "/mgmt/tm/sys/config", ROLES_MANAGER },
	{ "POST", "/mgmt/tm/util/bash", ROLES_GUEST },
	{ "POST", "/mgmt/tm/util/unix-rm", NOBODY },
	{ "PATCH", "/mgmt/tm/sys/config", NOBODY },
	{ "DELETE", "/mgmt/shared/authz/tokens/x", ROLES_GUEST },
	{ "GET", "/mgmt/tm/wom/stream", ROLES_GUEST },
	{ "GET", "/mgmt/tm/net/fdb", ROLES_GUEST },
	{ "PATCH", "/mgmt/tm/net/tunnels/tunnel/eip", ROLES_OPERATOR },
	{ "POST", "/mgmt/tm/net/self", ROLES_MANAGER },
	{ "DELETE", "/mgmt/tm/cm/traffic-group/t", ROLES_MANAGER },
	{ "POST", "/mgmt/tm/wom/job", ROLES_OPERATOR },
	{ "PATCH", "/mgmt/tm/wom/remote-endpoint/x", ROLES_OPERATOR },
	{ "POST", "/mgmt/tm/wom/remote-endpoint", ROLES_MANAGER },
	{ "POST", "/mgmt/tm/ltm/profile/client-ssl", ROLES_MANAGER },
	{ "POST", "/mgmt/tm/ltm/pool", NOBODY },
	{ "GET", "/mgmt/tmx", NOBODY }, { "GET", "/", NOBODY },
};

static void
each_role_reaches_as_far_as_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		for (unsigned r = ROLES_NONE; r <= ROLES_ADMIN; r++) {
			int want = rows[i].least == NOBODY ? ERR_NOTFOUND :
			    r >= rows[i].least ? 0 : ERR_DENIED;
			int rc = roles_check((enum roles_role)r, rows[i].method,
			    rows[i].path, NULL);

			if (rc != want)
				fail_msg("%s %s as %u: %d", rows[i].method,
				    rows[i].path, r, rc);
		}
	}
}

static int
body(enum roles_role r, const char *text)
{
	struct json *j = json_parse(text, strlen(text), NULL);
	int rc = roles_check_body(r, "PATCH", j, NULL);

	assert_non_null(j);
	json_free(&j);
	return rc;
}

static void
an_operator_changes_state_and_ratio_only(void **state)
{
	(void)state;
	assert_int_equal(body(ROLES_OPERATOR, "{\"enabled\":true}"), 0);
	assert_int_equal(body(ROLES_OPERATOR, "{\"ratio\":3,\"disabled\":true}"), 0);
	assert_int_equal(body(ROLES_OPERATOR, "{\"ratio\":3,\"ttl\":1}"), ERR_DENIED);
	assert_int_equal(body(ROLES_OPERATOR, "{\"a\":{\"enabled\":true}}"), ERR_DENIED);
	assert_int_equal(body(ROLES_MANAGER, "{\"ttl\":1}"), 0);
}

/* The commit of a transaction carries none of those words. */
static void
only_an_operators_patch_of_objects_is_looked_into(void **state)
{
	static const char pool[] = "/mgmt/tm/gtm/pool/a/x";

	(void)state;
	assert_true(roles_judges_body(ROLES_OPERATOR, "PATCH", pool));
	assert_false(roles_judges_body(ROLES_OPERATOR, "GET", pool));
	assert_false(roles_judges_body(ROLES_MANAGER, "PATCH", pool));
	assert_false(roles_judges_body(ROLES_OPERATOR, "PATCH",
	    "/mgmt/tm/transaction/7"));
}

static void
a_word_that_is_no_role_is_nobody(void **state)
{
	(void)state;
	for (unsigned r = ROLES_GUEST; r <= ROLES_ADMIN; r++)
		assert_int_equal(roles_parse(roles_name((enum roles_role)r)), r);
	assert_int_equal(roles_parse("none"), ROLES_NONE);
	assert_int_equal(roles_parse("Admin"), ROLES_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_role_reaches_as_far_as_the_table_says),
		cmocka_unit_test(an_operator_changes_state_and_ratio_only),
		cmocka_unit_test(
		    only_an_operators_patch_of_objects_is_looked_into),
		cmocka_unit_test(a_word_that_is_no_role_is_nobody),
	};

	return cmocka_run_group_tests_name("roles", tests, NULL, NULL);
}
