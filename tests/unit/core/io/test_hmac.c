/* tests/unit/core/io/test_hmac.c - HMAC-SHA256 as RFC 4231 has it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/hex.h"
#include "core/base/obj.h"
#include "core/io/hmac.h"

/* Sections 4.2, 4.3 and 4.7: short, shorter than a block, longer than one. */
static void
codes_are_those_of_rfc_4231(void **state)
{
	static const struct {
		size_t	 key_len;
		uint8_t	 key;		/* repeated; 0: "Jefe" */
		const char *text, *mac;
	} rows[] = {
		{ 20, 0x0b, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b"
		    "881dc200c9833da726e9376c2e32cff7" },
		{ 4, 0, "what do ya want for nothing?",
		    "5bdcc146bf60754e6a042426089575c7"
		    "5a003f089d2739839dec58b964ec3843" },
		{ 131, 0xaa, "Test Using Larger Than Block-Size Key - "
		    "Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f"
		    "8e0bc6213728c5140546040f0ee37f54" },
	};
	uint8_t key[131], want[HMAC_SHA256], got[HMAC_SHA256];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		memset(key, rows[i].key, sizeof(key));
		if (rows[i].key == 0)
			memcpy(key, "Jefe", 4);
		assert_true(hex_read(rows[i].mac, want, sizeof(want)));
		hmac_sha256(key, rows[i].key_len, rows[i].text,
		    strlen(rows[i].text), got);
		assert_memory_equal(got, want, sizeof(want));
	}
}

static void
each_bit_counts(void **state)
{
	static const char text[] = "state=up";
	static const uint8_t key[32] = { [0] = 1, [31] = 3 };
	uint8_t mac[HMAC_SHA256];

	(void)state;
	hmac_sha256(key, sizeof(key), text, sizeof(text), mac);
	assert_true(hmac_check(key, sizeof(key), text, sizeof(text), mac));
	assert_false(hmac_check(key, sizeof(key), text, sizeof(text) - 1,
	    mac));
	assert_false(hmac_check(key, sizeof(key) - 1, text, sizeof(text),
	    mac));
	for (size_t i = 0; i < sizeof(mac) * 8; i++) {
		mac[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(hmac_check(key, sizeof(key), text, sizeof(text),
		    mac));
		mac[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_those_of_rfc_4231),
		cmocka_unit_test(each_bit_counts),
	};

	return cmocka_run_group_tests_name("hmac", tests, NULL, NULL);
}
