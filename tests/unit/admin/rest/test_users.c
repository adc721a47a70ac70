/* tests/unit/admin/rest/test_users.c - the file of users is whole or refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "admin/rest/users.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"

/* scrypt of "correct horse" with the octets 0..15 as salt, as another
 * implementation (Python's hashlib) computes it. */
#define HASH	"scrypt$15$8$1$000102030405060708090a0b0c0d0e0f$" \
	"5c662628ac4eb1068a287e2aa2a202ae248e98db04d61d3327e7342db6ec7097"

static void
what_is_written_is_read_back(void **state)
{
	static const char text[] = "admin admin " HASH "\nop operator " HASH "\n";
	struct users u = { 0 };
	struct strbuf b;

	(void)state;
	assert_int_equal(users_parse(&u, text, NULL), 0);
	assert_int_equal(users_find(&u, "op")->role, ROLES_OPERATOR);
	assert_null(users_find(&u, "o"));
	strbuf_init(&b);
	users_format(&u, &b);
	assert_string_equal(b.text, text);
	strbuf_fini(&b);
	users_fini(&u);
}

static void
the_hash_is_scrypt(void **state)
{
	struct users u = { 0 };
	uint8_t hash[SECRET_HASH_LEN];

	(void)state;
	assert_int_equal(users_parse(&u, "# one\n\na guest " HASH, NULL), 0);
	secret_hash("correct horse", u.list[0].salt, hash);
	assert_memory_equal(hash, u.list[0].hash, sizeof(hash));
	users_fini(&u);
}

static void
a_file_with_a_fault_gives_no_user(void **state)
{
	static const char *const rows[] = {
		"a guest", "a " HASH, "a guest " HASH " x", "a root " HASH,
		"a none " HASH, "a:b guest " HASH, "-a guest " HASH,
		"a guest " HASH "0", "a guest scrypt$14$8$1$00$00", "a guest x",
		"ok admin " HASH "\nok guest " HASH,
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct users u = { 0 };
		struct err e = { 0 };

		if (users_parse(&u, rows[i], &e) == 0)
			fail_msg("row %zu was taken", i);
		assert_int_equal(u.count, 0);
		assert_int_equal(strncmp(e.text, "line ", 5), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(the_hash_is_scrypt),
		cmocka_unit_test(a_file_with_a_fault_gives_no_user),
	};

	return cmocka_run_group_tests_name("users", tests, NULL, NULL);
}
