/* tests/unit/core/model/test_filehash.c - whether somebody edited an object in a file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/model/filehash.h"
#include "tests/unit/core/model/sample.h"

static void
hashes_are_kept_by_type_and_name(void **state)
{
	struct filehash f = { 0 }, g = { 0 };
	uint64_t h = 0;

	(void)state;
	filehash_reset(&f, "text", 4);
	filehash_put(&f, &sample_site, "/Common/a", 1);
	filehash_put(&f, &sample_box_big, "/Common/a", 2);
	filehash_put(&f, &sample_site, "/Common/a", 3);
	assert_true(filehash_find(&f, &sample_site, "/Common/a", &h));
	assert_int_equal(h, 3);
	assert_false(filehash_find(&f, &sample_site, "/Common/b", &h));
	assert_true(filehash_is_text(&f, "text", 4));
	assert_false(filehash_is_text(&f, "texT", 4));
	filehash_put(&g, &sample_site, "/Common/z", 9);
	filehash_move(&g, &f);
	assert_false(filehash_find(&g, &sample_site, "/Common/z", &h));
	assert_true(filehash_find(&g, &sample_box_big, "/Common/a", &h));
	assert_true(filehash_is_text(&g, "text", 4));
	assert_false(filehash_find(&f, &sample_site, "/Common/a", &h));
	filehash_reset(&g, "", 0);
	assert_false(filehash_find(&g, &sample_site, "/Common/a", &h));
	filehash_fini(&f);
	filehash_fini(&g);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_kept_by_type_and_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
