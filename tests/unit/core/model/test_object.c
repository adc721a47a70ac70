/* tests/unit/core/model/test_object.c - objects: defaults, references, copies, inheritance.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/diag.h"
#include "core/model/prop.h"
#include "core/model/tmos_bind.h"
#include "core/model/draft.h"
#include "tests/unit/core/model/sample.h"

static void
set(struct object *o, const char *prop, const char *text)
{
	assert_int_equal(prop_set(prop_find(o->type->props, prop, NULL), o,
	    text, NULL), 0);
}

static void
a_new_object_has_its_defaults(void **state)
{
	struct object *o = object_new(&sample_gauge_slow, "/Common/g");
	const struct gauge *g = (const void *)o;

	(void)state;
	assert_string_equal(o->name, "/Common/g");
	assert_int_equal(g->interval, 30);
	assert_string_equal(g->send, "GET /\\r\\n");
	assert_null(g->parent);
	assert_true(o->set == 0);
	object_unref(&o);
	assert_null(o);
	object_unref(&o);
}

static void
the_last_reference_frees(void **state)
{
	struct object *o = object_new(&sample_site, "/Common/s");
	struct object *second = object_ref(o);

	(void)state;
	object_unref(&o);
	assert_string_equal(second->name, "/Common/s");
	object_unref(&second);
}

static void
a_clone_shares_nothing(void **state)
{
	struct diag out;
	struct draft *d = sample_draft("test box big b { site s\n"
	    "slots { a { note x\n pins { p { weight 2 } } } }\n"
	    "labels { l }\n rule g\n spare small z }\n", &out);
	const struct object *o = draft_find(d, &sample_box_big, "/Common/b");
	struct object *c = object_clone(o);
	struct box *b = (void *)c;

	(void)state;
	assert_true(object_equal(o, c));
	set(b->slots.v[0], "note", "y");
	assert_false(object_equal(o, c));
	set(b->slots.v[0], "note", "x");
	assert_true(object_equal(o, c));
	set(((struct slot *)(void *)b->slots.v[0])->pins.v[0], "weight", "3");
	assert_false(object_equal(o, c));
	c->pos.line = 99;
	c->generation = 7;
	set(((struct slot *)(void *)b->slots.v[0])->pins.v[0], "weight", "2");
	assert_true(object_equal(o, c));
	object_unref(&c);
	draft_free(&d);
	diag_fini(&out);
}

static void
what_is_not_given_is_inherited(void **state)
{
	struct object *parent = object_new(&sample_gauge_slow, "/Common/p");
	struct object *child = object_new(&sample_gauge_slow, "/Common/c");
	struct object *other = object_new(&sample_gauge_fast, "/Common/p");
	struct object *e;
	const struct gauge *g;

	(void)state;
	set(parent, "interval", "5");
	set(parent, "send", "hello");
	set(parent, "defaults-from", "/Common/grandparent");
	set(child, "defaults-from", "/Common/p");
	set(child, "send", "none");
	e = object_inherit(child, parent);
	g = (const void *)e;
	assert_int_equal(g->interval, 5);
	assert_null(g->send);
	assert_string_equal(g->parent, "/Common/p");
	assert_string_equal(e->name, "/Common/c");
	object_unref(&e);
	/* Nothing comes from another type. */
	e = object_inherit(child, other);
	assert_int_equal(((const struct gauge *)(const void *)e)->interval, 30);
	object_unref(&e);
	object_unref(&parent);
	object_unref(&child);
	object_unref(&other);
}

/* An explicit default and an inherited one are two things, for heirs. */
static void
given_counts_when_there_is_a_parent(void **state)
{
	struct object *a = object_new(&sample_gauge_slow, "/Common/g");
	struct object *b = object_new(&sample_gauge_slow, "/Common/g");

	(void)state;
	set(a, "interval", "30");
	assert_true(object_equal(a, b));
	set(a, "defaults-from", "/Common/p");
	set(b, "defaults-from", "/Common/p");
	assert_false(object_equal(a, b));
	set(b, "interval", "30");
	assert_true(object_equal(a, b));
	object_unref(&a);
	object_unref(&b);
}

static void
labels_are_words_in_a_sentence(void **state)
{
	struct object *o = object_new(&sample_gauge_slow, "/Common/g");
	struct object *k = object_new(&sample_knobs, NULL);
	char text[40];

	(void)state;
	object_label(o, text, sizeof(text));
	assert_string_equal(text, "slow gauge /Common/g");
	object_label(o, text, 8);
	assert_string_equal(text, "slow ga");
	object_label(k, text, sizeof(text));
	assert_string_equal(text, "knobs");
	object_unref(&o);
	object_unref(&k);
}

static void
items_are_found_replaced_and_removed(void **state)
{
	struct objlist l = { 0 };
	static const char *const keys[] = { "m", "a", "z", "b", "m" };
	struct object *o;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		o = object_new(&sample_pin, keys[i]);
		((struct pin *)(void *)o)->weight = (uint32_t)i;
		objlist_add(&l, &o);
		assert_null(o);
	}
	assert_int_equal(l.count, 4);
	assert_string_equal(l.v[0]->name, "a");
	assert_string_equal(l.v[3]->name, "z");
	o = objlist_find(&l, "m");
	assert_int_equal(((struct pin *)(void *)o)->weight, 4);
	assert_true(objlist_remove(&l, "a"));
	assert_false(objlist_remove(&l, "a"));
	assert_null(objlist_find(&l, "a"));
	for (size_t i = 0; i < 3; i++)
		assert_true(objlist_remove(&l, l.v[0]->name));
	assert_null(l.v);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_object_has_its_defaults),
		cmocka_unit_test(the_last_reference_frees),
		cmocka_unit_test(a_clone_shares_nothing),
		cmocka_unit_test(what_is_not_given_is_inherited),
		cmocka_unit_test(given_counts_when_there_is_a_parent),
		cmocka_unit_test(labels_are_words_in_a_sentence),
		cmocka_unit_test(items_are_found_replaced_and_removed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
