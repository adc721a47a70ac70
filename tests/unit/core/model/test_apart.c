/* tests/unit/core/model/test_apart.c - objects that say the same share a block, and
 * one that says something else has its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/apart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"

struct thing_rare {
	struct apart	 apart;
	uint32_t	 ttl_s;
	char		*text;
	struct monrule	 rule;
};

struct thing {
	struct object	 obj;
	const struct thing_rare *rare;
	uint32_t	 order;
	char		*parent;
};

enum { TTL, TEXT, RULE, ORDER };

static const struct prop thing_props[] = {
	{ .name = "ttl", .kind = PROP_U32, .flags = PROP_APART,
	  .off = offsetof(struct thing_rare, ttl_s), .max = 99, .dflt = "30",
	  .help = "-" },
	{ .name = "text", .kind = PROP_STRING, .flags = PROP_APART,
	  .off = offsetof(struct thing_rare, text), .dflt = "hello",
	  .help = "-" },
	{ .name = "rule", .kind = PROP_RULE, .flags = PROP_APART,
	  .off = offsetof(struct thing_rare, rule), .ref = "x monitor",
	  .help = "-" },
	{ .name = "order", .kind = PROP_U32,
	  .off = offsetof(struct thing, order), .help = "-" },
	{ .name = "defaults-from", .kind = PROP_REF, .flags = PROP_LOCAL,
	  .off = offsetof(struct thing, parent), .ref = "x thing",
	  .help = "-" },
	{ .name = NULL }
};

static const struct type thing_type = {
	.words = "x thing", .naming = TYPE_NAMED, .size = sizeof(struct thing),
	.apart_size = sizeof(struct thing_rare),
	.apart = offsetof(struct thing, rare), .props = thing_props,
	.help = "-",
};

static const struct thing_rare *
rare_of(const struct object *o)
{
	return ((const struct thing *)o)->rare;
}

static void
set(struct object *o, int row, const char *text)
{
	struct err e;

	assert_int_equal(prop_set(&thing_props[row], o, text, &e), 0);
}

static void
defaults_are_shared(void **state)
{
	struct object *a = object_new(&thing_type, "/Common/a");
	struct object *b = object_new(&thing_type, "/Common/b");

	(void)state;
	assert_ptr_equal(rare_of(a), rare_of(b));
	assert_int_equal(rare_of(a)->ttl_s, 30);
	assert_string_equal(rare_of(a)->text, "hello");
	set(a, ORDER, "3");
	/* To say what is so already is no change, but it counts as given. */
	set(a, TTL, "30");
	assert_ptr_equal(rare_of(a), rare_of(b));
	assert_true(object_has(a, "ttl"));
	assert_false(object_has(b, "ttl"));
	object_unref(&a);
	assert_string_equal(rare_of(b)->text, "hello");
	object_unref(&b);
}

static void
who_changes_a_row_has_a_block_of_its_own(void **state)
{
	struct object *a = object_new(&thing_type, "/Common/a");
	struct object *b = object_new(&thing_type, "/Common/b");
	const struct thing_rare *own;

	(void)state;
	set(a, TEXT, "other");
	own = rare_of(a);
	assert_ptr_not_equal(own, rare_of(b));
	assert_int_equal(own->ttl_s, 30);
	assert_string_equal(rare_of(b)->text, "hello");
	set(a, RULE, "/Common/m and /Common/n");
	set(a, TTL, "7");
	assert_ptr_equal(rare_of(a), own);
	assert_int_equal(own->rule.monitors.count, 2);
	assert_int_equal(rare_of(b)->rule.monitors.count, 0);
	assert_false(prop_equal(&thing_props[TTL], a, b));
	prop_reset(&thing_props[TTL], a);
	assert_true(prop_equal(&thing_props[TTL], a, b));
	assert_true(prop_is_default(&thing_props[TTL], a));
	object_unref(&b);
	assert_string_equal(rare_of(a)->text, "other");
	object_unref(&a);
}

static void
a_clone_shares_until_either_changes(void **state)
{
	struct object *a = object_new(&thing_type, "/Common/a"), *b, *c;

	(void)state;
	set(a, TEXT, "other");
	b = object_clone(a);
	assert_ptr_equal(rare_of(a), rare_of(b));
	assert_true(object_equal(a, b));
	set(a, RULE, "/Common/m");
	assert_false(object_equal(a, b));
	assert_int_equal(rare_of(b)->rule.monitors.count, 0);
	c = object_clone(a);
	object_unref(&a);
	assert_int_equal(rare_of(c)->rule.monitors.count, 1);
	set(c, TEXT, "none");
	assert_null(rare_of(c)->text);
	assert_string_equal(rare_of(b)->text, "other");
	object_unref(&b);
	object_unref(&c);
}

static void
what_is_inherited_is_copied(void **state)
{
	struct object *parent = object_new(&thing_type, "/Common/p");
	struct object *o = object_new(&thing_type, "/Common/o"), *e;

	(void)state;
	set(parent, TEXT, "from above");
	set(parent, TTL, "8");
	set(o, TTL, "9");
	e = object_inherit(o, parent);
	assert_int_equal(rare_of(e)->ttl_s, 9);
	assert_string_equal(rare_of(e)->text, "from above");
	assert_string_equal(rare_of(o)->text, "hello");
	object_unref(&parent);
	object_unref(&o);
	assert_string_equal(rare_of(e)->text, "from above");
	object_unref(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_shared),
		cmocka_unit_test(who_changes_a_row_has_a_block_of_its_own),
		cmocka_unit_test(a_clone_shares_until_either_changes),
		cmocka_unit_test(what_is_inherited_is_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
