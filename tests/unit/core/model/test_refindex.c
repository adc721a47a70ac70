/* tests/unit/core/model/test_refindex.c - who refers to what, and who is found
 * by which key. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/refindex.h"
#include "core/model/type.h"

/* A thing that refers to another and is looked up by its nicknames. */
struct thing {
	struct object	 obj;
	char		*friend;
	struct strlist	 nicks;
};

static const struct prop thing_props[] = {
	{ .name = "friend", .kind = PROP_REF,
	  .off = offsetof(struct thing, friend), .ref = "test thing",
	  .help = "another" },
	{ .name = "nicks", .kind = PROP_STRINGS,
	  .off = offsetof(struct thing, nicks), .help = "further names" },
	{ .name = NULL }
};

static void
each_nick(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct thing *t = (const struct thing *)o;

	for (size_t i = 0; i < t->nicks.count; i++)
		fn(arg, t->nicks.v[i]);
}

static const struct type thing_type = {
	.words = "test thing",
	.title = "Thing",
	.naming = TYPE_NAMED,
	.size = sizeof(struct thing),
	.props = thing_props,
	.help = "something",
	.each_key = each_nick,
};

static const struct type *const types[] = { &thing_type, NULL };
static const struct schema schema = { .types = types };

static struct object *
thing(const char *name, const char *friend, const char *nicks)
{
	struct object *o = object_new(&thing_type, name);
	struct err e = { 0 };

	if (prop_set(&thing_props[0], o, friend, &e) != 0 ||
	    prop_set(&thing_props[1], o, nicks, &e) != 0)
		fail_msg("%s", e.text);
	return o;
}

/* Names of those found, in letters, each once. */
static void
note(void *arg, const struct object *o)
{
	char *seen = arg;
	const char *letter = strrchr(o->name, '/') + 1;

	if (strchr(seen, *letter) == NULL)
		(void)strncat(seen, letter, 1);
}

static bool
finds(const struct draft *d, const char *key, const char *want)
{
	char seen[16] = "";

	draft_each_keyed(d, key, note, seen);
	if (strlen(seen) != strlen(want))
		return false;
	for (const char *p = want; *p != '\0'; p++)
		if (strchr(seen, *p) == NULL)
			return false;
	return true;
}

static struct model *
make_model(void)
{
	struct model *m = model_new(&schema);
	struct object *a = thing("/Common/a", "/Common/b", "red blue");
	struct object *b = thing("/Common/b", "none", "blue");

	model_put(m, &a);
	model_put(m, &b);
	return m;
}

static void
objects_are_found_by_their_keys(void **state)
{
	struct model *m = make_model();
	struct draft *d = draft_new(&schema, m);

	(void)state;
	assert_true(finds(d, "red", "a"));
	assert_true(finds(d, "blue", "ab"));
	assert_true(finds(d, "green", ""));
	/* A reference is no key, nor a path. */
	assert_true(finds(d, "/Common/b", ""));
	assert_true(finds(d, "test thing\n/Common/b", ""));
	draft_free(&d);
	model_free(&m);
}

static void
the_drafts_objects_hide_the_models(void **state)
{
	struct model *m = make_model();
	struct draft *d = draft_new(&schema, m);
	struct object *o = thing("/Common/a", "none", "green");
	struct err e;

	(void)state;
	draft_put(d, &o);
	assert_true(finds(d, "red", ""));
	assert_true(finds(d, "blue", "b"));
	assert_true(finds(d, "green", "a"));
	o = thing("/Common/c", "none", "blue green");
	draft_put(d, &o);
	assert_true(finds(d, "blue", "bc"));
	assert_true(finds(d, "green", "ac"));
	assert_int_equal(draft_delete(d, &thing_type, "/Common/b", &e), 0);
	assert_true(finds(d, "blue", "c"));
	assert_int_equal(draft_delete(d, &thing_type, "/Common/c", &e), 0);
	assert_true(finds(d, "blue", ""));
	draft_free(&d);
	model_free(&m);
}

static void
an_edited_object_is_found_anew_once_checked(void **state)
{
	struct model *m = make_model();
	struct draft *d = draft_new(&schema, m);
	struct object *o = draft_edit(d, &thing_type, "/Common/b");
	struct diag out;
	struct err e;

	(void)state;
	diag_init(&out);
	assert_true(finds(d, "blue", "ab"));
	assert_int_equal(prop_set(&thing_props[1], o, "green", &e), 0);
	assert_int_equal(draft_check(d, &out), 0);
	assert_true(finds(d, "blue", "a"));
	assert_true(finds(d, "green", "b"));
	draft_free(&d);
	diag_fini(&out);
	model_free(&m);
}

static void
the_model_forgets_what_goes(void **state)
{
	struct model *m = make_model();
	struct draft *d = draft_new(&schema, m);
	struct object *o = thing("/Common/a", "none", "white");

	(void)state;
	model_put(m, &o);
	assert_true(finds(d, "red", ""));
	assert_true(finds(d, "white", "a"));
	model_remove(m, &thing_type, "/Common/a");
	assert_true(finds(d, "white", ""));
	assert_true(finds(d, "blue", "b"));
	draft_free(&d);
	model_free(&m);
}

static void
who_refers_is_known_until_it_no_longer_does(void **state)
{
	struct model *m = make_model();
	char seen[16] = "";
	struct object *o;

	(void)state;
	refindex_each(model_refs(m), &thing_type, "/Common/b", note, seen);
	assert_string_equal(seen, "a");
	o = thing("/Common/a", "none", "red");
	model_put(m, &o);
	seen[0] = '\0';
	refindex_each(model_refs(m), &thing_type, "/Common/b", note, seen);
	assert_string_equal(seen, "");
	model_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_found_by_their_keys),
		cmocka_unit_test(the_drafts_objects_hide_the_models),
		cmocka_unit_test(an_edited_object_is_found_anew_once_checked),
		cmocka_unit_test(the_model_forgets_what_goes),
		cmocka_unit_test(who_refers_is_known_until_it_no_longer_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
