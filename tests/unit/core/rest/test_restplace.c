/* tests/unit/core/rest/test_restplace.c - which resource a path names.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/diag.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/rest/restplace.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/rest/restkit.h"

static const char text[] =
    "test site s1 { }\n"
    "test site /team/app/s2 { }\n"
    "test box big b {\n"
    "    site s1\n"
    "    slots {\n"
    "        x { }\n"
    "        /Common/b:/Common/y { }\n"
    "    }\n"
    "}\n";

#define TM	"/mgmt/tm/test/"

/* NULL = nothing there. */
static const struct {
	const char *target, *type, *name, *items, *key;
	bool stats, beyond;
} rows[] = {
	{ TM "site", "test site", NULL, NULL, NULL, false, false },
	{ TM "site/", "test site", NULL, NULL, NULL, false, false },
	{ TM "site/stats", "test site", NULL, NULL, NULL, true, false },
	{ TM "site/s1", "test site", "s1", NULL, NULL, false, false },
	{ TM "site/~Common~s1/stats", "test site", "/Common/s1", NULL, NULL,
	    true, false },
	{ TM "site/%2FCommon%2Fs1", "test site", "/Common/s1", NULL, NULL,
	    false, false },
	{ TM "site/s1/more", "test site", "s1", NULL, NULL, false, true },
	{ TM "site/s1/stats/more", "test site", "s1", NULL, NULL, false, true },
	{ TM "box/big/b/slots", "test box big", "b", "slots", NULL, false,
	    false },
	{ TM "box/big/b/slots/stats", "test box big", "b", "slots", NULL, true,
	    false },
	{ TM "box/big/b/slots/x", "test box big", "b", "slots", "x", false,
	    false },
	{ TM "box/big/b/slots/~Common~b:y/stats", "test box big", "b", "slots",
	    "/Common/b:y", true, false },
	{ TM "box/big/b/slots/x/pins", "test box big", "b", "slots", "x",
	    false, true },
	/* a list of words and a row that is refused have no places of their own */
	{ TM "box/big/b/labels", "test box big", "b", NULL, NULL, false, true },
	{ TM "box/big/b/extras", "test box big", "b", NULL, NULL, false, true },
	{ TM "knobs", "test knobs", "", NULL, NULL, false, false },
	{ TM "knobs/x", "test knobs", "", NULL, NULL, false, true },
	{ TM "lens/x", "test lens", "x", NULL, NULL, false, false },
	{ TM "nothing/x", NULL, NULL, NULL, NULL, false, false },
	{ "/mgmt/tm/other", NULL, NULL, NULL, NULL, false, false },
};

static void
same(const char *target, const char *have, const char *want)
{
	if ((have == NULL) != (want == NULL) ||
	    (want != NULL && strcmp(have, want) != 0))
		fail_msg("%s: %s, not %s", target, have != NULL ? have :
		    "nothing", want != NULL ? want : "nothing");
}

static void
each_path_has_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct restrequest q = restkit_request("GET", rows[i].target,
		    NULL);
		struct restplace at = restplace_find(&sample_schema, &q);

		same(rows[i].target, at.type != NULL ? at.type->words : NULL,
		    rows[i].type);
		same(rows[i].target, at.name, rows[i].name);
		same(rows[i].target, at.items != NULL ? at.items->name : NULL,
		    rows[i].items);
		same(rows[i].target, at.key, rows[i].key);
		if (rows[i].type != NULL && (at.stats != rows[i].stats ||
		    at.beyond != rows[i].beyond))
			fail_msg("%s: stats %d, beyond %d", rows[i].target,
			    at.stats, at.beyond);
		restrequest_fini(&q);
	}
}

static void
a_family_is_the_beginning_of_types_and_no_type_itself(void **state)
{
	static const struct { const char *target; bool yes; } family[] = {
		{ "/mgmt/tm/test", true }, { TM "box", true },
		{ TM "gauge/", true }, { TM "box/big", false },
		{ TM "site", false }, { TM "bo", false },
		{ TM "box/bigger", false }, { "/mgmt/tm", false },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(family); i++) {
		struct restrequest q = restkit_request("GET",
		    family[i].target, NULL);

		if (restplace_is_family(&sample_schema, &q) != family[i].yes)
			fail_msg("%s", family[i].target);
		restrequest_fini(&q);
	}
}

/* Every spelling that clients have used leads to the one object. */
static void
objects_are_found_under_each_spelling(void **state)
{
	static const struct { const char *target, *name; } found[] = {
		{ TM "site/s1", "/Common/s1" },
		{ TM "site/~Common~s1", "/Common/s1" },
		{ TM "site/%2FCommon%2Fs1", "/Common/s1" },
		{ TM "site/~team~app~s2", "/team/app/s2" },
		{ TM "site/~team~app%2Fs2", "/team/app/s2" },
		{ TM "site/s2", NULL }, { TM "site/~Common~none", NULL },
		{ TM "site", NULL }, { TM "site/s1/beyond", NULL },
		{ TM "lens/x", NULL }, { TM "knobs", "" },
	};
	struct diag out;
	struct draft *d = sample_draft(text, &out);

	(void)state;
	assert_int_equal(out.errors, 0);
	for (size_t i = 0; i < OBJ_COUNT(found); i++) {
		struct restrequest q = restkit_request("GET", found[i].target,
		    NULL);
		struct restplace at = restplace_find(&sample_schema, &q);
		const struct object *o = restplace_object(&at, d);

		same(found[i].target, o != NULL ? o->name : NULL,
		    found[i].name);
		restrequest_fini(&q);
	}
	draft_free(&d);
	diag_fini(&out);
}

static void
item_keys_match_with_every_common_removed(void **state)
{
	static const struct { const char *key, *name; } found[] = {
		{ "x", "x" }, { "/Common/x", "x" },
		{ "/Common/b:/Common/y", "/Common/b:/Common/y" },
		{ "/Common/b:y", "/Common/b:/Common/y" },
		{ "b:y", "/Common/b:/Common/y" },
		{ "b:/Common/y", "/Common/b:/Common/y" },
		{ "y", NULL }, { "/team/x", NULL }, { "", NULL },
	};
	struct diag out;
	struct draft *d = sample_draft(text, &out);
	const struct object *o = draft_find(d, &sample_box_big, "/Common/b");
	const struct prop *slots = prop_find(o->type->props, "slots", NULL);

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(found); i++) {
		const struct object *item = restplace_item(o, slots,
		    found[i].key);

		same(found[i].key, item != NULL ? item->name : NULL,
		    found[i].name);
	}
	draft_free(&d);
	diag_fini(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_path_has_its_place),
		cmocka_unit_test(
		    a_family_is_the_beginning_of_types_and_no_type_itself),
		cmocka_unit_test(objects_are_found_under_each_spelling),
		cmocka_unit_test(item_keys_match_with_every_common_removed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
