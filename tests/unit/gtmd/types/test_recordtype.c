/* tests/unit/gtmd/types/test_recordtype.c - one row for each record type.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/recordtype.h"

#include "gtmd/types/server.h"
#include "gtmd/types/wideip.h"
#include "tests/unit/gtmd/types/conf.h"

static void
each_row_is_found_by_all_that_it_names(void **state)
{
	char words[64];

	(void)state;
	for (int t = 0; t < WIDE_TYPES; t++) {
		const struct recordtype *r = &recordtype_rows[t];

		assert_int_equal(recordtype_find(r->name), t);
		assert_int_equal(recordtype_of(r->pool), t);
		assert_int_equal(recordtype_of(r->wide), t);
		assert_int_equal(recordtype_of(r->wide_pool), t);
		(void)snprintf(words, sizeof(words), "gtm pool %s", r->name);
		assert_string_equal(r->pool->words, words);
		(void)snprintf(words, sizeof(words), "gtm wideip %s", r->name);
		assert_string_equal(r->wide->words, words);
		assert_ptr_equal(wideip_types[t], r->wide);
	}
	assert_null(wideip_types[WIDE_TYPES]);
	assert_int_equal(recordtype_find("ns"), WIDE_TYPES);
	assert_int_equal(recordtype_find(NULL), WIDE_TYPES);
	assert_int_equal(recordtype_of(&server_type), WIDE_TYPES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_found_by_all_that_it_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
