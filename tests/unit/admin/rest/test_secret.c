/* tests/unit/admin/rest/test_secret.c - digests, hexadecimal and base64 as their standards say.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "admin/rest/secret.h"
#include "core/base/obj.h"

static void
the_digest_is_sha_256(void **state)
{
	uint8_t digest[SECRET_HASH_LEN];
	char text[SECRET_HASH_LEN * 2 + 1];

	(void)state;
	secret_digest("abc", 3, digest);	/* FIPS 180-4's example */
	secret_to_hex(digest, sizeof(digest), text);
	assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	assert_false(secret_from_hex("00A5", 2, digest));
	assert_false(secret_from_hex("00a", 2, digest));
}

static void
base64_is_read_whole_or_not_at_all(void **state)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "YWRtaW46eA==", "admin:x" }, { "YWI6", "ab:" },
		{ "YTpi", "a:b" }, { "YTpiYzo=", "a:bc:" },
		{ "", NULL }, { "YWI", NULL }, { "YW=6", NULL }, { "Y===", NULL },
		{ "====", NULL }, { "YWI6 YW6", NULL }, { "YQBi", NULL },
		{ " YWI6YWI", NULL }, { "YWI6YWI6YWI6YWI6YWI6", NULL },
		{ "YWI-", NULL },
	};
	char out[13];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		bool ok = secret_from_base64(rows[i].text, out, sizeof(out));

		if (ok != (rows[i].want != NULL))
			fail_msg("\"%s\" gives %d", rows[i].text, ok);
		if (ok)
			assert_string_equal(out, rows[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digest_is_sha_256),
		cmocka_unit_test(base64_is_read_whole_or_not_at_all),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
