/* tests/unit/wom/types/test_fingerprint.c - by what a peer is known.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/fingerprint.h"

#include "core/base/err.h"
#include "tests/unit/wom/types/womconf.h"

static void
both_forms_and_cases_are_the_same_octets(void **state)
{
	uint8_t a[FINGERPRINT_OCTETS] = { 0 }, b[FINGERPRINT_OCTETS] = { 0 };

	(void)state;
	assert_int_equal(fingerprint_parse(WOM_PRINT, a), 0);
	assert_int_equal(fingerprint_parse(WOM_COLONS, b), 0);
	assert_memory_equal(a, b, sizeof(a));
	for (size_t i = 0; i < sizeof(a); i++)
		assert_int_equal(a[i], i % 16 * 0x11);
}

/* Whatever one octet of a good text becomes that is no digit, it is refused, and
 * so is any other length; nothing is written then. */
static void
nothing_else_is_one(void **state)
{
	static const char *const good[] = { WOM_PRINT, WOM_COLONS };
	static const char bad[] = "gG/:@`{ -\t";
	uint8_t out[FINGERPRINT_OCTETS], was[FINGERPRINT_OCTETS];
	char text[128];

	(void)state;
	memset(out, 0xa5, sizeof(out));
	memcpy(was, out, sizeof(was));
	for (size_t k = 0; k < OBJ_COUNT(good); k++)
		for (size_t i = 0; good[k][i] != '\0'; i++) {
			(void)snprintf(text, sizeof(text), "%s", good[k]);
			text[i] = good[k][i] == ':' ? '0' :
			    bad[i % (sizeof(bad) - 1)];
			if (fingerprint_parse(text, out) != ERR_PARSE)
				fail_msg("takes %s", text);
			text[i] = '\0';
			if (fingerprint_parse(text, out) != ERR_PARSE)
				fail_msg("takes %s", text);
			(void)snprintf(text, sizeof(text), "%s0", good[k]);
			assert_int_equal(fingerprint_parse(text, out),
			    ERR_PARSE);
		}
	assert_memory_equal(out, was, sizeof(out));
}

static void
the_check_says_what_one_is(void **state)
{
	const struct prop p = { .name = "peer-fingerprints" };
	const char *good = WOM_PRINT, *bad = "sha256:00";
	struct err e;

	(void)state;
	assert_int_equal(fingerprint_check(&p, &good, &e), 0);
	assert_int_equal(fingerprint_check(&p, &bad, &e), ERR_PARSE);
	assert_string_equal(e.text, "peer-fingerprints: \"sha256:00\" is not "
	    "the SHA-256 of a certificate: 64 hexadecimal digits, or 32 times "
	    "two with colons between");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_forms_and_cases_are_the_same_octets),
		cmocka_unit_test(nothing_else_is_one),
		cmocka_unit_test(the_check_says_what_one_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
