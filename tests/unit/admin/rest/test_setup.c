/* tests/unit/admin/rest/test_setup.c - what is there before the first request.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "admin/rest/setup.h"
#include "admin/rest/users.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "tests/unit/core/base/tempdir.h"

static void
the_state_directory_is_its_owners(void **state)
{
	const char *path = tempdir_file(&tempdir, "state");
	struct stat st;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(setup_state_dir(path, NULL, &e), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(setup_state_dir(path, NULL, &e), 0);
	assert_int_equal(setup_state_dir("/nonexistent/x", NULL, &e), ERR_IO);
	assert_int_equal(setup_drop_to("no-such-user", &e), ERR_NOTFOUND);
	assert_non_null(strstr(e.text, "no-such-user"));
}

static void
a_pair_is_made_once_and_foreign_keys_are_refused(void **state)
{
	char *cert = mem_printf("%s/cert", tempdir.path);
	char *key = mem_printf("%s/key", tempdir.path);
	char *other = mem_printf("%s/other", tempdir.path);
	struct setup_tls a, b;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(setup_read_tls(&a, cert, key, false, &e),
	    ERR_NOTFOUND);
	assert_int_equal(setup_read_tls(&a, cert, key, true, &e), 0);
	assert_int_equal(setup_read_tls(&b, cert, key, true, &e), 0);
	assert_string_equal(a.key, b.key);
	setup_tls_fini(&a);
	setup_tls_fini(&b);
	assert_null(a.key);
	assert_int_equal(setup_read_tls(&a, other, key, true, &e), 0);
	setup_tls_fini(&a);
	assert_int_equal(setup_read_tls(&a, cert, key, false, &e),
	    ERR_CONFLICT);
	assert_non_null(strstr(e.text, cert));
	assert_non_null(strstr(e.text, "the key is not the certificate's"));
	free(cert);
	free(key);
	free(other);
}

/* As if that were typed at standard input. */
static int
set(const char *name, const char *role, const char *typed)
{
	const char *path = tempdir_file(&tempdir, "typed");
	char *users = mem_printf("%s/users", tempdir.path);
	struct err e = { 0 };
	int rc;

	tempdir_write(path, typed, strlen(typed));
	assert_non_null(freopen(path, "r", stdin));
	rc = setup_password(users, name, role, &e);
	free(users);
	return rc;
}

static void
a_password_is_one_line_and_the_first_user_an_admin(void **state)
{
	struct users u = { 0 };
	char *path;

	(void)state;
	assert_int_equal(set("root", NULL, "seven77\n"), ERR_RANGE);
	assert_int_equal(set("root", NULL, ""), ERR_PARSE);
	assert_int_equal(set("ro ot", NULL, "long enough\n"), ERR_PARSE);
	assert_int_equal(set("root", "king", "long enough\n"), ERR_PARSE);
	assert_int_equal(set("root", NULL, "long enough\nmore\n"), 0);
	assert_int_equal(set("second", NULL, "long enough\n"), ERR_PARSE);
	assert_int_equal(set("second", "guest", "long enough\n"), 0);
	path = mem_printf("%s/users", tempdir.path);
	assert_int_equal(users_load(&u, path, NULL), 0);
	assert_int_equal(u.count, 2);
	assert_int_equal(users_find(&u, "root")->role, ROLES_ADMIN);
	assert_int_equal(users_find(&u, "second")->role, ROLES_GUEST);
	users_fini(&u);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_state_directory_is_its_owners),
		cmocka_unit_test(
		    a_pair_is_made_once_and_foreign_keys_are_refused),
		cmocka_unit_test(
		    a_password_is_one_line_and_the_first_user_an_admin),
	};

	return cmocka_run_group_tests_name("setup", tests, tempdir_set_up,
	    tempdir_tear_down);
}
