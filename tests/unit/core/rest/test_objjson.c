/* tests/unit/core/rest/test_objjson.c - what is shown of an object, and what is
 * not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/rest/objjson.h"
#include "core/rest/restdialect.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/rest/restkit.h"

static struct draft *draft;
static struct objjson_view view;
static struct json *shown;

static int
setup(void **state)
{
	(void)state;
	draft = NULL;
	shown = NULL;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	json_free(&shown);
	draft_free(&draft);
	return 0;
}

static const struct object *
one(const char *text, const struct type *t, const char *name)
{
	struct diag out;

	draft = sample_draft(text, &out);
	assert_int_equal(out.errors, 0);
	diag_fini(&out);
	view = (struct objjson_view){ .draft = draft };
	return draft_find(draft, t, name);
}

/* The object of this text, in shown. */
static void
show(const char *text, const struct type *t, const char *name)
{
	shown = objjson_object(&view, one(text, t, name));
}

static bool
has(const char *key)
{
	return json_find(shown, key) != NULL;
}

static void
defaults_are_told_and_what_is_empty_is_left_out(void **state)
{
	(void)state;
	show("test box big b { site s1 }\ntest site s1 { }\n", &sample_box_big,
	    "/Common/b");
	assert_true(restkit_says(shown, "kind", "tm:test:box:big:bigstate"));
	assert_true(restkit_says(shown, "mode", "square"));
	assert_true(restkit_says(shown, "colours/1", "blue"));
	assert_true(restkit_says(shown, "address", "any"));
	assert_true(restkit_says(shown, "rule", "default"));
	assert_true(restkit_counts(shown, "rate", 0));
	assert_false(has("labels") || has("sites") || has("spare"));
	assert_false(has("slots") || has("extras"));
}

/* Presence alone means yes to some clients: never the pair, never false. */
static void
a_state_is_one_word_that_is_true(void **state)
{
	(void)state;
	show("test site s1 { disabled }\n", &sample_site, "/Common/s1");
	assert_true(json_get_bool(json_find(shown, "disabled")));
	assert_false(has("enabled"));
}

static void
a_row_without_effect_shows_its_default(void **state)
{
	(void)state;
	show("test site s1 { }\n", &sample_site, "/Common/s1");
	assert_true(restkit_counts(shown, "tariff", 7));
}

static void
names_have_their_parts_and_links_their_version(void **state)
{
	(void)state;
	show("test site /team/app/deep/s1 { }\n", &sample_site,
	    "/team/app/deep/s1");
	assert_true(restkit_says(shown, "name", "s1"));
	assert_true(restkit_says(shown, "partition", "team"));
	assert_true(restkit_says(shown, "subPath", "app/deep"));
	assert_true(restkit_says(shown, "fullPath", "/team/app/deep/s1"));
	assert_true(restkit_says(shown, "selfLink", "https://localhost/mgmt/tm"
	    "/test/site/~team~app~deep~s1?ver=15.1.2.1"));
	teardown(NULL);
	show("test site s1 { }\n", &sample_site, "/Common/s1");
	assert_false(has("subPath"));
}

static void
a_reference_has_its_link_when_its_target_is_there(void **state)
{
	(void)state;
	show("test box big b { site s1\n spare small /Common/c }\n"
	    "test site s1 { }\ntest box small c { site s1 }\n",
	    &sample_box_big, "/Common/b");
	assert_true(restkit_says(shown, "site", "/Common/s1"));
	assert_true(restkit_says(shown, "siteReference/link", "https://"
	    "localhost/mgmt/tm/test/site/~Common~s1?ver=15.1.2.1"));
	assert_true(restkit_says(shown, "spare", "small /Common/c"));
	assert_true(restkit_says(shown, "spareReference/link", "https://"
	    "localhost/mgmt/tm/test/box/small/~Common~c?ver=15.1.2.1"));
	teardown(NULL);
	show("test box big b { site gone }\n", &sample_box_big, "/Common/b");
	assert_true(restkit_says(shown, "site", "/Common/gone"));
	assert_false(has("siteReference"));
}

static void
inherited_values_count_and_secrets_stay_secret(void **state)
{
	(void)state;
	show("test gauge slow p { interval 5\n password hush }\n"
	    "test gauge slow g { defaults-from p\n timeout 50 }\n",
	    &sample_gauge_slow, "/Common/g");
	assert_true(restkit_counts(shown, "interval", 5));
	assert_true(restkit_counts(shown, "timeout", 50));
	assert_true(restkit_says(shown, "defaultsFrom", "/Common/p"));
	assert_true(restkit_says(shown, "destination", "*:*"));
	assert_false(has("password"));
}

static void
what_is_ours_is_told_once_it_is_not_the_default(void **state)
{
	(void)state;
	show("", &sample_knobs, "");
	assert_true(restkit_says(shown, "kind", "tm:test:knobs:knobsstate"));
	assert_true(restkit_says(shown, "fast", "yes"));
	assert_false(has("threads") || has("name") || has("generation"));
	teardown(NULL);
	show("test knobs { threads 3 }\n", &sample_knobs, "");
	assert_true(restkit_counts(shown, "threads", 3));
}

static const char slots[] =
    "test site s1 { }\n"
    "test box big b { site s1\n slots {\n"
    "    late { order 9 }\n"
    "    first { order 1\n pins { p { weight 4 } } }\n"
    "    /Common/b:first { order 5 }\n"
    "} }\n";

static void
items_of_an_array_stand_in_their_order(void **state)
{
	(void)state;
	show(slots, &sample_box_big, "/Common/b");
	assert_true(restkit_says(shown, "slots/0/name", "first"));
	assert_true(restkit_counts(shown, "slots/0/pins/0/weight", 4));
	assert_true(restkit_says(shown, "slots/2/name", "late"));
	assert_null(restkit_at(shown, "slots/0/fullPath"));
}

static void
an_item_alone_is_an_object_under_its_parent(void **state)
{
	const struct object *o;
	const struct prop *row;

	(void)state;
	o = one(slots, &sample_box_big, "/Common/b");
	row = prop_find(o->type->props, "slots", NULL);
	shown = objjson_item(&view, o, row, objlist_find(
	    &((const struct box *)o)->slots, "/Common/b:first"));
	assert_true(restkit_says(shown, "kind",
	    "tm:test:box:big:slots:slotsstate"));
	assert_true(restkit_says(shown, "name", "b:first"));
	assert_true(restkit_says(shown, "partition", "Common"));
	assert_true(restkit_says(shown, "fullPath", "/Common/b:first"));
	assert_true(restkit_says(shown, "selfLink", "https://localhost/mgmt/tm"
	    "/test/box/big/~Common~b/slots/~Common~b:first?ver=15.1.2.1"));
	json_free(&shown);
	shown = objjson_items(&view, o, row);
	assert_true(restkit_says(shown, "kind",
	    "tm:test:box:big:slots:slotscollectionstate"));
	assert_true(restkit_says(shown, "items/1/fullPath",
	    "/Common/b:first"));
}

/* A crate: a box whose slots are a collection of their own. */
static const struct prop crate_props[] = {
	{ .name = "slots", .kind = PROP_ITEMS, .off = offsetof(struct box,
	  slots), .item = &sample_slot, .flags = PROP_LINKED, .help = "room" },
	{ .name = NULL }
};

static const struct type crate_type = {
	.words = "test crate", .title = "Crate", .naming = TYPE_NAMED,
	.size = sizeof(struct box), .props = crate_props, .help = "holds",
};

static void
a_linked_collection_is_a_link_and_its_items_on_request(void **state)
{
	struct object *o = object_new(&crate_type, "/Common/c");
	struct object *item = object_new(&sample_slot, "x");
	struct diag out;

	(void)state;
	draft = sample_draft("", &out);
	diag_fini(&out);
	view = (struct objjson_view){ .draft = draft, .expand = true };
	shown = objjson_object(&view, o);
	assert_true(json_get_bool(restkit_at(shown,
	    "slotsReference/isSubcollection")));
	assert_null(restkit_at(shown, "slotsReference/items"));
	json_free(&shown);
	objlist_add(&((struct box *)o)->slots, &item);
	shown = objjson_object(&view, o);
	assert_true(restkit_says(shown, "slotsReference/items/0/fullPath",
	    "x"));
	json_free(&shown);
	view.expand = false;
	shown = objjson_object(&view, o);
	assert_null(restkit_at(shown, "slotsReference/items"));
	assert_true(restkit_says(shown, "slotsReference/link", "https://"
	    "localhost/mgmt/tm/test/crate/~Common~c/slots?ver=15.1.2.1"));
	object_unref(&o);
}

static void
show_site(const struct object *o, struct json *j)
{
	json_put_text(j, "nick", o->name + sizeof("/Common/") - 1);
}

static void
a_dialect_adds_to_its_type_alone(void **state)
{
	static const struct restdialect dialect[] = {
		{ &sample_site, show_site, NULL }, { NULL, NULL, NULL }
	};
	const struct object *o;

	(void)state;
	o = one("test site s1 { }\ntest box big b { site s1 }\n",
	    &sample_site, "/Common/s1");
	view.dialect = dialect;
	shown = objjson_object(&view, o);
	assert_true(restkit_says(shown, "nick", "s1"));
	json_free(&shown);
	shown = objjson_object(&view, draft_find(draft, &sample_box_big,
	    "/Common/b"));
	assert_false(has("nick"));
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(defaults_are_told_and_what_is_empty_is_left_out),
		TEST(a_state_is_one_word_that_is_true),
		TEST(a_row_without_effect_shows_its_default),
		TEST(names_have_their_parts_and_links_their_version),
		TEST(a_reference_has_its_link_when_its_target_is_there),
		TEST(inherited_values_count_and_secrets_stay_secret),
		TEST(what_is_ours_is_told_once_it_is_not_the_default),
		TEST(items_of_an_array_stand_in_their_order),
		TEST(an_item_alone_is_an_object_under_its_parent),
		TEST(a_linked_collection_is_a_link_and_its_items_on_request),
		TEST(a_dialect_adds_to_its_type_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
