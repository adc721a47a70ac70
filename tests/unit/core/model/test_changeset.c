/* tests/unit/core/model/test_changeset.c - what is applied and taken back again
 * leaves the model as it was.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/base/strbuf.h"
#include "core/model/changeset.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "core/model/tmos_write.h"
#include "tests/unit/core/model/sample.h"

static struct model *model;

static void
put(struct draft *d, const char *site, const char *note)
{
	struct object *o = object_new(&sample_site, site);

	(void)prop_set(prop_find(sample_site.props, "note", NULL), o, note,
	    NULL);
	draft_put(d, &o);
}

static char *
whole(void)
{
	struct strbuf b;

	strbuf_init(&b);
	tmos_write_model(&b, model);
	return strbuf_take(&b);
}

static void
expect(const char *want)
{
	char *got = whole();

	assert_string_equal(got, want);
	free(got);
}

static int
setup(void **state)
{
	struct changeset c = { .count = 0 };
	struct draft *d;

	(void)state;
	model = model_new(&sample_schema);
	d = draft_new(&sample_schema, model);
	put(d, "/Common/a", "one");
	put(d, "/Common/b", "two");
	changeset_of_draft(&c, model, d);
	changeset_apply(&c, model, 7);
	changeset_fini(&c);
	draft_free(&d);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	model_free(&model);
	return 0;
}

/* a is edited, b goes, c comes: three changes. */
static void
there_and_back_is_where_it_was(void **state)
{
	struct draft *d = draft_new(&sample_schema, model);
	struct changeset c = { .count = 0 };
	char *before = whole(), *after;

	(void)state;
	put(d, "/Common/a", "more");
	(void)draft_delete(d, &sample_site, "/Common/b", NULL);
	put(d, "/Common/c", "new");
	changeset_of_draft(&c, model, d);
	draft_free(&d);
	assert_int_equal(c.count, 3);
	changeset_apply(&c, model, 8);
	assert_int_equal(model_find(model, &sample_site,
	    "/Common/a")->generation, 8);
	assert_null(model_find(model, &sample_site, "/Common/b"));
	after = whole();
	assert_string_not_equal(after, before);
	changeset_reverse(&c);
	/* Into a draft first, which says the same. */
	d = draft_new(&sample_schema, model);
	changeset_draft(&c, d);
	assert_null(draft_find(d, &sample_site, "/Common/c"));
	assert_non_null(draft_find(d, &sample_site, "/Common/b"));
	draft_free(&d);
	changeset_apply(&c, model, 9);
	expect(before);
	changeset_reverse(&c);
	changeset_apply(&c, model, 10);
	expect(after);
	changeset_fini(&c);
	free(before);
	free(after);
}

static void
what_is_put_as_it_was_is_no_change(void **state)
{
	struct draft *d = draft_new(&sample_schema, model);
	struct changeset c = { .count = 0 };

	(void)state;
	put(d, "/Common/a", "one");
	changeset_of_draft(&c, model, d);
	assert_int_equal(c.count, 0);
	changeset_reverse(&c);
	changeset_fini(&c);
	draft_free(&d);
}

static void
a_load_changes_what_differs_and_removes_the_rest(void **state)
{
	struct draft *d = draft_new(&sample_schema, NULL);
	struct changeset c = { .count = 0 };
	const struct object *a = model_find(model, &sample_site, "/Common/a");

	(void)state;
	put(d, "/Common/a", "one");
	changeset_of_load(&c, model, d);
	assert_int_equal(c.count, 1);
	assert_null(c.v[0].now);
	assert_string_equal(c.v[0].was->name, "/Common/b");
	changeset_apply(&c, model, 8);
	assert_ptr_equal(model_find(model, &sample_site, "/Common/a"), a);
	changeset_fini(&c);
	draft_free(&d);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(there_and_back_is_where_it_was),
		RULE(what_is_put_as_it_was_is_no_change),
		RULE(a_load_changes_what_differs_and_removes_the_rest),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
