/* tests/unit/zones/test_rrtype.c - facts about types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "zones/rrtype.h"

static void
only_old_types_are_compressed(void **state)
{
	/* RFC 3597 4: those of RFC 1035, and no other that there will be */
	static const uint16_t old[] = { 2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15 };
	unsigned type, i, found;

	(void)state;
	for (type = 0; type <= UINT16_MAX; type++) {
		for (i = 0, found = 0; i < OBJ_COUNT(old); i++)
			found |= old[i] == type;
		assert_int_equal(rrtype_names((uint16_t)type).compress, found);
	}
	assert_int_equal(rrtype_names(RRTYPE_SRV).prefix, 6);
	assert_int_equal(rrtype_names(RRTYPE_DNAME).count, 1);
}

static void
meta_types_are_refused(void **state)
{
	(void)state;
	assert_true(rrtype_is_meta(0));
	assert_true(rrtype_is_meta(41));
	assert_true(rrtype_is_meta(128));
	assert_true(rrtype_is_meta(255));
	assert_false(rrtype_is_meta(1));
	assert_false(rrtype_is_meta(127));
	assert_false(rrtype_is_meta(256));
	assert_false(rrtype_is_meta(65535));
}

static void
rdata_has_the_form_of_its_type(void **state)
{
	static const struct {
		uint16_t type;
		const char *rdata;
		size_t len;
		bool good;
	} rows[] = {
		{ RRTYPE_A, "1234", 4, true }, { RRTYPE_A, "12345", 5, false },
		{ RRTYPE_A, "", 0, false },
		{ RRTYPE_AAAA, "0123456789abcdef", 16, true },
		{ RRTYPE_AAAA, "0123456789abcde", 15, false },
		{ RRTYPE_NS, "\1a", 3, true }, { RRTYPE_NS, "\1a", 2, false },
		{ RRTYPE_NS, "\1a\0\0", 4, false }, { RRTYPE_NS, "", 0, false },
		{ RRTYPE_NS, "\xc0\14", 2, false },
		{ RRTYPE_MX, "\0\1\1a", 5, true }, { RRTYPE_MX, "\0", 1, false },
		{ RRTYPE_SOA, "\0\0" "01234567890123456789", 22, true },
		{ RRTYPE_SOA, "\0\0" "0123456789012345678", 21, false },
		{ RRTYPE_SRV, "012345\0", 7, true },
		{ 65400, "", 0, true }, { 65400, "x", 1, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < OBJ_COUNT(rows); i++)
		assert_int_equal(rrtype_check(rows[i].type,
		    (const uint8_t *)rows[i].rdata, rows[i].len), rows[i].good);
}

static void
names_end_within_255_octets(void **state)
{
	uint8_t name[300];
	size_t i;

	(void)state;
	for (i = 0; i + 1 < sizeof(name); i += 2)
		memcpy(name + i, "\1a", 2);
	name[254] = 0;
	assert_int_equal(rrtype_name_len(name, sizeof(name)), 255);
	assert_int_equal(rrtype_name_len(name, 254), 0);
	name[254] = 1;
	name[256] = 0;
	assert_int_equal(rrtype_name_len(name, sizeof(name)), 0);
}

static void
text_is_mnemonic_or_number(void **state)
{
	char buf[RRTYPE_TEXT_MAX];

	(void)state;
	assert_string_equal(rrtype_format(28, buf), "AAAA");
	assert_string_equal(rrtype_format(51, buf), "NSEC3PARAM");
	assert_string_equal(rrtype_format(65535, buf), "TYPE65535");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_old_types_are_compressed),
		cmocka_unit_test(meta_types_are_refused),
		cmocka_unit_test(rdata_has_the_form_of_its_type),
		cmocka_unit_test(names_end_within_255_octets),
		cmocka_unit_test(text_is_mnemonic_or_number),
	};

	return cmocka_run_group_tests_name("zones/rrtype", tests, NULL, NULL);
}
