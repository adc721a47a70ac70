/* tests/unit/core/model/test_draft.c - a change is checked whole, against what
 * it touches and what refers to that, and against no more.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/overlay.h"
#include "tests/unit/core/model/sample.h"

/* A model with what text says; asserts that it is right. */
static struct model *
make_model(const char *text)
{
	struct model *m = model_new(&sample_schema);
	struct diag out;
	struct draft *d = sample_draft(text, &out);
	struct overlay_walk w = { 0 };
	struct overlay_entry *en;

	(void)draft_check(d, &out);
	sample_expect(&out, "");
	while ((en = overlay_next(draft_overlay(d), &w)) != NULL)
		model_put(m, &en->now);
	draft_free(&d);
	diag_fini(&out);
	return m;
}

static const char scene[] =
    "test site s1 { }\n"
    "test site s2 { }\n"
    "test gauge slow base { interval 10 }\n"
    "test gauge slow mid { defaults-from base }\n"
    "test gauge slow leaf { defaults-from mid\n timeout 20 }\n"
    "test box big b1 { site s1\n rule leaf\n slots { a { } } }\n"
    "test box small b2 { site s1\n spare big b1\n sites { s2 } }\n";

static void
set(struct object *o, const char *prop, const char *text)
{
	struct err e = { 0 };

	assert_non_null(o);
	if (prop_set(prop_find(o->type->props, prop, NULL), o, text, &e) != 0)
		fail_msg("%s", e.text);
}

static void
an_overlay_hides_the_model(void **state)
{
	struct model *m = make_model(scene);
	struct draft *d = draft_new(&sample_schema, m);
	struct object *o;
	size_t at = 0, n = 0;

	(void)state;
	o = draft_edit(d, &sample_site, "/Common/s1");
	assert_ptr_equal(draft_edit(d, &sample_site, "/Common/s1"), o);
	set(o, "note", "new");
	assert_ptr_equal(draft_find(d, &sample_site, "/Common/s1"), o);
	assert_null(((const struct site *)(const void *)model_find(m,
	    &sample_site, "/Common/s1"))->note);
	assert_int_equal(draft_delete(d, &sample_site, "/Common/s2", NULL), 0);
	assert_null(draft_find(d, &sample_site, "/Common/s2"));
	assert_null(draft_edit(d, &sample_site, "/Common/s2"));
	o = object_new(&sample_site, "/Common/s3");
	draft_put(d, &o);
	while (draft_next(d, &sample_site, &at) != NULL)
		n++;
	assert_int_equal(n, 2);
	/* What the draft itself made goes without a trace. */
	assert_int_equal(draft_delete(d, &sample_site, "/Common/s3", NULL), 0);
	assert_int_equal(draft_overlay(d)->count, 2);
	draft_free(&d);
	model_free(&m);
}

static void
families_find_their_members(void **state)
{
	struct model *m = make_model(scene);
	struct draft *d = draft_new(&sample_schema, m);

	(void)state;
	assert_non_null(draft_find_words(d, "test gauge", "/Common/fast"));
	assert_non_null(draft_find_words(d, "test gauge slow", "/Common/mid"));
	assert_null(draft_find_words(d, "test gauge fast", "/Common/mid"));
	assert_null(draft_find_words(d, "test gau", "/Common/mid"));
	assert_non_null(draft_find_words(d, "test knobs", NULL));
	draft_free(&d);
	model_free(&m);
}

static void
every_broken_reference_is_told(void **state)
{
	struct diag out;
	struct draft *d = sample_draft(
	    "test box big b {\n"
	    "    rule min 1 of { fast no1 }\n"
	    "    site no2\n"
	    "    sites { no3 no4 }\n"
	    "    slots {\n        a {\n            rule no5\n        }\n    }\n"
	    "    spare huge no6\n"
	    "}\n"
	    "test box small c { }\n", &out);

	(void)state;
	assert_int_equal(draft_check(d, &out), ERR_REF);
	sample_expect(&out,
	    "t.conf:1:1: error: big box /Common/b: rule: there is no test "
	    "gauge /Common/no1\n"
	    "t.conf:1:1: error: big box /Common/b: site: there is no test site "
	    "/Common/no2\n"
	    "t.conf:1:1: error: big box /Common/b: sites: there is no test "
	    "site /Common/no3\n"
	    "t.conf:1:1: error: big box /Common/b: sites: there is no test "
	    "site /Common/no4\n"
	    "t.conf:1:1: error: big box /Common/b: spare: there is no test box "
	    "huge /Common/no6\n"
	    "t.conf:6:9: error: big box /Common/b: slot a: rule: there is no "
	    "test gauge /Common/no5\n"
	    "t.conf:12:1: error: small box /Common/c: site must be given\n");
	draft_free(&d);
	diag_fini(&out);
}

/* slot c of box a by its key; the small box has no items to refer to. */
static void
references_to_items_are_followed(void **state)
{
	static const char whole[] =
	    "test site s { }\n"
	    "test box big a { site s\n slots { c { } } }\n"
	    "test box small m { site s\n slots { c { } } }\n";
	struct model *m = make_model(whole);
	struct draft *d = draft_new(&sample_schema, m);
	struct object *o = object_new(&sample_box_big, "/Common/b");
	struct object *slot;
	struct diag out;
	static const char *const keys[] = {
		"/Common/a:c", "/Common/a:d", "/Common/m:c", "/Common/n:c"
	};

	(void)state;
	set(o, "site", "/Common/s");
	for (size_t i = 0; i < 4; i++) {
		slot = object_new(&sample_slot, keys[i]);
		objlist_add(&((struct box *)(void *)o)->slots, &slot);
	}
	draft_put(d, &o);
	diag_init(&out);
	assert_int_equal(draft_check(d, &out), ERR_REF);
	sample_expect(&out,
	    "error: big box /Common/b: slot /Common/a:d: test box /Common/a "
	    "has no \"d\"\n"
	    "error: big box /Common/b: slot /Common/m:c: test box /Common/m "
	    "has no \"c\"\n"
	    "error: big box /Common/b: slot /Common/n:c: there is no test box "
	    "/Common/n\n");
	draft_free(&d);
	model_free(&m);
	diag_fini(&out);
}

/* The index finds who refers to an item's owner. */
static void
an_item_in_use_cannot_go(void **state)
{
	struct model *m = make_model("test site s { }\n"
	    "test box big a { site s\n slots { c { } } }\n"
	    "test box big b { site s\n slots { /Common/a:c { } } }\n");
	struct draft *d = draft_new(&sample_schema, m);
	struct box *a = (void *)draft_edit(d, &sample_box_big, "/Common/a");
	struct diag out;

	(void)state;
	diag_init(&out);
	assert_true(objlist_remove(&a->slots, "c"));
	assert_int_equal(draft_check(d, &out), ERR_REF);
	sample_expect(&out, "t.conf:5:10: error: big box /Common/b: slot "
	    "/Common/a:c: test box /Common/a has no \"c\"\n");
	draft_free(&d);
	model_free(&m);
	diag_fini(&out);
}

static void
what_is_in_use_cannot_go(void **state)
{
	struct model *m = make_model(scene);
	struct draft *d = draft_new(&sample_schema, m);
	struct diag out;

	(void)state;
	diag_init(&out);
	assert_int_equal(draft_delete(d, &sample_site, "/Common/s1", NULL), 0);
	assert_int_equal(draft_check(d, &out), ERR_REF);
	sample_expect(&out, "t.conf:1:1: error: site /Common/s1: cannot be "
	    "deleted, in use by big box /Common/b1, small box /Common/b2\n");
	/* With those that use it moved or gone, it may. */
	diag_fini(&out);
	set(draft_edit(d, &sample_box_small, "/Common/b2"), "site",
	    "/Common/s2");
	set(draft_edit(d, &sample_box_small, "/Common/b2"), "spare", "none");
	assert_int_equal(draft_delete(d, &sample_box_big, "/Common/b1", NULL),
	    0);
	assert_int_equal(draft_check(d, &out), 0);
	sample_expect(&out, "");
	draft_free(&d);
	model_free(&m);
	diag_fini(&out);
}

static void
what_is_always_there_cannot_go(void **state)
{
	struct model *m = make_model(scene);
	struct draft *d = draft_new(&sample_schema, m);
	struct diag out;
	struct err e;

	(void)state;
	diag_init(&out);
	assert_int_equal(draft_delete(d, &sample_gauge_fast, "/Common/fast",
	    &e), ERR_DENIED);
	assert_string_equal(e.text,
	    "fast gauge /Common/fast: is built in and cannot be deleted");
	assert_int_equal(draft_delete(d, &sample_knobs, NULL, &e),
	    ERR_DENIED);
	assert_int_equal(draft_delete(d, &sample_site, "/Common/no", &e),
	    ERR_NOTFOUND);
	set(draft_edit(d, &sample_gauge_fast, "/Common/fast"), "interval",
	    "2");
	assert_int_equal(draft_check(d, &out), ERR_DENIED);
	draft_free(&d);
	model_free(&m);
	diag_fini(&out);
}

/* leaf inherits interval 10 through mid; base going to 20 breaks leaf. */
static void
heirs_of_heirs_are_checked(void **state)
{
	struct model *m = make_model(scene);
	struct draft *d = draft_new(&sample_schema, m);
	struct diag out;

	(void)state;
	diag_init(&out);
	sample_checks = 0;
	set(draft_edit(d, &sample_gauge_slow, "/Common/base"), "interval",
	    "20");
	assert_int_equal(draft_check(d, &out), ERR_CONFLICT);
	sample_expect(&out, "t.conf:5:1: error: gauge /Common/leaf: interval "
	    "20 is not below timeout 20\n");
	/* base, mid, leaf, and b1 whose rule names leaf. */
	assert_int_equal(sample_checks, 4);
	draft_free(&d);
	model_free(&m);
	diag_fini(&out);
}

static void
circles_of_parents_are_found(void **state)
{
	struct model *m = make_model(scene);
	struct draft *d = draft_new(&sample_schema, m);
	struct diag out;

	(void)state;
	diag_init(&out);
	set(draft_edit(d, &sample_gauge_slow, "/Common/base"),
	    "defaults-from", "/Common/leaf");
	assert_int_equal(draft_check(d, &out), ERR_CONFLICT);
	assert_int_equal(out.errors, 3);
	assert_string_equal(out.entries[0].text, "slow gauge /Common/base: "
	    "defaults-from: /Common/leaf leads back to itself");
	draft_free(&d);
	model_free(&m);
	diag_fini(&out);
}

static void
effective_values_follow_the_chain(void **state)
{
	struct model *m = make_model(scene);
	struct draft *d = draft_new(&sample_schema, m);
	struct object *e = draft_effective(d, draft_find(d,
	    &sample_gauge_slow, "/Common/leaf"));
	const struct gauge *g = (const void *)e;

	(void)state;
	assert_int_equal(g->interval, 10);
	assert_int_equal(g->timeout, 20);
	assert_string_equal(g->parent, "/Common/mid");
	assert_string_equal(e->name, "/Common/leaf");
	object_unref(&e);
	draft_free(&d);
	model_free(&m);
}

/* count pairs of a site and the box on it. */
static struct model *
big_model(size_t count)
{
	struct model *m = model_new(&sample_schema);

	for (size_t i = 0; i < count; i++) {
		char name[40];
		struct object *o;

		(void)snprintf(name, sizeof(name), "/Common/s%zu", i);
		o = object_new(&sample_site, name);
		model_put(m, &o);
		o = object_new(&sample_box_big, name);
		set(o, "site", name);
		model_put(m, &o);
	}
	return m;
}

static size_t
work_of_a_change(size_t count)
{
	struct model *m = big_model(count);
	struct draft *d = draft_new(&sample_schema, m);
	struct diag out;
	size_t work;

	diag_init(&out);
	set(draft_edit(d, &sample_site, "/Common/s7"), "note", "x");
	set(draft_edit(d, &sample_box_big, "/Common/s3"), "mode", "oval");
	assert_int_equal(draft_delete(d, &sample_box_big, "/Common/s4", NULL),
	    0);
	assert_int_equal(draft_check(d, &out), 0);
	work = draft_work(d);
	draft_free(&d);
	model_free(&m);
	diag_fini(&out);
	return work;
}

static void
a_change_costs_the_same_in_any_model(void **state)
{
	(void)state;
	/* s7 and the box on it; box s3; the deleted one has no users. */
	assert_int_equal(work_of_a_change(10), 3);
	assert_int_equal(work_of_a_change(100000), 3);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_overlay_hides_the_model),
		cmocka_unit_test(families_find_their_members),
		cmocka_unit_test(every_broken_reference_is_told),
		cmocka_unit_test(references_to_items_are_followed),
		cmocka_unit_test(an_item_in_use_cannot_go),
		cmocka_unit_test(what_is_in_use_cannot_go),
		cmocka_unit_test(what_is_always_there_cannot_go),
		cmocka_unit_test(heirs_of_heirs_are_checked),
		cmocka_unit_test(circles_of_parents_are_found),
		cmocka_unit_test(effective_values_follow_the_chain),
		cmocka_unit_test(a_change_costs_the_same_in_any_model),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
