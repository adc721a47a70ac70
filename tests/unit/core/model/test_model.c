/* tests/unit/core/model/test_model.c - what counts now, and who refers to what in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/model/model.h"
#include "core/model/refindex.h"
#include "tests/unit/core/model/sample.h"

static void
put_box(struct model *m, const char *name, const char *site,
    const char *rule)
{
	struct object *o = object_new(&sample_box_big, name);

	assert_int_equal(prop_set(prop_find(sample_box_big.props, "site",
	    NULL), o, site, NULL), 0);
	assert_int_equal(prop_set(prop_find(sample_box_big.props, "rule",
	    NULL), o, rule, NULL), 0);
	model_put(m, &o);
}

static void
count(void *arg, const struct object *o)
{
	(void)o;
	++*(size_t *)arg;
}

static size_t
referrers(const struct model *m, const struct type *t, const char *name)
{
	size_t n = 0;

	refindex_each(model_refs(m), t, name, count, &n);
	return n;
}

static void
singles_and_builtins_are_there_at_once(void **state)
{
	struct model *m = model_new(&sample_schema);

	(void)state;
	assert_non_null(model_find(m, &sample_knobs, NULL));
	assert_ptr_equal(model_find(m, &sample_knobs, ""),
	    model_find_words(m, "test knobs", NULL));
	assert_true(model_find(m, &sample_gauge_fast,
	    "/Common/fast")->builtin);
	assert_int_equal(model_count(m, &sample_gauge_fast), 1);
	assert_null(model_find(m, &sample_lens, ""));
	model_free(&m);
}

static void
the_index_follows_every_change(void **state)
{
	struct model *m = model_new(&sample_schema);

	(void)state;
	put_box(m, "/Common/a", "s", "fast and slow");
	put_box(m, "/Common/b", "s", "none");
	assert_int_equal(referrers(m, &sample_site, "/Common/s"), 2);
	/* By the family "test gauge", whichever type the target is of. */
	assert_int_equal(referrers(m, &sample_gauge_fast, "/Common/fast"), 1);
	assert_int_equal(referrers(m, &sample_gauge_slow, "/Common/fast"), 1);
	assert_int_equal(referrers(m, &sample_site, "/Common/fast"), 0);
	put_box(m, "/Common/a", "t", "none");
	assert_int_equal(referrers(m, &sample_site, "/Common/s"), 1);
	assert_int_equal(referrers(m, &sample_site, "/Common/t"), 1);
	assert_int_equal(referrers(m, &sample_gauge_fast, "/Common/fast"), 0);
	model_remove(m, &sample_box_big, "/Common/b");
	model_remove(m, &sample_box_big, "/Common/b");
	assert_int_equal(referrers(m, &sample_site, "/Common/s"), 0);
	model_free(&m);
}

static void
sorted_is_by_name(void **state)
{
	struct model *m = model_new(&sample_schema);
	const struct object **v;
	size_t n, at = 0;

	(void)state;
	put_box(m, "/Common/c", "s", "none");
	put_box(m, "/Common/a", "s", "none");
	put_box(m, "/Common/b", "s", "none");
	v = model_sorted(m, &sample_box_big, &n);
	assert_int_equal(n, 3);
	assert_string_equal(v[0]->name, "/Common/a");
	assert_string_equal(v[2]->name, "/Common/c");
	free(v);
	for (n = 0; model_next(m, &sample_box_big, &at) != NULL; n++)
		;
	assert_int_equal(n, 3);
	v = model_sorted(m, &sample_lens, &n);
	assert_int_equal(n, 0);
	free(v);
	model_free(&m);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(singles_and_builtins_are_there_at_once),
		cmocka_unit_test(the_index_follows_every_change),
		cmocka_unit_test(sorted_is_by_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
