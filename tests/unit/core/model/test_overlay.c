/* tests/unit/core/model/test_overlay.c - what a draft holds over the model.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/model/overlay.h"
#include "tests/unit/core/model/sample.h"

static void
put(struct overlay *v, const struct type *t, const char *name)
{
	struct object *o = object_new(t, name);

	overlay_put(v, &o);
	assert_null(o);
}

static void
entries_are_put_deleted_and_forgotten(void **state)
{
	struct overlay v;
	struct overlay_walk w = { 0 };
	size_t n = 0, at = 0;

	(void)state;
	overlay_init(&v, &sample_schema);
	put(&v, &sample_site, "/Common/a");
	put(&v, &sample_box_big, "/Common/a");
	put(&v, &sample_box_big, "/Common/b");
	put(&v, &sample_site, "/Common/a");
	overlay_delete(&v, &sample_site, "/Common/c");
	assert_int_equal(v.count, 4);
	assert_non_null(overlay_find(&v, &sample_site, "/Common/a")->now);
	assert_null(overlay_find(&v, &sample_site, "/Common/c")->now);
	assert_null(overlay_find(&v, &sample_box_small, "/Common/a"));
	overlay_delete(&v, &sample_site, "/Common/a");
	assert_null(overlay_find(&v, &sample_site, "/Common/a")->now);
	overlay_forget(&v, &sample_site, "/Common/a");
	overlay_forget(&v, &sample_site, "/Common/a");
	assert_null(overlay_find(&v, &sample_site, "/Common/a"));
	while (overlay_next(&v, &w) != NULL)
		n++;
	assert_int_equal(n, 3);
	assert_int_equal(v.count, 3);
	for (n = 0; overlay_next_of(&v, &sample_box_big, &at) != NULL; n++)
		;
	assert_int_equal(n, 2);
	overlay_fini(&v);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_put_deleted_and_forgotten),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
