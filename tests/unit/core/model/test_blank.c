/* tests/unit/core/model/test_blank.c - defaults are parsed once and copied; what an
 * object gets of them is its own. SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/blank.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"

struct thing {
	struct object	 obj;
	uint32_t	 ttl_s;
	char		*text, *none;
	struct strlist	 words;
};

static const struct prop thing_props[] = {
	{ .name = "ttl", .kind = PROP_U32, .off = offsetof(struct thing, ttl_s),
	  .max = 99, .dflt = "30", .help = "-" },
	{ .name = "text", .kind = PROP_STRING,
	  .off = offsetof(struct thing, text), .dflt = "hello", .help = "-" },
	{ .name = "none", .kind = PROP_STRING,
	  .off = offsetof(struct thing, none), .help = "-" },
	{ .name = "later", .kind = PROP_U32, .dflt = "1",
	  .refused = "nothing takes time", .help = "-" },
	{ .name = "words", .kind = PROP_STRINGS,
	  .off = offsetof(struct thing, words), .dflt = "b a", .help = "-" },
	{ .name = NULL }
};

#define THING(id)							\
	static const struct type id = { .words = "x " #id,		\
	    .naming = TYPE_NAMED, .size = sizeof(struct thing),		\
	    .props = thing_props, .help = "-" }
THING(one);
THING(other);
THING(raced);

static void
an_object_has_the_defaults_and_owns_them(void **state)
{
	struct object *a = object_new(&one, "/Common/a");
	struct object *b = object_new(&one, NULL);
	struct thing *ta = (struct thing *)a, *tb = (struct thing *)b;
	struct err e;

	(void)state;
	assert_string_equal(a->name, "/Common/a");
	assert_string_equal(b->name, "");
	assert_int_equal(a->set, 0);
	assert_int_equal(ta->ttl_s, 30);
	assert_string_equal(ta->text, "hello");
	assert_null(ta->none);
	assert_int_equal(ta->words.count, 2);
	assert_string_equal(ta->words.v[0], "a");
	assert_ptr_not_equal(ta->text, tb->text);
	assert_ptr_not_equal(ta->words.v, tb->words.v);
	/* What becomes of one is nothing to the next ones. */
	assert_int_equal(prop_set(&thing_props[0], a, "7", &e), 0);
	ta->text[0] = 'H';
	object_unref(&b);
	b = object_new(&one, "/Common/b");
	tb = (struct thing *)b;
	assert_int_equal(tb->ttl_s, 30);
	assert_string_equal(tb->text, "hello");
	for (size_t i = 0; i < OBJ_COUNT(thing_props) - 1; i++)
		assert_true(prop_is_default(&thing_props[i], b));
	object_unref(&a);
	object_unref(&b);
}

static void
each_type_has_one_of_its_own(void **state)
{
	const struct blank *b = blank_get(&one), *o = blank_get(&other);

	(void)state;
	assert_ptr_equal(b, blank_get(&one));
	assert_ptr_not_equal(b, o);
	assert_ptr_equal(b->object->type, &one);
	assert_ptr_equal(o->object->type, &other);
	/* text and words; what is empty or refused owns nothing. */
	assert_int_equal(b->owning, 1u << 1 | 1u << 4);
}

static void *
get(void *arg)
{
	(void)pthread_barrier_wait(arg);
	return (void *)(uintptr_t)blank_get(&raced);
}

static void
threads_get_the_same_one(void **state)
{
	pthread_barrier_t start;
	pthread_t t[4];
	void *got[4];

	(void)state;
	assert_int_equal(pthread_barrier_init(&start, NULL, 4), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, get, &start), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_join(t[i], &got[i]), 0);
	for (int i = 1; i < 4; i++)
		assert_ptr_equal(got[i], got[0]);
	(void)pthread_barrier_destroy(&start);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_has_the_defaults_and_owns_them),
		cmocka_unit_test(each_type_has_one_of_its_own),
		cmocka_unit_test(threads_get_the_same_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
